//! The one integration test binary: the service from outside.
#![expect(
    clippy::unwrap_used,
    reason = "clippy allows them in tests only inside #[test] functions, not in their helpers"
)]

mod postgres;
mod sandbox;
mod smtp;
mod support;
