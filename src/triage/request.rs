//! A request: one piece of asked-for help.

use std::collections::BTreeSet;
use std::fmt;

use chrono::{DateTime, Utc};

use crate::calendar::{Days, Deadline};
use crate::intake::{Answers, NeedKind, Route};
use crate::mail::{EmailAddress, Person};
use crate::triage::State;

/// The name of a request in mails, such as `SEC-2026-0042`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reference(String);

impl Reference {
    /// Year of receipt and a number counted from 1 in each year, at least four digits.
    pub fn new(prefix: &str, year: i32, number: i64) -> Self {
        Self(format!("{prefix}-{year}-{number:04}"))
    }

    /// Taken from a place that only holds references we made, such as our own table.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A reference is no personal data: logs may name it.
impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The reply that we owe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    pub deadline: Deadline,
    /// What is sent next if nobody replies.
    pub next_step: LadderStep,
}

/// The rungs of the escalation ladder that belong to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LadderStep {
    Remind {
        at: DateTime<Utc>,
    },
    Escalate {
        at: DateTime<Utc>,
    },
    /// Both are done; the daily CISO summary carries it from here.
    Summary,
}

/// A request as the desk knows it.
#[derive(Clone, PartialEq)]
pub struct Request {
    pub reference: Reference,
    pub requester: Person,
    /// Subject of the first mail.
    pub subject: String,
    pub received_at: DateTime<Utc>,
    pub state: State,
    /// `None` when no reply is owed.
    pub owed: Option<Owed>,
    pub answers: Answers,
    pub need_kinds: BTreeSet<NeedKind>,
    pub milestone: Option<Days>,
    pub route: Route,
    pub route_because: String,
    pub urgent: bool,
    /// In any of their mails.
    pub writes_welsh: bool,
    /// The rule that withheld the acknowledgement, so that a human may write.
    pub unacknowledged: Option<String>,
}

/// What happened, for the journal. Words only: the journal is for people.
#[derive(Clone, PartialEq)]
pub struct JournalEntry {
    pub kind: &'static str,
    /// Who caused it; `None` is the service itself.
    pub actor: Option<EmailAddress>,
    pub detail: String,
}
