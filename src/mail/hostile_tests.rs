//! Mails that nobody should send, and that somebody does.

use proptest::prelude::*;

use super::{Unreadable, read, read_or_unreadable};

#[test]
fn strange_mails_are_read_as_far_as_they_go() {
    let nested = {
        let mut mail = String::new();
        for _ in 0..60 {
            mail.push_str("From: a@b.example\r\nContent-Type: message/rfc822\r\n\r\n");
        }
        mail + "Subject: deep\r\n\r\nhello"
    };
    assert!(read(nested.as_bytes()).from.is_some());

    let open =
        |level| format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n");
    let multiparts: Vec<String> = (0..3_000).map(open).collect();
    let multiparts = multiparts.concat();
    assert!(read(format!("From: a@b.example\r\n{multiparts}").as_bytes()).from.is_some());

    let parts = "--b\r\nContent-Type: application/pdf\r\n\r\nx\r\n".repeat(5_000);
    let many = read(
        format!(
            "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\nhello\r\n{parts}--b--"
        )
        .as_bytes(),
    );
    assert_eq!(many.text(), "hello");
    assert!(many.attachments.len() <= 200);

    let silent = read(b"Subject: no From, no Date\r\n\r\nhello\0 there");
    assert!(silent.from.is_none() && silent.written_at.is_none());
    assert_eq!(silent.text(), "hello there");

    assert!(read(b"").lines.is_empty());
    assert_eq!(read_or_unreadable(b"").err(), Some(Unreadable::NoHeader));
    assert_eq!(read_or_unreadable(&[0xFF; 400]).err(), Some(Unreadable::NoHeader));
    assert!(read_or_unreadable(b"From: a@b.example\r\n\r\nhi").is_ok());
}

#[test]
fn odd_headers_still_give_people() {
    let cases = [
        ("From: Ada <ada@example.org>", Some("ada@example.org"), Some("Ada")),
        (
            "From: \"Lovelace, Ada\" <ada@example.org>",
            Some("ada@example.org"),
            Some("Lovelace, Ada"),
        ),
        (
            "From: =?utf-8?Q?Si=C3=A2n=2C_X?= <s@example.org>",
            Some("s@example.org"),
            Some("Siân, X"),
        ),
        ("From: \"=?utf-8?Q?Si=C3=A2n?=\" <s@example.org>", Some("s@example.org"), Some("Siân")),
        ("From: 'ada@example.org' <ada@example.org>", Some("ada@example.org"), None),
        ("From: ada@example.org", Some("ada@example.org"), None),
        ("From: Ada <ada@example.org.>", Some("ada@example.org"), Some("Ada")),
        ("From: Ada ada@example.org>", Some("ada@example.org"), Some("Ada")),
        ("From: undisclosed:;\r\nSender: b@example.org", Some("b@example.org"), None),
        ("Return-Path: <c@example.org>", Some("c@example.org"), None),
        ("From: nobody", None, None),
    ];
    for (header, address, name) in cases {
        let mail = read(format!("{header}\r\nSubject: x\r\n\r\nhi").as_bytes());
        let from = mail.from.as_ref();
        assert_eq!(from.map(|from| from.address.as_str()), address, "{header}");
        let found = from.and_then(|from| from.name.as_ref()).map(|name| name.0.as_str());
        assert_eq!(found, name, "{header}");
    }
    let mail = read(
        b"From: a@b.example\r\nTo: Team: x@y.example, Z <z@y.example>;\r\nReferences: <1@a>\r\n <2@a>\r\n\
          In-Reply-To: Your message of Monday <3@a>\r\nDate: Mon, 1 Mar 2027 10:11:12 +0100\r\n\
          X-Mailtriage-Token: abc\r\n\r\nhi",
    );
    assert_eq!(mail.to.len(), 2);
    assert_eq!(mail.references.len(), 2);
    assert_eq!(mail.in_reply_to.first().unwrap().as_str(), "3@a");
    assert_eq!(mail.written_at.unwrap().to_rfc3339(), "2027-03-01T10:11:12+01:00");
    assert_eq!(mail.own_tokens, ["abc"]);
}

#[test]
fn the_best_version_of_the_text_is_read() {
    let alternative = |plain: &str, html: &str| {
        let mail = format!(
            "From: a@b.example\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain\r\n\r\n{plain}\r\n--b\r\nContent-Type: text/html\r\n\r\n{html}\r\n--b--"
        );
        read(mail.as_bytes()).text()
    };
    let long = "word ".repeat(40);
    assert_eq!(alternative("We ask.", "<p>We ask.</p>"), "We ask.", "plain reads best");
    assert_eq!(alternative("", "<p>We ask.</p>"), "We ask.", "plain is empty");
    assert_eq!(alternative("See HTML.", &format!("<p>{long}</p>")), long.trim(), "plain is a stub");
    let table =
        "<table><tr><td>Who?</td><td>Us</td></tr><tr><td>Why?</td><td>Risk</td></tr></table>";
    assert_eq!(
        alternative("Who?\r\n\r\nUs\r\n\r\nWhy?\r\n\r\nRisk", table),
        "Who?\tUs\nWhy?\tRisk"
    );

    let mixed = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\
                 Content-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b\r\n\
                 Content-Type: text/plain\r\n\r\ntwo\r\n--b\r\nContent-Type: text/plain; name=\"C:\\\\notes.txt\"\r\n\
                 Content-Disposition: attachment\r\n\r\nnot read\r\n--b--";
    let mail = read(mixed.as_bytes());
    assert_eq!(mail.text(), "one\n\ntwo");
    let names: Vec<_> = mail.attachments.iter().filter_map(|file| file.name.as_deref()).collect();
    assert_eq!(names, ["x.png", "notes.txt"]);
    assert_eq!(mail.attachments[0].bytes, 3);
    assert_eq!(mail.attachments[0].content_type, "image/png");

    let attached = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
                    Content-Type: message/rfc822\r\n\r\nFrom: c@d.example\r\nSubject: x\r\n\r\nWe ask.\r\n--b--";
    let mail = read(attached.as_bytes());
    assert_eq!((mail.text().as_str(), mail.own_words().as_str()), ("We ask.", ""), "passed on");
}

