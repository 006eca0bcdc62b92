//! HTML to flat lines, by the convention that [`Line`](crate::mail::Line) documents.

mod dom;
mod style;
mod table;
mod walk;

use super::flat::FlatLine;
use crate::mail::bytes::charset;

/// Longer HTML is cut: what a person typed stands at its top.
const LONGEST: usize = 1024 * 1024;
/// The tree builder takes time that grows with the square of these, of tags and of `&` alike; mails
/// beyond are only stripped.
const DEEPEST: usize = 512;
const MOST_TAGS: usize = 20_000;

pub(in crate::mail) struct Flattened {
    pub(in crate::mail) lines: Vec<FlatLine>,
    /// Lists or tables with several cells in a row: form that plain text tends to lose.
    pub(in crate::mail) has_form: bool,
}

pub(in crate::mail) fn flatten(html: &str) -> Flattened {
    let html = html.get(..html.floor_char_boundary(LONGEST)).unwrap_or(html);
    let flattened =
        if is_tame(html) { dom::parse(html).map(|root| walk::flatten(&root)) } else { None };
    let mut flattened = flattened.unwrap_or_else(|| strip(html));
    for line in &mut flattened.lines {
        tidy(&mut line.text);
        line.coloured_end.iter_mut().for_each(tidy);
    }
    remove_double_blanks(&mut flattened.lines);
    flattened
}

/// One pass that counts how deep tags are nested, roughly: end tags left out make it look deeper.
fn is_tame(html: &str) -> bool {
    if html.bytes().filter(|byte| *byte == b'&').count() > MOST_TAGS {
        return false;
    }
    let (mut depth, mut tags) = (0usize, 0usize);
    for piece in html.split('<').skip(1) {
        tags += 1;
        if piece.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if opens(piece) {
            depth += 1;
        }
        if depth > DEEPEST || tags > MOST_TAGS {
            return false;
        }
    }
    true
}

/// Whether a start tag needs an end tag. `piece` is what stands behind `<`.
fn opens(piece: &str) -> bool {
    const NEVER: [&str; 22] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "wbr", "p", "li", "td", "th", "tr", "dt", "dd", "option", "tbody", "thead",
    ];
    let end = piece.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(piece.len());
    let name = piece.get(..end).unwrap_or_default();
    let is_closed = piece.split('>').next().is_some_and(|tag| tag.ends_with('/'));
    !name.is_empty() && !is_closed && !NEVER.iter().any(|never| never.eq_ignore_ascii_case(name))
}

fn tag_name(piece: &str) -> String {
    let name = piece.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric);
    name.take(20).collect::<String>().to_ascii_lowercase()
}

/// What is left when tags are taken out, with line ends where blocks were. Linear in time.
fn strip(html: &str) -> Flattened {
    const BLOCKS: [&str; 16] = [
        "br",
        "p",
        "div",
        "li",
        "tr",
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "ul",
        "ol",
        "blockquote",
        "hr",
        "section",
        "article",
    ];
    const UNSEEN: [&str; 4] = ["style", "script", "title", "head"];
    let mut text = String::new();
    let mut unseen: Option<String> = None;
    for (place, piece) in html.split('<').enumerate() {
        let is_tag = piece.starts_with(|c: char| c.is_ascii_alphabetic() || "/!?".contains(c));
        let (tag, words) = match (place, is_tag) {
            (0, _) => ("", piece),
            (_, true) => piece.split_once('>').unwrap_or((piece, "")),
            // A bare sign, as in "a < b".
            (_, false) => {
                text.push('<');
                ("", piece)
            }
        };
        let name = tag_name(tag);
        match &unseen {
            Some(open) if tag.starts_with('/') && *open == name => unseen = None,
            Some(_) => continue,
            None if UNSEEN.contains(&name.as_str()) && !tag.starts_with('/') => {
                unseen = Some(name);
                continue;
            }
            None => {}
        }
        if BLOCKS.contains(&name.as_str()) {
            text.push('\n');
        } else if name == "td" || name == "th" {
            text.push(' ');
        }
        text.push_str(words);
    }
    let text = text
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    let lines = text.split('\n').map(|line| FlatLine::quoted(line.trim(), 0)).collect();
    Flattened { lines, has_form: false }
}

/// Keeps the indentation, single spaces elsewhere; tabs and U+2028 have a meaning here.
fn tidy(text: &mut String) {
    if is_tidy(text) {
        return;
    }
    let pieces: Vec<String> = text.split('\u{2028}').map(charset::part_of_line).collect();
    let clean = pieces.join("\u{2028}");
    let indent = clean.len() - clean.trim_start_matches(' ').len();
    let mut out = " ".repeat(indent);
    let mut is_spaced = true;
    for c in clean.trim_start_matches(' ').chars() {
        let is_space = c == ' ';
        if !is_space || !is_spaced {
            out.push(c);
        }
        is_spaced = is_space || c == '\t' || c == '\u{2028}';
    }
    out.truncate(out.trim_end().len());
    *text = out;
}

fn is_tidy(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !text.ends_with(' ')
        && !text.trim_start_matches(' ').contains("  ")
}

fn remove_double_blanks(lines: &mut Vec<FlatLine>) {
    let mut was_blank = true;
    lines.retain(|line| {
        let is_blank = line.is_blank();
        let keep = !(is_blank && was_blank);
        was_blank = is_blank;
        keep
    });
    while lines.last().is_some_and(FlatLine::is_blank) {
        lines.pop();
    }
}

#[cfg(test)]
mod tests;
