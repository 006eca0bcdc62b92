//! From one day to another: `14–18 December`, `between now and Easter`, `March or April`.

use chrono::Datelike;

use super::weeks::from_monday;
use super::{Days, Period, Read, Reader, Unit, days, monday_of, shifted};

/// A list of days has no more members than this.
const LONGEST_LIST: usize = 8;

/// `Gate 4, 10 June`: their number is no day.
const NUMBERED: &[&str] = &[
    "gate",
    "phase",
    "stage",
    "sprint",
    "milestone",
    "release",
    "tranche",
    "wave",
    "iteration",
    "version",
    "step",
    "level",
    "tier",
    "room",
    "floor",
    "court",
    "section",
    "item",
    "question",
    "option",
    "batch",
    "lot",
    "team",
];

const MOVED: &[&str] = &[
    "moved",
    "slipped",
    "changed",
    "postponed",
    "pushed",
    "shifted",
    "put",
    "brought",
    "rescheduled",
    "moves",
    "moving",
    "delayed",
    "deferred",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    /// Everything from the first to the last.
    Through,
    /// Either of them.
    Or,
    /// Each of them.
    And,
}

impl Reader<'_> {
    pub(super) fn range(&self, at: usize) -> Read {
        let (left, next) = self.first_of_range(at)?;
        let Some((joint, right_at)) = self.joint(next) else {
            return Some((left, next));
        };
        let is_between = self.is_between(at);
        if joint == Joint::And && !is_between {
            return Some((left, next));
        }
        let Some((right, end)) = self.right_of_range(&left, right_at) else {
            return Some((left, next));
        };
        if joint == Joint::Through && self.is_moved(at) {
            return Some((right, end));
        }
        let left = fitted(left, &right);
        let Some(days) = days(left.days.from, right.days.to.max(left.days.to)) else {
            return Some((left, next));
        };
        if right.days.from < left.days.from {
            return Some((left, next));
        }
        let days = if is_between { without_ends(days, &left, &right) } else { days };
        Some((Period { days, unit: Unit::Other, guessed_year: left.guessed_year }, end))
    }

    /// `or the week after` goes on from the week named before.
    fn right_of_range(&self, left: &Period, at: usize) -> Read {
        let found = self.day_list(at).or_else(|| self.relative(at));
        let follows =
            ["the week after", "the following week", "the week following", "the one after"];
        let next = self.after_any(at, &follows).filter(|_| left.unit == Unit::Week);
        found.or_else(|| {
            let days = days(shifted(left.days.from, 7)?, shifted(left.days.to, 7)?)?;
            Some((Period { days, ..*left }, next?))
        })
    }

    fn first_of_range(&self, at: usize) -> Read {
        let is_now = self.is_any(at, &["now"])
            && (["between", "from"].contains(&self.word_before(at))
                || self.is_any(at + 1, &["until", "till", "to", "and"]));
        if is_now {
            return Some((Period::day(self.written_on), at + 1));
        }
        self.day_list(at).or_else(|| self.month_list(at)).or_else(|| self.relative(at))
    }

    fn joint(&self, at: usize) -> Option<(Joint, usize)> {
        if self.is_mark(at, '-') {
            // In `9 November - the board meets` a dash ends the thought; only a date goes on.
            return Some((Joint::Through, at + 1));
        }
        if self.is_mark(at, ',') && self.is_any(at + 1, &["or"]) {
            return Some((Joint::Or, at + 2));
        }
        let joint = match self.word(at) {
            "to" | "until" | "till" | "through" | "thru" | "til" => Joint::Through,
            "or" => Joint::Or,
            "and" => Joint::And,
            _ if self.is_mark(at, '/') => Joint::Or,
            _ => return None,
        };
        let to = if self.is_any(at, &["through"]) { self.skip(at + 1, &["to"]) } else { at + 1 };
        let to = self.after_any(to, &["failing that", ", failing that ,"]).unwrap_or(to);
        let next = self.skip(to, &["possibly", "maybe", "perhaps"]);
        Some((joint, next))
    }

    /// `14 to 18 December`, `Monday 14 – Friday 18 December`, `the 4th, 5th or 6th of May`
    pub(super) fn day_list(&self, at: usize) -> Read {
        let mut next = self.list_start(at);
        let (first, after) = self.day_of_month(next)?;
        if self.number(at).is_some() && NUMBERED.contains(&self.word_before(at)) {
            return None;
        }
        let mut members = vec![first];
        let mut joints = Vec::new();
        next = after;
        while members.len() < LONGEST_LIST {
            if members.len() > 1 && self.numbered_month(next).is_some() {
                break;
            }
            let Some((joint, member_at)) = self.list_joint(next) else {
                break;
            };
            let Some((member, after)) = self.day_of_month(self.list_start(member_at)) else {
                break;
            };
            joints.push(joint);
            members.push(member);
            next = after;
        }
        let month_at = self.skip(next, &["of"]);
        let by_number = self.numbered_month(next);
        let by_name = || Some((self.month(month_at)?, self.skip_marks(month_at + 1, &['.'])));
        let (month, year_at) = by_number.or_else(by_name).filter(|_| members.len() > 1)?;
        let last = *members.last()?;
        let (last, end) = self.with_year(last, month, year_at)?;
        let first_day = shifted(last.days.from, i64::from(first) - i64::from(*members.last()?))?;
        if first_day.day() != first {
            return None;
        }
        let is_run = members.iter().zip(members.iter().skip(1)).all(|(day, next)| day + 1 == *next);
        let joined = joints.iter().any(|joint| *joint != Joint::And);
        let to = if joined || is_run || self.is_between(at) { last.days.to } else { first_day };
        let days = days(first_day, to)?;
        Some((Period { days, unit: Unit::Other, ..last }, end))
    }

    /// The month of `16-20/11`, at its stroke.
    fn numbered_month(&self, at: usize) -> Option<(u32, usize)> {
        let is_joined = self.is_mark(at, '/') && self.is_joined(at) && self.is_joined(at + 1);
        let (month, _) = self.number(at + 1).filter(|_| is_joined)?;
        let is_list = self.month(self.skip(at + 2, &["of"])).is_some();
        let year_at = self.skip_marks(at + 2, &['/']);
        ((1..=12).contains(&month) && !is_list).then_some((month, year_at))
    }

    /// `November 9-13`, `Nov 5th or 6th`
    fn month_list(&self, at: usize) -> Read {
        let month = self.month(at)?;
        let (first, next) = self.day_of_month(self.skip(at + 1, &["the"]))?;
        let (_, next) = self.joint(next).filter(|(joint, _)| *joint != Joint::And)?;
        let (last, next) = self.day_of_month(self.skip(next, &["the"]))?;
        let is_list = first < last && self.month(self.skip(next, &["of"])).is_none();
        let (from, _) = is_list.then(|| self.with_year(first, month, next))??;
        let (to, next) = self.with_year(last, month, next)?;
        let days = days(from.days.from, to.days.to)?;
        Some((Period { days, unit: Unit::Other, ..from }, next))
    }

    /// The place of the number in `Monday the 14th`.
    fn list_start(&self, at: usize) -> usize {
        let is_weekday = matches!(self.kind(at), Some(super::Kind::Weekday(_)));
        self.skip(self.skip(at + usize::from(is_weekday), &["the"]), &["to"])
    }

    fn list_joint(&self, at: usize) -> Option<(Joint, usize)> {
        if self.is_mark(at, ',') || self.is_mark(at, '&') {
            let next = self.skip(at + 1, &["or", "and"]);
            let is_or = self.is_any(at + 1, &["or"]);
            return Some((if is_or { Joint::Or } else { Joint::And }, next));
        }
        self.joint(at)
    }

    fn is_between(&self, at: usize) -> bool {
        (at.saturating_sub(2)..at).any(|place| self.is_any(place, &["between"]))
    }

    /// `moved from 5 to 12 November`
    fn is_moved(&self, at: usize) -> bool {
        let before = at.saturating_sub(6)..at;
        before.clone().any(|place| self.is_any(place, MOVED))
            && before.clone().any(|place| self.is_any(place, &["from"]))
    }
}

