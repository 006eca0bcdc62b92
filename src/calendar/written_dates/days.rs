//! Single days: `14 December`, `14/12/2026`, `Dec 14th, 2026`, `2026-12-14`.

use chrono::{Datelike, NaiveDate};

use super::tokens::Kind;
use super::{Read, Reader, one_day};

impl Reader<'_> {
    pub(super) fn day(&self, at: usize) -> Read {
        self.numeric(at).or_else(|| self.day_and_month(at)).or_else(|| self.month_and_day(at))
    }

    fn numeric(&self, at: usize) -> Read {
        let (first, first_digits) = self.number(at)?;
        let separator = ['/', '.', '-'].into_iter().find(|mark| self.is_mark(at + 1, *mark))?;
        let (second, second_digits) = self.number(at + 2)?;
        if self.is_mark(at + 3, separator) {
            let (third, third_digits) = self.number(at + 4)?;
            if self.is_mark(at + 5, '.') && self.number(at + 6).is_some() {
                return None;
            }
            let day = match (first_digits, second_digits, third_digits) {
                (4, 1..=2, 1..=2) => date(first, second, third),
                (1..=2, 1..=2, 4) => day_first(third, second, first),
                (1..=2, 1..=2, 2) => day_first(third + 2000, second, first),
                _ => None,
            };
            return Some((one_day(day?), at + 5));
        }
        // `24/7` is a way to say always, and `10.30` is a time.
        let is_day = separator == '/' && first_digits <= 2 && (first, second) != (24, 7);
        let day = is_day.then(|| self.coming(|year| date(u32::try_from(year).ok()?, second, first)));
        Some((one_day(day??), at + 3))
    }

    fn day_and_month(&self, at: usize) -> Read {
        let day = self.day_of_month(at)?;
        let mut next = at + 1;
        next += usize::from(self.is_mark(next, '-') || self.is_word(next, "of"));
        next += usize::from(self.is_word(next, "the"));
        let month = self.month(next)?;
        Some(self.with_year(day, month, next + 1)?)
    }

    fn month_and_day(&self, at: usize) -> Read {
        let month = self.month(at)?;
        let next = at + 1 + usize::from(self.is_word(at + 1, "the"));
        let day = self.day_of_month(next)?;
        self.with_year(day, month, next + 1)
    }

    fn with_year(&self, day: u32, month: u32, next: usize) -> Read {
        if let Some((year, next)) = self.year(next) {
            return Some((one_day(date(year, month, day)?), next));
        }
        let day = self.coming(|year| date(u32::try_from(year).ok()?, month, day))?;
        Some((one_day(day), next))
    }

    /// The year said at this place: `2026`, `, 2026`, `'26`, `26`.
    pub(super) fn year(&self, at: usize) -> Option<(u32, usize)> {
        let mut next = at;
        next += usize::from([',', '\'', '-', '/'].into_iter().any(|mark| self.is_mark(at, mark)));
        let (value, digits) = self.number(next)?;
        let this_year = u32::try_from(self.written_on.year()).ok()?;
        let year = match digits {
            4 if (2000..2100).contains(&value) => value,
            // Another two digits may be a time or a day.
            2 if (this_year..=this_year + 5).contains(&(value + 2000)) => value + 2000,
            _ => return None,
        };
        Some((year, next + 1))
    }

    pub(super) fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.kind(at)? {
            Kind::Number { value, digits } if *digits > 0 => Some((*value, *digits)),
            _ => None,
        }
    }

    fn day_of_month(&self, at: usize) -> Option<u32> {
        match self.kind(at)? {
            Kind::Number { value, .. } | Kind::Ordinal(value) if (1..=31).contains(value) => {
                Some(*value)
            }
            _ => None,
        }
    }

    pub(super) fn month(&self, at: usize) -> Option<u32> {
        match self.kind(at)? {
            Kind::Month(month) => Some(*month),
            _ => None,
        }
    }
}

fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
}

/// `12/25/2026` can only be meant the American way.
fn day_first(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    date(year, month, day).or_else(|| date(year, day, month))
}
