//! What a team sets: who is on it, how it is reached, what it promises.

use chrono::NaiveTime;
use serde::Deserialize;

use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, Person};

/// `[team]` in the settings file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// How the team calls itself in letters, such as `Security Consultancy Team`.
    pub name: String,
    /// The address of the desk: letters come from here, answers go here.
    pub address: EmailAddress,
    /// Other and former addresses of the desk. Mail from them is our own.
    #[serde(default)]
    pub former_addresses: Vec<EmailAddress>,
    /// First part of every reference.
    #[serde(default = "default_prefix")]
    pub reference_prefix: String,
    /// Whom a requester may write to when they disagree and do not want to write to the team.
    pub ciso: EmailAddress,
    /// Gets urgent alerts at once.
    pub duty: EmailAddress,
    /// Gets notices about the service itself.
    pub operator: EmailAddress,
    /// Where to report a security incident, quoted in the acknowledgement.
    pub incidents: String,
    /// Where to ask about data protection, quoted in the acknowledgement.
    pub data_protection: String,
    /// The guidance that requesters are sent to, quoted in the acknowledgement. May be empty.
    #[serde(default)]
    pub guidance: String,
}

fn default_prefix() -> String {
    "SEC".to_owned()
}

/// One `[[consultants]]` in the settings file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Consultant {
    pub name: PersonName,
    pub address: EmailAddress,
    /// Addresses the consultant wrote from in the past.
    #[serde(default)]
    pub former_addresses: Vec<EmailAddress>,
}

impl Consultant {
    pub fn person(&self) -> Person {
        Person { name: Some(self.name.clone()), address: self.address.clone() }
    }

    pub fn writes_from(&self, address: &EmailAddress) -> bool {
        self.address.is_same(address)
            || self.former_addresses.iter().any(|former| former.is_same(address))
    }
}

/// `[ladder]` in the settings file: when reminders, digests and escalations go out.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ladder {
    /// Start of the due day: the reminder goes out, local time.
    pub remind_at: NaiveTime,
    /// The daily digest, local time.
    pub digest_at: NaiveTime,
    /// The daily CISO summary of what is still overdue, local time.
    pub summary_at: NaiveTime,
    /// Working time begins; nothing but urgent alerts and acknowledgements goes out before.
    pub working_from: NaiveTime,
    /// Working time ends.
    pub working_until: NaiveTime,
}

impl Default for Ladder {
    fn default() -> Self {
        let at = |hour, minute| NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN);
        Self {
            remind_at: at(9, 0),
            digest_at: at(8, 30),
            summary_at: at(9, 0),
            working_from: at(8, 0),
            working_until: at(18, 0),
        }
    }
}

/// `[limits]` in the settings file: how much automatic mail one correspondent gets.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Automatic letters to one requester in 24 hours.
    pub letters_a_day: u32,
    /// Automatic letters to all requesters together in one hour; beyond that the breaker holds
    /// them back and tells the operator.
    pub letters_an_hour: u32,
    /// Letters of one kind to one consultant in one hour for mails that anybody may have sent.
    pub provoked_an_hour: u32,
}

impl Default for Limits {
    fn default() -> Self {
        // A busy team gets some tens of requests a day. Two hundred acknowledgements an hour are a
        // flood or a loop, and few enough that a human can still make good what was withheld.
        Self { letters_a_day: 6, letters_an_hour: 200, provoked_an_hour: 20 }
    }
}

/// One `[[teams]]` in the settings file: whom requesters are sent to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherTeam {
    /// As commands and letters name it, such as `physical security`.
    pub name: String,
    /// How to reach it, in words for the requester.
    pub contact: String,
    /// What it is for: the reason in the letter when the consultant gives none.
    pub when: String,
    /// What else the requester should know. May be empty.
    #[serde(default)]
    pub say: String,
}

/// `[commands]` in the settings file: whose orders by mail count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Commands {
    /// The server whose `Authentication-Results` are believed. `None`: no header is believed.
    pub trusted_server: Option<String>,
    /// How long the links in letters to consultants work.
    pub key_hours: u32,
}

impl Default for Commands {
    fn default() -> Self {
        Self { trusted_server: None, key_hours: 7 * 24 }
    }
}

/// Everything the desk decides by.
#[derive(Debug, Clone)]
pub struct Policy {
    pub team: Team,
    pub consultants: Vec<Consultant>,
    pub ladder: Ladder,
    pub limits: Limits,
    pub teams: Vec<OtherTeam>,
    pub commands: Commands,
    /// Answers with less confidence are asked about, not asserted.
    pub sure_from: f64,
}

impl Policy {
    pub fn consultant(&self, address: &EmailAddress) -> Option<&Consultant> {
        self.consultants.iter().find(|consultant| consultant.writes_from(address))
    }

    /// The person behind an address: a consultant by name, anybody else by address alone.
    pub fn person(&self, address: &EmailAddress) -> Person {
        match self.consultant(address) {
            Some(consultant) => consultant.person(),
            None => Person { name: None, address: address.clone() },
        }
    }

    /// All consultants; the duty address when the roster is empty, so that no letter goes nowhere.
    pub fn everyone(&self) -> Vec<Person> {
        if self.consultants.is_empty() {
            return vec![self.person(&self.team.duty)];
        }
        self.consultants.iter().map(Consultant::person).collect()
    }

    /// Whether the address is the desk's, present or former.
    pub fn is_ours(&self, address: &EmailAddress) -> bool {
        self.team.address.is_same(address)
            || self.team.former_addresses.iter().any(|former| former.is_same(address))
    }
}
