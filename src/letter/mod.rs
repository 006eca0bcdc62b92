//! Writing: the mail that tells somebody what was decided.
//!
//! The wording stands in templates (`config/templates/en`, in Welsh in `config/templates/cy`), which are compiled in and which a team
//! may replace one by one. Strangers' words reach a template as values only, cut and without
//! control characters, so nothing that they write can act as template, HTML or mail header.

mod action_key;
mod digest_view;
mod enclosed;
mod links;
mod mime;
mod notices;
mod request_view;
mod sample_digest;
mod sample_notices;
mod samples;
mod subject;
pub mod templates;
mod text;
pub mod tokens;
mod view;
mod welsh;
mod words;
mod words_cy;

#[cfg(test)]
mod letter_tests;
#[cfg(test)]
mod welsh_tests;

use std::fmt;

use chrono::{DateTime, Utc};

use crate::mail::{MessageId, Person};
use crate::triage::policy::OtherTeam;
use crate::triage::{Consultant, Team};

pub use action_key::{Grant, KeyRefused};
pub use enclosed::Enclosed;
pub use templates::{TemplateError, Templates};
pub use tokens::Keyring;
pub use welsh::Languages;

/// What the desk adds to the facts of a letter.
pub struct Frame<'a> {
    pub team: &'a Team,
    /// Only they may order something by mail, so only they get links for it.
    pub consultants: &'a [Consultant],
    /// Whom requesters may be sent to.
    pub teams: &'a [OtherTeam],
    pub message_id: &'a MessageId,
    pub written_at: DateTime<Utc>,
    /// The keyed token of this mail (see [`Keyring::token`]).
    pub token: String,
    /// Makes the keys in links for consultants, which work until then.
    pub keyring: &'a Keyring,
    pub keys_expire_at: DateTime<Utc>,
    pub enclosed: &'a [Enclosed],
}

/// A mail as it goes into the outbox. It is sent as it stands, however often it is tried.
#[derive(Clone, PartialEq)]
pub struct OutgoingMail {
    pub message_id: MessageId,
    pub to: Person,
    pub subject: String,
    /// Whether it is sent with `MAIL FROM:<>`, so that no machine answers it (RFC 3834).
    pub null_return_path: bool,
    /// The whole mail, headers included, with CRLF line ends.
    pub raw: Vec<u8>,
    pub text: String,
    pub html: String,
}

/// Nothing of the mail but its size.
impl fmt::Debug for OutgoingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<outgoing mail of {} bytes>", self.raw.len())
    }
}
