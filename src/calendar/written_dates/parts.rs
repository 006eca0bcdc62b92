//! Parts of a stretch: `end of January`, `mid-March`, `first week of May`, `last working day of June`.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::tokens::Kind;
use super::weeks::from_monday;
use super::{Days, Period, Read, Reader, Unit, days, monday_of, shifted};
use crate::calendar::Division;
use crate::calendar::statutory;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Start,
    Early,
    Middle,
    Late,
    End,
    EarlyToMiddle,
    MiddleToLate,
    FirstHalf,
    SecondHalf,
    /// Counted from one; 0 is the last.
    Week(u32),
    /// From one week to another, both counted from one.
    Weeks(u32, u32),
    /// Counted from one; 0 is the last.
    Fortnight(u32),
    Weekday(u32, Weekday),
    /// The one before the last.
    PenultimateWeekday(Weekday),
    PenultimateWeek,
    /// Monday to Friday of a week that lies wholly inside. Counted from one; 0 is the last.
    FullWeek(u32),
    /// Counted from one; 0 is the last.
    Weekend(u32),
    /// Counted from one; 0 is the last.
    WorkingDay(u32),
    Day(bool),
}

/// A longer phrase stands before a shorter one that it begins with.
const NAMED: &[(&str, Part)] = &[
    ("very early", Part::Early),
    ("early part of", Part::Early),
    ("early on in", Part::Early),
    ("early in", Part::Early),
    ("early to mid", Part::EarlyToMiddle),
    ("early", Part::Early),
    ("start of", Part::Start),
    ("start", Part::Start),
    ("beginning of", Part::Start),
    ("first part of", Part::Early),
    ("first few days of", Part::Start),
    ("first half of", Part::FirstHalf),
    ("first half", Part::FirstHalf),
    ("mid to late", Part::MiddleToLate),
    ("mid - week", Part::Middle),
    ("midweek", Part::Middle),
    ("mid", Part::Middle),
    ("middle of", Part::Middle),
    ("middle two weeks of", Part::Middle),
    ("middle fortnight of", Part::Middle),
    ("very late", Part::End),
    ("later in", Part::Late),
    ("late in", Part::Late),
    ("later", Part::Late),
    ("late", Part::Late),
    ("latter part of", Part::Late),
    ("latter half of", Part::SecondHalf),
    ("second half of", Part::SecondHalf),
    ("second half", Part::SecondHalf),
    ("last half of", Part::SecondHalf),
    ("back end of", Part::End),
    ("tail end of", Part::End),
    ("very end of", Part::End),
    ("end of", Part::End),
    ("end", Part::End),
    ("eo", Part::End),
    ("close of", Part::End),
    ("last few days of", Part::End),
    ("first couple of weeks of", Part::Fortnight(1)),
    ("first couple of weeks in", Part::Fortnight(1)),
    ("first two weeks of", Part::Fortnight(1)),
    ("first two weeks in", Part::Fortnight(1)),
    ("last two weeks of", Part::Fortnight(0)),
    ("last two weeks in", Part::Fortnight(0)),
    ("first ten days of", Part::Early),
    ("last ten days of", Part::Late),
    ("first day of", Part::Day(true)),
    ("last day of", Part::Day(false)),
];

