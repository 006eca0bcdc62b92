//! The one integration test binary: the service from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy allows them in tests only inside #[test] functions, not in their helpers"
)]

mod architecture;
mod commands;
mod corpus;
mod imap;
mod imap_faults;
mod imap_idle;
mod imap_login;
mod mail_corpus;
mod milestones;
mod postgres;
mod requests;
mod sandbox;
mod smtp;
mod support;
mod whole;
