//! The words of dates, looked up once for each word of a text: what it is, and what it can be part of.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::Weekday;

use super::festivals;
use super::parts;
use super::tokens::Kind;
use super::weeks;

/// What a word can be part of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Role {
    /// Every phrase that names days has such a word.
    pub(super) is_of_a_date: bool,
    /// A phrase that names days can begin with it.
    pub(super) begins: bool,
    /// The name of a festival can begin with it.
    pub(super) begins_a_festival: bool,
}

impl Role {
    /// Numbers, months and weekdays.
    pub(super) const DATE: Self =
        Self { is_of_a_date: true, begins: true, begins_a_festival: false };
}

/// Nothing else names days but numbers, months, weekdays and festivals.
const OF_A_DATE: &str = "today tonight tomorrow yesterday tmrw tmw now day days week weeks wk wks weekend \
    fortnight fortnights month months quarter year years spring summer autumn winter fy eow eom eoy \
    thirty thirtieth saint afternoon evening hour hours hrs inst instant prox proximo";

/// The first words of all phrases that the readers try, but for festivals, parts and weeks, which
/// have lists of their own.
const BEGINNINGS: &str = "penultimate last next week wk final now the to thirty thirtieth within \
    inside over during in for sometime up about around roughly approximately approx circa c another \
    just only under maybe say half a an couple few several fortnight working day night eve shortly \
    right before ahead prior this pre after once eow eom eoy very calendar month quarter year coming \
    current weekend tomorrow tmrw tmw today tonight of financial new fy fiscal q qtr h following \
    spring summer autumn winter saint any whichever slipped delayed postponed put pushed moved gone \
    brought come";

/// So many words before the one that is of a date, a phrase can begin: `just in advance of the very
/// latter part of the calendar month`.
pub(super) const LONGEST_LEAD: usize = 16;

const NUMBERS: &str = "one two three four five six seven eight nine ten eleven twelve thirteen \
    fourteen fifteen sixteen seventeen eighteen nineteen twenty";

const ORDINALS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh \
    twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth";

const MONTHS: &str =
    "january february march april may june july august september october november december";

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("monday mon", Weekday::Mon),
    ("tuesday tue tues", Weekday::Tue),
    ("wednesday wed weds", Weekday::Wed),
    ("thursday thu thur thurs", Weekday::Thu),
    ("friday fri", Weekday::Fri),
    ("saturday sat", Weekday::Sat),
    ("sunday sun", Weekday::Sun),
];

/// Words that are often mistyped and change the meaning when missed.
const OFTEN_MISTYPED: [&str; 4] = ["tomorrow", "fortnight", "christmas", "commencing"];

struct Known {
    kinds: BTreeMap<&'static str, Kind>,
    roles: BTreeMap<&'static str, Role>,
    /// The long names of months and weekdays, which may be mistyped.
    long: Vec<(&'static str, Kind)>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut kinds = BTreeMap::new();
    let mut long = Vec::new();
    for (month, name) in (1..).zip(MONTHS.split_ascii_whitespace()) {
        kinds.insert(name, Kind::Month(month));
        kinds.insert(name.get(..3).unwrap_or(name), Kind::Month(month));
        long.push((name, Kind::Month(month)));
    }
    kinds.insert("sept", Kind::Month(9));
    for (names, weekday) in WEEKDAYS {
        kinds.extend(names.split(' ').map(|name| (name, Kind::Weekday(weekday))));
        long.extend(names.split(' ').take(1).map(|name| (name, Kind::Weekday(weekday))));
    }
    let numbers = (1..).zip(NUMBERS.split_ascii_whitespace());
    kinds.extend(numbers.map(|(value, name)| (name, Kind::Number { value, digits: 0 })));
    let ordinals = (1..).zip(ORDINALS.split_ascii_whitespace());
    kinds.extend(ordinals.map(|(value, name)| (name, Kind::Ordinal(value))));
    long.retain(|(name, _)| name.len() >= SHORTEST_LONG && *name != "sunday");
    Known { kinds, roles: roles(), long }
});

fn roles() -> BTreeMap<&'static str, Role> {
    let mut roles: BTreeMap<&'static str, Role> = BTreeMap::new();
    for word in OF_A_DATE.split_ascii_whitespace() {
        roles.entry(word).or_default().is_of_a_date = true;
    }
    for word in BEGINNINGS.split_ascii_whitespace() {
        roles.entry(word).or_default().begins = true;
    }
    for word in parts::first_words().chain(weeks::first_words()) {
        roles.entry(word).or_default().begins = true;
    }
    for word in festivals::first_words() {
        roles.insert(word, Role { begins_a_festival: true, ..Role::DATE });
    }
    roles
}

/// What a word is, a mistyped one too.
pub(super) fn kind_of(word: &str) -> Kind {
    let exact = KNOWN.kinds.get(word).or_else(|| {
        let meant = KNOWN.long.iter().find(|(name, _)| is_mistyped(name, word));
        meant.map(|(_, kind)| kind)
    });
    exact.cloned().unwrap_or(Kind::Word)
}

pub(super) fn role_of(kind: &Kind, word: &str) -> Role {
    match kind {
        Kind::Word => KNOWN.roles.get(word).copied().unwrap_or_default(),
        // `(26/27)`: a year stands behind one of these.
        Kind::Mark(mark) => Role { begins: "(,'-/".contains(*mark), ..Role::default() },
        Kind::Number { .. } | Kind::Ordinal(_) | Kind::Month(_) | Kind::Weekday(_) => {
            let begins_a_festival =
                KNOWN.roles.get(word).is_some_and(|role| role.begins_a_festival);
            Role { begins_a_festival, ..Role::DATE }
        }
    }
}

pub(super) fn corrected(word: &str) -> Option<&'static str> {
    OFTEN_MISTYPED.into_iter().find(|known| is_mistyped(known, word))
}

const SHORTEST_LONG: usize = 6;

/// One slip in a long name, two in a very long one. The first letter must be right, which keeps
/// `remember` from being December; `sundry` and plurals are words of their own.
fn is_mistyped(name: &str, word: &str) -> bool {
    if name.as_bytes().first() != word.as_bytes().first() {
        return false;
    }
    let slips = match word.chars().count() {
        6..=7 => 1,
        8..=11 => 2,
        _ => return false,
    };
    (name.ends_with('s') || !word.ends_with('s')) && strsim::osa_distance(name, word) <= slips
}
