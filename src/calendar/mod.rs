//! Working days, and when a reply is due.
//!
//! [`WorkingCalendar`] answers everything about working days; [`written_dates`] reads the days that
//! people write about.

mod bank_holidays;
pub mod statutory;
mod zone;
mod for_people;
mod deadline;
mod working_calendar;
pub mod written_dates;

#[cfg(test)]
mod bank_holidays_tests;
#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use bank_holidays::{BankHoliday, BankHolidays, Division, InvalidHolidays};
pub use deadline::{DayOff, Deadline, Explanation, JudgedDay};
pub use for_people::{clock_time, long_day, long_day_cy};
pub use working_calendar::{Rules, WorkingCalendar};
pub use zone::{InvalidZone, Zone};

/// First and last day that a phrase can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    pub from: NaiveDate,
    pub to: NaiveDate,
}
