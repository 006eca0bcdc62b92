//! What a British reader sees in a phrase, as a table with reasons.

use chrono::NaiveDate;

use crate::calendar::Days;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn dates_are_read_as_a_british_reader_does() {
    let cases = [
        ("14 December", "2026-12-14", "2026-12-14", "the next one"),
        ("on the 14th of December 2027", "2027-12-14", "2027-12-14", "a year said"),
        ("14/12/2026", "2026-12-14", "2026-12-14", "day first"),
        ("w/c 14 December", "2026-12-14", "2026-12-18", "Monday to Friday"),
        ("end of January", "2027-01-25", "2027-01-31", "the last seven days"),
        ("8 Sept", "2027-09-08", "2027-09-08", "over the end of the year"),
        ("2027-02-03", "2027-02-03", "2027-02-03", "as machines write it"),
    ];
    for (text, from, to, why) in cases {
        let expected = Days { from: day(from), to: day(to) };
        assert_eq!(super::read(text, day("2026-10-05")), Some(expected), "{text}: {why}");
    }
}
