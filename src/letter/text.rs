//! Text fit to show: strangers' words made harmless and short, and lines that end by column 72.

/// What a cut text ends with.
const CUT: &str = "… (cut; the whole text is kept)";
/// The widest line of a text part.
const WIDTH: usize = 72;

/// A stranger's words on one line, without control characters, at most `longest` characters.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || is_control(c)).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(longest) {
        None => line,
        Some((end, _)) => format!("{}…", whole_words(line.get(..end).unwrap_or_default())),
    }
}

/// A stranger's words with their line breaks, without other control characters, cut when longer
/// than `longest` characters.
pub(crate) fn several_lines(text: &str, longest: usize) -> String {
    // Everything is cut before it is looked at, so that the work is bounded. The factor leaves
    // room for the characters that fall away.
    let start: String = text.chars().take(longest.saturating_mul(2)).collect();
    let mut kept: Vec<String> = Vec::new();
    for line in start.lines() {
        let line: String = line.chars().map(|c| if is_control(c) { ' ' } else { c }).collect();
        let line = line.trim_end();
        let is_second_gap = line.is_empty() && kept.last().is_none_or(String::is_empty);
        if !is_second_gap {
            kept.push(line.to_owned());
        }
    }
    let kept = kept.join("\n");
    let kept = kept.trim_end();

    match kept.char_indices().nth(longest) {
        None if start.len() == text.len() => kept.to_owned(),
        None => format!("{kept}{CUT}"),
        Some((end, _)) => format!("{}{CUT}", whole_words(kept.get(..end).unwrap_or_default())),
    }
}

/// Without the last word, which the cut may have halved; unless it is very long.
fn whole_words(text: &str) -> &str {
    match text.rsplit_once(char::is_whitespace) {
        Some((words, last)) if last.chars().count() < 30 => words.trim_end(),
        _ => text,
    }
}

/// Control characters, and the invisible ones that turn the direction of writing, with which a
/// name can pretend to be another.
fn is_control(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The text part as it is sent: every line broken at [`WIDTH`], the broken rest indented like its
/// beginning, never two empty lines in a row, one line break at the end.
pub(crate) fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len() + text.len() / 16);
    let mut gap = true;
    for line in text.lines().map(str::trim_end) {
        if line.is_empty() {
            if !gap {
                tidied.push('\n');
            }
            gap = true;
        } else {
            wrap(line, &mut tidied);
            gap = false;
        }
    }
    let end = tidied.trim_end().len();
    tidied.truncate(end);
    tidied.push('\n');
    tidied
}

/// Breaks one line between words. A word that is too long, such as a link, stays whole.
fn wrap(line: &str, into: &mut String) {
    let words = line.trim_start();
    let margin = line.chars().count() - words.chars().count();
    let hanging = margin + if words.starts_with("- ") { 2 } else { 0 };

    into.extend(std::iter::repeat_n(' ', margin));
    let mut column = margin;
    let mut is_first = true;
    for word in words.split_whitespace() {
        let length = word.chars().count();
        if is_first {
            is_first = false;
        } else if column + 1 + length > WIDTH {
            into.push('\n');
            into.extend(std::iter::repeat_n(' ', hanging));
            column = hanging;
        } else {
            into.push(' ');
            column += 1;
        }
        into.push_str(word);
        column += length;
    }
    into.push('\n');
}

/// Puts so many spaces before each line. The filter `inset` of the templates.
pub(crate) fn inset(text: &str, margin: usize) -> String {
    let margin = " ".repeat(margin.min(WIDTH / 2));
    let lines: Vec<String> = text
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("{margin}{line}") })
        .collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_by_column_72_and_keep_their_margin() {
        let text = format!("  - {}\n\n\n\nEnd", "word ".repeat(30));
        let tidied = tidy(&text);
        insta::assert_snapshot!(tidied, @"
          - word word word word word word word word word word word word word
            word word word word word word word word word word word word word
            word word word word

        End
        ");
        assert!(tidied.lines().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn a_link_is_never_broken() {
        let link = format!("https://example.org/{}", "a".repeat(100));
        assert!(tidy(&format!("See {link} today")).lines().any(|line| line == link));
    }

    #[test]
    fn control_characters_and_turned_text_are_removed() {
        assert_eq!(one_line("Ada\r\nBcc: x@y.z\u{0}\u{202e} L", 99), "Ada Bcc: x@y.z L");
        assert_eq!(several_lines("a\u{7}b\r\n\r\n\r\n\r\nc\t", 99), "a b\n\nc");
    }

    #[test]
    fn long_text_is_cut_between_words() {
        assert_eq!(one_line("one two three", 9), "one two…");
        let cut = several_lines(&"many words ".repeat(1_000), 100);
        assert!(cut.ends_with(&format!("many{CUT}")) || cut.ends_with(&format!("words{CUT}")));
        assert!(cut.chars().count() < 140);
        assert!(several_lines(&"x".repeat(5_000), 100).ends_with(CUT));
    }

    proptest::proptest! {
        #[test]
        fn any_text_can_be_shown(text in "\\PC*|[\\s\\S]*") {
            let line = one_line(&text, 50);
            proptest::prop_assert!(line.chars().count() <= 51);
            proptest::prop_assert!(!line.contains(['\n', '\r', '\0']));
            let lines = several_lines(&text, 50);
            proptest::prop_assert!(!lines.contains(['\r', '\0']));
            proptest::prop_assert!(tidy(&text).ends_with('\n'));
        }
    }
}
