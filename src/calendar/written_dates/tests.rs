//! What a British reader sees in a phrase: a table with reasons, and laws for any text.

use chrono::{Datelike, NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::tokens::tokens;
use super::{Reader, choose, read, read_between};
use crate::calendar::{Days, long_day};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn one(day: NaiveDate) -> Days {
    Days { from: day, to: day }
}

/// Every word that the readers of dates know: all that stands in quotes in their sources.
fn words_of_dates() -> Vec<&'static str> {
    let sources = [
        include_str!("choose.rs"),
        include_str!("days.rs"),
        include_str!("festivals.rs"),
        include_str!("leaning.rs"),
        include_str!("parts.rs"),
        include_str!("periods.rs"),
        include_str!("ranges.rs"),
        include_str!("relative.rs"),
        include_str!("spans.rs"),
        include_str!("tokens.rs"),
        include_str!("weeks.rs"),
        include_str!("welsh.rs"),
    ];
    let quoted = sources.into_iter().flat_map(|source| source.split('"').skip(1).step_by(2));
    let words: Vec<&str> = quoted.flat_map(str::split_whitespace).collect();
    assert!(words.len() > 800, "{}", words.len());
    words
}

fn check(table: &str, at_least: usize) {
    let mut wrong = Vec::new();
    let mut rows = 0;
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [written_on, phrase, from, to, why] = columns[..] else {
            panic!("five columns expected: {row}");
        };
        let expected = (from != "-").then(|| Days { from: day(from), to: day(to) });
        let found = read(phrase, day(written_on));
        if found != expected {
            wrong.push(format!("{phrase} ({why}): {expected:?}, but read {found:?}"));
        }
        rows += 1;
    }
    assert!(rows > at_least, "only {rows} rows");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn phrases_mean_the_days_of_the_table() {
    check(include_str!("../../../tests/data/written-dates.tsv"), 420);
}

/// Written before anybody looked at what was read in them; then 421 of 525 were right.
#[test]
fn milestones_mean_the_days_of_the_table() {
    check(include_str!("../../../tests/data/milestone-phrases.tsv"), 510);
}

#[test]
fn what_stands_beside_tells_what_days_hang_on() {
    let written_on = day("2027-02-09");
    let cases = [
        ("papers close a week earlier.", ("The board is on 25 March,", ""), "2027-03-18"),
        ("Go-live is 19 April.", ("", "We need you four weeks ahead of that."), "2027-03-22"),
        ("Go-live is 19 April.", ("We met on 1 March.", "The party is on 20 March."), "2027-04-19"),
        ("The board is on Trinity Monday.", ("", "He means 4 October."), "2027-10-04"),
    ];
    for (text, beside, expected) in cases {
        assert_eq!(read_between(text, beside, written_on), Some(one(day(expected))), "{text}");
    }
    assert_eq!(read_between("No date.", ("1 March.", "A week before that."), written_on), None);
}

#[test]
fn the_day_of_writing_decides_what_is_meant() {
    let cases = [
        ("Friday", "2026-10-09", "2026-10-16", "a Friday means the next one on a Friday"),
        ("this Friday", "2026-10-09", "2026-10-09", "unless it is this one"),
        ("9 October", "2026-10-09", "2026-10-09", "today is still to come"),
        ("8 October", "2026-10-09", "2027-10-08", "yesterday is a year away"),
        ("29 February", "2026-10-09", "2028-02-29", "the next leap year"),
        ("the 31st", "2027-01-31", "2027-01-31", "today"),
        ("the 30th", "2027-01-31", "2027-03-30", "February has none"),
        ("Christmas Day", "2026-12-26", "2027-12-25", "over for this year"),
        ("Easter Sunday", "2027-03-29", "2028-04-16", "the day after this year's"),
        ("in 5 working days", "2026-12-21", "2026-12-30", "two holidays lie between"),
    ];
    for (phrase, written_on, expected, why) in cases {
        assert_eq!(read(phrase, day(written_on)), Some(one(day(expected))), "{phrase}: {why}");
    }
}

