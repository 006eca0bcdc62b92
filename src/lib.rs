//! The request desk of a team whose only door is a mailbox.
//!
//! Mail flows through the crate in one direction. The modules stand in that order, and each may
//! import only from a lower level (`tests/service/architecture.rs` checks it).
//!
//! | level | modules | task |
//! | --- | --- | --- |
//! | 0 words | [`calendar`], [`mail`], [`tagger`], [`certificate`] | what a working day is, what a mail says, what a trained network makes of sentences, when a certificate ends |
//! | 1 reading | [`intake`], [`command`] | the six answers in a mail, the orders of a consultant |
//! | 2 deciding | [`triage`] | what a request becomes after an event |
//! | 3 writing | [`letter`] | the mail that tells somebody |
//! | 4 adapters | [`clock`], [`telemetry`], [`postgres`], [`store`], [`imap`], [`smtp`] | time, logs, database, mail servers |
//! | 5 running | [`worker`] | the loops that move mail along |
//! | 6 wiring | [`health`], [`settings`], [`app`], [`report`], [`sandbox`], [`demo`], [`cli`] | which worker gets what; the health page; the demo; the commands |
//!
//! Levels 0 to 3 are pure: no clock, no database, no network, no `async`.
//!
//! ```text
//! IMAP -> fetch_mail -> inbound -> read_inbound -> [mail -> intake/command -> triage -> letter] -> desk
//!                                                        pure                                     |
//!      one transaction: requests + answers + events + outbox <------------------------------------+
//!                                                       |
//!                                  SMTP <- send_outbox <+
//! ```

// Level 0: words.
pub mod calendar;
pub mod mail;
pub mod tagger;
pub mod certificate;

// Level 1: reading.
pub mod intake;
pub mod command;

// Level 2: deciding.
pub mod triage;

// Level 3: writing.
pub mod letter;

// Level 4: adapters.
pub mod clock;
pub mod telemetry;
pub mod postgres;
pub mod store;
pub mod imap;
pub mod smtp;

// Level 5: running.
pub mod worker;

// Level 6: wiring, in this order.
pub mod health;
pub mod settings;
pub mod app;
pub mod report;
pub mod sandbox;
pub mod demo;
pub mod cli;
