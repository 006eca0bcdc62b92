//! The one integration test binary: the service from outside.
#![expect(clippy::unwrap_used, reason = "the allowance for tests does not reach their helpers")]

mod corpus;
