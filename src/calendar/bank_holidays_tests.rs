//! The shipped list against an independent one and against the law; errors of an operator's list.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

use super::statutory::{bank_holidays, easter_sunday, is_weekend};
use super::{BankHolidays, Division};

const YEARS: std::ops::RangeInclusive<i32> = 2018..=2028;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn key(division: Division) -> &'static str {
    match division {
        Division::EnglandAndWales => "england-and-wales",
        Division::Scotland => "scotland",
        Division::NorthernIreland => "northern-ireland",
    }
}

fn shipped_days(division: Division) -> BTreeSet<NaiveDate> {
    let shipped = BankHolidays::shipped().unwrap();
    let all = day("2018-01-01").iter_days().take_while(|day| *day <= shipped.covers_until());
    all.filter(|day| shipped.on(division, *day).is_some()).collect()
}

/// The independent list also has the holiday itself when it falls on a weekend; GOV.UK lists the
/// substitute day alone. No other difference is accepted.
#[test]
fn the_list_agrees_day_by_day_with_an_independent_one() {
    let independent = include_str!("../../tests/data/holidays-independent-2018-2028.csv");
    for division in Division::ALL {
        let expected: BTreeSet<NaiveDate> = independent
            .lines()
            .filter_map(|line| line.strip_prefix(key(division))?.strip_prefix(','))
            .map(day)
            .filter(|day| !is_weekend(*day))
            .collect();
        assert!(expected.len() > 80, "{division:?}: the independent list was not read");
        assert_eq!(shipped_days(division), expected, "{division:?}");
    }
}

/// What proclamations moved, added or took away: the law cannot know it.
#[test]
fn the_law_agrees_with_the_list_but_for_proclamations() {
    let everywhere = [
        ("2020-05-04", "early May holiday moved away"),
        ("2020-05-08", "early May holiday moved to VE day"),
        ("2022-05-30", "spring holiday moved away"),
        ("2022-06-02", "spring holiday moved to the jubilee"),
        ("2022-06-03", "platinum jubilee"),
        ("2022-09-19", "state funeral"),
        ("2023-05-08", "coronation"),
    ];
    for division in Division::ALL {
        let by_law: BTreeSet<NaiveDate> =
            YEARS.flat_map(|year| bank_holidays(division, year).into_keys()).collect();
        let mut proclaimed: BTreeSet<_> = everywhere.iter().map(|(text, _)| day(text)).collect();
        if division == Division::Scotland {
            proclaimed.insert(day("2026-06-15"));
        }
        let listed = shipped_days(division);
        let different: BTreeSet<_> = listed.symmetric_difference(&by_law).copied().collect();
        assert_eq!(different, proclaimed, "{division:?}");
    }
}

#[test]
fn the_law_gives_the_same_titles_and_substitutes_in_ordinary_years() {
    let shipped = BankHolidays::shipped().unwrap();
    for year in [2018, 2019, 2021, 2024, 2025, 2027, 2028] {
        for division in Division::ALL {
            for (day, by_law) in bank_holidays(division, year) {
                assert_eq!(shipped.on(division, day), Some(&by_law), "{division:?} {day}");
            }
        }
    }
}

#[test]
fn easter_is_where_the_church_puts_it() {
    let known = [
        "1818-03-22",
        "1943-04-25",
        "1961-04-02",
        "2000-04-23",
        "2008-03-23",
        "2011-04-24",
        "2018-04-01",
        "2024-03-31",
        "2026-04-05",
        "2027-03-28",
        "2028-04-16",
        "2030-04-21",
        "2038-04-25",
        "2049-04-18",
        "2285-03-22",
    ];
    for sunday in known.map(day) {
        assert_eq!(easter_sunday(sunday.year()), Some(sunday));
    }
    for year in 1583..4000 {
        let sunday = easter_sunday(year).unwrap();
        assert_eq!(sunday.weekday(), chrono::Weekday::Sun);
        assert!(((3, 22)..=(4, 25)).contains(&(sunday.month(), sunday.day())), "{sunday}");
    }
}

#[test]
fn proclaimed_days_are_in_the_list() {
    let shipped = BankHolidays::shipped().unwrap();
    let title = |division, on| shipped.on(division, day(on)).map(|found| found.title.as_str());
    assert_eq!(
        title(Division::EnglandAndWales, "2020-05-08"),
        Some("Early May bank holiday (VE day)")
    );
    assert_eq!(title(Division::EnglandAndWales, "2020-05-04"), None);
    assert_eq!(title(Division::EnglandAndWales, "2026-06-15"), None);
    assert_eq!(title(Division::Scotland, "2026-06-15"), Some("World Cup bank holiday"));
    assert!(shipped.on(Division::Scotland, day("2028-01-04")).unwrap().substitute);
}

#[test]
fn a_year_that_has_only_begun_is_not_covered() {
    let shipped = include_str!("../../config/bank-holidays.json");
    let mut list: serde_json::Value = serde_json::from_str(shipped).unwrap();
    for division in Division::ALL {
        let events = list[key(division)]["events"].as_array_mut().unwrap();
        events.retain(|event| event["date"].as_str().unwrap() < "2028-06-01");
    }
    let begun = BankHolidays::from_json(&list.to_string()).unwrap();
    assert_eq!(begun.covers_until(), day("2027-12-31"));
    assert!(!begun.cover(day("2028-01-03")));
    assert!(begun.on(Division::EnglandAndWales, day("2028-01-03")).is_some());
    assert_ne!(begun.data_version(), BankHolidays::shipped().unwrap().data_version());
}

#[test]
fn a_wrong_list_is_refused_with_the_reason() {
    let chain = |text: &str| {
        let error = BankHolidays::from_json(text).unwrap_err();
        let source = std::error::Error::source(&error).map(ToString::to_string);
        (error.to_string(), source.unwrap_or_default())
    };
    let (shape, place) = chain("{\n\"scotland\": 3}");
    assert_eq!(shape, "bank holidays are not in the shape of GOV.UK's `bank-holidays.json`");
    assert!(place.contains("line 2"), "{place}");

    let (_, place) = chain(r#"{"scotland": {"events": [{"title": "x", "date": "1/1/2026"}]}}"#);
    assert!(place.contains("invalid characters") || place.contains("column"), "{place}");

    let (missing, _) = chain("{}");
    assert_eq!(missing, "bank holidays have no part `england-and-wales`");

    let empty = r#"{"england-and-wales": {"events": []}, "scotland": {"events": []},
        "northern-ireland": {"events": []}}"#;
    let (none, _) = chain(empty);
    assert_eq!(
        none,
        "bank holidays cover no full year: every year lacks days of `england-and-wales`"
    );
}
