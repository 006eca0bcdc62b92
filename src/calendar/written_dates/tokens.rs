//! Cuts a phrase into words, numbers and marks, with the names of months and weekdays known.

use chrono::Weekday;

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
}

/// An answer is short. What stands beyond this many characters is not read.
const LONGEST_TEXT: usize = 2_000;

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
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
        let mut run = String::from(letter);
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
        push(&mut found, &run, space_before);
        space_before = false;
        // In `Nov'26` the apostrophe belongs to the year.
        if run.ends_with('\'') && letters.peek().is_some_and(char::is_ascii_digit) && run.len() > 1
        {
            push(&mut found, "'", space_before);
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
    Token { kind: Kind::Mark(mark), word: String::new(), space_before: true, capital: false }
}

fn push(found: &mut Vec<Token>, run: &str, space_before: bool) {
    let first = run.chars().next().unwrap_or(' ');
    let lower = run.to_lowercase();
    let word = lower.trim_end_matches('\'').trim_end_matches("'s");
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
    let capital = first.is_uppercase() && run.chars().skip(1).any(char::is_lowercase);
    found.push(Token { kind, word: word.to_owned(), space_before, capital });
}

pub(super) fn kind_of(word: &str) -> Kind {
    if let Some(month) = month(word) {
        Kind::Month(month)
    } else if let Some(weekday) = weekday(word) {
        Kind::Weekday(weekday)
    } else if let Some(value) = place_of(NUMBERS, |name| name == word) {
        Kind::Number { value, digits: 0 }
    } else if let Some(value) = place_of(ORDINALS, |name| name == word) {
        Kind::Ordinal(value)
    } else {
        Kind::Word
    }
}

const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen \
    fourteen fifteen sixteen seventeen eighteen nineteen twenty";

const ORDINALS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh \
    twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth";

const MONTHS: &str =
    "january february march april may june july august september october november december";

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// Words that are often mistyped and change the meaning when missed.
const OFTEN_MISTYPED: [&str; 4] = ["tomorrow", "fortnight", "christmas", "commencing"];

/// Counts from one.
fn place_of(list: &str, is_meant: impl Fn(&str) -> bool) -> Option<u32> {
    let place = list.split_ascii_whitespace().position(is_meant)?;
    u32::try_from(place + 1).ok()
}

fn month(word: &str) -> Option<u32> {
    let word = if word == "sept" { "sep" } else { word };
    let is_short = |name: &str| word.len() == 3 && name.starts_with(word);
    place_of(MONTHS, |name| name == word || is_short(name))
        .or_else(|| place_of(MONTHS, |name| is_mistyped(name, word)))
}

fn weekday(word: &str) -> Option<Weekday> {
    let exact = match word {
        "mon" => Some(Weekday::Mon),
        "tue" | "tues" => Some(Weekday::Tue),
        "wed" | "weds" => Some(Weekday::Wed),
        "thu" | "thur" | "thurs" => Some(Weekday::Thu),
        "fri" => Some(Weekday::Fri),
        "sat" => Some(Weekday::Sat),
        "sun" => Some(Weekday::Sun),
        _ => WEEKDAYS.iter().find(|(name, _)| *name == word).map(|(_, day)| *day),
    };
    exact.or_else(|| WEEKDAYS.iter().find(|(name, _)| is_mistyped(name, word)).map(|(_, day)| *day))
}

fn corrected(word: &str) -> Option<&'static str> {
    OFTEN_MISTYPED.into_iter().find(|known| is_mistyped(known, word))
}

/// One slip in a long name, two in a very long one. The first letter must be right, which keeps
/// `remember` from being December; `sundry` and plurals are words of their own.
fn is_mistyped(name: &str, word: &str) -> bool {
    let length = word.chars().count();
    let slips = match length {
        6..=7 => 1,
        8..=11 => 2,
        _ => return false,
    };
    name.len() >= 6
        && name != "sunday"
        && (name.ends_with('s') || !word.ends_with('s'))
        && name.chars().next() == word.chars().next()
        && strsim::osa_distance(name, word) <= slips
}
