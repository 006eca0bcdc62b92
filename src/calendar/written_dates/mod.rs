//! Reads the days that a British reader sees in phrases such as `w/c 14 December`.

mod days;
mod tokens;

use chrono::{Datelike, NaiveDate};

use tokens::{Kind, Token, tokens};

use crate::calendar::Days;

/// The days that `text` can mean to somebody who reads it on `written_on`: of several dates the
/// earliest that is still to come. `None` when it names no day.
pub fn read(text: &str, written_on: NaiveDate) -> Option<Days> {
    let tokens = tokens(text);
    let reader = Reader { tokens: &tokens, written_on };
    let mut at = 0;
    while at < tokens.len() {
        if let Some((period, _)) = reader.phrase(at) {
            return Some(period.days);
        }
        at += 1;
    }
    None
}

/// A stretch of days, and what kind of stretch, for `end of` and `early` mean different days in a
/// week, a month and a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Period {
    days: Days,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Day,
    Week,
    Month,
}

/// What was read, and the place of the first token after it.
type Read = Option<(Period, usize)>;

struct Reader<'a> {
    tokens: &'a [Token],
    written_on: NaiveDate,
}

impl Reader<'_> {
    fn phrase(&self, at: usize) -> Read {
        self.week_of(at).or_else(|| self.end_of_month(at)).or_else(|| self.day(at))
    }

    fn week_of(&self, at: usize) -> Read {
        let next = if self.is_word(at, "w") && self.is_mark(at + 1, '/') && self.is_word(at + 2, "c")
        {
            at + 3
        } else if self.is_word(at, "week") && self.is_word(at + 1, "commencing") {
            at + 2
        } else {
            return None;
        };
        let (period, next) = self.day(next)?;
        let monday = period.days.from.week(chrono::Weekday::Mon).first_day();
        let friday = monday.checked_add_days(chrono::Days::new(4))?;
        Some((Period { days: Days { from: monday, to: friday }, unit: Unit::Week }, next))
    }

    fn end_of_month(&self, at: usize) -> Read {
        let Some(Kind::Month(month)) = self.kind(at + 2) else {
            return None;
        };
        if !(self.is_word(at, "end") && self.is_word(at + 1, "of")) {
            return None;
        }
        let first = self.coming(|year| NaiveDate::from_ymd_opt(year, *month, 28))?;
        let to = first.with_day(u32::from(first.num_days_in_month()))?;
        let from = to.checked_sub_days(chrono::Days::new(6))?;
        Some((Period { days: Days { from, to }, unit: Unit::Month }, at + 3))
    }

    /// The first of the days, one for each year, that does not lie before the day of writing.
    fn coming(&self, in_year: impl Fn(i32) -> Option<NaiveDate>) -> Option<NaiveDate> {
        let year = self.written_on.year();
        // A 29 February may be eight years away.
        (year..=year.saturating_add(8)).filter_map(in_year).find(|day| *day >= self.written_on)
    }

    fn kind(&self, at: usize) -> Option<&Kind> {
        self.tokens.get(at).map(|token| &token.kind)
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        self.tokens.get(at).is_some_and(|token| token.word == word)
    }

    fn is_mark(&self, at: usize, mark: char) -> bool {
        self.kind(at) == Some(&Kind::Mark(mark))
    }
}

fn one_day(day: NaiveDate) -> Period {
    Period { days: Days { from: day, to: day }, unit: Unit::Day }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::calendar::Days;

    #[test]
    fn dates_are_read_as_a_british_reader_does() {
        let cases = [
            ("14 December", "2026-12-14", "2026-12-14", "the next one"),
            ("on the 14th of December 2027", "2027-12-14", "2027-12-14", "a year said"),
            ("14/12/2026", "2026-12-14", "2026-12-14", "day first"),
            ("w/c 14 December", "2026-12-14", "2026-12-18", "Monday to Friday"),
            ("end of January", "2027-01-25", "2027-01-31", "the last seven days"),
            ("8 Sept", "2027-09-08", "2027-09-08", "over the end of the year"),
            ("2027-02-03", "2027-02-03", "2027-02-03", "as machines write it"),
        ];
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (text, from, to, why) in cases {
            let expected = Days { from: day(from), to: day(to) };
            assert_eq!(super::read(text, day("2026-10-05")), Some(expected), "{text}: {why}");
        }
    }
}
