//! Parts of a stretch: `end of January`, `mid-March`, `first week of May`, `last working day of June`.

use chrono::{Datelike, Weekday};

use super::part_days::{Part, a_month_later, a_year_later, part_of, unclipped};
use super::tokens::Kind;
use super::{Days, Period, Read, Reader, Unit, monday_of, shifted, starts_like};

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
    ("back half of", Part::SecondHalf),
    ("front half of", Part::FirstHalf),
    ("back end of", Part::End),
    ("tail end of", Part::End),
    ("back of", Part::End),
    ("halfway through", Part::Middle),
    ("half way through", Part::Middle),
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

pub(super) fn first_words() -> impl Iterator<Item = &'static str> {
    NAMED.iter().filter_map(|(name, _)| name.split(' ').next())
}

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
        let (part, next) = self.any_weekday(at).or_else(|| self.part_name(at))?;
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
        let token = self.tokens.get(at)?;
        let mut likely = NAMED.iter().filter(|(name, _)| starts_like(name, token));
        let (name, part, next) =
            likely.find_map(|(name, part)| Some((*name, *part, self.after(at, name)?)))?;
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

    /// `first three weeks of`, `last ten days of`, behind the first word
    fn counted_part(&self, place: u32, at: usize) -> Option<(Part, usize)> {
        let Kind::Number { value: count @ 2..=40, .. } = self.kind(at)? else { return None };
        let length = match self.word(at + 1) {
            "days" => *count,
            "weeks" => count * 7,
            _ => return None,
        };
        let next = self.after_any(at + 2, &["of", "in"])?;
        match place {
            0 => Some((Part::LastDays(length), next)),
            1 => Some((Part::FirstDays(length), next)),
            _ => None,
        }
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

    /// `any Tuesday in`
    fn any_weekday(&self, at: usize) -> Option<(Part, usize)> {
        let next = self.after_any(at, &["any", "a", "whichever"])?;
        let Kind::Weekday(weekday) = self.kind(next)? else { return None };
        Some((Part::AnyWeekday(*weekday), self.after_any(next + 1, &["in", "of"])?))
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
        if let Some(found) = self.counted_part(place, at + 1) {
            return Some(found);
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
        let next = self.after_any(at + 2, &["of", "in", "back in"])?;
        Some((part, next))
    }
}

impl Reader<'_> {
    /// `of December`, and as short as `2nd wk Dec`.
    fn of_a_month(&self, at: usize) -> Option<usize> {
        self.after_any(at, &["of", "in"]).or_else(|| self.month(at).map(|_| at))
    }
}
