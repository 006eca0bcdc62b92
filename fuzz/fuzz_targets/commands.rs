//! Any subject and text, read as the commands of a consultant.

#![no_main]

use mailtriage_fuzz::targets;

libfuzzer_sys::fuzz_target!(|written: (&str, &str)| targets::commands(written.0, written.1));
