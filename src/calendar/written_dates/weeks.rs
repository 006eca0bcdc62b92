//! Weekdays and weeks: `Friday`, `next Thursday`, `Tuesday week`, `tomorrow`, `w/c 14 December`,
//! `next week`, `the week before Christmas`.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::tokens::Kind;
use super::{Days, Period, Read, Reader, Unit, days, monday_of, shifted};

/// The day after these lies in the week meant, usually as its Monday or Friday.
const WEEK_OF: &[&str] = &[
    "w / c",
    "wc",
    "w . c .",
    "w . c",
    "w / b",
    "w / e",
    "w / k",
    "w / commencing",
    "w / beginning",
    "w / ending",
    "wk / c",
    "wk / b",
    "wk / e",
    "wk ending",
    "week that starts",
    "week that begins",
    "week which starts",
    "week containing",
    "week including",
    "week with",
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

pub(super) fn first_words() -> impl Iterator<Item = &'static str> {
    WEEK_OF.iter().filter_map(|name| name.split(' ').next())
}

impl Reader<'_> {
    pub(super) fn weekday_phrase(&self, at: usize) -> Read {
        self.near_day(at).or_else(|| self.named_weekday(at))
    }

    fn near_day(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        if let Some(found) = self.this_time(at) {
            return Some(found);
        }
        let (ahead, next) = if let Some(next) = self.after(at, "day after tomorrow") {
            (2, next)
        } else if self.is_any(at, &["tomorrow", "tmrw", "tmw"]) {
            (1, at + 1)
        } else if self.number(at) == Some((2, 1)) && self.is_any(at + 1, &["moro", "morrow"]) {
            (1, at + 2)
        } else if self.is_any(at, &["today", "tonight"]) {
            (0, at + 1)
        } else if let Some(next) = self.after_any(at, &["this afternoon", "this evening"]) {
            (0, next)
        } else {
            return None;
        };
        let (later, next) = self.week_or_fortnight(next);
        let unit = if ahead + later == 0 { Unit::Weekday } else { Unit::Day };
        let day = Period::day(shifted(self.written_on, ahead + later)?);
        Some((Period { unit, ..day }, next))
    }

    /// `this time next week`, `this day month`
    fn this_time(&self, at: usize) -> Read {
        let next = self.after_any(at, &["this time", "this day"])?;
        let next = self.skip(next, &["next"]);
        let day = match self.word(next) {
            "week" => shifted(self.written_on, 7)?,
            "fortnight" => shifted(self.written_on, 14)?,
            "month" => self.written_on.checked_add_months(Months::new(1))?,
            "year" => self.written_on.checked_add_months(Months::new(12))?,
            _ => return None,
        };
        Some((Period::day(day), next + 1))
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
        let has_article = day_at > at || self.word_before(at) == "the";
        if has_article && !is_led && self.is_name(day_at + 1) {
            return None;
        }
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

    /// `the Friday Group` is no Friday.
    fn is_name(&self, at: usize) -> bool {
        self.kind(at) == Some(&Kind::Word) && self.is_capital(at)
    }

    /// `Tuesday of next week`, `Thursday this week`
    fn in_named_week(&self, weekday: Weekday, at: usize) -> Read {
        let next = self.skip(self.skip_marks(at, &[',']), &["of", "in"]);
        let next = self.skip(next, &["the"]);
        let (monday, next) = if let Some((week, next)) = self.week_of(next) {
            (week.days.from, next)
        } else {
            let (weeks, next) = self.relative_week(next)?;
            (shifted(monday_of(self.written_on), weeks * 7)?, next)
        };
        Some((Period::day(shifted(monday, from_monday(weekday))?), next))
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

    pub(super) fn coming_weekday(&self, weekday: Weekday, today_counts: bool) -> Option<NaiveDate> {
        let ahead = weekday.days_since(self.written_on.weekday());
        let ahead = if ahead == 0 && !today_counts { 7 } else { ahead };
        shifted(self.written_on, ahead.into())
    }
}

impl Reader<'_> {
    pub(super) fn week(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        self.week_of(at)
            .or_else(|| self.numbered_week(at))
            .or_else(|| self.week_beside(at))
            .or_else(|| self.relative_week_or_day(at))
            .or_else(|| self.weekend(at))
    }

    fn week_of(&self, at: usize) -> Read {
        let next = self.after_any(at, WEEK_OF)?;
        let next = self.skip(self.skip_marks(next, &[':', '-', '.']), &["on"]);
        if let Some(found) = self.two_weeks_of(next) {
            return Some(found);
        }
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

    /// `w/c 16 or w/c 23 November`, behind the first `w/c`.
    fn two_weeks_of(&self, at: usize) -> Read {
        let (first, next) = self.day_of_month(at)?;
        let joint = self.skip_marks(self.skip(next, &["or", "and", "to"]), &['/', '-', ',', '&']);
        let second = self.after_any(joint, WEEK_OF).filter(|_| joint > next)?;
        let (period, end) = self.day(second)?;
        let before = shifted(period.days.from, -31)?;
        let first = before.iter_days().take(31).find(|day| day.day() == first)?;
        let from = working_week(monday_of(first))?;
        let to = working_week(monday_of(period.days.from))?;
        let is_and = self.is_any(next, &["and"]);
        let days = if is_and { from.days } else { days(from.days.from, to.days.to)? };
        Some((Period { days, ..from }, end))
    }

    /// `2027-W10`, as calendars count
    fn numbered_week(&self, at: usize) -> Read {
        let (year, digits) = self.number(at)?;
        let next = self.skip_marks(at + 1, &['-']);
        let week_at = self.after(next, "w").filter(|_| digits == 4 && self.is_joined(next))?;
        let (week, _) = self.number(week_at).filter(|_| self.is_joined(week_at))?;
        let monday = NaiveDate::from_isoywd_opt(i32::try_from(year).ok()?, week, Weekday::Mon)?;
        Some((working_week(monday)?, week_at + 1))
    }

    /// `the week before Christmas`, `the week after Easter`
    fn week_beside(&self, at: usize) -> Read {
        let (weeks, next) = if let Some(next) = self.after(at, "week before") {
            (-1, next)
        } else {
            (1, self.after_any(at, &["week after", "week following"])?)
        };
        let (period, next) = self.festival(next).or_else(|| self.day(next))?;
        // The week before a Sunday is the one that ends with it, and so it is before Easter.
        let mut anchor = period.days.from.iter_days().take(4);
        let sunday = anchor.find(|day| day.weekday() == Weekday::Sun && *day <= period.days.to);
        let is_sunday = sunday.is_some();
        let monday = monday_of(sunday.unwrap_or(period.days.from));
        let weeks = if is_sunday { weeks.max(0) } else { weeks };
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
            let (period, next) = self.day_list(next).or_else(|| self.day(next))?;
            return Some((weekend_of(period.days.from)?, next));
        }
        let (weeks, next) = if let Some(next) = self.after(at, "weekend after next") {
            (1, next)
        } else if let Some(next) = self.after(at, "next weekend") {
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

pub(super) fn working_week(monday: NaiveDate) -> Option<Period> {
    Some(Period::new(Days { from: monday, to: shifted(monday, 4)? }, Unit::Week))
}

fn weekend_of(day: NaiveDate) -> Option<Period> {
    let monday = monday_of(day);
    Some(Period::new(Days { from: shifted(monday, 5)?, to: shifted(monday, 6)? }, Unit::Other))
}

pub(super) fn from_monday(weekday: Weekday) -> i64 {
    weekday.num_days_from_monday().into()
}
