//! What a team sets: who is on it, how it is reached, what it promises.

use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;

use crate::mail::{EmailAddress, Person};
use crate::triage::roster::Consultant;

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
    /// Gets what is for consultants on a day on which none of them works. `None`: the duty address.
    #[serde(default)]
    pub fallback: Option<EmailAddress>,
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

/// `[ladder]` in the settings file: when reminders, digests and escalations go out, and to whom.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ladder {
    /// The reminder goes out at this local time.
    pub remind_at: NaiveTime,
    /// So many working days before the day on which the reply is due.
    pub remind_days_before: u8,
    /// The notice goes out so long after the reply was due.
    pub escalate_after_hours: u16,
    /// Who is told that the promise is broken or a decision disputed. Empty: the CISO of the team.
    pub escalate_to: Vec<EmailAddress>,
    /// Who is alerted at once when a request is urgent. Empty: the duty address of the team.
    pub alert_to: Vec<EmailAddress>,
    /// The daily digest, local time.
    pub digest_at: NaiveTime,
    /// Whether what is still overdue is summed up each working day.
    pub summary: bool,
    /// The daily summary of what is still overdue, local time.
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
            remind_days_before: 0,
            escalate_after_hours: 0,
            escalate_to: Vec::new(),
            alert_to: Vec::new(),
            digest_at: at(8, 30),
            summary: true,
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
    /// Largest mail, and largest files together, that a letter passes on, in megabytes.
    pub enclosed_mb: u32,
}

impl Limits {
    /// For the database, which counts bytes so.
    pub fn enclosed_bytes(&self) -> i32 {
        i32::try_from(self.enclosed_mb).unwrap_or(i32::MAX).saturating_mul(1024 * 1024)
    }
}

impl Default for Limits {
    fn default() -> Self {
        // A busy team gets some tens of requests a day. Two hundred acknowledgements an hour are a
        // flood or a loop, and few enough that a human can still make good what was withheld.
        Self { letters_a_day: 6, letters_an_hour: 200, provoked_an_hour: 20, enclosed_mb: 10 }
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
    /// Phrases by which requests for it are known, besides the shipped ones.
    #[serde(default)]
    pub cues: Vec<String>,
    /// Where the request itself is sent when `send_original` is set; mail from it is known as theirs.
    pub address: Option<EmailAddress>,
    /// Addresses they wrote from in the past.
    #[serde(default)]
    pub former_addresses: Vec<EmailAddress>,
    /// Whether a redirect hands the request over to them, with the original mail.
    #[serde(default)]
    pub send_original: bool,
    /// First and last day on which requesters may be sent there.
    pub valid_from: Option<NaiveDate>,
    pub valid_to: Option<NaiveDate>,
    /// The team to name instead outside those days.
    pub instead: Option<String>,
}

impl OtherTeam {
    pub fn is_valid_on(&self, day: NaiveDate) -> bool {
        self.valid_from.is_none_or(|from| from <= day) && self.valid_to.is_none_or(|to| day <= to)
    }

    pub fn writes_from(&self, address: &EmailAddress) -> bool {
        self.address.iter().chain(&self.former_addresses).any(|own| own.is_same(address))
    }
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

    /// The other team that writes from this address, now or in the past.
    pub fn other_team(&self, address: &EmailAddress) -> Option<&OtherTeam> {
        self.teams.iter().find(|team| team.writes_from(address))
    }

    /// The person behind an address: a consultant by name, anybody else by address alone.
    pub fn person(&self, address: &EmailAddress) -> Person {
        match self.consultant(address) {
            Some(consultant) => consultant.person(),
            None => Person { name: None, address: address.clone() },
        }
    }

    /// The consultants who work on that day; the fallback address when none does, so that no letter
    /// goes nowhere.
    pub fn at_work(&self, day: NaiveDate) -> Vec<Person> {
        let working = self.consultants.iter().filter(|one| one.works_on(day));
        let people: Vec<Person> = working.map(Consultant::person).collect();
        if people.is_empty() {
            let fallback = self.team.fallback.as_ref().unwrap_or(&self.team.duty);
            return vec![self.person(fallback)];
        }
        people
    }

    /// Who is told of broken promises and disputes.
    pub fn escalated_to(&self) -> Vec<Person> {
        self.recipients(&self.ladder.escalate_to, &self.team.ciso)
    }

    /// Who is alerted of an urgent request.
    pub fn alerted(&self) -> Vec<Person> {
        self.recipients(&self.ladder.alert_to, &self.team.duty)
    }

    fn recipients(&self, chosen: &[EmailAddress], otherwise: &EmailAddress) -> Vec<Person> {
        let chosen = if chosen.is_empty() { std::slice::from_ref(otherwise) } else { chosen };
        chosen.iter().map(|address| self.person(address)).collect()
    }

    /// Whether the address is the desk's, present or former.
    pub fn is_ours(&self, address: &EmailAddress) -> bool {
        self.team.address.is_same(address)
            || self.team.former_addresses.iter().any(|former| former.is_same(address))
    }
}
