//! What the tests of the readers share.

use crate::mail::{Line, Origin};

use super::Question;
use super::found::Found;
use super::rows::{self, Row};

pub(super) fn own(text: &str) -> Vec<Row> {
    let line = |text: &str| Line { text: text.to_owned(), origin: Origin::Own };
    rows::all(&text.split('\n').map(line).collect::<Vec<_>>())
}

/// Rows that begin with `>` are quoted.
pub(super) fn quoted_and_own(text: &str) -> Vec<Row> {
    let line = |text: &str| match text.strip_prefix('>') {
        Some(quoted) => Line { text: quoted.trim().to_owned(), origin: Origin::Quoted(1) },
        None => Line { text: text.to_owned(), origin: Origin::Own },
    };
    rows::all(&text.split('\n').map(line).collect::<Vec<_>>())
}

pub(super) fn check_found(found: &Found, expected: &[(Question, &str)], reason: &str) {
    let answers: Vec<(Question, &str)> =
        found.answers.iter().map(|(question, answer)| (*question, answer.text.as_str())).collect();
    assert_eq!(answers, expected, "{reason}");
}
