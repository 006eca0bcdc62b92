//! The four terms of the courts of England and Wales, by the rule of their practice direction, and
//! the three of most schools of England, which differ by days from council to council.

use chrono::{Datelike, NaiveDate, Weekday};

use super::{Days, date, days, last_of_month, monday_of, shifted};
use crate::calendar::statutory::easter_sunday;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    Michaelmas,
    Hilary,
    Easter,
    Trinity,
    SchoolAutumn,
    SchoolSpring,
    SchoolSummer,
}

impl Term {
    pub(super) fn days_in(self, year: i32) -> Option<Days> {
        let spring_holiday = last_in(year, 5, Weekday::Mon)?;
        match self {
            Self::Michaelmas => days(date(year, 10, 1)?, date(year, 12, 21)?),
            // To the Wednesday before Easter.
            Self::Hilary => days(date(year, 1, 11)?, shifted(easter_sunday(year)?, -4)?),
            // From the second Tuesday after Easter to the Friday before the spring holiday.
            Self::Easter => days(shifted(easter_sunday(year)?, 9)?, shifted(spring_holiday, -3)?),
            Self::Trinity => days(shifted(spring_holiday, 8)?, date(year, 7, 31)?),
            Self::SchoolAutumn => days(date(year, 9, 3)?, date(year, 12, 18)?),
            // To Maundy Thursday, and again from the third Monday on.
            Self::SchoolSpring => days(date(year, 1, 4)?, shifted(easter_sunday(year)?, -3)?),
            Self::SchoolSummer => days(shifted(easter_sunday(year)?, 15)?, date(year, 7, 21)?),
        }
    }

    pub(super) fn last_week_in(self, year: i32) -> Option<Days> {
        let to = self.days_in(year)?.to;
        days(monday_of(to), to)
    }
}

pub(super) fn on_or_after(start: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    shifted(start, i64::from(weekday.days_since(start.weekday())))
}

pub(super) fn last_in(year: i32, month: u32, weekday: Weekday) -> Option<NaiveDate> {
    on_or_after(shifted(last_of_month(year, month)?, -6)?, weekday)
}
