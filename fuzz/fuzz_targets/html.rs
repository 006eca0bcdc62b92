//! Any text, read as the HTML of a mail.

#![no_main]

use mailtriage_fuzz::{in_time, read_all};

libfuzzer_sys::fuzz_target!(|html: &str| {
    let raw = format!("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    in_time(raw.as_bytes(), || read_all(raw.as_bytes()));
});
