//! Reads the days that a British reader sees in phrases such as `w/c 14 December`.
//!
//! Every place of the text is tried from left to right. A phrase is built in layers, and each layer
//! asks only the one below, so the work grows with the length of the text and never deeper:
//!
//! | layer | reads |
//! | --- | --- |
//! | `choose`, `mentions`, `leaning` | which of several dates is meant |
//! | `ranges` | `14 to 18 December`, `between 4 January and Easter` |
//! | `relative` | `in two weeks`, `a week before Christmas`, `before Easter` |
//! | `parts`, `part_days` | `end of January`, `first week of March` |
//! | `periods`, `weeks`, `days`, `festivals` | `Q1 2027`, `w/c 14 December`, `Friday`, `14/12/2026` |
//! | `tokens`, `welsh` | words, numbers, marks |

mod choose;
mod days;
mod festivals;
mod known_words;
mod law_terms;
mod leaning;
mod mentions;
mod part_days;
mod parts;
mod periods;
mod ranges;
mod relative;
mod spans;
mod tokens;
mod weeks;
mod welsh;

#[cfg(test)]
mod tests;

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use known_words::{LONGEST_LEAD, Role};
use tokens::{Kind, Token, tokens};

use crate::calendar::Days;

/// The days that `text` can mean to somebody who reads it on `written_on`: of several dates the
/// earliest that needs the reader. `None` when it names no day.
pub fn read(text: &str, written_on: NaiveDate) -> Option<Days> {
    let tokens = tokens(text);
    chosen(&tokens, written_on, &(0..usize::MAX))
}

/// As [`read`], for words taken out of a text: days before them are what `a week before that` hangs
/// on, and what stands behind them may count back from them or put them right.
pub fn read_between(
    text: &str,
    (before, after): (&str, &str),
    written_on: NaiveDate,
) -> Option<Days> {
    let mut all = tokens(before);
    let start = all.len();
    all.extend(tokens(text));
    let end = all.len();
    all.extend(tokens(after));
    chosen(&all, written_on, &(start..end))
}

/// Whether all days that a text names are those of an end, an absence or another plan.
pub fn are_beside_the_point(text: &str, written_on: NaiveDate) -> bool {
    let tokens = tokens(text);
    tokens.iter().any(|token| token.role.is_of_a_date)
        && choose::are_weak(&Reader::new(&tokens, written_on))
}

/// Most sentences name no day, and hundreds of phrases would be tried at each of their words.
fn chosen(tokens: &[Token], written_on: NaiveDate, within: &Range<usize>) -> Option<Days> {
    let is_of_a_date = |token: &Token| token.role.is_of_a_date;
    let last = tokens.iter().rposition(is_of_a_date)?;
    // `Before that` hangs on a day named before.
    let hangs_on = |token: &Token| ["then", "that"].contains(&&*token.word);
    if last < within.start && !tokens.iter().skip(within.start).any(hangs_on) {
        return None;
    }
    choose::chosen(&Reader::new(tokens, written_on), within)
}

/// A stretch of days, and what kind of stretch, for `end of` and `early` mean different days in a
/// week, a month and a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    days: Days,
    unit: Unit,
    /// The text names no year; the next such days were taken.
    guessed_year: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    /// A weekday without a date, which belongs to a week named nearby.
    Weekday,
    /// The number of a day without a month, which belongs to a month named nearby.
    NumberedDay,
    Week,
    Month,
    Quarter,
    Season,
    Year,
    Festival,
    /// From the day of writing until some day.
    Before,
    /// After some day, without an end: any better date nearby is preferred.
    Vague,
    /// Has no parts of its own.
    Other,
}

/// What was read, and the place of the first token after it.
type Read = Option<(Period, usize)>;

struct Reader<'a> {
    tokens: &'a [Token],
    written_on: NaiveDate,
    /// The text counts its quarters from April.
    is_financial: bool,
}

impl<'a> Reader<'a> {
    fn new(tokens: &'a [Token], written_on: NaiveDate) -> Self {
        let is_said = |words: &[&str]| tokens.iter().any(|token| words.contains(&&*token.word));
        let is_financial = is_said(&["financial", "fiscal", "fy"]) && !is_said(&["calendar"]);
        Self { tokens, written_on, is_financial }
    }

