//! Bank holidays by the law alone, for years that no published list covers.
//!
//! The law knows the fixed days, Easter, the Mondays of May and August and the substitute days. It
//! does not know what a proclamation adds or moves: a jubilee, a funeral, a coronation.

use std::collections::BTreeMap;

use chrono::{Datelike, Days as Span, NaiveDate, Weekday};

use super::bank_holidays::{BankHoliday, Division};

/// The bank holidays of one year, by day.
pub fn bank_holidays(division: Division, year: i32) -> BTreeMap<NaiveDate, BankHoliday> {
    let mut holidays: BTreeMap<_, _> =
        movable(division, year).into_iter().map(|(day, title)| (day, ordinary(title))).collect();
    let fixed: Vec<_> = FIXED
        .iter()
        .filter(|(_, _, _, divisions)| divisions.contains(&division))
        .filter_map(|(month, day, title, _)| {
            Some((NaiveDate::from_ymd_opt(year, *month, *day)?, *title))
        })
        .collect();
    // Days that stand where they are come first: a substitute moves out of their way.
    let (weekend, week): (Vec<_>, Vec<_>) =
        fixed.into_iter().partition(|(day, _)| is_weekend(*day));
    holidays.extend(week.into_iter().map(|(day, title)| (day, ordinary(title))));
    for (day, title) in weekend {
        let substitute = day.iter_days().find(|d| !is_weekend(*d) && !holidays.contains_key(d));
        if let Some(substitute) = substitute {
            let title = title.to_owned();
            holidays.insert(substitute, BankHoliday { title, substitute: true });
        }
    }
    holidays
}

/// Easter Sunday by the Gregorian computus.
pub fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, in_century) = (year.div_euclid(100), year.rem_euclid(100));
    let lunar_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - lunar_correction + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4).rem_euclid(7);
    let late = (golden + 11 * epact + 22 * to_sunday) / 451;
    let days_from_22_march = u64::try_from(epact + to_sunday - 7 * late).ok()?;
    NaiveDate::from_ymd_opt(year, 3, 22)?.checked_add_days(Span::new(days_from_22_march))
}

const EVERYWHERE: &[Division] = &Division::ALL;
const SCOTLAND: &[Division] = &[Division::Scotland];
const NORTHERN_IRELAND: &[Division] = &[Division::NorthernIreland];

const FIXED: [(u32, u32, &str, &[Division]); 7] = [
    (1, 1, "New Year’s Day", EVERYWHERE),
    (1, 2, "2nd January", SCOTLAND),
    (3, 17, "St Patrick’s Day", NORTHERN_IRELAND),
    (7, 12, "Battle of the Boyne (Orangemen’s Day)", NORTHERN_IRELAND),
    (11, 30, "St Andrew’s Day", SCOTLAND),
    (12, 25, "Christmas Day", EVERYWHERE),
    (12, 26, "Boxing Day", EVERYWHERE),
];

fn movable(division: Division, year: i32) -> Vec<(NaiveDate, &'static str)> {
    let easter = easter_sunday(year);
    let good_friday = easter.and_then(|sunday| sunday.checked_sub_days(Span::new(2)));
    let easter_monday = easter.and_then(|sunday| sunday.succ_opt());
    let is_scotland = division == Division::Scotland;
    let summer = if is_scotland { first_monday(year, 8) } else { last_monday(year, 8) };
    let all = [
        (good_friday, "Good Friday"),
        (easter_monday.filter(|_| !is_scotland), "Easter Monday"),
        (first_monday(year, 5), "Early May bank holiday"),
        (last_monday(year, 5), "Spring bank holiday"),
        (summer, "Summer bank holiday"),
    ];
    all.into_iter().filter_map(|(day, title)| Some((day?, title))).collect()
}

fn first_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 1)
}

fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Mon, 4))
}

fn ordinary(title: &str) -> BankHoliday {
    BankHoliday { title: title.to_owned(), substitute: false }
}

pub(super) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

pub fn on(division: Division, day: NaiveDate) -> Option<BankHoliday> {
    bank_holidays(division, day.year()).remove(&day)
}
