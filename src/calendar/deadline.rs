//! When a reply is owed, and the reasons, kept so that they can be quoted later.

use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use super::bank_holidays::Division;
use super::for_people::{clock_time, long_day};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deadline {
    pub received_at: DateTime<Utc>,
    /// In the team's zone, as `due_on`.
    pub received_on: NaiveDate,
    pub due_on: NaiveDate,
    /// Close of business of `due_on`. After this instant the reply is overdue.
    pub due_at: DateTime<Utc>,
    pub explanation: Explanation,
}

/// Everything that the deadline was worked out from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    pub received_on: NaiveDate,
    pub received_time: NaiveTime,
    pub reply_within_days: u32,
    /// Every day after the day of receipt, to the due day.
    pub days: Vec<JudgedDay>,
    pub close_of_business: NaiveTime,
    pub zone: String,
    pub division: Division,
    pub data_version: String,
    pub data_covers_until: NaiveDate,
    /// At least one day lies outside the published bank holidays, and the law was asked instead.
    pub used_statutory_rules: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedDay {
    pub day: NaiveDate,
    /// Why the day does not count. Empty for a working day.
    pub off: Option<DayOff>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum DayOff {
    Weekend,
    /// In the published list.
    BankHoliday {
        title: String,
        substitute: bool,
    },
    /// Worked out from the law, for a year that the published list does not cover.
    Statutory {
        title: String,
        substitute: bool,
    },
}

impl DayOff {
    /// `bank holiday (Boxing Day, substitute day)`
    pub fn reason(&self) -> String {
        let (title, substitute, by_law) = match self {
            Self::Weekend => return "weekend".to_owned(),
            Self::BankHoliday { title, substitute } => (title, *substitute, false),
            Self::Statutory { title, substitute } => (title, *substitute, true),
        };
        let substitute = if substitute { ", substitute day" } else { "" };
        let by_law = if by_law { ", worked out from the law" } else { "" };
        format!("bank holiday ({title}{substitute}{by_law})")
    }
}

impl Explanation {
    /// Several lines, fit for a mail and for the terminal.
    pub fn text(&self) -> String {
        let days = if self.reply_within_days == 1 { "day" } else { "days" };
        let mut text = format!(
            "Received on {} at {} ({} time).\n\
             A reply is due within {} working {days}. The day of receipt does not count.\n\n",
            long_day(self.received_on),
            clock_time(self.received_time),
            self.zone,
            self.reply_within_days,
        );
        let mut counted = 0_u32;
        for JudgedDay { day, off } in &self.days {
            let verdict = if let Some(off) = off {
                format!("not counted, {}", off.reason())
            } else {
                counted += 1;
                format!("working day {counted}")
            };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "- {}: {verdict}", long_day(*day));
        }
        if let Some(due) = self.days.last() {
            let _ = write!(
                text,
                "\nReply due by {} on {}.\n",
                clock_time(self.close_of_business),
                long_day(due.day)
            );
        }
        let _ =
            write!(text, "Bank holidays: {} (list {}).", self.division.name(), self.data_version);
        if self.used_statutory_rules {
            let _ = write!(
                text,
                "\nThe list ends on {}. For other years bank holidays were worked out from the \
                 law, which does not know of days proclaimed since.",
                long_day(self.data_covers_until)
            );
        }
        text
    }
}
