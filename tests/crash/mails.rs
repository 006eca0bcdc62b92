//! The mails that people write while the service is struck, and what each has to become.

use chrono::{DateTime, TimeDelta, Utc};

use crate::plan::Dice;

const WORDS: &str = "1. The Passport Office\r\n2. Ministers asked for it\r\n\
                     4. A review of our approach to kiosks\r\n";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Request,
    /// The duty address is alerted at once.
    Urgent,
    /// Received two working days ago, so the reply is due today.
    Due,
    /// The last request once more, byte for byte.
    Duplicate,
    FollowUp,
    AutoReply,
    Bulk,
    /// What a consultant sent from the shared mailbox.
    TeamReply,
}

impl Kind {
    pub(crate) fn drawn(dice: &mut Dice) -> Self {
        match dice.below(20) {
            0..=6 => Self::Request,
            7..=9 => Self::Urgent,
            10..=11 => Self::Duplicate,
            12..=14 => Self::FollowUp,
            15..=16 => Self::AutoReply,
            17 => Self::Bulk,
            _ => Self::TeamReply,
        }
    }

    pub(crate) fn is_request(self) -> bool {
        matches!(self, Self::Request | Self::Urgent | Self::Due)
    }

    pub(crate) fn outcome(self) -> &'static str {
        match self {
            Self::Request | Self::Urgent | Self::Due => "request",
            Self::Duplicate => "duplicate",
            Self::FollowUp => "follow_up",
            Self::AutoReply => "auto_reply",
            Self::Bulk => "bulk",
            Self::TeamReply => "team_reply",
        }
    }
}

/// A mail as it lies in the mailbox.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) kind: Kind,
    pub(crate) message_id: String,
    pub(crate) raw: String,
    pub(crate) folder: &'static str,
    pub(crate) received_at: DateTime<Utc>,
}

/// Everybody who writes to one desk.
#[derive(Debug)]
pub(crate) struct Writers {
    people: Vec<String>,
    desk: String,
    written: usize,
    /// Who wrote the last request, and its mail.
    last: Option<(String, Mail)>,
}

impl Writers {
    pub(crate) fn new(people: Vec<String>, desk: &str) -> Self {
        Self { people, desk: desk.to_owned(), written: 0, last: None }
    }

    pub(crate) fn write(&mut self, kind: Kind, now: DateTime<Utc>) -> Mail {
        self.written += 1;
        let number = self.written;
        let person = self.people[number % self.people.len()].clone();
        // Before there is one, nothing can be about a request.
        let kind = if self.last.is_none() && !kind.is_request() { Kind::Request } else { kind };
        if kind.is_request() {
            let mail = self.mail(kind, &person, now);
            self.last = Some((person, mail.clone()));
            return mail;
        }
        let (asker, request) = self.last.clone().unwrap();
        match kind {
            Kind::Duplicate => Mail { kind, received_at: now, ..request },
            Kind::FollowUp | Kind::TeamReply => {
                let thread = format!("In-Reply-To: <{}>\r\n", request.message_id);
                let mail = self.mail(kind, &asker, now);
                Mail { raw: format!("{thread}{}", mail.raw), ..mail }
            }
            _ => self.mail(kind, &person, now),
        }
    }

    fn mail(&self, kind: Kind, person: &str, now: DateTime<Utc>) -> Mail {
        let (desk, number) = (self.desk.as_str(), self.written);
        let message_id = format!("mail-{number}@{}", desk.replace('@', "."));
        let (from, to) = if kind == Kind::TeamReply { (desk, person) } else { (person, desk) };
        let (mark, words) = match kind {
            Kind::Urgent => ("", "This is urgent: we need your answer today.\r\n"),
            Kind::FollowUp => ("", "One more detail: the kiosks are made in Leeds.\r\n"),
            Kind::AutoReply => ("Auto-Submitted: auto-replied\r\n", "I am on leave.\r\n"),
            Kind::Bulk => ("List-Id: <news.lists.example>\r\nPrecedence: bulk\r\n", "News\r\n"),
            Kind::TeamReply => ("", "We have looked at it and will call you.\r\n"),
            Kind::Request | Kind::Due | Kind::Duplicate => ("", ""),
        };
        let asks = if kind.is_request() { WORDS } else { "" };
        let raw = format!(
            "From: {from}\r\nTo: {to}\r\nSubject: Kiosks {number}\r\nMIME-Version: 1.0\r\n\
             Message-ID: <{message_id}>\r\n{mark}\r\n{asks}{words}"
        );
        let received_at = if kind == Kind::Due { due_today(now) } else { now };
        let folder = if kind == Kind::TeamReply { "Sent" } else { "INBOX" };
        Mail { kind, message_id, raw, folder, received_at }
    }
}

/// Two working days back: over the weekend four days.
fn due_today(now: DateTime<Utc>) -> DateTime<Utc> {
    use chrono::{Datelike, Weekday};

    let days = if matches!(now.weekday(), Weekday::Mon | Weekday::Tue) { 4 } else { 2 };
    now - TimeDelta::days(days)
}
