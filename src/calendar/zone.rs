//! Between instants and the days and times on the team's wall clock.

use std::fmt;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;

/// A time zone by its name in the tz database, such as `Europe/London`.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(Tz);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone: expected a name such as `Europe/London`")]
pub struct InvalidZone;

/// A day has fewer minutes than this, even one that a zone skips whole.
const LONGEST_GAP_MINUTES: i64 = 26 * 60;

impl Zone {
    pub fn parse(name: &str) -> Result<Self, InvalidZone> {
        name.trim().parse().map(Self).map_err(|_| InvalidZone)
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    pub fn local_day(self, instant: DateTime<Utc>) -> NaiveDate {
        instant.with_timezone(&self.0).date_naive()
    }

    pub fn local_time(self, instant: DateTime<Utc>) -> NaiveTime {
        instant.with_timezone(&self.0).time()
    }

    /// The instant at which the wall clock shows this day and time.
    ///
    /// When the clocks go forward some times do not exist: the first instant after the gap stands
    /// for them. When they go back some exist twice: the first is meant.
    pub fn at_local(self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let wanted = day.and_time(time);
        let mut later = (0..=LONGEST_GAP_MINUTES)
            .filter_map(|minutes| wanted.checked_add_signed(TimeDelta::minutes(minutes)));
        later
            .find_map(|local| self.0.from_local_datetime(&local).earliest())
            .map_or_else(|| wanted.and_utc(), |found| found.with_timezone(&Utc))
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::Europe__London)
    }
}

impl TryFrom<String> for Zone {
    type Error = InvalidZone;

    fn try_from(name: String) -> Result<Self, InvalidZone> {
        Self::parse(&name)
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
