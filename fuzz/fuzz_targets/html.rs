//! Any text, read as the HTML of a mail.

#![no_main]

use mailtriage_fuzz::targets;

libfuzzer_sys::fuzz_target!(|html: &str| targets::html(html));
