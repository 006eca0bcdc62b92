//! Weeks and weekends: `w/c 14 December`, `next week`, `the week before Christmas`.

use super::tokens::Kind;
use super::weekdays::from_monday;
use super::{Days, NaiveDate, Period, Read, Reader, Unit, monday_of, shifted};

/// The day after these lies in the week meant, usually as its Monday or Friday.
const WEEK_OF: &[&str] = &[
    "w / c",
    "wc",
    "w . c .",
    "w . c",
    "w / b",
    "w / e",
    "wk commencing",
    "wk of",
    "wk beginning",
    "week commencing",
    "week beginning",
    "weeks commencing",
    "weeks beginning",
    "week starting",
    "week ending",
    "week of",
    "week from",
    "week which begins",
];

impl Reader<'_> {
    pub(super) fn week(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        self.week_of(at)
            .or_else(|| self.week_beside(at))
            .or_else(|| self.relative_week_or_day(at))
            .or_else(|| self.weekend(at))
    }

    fn week_of(&self, at: usize) -> Read {
        let next = self.after_any(at, WEEK_OF)?;
        let next = self.skip(self.skip_marks(next, &[':', '-', '.']), &["on"]);
        let (period, next) = self
            .festival(next)
            .or_else(|| self.day_list(next))
            .or_else(|| self.day(next))
            .or_else(|| self.weekday_phrase(next))?;
        let first = working_week(monday_of(period.days.from))?;
        let last = working_week(monday_of(period.days.to))?;
        let days = Days { from: first.days.from, to: last.days.to };
        Some((Period { days, ..first }, next))
    }

    /// `the week before Christmas`, `the week after Easter`
    fn week_beside(&self, at: usize) -> Read {
        let (weeks, next) = if let Some(next) = self.after(at, "week before") {
            (-1, next)
        } else {
            (1, self.after_any(at, &["week after", "week following"])?)
        };
        let (period, next) = self.festival(next).or_else(|| self.day(next))?;
        let monday = monday_of(period.days.from);
        Some((working_week(shifted(monday, weeks * 7)?)?, next))
    }

    /// `next week`, and a weekday after it: `next week, on Thursday`.
    fn relative_week_or_day(&self, at: usize) -> Read {
        let (weeks, next) = self.relative_week(at)?;
        let monday = shifted(monday_of(self.written_on), weeks * 7)?;
        let day_at =
            self.skip(self.skip_marks(next, &[',', '(', '-']), &["on", "probably", "ideally"]);
        let is_dated = self.day_of_month(self.skip(day_at + 1, &["the"])).is_some();
        if let Some(Kind::Weekday(weekday)) = self.kind(day_at).filter(|_| !is_dated) {
            return Some((Period::day(shifted(monday, from_monday(*weekday))?), day_at + 1));
        }
        let mut week = working_week(monday)?;
        if weeks == 0 && self.written_on <= week.days.to {
            week.days.from = self.written_on;
        }
        Some((week, next))
    }

    fn weekend(&self, at: usize) -> Read {
        if let Some(next) = self.after_any(at, &["weekend of", "weekend commencing"]) {
            let (period, next) = self.day(next)?;
            return Some((weekend_of(period.days.from)?, next));
        }
        let (weeks, next) = if let Some(next) = self.after(at, "next weekend") {
            (1, next)
        } else {
            let is_the = self.word_before(at) == "the";
            let bare = self.after(at, "weekend").filter(|_| is_the);
            (0, bare.or_else(|| self.after_any(at, &["this weekend", "this coming weekend"]))?)
        };
        Some((weekend_of(shifted(self.written_on, weeks * 7)?)?, next))
    }

    /// The week that `end of the week` is about.
    pub(super) fn the_week(&self, at: usize) -> Read {
        let next = self.after_any(at, &["the week", "week", "the working week"])?;
        Some((working_week(monday_of(self.written_on))?, next))
    }
}

fn working_week(monday: NaiveDate) -> Option<Period> {
    Some(Period::new(Days { from: monday, to: shifted(monday, 4)? }, Unit::Week))
}

fn weekend_of(day: NaiveDate) -> Option<Period> {
    let monday = monday_of(day);
    Some(Period::new(Days { from: shifted(monday, 5)?, to: shifted(monday, 6)? }, Unit::Other))
}
