//! Days that have a name: `Christmas`, `Good Friday`, `the early May bank holiday`.

use chrono::{Datelike, Weekday};

use super::law_terms::{Term, last_in, on_or_after};
use super::tokens::Kind;
use super::{Days, NaiveDate, Period, Read, Reader, Unit, date, shifted};
use crate::calendar::Division;
use crate::calendar::statutory::{easter_sunday, on};

enum When {
    /// Month, day, and how many days it lasts.
    Fixed(u32, u32, i64),
    /// Days from Easter Sunday, and how many days it lasts.
    Easter(i64, i64),
    /// The first Monday of the month.
    FirstMonday(u32),
    /// The last Monday of the month.
    LastMonday(u32),
    /// The first such weekday from this day on.
    From(u32, u32, Weekday),
    /// The last Sunday of the month, when clocks change.
    LastSunday(u32),
    /// Monday to Friday from the Monday on or after this day.
    WeekFrom(u32, u32),
    /// Of the courts.
    Term(Term),
    /// The last week of a term, Monday to Friday.
    TermEnd(Term),
    /// The next one in England and Wales, where no other is named.
    NextHoliday,
    /// Whichever comes first.
    FirstOf(&'static [When]),
    /// Moves by a calendar of its own: year, month, day, how many days.
    Listed(&'static [(i32, u32, u32, i64)]),
}

/// School weeks differ from council to council; these are the ones that most of England has.
const HALF_TERMS: &[When] = &[When::WeekFrom(2, 12), When::WeekFrom(5, 25), When::WeekFrom(10, 22)];
const MAY_HOLIDAYS: &[When] = &[When::FirstMonday(5), When::LastMonday(5)];
const CLOCKS: &[When] = &[When::LastSunday(3), When::LastSunday(10)];

const TERM_ENDS: &[When] = &[
    When::TermEnd(Term::SchoolAutumn),
    When::TermEnd(Term::SchoolSpring),
    When::TermEnd(Term::SchoolSummer),
];
/// From about when schools and Parliament rise to the end of August, in days.
const SUMMER_BREAK: When = When::Fixed(7, 22, 41);
/// From Christmas Day to New Year's Day.
const CHRISTMAS_BREAK: When = When::Fixed(12, 25, 8);

/// Days as calendars published ahead have them: the national calendar of India for Diwali, the Umm
/// al-Qura calendar for the Muslim feasts (with the day after, for they hang on the moon being
/// seen), the Hebrew (whose days begin the evening before) and the Chinese calendar.
const DIWALI: &[(i32, u32, u32, i64)] = &[(2026, 11, 8, 1), (2027, 10, 29, 1), (2028, 10, 17, 1)];
const EID_AL_FITR: &[(i32, u32, u32, i64)] = &[(2026, 3, 20, 2), (2027, 3, 9, 2), (2028, 2, 26, 2)];
const EID_AL_ADHA: &[(i32, u32, u32, i64)] = &[(2026, 5, 27, 2), (2027, 5, 16, 2), (2028, 5, 5, 2)];
const RAMADAN: &[(i32, u32, u32, i64)] = &[(2026, 2, 18, 30), (2027, 2, 8, 29), (2028, 1, 28, 29)];
const LUNAR_NEW_YEAR: &[(i32, u32, u32, i64)] =
    &[(2026, 2, 17, 1), (2027, 2, 6, 1), (2028, 1, 26, 1)];
const ROSH_HASHANAH: &[(i32, u32, u32, i64)] = &[(2026, 9, 12, 2), (2027, 10, 2, 2)];
const YOM_KIPPUR: &[(i32, u32, u32, i64)] = &[(2026, 9, 21, 1), (2027, 10, 11, 1)];
const PASSOVER: &[(i32, u32, u32, i64)] = &[(2026, 4, 2, 8), (2027, 4, 22, 8)];
const HANUKKAH: &[(i32, u32, u32, i64)] = &[(2026, 12, 5, 8), (2027, 12, 25, 8)];
const HOLI: &[(i32, u32, u32, i64)] = &[(2026, 3, 4, 1), (2027, 3, 22, 1), (2028, 3, 11, 1)];
const EIDS: &[When] = &[When::Listed(EID_AL_FITR), When::Listed(EID_AL_ADHA)];

/// A longer name stands before a shorter one that it begins with.
const FESTIVALS: &[(&str, When)] = &[
    ("christmas holidays", CHRISTMAS_BREAK),
    ("christmas holiday", CHRISTMAS_BREAK),
    ("christmas break", CHRISTMAS_BREAK),
    ("christmas shutdown", CHRISTMAS_BREAK),
    ("christmas recess", CHRISTMAS_BREAK),
    ("christmas eve", When::Fixed(12, 24, 1)),
    ("christmas day", When::Fixed(12, 25, 1)),
    ("christmas", When::Fixed(12, 25, 1)),
    ("xmas eve", When::Fixed(12, 24, 1)),
    ("xmas", When::Fixed(12, 25, 1)),
    ("boxing day", When::Fixed(12, 26, 1)),
    ("new year eve", When::Fixed(12, 31, 1)),
    ("new years eve", When::Fixed(12, 31, 1)),
    ("new year day", When::Fixed(1, 1, 1)),
    ("new years day", When::Fixed(1, 1, 1)),
    ("twixmas", When::Fixed(12, 26, 6)),
    ("turn of the year", When::Fixed(12, 25, 17)),
    ("hogmanay", When::Fixed(12, 31, 1)),
    ("new year", When::Fixed(1, 1, 31)),
    ("burns night", When::Fixed(1, 25, 1)),
    ("valentine day", When::Fixed(2, 14, 1)),
    ("valentines day", When::Fixed(2, 14, 1)),
    ("st david day", When::Fixed(3, 1, 1)),
    ("st davids day", When::Fixed(3, 1, 1)),
    ("st patrick day", When::Fixed(3, 17, 1)),
    ("st patricks day", When::Fixed(3, 17, 1)),
    ("st george day", When::Fixed(4, 23, 1)),
    ("st georges day", When::Fixed(4, 23, 1)),
    ("april fools day", When::Fixed(4, 1, 1)),
    ("halloween", When::Fixed(10, 31, 1)),
    ("hallowe'en", When::Fixed(10, 31, 1)),
    ("bonfire night", When::Fixed(11, 5, 1)),
    ("remembrance day", When::Fixed(11, 11, 1)),
    ("armistice day", When::Fixed(11, 11, 1)),
    ("remembrance sunday", When::From(11, 8, Weekday::Sun)),
    ("st andrew day", When::Fixed(11, 30, 1)),
    ("st andrews day", When::Fixed(11, 30, 1)),
    ("chinese new year", When::Listed(LUNAR_NEW_YEAR)),
    ("lunar new year", When::Listed(LUNAR_NEW_YEAR)),
    ("diwali", When::Listed(DIWALI)),
    ("eid al - fitr", When::Listed(EID_AL_FITR)),
    ("eid ul - fitr", When::Listed(EID_AL_FITR)),
    ("eid al fitr", When::Listed(EID_AL_FITR)),
    ("eid al - adha", When::Listed(EID_AL_ADHA)),
    ("eid ul - adha", When::Listed(EID_AL_ADHA)),
    ("eid al adha", When::Listed(EID_AL_ADHA)),
    ("eid", When::FirstOf(EIDS)),
    ("ramadan", When::Listed(RAMADAN)),
    ("rosh hashanah", When::Listed(ROSH_HASHANAH)),
    ("yom kippur", When::Listed(YOM_KIPPUR)),
    ("passover", When::Listed(PASSOVER)),
    ("hanukkah", When::Listed(HANUKKAH)),
    ("chanukah", When::Listed(HANUKKAH)),
    ("holi", When::Listed(HOLI)),
    ("vaisakhi", When::Fixed(4, 14, 1)),
    ("international women day", When::Fixed(3, 8, 1)),
    ("international womens day", When::Fixed(3, 8, 1)),
    ("ides of march", When::Fixed(3, 15, 1)),
    ("black friday", When::From(11, 23, Weekday::Fri)),
    ("cyber monday", When::From(11, 26, Weekday::Mon)),
    ("end of the tax year", When::Fixed(4, 5, 1)),
    ("tax year end", When::Fixed(4, 5, 1)),
    ("new tax year", When::Fixed(4, 6, 1)),
    ("summer holidays", SUMMER_BREAK),
    ("summer holiday", SUMMER_BREAK),
    ("school summer holidays", SUMMER_BREAK),
    ("summer break", SUMMER_BREAK),
    ("summer recess", SUMMER_BREAK),
    ("twelfth night", When::Fixed(1, 5, 1)),
    ("epiphany", When::Fixed(1, 6, 1)),
    ("candlemas", When::Fixed(2, 2, 1)),
    ("lady day", When::Fixed(3, 25, 1)),
    ("midsummer day", When::Fixed(6, 24, 1)),
    ("midsummer's day", When::Fixed(6, 24, 1)),
    ("all saints day", When::Fixed(11, 1, 1)),
    ("advent sunday", When::From(11, 27, Weekday::Sun)),
    ("advent", When::From(11, 27, Weekday::Sun)),
    ("mother day", When::Easter(-21, 1)),
    ("mothers day", When::Easter(-21, 1)),
    ("mothering sunday", When::Easter(-21, 1)),
    ("father day", When::From(6, 15, Weekday::Sun)),
    ("fathers day", When::From(6, 15, Weekday::Sun)),
    ("start of lent", When::Easter(-46, 1)),
    ("beginning of lent", When::Easter(-46, 1)),
    ("lent", When::Easter(-46, 46)),
    ("ascension day", When::Easter(39, 1)),
    ("whit sunday", When::Easter(49, 1)),
    ("pentecost", When::Easter(49, 1)),
    ("trinity sunday", When::Easter(56, 1)),
    ("trinity monday", When::Easter(57, 1)),
    ("corpus christi", When::Easter(60, 1)),
    ("clocks go back", When::LastSunday(10)),
    ("clocks going back", When::LastSunday(10)),
    ("clock change in october", When::LastSunday(10)),
    ("clocks go forward", When::LastSunday(3)),
    ("clocks going forward", When::LastSunday(3)),
    ("clock change in march", When::LastSunday(3)),
    ("clocks change", When::FirstOf(CLOCKS)),
    ("clock change", When::FirstOf(CLOCKS)),
    ("michaelmas term", When::Term(Term::Michaelmas)),
    ("michaelmas sittings", When::Term(Term::Michaelmas)),
    ("michaelmas", When::Fixed(9, 29, 1)),
    ("hilary term", When::Term(Term::Hilary)),
    ("hilary sittings", When::Term(Term::Hilary)),
    ("easter term", When::Term(Term::Easter)),
    ("easter sittings", When::Term(Term::Easter)),
    ("trinity term", When::Term(Term::Trinity)),
    ("trinity sittings", When::Term(Term::Trinity)),
    ("autumn term", When::Term(Term::SchoolAutumn)),
    ("spring term", When::Term(Term::SchoolSpring)),
    ("summer term", When::Term(Term::SchoolSummer)),
    ("end of term", When::FirstOf(TERM_ENDS)),
    ("end of the school term", When::FirstOf(TERM_ENDS)),
    ("february half term", When::WeekFrom(2, 12)),
    ("february half - term", When::WeekFrom(2, 12)),
    ("feb half term", When::WeekFrom(2, 12)),
    ("feb half - term", When::WeekFrom(2, 12)),
    ("spring half term", When::WeekFrom(2, 12)),
    ("may half term", When::WeekFrom(5, 25)),
    ("may half - term", When::WeekFrom(5, 25)),
    ("summer half term", When::WeekFrom(5, 25)),
    ("october half term", When::WeekFrom(10, 22)),
    ("october half - term", When::WeekFrom(10, 22)),
    ("oct half term", When::WeekFrom(10, 22)),
    ("autumn half term", When::WeekFrom(10, 22)),
    ("half term", When::FirstOf(HALF_TERMS)),
    ("half - term", When::FirstOf(HALF_TERMS)),
    ("guy fawkes night", When::Fixed(11, 5, 1)),
    ("guy fawkes", When::Fixed(11, 5, 1)),
    ("shrove tuesday", When::Easter(-47, 1)),
    ("pancake day", When::Easter(-47, 1)),
    ("ash wednesday", When::Easter(-46, 1)),
    ("palm sunday", When::Easter(-7, 1)),
    ("holy week", When::Easter(-6, 5)),
    ("maundy thursday", When::Easter(-3, 1)),
    ("good friday", When::Easter(-2, 1)),
    ("easter sunday", When::Easter(0, 1)),
    ("easter monday", When::Easter(1, 1)),
    ("easter tuesday", When::Easter(2, 1)),
    ("easter bank holiday weekend", When::Easter(-2, 4)),
    ("easter weekend", When::Easter(-2, 4)),
    ("easter", When::Easter(-2, 4)),
    ("whit monday", When::Easter(50, 1)),
    ("early may bank holiday", When::FirstMonday(5)),
    ("may day bank holiday", When::FirstMonday(5)),
    ("first may bank holiday", When::FirstMonday(5)),
    ("may day", When::FirstMonday(5)),
    ("late may bank holiday", When::LastMonday(5)),
    ("second may bank holiday", When::LastMonday(5)),
    ("whit week", When::WeekFrom(5, 25)),
    ("whitsun bank holiday", When::LastMonday(5)),
    ("whitsun", When::LastMonday(5)),
    ("spring bank holiday", When::LastMonday(5)),
    ("may bank holiday", When::FirstOf(MAY_HOLIDAYS)),
    ("late summer bank holiday", When::LastMonday(8)),
    ("summer bank holiday", When::LastMonday(8)),
    ("august bank holiday", When::LastMonday(8)),
    ("next bank holiday", When::NextHoliday),
    ("coming bank holiday", When::NextHoliday),
    ("bank holiday", When::NextHoliday),
];

pub(super) fn first_words() -> impl Iterator<Item = &'static str> {
    // `St` may be spelt out.
    FESTIVALS.iter().filter_map(|(name, _)| name.split(' ').next()).chain(["saint"])
}

impl Reader<'_> {
    pub(super) fn festival(&self, at: usize) -> Read {
        let at = self.skip(at, &["the"]);
        if !self.role(at).begins_a_festival {
            return None;
        }
        let (next, when) = FESTIVALS
            .iter()
            .find_map(|(name, when)| Some((self.after_festival(at, name)?, when)))?;
        // `They lent us a laptop`, `that is a bank holiday`
        let is_lent = self.word(at) == "lent" && !self.is_capital(at);
        let is_any = self.word(at) == "bank" && self.word_before(at) != "the";
        if is_lent || is_any {
            return None;
        }
        let (days, next, is_guessed) = if let Some((year, next)) = self.year(next) {
            (days_in(when, year)?, next, false)
        } else {
            (self.coming_festival(when)?, next, true)
        };
        if let Some(found) = self.stretch_around(days, next) {
            return Some(found);
        }
        let (later, next) = self.days_on(next).unwrap_or((0, next));
        let days = Days { from: shifted(days.from, later)?, to: shifted(days.to, later)? };
        let unit = if matches!(when, When::Term(_)) { Unit::Season } else { Unit::Festival };
        Some((Period { guessed_year: is_guessed, ..Period::new(days, unit) }, next))
    }

