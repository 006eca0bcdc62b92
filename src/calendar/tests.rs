//! Working days and deadlines, as tables with reasons and as laws.

use std::num::NonZeroU8;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::{
    BankHolidays, DayOff, Deadline, Division, Rules, WorkingCalendar, Zone, long_day, long_day_cy,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

fn calendar_of(division: Division) -> WorkingCalendar {
    let rules = Rules { division, ..Rules::default() };
    WorkingCalendar::new(rules, BankHolidays::shipped().unwrap())
}

fn calendar() -> WorkingCalendar {
    calendar_of(Division::EnglandAndWales)
}

#[test]
fn reply_is_due_on_the_second_working_day_after_receipt() {
    let cases = [
        ("2026-12-14T09:00:00Z", "2026-12-16", "Monday to Wednesday"),
        ("2026-12-17T09:00:00Z", "2026-12-21", "Thursday, over a weekend"),
        ("2026-12-18T09:00:00Z", "2026-12-22", "Friday to Tuesday"),
        ("2026-12-19T09:00:00Z", "2026-12-22", "Saturday to Tuesday"),
        ("2026-12-20T23:59:59Z", "2026-12-22", "Sunday to Tuesday"),
        ("2026-12-24T15:00:00Z", "2026-12-30", "Christmas, weekend, substitute Boxing Day"),
        ("2026-12-25T10:00:00Z", "2026-12-30", "received on a holiday"),
        ("2026-12-31T18:00:00Z", "2027-01-05", "over New Year's Day and a weekend"),
        ("2027-12-24T09:00:00Z", "2027-12-30", "Christmas on a weekend: two substitutes"),
        ("2027-03-24T12:00:00Z", "2027-03-30", "Easter"),
        ("2027-03-26T12:00:00Z", "2027-03-31", "received on Good Friday"),
        ("2022-06-01T12:00:00Z", "2022-06-07", "spring holiday moved, jubilee added"),
        ("2022-09-16T12:00:00Z", "2022-09-21", "a state funeral"),
        ("2023-05-05T12:00:00Z", "2023-05-10", "a coronation"),
        ("2020-05-06T12:00:00Z", "2020-05-11", "early May holiday moved to VE day"),
        ("2026-07-15T22:59:59Z", "2026-07-17", "still Wednesday in London"),
        ("2026-07-15T23:30:00Z", "2026-07-20", "Thursday in London, for it is summer"),
        ("2026-12-16T23:30:00Z", "2026-12-18", "Wednesday in London, for it is winter"),
        ("2026-10-24T23:30:00Z", "2026-10-27", "the night the clocks go back"),
        ("2027-03-27T23:59:00Z", "2027-03-31", "the night the clocks go forward"),
    ];
    for (received, due, why) in cases {
        let deadline = calendar().reply_due(instant(received));
        assert_eq!(deadline.due_on, day(due), "{received}: {why}");
    }
}

#[test]
fn each_nation_has_its_own_holidays() {
    let cases = [
        ("2026-06-12T12:00:00Z", "2026-06-16", "2026-06-17", "2026-06-16", "World Cup"),
        ("2027-03-25T12:00:00Z", "2027-03-31", "2027-03-30", "2027-03-31", "Easter Monday"),
        ("2027-08-27T12:00:00Z", "2027-09-01", "2027-08-31", "2027-09-01", "end of August"),
        ("2027-07-09T12:00:00Z", "2027-07-13", "2027-07-13", "2027-07-14", "the Boyne"),
        ("2027-01-01T12:00:00Z", "2027-01-05", "2027-01-06", "2027-01-05", "2nd January"),
        ("2026-11-27T12:00:00Z", "2026-12-01", "2026-12-02", "2026-12-01", "St Andrew"),
    ];
    for (received, england, scotland, ireland, why) in cases {
        let due = |division| calendar_of(division).reply_due(instant(received)).due_on;
        assert_eq!(due(Division::EnglandAndWales), day(england), "{why}");
        assert_eq!(due(Division::Scotland), day(scotland), "{why}");
        assert_eq!(due(Division::NorthernIreland), day(ireland), "{why}");
    }
}

#[test]
fn a_reply_is_overdue_from_close_of_business_on_the_wall_clock() {
    let due_at = |received| calendar().reply_due(instant(received)).due_at;
    assert_eq!(due_at("2026-12-24T15:00:00Z"), instant("2026-12-30T17:00:00Z"));
    assert_eq!(due_at("2026-07-14T15:00:00Z"), instant("2026-07-16T16:00:00Z"));
    assert_eq!(due_at("2027-03-26T15:00:00Z"), instant("2027-03-31T16:00:00Z"));
}

#[test]
fn number_of_days_zone_and_closing_time_are_choices() {
    let rules = Rules {
        reply_within_days: NonZeroU8::new(5).unwrap(),
        close_of_business: time("16:30"),
        zone: Zone::parse("America/New_York").unwrap(),
        ..Rules::default()
    };
    let calendar = WorkingCalendar::new(rules, BankHolidays::shipped().unwrap());
    let deadline = calendar.reply_due(instant("2026-11-03T03:00:00Z"));
    assert_eq!(deadline.received_on, day("2026-11-02"));
    assert_eq!(deadline.due_at, instant("2026-11-09T21:30:00Z"));
    assert!(Zone::parse("London").is_err());
}

#[test]
fn the_explanation_tells_every_day() {
    let deadline = calendar().reply_due(instant("2026-12-24T15:00:00Z"));
    let version = calendar().holidays().data_version();
    let text = deadline.explanation.text().replace(&version, "VERSION");
    insta::assert_snapshot!(text, @"
    Received on Thursday 24 December 2026 at 15:00 (Europe/London time).
    A reply is due within 2 working days. The day of receipt does not count.

    - Friday 25 December 2026: not counted, bank holiday (Christmas Day)
    - Saturday 26 December 2026: not counted, weekend
    - Sunday 27 December 2026: not counted, weekend
    - Monday 28 December 2026: not counted, bank holiday (Boxing Day, substitute day)
    - Tuesday 29 December 2026: working day 1
    - Wednesday 30 December 2026: working day 2

    Reply due by 17:00 on Wednesday 30 December 2026.
    Bank holidays: England and Wales (list VERSION).
    ");
}

#[test]
fn the_explanation_admits_when_it_asked_the_law() {
    let deadline = calendar().reply_due(instant("2030-12-24T15:00:00Z"));
    assert!(deadline.explanation.used_statutory_rules);
    let version = calendar().holidays().data_version();
    let text = deadline.explanation.text().replace(&version, "VERSION");
    insta::assert_snapshot!(text, @"
    Received on Tuesday 24 December 2030 at 15:00 (Europe/London time).
    A reply is due within 2 working days. The day of receipt does not count.

    - Wednesday 25 December 2030: not counted, bank holiday (Christmas Day, worked out from the law)
    - Thursday 26 December 2030: not counted, bank holiday (Boxing Day, worked out from the law)
    - Friday 27 December 2030: working day 1
    - Saturday 28 December 2030: not counted, weekend
    - Sunday 29 December 2030: not counted, weekend
    - Monday 30 December 2030: working day 2

    Reply due by 17:00 on Monday 30 December 2030.
    Bank holidays: England and Wales (list VERSION).
    The list ends on Sunday 31 December 2028. For other years bank holidays were worked out from the law, which does not know of days proclaimed since.
    ");
}

#[test]
fn a_stored_deadline_comes_back_as_it_was() {
    for received in ["2026-12-24T15:00:00Z", "2030-12-24T15:00:00Z"] {
        let deadline = calendar().reply_due(instant(received));
        let stored = serde_json::to_string(&deadline).unwrap();
        assert_eq!(serde_json::from_str::<Deadline>(&stored).unwrap(), deadline);
    }
}

#[test]
fn local_times_that_a_clock_change_skips_or_repeats_are_decided() {
    let at = |on, at| calendar().at_local(day(on), time(at));
    assert_eq!(at("2027-03-28", "01:30"), instant("2027-03-28T01:00:00Z"), "moved forward");
    assert_eq!(at("2027-10-31", "01:30"), instant("2027-10-31T00:30:00Z"), "the first of two");
    assert_eq!(at("2027-06-01", "09:00"), instant("2027-06-01T08:00:00Z"), "summer time");
    let samoa = Zone::parse("Pacific/Apia").unwrap();
    let skipped_day = samoa.at_local(day("2011-12-30"), time("09:00"));
    assert_eq!(samoa.local_day(skipped_day), day("2011-12-31"), "a whole day skipped");
}

#[test]
fn the_next_working_day_at_a_time_may_be_now() {
    let cases = [
        ("2026-12-14T08:59:00Z", "2026-12-14T09:00:00Z", "later today"),
        ("2026-12-14T09:00:00Z", "2026-12-14T09:00:00Z", "this very moment"),
        ("2026-12-14T09:00:01Z", "2026-12-15T09:00:00Z", "just missed"),
        ("2026-12-24T12:00:00Z", "2026-12-29T09:00:00Z", "over Christmas"),
        ("2027-03-26T12:00:00Z", "2027-03-30T08:00:00Z", "over Easter, into summer time"),
    ];
    for (after, expected, why) in cases {
        let found = calendar().next_working_day_at(instant(after), time("09:00"));
        assert_eq!(found, instant(expected), "{why}");
    }
}

#[test]
fn working_time_ends_before_its_last_minute() {
    let working = |at| calendar().is_working_time(instant(at), time("08:00"), time("18:00"));
    assert!(working("2026-12-14T08:00:00Z"));
    assert!(!working("2026-12-14T07:59:59Z"));
    assert!(!working("2026-12-14T18:00:00Z"));
    assert!(working("2026-07-14T07:00:00Z"), "eight in summer");
    assert!(!working("2026-12-12T12:00:00Z"), "a Saturday");
    assert!(!working("2026-12-28T12:00:00Z"), "a substitute day");
}

#[test]
fn days_are_written_out() {
    assert_eq!(long_day(day("2026-12-30")), "Wednesday 30 December 2026");
    assert_eq!(long_day_cy(day("2026-12-30")), "Dydd Mercher 30 Rhagfyr 2026");
    assert_eq!(long_day_cy(day("2027-08-01")), "Dydd Sul 1 Awst 2027");
    let summer = calendar().day_and_time(instant("2026-07-16T16:05:00Z"));
    assert_eq!(summer, "Thursday 16 July 2026 at 17:05");
}

#[test]
fn the_end_of_the_data_is_known() {
    assert_eq!(calendar().holidays().covers_until(), day("2028-12-31"));
    assert_eq!(calendar().days_until_data_ends(day("2028-10-02")), 90);
    assert_eq!(calendar().days_until_data_ends(day("2029-01-01")), -1);
}

proptest! {
    #[test]
    fn a_reply_is_due_on_a_working_day_after_receipt(seconds in 1_514_764_800_i64..2_500_000_000) {
        let received = DateTime::from_timestamp(seconds, 0).unwrap();
        for division in Division::ALL {
            let calendar = calendar_of(division);
            let deadline = calendar.reply_due(received);
            prop_assert!(deadline.received_on < deadline.due_on);
            prop_assert!(calendar.is_working_day(deadline.due_on));
            prop_assert!((deadline.due_on - deadline.received_on).num_days() <= 8);
            let days = &deadline.explanation.days;
            prop_assert_eq!(days.iter().filter(|judged| judged.off.is_none()).count(), 2);
            prop_assert_eq!(calendar.local_day(deadline.due_at), deadline.due_on);
        }
    }

    #[test]
    fn a_later_mail_is_never_due_earlier(
        seconds in 1_514_764_800_i64..2_500_000_000,
        later in 0_i64..2_000_000,
    ) {
        let received = DateTime::from_timestamp(seconds, 0).unwrap();
        let due = |at| calendar().reply_due(at).due_at;
        prop_assert!(due(received) <= due(received + TimeDelta::seconds(later)));
    }

    #[test]
    fn no_day_off_without_a_reason(offset in 0_i64..20_000) {
        let some_day = day("2000-01-01") + TimeDelta::days(offset);
        let weekend = some_day.weekday().number_from_monday() > 5;
        let off = calendar().day_off(some_day);
        prop_assert_eq!(weekend, off == Some(DayOff::Weekend));
        prop_assert_eq!(off.is_none(), calendar().is_working_day(some_day));
    }
}
