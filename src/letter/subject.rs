//! The subject of a letter: on one line, with the reference once, short enough for a list of mails.

use crate::letter::text::one_line;
use crate::triage::Reference;

/// Longer subjects are cut. Most lists of mails show less than half of this.
const LONGEST: usize = 150;
/// How mail programs mark an answer or a forwarded mail, in the languages that reach us.
const MARKS: [&str; 8] = ["re", "aw", "antw", "sv", "fw", "fwd", "wg", "tr"];
/// How many marks in a row are taken off. A mail with more was made to waste our time.
const MOST_MARKS: usize = 20;

/// The subject of an answer: `Re: [SEC-2026-0042] what they wrote`.
pub(crate) fn answer(theirs: &str, reference: Option<&Reference>) -> String {
    let bare = bare(theirs, reference);
    let bare = if bare.is_empty() { "your mail" } else { bare.as_str() };
    match reference {
        Some(reference) => one_line(&format!("Re: [{reference}] {bare}"), LONGEST),
        None => one_line(&format!("Re: {bare}"), LONGEST),
    }
}

/// The subject of a letter that begins something: `[SEC-2026-0042] title`.
pub(crate) fn titled(title: &str, reference: Option<&Reference>) -> String {
    match reference {
        Some(reference) => one_line(&format!("[{reference}] {title}"), LONGEST),
        None => one_line(title, LONGEST),
    }
}

/// What the sender wrote, without `Re:` and without our reference.
pub(crate) fn bare(subject: &str, reference: Option<&Reference>) -> String {
    let mut rest = one_line(subject, 4 * LONGEST);
    if let Some(reference) = reference {
        rest = rest.replace(&format!("[{reference}]"), " ");
    }
    let mut rest = rest.trim();
    for _ in 0..MOST_MARKS {
        match without_mark(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    one_line(rest, LONGEST)
}

/// Takes `Re:`, `RE :` or `Re[2]:` off the front.
fn without_mark(subject: &str) -> Option<&str> {
    let (mark, rest) = subject.split_once(':')?;
    let mark = mark.trim();
    let mark = mark.split_once('[').map_or(mark, |(word, _)| word);
    MARKS.iter().any(|known| known.eq_ignore_ascii_case(mark)).then(|| rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(theirs: &str, expected: &str) {
        let reference = Reference::new("SEC", 2026, 42);
        assert_eq!(answer(theirs, Some(&reference)), expected);
    }

    #[test]
    fn an_answer_carries_the_reference_once() {
        check("Review of our design", "Re: [SEC-2026-0042] Review of our design");
        check("Re: Review", "Re: [SEC-2026-0042] Review");
        check("RE: re: AW: Re[2]: Review", "Re: [SEC-2026-0042] Review");
        check("Re: [SEC-2026-0042] Review", "Re: [SEC-2026-0042] Review");
        check("Re: [SEC-2026-0042] Re: [SEC-2026-0042] Review", "Re: [SEC-2026-0042] Review");
        check("Reminder: tea", "Re: [SEC-2026-0042] Reminder: tea");
        check("", "Re: [SEC-2026-0042] your mail");
    }

    #[test]
    fn no_header_can_be_smuggled_in() {
        check("Hello\r\nBcc: x@example.org", "Re: [SEC-2026-0042] Hello Bcc: x@example.org");
    }

    #[test]
    fn a_long_subject_is_cut() {
        let subject = answer(&"very long ".repeat(100), None);
        assert!(subject.chars().count() <= LONGEST + 1);
        assert!(subject.ends_with('…'));
    }
}
