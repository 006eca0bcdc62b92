//! Days that hang on other days: `in two weeks`, `a week on Friday`, `before Christmas`.

use super::spans::Span;
use super::tokens::Kind;
use chrono::{Datelike, Weekday};

use super::part_days::is_working_day;
use super::{Days, NaiveDate, Period, Read, Reader, Unit, days, shifted};

/// `four weeks ahead of that`: its day is known once the day it hangs on is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Offset {
    span: Span,
    later: bool,
}

impl Offset {
    pub(super) fn new(span: Span, later: bool) -> Self {
        Self { span, later }
    }

    pub(super) fn is_later(self) -> bool {
        self.later
    }

    pub(super) fn from(self, anchor: Days) -> Option<Period> {
        if let Some(week) = self.weeks_from(anchor) {
            return Some(week);
        }
        let (first, second) = if self.later {
            let from = anchor.to;
            (self.span.after(from, self.span.least)?, self.span.after(from, self.span.most)?)
        } else {
            let from = anchor.from;
            (self.span.before(from, self.span.most)?, self.span.before(from, self.span.least)?)
        };
        Some(Period::new(days(first, second)?, Unit::Other))
    }

    /// A week before a working week is a working week.
    fn weeks_from(self, anchor: Days) -> Option<Period> {
        let is_week =
            (anchor.to - anchor.from).num_days() == 4 && anchor.from.weekday() == Weekday::Mon;
        let is_exact = self.span.least == self.span.most && self.span.is_in_weeks();
        let moved = |day| {
            let count = self.span.least;
            if self.later { self.span.after(day, count) } else { self.span.before(day, count) }
        };
        let days = days(moved(anchor.from)?, moved(anchor.to)?).filter(|_| is_week && is_exact)?;
        Some(Period::new(days, Unit::Week))
    }
}

/// The new year lasts a month, but what comes after it comes after its first day.
fn last_of(period: &Period) -> NaiveDate {
    let is_long = (period.days.to - period.days.from).num_days() > 6;
    let is_new_year = period.days.from.ordinal() == 1;
    if period.unit == Unit::Festival && is_long && is_new_year {
        period.days.from
    } else {
        period.days.to
    }
}

const BEFORE: &[&str] = &["before", "ahead of", "prior to", "in advance of", "this side of"];
const AFTER: &[&str] = &["after", "following"];
/// `in a fortnight earlier` counts from another day than the one of writing.
const HANGS_ON: &[&str] =
    &["before", "after", "ahead", "prior", "ago", "on", "earlier", "later", "beforehand", "sooner"];
/// So many words may stand between `before` and the day: `before we all break up for Christmas`.
const LONGEST_DETOUR: usize = 7;

