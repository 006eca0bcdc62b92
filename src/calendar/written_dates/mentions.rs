//! All days of a text in order, each read beside those named before it.

use chrono::{Datelike, Months, Weekday};

use super::choose::{asks_between, is_away, is_dismissed, is_sentence_end, judged};
use super::leaning::Lean;
use super::{Days, Period, Reader, Unit};

/// `Nothing before Christmas`
pub(super) const DENIALS: &str =
    "no not nothing none isn't won't don't doesn't aren't can't cannot unlikely";

/// Some day before the one just named.
const BEFORE_THAT: &[&str] = &["before then", "before that", "ahead of that", "prior to that"];

/// A weekday behind one of these lies in the week just named.
const PREFERRED: &[&str] = &["ideally", "preferably", "probably", "say", "likely", "perhaps", "on"];

pub(super) struct Mention {
    pub(super) days: Days,
    pub(super) unit: Unit,
    pub(super) is_weak: bool,
    pub(super) puts_right: bool,
    /// Counted from a day named before.
    pub(super) leans: bool,
    /// Its first token.
    pub(super) at: usize,
}

pub(super) fn is_week(days: Days) -> bool {
    days.from.weekday() == Weekday::Mon && (days.to - days.from).num_days() == 4
}

/// `The week of 7 June, ideally the Tuesday`
fn in_week(week: Days, weekday: &Period) -> Option<Days> {
    let later = weekday.days.from.weekday().num_days_from_monday();
    let day = super::shifted(week.from, later.into())?;
    (is_week(week) && weekday.days.from == weekday.days.to).then_some(Days { from: day, to: day })
}

/// All days of a text in order, and what the next one may hang on.
pub(super) struct Mentions<'a> {
    reader: &'a Reader<'a>,
    pub(super) found: Vec<Mention>,
    /// `Six weeks before launch (1 June)`: its day is still to come.
    waiting: Option<(Lean, usize)>,
    /// `The first Monday of each month`
    recurring: Option<(u32, Weekday)>,
    clause_start: usize,
}

impl<'a> Mentions<'a> {
    pub(super) fn of(reader: &'a Reader<'a>) -> Self {
        let mut mentions =
            Self { reader, found: Vec::new(), waiting: None, recurring: None, clause_start: 0 };
        let mut at = 0;
        while at < reader.tokens.len() {
            if is_sentence_end(reader, at) {
                mentions.clause_start = at + 1;
            }
            at = mentions.step(at).max(at + 1);
        }
        mentions
    }

    /// Reads what stands here, and gives the place after it.
    fn step(&mut self, at: usize) -> usize {
        let reader = self.reader;
        if !reader.may_begin(at) && reader.after_any(at, BEFORE_THAT).is_none() {
            debug_assert!(reader.recurring(at).is_none() && reader.range(at).is_none());
            debug_assert!(reader.offset(at).is_none() && reader.lean(at).is_none());
            debug_assert!(reader.slipped(at).is_none());
            return at + 1;
        }
        if let Some((recurring, next)) = reader.recurring(at) {
            self.recur(recurring, at);
            next
        } else if let Some(next) = self.lean(at) {
            next
        } else if let Some((period, next)) = reader.range(at) {
            self.name(period, (at, next));
            self.clause_start = next;
            next
        } else if let Some(next) = reader.after_any(at, BEFORE_THAT) {
            let clause = (self.clause_start, at);
            self.found.extend(self.found.last().and_then(|last| until(reader, last, clause)));
            next
        } else if let Some((offset, next)) = reader.offset(at) {
            if self.found.is_empty() {
                self.waiting = Some((Lean::Span(offset), at));
            } else {
                self.hang_on_the_last(Lean::Span(offset), at);
            }
            next
        } else {
            at + 1
        }
    }

    /// `The Friday before`, `slipped by a week`, `no, sorry, 24`
    fn lean(&mut self, at: usize) -> Option<usize> {
        let reader = self.reader;
        if let Some((lean, next)) = reader.lean(at) {
            if reader.tells_on_what(next) {
                self.waiting = Some((lean, at));
            } else if self.found.is_empty() {
                return None;
            } else {
                self.hang_on_the_last(lean, at);
            }
            return Some(next);
        }
        let last = self.found.last_mut()?;
        if let Some((lean, next)) = reader.slipped(at) {
            last.is_weak = true;
            self.hang_on_the_last(lean, at);
            return Some(next);
        }
        let day = reader.corrected_number(at, last.days.from)?;
        let days = Days { from: day, to: day };
        self.found.push(Mention { puts_right: true, leans: false, ..leaning(days, at) });
        Some(at + 1)
    }

    /// `I'm off on Wednesday and all day Friday`
    fn goes_on_weakly(&self, at: usize) -> bool {
        const JOINTS: &[&str] =
            &["and", "or", "then", "also", "all", "day", "on", "the", "from", "pm", "am"];
        let mut between = self.clause_start..at;
        let is_joined = self.reader.is_any(self.clause_start, &["and", "or", "pm", "am"]);
        self.found.last().is_some_and(|last| last.is_weak)
            && is_joined
            && between.all(|place| self.reader.is_any(place, JOINTS))
    }

    fn hang_on_the_last(&mut self, lean: Lean, at: usize) {
        let Some(last) = self.found.last_mut() else { return };
        let Some(mut mention) = resolved(self.reader, Some((lean, at)), last.days) else { return };
        // `The demo is 26 May, your view is needed the day after`
        last.is_weak |= lean.is_later() && asks_between(self.reader, last.at, at);
        mention.puts_right = self.reader.corrects(last.at, at);
        mention.is_weak = is_away(self.reader, self.clause_start, at);
        self.found.push(mention);
    }

