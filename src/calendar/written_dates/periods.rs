//! Months, quarters, halves, seasons and years: `March`, `Nov-27`, `Q3 FY26/27`, `the autumn`.

use chrono::Datelike;

use super::{Days, Period, Read, Reader, Unit, date, months};

/// A lower-case `may` or `march` is a month after one of these.
const BEFORE_A_MONTH: &[&str] = &[
    "in",
    "of",
    "by",
    "early",
    "mid",
    "late",
    "end",
    "until",
    "till",
    "from",
    "before",
    "after",
    "to",
    "next",
    "this",
    "during",
    "through",
    "since",
    "and",
    "or",
    "say",
    "about",
    "around",
    "start",
    "beginning",
    "for",
    "probably",
    "maybe",
    "likely",
    "sometime",
    "time",
];

const FIRST_FINANCIAL_MONTH: u32 = 4;

/// Behind one of these a year is whole, for its part is counted from its first day.
const PARTS: &[&str] = &["start", "beginning", "early", "mid", "middle", "late", "end", "half"];

impl Reader<'_> {
    pub(super) fn period(&self, at: usize) -> Read {
        self.quarter(at)
            .or_else(|| self.half(at))
            .or_else(|| self.financial_year(at))
            .or_else(|| self.relative_period(at))
            .or_else(|| self.month_alone(at))
            .or_else(|| self.season(at))
            .or_else(|| self.year_alone(at))
    }

    fn month_alone(&self, at: usize) -> Read {
        let lead = self.word(at);
        let month_at = self.skip(at, &["next", "this", "the", "coming"]);
        let month = self.month(month_at)?;
        let next = self.skip_marks(month_at + 1, &['.']);
        let is_doubtful = self.is_any(month_at, &["may", "march", "mar"]);
        let ends = !matches!(
            self.kind(month_at + 1),
            Some(super::Kind::Word | super::Kind::Weekday(_) | super::Kind::Month(_))
        );
        let is_led = month_at > at || BEFORE_A_MONTH.contains(&self.word_before(at));
        let is_name = match self.word(month_at) {
            "may" => ends && (self.is_capital(month_at) || at == 0),
            _ => ends || self.is_capital(month_at),
        };
        if is_doubtful && !is_led && !is_name {
            return None;
        }
        if let Some((year, next)) = self.year(next) {
            return Some((Period::new(months(year, month, 1)?, Unit::Month), next));
        }
        let days = self.coming(|year| months(year, month, 1))?;
        let is_this_year = lead == "this";
        Some((Period { days, unit: Unit::Month, guessed_year: !is_this_year }, next))
    }

    fn quarter(&self, at: usize) -> Read {
        if let Some(found) = self.last_quarter(at) {
            return Some(found);
        }
        if let Some((year, next)) = self.leading_year(at)
            && let Some((quarter, next)) = self.quarter_name(next)
        {
            return Some((self.quarter_in(quarter, year)?, next));
        }
        let (quarter, name_end) = self.quarter_name(at)?;
        if let Some(found) = self.quarter_by_months(name_end) {
            return Some(found);
        }
        let mut next = name_end;
        if let Some((year, year_end)) = self.named_year(self.skip(name_end, &["of", "in"])) {
            let found = self.quarter_in(quarter, year)?;
            let is_numbered = (name_end..year_end).any(|place| self.full_year(place).is_some());
            // `Q1 (financial year)` says how to count, not which year.
            if is_numbered || found.days.to >= self.written_on {
                return Some((found, year_end));
            }
            next = year_end;
        }
        let first_month = (quarter - 1) * 3 + 1;
        let days = self.coming(|year| {
            let year = if self.is_financial { Year::Financial(year) } else { Year::Calendar(year) };
            in_year(year, first_month, 3)
        })?;
        Some((Period::guessed(days, Unit::Quarter), next))
    }

    /// `the last quarter of 2027`; alone it would be the one before.
    fn last_quarter(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let lasts = ["last quarter of", "final quarter of", "last quarter in", "final quarter in"];
        let next = self.after_any(at, &lasts)?;
        let (year, next) = self.named_year(next)?;
        Some((self.quarter_in(4, year)?, next))
    }

    fn quarter_in(&self, quarter: u32, year: Year) -> Option<Period> {
        let year = match year {
            Year::Calendar(year) if self.is_financial => Year::Financial(year),
            other => other,
        };
        Some(Period::new(in_year(year, (quarter - 1) * 3 + 1, 3)?, Unit::Quarter))
    }

    /// `Q2 (July to September)`: the months say how quarters are counted.
    fn quarter_by_months(&self, at: usize) -> Read {
        let first_at = self.is_mark(at, '(').then_some(at + 1)?;
        let first = self.month(first_at)?;
        let joint = self.skip_marks(self.skip(first_at + 1, &["to", "until"]), &['-', '/']);
        let last = self.month(joint).filter(|_| joint > first_at + 1)?;
        if first % 3 != 1 || last != first + 2 {
            return None;
        }
        let days = self.coming(|year| months(year, first, 3))?;
        Some((Period::guessed(days, Unit::Quarter), joint + 1))
    }

    /// `Q3`, `quarter 3`, `third quarter`
    fn quarter_name(&self, at: usize) -> Option<(u32, usize)> {
        let at = self.skip(at, &["the"]);
        if let Some(super::Kind::Ordinal(place @ 1..=4)) = self.kind(at)
            && self.is_any(at + 1, &["quarter"])
        {
            return Some((*place, at + 2));
        }
        // `1Q27`
        if let Some((quarter @ 1..=4, 1)) = self.number(at)
            && self.is_any(at + 1, &["q"])
            && self.is_joined(at + 1)
        {
            return Some((quarter, at + 2));
        }
        let next = self.after_any(at, &["q", "qtr", "quarter"])?;
        let (quarter, digits) = self.number(next)?;
        (digits == 1 && (1..=4).contains(&quarter)).then_some((quarter, next + 1))
    }

    /// `H1 2027`
    fn half(&self, at: usize) -> Read {
        let next = self.after(at, "h")?;
        let (half, digits) = self.number(next)?;
        if digits != 1 || !(1..=2).contains(&half) || !self.is_joined(next) {
            return None;
        }
        let first_month = (half - 1) * 6 + 1;
        if let Some((year, next)) = self.named_year(self.skip(next + 1, &["of"])) {
            return Some((Period::new(in_year(year, first_month, 6)?, Unit::Other), next));
        }
        let days = self.coming(|year| in_year(Year::Calendar(year), first_month, 6))?;
        Some((Period::guessed(days, Unit::Other), next + 1))
    }

    fn financial_year(&self, at: usize) -> Read {
        let (year, next) = self.named_year(at)?;
        let Year::Financial(_) = year else {
            return None;
        };
        let is_numbered = (at..next).any(|place| self.number(place).is_some());
        let mut days = in_year(year, 1, 12)?;
        let is_whole = (at.saturating_sub(3)..at).all(|place| !self.is_any(place, PARTS));
        if !is_numbered && is_whole {
            days.from = days.from.max(self.written_on.min(days.to));
        }
        Some((Period { guessed_year: !is_numbered, ..Period::new(days, Unit::Year) }, next))
    }

    fn leading_year(&self, at: usize) -> Option<(Year, usize)> {
        let (year, next) = self.named_year(at)?;
        Some((year, self.skip_marks(next, &[',', '-', '/'])))
    }

    /// `FY26/27`, `2026/27`, `26-27`, `this financial year`, `2027`, `'27`
    fn named_year(&self, at: usize) -> Option<(Year, usize)> {
        let at = self.skip_marks(at, &['(', ',']);
        let at = self.skip(at, &["of", "the", "in"]);
        let now = self.financial_year_now();
        let this = ["this financial year", "current financial year", "financial year end"];
        if let Some(next) = self.after_any(at, &this) {
            let next = if self.word(at) == "financial" { next - 1 } else { next };
            return Some((Year::Financial(now), next));
        }
        let coming = ["next financial year", "new financial year", "next fy", "new fy"];
        if let Some(next) = self.after_any(at, &coming) {
            return Some((Year::Financial(now.checked_add(1)?), next));
        }
        if let Some(next) = self.after_any(at, &["this fy", "current fy"]) {
            return Some((Year::Financial(now), next));
        }
        let marked = self.after_any(at, &["fy", "financial year", "fiscal year"]);
        let number_at = self.skip_marks(marked.unwrap_or(at), &['\'']);
        if let Some(found) = self.split_year(number_at) {
            return Some(found);
        }
        if let Some(marked) = marked {
            let Some((value, next)) = self.full_year(number_at) else {
                return Some((Year::Financial(now), marked));
            };
            // Government names a financial year by the year in which it ends.
            return Some((Year::Financial(value.checked_sub(1)?), next));
        }
        let (year, next) = self.year(at)?;
        Some((Year::Calendar(year), next))
    }

    /// `26/27`, `2026/27`, `2026-2027`
    fn split_year(&self, at: usize) -> Option<(Year, usize)> {
        let (first, _) = self.full_year(at)?;
        let next =
            ['/', '-'].into_iter().any(|mark| self.is_mark(at + 1, mark)).then_some(at + 2)?;
        let (second, next) = self.full_year(next)?;
        let is_split = second == first.checked_add(1)? && self.number(next - 1).is_some();
        is_split.then_some((Year::Financial(first), next))
    }

    fn full_year(&self, at: usize) -> Option<(i32, usize)> {
        let (value, digits) = self.number(at)?;
        let value = i32::try_from(value).ok()?;
        match digits {
            4 if (2000..2100).contains(&value) => Some((value, at + 1)),
            2 if (20..60).contains(&value) => Some((2000 + value, at + 1)),
            _ => None,
        }
    }

    fn financial_year_now(&self) -> i32 {
        let began_last_year = self.written_on.month() < FIRST_FINANCIAL_MONTH;
        self.this_year() - i32::from(began_last_year)
    }

    /// `next month`, `this quarter`, `next year`, `year end`
    fn relative_period(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let (ahead, unit_at) = match self.word(at) {
            "this" | "current" => (0, self.skip(at + 1, &["coming", "calendar"])),
            "next" | "coming" | "following" => (1, self.skip(at + 1, &["calendar"])),
            "month" if self.after(at, "month after next").is_some() => (2, at),
            _ => return None,
        };
        let next = if ahead == 2 { at + 3 } else { unit_at + 1 };
        let (year, month) = (self.this_year(), self.written_on.month());
        let (mut days, unit) = match self.word(unit_at) {
            "month" => (stretch(year, month, 1, ahead)?, Unit::Month),
            "quarter" => (stretch(year, (month - 1) / 3 * 3 + 1, 3, ahead)?, Unit::Quarter),
            "year" => (stretch(year, 1, 12, ahead)?, Unit::Year),
            _ => return None,
        };
        if ahead == 0 && !self.is_part_before(at) {
            days.from = days.from.max(self.written_on);
        }
        Some((Period::new(days, unit), next))
    }

    fn is_part_before(&self, at: usize) -> bool {
        ["of", "in", "late", "early", "mid", "end"].contains(&self.word_before(at))
            || self.word_before(at) == "the"
    }

    /// The month or year that `end of the month` is about.
    pub(super) fn the_period(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let next = self.skip(at, &["calendar"]);
        let (year, month) = (self.this_year(), self.written_on.month());
        let (days, unit) = match self.word(next) {
            "month" => (months(year, month, 1)?, Unit::Month),
            "quarter" => (months(year, (month - 1) / 3 * 3 + 1, 3)?, Unit::Quarter),
            "year" => (months(year, 1, 12)?, Unit::Year),
            _ => return None,
        };
        Some((Period::new(days, unit), next + 1))
    }

    fn season(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let at = self.skip(at, &["this", "next", "coming"]);
        let first_month = match self.word(at) {
            "spring" => 3,
            "summer" => 6,
            "autumn" => 9,
            "winter" => 12,
            _ => return None,
        };
        // The `Spring Statement` is an event.
        let is_name = self.is_capital(at)
            && self.is_capital(at + 1)
            && self.kind(at + 1) == Some(&super::Kind::Word);
        let next = self.skip(at + 1, &["of"]);
        if is_name {
            return None;
        }
        if let Some((year, next)) = self.year(next) {
            return Some((Period::new(months(year, first_month, 3)?, Unit::Season), next));
        }
        let days = self.coming(|year| months(year, first_month, 3))?;
        Some((Period::guessed(days, Unit::Season), at + 1))
    }

    fn year_alone(&self, at: usize) -> Read {
        let is_led = at == 0
            || [
                "in", "of", "during", "by", "until", "early", "late", "mid", "end", "sometime",
                "before", "for", "into", "start",
            ]
            .contains(&self.word_before(at))
            || self.is_mark(at - 1, '-');
        let (year, digits) = self.number(at)?;
        let year = i32::try_from(year).ok()?;
        let is_near = (self.this_year()..=self.this_year().saturating_add(10)).contains(&year);
        let names_a_year = digits == 4 && is_led && is_near;
        names_a_year.then(|| Some((Period::new(months(year, 1, 12)?, Unit::Year), at + 1)))?
    }
}

#[derive(Debug, Clone, Copy)]
enum Year {
    Calendar(i32),
    /// By the year in which it begins.
    Financial(i32),
}

/// The months of a year, counted from its own first month.
fn in_year(year: Year, first_month: u32, count: u32) -> Option<Days> {
    match year {
        Year::Calendar(year) => months(year, first_month, count),
        Year::Financial(year) => {
            let from = date(year, FIRST_FINANCIAL_MONTH, 1)?
                .checked_add_months(chrono::Months::new(first_month - 1))?;
            months(from.year(), from.month(), count)
        }
    }
}

fn stretch(year: i32, month: u32, length: u32, ahead: u32) -> Option<Days> {
    let from = date(year, month, 1)?.checked_add_months(chrono::Months::new(length * ahead))?;
    months(from.year(), from.month(), length)
}
