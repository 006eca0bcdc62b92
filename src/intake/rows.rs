//! The lines of a mail made ready for reading: one row a line, blank rows kept, ornaments dropped.

use crate::mail::{Line, Origin};

use super::tidied::tidied;

/// A line break inside a table cell or a list item, as flattened HTML gives it.
const LINE_BREAK: char = '\u{2028}';

/// Longer texts are not read to their end: nobody answers six questions on page fifty. So many lines
/// of the sender's own are read, wherever they stand, and so many of others.
const MOST_LINES: usize = 1_000;
const LONGEST_ROW: usize = 2_000;

#[derive(Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// Without white space at either end; empty for a blank line.
    pub text: String,
    /// How many columns the text stood in from the margin.
    pub indent: usize,
    pub origin: Origin,
    /// Number of the line in the mail, which tells two readers whether they used the same one.
    pub line: usize,
}

impl Row {
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// The row with other words in it.
    pub(super) fn with_text(&self, text: impl Into<String>) -> Self {
        Self { text: text.into(), indent: self.indent, origin: self.origin, line: self.line }
    }

    pub(super) fn is_own(&self) -> bool {
        self.origin == Origin::Own
    }
}

/// All readable rows but signatures, notices and the headers of quoted mails.
pub(super) fn all(lines: &[Line]) -> Vec<Row> {
    let mut rows = Vec::new();
    let (mut own, mut others) = (0, 0);
    for (number, line) in lines.iter().enumerate() {
        let read = match line.origin {
            Origin::Own => &mut own,
            Origin::Quoted(_) | Origin::Forwarded => &mut others,
            Origin::QuoteHeader | Origin::Signature | Origin::Boilerplate => continue,
        };
        *read += 1;
        if *read > MOST_LINES {
            continue;
        }
        let whole = clean(&line.text);
        let text = tidied(&whole);
        // A row of nothing but a picture is no blank row.
        if text.trim().is_empty() && !whole.trim().is_empty() {
            continue;
        }
        let is_table_row = text.contains('\t');
        if is_table_row {
            rows.push(row(&text, line.origin, number));
            continue;
        }
        for part in text.split(LINE_BREAK) {
            if !is_ornament(part) {
                rows.push(row(part, line.origin, number));
            }
        }
    }
    rows
}

/// What the sender wrote anew.
pub(super) fn own(lines: &[Line]) -> Vec<Row> {
    with_origin(&all(lines), |origin| origin == Origin::Own)
}

/// The rows of one kind of origin, as if the requester had written them.
pub(super) fn with_origin(rows: &[Row], keep: impl Fn(Origin) -> bool) -> Vec<Row> {
    rows.iter()
        .filter(|row| keep(row.origin))
        .map(|row| Row { origin: Origin::Own, ..row.clone() })
        .collect()
}

fn row(text: &str, origin: Origin, line: usize) -> Row {
    let indent = text.chars().take_while(|letter| *letter == ' ').count();
    // A tab at the start is an empty first cell, so only blanks are taken off.
    let text = text.trim_matches(' ').trim_end().to_owned();
    Row { text, indent, origin, line }
}

fn clean(text: &str) -> String {
    text.chars()
        .take(LONGEST_ROW)
        .filter(|letter| !matches!(letter, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{ad}'))
        .map(|letter| if matches!(letter, '\u{a0}' | '\u{202f}') { ' ' } else { letter })
        .collect()
}

/// `-----`, `=====`: a line drawn under a heading.
fn is_ornament(text: &str) -> bool {
    let text = text.trim();
    text.len() >= 3 && text.chars().all(|letter| "-=_*~–—".contains(letter))
}

/// The last three are what is left of the ticks and squares of a picture font.
const BULLETS: &[&str] =
    &["-", "*", "•", "·", "–", "—", "▪", "‣", "◦", "»", "+", "o", "ü", "§", "Ø"];

/// The text behind `- `, `• ` and the like.
pub(super) fn behind_bullet(text: &str) -> Option<&str> {
    if text.starts_with(|first: char| first.is_ascii_alphanumeric() && first != 'o') {
        return None;
    }
    BULLETS.iter().find_map(|bullet| {
        let rest = text.strip_prefix(bullet)?;
        (rest.starts_with([' ', '\t']) || rest.is_empty()).then(|| rest.trim())
    })
}

const SIGN_OFFS: &[&str] = &[
    "thanks",
    "thank you",
    "many thanks",
    "thanks again",
    "thanks very much",
    "thanks a lot",
    "thanks ever so much",
    "thank you very much",
    "with thanks",
    "regards",
    "kind regards",
    "best regards",
    "warm regards",
    "with kind regards",
    "with warm regards",
    "best",
    "best wishes",
    "with best wishes",
    "all the best",
    "cheers",
    "ta",
    "yours",
    "yours ever",
    "yours faithfully",
    "yours sincerely",
    "sincerely",
    "respectfully",
    "rgds",
    "kr",
    "br",
    "thx",
    "diolch",
    "diolch yn fawr",
    "diolch o galon",
    "cofion",
    "cofion cynnes",
    "cofion gorau",
    "thanks all",
    "thanks in advance",
    "many thanks in advance",
];

/// `Kind regards`, `Thanks, Priya`, `Cheers!`: the mail's body ends here.
pub(super) fn is_sign_off(text: &str) -> bool {
    let text = text.trim();
    // Most rows begin like none.
    if text.starts_with(|first: char| first.is_ascii() && !is_first_of_sign_off(first)) {
        return false;
    }
    let text = text.to_lowercase();
    if text.chars().count() > 60 || text.ends_with([':', '?']) {
        return false;
    }
    let (head, name) = text.split_once([',', '!', '.']).unwrap_or((&text, ""));
    SIGN_OFFS.contains(&head.trim()) && name.split_whitespace().count() <= 5
}

fn is_first_of_sign_off(letter: char) -> bool {
    let letter = letter.to_ascii_lowercase();
    SIGN_OFFS.iter().any(|sign_off| sign_off.starts_with(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_off_is_told_from_an_answer() {
        for (text, expected) in [
            ("Thanks", true),
            ("Kind regards,", true),
            ("Cheers, Sam", true),
            ("thanks!!", true),
            ("Best practice for shared drives", false),
            ("Thanks for the form, here are our answers:", false),
            ("Best: somebody who knows radio", false),
        ] {
            assert_eq!(is_sign_off(text), expected, "{text}");
        }
    }

    #[test]
    fn rows_leave_out_what_is_no_text_of_a_person() {
        let line = |text: &str, origin| Line { text: text.to_owned(), origin };
        let rows = all(&[
            line("HEADING", Origin::Own),
            line("-------", Origin::Own),
            line("one\u{2028}two", Origin::Own),
            line("  indented", Origin::Own),
            line("Bob, Manager", Origin::Signature),
            line("\tsecond cell", Origin::Own),
        ]);
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts, ["HEADING", "one", "two", "indented", "\tsecond cell"]);
        assert_eq!(rows[3].indent, 2);
    }

    #[test]
    fn a_bullet_needs_a_blank_behind_it() {
        assert_eq!(behind_bullet("- item"), Some("item"));
        assert_eq!(behind_bullet("-5 degrees"), None);
        assert_eq!(behind_bullet("order"), None);
    }
}
