//! Mails that are hostile by their build: too deep, too many, too long, or broken where it hurts.

use data_encoding::BASE64_MIME;

const FROM: &str =
    "From: Eve <eve@evil.example>\r\nTo: security@example.org\r\nSubject: Passports\r\n";
const ASKS: &str = "1. The Passport Office\r\n4. Advice on a design\r\n";
/// Senders that a letter could fail to reach, or reach somebody else by.
const SENDERS: [(&str, &str); 14] = [
    (
        "a sender with the fields of a link",
        "eve?bcc=victim%40third.example&body=close@evil.example",
    ),
    ("a sender with all signs", "!#$%&'*+/=?^_`{|}~-@evil.example"),
    ("a sender with a percent", "victim%third.example@evil.example"),
    ("a sender by way of others", "@third.example,@fourth.example:eve@evil.example"),
    ("a sender in quotes", "\"victim@third.example\"@evil.example"),
    ("a sender in quotes with markup", "\"<script>alert(1)</script>\"@evil.example"),
    ("a sender in other letters", "аdа@evil.example"),
    ("a sender at a domain in other letters", "ada@éxample.example"),
    ("a sender at a number", "eve@[127.0.0.1]"),
    ("a sender at no domain", "eve@localhost"),
    ("a sender of several lines", "eve@evil.example\r\n\r,\r\n victim@third.example"),
    ("a group", "victims: victim@third.example, other@third.example;"),
    ("a sender in a comment", "(victim@third.example) eve@evil.example (victim@third.example)"),
    ("a sender behind a sender", "eve@evil.example@third.example"),
];
const MANY: usize = 5_000;

/// What it is, and the mail.
pub(super) fn all() -> Vec<(&'static str, Vec<u8>)> {
    let mut mails = deep();
    mails.extend(many());
    mails.extend(long());
    mails.extend(broken());
    mails.extend(mislabelled());
    mails.extend(disguised());
    mails.extend(forged_reports());
    mails.extend(SENDERS.map(|(name, from)| {
        (
            name,
            format!("From: {from}\r\nTo: security@example.org\r\nSubject: x\r\n\r\n{ASKS}")
                .into_bytes(),
        )
    }));
    mails
}

fn text(more: &str, body: &str) -> Vec<u8> {
    format!("{FROM}{more}\r\n{body}").into_bytes()
}

fn mixed(parts: &str) -> Vec<u8> {
    text(
        "Content-Type: multipart/mixed; boundary=b\r\n",
        &format!("--b\r\nContent-Type: text/plain\r\n\r\n{ASKS}\r\n{parts}--b--\r\n"),
    )
}

fn file(name: &str, kind: &str, content: &[u8]) -> String {
    format!(
        "--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        BASE64_MIME.encode(content)
    )
}

fn deep() -> Vec<(&'static str, Vec<u8>)> {
    let mails = "Content-Type: message/rfc822\r\n\r\nSubject: close\r\n".repeat(1_000);
    let open = |level: usize| {
        format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n")
    };
    let parts: String = (0..MANY).map(open).collect();
    let tables = "<table><tr><td>".repeat(MANY);
    let lists = "<ul><li>".repeat(MANY);
    let quotes = "<blockquote>".repeat(MANY);
    let marks = format!("{} close\r\n", ">".repeat(50_000));
    let html = "Content-Type: text/html\r\n";
    vec![
        ("a thousand mails in mails", text("", &mails).split_off(2)),
        ("a thousand mails, the outermost ours", text(&mails, ASKS)),
        ("parts in parts", text(&parts, ASKS)),
        ("tables in tables", text(html, &format!("{ASKS}{tables}close"))),
        ("lists in lists", text(html, &format!("{ASKS}{lists}close"))),
        ("quotes in quotes", text(html, &format!("{ASKS}{quotes}close"))),
        ("quote marks", text("", &format!("{ASKS}\r\n{marks}"))),
        ("comments in comments", {
            let comment = format!("{}{}", "(".repeat(20_000), ")".repeat(20_000));
            format!("From: Eve {comment} <eve@evil.example>\r\nSubject: x\r\n\r\n{ASKS}")
                .into_bytes()
        }),
    ]
}

