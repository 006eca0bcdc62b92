//! Any text, read as a written date.

#![no_main]

use mailtriage_fuzz::targets;

libfuzzer_sys::fuzz_target!(|text: &str| targets::dates(text));
