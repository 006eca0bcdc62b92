//! Lengths of time: `three weeks`, `a fortnight`, `the next ten working days`, `6-8 weeks`.

use chrono::{Months, NaiveDate};

use super::part_days::is_working_day;
use super::tokens::Kind;
use super::{Reader, shifted};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) least: u32,
    pub(super) most: u32,
    unit: SpanUnit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SpanUnit {
    Hours,
    Days,
    WorkingDays,
    Weeks,
    Fortnights,
    Months,
    Years,
}

/// Nobody plans further ahead in a mail, and it bounds the work.
const LONGEST: u32 = 260;
const HOURS_OF_A_DAY: u32 = 24;

impl Reader<'_> {
    pub(super) fn span(&self, at: usize) -> Option<(Span, usize)> {
        let about = ["about", "around", "roughly", "approximately", "approx", "circa", "c"];
        let at = self.skip(at, &about);
        let at = self.skip(at, &["another", "just", "only", "under", "over", "maybe", "say"]);
        if let Some(next) = self.after(at, "half a year") {
            return Some((Span { least: 6, most: 6, unit: SpanUnit::Months }, next));
        }
        let (least, next) = self.amount(at)?;
        if let Some(found) = self.and_a_half(least, next) {
            return Some(found);
        }
        let (most, next) = self.second_amount(next).unwrap_or((least, next));
        let (least, most) =
            if self.is_any(at, &["few", "several"]) || self.word_before(next) == "few" {
                (2, 4)
            } else {
                (least, most)
            };
        let (unit, next) = self.span_unit(next)?;
        let (most, next) =
            if self.after(next, "or two").is_some() { (most + 1, next + 2) } else { (most, next) };
        let is_short = unit == SpanUnit::Hours && least < HOURS_OF_A_DAY;
        (least <= most && most <= LONGEST && !is_short)
            .then_some((Span { least, most, unit }, next))
    }

    /// `two and a half weeks`, behind the number
    fn and_a_half(&self, count: u32, at: usize) -> Option<(Span, usize)> {
        let (unit, next) = self.span_unit(self.after(at, "and a half")?)?;
        let least = match unit {
            SpanUnit::Weeks => count.checked_mul(7)? + 3,
            SpanUnit::Months => count.checked_mul(30)? + 15,
            _ => return None,
        };
        let span = Span { least, most: least + 1, unit: SpanUnit::Days };
        (least < LONGEST).then_some((span, next))
    }

    /// One of the unit that stands here, as in `within the next month`.
    pub(super) fn single_span(&self, at: usize) -> Option<(Span, usize)> {
        let (unit, next) = self.span_unit(at)?;
        // `The coming weeks` are a few.
        let most = if self.word_before(next).ends_with('s') { 4 } else { 1 };
        Some((Span { least: 1, most, unit }, next))
    }

    fn amount(&self, at: usize) -> Option<(u32, usize)> {
        if let Some(next) = self.after_any(at, &["a couple of", "couple of", "a couple more"]) {
            return Some((2, next));
        }
        if let Some(next) = self.after_any(at, &["a few", "few", "several"]) {
            return Some((2, next));
        }
        match self.kind(at)? {
            Kind::Number { value, .. } if *value <= LONGEST => Some((*value, at + 1)),
            _ if self.is_any(at, &["a", "an"]) => Some((1, at + 1)),
            Kind::Word if self.is_any(at, &["fortnight"]) => Some((1, at)),
            _ => None,
        }
    }

    fn second_amount(&self, at: usize) -> Option<(u32, usize)> {
        let next = self.skip_marks(self.skip(at, &["to", "or"]), &['-']);
        match self.kind(next)? {
            Kind::Number { value, .. } if next > at => Some((*value, next + 1)),
            _ => None,
        }
    }

    fn span_unit(&self, at: usize) -> Option<(SpanUnit, usize)> {
        let unit_at = self.skip(at, &["working", "business", "full", "whole", "calendar", "short"]);
        let is_working = self.is_any(at, &["working", "business"]);
        let unit = match self.word(unit_at) {
            "hours" | "hrs" => SpanUnit::Hours,
            "day" | "days" if is_working => SpanUnit::WorkingDays,
            "day" | "days" => SpanUnit::Days,
            "week" | "weeks" | "wk" | "wks" => SpanUnit::Weeks,
            "fortnight" | "fortnights" => SpanUnit::Fortnights,
            "month" | "months" => SpanUnit::Months,
            "year" | "years" => SpanUnit::Years,
            _ => return None,
        };
        Some((unit, unit_at + 1))
    }
}

impl Span {
    /// Whole weeks keep the weekday.
    pub(super) fn is_in_weeks(self) -> bool {
        matches!(self.unit, SpanUnit::Weeks | SpanUnit::Fortnights)
    }

    /// The day this many units after `day`.
    pub(super) fn after(self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self.unit {
            SpanUnit::Hours => shifted(day, (count / HOURS_OF_A_DAY).into()),
            SpanUnit::Days => shifted(day, count.into()),
            SpanUnit::WorkingDays => working_days(day, count, 1),
            SpanUnit::Weeks => shifted(day, i64::from(count) * 7),
            SpanUnit::Fortnights => shifted(day, i64::from(count) * 14),
            SpanUnit::Months => day.checked_add_months(Months::new(count)),
            SpanUnit::Years => day.checked_add_months(Months::new(count * 12)),
        }
    }

    /// The day this many units before `day`.
    pub(super) fn before(self, day: NaiveDate, count: u32) -> Option<NaiveDate> {
        match self.unit {
            SpanUnit::Hours => shifted(day, -i64::from(count / HOURS_OF_A_DAY)),
            SpanUnit::Days => shifted(day, -i64::from(count)),
            SpanUnit::WorkingDays => working_days(day, count, -1),
            SpanUnit::Weeks => shifted(day, i64::from(count) * -7),
            SpanUnit::Fortnights => shifted(day, i64::from(count) * -14),
            SpanUnit::Months => day.checked_sub_months(Months::new(count)),
            SpanUnit::Years => day.checked_sub_months(Months::new(count * 12)),
        }
    }
}

fn working_days(from: NaiveDate, count: u32, step: i64) -> Option<NaiveDate> {
    let mut day = from;
    for _ in 0..count {
        day = shifted(day, step)?;
        while !is_working_day(day) {
            day = shifted(day, step)?;
        }
    }
    Some(day)
}
