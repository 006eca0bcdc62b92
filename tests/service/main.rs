//! The one integration test binary: the service from outside.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "clippy allows them in tests only inside #[test] functions, not in their helpers"
)]

mod architecture;
mod attacks;
mod commands;
mod corpus;
mod erasure;
mod fetching;
mod history;
mod health;
mod imap;
mod imap_faults;
mod imap_idle;
mod imap_login;
mod leases;
mod loops;
mod ledger;
mod mail_corpus;
mod milestones;
mod outbox;
mod outbox_faults;
mod postgres;
mod properties;
mod reading_queue;
mod requests;
mod restore;
mod sandbox;
mod schedule;
mod smtp;
mod support;
mod welsh;
mod whole;
