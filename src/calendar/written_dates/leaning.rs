//! Days that hang on one named nearby: `the Thursday of the week before`, `slipped by a week`.

use chrono::{Datelike, Weekday};

use super::relative::Offset;
use super::tokens::Kind;
use super::weeks::{from_monday, working_week};
use super::{Days, NaiveDate, Period, Reader, monday_of, shifted};

/// Its day is known once the day it hangs on is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lean {
    /// `four weeks ahead of that`
    Span(Offset),
    /// `the day before`
    Day { later: bool },
    /// `the Thursday before`
    Weekday { weekday: Weekday, later: bool },
    /// `the Thursday of the week before`
    WeekdayOfWeek { weekday: Weekday, weeks: i64 },
    /// `the week before`
    Week { later: bool },
}

impl Lean {
    pub(super) fn is_later(self) -> bool {
        match self {
            Self::Span(offset) => offset.is_later(),
            Self::Day { later } | Self::Weekday { later, .. } | Self::Week { later } => later,
            Self::WeekdayOfWeek { weeks, .. } => weeks > 0,
        }
    }

    pub(super) fn from(self, anchor: Days) -> Option<Period> {
        let beside =
            |later: bool| if later { anchor.to.succ_opt() } else { anchor.from.pred_opt() };
        match self {
            Self::Span(offset) => offset.from(anchor),
            Self::Day { later } => Some(Period::day(beside(later)?)),
            Self::Weekday { weekday, later } => {
                let first = beside(later)?;
                let ahead = i64::from(weekday.days_since(first.weekday()));
                let back = i64::from(first.weekday().days_since(weekday));
                Some(Period::day(shifted(first, if later { ahead } else { -back })?))
            }
            Self::WeekdayOfWeek { weekday, weeks } => {
                let monday = monday_beside(anchor, weeks)?;
                Some(Period::day(shifted(monday, from_monday(weekday))?))
            }
            Self::Week { later } => {
                working_week(monday_beside(anchor, if later { 1 } else { -1 })?)
            }
        }
    }
}

/// The Monday so many weeks later.
fn monday_beside(anchor: Days, weeks: i64) -> Option<NaiveDate> {
    let day = if weeks > 0 { anchor.to } else { anchor.from };
    shifted(monday_of(day), weeks * 7)
}

const BEHIND: &[(&str, bool)] = &[
    ("before", false),
    ("beforehand", false),
    ("prior", false),
    ("preceding", false),
    ("after", true),
    ("afterwards", true),
    ("following", true),
];
const AHEAD: &[(&str, bool)] =
    &[("preceding", false), ("previous", false), ("prior", false), ("following", true)];

/// Behind these words the thought goes on; behind others they tell what is leant on.
const GOES_ON: &[&str] = &[
    "is", "would", "will", "should", "to", "for", "so", "and", "or", "but", "please", "at", "in",
    "when", "where", "because", "if", "with", "as", "which", "latest", "ideally", "if", "then",
];

/// What was planned for a day no longer is.
const SLIPPED: &[(&str, bool)] = &[
    ("slipped", true),
    ("delayed", true),
    ("postponed", true),
    ("put back", true),
    ("pushed back", true),
    ("pushed out", true),
    ("moved back", true),
    ("gone back", true),
    ("brought forward", false),
    ("moved forward", false),
    ("come forward", false),
];
const PERHAPS: &[&str] = &["if", "not", "might", "may", "could", "would", "unless", "never"];

/// `17 March - no, sorry, 24`
const CORRECTS: &[&str] = &[
    "no sorry",
    "no , sorry",
    "sorry no",
    "sorry , no",
    "sorry , wrong",
    "sorry wrong",
    "no hang on",
    "no , hang on",
    "no wait",
    "no , wait",
    "wait , no",
    "scrap that",
    "i tell a lie",
    "tell a lie",
    "i mean",
    "i meant",
    "make that",
    "my mistake",
    "correction",
    "or rather",
];
/// Right before the day that counts.
const CORRECTS_NEXT: &[&str] =
    &["sorry ,", "sorry -", "sorry", ", no ,", "- no ,", "actually", ", or actually", "edit :"];
/// So many words may stand between a correction and its day.
const LONGEST_CORRECTION: usize = 16;