impl Reader<'_> {
    pub(super) fn part(&self, at: usize) -> Read {
        self.festival(at)
            .or_else(|| self.abbreviated_end(at))
            .or_else(|| self.named_part(at))
            .or_else(|| self.end_after(at))
            .or_else(|| self.whole(at))
    }

    fn named_part(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let at = self.skip(at, &["very"]);
        let (part, next) = self.part_name(at)?;
        let next = self.skip(self.skip_marks(next, &['-']), &["of"]);
        let (whole, next) = self
            .festival(next)
            .or_else(|| self.week_or_period(next))
            .or_else(|| self.the_period(next))
            .or_else(|| self.the_week(next))?;
        let whole = unclipped(whole);
        let days = part_of(&whole, part)?;
        let days = if days.to < self.written_on && whole.guessed_year {
            let next_year = Period { days: a_year_later(whole.days)?, ..whole };
            part_of(&next_year, part)?
        } else if days.to < self.written_on && whole.unit == Unit::Month {
            let days = a_month_later(whole.days)?;
            part_of(&Period { days, ..whole }, part)?
        } else {
            days
        };
        Some((Period { days, unit: Unit::Other, ..whole }, next))
    }

    /// `EOW`, `EOM`, `EOY`
    fn abbreviated_end(&self, at: usize) -> Read {
        let (year, month) = (self.written_on.year(), self.written_on.month());
        let whole = match self.word(at) {
            "eow" => {
                let from = monday_of(self.written_on);
                Period::new(Days { from, to: shifted(from, 4)? }, Unit::Week)
            }
            "eom" => Period::new(super::months(year, month, 1)?, Unit::Month),
            "eoy" => Period::new(super::months(year, 1, 12)?, Unit::Year),
            _ => return None,
        };
        let days = part_of(&whole, Part::End)?;
        Some((Period { days, unit: Unit::Other, ..whole }, at + 1))
    }

    fn week_or_period(&self, at: usize) -> Read {
        self.week(at).or_else(|| self.period(at))
    }

    /// `year end`, `month-end`, `financial year end`
    fn end_after(&self, at: usize) -> Read {
        let (whole, next) = self.period(at).or_else(|| self.the_period(at))?;
        let next = self.skip_marks(next, &['-', ',']);
        let next = self.after(next, "end")?;
        let days = part_of(&whole, Part::End)?;
        Some((Period { days, unit: Unit::Other, ..whole }, next))
    }

    fn part_name(&self, at: usize) -> Option<(Part, usize)> {
        if let Some(found) = self.numbered_part(at) {
            return Some(found);
        }
        let (name, part, next) =
            NAMED.iter().find_map(|(name, part)| Some((*name, *part, self.after(at, name)?)))?;
        if ["start", "end"].contains(&name) && self.is_done_by_somebody(at) {
            return None;
        }
        // `early to mid`, `mid or late`, `mid/late`
        let joined = self.skip(self.skip_marks(next, &['/', '-']), &["to", "or"]);
        let joined = self.skip_marks(joined, &['-']);
        let second = match self.word(joined) {
            "mid" if joined > next => Part::EarlyToMiddle,
            "late" if joined > next => Part::MiddleToLate,
            _ => return Some((part, next)),
        };
        Some((second, joined + 1))
    }

    /// `new visitors start w/c 6 September`
    fn is_done_by_somebody(&self, at: usize) -> bool {
        const LEADS: &[&str] = &[
            "the",
            "at",
            "by",
            "from",
            "until",
            "till",
            "before",
            "about",
            "around",
            "approx",
            "very",
            "approximately",
            "maybe",
            "probably",
            "possibly",
            "say",
            "to",
            "or",
            "and",
            "in",
            "for",
            "is",
            "of",
            "towards",
            "ideally",
            "due",
            "late",
            "live",
        ];
        let before = at.checked_sub(1);
        let is_word = before.is_some_and(|before| self.kind(before) == Some(&Kind::Word));
        is_word && !LEADS.contains(&self.word_before(at))
    }

    /// The weekday that comes round in every month: `the first Monday of each month`.
    pub(super) fn recurring(&self, at: usize) -> Option<((u32, Weekday), usize)> {
        let (part, next) = self.numbered_part(at)?;
        let Part::Weekday(place, weekday) = part else { return None };
        let next = self.after_any(next, &["every month", "each month", "every other month"])?;
        Some(((place, weekday), next))
    }

    /// That weekday in one month.
    pub(super) fn nth_in(month: Days, (place, weekday): (u32, Weekday)) -> Option<Days> {
        part_of(&Period::new(month, Unit::Month), Part::Weekday(place, weekday))
    }

    /// `penultimate Friday of`, `last but one week in`
    fn penultimate(&self, at: usize) -> Option<(Part, usize)> {
        let names =
            ["penultimate", "last but one", "second to last", "second last", "next to last"];
        let next = self.after_any(at, &names)?;
        let part = match self.kind(next)? {
            Kind::Weekday(weekday) => Part::PenultimateWeekday(*weekday),
            Kind::Word if self.is_any(next, &["week"]) => Part::PenultimateWeek,
            _ => return None,
        };
        Some((part, self.after_any(next + 1, &["of", "in"])?))
    }

    /// `first week of`, `third Monday in`, `last Friday of`
    fn numbered_part(&self, at: usize) -> Option<(Part, usize)> {
        if let Some(found) = self.penultimate(at) {
            return Some(found);
        }
        if self.is_any(at, &["week", "wk"])
            && let Some((place @ 1..=5, 1)) = self.number(at + 1)
        {
            return Some((Part::Week(place), self.of_a_month(at + 2)?));
        }
        let place = match self.kind(at)? {
            Kind::Ordinal(place @ 1..=23) => *place,
            Kind::Word if self.is_any(at, &["last", "final"]) => 0,
            _ => return None,
        };
        let joint = self.skip_marks(self.skip(at + 1, &["and", "or", "to"]), &['-', '/']);
        if let Some(Kind::Ordinal(last @ 2..=5)) = self.kind(joint)
            && self.is_any(joint + 1, &["week", "weeks"])
        {
            let next = self.after_any(joint + 2, &["of", "in"])?;
            return Some((Part::Weeks(place, *last), next)).filter(|_| (1..*last).contains(&place));
        }
        if let Some(next) = self.after_any(at + 1, &["working day of", "working day in"]) {
            return Some((Part::WorkingDay(place), next));
        }
        if let Some(next) = self.after_any(at + 1, &["full week of", "full week in"]) {
            return Some((Part::FullWeek(place), next));
        }
        let at = self.skip(at + 1, &["full", "whole"]) - 1;
        let part = match self.kind(at + 1)? {
            Kind::Weekday(weekday) => Part::Weekday(place, *weekday),
            Kind::Word if self.is_any(at + 1, &["week", "wk"]) => {
                return Some((Part::Week(place), self.of_a_month(at + 2)?));
            }
            Kind::Word if self.is_any(at + 1, &["weekend"]) => Part::Weekend(place),
            Kind::Word if self.is_any(at + 1, &["fortnight"]) => Part::Fortnight(place),
            _ => return None,
        };
        let next = self.after_any(at + 2, &["of", "in"])?;
        Some((part, next))
    }
}