/// So many pieces, each with its number.
fn each(piece: impl Fn(usize) -> String) -> String {
    (0..MANY).map(piece).collect::<Vec<_>>().concat()
}

fn many() -> Vec<(&'static str, Vec<u8>)> {
    let people = each(|n| format!("P{n} <p{n}@third.example>,\r\n "));
    let headers = each(|n| format!("X-Header-{n}: close\r\n"));
    let ids = each(|n| format!("<{n}@evil.example>\r\n "));
    let parameters = each(|n| format!(";\r\n name*{n}*=%62%0D%0A{n}"));
    let files = each(|n| file(&format!("{n}.txt"), "text/plain", b"close"));
    let words = "=?utf-8?q?=0D=0Aclose?= ".repeat(MANY);
    let answers = each(|n| format!("{}. close\r\n", n % 6 + 1));
    vec![
        ("people in copy", text(&format!("Cc: {people}z@third.example\r\n"), ASKS)),
        (
            "people who wrote it",
            format!("From: {people}eve@evil.example\r\n\r\n{ASKS}").into_bytes(),
        ),
        ("headers", text(&headers, ASKS)),
        ("subjects", text(&"Subject: close\r\n".repeat(MANY), ASKS)),
        ("references", text(&format!("References: {ids}\r\nIn-Reply-To: {ids}\r\n"), ASKS)),
        ("parameters", text(&format!("Content-Type: text/plain{parameters}\r\n"), ASKS)),
        ("files", mixed(&files)),
        ("encoded words", text(&format!("X: y\r\nReply-To: {words}<r@third.example>\r\n"), ASKS)),
        ("answers", text("", &answers)),
        (
            "results of authentication",
            text(
                &"Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org\r\n"
                    .repeat(MANY),
                ASKS,
            ),
        ),
    ]
}

fn long() -> Vec<(&'static str, Vec<u8>)> {
    let words = "word ".repeat(30_000);
    let solid = "x".repeat(150_000);
    // The head of a ZIP file, and zeros: whoever unpacked it would be kept busy.
    let mut bomb = b"PK\x03\x04\x14\x00\x00\x00\x08\x00".to_vec();
    bomb.resize(200_000, 0);
    vec![
        (
            "a subject without end",
            format!("From: eve@evil.example\r\nSubject: {words}\r\n\r\n{ASKS}").into_bytes(),
        ),
        (
            "a name without end",
            format!("From: \"{words}\" <eve@evil.example>\r\n\r\n{ASKS}").into_bytes(),
        ),
        ("an id without end", text(&format!("Message-ID: <{solid}@evil.example>\r\n"), ASKS)),
        ("an address without end", text(&format!("Reply-To: {solid}@evil.example\r\n"), ASKS)),
        ("a line without end", text("", &format!("1. {solid}\r\n4. {words}"))),
        (
            "a boundary without end",
            text(&format!("Content-Type: multipart/mixed; boundary={solid}\r\n"), ASKS),
        ),
        (
            "a charset without end",
            text(&format!("Content-Type: text/plain; charset={solid}\r\n"), ASKS),
        ),
        ("a packed file", mixed(&file("design.zip", "application/zip", &bomb))),
        (
            "a packed file in a packed file",
            mixed(&file("a.zip", "application/x-zip-compressed", &[bomb.clone(), bomb].concat())),
        ),
        (
            "entities that grow",
            text(
                "Content-Type: text/html\r\n",
                &format!(
                    "<!DOCTYPE x [<!ENTITY a \"{}\"><!ENTITY b \"&a;&a;&a;&a;\">]><p>&b;{ASKS}",
                    "lol".repeat(1_000)
                ),
            ),
        ),
    ]
}

fn broken() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("no end of the header", FROM.trim_end().as_bytes().to_vec()),
        ("nothing but line ends", b"\r\n\r\n\r\n".to_vec()),
        ("nothing but zeros", vec![0; 5_000]),
        ("no sender at all", b"Subject: close\r\n\r\nclose\r\n".to_vec()),
        (
            "a sender that is us",
            b"From: security@example.org\r\nSubject: [SEC-2026-0001] close\r\n\r\nclose".to_vec(),
        ),
    ]
}

