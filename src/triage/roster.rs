//! Who is on the team, and on which days each of them works.

use std::fmt;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, Person};

/// One `[[consultants]]` in the settings file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultant {
    pub name: PersonName,
    pub address: EmailAddress,
    /// Addresses the consultant wrote from in the past.
    #[serde(default)]
    pub former_addresses: Vec<EmailAddress>,
    #[serde(default)]
    pub working_days: WorkingDays,
    #[serde(default)]
    pub absent: Vec<Absence>,
}

impl Consultant {
    pub fn person(&self) -> Person {
        Person { name: Some(self.name.clone()), address: self.address.clone() }
    }

    pub fn writes_from(&self, address: &EmailAddress) -> bool {
        self.address.is_same(address)
            || self.former_addresses.iter().any(|former| former.is_same(address))
    }

    /// Bank holidays are the calendar's business: on those nobody works.
    pub fn works_on(&self, day: NaiveDate) -> bool {
        self.working_days.0.contains(&day.weekday())
            && !self.absent.iter().any(|absence| absence.from <= day && day <= absence.to)
    }
}

/// Days of the week, as `["mon", "tue"]`. Never empty.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub struct WorkingDays(Vec<Weekday>);

impl Default for WorkingDays {
    fn default() -> Self {
        Self(vec![Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri])
    }
}

impl TryFrom<Vec<String>> for WorkingDays {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        if names.is_empty() {
            return Err("name at least one day, such as \"mon\"".to_owned());
        }
        let day = |name: &String| {
            name.parse().map_err(|_| {
                format!("`{name}` is no day: write mon, tue, wed, thu, fri, sat or sun")
            })
        };
        names.iter().map(day).collect::<Result<_, _>>().map(Self)
    }
}

/// Days on which a consultant is away, the last one included.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Period")]
pub struct Absence {
    from: NaiveDate,
    to: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Period {
    #[serde(deserialize_with = "day")]
    from: NaiveDate,
    #[serde(deserialize_with = "day")]
    to: NaiveDate,
}

impl TryFrom<Period> for Absence {
    type Error = String;

    fn try_from(Period { from, to }: Period) -> Result<Self, String> {
        if to < from {
            return Err(format!("`to` ({to}) is before `from` ({from})"));
        }
        Ok(Self { from, to })
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    struct Day;

    impl Visitor<'_> for Day {
        type Value = NaiveDate;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a day in quotes, such as \"2026-12-21\"")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<NaiveDate, E> {
            text.parse().map_err(|_| {
                E::custom(format!("there is no day `{text}`: write it like \"2026-12-21\""))
            })
        }
    }

    deserializer.deserialize_str(Day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn works(settings: &str, days: &[&str]) -> String {
        let text = format!("name = \"Ada\"\naddress = \"ada@example.org\"\n{settings}");
        let consultant: Consultant = toml::from_str(&text).unwrap();
        let works = days.iter().map(|day| consultant.works_on(day.parse().unwrap()));
        works.map(|works| if works { 'x' } else { '-' }).collect()
    }

    fn mistake(settings: &str) -> String {
        let text = format!("name = \"Ada\"\naddress = \"ada@example.org\"\n{settings}");
        toml::from_str::<Consultant>(&text).unwrap_err().to_string()
    }

    /// Monday 14 to Sunday 20 December 2026.
    const WEEK: [&str; 7] = [
        "2026-12-14",
        "2026-12-15",
        "2026-12-16",
        "2026-12-17",
        "2026-12-18",
        "2026-12-19",
        "2026-12-20",
    ];

    #[test]
    fn working_days_and_absences_are_told_day_by_day() {
        assert_eq!(works("", &WEEK), "xxxxx--");
        assert_eq!(works("working_days = [\"Mon\", \"wednesday\", \"sat\"]", &WEEK), "x-x--x-");
        let away = "absent = [{from = \"2026-12-15\", to = \"2026-12-16\"},\n\
                    {from = \"2026-12-18\", to = \"2026-12-18\"}]";
        assert_eq!(works(away, &WEEK), "x--x---");
        let over = "absent = [{from = \"2026-12-21\", to = \"2027-01-04\"}]";
        let days = ["2026-12-18", "2026-12-21", "2026-12-31", "2027-01-04", "2027-01-05"];
        assert_eq!(works(over, &days), "x---x");
    }

    #[test]
    fn mistakes_in_the_roster_show_line_and_key() {
        let mistakes = [
            mistake("working_days = [\"mon\", \"munday\"]"),
            mistake("working_days = []"),
            mistake("absent = [{from = \"2026-12-21\", to = \"2026-12-20\"}]"),
            mistake("absent = [{from = \"2027-02-29\", to = \"2027-03-01\"}]"),
            mistake("absent = [{from = 2026-12-21, to = \"2027-03-01\"}]"),
            mistake("absent = [{from = \"2026-12-21\"}]"),
            mistake("absent = [{from = \"2026-12-21\", until = \"2026-12-22\"}]"),
        ];
        insta::assert_snapshot!(mistakes.join("\n"), @r#"
        TOML parse error at line 3, column 16
          |
        3 | working_days = ["mon", "munday"]
          |                ^^^^^^^^^^^^^^^^^
        `munday` is no day: write mon, tue, wed, thu, fri, sat or sun

        TOML parse error at line 3, column 16
          |
        3 | working_days = []
          |                ^^
        name at least one day, such as "mon"

        TOML parse error at line 3, column 10
          |
        3 | absent = [{from = "2026-12-21", to = "2026-12-20"}]
          |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
        `to` (2026-12-20) is before `from` (2026-12-21)

        TOML parse error at line 3, column 19
          |
        3 | absent = [{from = "2027-02-29", to = "2027-03-01"}]
          |                   ^^^^^^^^^^^^
        there is no day `2027-02-29`: write it like "2026-12-21"

        TOML parse error at line 3, column 19
          |
        3 | absent = [{from = 2026-12-21, to = "2027-03-01"}]
          |                   ^^^^^^^^^^
        invalid type: map, expected a day in quotes, such as "2026-12-21"

        TOML parse error at line 3, column 11
          |
        3 | absent = [{from = "2026-12-21"}]
          |           ^^^^^^^^^^^^^^^^^^^^^
        missing field `to`

        TOML parse error at line 3, column 33
          |
        3 | absent = [{from = "2026-12-21", until = "2026-12-22"}]
          |                                 ^^^^^
        unknown field `until`, expected `from` or `to`
        "#);
    }
}
