//! The orders of a consultant: which commands a mail holds, whoever wrote it.

mod read;
pub mod syntax;

pub use read::{Line, Said, read};
pub use syntax::Verb;

#[cfg(test)]
mod read_tests;