/// The first day belongs to the year, or to the week, of the last: `3 May to 7 May 2028`,
/// `Monday to Wednesday next week`.
fn fitted(left: Period, right: &Period) -> Period {
    let ahead = (right.days.from - left.days.from).num_days();
    let weekday = left.days.from.weekday();
    if left.unit == Unit::Weekday && right.unit != Unit::Weekday && ahead > 6 {
        let found = shifted(monday_of(right.days.from), from_monday(weekday));
        return found.map_or(left, Period::day);
    }
    if !left.guessed_year || right.guessed_year || ahead <= 366 {
        return left;
    }
    let years = chrono::Months::new(u32::try_from(ahead / 366 * 12).unwrap_or(0));
    let moved = |day: chrono::NaiveDate| day.checked_add_months(years);
    match (moved(left.days.from), moved(left.days.to)) {
        (Some(from), Some(to)) => Period { days: Days { from, to }, ..left },
        _ => left,
    }
}

/// `Between Christmas and New Year` leaves both out, `between 4 and 8 January` neither.
fn without_ends(inclusive: Days, left: &Period, right: &Period) -> Days {
    let after_left = left.days.to.succ_opt().filter(|_| left.unit == Unit::Festival);
    let before_right = right.days.from.pred_opt().filter(|_| right.unit == Unit::Festival);
    let from = after_left.unwrap_or(inclusive.from);
    let to = before_right.unwrap_or(inclusive.to);
    days(from, to).unwrap_or(inclusive)
}
