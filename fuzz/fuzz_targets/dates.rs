//! Any text, read as a written date.

#![no_main]

use mailtriage_fuzz::{a_day, calendar::written_dates, in_time};

libfuzzer_sys::fuzz_target!(|text: &str| {
    in_time(text.as_bytes(), || {
        if let Some(days) = written_dates::read(text, a_day()) {
            assert!(days.from <= days.to);
        }
    });
});
