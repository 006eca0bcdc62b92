//! Mails put together from headers, boundaries, questions, list marks, quotes and tables.

#![no_main]

use mailtriage_fuzz::{fragments, targets};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| targets::mail(&fragments::mail(bytes)));
