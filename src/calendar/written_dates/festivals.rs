//! Days that have a name: `Christmas`, `Good Friday`, `the early May bank holiday`.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Days, Period, Read, Reader, Unit, date, last_of_month, shifted};
use crate::calendar::statutory::easter_sunday;

enum When {
    /// Month, day, and how many days it lasts.
    Fixed(u32, u32, i64),
    /// Days from Easter Sunday, and how many days it lasts.
    Easter(i64, i64),
    /// The first Monday of the month.
    FirstMonday(u32),
    /// The last Monday of the month.
    LastMonday(u32),
    /// The Sunday on or after this day.
    SundayFrom(u32, u32),
}

/// A longer name stands before a shorter one that it begins with.
const FESTIVALS: &[(&str, When)] = &[
    ("christmas eve", When::Fixed(12, 24, 1)),
    ("christmas day", When::Fixed(12, 25, 1)),
    ("christmas", When::Fixed(12, 25, 1)),
    ("xmas eve", When::Fixed(12, 24, 1)),
    ("xmas", When::Fixed(12, 25, 1)),
    ("boxing day", When::Fixed(12, 26, 1)),
    ("new year eve", When::Fixed(12, 31, 1)),
    ("new years eve", When::Fixed(12, 31, 1)),
    ("new year day", When::Fixed(1, 1, 1)),
    ("new years day", When::Fixed(1, 1, 1)),
    ("hogmanay", When::Fixed(12, 31, 1)),
    ("new year", When::Fixed(1, 1, 31)),
    ("burns night", When::Fixed(1, 25, 1)),
    ("valentine day", When::Fixed(2, 14, 1)),
    ("valentines day", When::Fixed(2, 14, 1)),
    ("st david day", When::Fixed(3, 1, 1)),
    ("st davids day", When::Fixed(3, 1, 1)),
    ("st patrick day", When::Fixed(3, 17, 1)),
    ("st patricks day", When::Fixed(3, 17, 1)),
    ("st george day", When::Fixed(4, 23, 1)),
    ("st georges day", When::Fixed(4, 23, 1)),
    ("april fools day", When::Fixed(4, 1, 1)),
    ("halloween", When::Fixed(10, 31, 1)),
    ("hallowe'en", When::Fixed(10, 31, 1)),
    ("bonfire night", When::Fixed(11, 5, 1)),
    ("guy fawkes night", When::Fixed(11, 5, 1)),
    ("remembrance day", When::Fixed(11, 11, 1)),
    ("armistice day", When::Fixed(11, 11, 1)),
    ("remembrance sunday", When::SundayFrom(11, 8)),
    ("st andrew day", When::Fixed(11, 30, 1)),
    ("st andrews day", When::Fixed(11, 30, 1)),
    ("shrove tuesday", When::Easter(-47, 1)),
    ("pancake day", When::Easter(-47, 1)),
    ("ash wednesday", When::Easter(-46, 1)),
    ("palm sunday", When::Easter(-7, 1)),
    ("holy week", When::Easter(-6, 5)),
    ("maundy thursday", When::Easter(-3, 1)),
    ("good friday", When::Easter(-2, 1)),
    ("easter sunday", When::Easter(0, 1)),
    ("easter monday", When::Easter(1, 1)),
    ("easter bank holiday weekend", When::Easter(-2, 4)),
    ("easter weekend", When::Easter(-2, 4)),
    ("easter", When::Easter(-2, 4)),
    ("whit monday", When::Easter(50, 1)),
    ("early may bank holiday", When::FirstMonday(5)),
    ("may day bank holiday", When::FirstMonday(5)),
    ("first may bank holiday", When::FirstMonday(5)),
    ("may day", When::FirstMonday(5)),
    ("late may bank holiday", When::LastMonday(5)),
    ("second may bank holiday", When::LastMonday(5)),
    ("whitsun bank holiday", When::LastMonday(5)),
    ("whitsun", When::LastMonday(5)),
    ("spring bank holiday", When::LastMonday(5)),
    ("may bank holiday", When::FirstMonday(5)),
    ("late summer bank holiday", When::LastMonday(8)),
    ("summer bank holiday", When::LastMonday(8)),
    ("august bank holiday", When::LastMonday(8)),
];

impl Reader<'_> {
    pub(super) fn festival(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let (next, when) =
            FESTIVALS.iter().find_map(|(name, when)| Some((self.after(at, name)?, when)))?;
        if let Some((year, next)) = self.year(next) {
            return Some((Period::new(days_in(when, year)?, Unit::Festival), next));
        }
        let days = self.coming(|year| days_in(when, year))?;
        Some((Period::guessed(days, Unit::Festival), next))
    }
}

fn days_in(when: &When, year: i32) -> Option<Days> {
    let (from, lasts) = match *when {
        When::Fixed(month, day, lasts) => (date(year, month, day), lasts),
        When::Easter(later, lasts) => (shifted(easter_sunday(year)?, later), lasts),
        When::FirstMonday(month) => (monday_on_or_after(date(year, month, 1)?), 1),
        When::LastMonday(month) => {
            (monday_on_or_after(shifted(last_of_month(year, month)?, -6)?), 1)
        }
        When::SundayFrom(month, day) => {
            let start = date(year, month, day)?;
            (start.iter_days().find(|day| day.weekday() == Weekday::Sun), 1)
        }
    };
    let from = from?;
    Some(Days { from, to: shifted(from, lasts - 1)? })
}

fn monday_on_or_after(start: NaiveDate) -> Option<NaiveDate> {
    start.iter_days().find(|day| day.weekday() == Weekday::Mon)
}