    /// `August bank holiday weekend`, `Christmas week`
    fn stretch_around(&self, days: Days, next: usize) -> Read {
        let is_one_day = days.from == days.to;
        let from_weekday = i64::from(days.from.weekday().num_days_from_monday());
        let (from, lasts) = match self.word(next) {
            "weekend" if is_one_day && from_weekday == 0 => (shifted(days.from, -2)?, 3),
            "week" if is_one_day => (shifted(days.from, -from_weekday)?, 5),
            _ => return None,
        };
        let days = Days { from, to: shifted(from, lasts - 1)? };
        Some((Period::guessed(days, Unit::Week), next + 1))
    }

    /// `St` may be spelt out or have a dot.
    fn after_festival(&self, at: usize, name: &str) -> Option<usize> {
        match name.strip_prefix("st ") {
            Some(saint) if self.is_any(at, &["st", "saint"]) => {
                self.after(self.skip_marks(at + 1, &['.']), saint)
            }
            _ => self.after(at, name),
        }
    }

    fn coming_festival(&self, when: &When) -> Option<Days> {
        match when {
            When::FirstOf(members) => members
                .iter()
                .filter_map(|member| self.coming(|year| days_in(member, year)))
                .min_by_key(|days| days.from),
            When::NextHoliday => {
                let is_free = |day: &NaiveDate| on(Division::EnglandAndWales, *day).is_some();
                let day = self.written_on.iter_days().take(366).find(is_free)?;
                Some(Days { from: day, to: day })
            }
            _ => self.coming(|year| days_in(when, year)),
        }
    }

