//! Deciding: what a request becomes after an event, and which letters follow.

#![deny(clippy::wildcard_enum_match_arm)]

mod budget;
pub mod decide;
pub mod digest;
mod letter_kind;
pub mod letters;
pub mod merge;
mod names;
pub mod open;
pub mod orders;
pub mod policy;
mod redirect;
pub mod request;
mod requester;
pub mod roster;
pub mod silence;
pub mod state;
pub mod summary;

use crate::calendar::WorkingCalendar;

pub use letter_kind::LetterKind;
pub use letters::{AnswerShown, Content, Letter, RequestSummary};
pub use policy::{Policy, Team};
pub use request::{JournalEntry, LadderStep, Owed, Provenance, Reference, Request};
pub use roster::Consultant;
pub use state::State;

/// Everything that decisions go by.
#[derive(Debug, Clone)]
pub struct Rules {
    pub policy: Policy,
    pub calendar: WorkingCalendar,
}

/// What a request becomes, and what follows. The desk makes it true in one transaction.
#[derive(Clone, PartialEq)]
pub struct Decision {
    pub request: Request,
    pub letters: Vec<Letter>,
    pub journal: Vec<JournalEntry>,
    /// A human has replied to the requester with this.
    pub replied: bool,
}

impl Decision {
    fn nothing(request: Request) -> Self {
        Self { request, letters: Vec::new(), journal: Vec::new(), replied: false }
    }
}
