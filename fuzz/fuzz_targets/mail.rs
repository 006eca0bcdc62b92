//! Any bytes, read as a mail down to its answers.

#![no_main]

use mailtriage_fuzz::targets;

libfuzzer_sys::fuzz_target!(|raw: &[u8]| targets::mail(raw));
