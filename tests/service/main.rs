//! The one integration test binary: the service from outside.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a helper that fails fails its test")]

mod imap;
mod imap_faults;
mod imap_idle;
mod imap_login;
mod postgres;
mod sandbox;
mod support;