#[test]
fn charsets_and_wrappings_are_looked_through() {
    let mail = |head: &str, body: &[u8]| {
        let mut raw = format!("From: a@b.example\r\n{head}\r\n\r\n").into_bytes();
        raw.extend_from_slice(body);
        read(&raw)
    };
    let text = "Content-Type: text/plain; charset=";
    assert_eq!(mail(&format!("{text}iso-8859-1"), b"it\x92s \xA35").text(), "it’s £5");
    assert_eq!(mail(&format!("{text}\"utf-8\""), "caf\u{e9}\u{200B}".as_bytes()).text(), "café");
    assert_eq!(mail("Subject: \x1b$B%O%m!<\x1b(B", b"").subject, "ハロー", "bare ISO-2022-JP");
    let quoted =
        mail("Content-Transfer-Encoding: quoted-printable", b"the boundary=\r\n=20is here");
    assert_eq!(quoted.text(), "the boundary is here", "a soft break is no empty boundary");
    assert_eq!(mail("Content-Transfer-Encoding: x-none", b"a=3D").text(), "a=3D");
    assert_eq!(
        mail("X: y\r\n Content-Transfer-Encoding: base64", b"aGk=").text(),
        "hi",
        "a stray space"
    );

    let flowed = mail(
        &format!("{text}utf-8; format=flowed"),
        b"> Who \r\n> is it?\r\nThe \r\ncourts\r\n-- \r\nMe",
    );
    assert_eq!(flowed.own_words(), "The courts");

    let opaque = b"0\x82\x01\x06Content-Type: text/plain\r\n\r\nWe ask for a review.\r\n";
    let signed = mail("Content-Type: application/pkcs7-mime; name=smime.p7m", opaque);
    assert_eq!(signed.own_words(), "We ask for a review.");
    assert_eq!(signed.attachments.len(), 1);
}

#[test]
fn hostile_text_is_read_in_bounded_time() {
    let bodies = [
        ("text/html", "<table>a".repeat(19_000)),
        ("text/html", "<p><b>a".repeat(9_000)),
        ("text/html", format!("{}a", "<table><tr><td>".repeat(400))),
        ("text/html", "<li>".repeat(19_000)),
        ("text/html", "<".repeat(300_000)),
        ("text/plain", "On 3 March 2027 at 10:11, Ada wrote:\n".repeat(30_000)),
        ("text/plain", "From: a\nSent: b\nTo: c\nSubject: d\n".repeat(10_000)),
        (
            "text/plain",
            format!("See below.\nFrom: a\nSent: b\nSubject: c\n{}", "[A] a?\nb\n".repeat(9_000)),
        ),
        ("text/plain", "Kind regards\nA\n> q\n".repeat(8_000)),
        ("text/plain", ">".repeat(500_000)),
        ("text/plain", "a ".repeat(500_000)),
    ];
    for (kind, body) in bodies {
        let start: String = body.chars().take(20).collect();
        let mail = format!("From: A <a@b.example>\r\nContent-Type: {kind}\r\n\r\n{body}");
        // Work that grew with the square of the length would take minutes here.
        assert!(read(mail.as_bytes()).from.is_some(), "{start}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reading_any_bytes_never_panics(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _mail = read_or_unreadable(&bytes);
    }

    #[test]
    fn reading_any_text_never_panics(text in "(\\PC|[\r\n\t<>=?:;\"-]){0,400}") {
        let kinds = ["text/plain", "text/html", "multipart/mixed; boundary=\"-\"", "message/rfc822"];
        for kind in kinds {
            let mail = format!("From: a@b.example\r\nContent-Type: {kind}\r\n\r\n{text}");
            prop_assert!(read_or_unreadable(mail.as_bytes()).is_ok());
        }
    }

    /// Nothing is lost: each word of a plain mail is in its text.
    #[test]
    fn no_word_of_a_plain_mail_is_lost(words in prop::collection::vec("[a-zA-Z0-9.?>:-]{1,12}", 1..60)) {
        let body = words.chunks(5).map(|line| line.join(" ")).collect::<Vec<_>>().join("\r\n");
        let mail = read(format!("From: a@b.example\r\n\r\n{body}").as_bytes());
        let text = mail.text();
        for word in body.split_whitespace().map(|word| word.trim_matches('>')) {
            prop_assert!(text.contains(word), "{word} is missing from {text}");
        }
    }
}
