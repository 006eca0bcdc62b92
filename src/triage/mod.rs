//! Deciding: what a request becomes after an event, and which letters follow.

#![deny(clippy::wildcard_enum_match_arm)]

pub mod letters;
pub mod policy;
pub mod request;
pub mod state;

pub use letters::{AnswerShown, Content, Letter, LetterKind, RequestSummary};
pub use policy::{Consultant, Policy, Team};
pub use request::{Reference, Request};
pub use state::State;