    fn name(&mut self, period: Period, (at, next): (usize, usize)) {
        let period = self.beside_the_last(period, at);
        let Some(mut mention) = judged(self.reader, &period, (self.clause_start, at)) else {
            return;
        };
        if names_again(&self.found, &period) {
            return;
        }
        mention.is_weak |= is_dismissed(self.reader, next) || self.goes_on_weakly(at);
        mention.puts_right |= !self.found.is_empty() && self.reader.corrects(self.clause_start, at);
        // `The Monday we come back, 11 October`
        self.found.pop_if(|last| is_named_by(self.reader, last, &mention));
        if let Some((offset, offset_at)) = self.waiting.take() {
            // `A week after the board on 10 March`: that the board sits is not what is meant.
            mention.is_weak |= offset.is_later();
            self.found.extend(resolved(self.reader, Some((offset, offset_at)), mention.days));
        }
        self.found.push(mention);
    }

    /// The next such day counts when no other is named; a month named later says which is meant.
    fn recur(&mut self, recurring: (u32, Weekday), at: usize) {
        let reader = self.reader;
        let (year, month) = (reader.written_on.year(), reader.written_on.month());
        let in_month = |ahead: u32| {
            let first = super::date(year, month, 1)?.checked_add_months(Months::new(ahead))?;
            Reader::nth_in(super::months(first.year(), first.month(), 1)?, recurring)
        };
        let next = (0..3).filter_map(in_month).find(|days| days.from >= reader.written_on);
        self.recurring = Some(recurring);
        self.found.extend(next.map(|days| Mention {
            days,
            unit: Unit::Day,
            is_weak: true,
            puts_right: false,
            leans: false,
            at,
        }));
    }

    /// What a day means beside the one named last: `3 May is a holiday, so the 4th`, `we open on
    /// 1 March and the ministers come on the Wednesday`.
    fn beside_the_last(&mut self, period: Period, at: usize) -> Period {
        if period.unit == Unit::Month
            && let Some(days) = self.recurring.and_then(|day| Reader::nth_in(period.days, day))
        {
            self.recurring = None;
            return Period { days, unit: Unit::Day, ..period };
        }
        if period.unit == Unit::Weekday
            && let Some(days) = self.found.last().and_then(|last| in_week(last.days, &period))
            && (self.reader.is_any(at, &["the"])
                || PREFERRED.contains(&self.reader.word_before(at)))
        {
            return Period { days, unit: Unit::Day, ..period };
        }
        // `July sometime, no later than the 23rd`
        if period.unit == Unit::NumberedDay
            && let Some(day) = self
                .found
                .last()
                .filter(|last| last.unit == Unit::Month)
                .and_then(|last| last.days.from.with_day(period.days.from.day()))
                .filter(|day| *day >= self.reader.written_on)
        {
            return Period { days: Days { from: day, to: day }, ..period };
        }
        let is_one_day = |mention: &&Mention| mention.days.from == mention.days.to;
        let Some(last) = self.found.last().filter(is_one_day).map(|last| last.days.from) else {
            return period;
        };
        let day = match period.unit {
            // `3 June, I mean July`
            Unit::Month if self.reader.corrects(self.clause_start, at) => {
                period.days.from.with_day(last.day())
            }
            Unit::NumberedDay => last.with_day(period.days.from.day()),
            Unit::Weekday if self.reader.is_any(at, &["the"]) => {
                let ahead = period.days.from.weekday().days_since(last.weekday());
                super::shifted(last, ahead.into())
            }
            _ => None,
        };
        let day = day.filter(|day| *day >= self.reader.written_on);
        day.map_or(period, |day| Period { days: Days { from: day, to: day }, ..period })
    }
}

/// `15 February (the Monday)`: a weekday that fits a day named before is that day.
fn names_again(found: &[Mention], period: &Period) -> bool {
    let is_one_day = |days: Days| days.from == days.to;
    period.unit == Unit::Weekday
        && is_one_day(period.days)
        && found.iter().any(|mention| {
            is_one_day(mention.days)
                && mention.days.from >= period.days.from
                && mention.days.from.weekday() == period.days.from.weekday()
        })
}

/// Whether a weekday named before, told in words, is this very day.
fn is_named_by(reader: &Reader<'_>, weekday: &Mention, day: &Mention) -> bool {
    weekday.unit == Unit::Weekday
        && day.unit == Unit::Day
        && reader.is_any(weekday.at, &["the"])
        && weekday.days.from == weekday.days.to
        && weekday.days.from.weekday() == day.days.from.weekday()
        && !(weekday.at..day.at).any(|place| is_sentence_end(reader, place))
}

/// From the day of writing to the eve of the day named last.
fn until(reader: &Reader<'_>, last: &Mention, (start, at): (usize, usize)) -> Option<Mention> {
    let is_denied =
        (start..at).any(|place| DENIALS.split(' ').any(|word| reader.is_any(place, &[word])));
    let eve = last.days.from.pred_opt().filter(|eve| !is_denied && *eve >= reader.written_on)?;
    let days = Days { from: reader.written_on, to: eve };
    Some(leaning(days, at))
}

fn resolved(reader: &Reader<'_>, offset: Option<(Lean, usize)>, anchor: Days) -> Option<Mention> {
    let (offset, at) = offset?;
    let period = offset.from(anchor).filter(|period| period.days.to >= reader.written_on)?;
    Some(leaning(period.days, at))
}

fn leaning(days: Days, at: usize) -> Mention {
    Mention { days, unit: Unit::Other, is_weak: false, puts_right: false, leans: true, at }
}
