//! Days and times as people write them, in English and in Welsh.

use chrono::{Datelike, NaiveDate, NaiveTime};

/// `Wednesday 30 December 2026`
pub fn long_day(day: NaiveDate) -> String {
    day.format("%A %-d %B %Y").to_string()
}

/// `Dydd Mercher 30 Rhagfyr 2026`
pub fn long_day_cy(day: NaiveDate) -> String {
    let weekday = WEEKDAYS_CY.get(day.weekday().num_days_from_monday() as usize);
    let month = MONTHS_CY.get(day.month0() as usize);
    let (weekday, month) =
        (weekday.copied().unwrap_or_default(), month.copied().unwrap_or_default());
    format!("Dydd {weekday} {} {month} {}", day.day(), day.year())
}

/// `17:00`
pub fn clock_time(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}

const WEEKDAYS_CY: [&str; 7] = ["Llun", "Mawrth", "Mercher", "Iau", "Gwener", "Sadwrn", "Sul"];

const MONTHS_CY: [&str; 12] = [
    "Ionawr",
    "Chwefror",
    "Mawrth",
    "Ebrill",
    "Mai",
    "Mehefin",
    "Gorffennaf",
    "Awst",
    "Medi",
    "Hydref",
    "Tachwedd",
    "Rhagfyr",
];
