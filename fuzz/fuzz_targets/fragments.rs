//! Mails put together from headers, boundaries, questions, list marks, quotes and tables.

#![no_main]

use mailtriage_fuzz::{fragments, in_time, read_all};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let raw = fragments::mail(bytes);
    in_time(&raw, || read_all(&raw));
});
