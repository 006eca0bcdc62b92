//! The one integration test binary: the service from outside.

mod postgres;
mod sandbox;
mod support;
