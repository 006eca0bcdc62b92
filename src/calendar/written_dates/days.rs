//! Single days by number: `14 December`, `14/12/2026`, `Dec 14th, 2026`, `2026-12-14`, `the 23rd`.

use chrono::{Datelike, Months, NaiveDate};

use super::tokens::Kind;
use super::{Days, Period, Read, Reader, Unit, date, months};

/// Words that may follow `the 23rd` when a day is meant. After another word it counts things.
const AFTER_AN_ORDINAL: &[&str] = &[
    "at",
    "for",
    "with",
    "when",
    "and",
    "is",
    "which",
    "to",
    "in",
    "if",
    "because",
    "but",
    "or",
    "am",
    "pm",
    "from",
    "so",
    "where",
    "then",
    "as",
    "on",
    "by",
    "would",
    "will",
    "we",
    "i",
    "if",
    "please",
    "pls",
    "n",
    "cos",
    "just",
    "they",
    "he",
    "she",
    "my",
    "everyone",
    "everybody",
    "ideally",
    "latest",
    "onwards",
    "though",
    "after",
    "before",
    "until",
    "there",
    "you",
    "morning",
    "afternoon",
    "evening",
    "that",
    "this",
    "not",
    "it",
    "unless",
    "while",
    "our",
    "the",
];

/// What `the 20th` may count besides days.
const COUNTED: &[&str] = &[
    "floor",
    "anniversary",
    "birthday",
    "century",
    "time",
    "edition",
    "version",
    "attempt",
    "sprint",
    "release",
    "draft",
    "person",
    "user",
    "percentile",
    "amendment",
    "place",
    "week",
    "day",
    "iteration",
    "cohort",
    "year",
];

/// A number with dots after one of these is no date.
const NUMBERED: &[&str] = &["v", "version", "section", "release", "room", "clause", "paragraph"];

