//! What holds of any mail. The mails are those of the fuzzer: put together from what mails are made of.

#[expect(unreachable_pub, reason = "the fuzzer's own crate is where this is public")]
#[path = "../../fuzz/src/fragments.rs"]
mod fragments;

use chrono::NaiveDate;
use data_encoding::BASE64_MIME;
use mailtriage::intake::{self, Reader, Reading};
use mailtriage::mail::{self, IncomingMail};
use proptest::prelude::*;

fn read(raw: &[u8]) -> (IncomingMail, Reading) {
    let mail = mail::read(raw);
    let reading =
        intake::read(&Reader::by_cues(), &mail, NaiveDate::from_ymd_opt(2026, 10, 5).unwrap());
    (mail, reading)
}

/// The lines as a test can show them, and the reading.
fn told(raw: &[u8]) -> (Vec<String>, Vec<String>) {
    let (mail, reading) = read(raw);
    let lines = mail.lines.iter().map(|line| format!("{:?} {}", line.origin, line.text)).collect();
    let answers = reading.answers.iter();
    let mut told: Vec<String> =
        answers.map(|(question, answer)| format!("{question:?} {}", answer.text)).collect();
    told.push(format!("{:?} {:?} {:?}", reading.kind, reading.route, reading.milestone));
    (lines, told)
}

fn plain_mail(encoding: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Ada <ada@requests.example>\r\nContent-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: {encoding}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn quoted_printable(text: &str) -> String {
    let lines = text.split("\r\n").map(|line| {
        let escaped = line.bytes().map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
            _ => format!("={byte:02X}"),
        });
        let escaped: Vec<String> = escaped.collect();
        escaped.chunks(20).map(<[String]>::concat).collect::<Vec<_>>().join("=\r\n")
    });
    lines.collect::<Vec<_>>().join("\r\n")
}

fn html_twin(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<html><body><div>{}</div></body></html>", escaped.replace("\r\n", "<br>\r\n"))
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..100)
}

/// Text with the line ends of mail.
fn text() -> impl Strategy<Value = String> {
    bytes().prop_map(|bytes| fragments::text(&bytes).replace("\r\n", "\n").replace('\n', "\r\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_the_words_of_the_mail_and_no_more(bytes in bytes()) {
        let (mail, reading) = read(&fragments::mail(&bytes));
        let text = mail.text();
        for answer in reading.answers.values() {
            prop_assert!(answer.text.len() <= text.len() + 64);
            for word in answer.text.split_whitespace() {
                let word = word.trim_end_matches(';');
                prop_assert!(text.contains(word), "{word:?} is not in {text:?}");
            }
        }
    }

    #[test]
    fn reading_twice_tells_the_same(bytes in bytes()) {
        let raw = fragments::mail(&bytes);
        prop_assert!(read(&raw).1 == read(&raw).1);
    }

    #[test]
    fn line_ends_do_not_matter(text in text()) {
        let unix = plain_mail("8bit", &text.replace("\r\n", "\n"));
        prop_assert_eq!(told(&plain_mail("8bit", &text)), told(&unix));
    }

    #[test]
    fn transfer_encodings_do_not_matter(text in text()) {
        let plain = told(&plain_mail("8bit", &text));
        let quoted = plain_mail("quoted-printable", &quoted_printable(&text));
        let base64 = plain_mail("base64", &BASE64_MIME.encode(text.as_bytes()));
        prop_assert_eq!(&plain, &told(&quoted));
        prop_assert_eq!(&plain, &told(&base64));
    }

    #[test]
    fn an_html_twin_does_not_matter(text in text()) {
        // A text part without a word is passed over for its twin.
        prop_assume!(text.contains(char::is_alphanumeric));
        let twins = format!(
            "From: Ada <ada@requests.example>\r\n\
             Content-Type: multipart/alternative; boundary=twins\r\n\r\n\
             --twins\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
             --twins\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{}\r\n--twins--\r\n",
            html_twin(&text)
        );
        prop_assert_eq!(told(&plain_mail("8bit", &text)), told(twins.as_bytes()));
    }

    #[test]
    fn quoted_lines_are_not_the_senders(texts in proptest::collection::vec((any::<bool>(), text()), 0..12)) {
        let mut body = "Hello team\r\n".to_owned();
        for (is_quoted, text) in texts {
            let line = text.replace(['\r', '\n', '\t', '>', '?'], " ");
            let (before, after) = if is_quoted { ("> zq ", " zq") } else { ("", "") };
            body.extend([before, &line, after, "\r\n"]);
        }
        let (mail, _) = read(&plain_mail("8bit", &body));
        prop_assert!(!mail.own_words().contains("zq "), "{}", mail.own_words());
    }
}
