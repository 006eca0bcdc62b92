//! What each target does with its input, and what must hold then. libFuzzer and `mutate` share it.

use crate::{a_day, calendar::written_dates, command, in_time, mail, read_all};

/// Any bytes, read as a mail down to its answers.
pub fn mail(raw: &[u8]) {
    in_time(raw, || read_all(raw));
}

/// Any text, read as the HTML of a mail.
pub fn html(html: &str) {
    let raw = format!("From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}");
    in_time(raw.as_bytes(), || read_all(raw.as_bytes()));
}

/// Any text, read as a written date.
pub fn dates(text: &str) {
    in_time(text.as_bytes(), || {
        if let Some(days) = written_dates::read(text, a_day()) {
            assert!(days.from <= days.to);
        }
    });
}

/// Any subject and text, read as the commands of a consultant.
pub fn commands(subject: &str, text: &str) {
    let subject = subject.replace(['\r', '\n'], " ");
    let raw = format!("From: a@b.example\r\nSubject: {subject}\r\n\r\n{text}");
    in_time(raw.as_bytes(), || {
        let mail = mail::read(raw.as_bytes());
        command::read(&mail, "SEC", Some("A request"));
    });
}

/// Delivery reports: any fields, any copy of the mail that came back, any prose around them.
pub fn reports(prose: &str, fields: &str, original: &str) {
    let raw = format!(
        "From: MAILER-DAEMON@b.example\r\nSubject: Undelivered Mail Returned to Sender\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\n\r\n{prose}\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n{fields}\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n--b--\r\n"
    );
    in_time(raw.as_bytes(), || read_all(raw.as_bytes()));
}