impl Reader<'_> {
    pub(super) fn day(&self, at: usize) -> Read {
        let start = self.after_weekday(at);
        self.numeric(start)
            .or_else(|| self.day_and_month(start))
            .or_else(|| self.month_and_day(start))
            .or_else(|| self.day_of_this_or_next_month(start))
            .or_else(|| self.day_alone(at, start))
    }

    /// In `Thursday, the 5th` the weekday says nothing that the number does not.
    fn after_weekday(&self, at: usize) -> usize {
        let is_weekday = matches!(self.kind(at), Some(Kind::Weekday(_)));
        let next = at + usize::from(is_weekday);
        let next = if is_weekday { self.skip_marks(next, &['.']) } else { next };
        let next = if is_weekday { self.skip_marks(next, &[',', '-', '(']) } else { next };
        self.skip(next, &["the"])
    }

    fn numeric(&self, at: usize) -> Read {
        let (first, first_digits) = self.number(at)?;
        if let (Some((second, 1..=2)), Some((third, 4))) =
            (self.number(at + 1), self.number(at + 2))
        {
            return Some((Period::day(dated(third, second, first)?), at + 3));
        }
        let separator = ['/', '.', '-'].into_iter().find(|mark| self.is_mark(at + 1, *mark))?;
        let is_spaced = separator != '/' || self.full_number(at + 4) != Some(4);
        if (is_spaced && !(self.is_joined(at + 1) && self.is_joined(at + 2)))
            || NUMBERED.contains(&self.word_before(at))
            || self.is_part_of_a_reference(at)
        {
            return None;
        }
        let (second, second_digits) = self.number(at + 2)?;
        if !self.is_mark(at + 3, separator) || self.number(at + 4).is_none() {
            // `24/7` is a way to say always, `10.30` a time, `1/2 day` a fraction.
            let is_day = separator == '/' && first_digits <= 2 && (first, second) != (24, 7);
            let is_fraction = self.is_any(at + 3, &["of", "day", "days", "hour", "hours"]);
            // `3.12.` is how Germans write, where it is all there is.
            let is_all = at == 0 && self.is_mark(at + 3, '.') && self.kind(at + 4).is_none();
            if separator == '.' && is_all {
                return self.with_year(first, second, at + 4);
            }
            return (is_day && !is_fraction).then(|| {
                self.with_year(first, second, at + 3).or_else(|| self.month_of_year(at))
            })?;
        }
        let (third, third_digits) = self.number(at + 4)?;
        if self.is_mark(at + 5, '.') && self.is_joined(at + 6) && self.number(at + 6).is_some() {
            return None;
        }
        let day = match (first_digits, second_digits, third_digits) {
            (4, 1..=2, 1..=2) => dated(first, second, third),
            (1..=2, 1..=2, 4) => day_first(third, second, first),
            (1..=2, 1..=2, 2) => day_first(third + 2000, second, first),
            _ => None,
        };
        Some((Period::day(day?), at + 5))
    }

    fn full_number(&self, at: usize) -> Option<usize> {
        Some(self.number(at)?.1)
    }

    /// `CHG-2027-03-14`
    fn is_part_of_a_reference(&self, at: usize) -> bool {
        let Some(mark) = at.checked_sub(1) else { return false };
        let word = mark.checked_sub(1).and_then(|word| self.kind(word));
        self.is_mark(mark, '-')
            && self.is_joined(mark)
            && self.is_joined(at)
            && word == Some(&Kind::Word)
    }

    /// `11/26`, `11/2026`
    fn month_of_year(&self, at: usize) -> Read {
        let (month, _) = self.number(at)?;
        let (year, next) = self.year(at + 2)?;
        Some((Period::new(months(year, month, 1)?, Unit::Month), next))
    }

    fn day_and_month(&self, at: usize) -> Read {
        let (day, next) = self.day_of_month(at)?;
        let next = self.skip_marks(next, &['-', '.', '/']);
        let next = self.skip(self.skip(next, &["day"]), &["of"]);
        let month = self.month(next)?;
        let is_verb = self.word(next) == "may"
            && !self.is_capital(next)
            && matches!(self.kind(next + 1), Some(Kind::Word))
            && !self.is_any(next + 1, AFTER_AN_ORDINAL);
        if is_verb {
            return None;
        }
        self.with_year(day, month, self.skip_marks(next + 1, &['.']))
    }

    fn month_and_day(&self, at: usize) -> Read {
        let month = self.month(at)?;
        let next = self.skip(self.skip_marks(at + 1, &['.']), &["the"]);
        let (day, after) = self.day_of_month(next)?;
        let is_ordinal = matches!(self.kind(next), Some(Kind::Ordinal(_)));
        let counts_things = !is_ordinal
            && matches!(self.kind(after), Some(Kind::Word))
            && !self.is_any(after, AFTER_AN_ORDINAL);
        (!counts_things).then(|| self.with_year(day, month, after))?
    }

    /// `18th of next month`
    fn day_of_this_or_next_month(&self, at: usize) -> Read {
        let (day, next) = self.day_of_month(at)?;
        let next = self.skip(next, &["of"]);
        let coming = ["next month", "prox", "proximo"];
        let (months, next) = if let Some(next) = self.after_any(next, &coming) {
            (1, next)
        } else {
            let this = [
                "this month",
                "the month",
                "this coming month",
                "the current month",
                "inst",
                "instant",
            ];
            (0, self.after_any(next, &this)?)
        };
        let first = self.written_on.with_day(1)?;
        let in_month = |months| first.checked_add_months(Months::new(months))?.with_day(day);
        let found = in_month(months)?;
        let is_over = found < self.written_on;
        Some((Period::day(if is_over { in_month(months + 1)? } else { found }), next))
    }

    /// `the 23rd`, `Monday 15th`: the next month that has such a day. `start` is the number.
    fn day_alone(&self, at: usize, start: usize) -> Read {
        let weekday = match self.kind(at) {
            Some(Kind::Weekday(weekday)) => Some(*weekday),
            _ => None,
        };
        let (day, next) = self.day_of_month(start)?;
        // `The second` without a weekday is no day, `the 2nd` is.
        let is_ordinal =
            matches!(self.kind(start), Some(Kind::Ordinal(_))) && self.word(start).is_empty();
        let is_led = start > at
            || start == 0
            || ['(', '-', '>', ':'].into_iter().any(|mark| self.is_mark(start - 1, mark))
            || (self.is_mark(start - 1, '.') && !self.is_joined(start) && self.ends(next))
            || ["on", "to", "commencing", "by", "of", "beginning", "wc", "c", "b", "e"]
                .contains(&self.word_before(start));
        // Nobody counts further than a dozen but days, years and storeys.
        let may_follow = |kind: &Kind| match kind {
            Kind::Mark(_) => true,
            Kind::Word if day > 12 => !self.is_any(next, COUNTED),
            _ => self.is_any(next, AFTER_AN_ORDINAL),
        };
        let counts_things = self.kind(next).is_some_and(|kind| !may_follow(kind));
        let is_hyphenated =
            self.is_mark(next, '-') && matches!(self.kind(next + 1), Some(Kind::Word));
        let is_day =
            (is_ordinal || weekday.is_some()) && is_led && !counts_things && !is_hyphenated;
        let first_of_month = self.written_on.with_day(1).filter(|_| is_day)?;
        let mut coming = (0..24)
            .filter_map(|months| first_of_month.checked_add_months(Months::new(months)))
            .filter_map(|month| month.with_day(day))
            .filter(|day| *day >= self.written_on);
        let first = coming.clone().next()?;
        let fits = coming.find(|day| weekday.is_none_or(|weekday| day.weekday() == weekday));
        // A weekday that fits no month soon was a slip; the number counts.
        let fits = fits.filter(|day| (*day - first).num_days() < 200);
        let day = Period::day(fits.unwrap_or(first));
        let unit = if weekday.is_some() { Unit::Day } else { Unit::NumberedDay };
        Some((Period { unit, ..day }, next))
    }

    /// Whether nothing, or a mark that ends a thought, stands here.
    fn ends(&self, at: usize) -> bool {
        self.kind(at).is_none()
            || ['.', ',', ';', '?', '!', '\n'].iter().any(|mark| self.is_mark(at, *mark))
    }

    pub(super) fn with_year(&self, day: u32, month: u32, next: usize) -> Read {
        if let Some((year, next)) = self.year(next) {
            return Some((Period::day(date(year, month, day)?), next));
        }
        let days = self.coming(|year| {
            let day = date(year, month, day)?;
            Some(Days { from: day, to: day })
        })?;
        Some((Period::guessed(days, Unit::Day), next))
    }

    /// The year said at this place: `2026`, `, 2026`, `'26`, `26`, `next year`.
    pub(super) fn year(&self, at: usize) -> Option<(i32, usize)> {
        let words = self.skip(at, &["of"]);
        if let Some(next) = self.after(words, "next year") {
            return Some((self.this_year().checked_add(1)?, next));
        }
        if let Some(next) = self.after_any(words, &["this year", "this calendar year"]) {
            return Some((self.this_year(), next));
        }
        let next = self.skip_marks(words, &[',', '\'']);
        let is_joined = self.is_joined(at) && self.is_joined(at + 1);
        let next = if is_joined { self.skip_marks(next, &['-', '/']) } else { next };
        let (value, digits) = self.number(next)?;
        let value = i32::try_from(value).ok()?;
        let year = match digits {
            4 if (2000..2100).contains(&value) => value,
            // Another two digits may be a time or a day.
            2 if self.is_near(value + 2000) && !self.is_time(next) => value + 2000,
            _ => return None,
        };
        Some((year, next + 1))
    }

    fn is_near(&self, year: i32) -> bool {
        (self.this_year()..=self.this_year().saturating_add(5)).contains(&year)
    }

    fn is_time(&self, at: usize) -> bool {
        let is_split = [':', '.'].into_iter().any(|mark| self.is_mark(at + 1, mark));
        (is_split && self.is_joined(at + 1) && self.number(at + 2).is_some())
            || self.is_any(at + 1, &["am", "pm"])
    }

    pub(super) fn number(&self, at: usize) -> Option<(u32, usize)> {
        match self.kind(at)? {
            Kind::Number { value, digits } if *digits > 0 => Some((*value, *digits)),
            _ => None,
        }
    }

    /// `14`, `14th`, `fourteenth`, `twenty-first`
    pub(super) fn day_of_month(&self, at: usize) -> Option<(u32, usize)> {
        let (tens, next): (u32, usize) = match self.word(at) {
            "twenty" => (20, self.skip_marks(at + 1, &['-'])),
            "thirty" => (30, self.skip_marks(at + 1, &['-'])),
            "thirtieth" => return Some((30, at + 1)),
            _ => (0, at),
        };
        let (value, is_time) = match self.kind(next)? {
            Kind::Number { value, digits } if tens == 0 => {
                (*value, *digits > 0 && self.is_time(at))
            }
            Kind::Ordinal(value) => (*value, false),
            _ => return None,
        };
        let day = tens.checked_add(value)?;
        ((1..=31).contains(&day) && !is_time).then_some((day, next + 1))
    }

    pub(super) fn month(&self, at: usize) -> Option<u32> {
        match self.kind(at)? {
            Kind::Month(month) => Some(*month),
            _ => None,
        }
    }
}

fn dated(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    date(i32::try_from(year).ok()?, month, day)
}

/// `12/25/2026` can only be meant the American way.
fn day_first(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    dated(year, month, day).or_else(|| dated(year, day, month))
}