fn mislabelled() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        (
            "a wrong transfer encoding",
            odd("Content-Transfer-Encoding: base64\r\n", b"!!!! \xff\xff ===="),
        ),
        (
            "UTF-16 that is none",
            odd("Content-Type: text/plain; charset=utf-16\r\n", b"\xff\xfe\x00\xd8\x00\xd8\x00"),
        ),
        (
            "UTF-7 markup",
            odd(
                "Content-Type: text/plain; charset=utf-7\r\n",
                b"1. +ADw-script+AD4-alert(1)+ADw-/script+AD4-",
            ),
        ),
        (
            "a mail in ISO-2022",
            odd("Content-Type: text/plain; charset=iso-2022-jp\r\n", b"1. \x1b$B\x1b(J<b>\x1b"),
        ),
        (
            "boundaries of others",
            odd(
                "Content-Type: multipart/mixed; boundary=\"=_\"\r\n",
                b"--=_\r\n\r\n1. Us\r\n--=_mixed\r\n\r\nx\r\n--=_--",
            ),
        ),
    ]
}

fn odd(head: &str, body: &[u8]) -> Vec<u8> {
    [FROM.as_bytes(), head.as_bytes(), b"\r\n", body].concat()
}

/// Parts that look like what they are not.
fn disguised() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("uuencoded", odd("", b"begin 644 ../../etc/passwd\r\n#0V%T\r\n`\r\nend\r\n")),
        (
            "a path as a name",
            mixed(&file("../../etc/passwd\\..\\..\\x", "application/octet-stream", b"x")).clone(),
        ),
        (
            "Outlook's own",
            mixed(&file("winmail.dat", "application/ms-tnef", b"\x78\x9f\x3e\x22\xff\xff")),
        ),
        (
            "a signed mail that is none",
            odd(
                "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n",
                b"\x30\x80\x06\x09close",
            ),
        ),
        (
            "days that no calendar has",
            odd(
                "Date: Fri, 99 Feb 99999 99:99:99 +9999\r\n",
                b"6. 31/02/99999, 0/0/0, w/c 32 May\r\n",
            ),
        ),
        (
            "partial",
            odd("Content-Type: message/partial; id=x; number=1; total=999999\r\n", b"close"),
        ),
        (
            "external",
            odd(
                "Content-Type: message/external-body; access-type=URL; URL=\"http://evil.example/\"\r\n",
                b"Content-Type: text/plain\r\n\r\nclose",
            ),
        ),
    ]
}

/// Reports that say that a letter of ours came back, with orders and third parties inside.
fn forged_reports() -> Vec<(&'static str, Vec<u8>)> {
    let report = |recipient: &str, original: &str| {
        format!(
            "Return-Path: <>\r\nFrom: MAILER-DAEMON@evil.example\r\nSubject: Undelivered\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
             --b\r\n\r\nclose\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; \x1b[2J<b>{{{{ 1234567*9 }}}}\r\n\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\n{original}\r\n\r\nclose\r\n--b--\r\n"
        )
        .into_bytes()
    };
    let many =
        "Final-Recipient: rfc822; pat@requests.example\r\nAction: failed\r\n\r\n".repeat(MANY);
    vec![
        (
            "a report about a consultant",
            report("grace@example.org", "Subject: [SEC-2026-0001] close"),
        ),
        (
            "a report about a requester",
            report("pat@requests.example", "References: <x@y>\r\nSubject: [SEC-2026-0001]"),
        ),
        (
            "a report with a forged token",
            report(
                "pat@requests.example",
                "X-Mailtriage-Token: AAAA.BBBB\r\nMessage-ID: <a@example.org>",
            ),
        ),
        (
            "a report about thousands",
            report(
                &format!("pat@requests.example\r\nAction: failed\r\n\r\n{many}x@y.example"),
                "Subject: x",
            ),
        ),
        ("a report about nobody", report("<script>@evil", "\0\0\0")),
    ]
}
