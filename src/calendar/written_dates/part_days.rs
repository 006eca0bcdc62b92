//! The days of a part of a stretch: which are the last of January, which the first week of March.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::weeks::from_monday;
use super::{Days, Period, Unit, days, monday_of, shifted};
use crate::calendar::Division;
use crate::calendar::statutory;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
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
    /// From the first such day to the last.
    AnyWeekday(Weekday),
    /// So many days at the start.
    FirstDays(u32),
    LastDays(u32),
    /// Monday to Friday of a week that lies wholly inside. Counted from one; 0 is the last.
    FullWeek(u32),
    /// Counted from one; 0 is the last.
    Weekend(u32),
    /// Counted from one; 0 is the last.
    WorkingDay(u32),
    Day(bool),
}

/// `This month` begins today, but its late part is counted from its first day.
pub(super) fn unclipped(whole: Period) -> Period {
    let Days { from, to } = whole.days;
    let from = match whole.unit {
        Unit::Month => from.with_day(1).unwrap_or(from),
        Unit::Week => monday_of(from),
        _ => from,
    };
    Period { days: Days { from, to }, ..whole }
}

pub(super) fn a_year_later(whole: Days) -> Option<Days> {
    let year = Months::new(12);
    let after_end = whole.to.succ_opt()?.checked_add_months(year)?;
    days(whole.from.checked_add_months(year)?, after_end.pred_opt()?)
}

/// The first Monday of this month is over: the next month is meant.
pub(super) fn a_month_later(whole: Days) -> Option<Days> {
    first_months(whole.to.succ_opt()?, 1)
}

pub(super) fn part_of(whole: &Period, part: Part) -> Option<Days> {
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
        Part::AnyWeekday(weekday) => {
            days(nth_weekday(whole.days, 1, weekday)?, last_weekday(to, weekday)?)
        }
        Part::PenultimateWeek => days(shifted(to, -13)?, shifted(to, -7)?),
        Part::FirstDays(length) => nth_stretch(whole.days, 1, length.into()),
        Part::LastDays(length) => end(length.into()),
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
