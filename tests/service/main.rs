//! The one integration test binary: the service from outside.

mod mail_corpus;
