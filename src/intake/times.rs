//! Whether a text names a time at all, and where in it.

use chrono::NaiveDate;

use crate::calendar::written_dates;

use super::cues;

const TIME_WORDS: &[&str] = &[
    "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december",
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "weds", "thurs", "tues", "tomorrow", "tonight", "week",
    "weeks", "fortnight", "month", "quarter", "christmas", "easter", "summer", "autumn", "spring", "winter", "asap",
    "soon", "q1", "w",
];

pub(super) fn names_a_time(text: &str, written_on: NaiveDate) -> bool {
    written_dates::read(text, written_on).is_some()
        || cues::words(text).iter().any(|word| TIME_WORDS.contains(&word.as_str()))
}