impl Reader<'_> {
    pub(super) fn relative(&self, at: usize) -> Read {
        let span = self.span(at);
        self.within(at)
            .or_else(|| self.up_to(at))
            .or_else(|| self.span_from_a_day(span?))
            .or_else(|| self.in_a_span(at, span))
            .or_else(|| self.span_beside(span?))
            .or_else(|| self.day_beside(at))
            .or_else(|| self.before(at))
            .or_else(|| self.after_a_day(at))
            .or_else(|| self.part(at))
    }

    /// `within the next ten working days`, `over the coming month`
    fn within(&self, at: usize) -> Read {
        let leads = ["within", "inside", "over", "during", "in", "for", "sometime in"];
        let lead_end = self.after_any(at, &leads)?;
        let the = self.skip(lead_end, &["the"]);
        let next = self.skip(the, &["next", "coming"]);
        let is_window = next > the || self.is_any(at, &["within", "inside"]);
        let (last, next) = if let Some((span, next)) = self.window(next).filter(|_| is_window) {
            (span.after(self.written_on, span.most)?, next)
        } else {
            let hours = self.number(next).filter(|_| self.is_any(next + 1, &["hours", "hrs"]));
            let (hours, _) = hours.filter(|(hours, _)| is_window && *hours < 1_000)?;
            (shifted(self.written_on, i64::from(hours.div_ceil(24)))?, next + 2)
        };
        Some((Period::new(days(self.written_on, last)?, Unit::Other), next))
    }

    /// `up to and including 20 November`
    fn up_to(&self, at: usize) -> Read {
        let next = self.after_any(at, &["up to and including", "up to", "up until"])?;
        let (period, next) = self.part(next)?;
        let days = days(self.written_on, period.days.to)?;
        Some((Period { days, unit: Unit::Other, ..period }, next))
    }

    fn window(&self, at: usize) -> Option<(Span, usize)> {
        let is_the = self.word_before(at) == "the";
        let is_month =
            is_the && self.is_any(at, &["month"]) && self.word_before(at - 1) == "within";
        self.span(at).or_else(|| self.single_span(at).filter(|_| !is_the || is_month))
    }

    /// `in two weeks' time`, `two weeks from now`
    fn in_a_span(&self, at: usize, here: Option<(Span, usize)>) -> Read {
        let is_led = self.is_any(at, &["in"]);
        let (span, next) = if is_led { self.span(at + 1)? } else { here? };
        let trails = ["to the day", "time", "from now", "from today", "hence", "away", "today"];
        let trail = self.after_any(next, &trails);
        let hangs_on_more = self.is_any(next, HANGS_ON);
        // `2 weeks` is a whole answer.
        let is_all = at == 0 && !matches!(self.kind(next), Some(Kind::Word | Kind::Ordinal(_)));
        if trail.is_none()
            && (!(is_led || is_all) || (hangs_on_more && !self.is_any(next, &["on"])))
        {
            return None;
        }
        let day = |count| span.after(self.written_on, count);
        let days = days(day(span.least)?, day(span.most)?)?;
        Some((Period::new(days, Unit::Other), trail.unwrap_or(next)))
    }

    /// `a week on Tuesday`, `a fortnight tomorrow`, `two weeks from Monday`
    fn span_from_a_day(&self, (span, next): (Span, usize)) -> Read {
        let from = self.after(next, "from");
        let next = self.skip(next, &["on", "from"]);
        let (period, next) = from
            .and_then(|from| self.day_gone(from).or_else(|| self.part(from)))
            .or_else(|| self.weekday_phrase(next))?;
        let day = |day| span.after(day, span.least);
        let days = days(day(period.days.from)?, day(period.days.to)?)?;
        Some((Period::new(days, Unit::Other), next))
    }

    /// `yesterday`, `last Friday`: days that only others are counted from.
    fn day_gone(&self, at: usize) -> Read {
        if let Some(next) = self.after(at, "yesterday") {
            return Some((Period::day(self.written_on.pred_opt()?), next));
        }
        let next = self.after(at, "last")?;
        let Kind::Weekday(weekday) = self.kind(next)? else { return None };
        let coming = self.coming_weekday(*weekday, false)?;
        Some((Period::day(shifted(coming, -7)?), next + 1))
    }

    /// `two weeks before 14 December`
    fn span_beside(&self, (span, next): (Span, usize)) -> Read {
        let (later, next) = self.direction(next)?;
        let (period, next) = self.part(next)?;
        let guessed_year = period.guessed_year;
        let found = Offset { span, later }.from(period.days)?;
        Some((Period { guessed_year, ..found }, next))
    }

    fn direction(&self, at: usize) -> Option<(bool, usize)> {
        let before = self.after_any(at, BEFORE).map(|next| (false, next));
        before.or_else(|| self.after_any(at, AFTER).map(|next| (true, next)))
    }

    /// `the day before Good Friday`, `the Monday after Easter`
    fn day_beside(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        let working = self.after(at, "working day");
        let weekday = match self.kind(at)? {
            Kind::Weekday(weekday) => Some(*weekday),
            Kind::Word if working.is_some() || self.is_any(at, &["day", "night", "eve"]) => None,
            _ => return None,
        };
        let fits = |day: NaiveDate| {
            weekday.is_none_or(|weekday| day.weekday() == weekday)
                && (working.is_none() || is_working_day(day))
        };
        let eve = self.after(at, "eve of").map(|next| (false, next));
        let (later, next) = eve.or_else(|| self.direction(working.unwrap_or(at + 1)))?;
        let (period, next) = self.part(next)?;
        let step = if later { 1 } else { -1 };
        let start = if later { last_of(&period) } else { period.days.from };
        let mut found = shifted(start, step)?;
        while !fits(found) {
            found = shifted(found, step)?;
        }
        let guessed_year = period.guessed_year;
        Some((Period { guessed_year, ..Period::day(found) }, next))
    }

    /// `before Christmas`: from the day of writing. The end of a stretch is meant itself.
    fn before(&self, at: usize) -> Read {
        let short = self.is_any(at, &["just", "shortly", "right"]);
        let at = at + usize::from(short);
        let next = self.after_any(at, BEFORE).or_else(|| self.after(at, "pre -"))?;
        let (period, next_token) = self.part(next).or_else(|| self.break_up_for(next))?;
        let names_end = (next..next_token).any(|place| self.is_any(place, &["end", "close"]));
        let denied = ["not", "never", "or"].contains(&self.word_before(at));
        let last = shifted(period.days.from, -1)?;
        if denied || last < self.written_on {
            return Some((period, next_token));
        }
        if names_end {
            let days = days(self.written_on, period.days.to)?;
            return Some((Period { days, unit: Unit::Before, ..period }, next_token));
        }
        let first = if short { shifted(last, -6)?.max(self.written_on) } else { self.written_on };
        let period = Period { days: days(first, last)?, unit: Unit::Before, ..period };
        Some((period, next_token))
    }

    /// `we break up for Christmas`, behind `before`
    fn break_up_for(&self, at: usize) -> Read {
        let is_clause =
            |place: &usize| (at..*place).all(|place| matches!(self.kind(place), Some(Kind::Word)));
        let mut places = (at + 1..at + LONGEST_DETOUR).take_while(is_clause);
        let for_at = places.find(|place| self.is_any(*place, &["for"]))?;
        self.festival(for_at + 1)
    }

    /// `after Easter`, `once Easter is over`: the fortnight that follows.
    fn after_a_day(&self, at: usize) -> Read {
        let (period, next) = if let Some(next) = self.after(at, "after") {
            self.part(next)?
        } else {
            let (period, next) = self.part(self.after(at, "once")?)?;
            let over = ["is over", "has passed", "is past", "is out of the way", "is done"];
            (period, self.after_any(next, &over)?)
        };
        let from = shifted(last_of(&period), 1)?;
        let days = days(from, shifted(from, 13)?)?;
        Some((Period { days, unit: Unit::Vague, ..period }, next))
    }

    /// `four weeks ahead of that`, `a fortnight beforehand`, `ten days before go-live`
    pub(super) fn offset(&self, at: usize) -> Option<(Offset, usize)> {
        let (span, next) = self.span(at)?;
        let alone = [
            ("beforehand", false),
            ("earlier", false),
            ("sooner", false),
            ("prior", false),
            ("later", true),
            ("ahead", false),
        ];
        let ends =
            |at: usize| !matches!(self.kind(at), Some(Kind::Word)) || self.word(at) == "than";
        if let Some((_, later)) = alone.iter().find(|(word, _)| self.is_any(next, &[word]))
            && ends(next + 1)
        {
            return Some((Offset { span, later: *later }, next + 1));
        }
        let (later, next) = self.direction(next)?;
        let tells_a_story = self.is_any(next, &["we", "you", "they", "i", "he", "she", "work"]);
        (!tells_a_story).then_some((Offset { span, later }, next))
    }
}
