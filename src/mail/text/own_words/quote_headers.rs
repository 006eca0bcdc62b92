//! The lines that introduce a quotation: "On Monday, Ada wrote:", blocks of header lines, rules.

use super::Marks;

/// What introduces the words of somebody else, and how many lines it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuoteHeader {
    pub(super) lines: usize,
    pub(super) is_forward: bool,
}

/// The longest an introduction may be when wrapped.
const LONGEST_ATTRIBUTION: usize = 400;
const MOST_HEADER_LINES: usize = 14;
/// Far longer than the name of any field that we know.
const LONGEST_FIELD: usize = 60;
const MOST_LINES_OF_ATTRIBUTION: usize = 4;

pub(super) fn at(marks: &Marks, place: usize) -> Option<QuoteHeader> {
    if marks.is_blank(place) {
        return None;
    }
    if let Some(is_forward) = rule(marks.text(place)) {
        let next = marks.next_text(place + 1).unwrap_or(place + 1);
        let block = if next <= place + 3 { block(marks, next, 2).unwrap_or(0) } else { 0 };
        let lines = if block > 0 { next - place + block } else { 1 };
        return Some(QuoteHeader { lines, is_forward });
    }
    if is_underline(marks.text(place)) {
        let next = marks.next_text(place + 1)?;
        let block = if next <= place + 3 { block(marks, next, 3)? } else { return None };
        return Some(QuoteHeader { lines: next - place + block, is_forward: false });
    }
    if let Some(lines) = block(marks, place, 3) {
        return Some(QuoteHeader { lines, is_forward: false });
    }
    attribution(marks, place).map(|lines| QuoteHeader { lines, is_forward: false })
}

/// `-----Original Message-----` and its kin; the answer tells whether it speaks of forwarding.
pub(super) fn rule(text: &str) -> Option<bool> {
    const REPLIED: [&str; 9] = [
        "original message",
        "original appointment",
        "reply message",
        "neges wreiddiol",
        "y neges wreiddiol",
        "ursprüngliche nachricht",
        "message d'origine",
        "mensaje original",
        "oorspronkelijk bericht",
    ];
    const PASSED_ON: [&str; 6] = [
        "forwarded message",
        "forwarded by",
        "neges a anfonwyd ymlaen",
        "weitergeleitete nachricht",
        "message transféré",
        "neges ymlaen",
    ];
    let is_ruled = text.starts_with("--") || text.starts_with("__") || text.starts_with("==");
    if text.len() > 200 || !is_ruled && !text.starts_with(['b', 'B']) {
        return None;
    }
    let lower = text.to_lowercase();
    if lower.trim_end_matches(':') == "begin forwarded message" {
        return Some(true);
    }
    let core = lower.trim_matches(['-', '_', '=', '*', ' ', ':']);
    if is_ruled && PASSED_ON.iter().any(|words| core.starts_with(words)) {
        return Some(true);
    }
    (is_ruled && REPLIED.contains(&core)).then_some(false)
}

fn is_underline(text: &str) -> bool {
    text.len() >= 20 && text.chars().all(|c| c == '_' || c == '-')
}

/// A block of header lines with at least `least` different fields, one of them an author.
pub(super) fn block(marks: &Marks, place: usize, least: usize) -> Option<usize> {
    let depth = marks.depth(place);
    let first = field(marks.text(place))?;
    if !matches!(first, Field::From | Field::Date) {
        return None;
    }
    let mut seen = Vec::new();
    let mut end = place;
    let mut strays = 0;
    for line in place..(place + MOST_HEADER_LINES).min(marks.len()) {
        if marks.depth(line) != depth {
            break;
        }
        match field(marks.text(line)) {
            Some(found) => {
                if !seen.contains(&found) {
                    seen.push(found);
                }
                end = line + 1;
                strays = 0;
            }
            // Long lists of addresses wrap; some programs put a blank line between fields.
            None if marks.is_blank(line) && seen.len() >= least => break,
            None => {
                strays += 1;
                let is_wrapped = marks.is_blank(line) || marks.text(line).contains(['@', ';']);
                if strays > 2 || !is_wrapped {
                    break;
                }
            }
        }
    }
    let has_author = seen.contains(&Field::From);
    let has_more = seen.contains(&Field::Date) || seen.contains(&Field::Subject);
    (seen.len() >= least && has_author && has_more).then(|| end - place)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    From,
    Date,
    To,
    Cc,
    Subject,
    Other,
}

