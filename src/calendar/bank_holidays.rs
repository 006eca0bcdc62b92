//! Bank holidays as published: a file in the shape of GOV.UK's `bank-holidays.json`.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use data_encoding::HEXLOWER;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The part of the United Kingdom whose bank holidays count.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Division {
    #[default]
    EnglandAndWales,
    Scotland,
    NorthernIreland,
}

impl Division {
    pub const ALL: [Self; 3] = [Self::EnglandAndWales, Self::Scotland, Self::NorthernIreland];

    /// As people say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "England and Wales",
            Self::Scotland => "Scotland",
            Self::NorthernIreland => "Northern Ireland",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::EnglandAndWales => "england-and-wales",
            Self::Scotland => "scotland",
            Self::NorthernIreland => "northern-ireland",
        }
    }

    /// How many bank holidays a year has that nobody added one to.
    fn usual_number(self) -> usize {
        match self {
            Self::EnglandAndWales => 8,
            Self::Scotland => 9,
            Self::NorthernIreland => 10,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankHoliday {
    pub title: String,
    /// The day stands for a holiday that fell on a weekend.
    pub substitute: bool,
}

/// All published bank holidays. The days between the first and the last full year are known; for
/// any other day the law decides ([`statutory`](super::statutory)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankHolidays {
    days: BTreeMap<(Division, NaiveDate), BankHoliday>,
    first_year: i32,
    last_year: i32,
    digest: String,
}

#[derive(Debug, thiserror::Error)]
pub enum InvalidHolidays {
    #[error("bank holidays are not in the shape of GOV.UK's `bank-holidays.json`")]
    Shape(#[from] serde_json::Error),

    #[error("bank holidays have no part `{0}`")]
    NoDivision(&'static str),

    #[error("bank holidays cover no full year: every year lacks days of `{0}`")]
    NoFullYear(&'static str),
}

#[derive(Deserialize)]
struct Part {
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    title: String,
    date: NaiveDate,
    #[serde(default)]
    notes: String,
}

impl BankHolidays {
    /// The list that comes with the program.
    pub fn shipped() -> Result<Self, InvalidHolidays> {
        Self::from_json(include_str!("../../config/bank-holidays.json"))
    }

    pub fn from_json(text: &str) -> Result<Self, InvalidHolidays> {
        let mut parts: BTreeMap<String, Part> = serde_json::from_str(text)?;
        let mut days = BTreeMap::new();
        for division in Division::ALL {
            let part = parts.remove(division.key());
            let part = part.ok_or(InvalidHolidays::NoDivision(division.key()))?;
            days.extend(part.events.into_iter().map(|event| {
                let substitute = event.notes.to_lowercase().contains("substitute");
                ((division, event.date), BankHoliday { title: event.title, substitute })
            }));
        }
        let (first_year, last_year) = full_years(&days)?;
        let digest = HEXLOWER.encode(&Sha256::digest(text)).chars().take(8).collect();
        Ok(Self { days, first_year, last_year, digest })
    }

    pub fn on(&self, division: Division, day: NaiveDate) -> Option<&BankHoliday> {
        self.days.get(&(division, day))
    }

    /// Whether the list is complete for the year of this day.
    pub fn cover(&self, day: NaiveDate) -> bool {
        (self.first_year..=self.last_year).contains(&day.year())
    }

    /// The last day for which the list is complete.
    pub fn covers_until(&self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.last_year, 12, 31).unwrap_or(NaiveDate::MAX)
    }

    /// Tells two lists apart: `2018-2028, sha256 ab12cd34`.
    pub fn data_version(&self) -> String {
        format!("{}-{}, sha256 {}", self.first_year, self.last_year, self.digest)
    }
}

/// The latest run of years that have all usual days in every division. A year that has only begun
/// to be published is not covered.
fn full_years(
    days: &BTreeMap<(Division, NaiveDate), BankHoliday>,
) -> Result<(i32, i32), InvalidHolidays> {
    let is_full = |year: i32, division: Division| {
        let number = days.keys().filter(|(of, day)| *of == division && day.year() == year).count();
        number >= division.usual_number()
    };
    let mut years: Vec<i32> = days.keys().map(|(_, day)| day.year()).collect();
    years.sort_unstable();
    years.dedup();
    for division in Division::ALL {
        years.retain(|year| is_full(*year, division));
        if years.is_empty() {
            return Err(InvalidHolidays::NoFullYear(division.key()));
        }
    }
    let last = years.last().copied().unwrap_or_default();
    let first = years.iter().rev().zip(0..).take_while(|(year, back)| **year == last - back);
    Ok((first.last().map_or(last, |(year, _)| *year), last))
}
