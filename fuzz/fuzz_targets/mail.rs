//! Any bytes, read as a mail down to its answers.

#![no_main]

libfuzzer_sys::fuzz_target!(|raw: &[u8]| {
    mailtriage_fuzz::in_time(raw, || mailtriage_fuzz::read_all(raw));
});
