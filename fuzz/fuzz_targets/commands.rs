//! Any subject and text, read as the commands of a consultant.

#![no_main]

use mailtriage_fuzz::{command, in_time, mail};

libfuzzer_sys::fuzz_target!(|written: (&str, &str)| {
    let (subject, text) = written;
    let subject = subject.replace(['\r', '\n'], " ");
    let raw = format!("From: a@b.example\r\nSubject: {subject}\r\n\r\n{text}");
    in_time(raw.as_bytes(), || {
        let mail = mail::read(raw.as_bytes());
        command::read(&mail, "SEC", Some("A request"));
    });
});