impl Reader<'_> {
    /// `of December`, and as short as `2nd wk Dec`.
    fn of_a_month(&self, at: usize) -> Option<usize> {
        self.after_any(at, &["of", "in"]).or_else(|| self.month(at).map(|_| at))
    }
}

/// `This month` begins today, but its late part is counted from its first day.
fn unclipped(whole: Period) -> Period {
    let Days { from, to } = whole.days;
    let from = match whole.unit {
        Unit::Month => from.with_day(1).unwrap_or(from),
        Unit::Week => monday_of(from),
        _ => from,
    };
    Period { days: Days { from, to }, ..whole }
}

fn a_year_later(whole: Days) -> Option<Days> {
    let year = Months::new(12);
    let after_end = whole.to.succ_opt()?.checked_add_months(year)?;
    days(whole.from.checked_add_months(year)?, after_end.pred_opt()?)
}

/// The first Monday of this month is over: the next month is meant.
fn a_month_later(whole: Days) -> Option<Days> {
    first_months(whole.to.succ_opt()?, 1)
}

fn part_of(whole: &Period, part: Part) -> Option<Days> {
    let Days { from, to } = whole.days;
    let end = |length: i64| days(shifted(to, 1 - length)?, to);
    let start = |length: i64| days(from, shifted(from, length - 1)?);
    match part {
        Part::Start if matches!(whole.unit, Unit::Quarter | Unit::Season | Unit::Year) => start(10),
        Part::Start | Part::Early => early(whole),
        Part::Middle => middle(whole),
        Part::Late => late(whole),
        Part::End if whole.unit == Unit::Week => end(2),
        Part::End if matches!(whole.unit, Unit::Other | Unit::Festival) => Some(whole.days),
        Part::End => end(7.min(length_of(whole.days))),
        Part::FirstHalf => days(from, shifted(half_way(whole)?, -1)?),
        Part::SecondHalf => days(half_way(whole)?, to),
        Part::Week(0) => end(7),
        Part::Week(place) => nth_stretch(whole.days, place, 7),
        Part::Fortnight(0) => end(14),
        Part::Fortnight(place) => nth_stretch(whole.days, place, 14),
        Part::EarlyToMiddle => days(early(whole)?.from, middle(whole)?.to),
        Part::MiddleToLate => days(middle(whole)?.from, late(whole)?.to),
        Part::Day(first) => one(if first { from } else { to }),
        Part::Weeks(first, last) => {
            days(nth_stretch(whole.days, first, 7)?.from, nth_stretch(whole.days, last, 7)?.to)
        }
        Part::WorkingDay(0) => {
            one((0..10).filter_map(|back| shifted(to, -back)).find(|day| is_working_day(*day))?)
        }
        Part::WorkingDay(place) => {
            let mut working = from.iter_days().take(60).filter(|day| is_working_day(*day));
            one(working.nth(usize::try_from(place - 1).ok()?)?)
        }
        Part::Weekend(0) => with_sunday(last_weekday(to, Weekday::Sat)?),
        Part::Weekend(place) => with_sunday(nth_weekday(whole.days, place, Weekday::Sat)?),
        Part::PenultimateWeekday(weekday) => one(shifted(last_weekday(to, weekday)?, -7)?),
        Part::PenultimateWeek => days(shifted(to, -13)?, shifted(to, -7)?),
        Part::FullWeek(place) => full_week(whole.days, place),
        Part::Weekday(0, weekday) => one(last_weekday(to, weekday)?),
        Part::Weekday(place, weekday) => one(nth_weekday(whole.days, place, weekday)?),
    }
}

