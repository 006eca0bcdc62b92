//! Deciding: what a request becomes after an event, and which letters follow.

#![deny(clippy::wildcard_enum_match_arm)]

mod budget;
pub mod decide;
pub mod letters;
mod names;
pub mod open;
pub mod orders;
pub mod policy;
pub mod request;
pub mod silence;
pub mod state;
pub mod summary;

use crate::calendar::WorkingCalendar;

pub use letters::{AnswerShown, Content, Letter, LetterKind, RequestSummary};
pub use policy::{Consultant, Policy, Team};
pub use request::{JournalEntry, LadderStep, Owed, Reference, Request};
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
