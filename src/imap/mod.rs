//! The mailbox: logs in, finds mail by number, fetches it, waits for more. Changes nothing.
//!
//! ```text
//! connect -> select -> uids_after -> fetch, until nothing is left -> wait -> uids_after -> ...
//!    ^                                 |                               |
//!    +-- Backoff, after any error -----+-------------------------------+
//!                                      +-- may_be_one_mail: OneByOne
//! ```
//!
//! The only user of `async_imap`, and a careful one: its own SEARCH, FETCH and IDLE take a refusal
//! or a broken connection for "no more mail". So each command is read to its own tag
//! (`dialogue.rs`), a number is done only when its mail has come or is confirmed gone (`fetch.rs`),
//! and the end of a wait means nothing but "search again" (`wait.rs`).

mod backoff;
mod connect;
mod dialogue;
mod error;
mod fetch;
mod listing;
mod folder;
mod one_by_one;
mod session;
mod settings;
mod uid_set;
mod wait;
mod wire;

pub use backoff::Backoff;
pub use error::{Error, Step, TlsFault};
pub use fetch::{Batch, Body, Fetched};
pub use one_by_one::{One, OneByOne};
pub use session::{Selected, Session};
pub use settings::{Auth, Credential, InvalidSettings, Limits, Secret, Settings, Tls};
pub use wait::WokenBy;

/// Silences the library in the log: at `trace` it writes passwords and whole mails.
pub const LOG_FILTER: &str = "async_imap=off";