fn nth_weekday(whole: Days, place: u32, weekday: Weekday) -> Option<NaiveDate> {
    let first = weekday.days_since(whole.from.weekday());
    let found = shifted(whole.from, i64::from(first + (place - 1) * 7))?;
    (found <= whole.to).then_some(found)
}

fn full_week(whole: Days, place: u32) -> Option<Days> {
    let monday = match place {
        0 => shifted(last_weekday(whole.to, Weekday::Fri)?, -4)?,
        _ => nth_weekday(whole, place, Weekday::Mon)?,
    };
    days(monday, shifted(monday, 4)?).filter(|week| week.to <= whole.to)
}

fn with_sunday(saturday: NaiveDate) -> Option<Days> {
    days(saturday, saturday.succ_opt()?)
}

fn nth_stretch(whole: Days, place: u32, length: i64) -> Option<Days> {
    let from = shifted(whole.from, i64::from(place - 1) * length)?;
    days(from, shifted(from, length - 1)?.min(whole.to))
}

fn early(whole: &Period) -> Option<Days> {
    let from = whole.days.from;
    let to = match whole.unit {
        Unit::Week => shifted(from, 1)?,
        Unit::Month => shifted(from, 9)?,
        Unit::Quarter | Unit::Season => return first_months(from, 1),
        Unit::Year => return first_months(from, 3),
        Unit::Day
        | Unit::Weekday
        | Unit::NumberedDay
        | Unit::Festival
        | Unit::Before
        | Unit::Vague
        | Unit::Other => whole.days.to,
    };
    days(from, to)
}

fn middle(whole: &Period) -> Option<Days> {
    let from = whole.days.from;
    let later = |months| from.checked_add_months(Months::new(months));
    match whole.unit {
        Unit::Week => one(shifted(from, from_monday(Weekday::Wed))?),
        Unit::Month => days(shifted(from, 10)?, shifted(from, 19)?),
        Unit::Quarter | Unit::Season => first_months(later(1)?, 1),
        Unit::Year => first_months(later(4)?, 4),
        Unit::Day
        | Unit::Weekday
        | Unit::NumberedDay
        | Unit::Festival
        | Unit::Before
        | Unit::Vague
        | Unit::Other => Some(whole.days),
    }
}

fn late(whole: &Period) -> Option<Days> {
    let Days { from, to } = whole.days;
    let later = |months| from.checked_add_months(Months::new(months));
    match whole.unit {
        Unit::Week => days(shifted(to, -1)?, to),
        Unit::Month => days(shifted(from, 20)?, to),
        Unit::Quarter | Unit::Season => days(later(2)?, to),
        Unit::Year => days(later(9)?, to),
        Unit::Day
        | Unit::Weekday
        | Unit::NumberedDay
        | Unit::Festival
        | Unit::Before
        | Unit::Vague
        | Unit::Other => Some(whole.days),
    }
}

fn half_way(whole: &Period) -> Option<NaiveDate> {
    let Days { from, to } = whole.days;
    match whole.unit {
        Unit::Month => shifted(from, 15),
        Unit::Year => from.checked_add_months(Months::new(6)),
        _ => shifted(from, length_of(Days { from, to }) / 2),
    }
}

fn first_months(from: NaiveDate, count: u32) -> Option<Days> {
    super::months(from.year(), from.month(), count)
}

fn last_weekday(to: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back = to.weekday().days_since(weekday);
    shifted(to, -i64::from(back))
}

fn one(day: NaiveDate) -> Option<Days> {
    days(day, day)
}

fn length_of(days: Days) -> i64 {
    (days.to - days.from).num_days() + 1
}

/// What writers mean by a working day: the law of England and Wales will do.
pub(super) fn is_working_day(day: NaiveDate) -> bool {
    !statutory::is_weekend(day) && statutory::on(Division::EnglandAndWales, day).is_none()
}
