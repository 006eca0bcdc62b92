//! Delivery reports: any fields, any copy of the mail that came back, any prose around them.

#![no_main]

use mailtriage_fuzz::targets;

libfuzzer_sys::fuzz_target!(|parts: (&str, &str, &str)| targets::reports(
    parts.0, parts.1, parts.2
));
