//! Delivery reports: any fields, any copy of the mail that came back, any prose around them.

#![no_main]

use mailtriage_fuzz::{in_time, read_all};

libfuzzer_sys::fuzz_target!(|parts: (&str, &str, &str)| {
    let (prose, fields, original) = parts;
    let raw = format!(
        "From: MAILER-DAEMON@b.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\n{prose}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--b--\r\n"
    );
    in_time(raw.as_bytes(), || read_all(raw.as_bytes()));
});
