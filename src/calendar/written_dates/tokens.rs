//! Cuts a phrase into words, numbers and marks, with the names of months and weekdays known.

use chrono::Weekday;

use super::known_words::{Role, corrected, kind_of, role_of};
use super::welsh;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// `digits` is 0 for a number written as a word.
    Number {
        value: u32,
        digits: usize,
    },
    Ordinal(u32),
    Month(u32),
    Weekday(Weekday),
    Mark(char),
}

#[derive(Debug, Clone)]
pub(super) struct Token {
    pub(super) kind: Kind,
    /// The word in lower case as it was written, empty for marks and digits.
    pub(super) word: String,
    pub(super) space_before: bool,
    /// `May` and not `may`, `Sun` and not `sun`.
    pub(super) capital: bool,
    pub(super) role: Role,
}

/// An answer is short. What stands beyond this many characters is not read.
const LONGEST_TEXT: usize = 2_000;

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::with_capacity(text.len().min(LONGEST_TEXT) / 4);
    let mut run = String::new();
    let mut letters = text.chars().take(LONGEST_TEXT).map(plain).peekable();
    let mut space_before = true;
    while let Some(letter) = letters.next() {
        if letter == '\n' {
            found.push(mark('\n'));
            space_before = true;
            continue;
        }
        if letter.is_whitespace() {
            space_before = true;
            continue;
        }
        run.clear();
        run.push(letter);
        let same_run = |next: &char| {
            if letter.is_ascii_digit() {
                next.is_ascii_digit()
            } else {
                letter.is_alphabetic() && (next.is_alphabetic() || *next == '\'')
            }
        };
        while let Some(next) = letters.next_if(same_run) {
            run.push(next);
        }
        push(&mut found, &mut run, space_before);
        space_before = false;
        // In `Nov'26` the apostrophe belongs to the year.
        if run.ends_with('\'') && letters.peek().is_some_and(char::is_ascii_digit) && run.len() > 1
        {
            found.push(Token { space_before, ..mark('\'') });
        }
    }
    without_ish(&mut found);
    welsh::in_english(found)
}

/// `June-ish` is June.
fn without_ish(found: &mut Vec<Token>) {
    let ish: Vec<usize> = (0..found.len())
        .filter(|at| found.get(*at).is_some_and(|token| token.word == "ish"))
        .collect();
    for at in ish.into_iter().rev() {
        let before = at
            .checked_sub(1)
            .filter(|before| found.get(*before).is_some_and(|token| token.kind == Kind::Mark('-')));
        found.drain(before.unwrap_or(at)..=at);
    }
}

fn plain(letter: char) -> char {
    match letter {
        '\u{2019}' | '\u{2018}' | '\u{02BC}' | '\u{00B4}' | '`' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\r' => ' ',
        other => other,
    }
}

fn mark(mark: char) -> Token {
    let kind = Kind::Mark(mark);
    let role = role_of(&kind, "");
    Token { kind, word: String::new(), space_before: true, capital: false, role }
}

fn push(found: &mut Vec<Token>, run: &mut String, space_before: bool) {
    let first = run.chars().next().unwrap_or(' ');
    let capital = first.is_uppercase() && run.chars().skip(1).any(char::is_lowercase);
    if run.is_ascii() {
        run.make_ascii_lowercase();
    } else {
        *run = run.to_lowercase();
    }
    let word = run.trim_end_matches('\'').trim_end_matches("'s");
    let is_ordinal_ending = !space_before
        && matches!(
            word,
            "st" | "nd" | "rd" | "th" | "af" | "il" | "ydd" | "ed" | "fed" | "eg" | "ain"
        );
    if is_ordinal_ending
        && let Some(last) = found.last_mut()
        && let Kind::Number { value, .. } = last.kind
    {
        last.kind = Kind::Ordinal(value);
        last.role = Role::DATE;
        return;
    }
    let (kind, word) = if first.is_ascii_digit() {
        // Longer numbers are no part of a date; the largest number stands for them.
        let value = if run.len() <= 4 { run.parse().unwrap_or(u32::MAX) } else { u32::MAX };
        (Kind::Number { value, digits: run.len() }, "")
    } else if first.is_alphabetic() {
        let word = corrected(word).unwrap_or(word);
        (kind_of(word), word)
    } else {
        (Kind::Mark(first), "")
    };
    let role = role_of(&kind, word);
    found.push(Token { kind, word: word.to_owned(), space_before, capital, role });
}