impl Reader<'_> {
    /// What stands here leans on the last day named, or on the next.
    pub(super) fn lean(&self, at: usize) -> Option<(Lean, usize)> {
        let (lean, next) = self.lean_itself(at)?;
        // `The day before Good Friday` says itself on what it hangs.
        let is_whole = self.range(at).is_none_or(|(_, end)| end <= next);
        let next = self.skip(next, &["that", "then", "it", "this"]);
        is_whole.then_some((lean, next))
    }

    fn lean_itself(&self, at: usize) -> Option<(Lean, usize)> {
        let start = self.skip(at, &["the"]);
        if let Some(Kind::Weekday(weekday)) = self.kind(start) {
            let of = self.skip(start + 1, &["of", "in"]);
            let same = self.after_any(of, &["that week", "the same week"]).map(|next| (0, next));
            let aside = || {
                let (later, next) = self.week_aside(of)?;
                Some((if later { 1 } else { -1 }, next))
            };
            if let Some((weeks, next)) = same.or_else(aside).filter(|_| of > start + 1) {
                return Some((Lean::WeekdayOfWeek { weekday: *weekday, weeks }, next));
            }
        }
        if start == at {
            return None;
        }
        if let Some((later, next)) = self.week_aside(at) {
            return Some((Lean::Week { later }, next));
        }
        let lean = |kind: &Kind, later| match kind {
            Kind::Weekday(weekday) => Some(Lean::Weekday { weekday: *weekday, later }),
            Kind::Word => Some(Lean::Day { later }),
            _ => None,
        };
        let names = |at: usize| {
            matches!(self.kind(at), Some(Kind::Weekday(_))) || self.is_any(at, &["day"])
        };
        let is_led = !names(start) && names(start + 1);
        let (named_at, (later, next)) = if is_led {
            (start + 1, (self.aside(start, AHEAD)?.0, start + 2))
        } else {
            (start, self.aside(start + 1, BEHIND).filter(|_| names(start))?)
        };
        Some((lean(self.kind(named_at)?, later)?, next))
    }

    /// `the week before`, `the following week`
    fn week_aside(&self, at: usize) -> Option<(bool, usize)> {
        let at = self.after(at, "the")?;
        if let Some(next) = self.after(at, "week") {
            return self.aside(next, BEHIND);
        }
        let (later, next) = self.aside(at, AHEAD)?;
        Some((later, self.after(next, "week")?))
    }

    fn aside(&self, at: usize, words: &[(&str, bool)]) -> Option<(bool, usize)> {
        let (word, later) = words.iter().find(|(word, _)| self.is_any(at, &[word]))?;
        (!word.is_empty()).then_some((*later, at + 1))
    }

    /// Whether words that tell of another day stand here: `the Thursday before we cut over (19 June)`.
    pub(super) fn tells_on_what(&self, at: usize) -> bool {
        let is_story = self.kind(at) == Some(&Kind::Word) && !self.is_any(at, GOES_ON);
        let in_sentence = |place: &usize| {
            self.kind(*place).is_some() && !super::choose::is_sentence_end(self, *place)
        };
        is_story
            && (at..self.tokens.len())
                .take_while(in_sentence)
                .any(|place| self.range(place).is_some())
    }

    /// `slipped by a week`
    pub(super) fn slipped(&self, at: usize) -> Option<(Lean, usize)> {
        let (later, next) =
            SLIPPED.iter().find_map(|(words, later)| Some((*later, self.after(at, words)?)))?;
        let is_doubtful = (at.saturating_sub(4)..at)
            .any(|place| self.kind(place) == Some(&Kind::Word) && self.is_any(place, PERHAPS));
        let next = self.skip(self.skip(next, &["back"]), &["by"]);
        let (span, next) = self.span(next).filter(|_| !is_doubtful)?;
        Some((Lean::Span(Offset::new(span, later)), next))
    }

    /// Whether what stands between here and there puts right what was said before.
    pub(super) fn corrects(&self, start: usize, at: usize) -> bool {
        let start = start.max(at.saturating_sub(LONGEST_CORRECTION));
        (start..at).any(|place| {
            self.after_any(place, CORRECTS).is_some_and(|next| next <= at)
                || self.after_any(place, CORRECTS_NEXT) == Some(at)
        })
    }

    /// `no, sorry, 24`: the number of another day of the same month.
    pub(super) fn corrected_number(&self, at: usize, last: NaiveDate) -> Option<NaiveDate> {
        let (day, 1..=2) = self.number(at)? else { return None };
        let before = at.checked_sub(1)?;
        let end = if self.is_mark(before, ',') || self.is_mark(before, '-') { before } else { at };
        let follows =
            (end.saturating_sub(4)..end).any(|place| self.after_any(place, CORRECTS) == Some(end));
        let is_alone = !matches!(self.kind(at + 1), Some(Kind::Word | Kind::Month(_)))
            && !self.is_mark(at + 1, ':')
            && !self.is_mark(at + 1, '/');
        last.with_day(day).filter(|_| follows && is_alone)
    }
}
