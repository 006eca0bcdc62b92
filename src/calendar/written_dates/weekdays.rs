//! Days by name: `Friday`, `next Thursday`, `Tuesday week`, `the Monday after next`, `tomorrow`.

use chrono::{Datelike, Weekday};

use super::tokens::Kind;
use super::{Days, Period, Read, Reader, Unit, days, monday_of, shifted};

impl Reader<'_> {
    pub(super) fn weekday_phrase(&self, at: usize) -> Read {
        self.near_day(at).or_else(|| self.named_weekday(at))
    }

    fn near_day(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let (ahead, next) = if let Some(next) = self.after(at, "day after tomorrow") {
            (2, next)
        } else if self.is_any(at, &["tomorrow", "tmrw", "tmw"]) {
            (1, at + 1)
        } else if self.is_any(at, &["today", "tonight"]) {
            (0, at + 1)
        } else {
            return None;
        };
        let (later, next) = self.week_or_fortnight(next);
        Some((Period::day(shifted(self.written_on, ahead + later)?), next))
    }

    /// The days that `week` in `Tuesday week` adds.
    fn week_or_fortnight(&self, at: usize) -> (i64, usize) {
        match self.word(at) {
            "week" if !self.is_any(at + 1, &["commencing", "beginning", "of"]) => (7, at + 1),
            "fortnight" => (14, at + 1),
            _ => (0, at),
        }
    }

    fn named_weekday(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let lead = self.word(at);
        let is_led = ["this", "next", "coming"].contains(&lead);
        let day_at = if is_led { self.skip(at + 1, &["coming"]) } else { at };
        let weekday = self.weekday(day_at, is_led)?;
        let next = self.skip_marks(day_at + 1, &['.']);
        if let Some(days) = self.in_named_week(weekday, next) {
            return Some(days);
        }
        let today_counts = lead == "this" || self.word_before(at) == "by";
        let first = self.coming_weekday(weekday, today_counts)?;
        if let Some(next) = self.after(next, "after next") {
            return Some((Period::day(shifted(first, 7)?), next));
        }
        let next = self.skip(next, &["coming"]);
        let trails_next = self.is_any(next, &["next"]) && self.relative_week(next).is_none();
        if lead == "next" || trails_next {
            let next = next + usize::from(trails_next);
            // Some mean the coming one, some the one of the week after this.
            let following = shifted(monday_of(self.written_on), 7 + from_monday(weekday))?;
            let days = days(first, following.max(first))?;
            return Some((Period::new(days, Unit::Weekday), next));
        }
        let (later, next) = self.week_or_fortnight(next);
        let day = shifted(first, later)?;
        Some((Period::new(Days { from: day, to: day }, Unit::Weekday), next))
    }

    /// `Tuesday of next week`, `Thursday this week`
    fn in_named_week(&self, weekday: Weekday, at: usize) -> Read {
        let next = self.skip(self.skip_marks(at, &[',']), &["of", "in"]);
        let next = self.skip(next, &["the"]);
        let (weeks, next) = self.relative_week(next)?;
        let day = shifted(monday_of(self.written_on), weeks * 7 + from_monday(weekday))?;
        Some((Period::day(day), next))
    }

    /// How many weeks ahead `next week` and the like are.
    pub(super) fn relative_week(&self, at: usize) -> Option<(i64, usize)> {
        if let Some(next) = self.after(at, "week after next") {
            return Some((2, next));
        }
        if let Some(next) = self.after_any(at, &["next week", "the next week", "coming week"]) {
            return Some((1, next));
        }
        Some((0, self.after_any(at, &["this week", "the current week", "current week"])?))
    }

    /// The weekday named here. A short name that is also a word must look like a name.
    pub(super) fn weekday(&self, at: usize, led: bool) -> Option<Weekday> {
        let Kind::Weekday(weekday) = self.kind(at)? else {
            return None;
        };
        let is_doubtful = self.is_any(at, &["sat", "sun", "wed", "mon"]);
        let is_led = led || ["on", "by", "before", "until", "till"].contains(&self.word_before(at));
        (!is_doubtful || is_led || self.is_capital(at)).then_some(*weekday)
    }

    pub(super) fn coming_weekday(
        &self,
        weekday: Weekday,
        today_counts: bool,
    ) -> Option<chrono::NaiveDate> {
        let ahead = weekday.days_since(self.written_on.weekday());
        let ahead = if ahead == 0 && !today_counts { 7 } else { ahead };
        shifted(self.written_on, ahead.into())
    }
}

pub(super) fn from_monday(weekday: Weekday) -> i64 {
    weekday.num_days_from_monday().into()
}