    /// `plus one`
    fn days_on(&self, at: usize) -> Option<(i64, usize)> {
        let next = self.after(at, "plus").or_else(|| self.is_mark(at, '+').then_some(at + 1))?;
        match self.kind(next)? {
            Kind::Number { value: value @ 1..=14, .. } => Some((i64::from(*value), next + 1)),
            _ => None,
        }
    }
}

fn days_in(when: &When, year: i32) -> Option<Days> {
    let (from, lasts) = match *when {
        When::Fixed(month, day, lasts) => (date(year, month, day), lasts),
        When::Easter(later, lasts) => (shifted(easter_sunday(year)?, later), lasts),
        When::FirstMonday(month) => (on_or_after(date(year, month, 1)?, Weekday::Mon), 1),
        When::LastMonday(month) => (last_in(year, month, Weekday::Mon), 1),
        When::LastSunday(month) => (last_in(year, month, Weekday::Sun), 1),
        When::From(month, day, weekday) => (on_or_after(date(year, month, day)?, weekday), 1),
        When::TermEnd(term) => return term.last_week_in(year),
        When::WeekFrom(month, day) => (on_or_after(date(year, month, day)?, Weekday::Mon), 5),
        When::Term(term) => return term.days_in(year),
        When::NextHoliday => return None,
        When::FirstOf(members) => return days_in(members.first()?, year),
        When::Listed(list) => {
            let (_, month, day, lasts) = list.iter().find(|(listed, ..)| *listed == year)?;
            (date(year, *month, *day), *lasts)
        }
    };
    let from = from?;
    Some(Days { from, to: shifted(from, lasts - 1)? })
}