pub(super) fn field(text: &str) -> Option<Field> {
    let (name, _) = text.split_once(':')?;
    let name = name.trim_matches(['*', ' ', '_', '|']);
    if name.len() > LONGEST_FIELD {
        return None;
    }
    let name = name.to_lowercase();
    Some(match name.as_str() {
        "from" | "oddi wrth" | "o" | "von" | "de" | "van" | "da" | "från" | "fra" => Field::From,
        "sent" | "date" | "anfonwyd" | "dyddiad" | "gesendet" | "datum" | "envoyé" | "enviado"
        | "verzonden" | "inviato" | "fecha" | "date sent" => Field::Date,
        "to" | "at" | "an" | "à" | "para" | "aan" | "a" => Field::To,
        "cc" | "bcc" | "copi" | "kopie" => Field::Cc,
        "subject" | "pwnc" | "testun" | "betreff" | "objet" | "asunto" | "onderwerp"
        | "oggetto" | "re" => Field::Subject,
        "importance" | "reply-to" | "reply to" | "attachments" | "when" | "where"
        | "sensitivity" => Field::Other,
        _ => return None,
    })
}

/// "On 3 March 2027 at 10:11, Ada Lovelace <ada@example.org> wrote:", wrapped over up to four lines.
fn attribution(marks: &Marks, place: usize) -> Option<usize> {
    let depth = marks.depth(place);
    let lines = place..(place + MOST_LINES_OF_ATTRIBUTION).min(marks.len());
    if !lines.clone().any(|line| marks.text(line).ends_with(':')) {
        return None;
    }
    let mut text = String::new();
    for line in lines {
        if marks.depth(line) != depth || marks.is_blank(line) {
            return None;
        }
        text.push_str(marks.text(line));
        text.push(' ');
        if text.len() > LONGEST_ATTRIBUTION {
            return None;
        }
        let lines = line + 1 - place;
        let is_followed = marks
            .next_text(line + 1)
            .is_some_and(|next| next <= line + 3 && marks.depth(next) > depth);
        if is_attribution(text.trim(), is_followed, lines > 1) {
            return Some(lines);
        }
    }
    None
}

fn is_attribution(text: &str, is_followed_by_quote: bool, is_wrapped: bool) -> bool {
    const VERBS: [&str; 14] = [
        "wrote",
        "writes",
        "said",
        "ysgrifennodd",
        "schrieb",
        "a écrit",
        "écrit",
        "escribió",
        "schreef",
        "ha scritto",
        "escreveu",
        "skrev",
        "napisał",
        "wrote as follows",
    ];
    const STARTS: [&str; 12] =
        ["on ", "ar ", "am ", "le ", "el ", "op ", "il ", "em ", "den ", "på ", "at ", "dnia "];
    let lower = text.to_lowercase();
    let Some(core) = lower.strip_suffix(':') else { return false };
    let core = core.trim_end_matches([' ', '*', '>']);
    let has_start = STARTS.iter().any(|start| lower.starts_with(start));
    let has_verb = VERBS.iter().any(|verb| core.ends_with(verb))
        || ["schrieb", "ysgrifennodd"].iter().any(|verb| core.contains(verb));
    let has_date = has_clock(core) || has_year(core);
    let has_address = core.contains('@');
    if is_wrapped && !has_start {
        return false;
    }
    if is_followed_by_quote {
        // No language needed: who and when, a colon, and then quote marks.
        return has_verb || has_address && has_date || has_start && has_date;
    }
    has_verb && has_date && (has_start || has_address)
}

/// A time of day such as `10:11`.
fn has_clock(text: &str) -> bool {
    text.as_bytes()
        .windows(4)
        .any(|four| matches!(four, [a, b':' | b'.', c, d] if [a, c, d].iter().all(|b| b.is_ascii_digit())))
}

fn has_year(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit()).any(|figures| {
        figures.len() == 4 && (figures.starts_with("20") || figures.starts_with("19"))
    })
}
