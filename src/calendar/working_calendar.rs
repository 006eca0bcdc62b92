//! The team's working days: which days count, and what follows for a deadline.

use std::num::NonZeroU8;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::Deserialize;

use super::bank_holidays::{BankHolidays, Division};
use super::deadline::{DayOff, Deadline, Explanation, JudgedDay};
use super::for_people::{clock_time, long_day};
use super::statutory;
use super::zone::Zone;

/// What a team may choose about its working days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    pub division: Division,
    pub zone: Zone,
    pub close_of_business: NaiveTime,
    pub reply_within_days: NonZeroU8,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            division: Division::EnglandAndWales,
            zone: Zone::default(),
            close_of_business: FIVE_O_CLOCK,
            reply_within_days: TWO,
        }
    }
}

const FIVE_O_CLOCK: NaiveTime = match NaiveTime::from_hms_opt(17, 0, 0) {
    Some(time) => time,
    None => NaiveTime::MIN,
};
const TWO: NonZeroU8 = NonZeroU8::MIN.saturating_add(1);

#[derive(Debug, Clone)]
pub struct WorkingCalendar {
    rules: Rules,
    holidays: BankHolidays,
}

impl WorkingCalendar {
    pub fn new(rules: Rules, holidays: BankHolidays) -> Self {
        Self { rules, holidays }
    }

    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    pub fn holidays(&self) -> &BankHolidays {
        &self.holidays
    }

    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        self.day_off(day).is_none()
    }

    /// Why nobody works on this day. `None` for a working day.
    pub fn day_off(&self, day: NaiveDate) -> Option<DayOff> {
        if statutory::is_weekend(day) {
            return Some(DayOff::Weekend);
        }
        // A list may already name single days of a year that it does not cover yet.
        if let Some(holiday) = self.holidays.on(self.rules.division, day) {
            let title = holiday.title.clone();
            return Some(DayOff::BankHoliday { title, substitute: holiday.substitute });
        }
        if self.holidays.cover(day) {
            return None;
        }
        let holiday = statutory::on(self.rules.division, day)?;
        Some(DayOff::Statutory { title: holiday.title, substitute: holiday.substitute })
    }

    /// The day of receipt does not count: a mail of Monday is due on Wednesday.
    pub fn reply_due(&self, received_at: DateTime<Utc>) -> Deadline {
        let received_on = self.local_day(received_at);
        let days = self.judged_days(received_on);
        let due_on = days.last().map_or(received_on, |last| last.day);
        let explanation = Explanation {
            received_on,
            received_time: self.local_time(received_at),
            reply_within_days: self.rules.reply_within_days.get().into(),
            used_statutory_rules: days.iter().any(|judged| !self.holidays.cover(judged.day)),
            days,
            close_of_business: self.rules.close_of_business,
            zone: self.rules.zone.name().to_owned(),
            division: self.rules.division,
            data_version: self.holidays.data_version(),
            data_covers_until: self.holidays.covers_until(),
        };
        let due_at = self.at_local(due_on, self.rules.close_of_business);
        Deadline { received_at, received_on, due_on, due_at, explanation }
    }

    fn judged_days(&self, received_on: NaiveDate) -> Vec<JudgedDay> {
        let mut still_to_count = self.rules.reply_within_days.get();
        let mut judged = Vec::new();
        for day in received_on.iter_days().skip(1) {
            let off = self.day_off(day);
            still_to_count -= u8::from(off.is_none());
            judged.push(JudgedDay { day, off });
            if still_to_count == 0 {
                break;
            }
        }
        judged
    }

    /// The first instant, at or after `after`, at which the wall clock of a working day shows `time`.
    pub fn next_working_day_at(&self, after: DateTime<Utc>, time: NaiveTime) -> DateTime<Utc> {
        self.local_day(after)
            .iter_days()
            .filter(|day| self.is_working_day(*day))
            .map(|day| self.at_local(day, time))
            .find(|instant| *instant >= after)
            .unwrap_or(DateTime::<Utc>::MAX_UTC)
    }

    /// The day itself when people work on it, else the next on which they do.
    pub fn working_day_from(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|day| self.is_working_day(*day)).unwrap_or(day)
    }

    /// So many working days earlier.
    pub fn working_days_before(&self, day: NaiveDate, count: u8) -> NaiveDate {
        let earlier = std::iter::successors(day.pred_opt(), NaiveDate::pred_opt);
        let mut working = earlier.filter(|day| self.is_working_day(*day));
        match count.checked_sub(1) {
            None => day,
            Some(skipped) => working.nth(skipped.into()).unwrap_or(day),
        }
    }

    /// Whether it is a working day and the wall clock stands at `from` or later, but before `until`.
    pub fn is_working_time(
        &self,
        instant: DateTime<Utc>,
        from: NaiveTime,
        until: NaiveTime,
    ) -> bool {
        let time = self.local_time(instant);
        from <= time && time < until && self.is_working_day(self.local_day(instant))
    }

    /// Negative when the published bank holidays ended before `today`.
    pub fn days_until_data_ends(&self, today: NaiveDate) -> i64 {
        self.holidays.covers_until().signed_duration_since(today).num_days()
    }

    pub fn local_day(&self, instant: DateTime<Utc>) -> NaiveDate {
        self.rules.zone.local_day(instant)
    }

    pub fn local_time(&self, instant: DateTime<Utc>) -> NaiveTime {
        self.rules.zone.local_time(instant)
    }

    /// See [`Zone::at_local`] for times that a clock change skips or repeats.
    pub fn at_local(&self, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        self.rules.zone.at_local(day, time)
    }

    /// `Wednesday 30 December 2026 at 17:00`
    pub fn day_and_time(&self, instant: DateTime<Utc>) -> String {
        let day = long_day(self.local_day(instant));
        format!("{day} at {}", clock_time(self.local_time(instant)))
    }
}