#[test]
fn a_long_text_is_read_to_a_limit() {
    let far = format!("{}14 December 2026", "never mind ".repeat(10_000));
    assert_eq!(read(&far, day("2026-10-05")), None);
    let many = "in 260 working days or ".repeat(10_000);
    assert!(read(&many, day("2026-10-05")).is_some());
}

const STYLES: [&str; 18] = [
    "%-d %B %Y",
    "%-d %b %Y",
    "%d/%m/%Y",
    "%d/%m/%y",
    "%-d.%-m.%Y",
    "%d-%m-%Y",
    "%Y-%m-%d",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%-d %b '%y",
    "%B %-d, %Y",
    "%b %-d %Y",
    "%A %-d %B %Y",
    "%a %-d %b %Y",
    "the design review on %A, %-d %B %Y at 10.30",
    "by %-d %B %Y at the latest",
    "%-dth of %B %Y",
    "no later than %a %d/%m/%Y, 2pm",
];

proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in ".{0,300}", offset in 0_i64..4_000) {
        let written_on = day("2020-01-01") + TimeDelta::days(offset);
        if let Some(days) = read(&text, written_on) {
            prop_assert!(days.from <= days.to);
        }
    }

    #[test]
    fn any_words_of_a_date_are_read_without_harm(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "the", "end", "of", "early", "mid", "-", "next", "week", "month", "last", "first",
                "14", "31", "2027", "26/27", "Q3", "FY", "May", "february", "Friday", "before",
                "after", "a", "two", "weeks", "in", "within", "to", "and", "or", "between",
                "Easter", "w/c", "working", "day", "days", "fortnight", "tomorrow", ",", "/", "1st",
                "not", "was", "need you", "year", "this", "9999", "260", "year end", "half",
            ]),
            0..14,
        ),
        offset in 0_i64..4_000,
    ) {
        let written_on = day("2020-01-01") + TimeDelta::days(offset);
        if let Some(days) = read(&words.join(" "), written_on) {
            prop_assert!(days.from <= days.to);
        }
    }

    #[test]
    fn the_ends_of_time_do_no_harm(text in "(in |the )?[0-9]{1,3} (weeks|months|years) (before|after|from) (that|today|Easter)") {
        for written_on in [NaiveDate::MIN, NaiveDate::MAX] {
            if let Some(days) = read(&text, written_on) {
                prop_assert!(days.from <= days.to);
            }
        }
    }

    #[test]
    fn a_printed_date_is_read_back(
        ahead in 0_i64..1_400,
        style in proptest::sample::select(STYLES.to_vec()),
    ) {
        let written_on = day("2026-10-05");
        let meant = written_on + TimeDelta::days(ahead);
        let text = meant.format(style).to_string();
        prop_assert_eq!(read(&text, written_on), Some(one(meant)), "{}", text);
    }

    #[test]
    fn a_date_without_year_is_the_next_one(ahead in 0_i64..365, start in 0_i64..3_000) {
        let written_on = day("2026-10-05") + TimeDelta::days(start);
        let meant = written_on + TimeDelta::days(ahead);
        prop_assume!((meant.month(), meant.day()) != (2, 29));
        let text = meant.format("%A %-d %B").to_string();
        prop_assert_eq!(read(&text, written_on), Some(one(meant)), "{}", text);
    }

    /// A text is not looked at more closely when none of its words can be of a date.
    #[test]
    fn nothing_is_passed_over(choice in prop::collection::vec(any::<prop::sample::Index>(), 1..9)) {
        let words = words_of_dates();
        let words: Vec<&str> = choice.iter().map(|index| *index.get(&words)).collect();
        let (text, today) = (words.join(" "), day("2026-10-05"));
        let closely = choose::chosen(&Reader::new(&tokens(&text), today), &(0..usize::MAX));
        prop_assert_eq!(read(&text, today), closely, "{}", text);
    }

    #[test]
    fn what_we_write_ourselves_is_read_back(ahead in 0_i64..3_000) {
        let meant = day("2026-10-05") + TimeDelta::days(ahead);
        prop_assert_eq!(read(&long_day(meant), day("2026-10-05")), Some(one(meant)));
    }
}
