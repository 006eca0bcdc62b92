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
mod delivery_reports;
mod digests;
mod enclosures;
mod erasure;
mod fetching;
mod forwards;
mod health;
mod history;
mod hostile;
mod imap;
mod imap_faults;
mod imap_idle;
mod imap_login;
mod joining;
mod ladder;
mod leases;
mod ledger;
mod loops;
mod mail_corpus;
mod milestones;
mod out_of_fold;
mod outbox;
mod outages;
mod outbox_faults;
mod own_letters;
mod postgres;
mod properties;
mod reading_queue;
mod recording;
mod requests;
mod restore;
mod sandbox;
mod schedule;
mod schedule_model;
mod smtp;
mod support;
mod volume;
mod welsh;
mod whole;
mod without_commands;