    /// The first stretch, one for each year, that is not over on the day of writing.
    fn coming(&self, in_year: impl Fn(i32) -> Option<Days>) -> Option<Days> {
        let year = self.written_on.year();
        // A 29 February may be eight years away; a winter begins the year before.
        (year.saturating_sub(1)..=year.saturating_add(8))
            .filter_map(in_year)
            .find(|days| days.to >= self.written_on)
    }

    fn this_year(&self) -> i32 {
        self.written_on.year()
    }

    fn kind(&self, at: usize) -> Option<&Kind> {
        self.tokens.get(at).map(|token| &token.kind)
    }

    fn role(&self, at: usize) -> Role {
        self.tokens.get(at).map(|token| token.role).unwrap_or_default()
    }

    /// Whether a phrase for days can begin here.
    fn may_begin(&self, at: usize) -> bool {
        let ahead = self.tokens.get(at..).unwrap_or_default().iter().take(LONGEST_LEAD);
        self.role(at).begins && ahead.map(|token| token.role).any(|role| role.is_of_a_date)
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.word)
    }

    fn word_before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |before| self.word(before))
    }

    fn is_any(&self, at: usize, words: &[&str]) -> bool {
        let Some(token) = self.tokens.get(at) else {
            return false;
        };
        words.iter().any(|word| starts_like(word, token) && *word == token.word)
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.kind(at) == Some(&Kind::Mark(mark))
    }

    fn is_joined(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| !token.space_before)
    }

    fn is_capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.capital)
    }

    /// The place after these words, when they all stand here: `w / c`.
    fn after(&self, at: usize, words: &str) -> Option<usize> {
        let is_word = words.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        if is_word && !self.tokens.get(at).is_some_and(|token| starts_like(words, token)) {
            return None;
        }
        let mut next = at;
        for word in words.split(' ') {
            let is_there = match word.chars().next() {
                Some(mark) if !mark.is_alphanumeric() => self.is_mark(next, mark),
                _ => self.is_any(next, &[word]),
            };
            next = is_there.then_some(next + 1)?;
        }
        Some(next)
    }

    /// The place after the first of these phrases that stands here.
    fn after_any(&self, at: usize, phrases: &[&str]) -> Option<usize> {
        phrases.iter().find_map(|words| self.after(at, words))
    }

    /// Steps over one of these words when it stands here.
    fn skip(&self, at: usize, words: &[&str]) -> usize {
        at + usize::from(self.is_any(at, words))
    }

    fn skip_marks(&self, at: usize, marks: &[char]) -> usize {
        at + usize::from(marks.iter().any(|mark| self.is_mark(at, *mark)))
    }

    /// Any phrase for one stretch but a festival, without `end of`, `before` and the like.
    fn whole(&self, at: usize) -> Read {
        self.week(at)
            .or_else(|| self.day(at))
            .or_else(|| self.weekday_phrase(at))
            .or_else(|| self.period(at))
    }
}

/// Hundreds of phrases are tried at every word, and nearly all fail at their first letter.
fn starts_like(words: &str, token: &Token) -> bool {
    words.as_bytes().first() == token.word.as_bytes().first()
}

impl Period {
    fn new(days: Days, unit: Unit) -> Self {
        Self { days, unit, guessed_year: false }
    }

    fn guessed(days: Days, unit: Unit) -> Self {
        Self { days, unit, guessed_year: true }
    }

    fn day(day: NaiveDate) -> Self {
        Self::new(Days { from: day, to: day }, Unit::Day)
    }
}

fn days(from: NaiveDate, to: NaiveDate) -> Option<Days> {
    (from <= to).then_some(Days { from, to })
}

/// `days` may be negative.
fn shifted(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_add_signed(chrono::TimeDelta::try_days(days)?)
}

fn date(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    day.week(chrono::Weekday::Mon).checked_first_day().unwrap_or(day)
}

fn last_of_month(year: i32, month: u32) -> Option<NaiveDate> {
    let first = date(year, month, 1)?;
    first.with_day(u32::from(first.num_days_in_month()))
}

/// All days from the first of one month to the last of another that begins `months` later.
fn months(year: i32, month: u32, months: u32) -> Option<Days> {
    let from = date(year, month, 1)?;
    let to = from.checked_add_months(chrono::Months::new(months))?.pred_opt()?;
    days(from, to)
}
