//! What goes along with a letter: the mail that it passes on, or files.

use lettre::message::header::{ContentDisposition, ContentTransferEncoding, ContentType};
use lettre::message::{Attachment, Body, SinglePart};

use crate::letter::text::one_line;

/// Something that a letter carries.
#[derive(Clone)]
pub enum Enclosed {
    /// A whole mail as it came.
    Mail(Vec<u8>),
    /// The head of a mail that is too large to be passed on.
    HeadOf {
        mail: Vec<u8>,
        megabytes: i64,
    },
    File {
        name: String,
        content_type: String,
        content: Vec<u8>,
    },
}

/// Longest line that travels without an encoding (RFC 5322 allows 998).
const LONGEST_LINE: usize = 990;
const LONGEST_NAME: usize = 120;
const LONGEST_HEAD: usize = 64 * 1024;
/// The name of a mail that is passed on as a file.
const MAIL_FILE: &str = "original-mail.eml";

impl Enclosed {
    /// The mail, or its head where `raw` is only the start of it.
    pub fn mail(raw: Vec<u8>, whole_size: i64) -> Self {
        if i64::try_from(raw.len()).is_ok_and(|size| size >= whole_size) {
            Self::Mail(raw)
        } else {
            Self::HeadOf { mail: raw, megabytes: whole_size / (1024 * 1024) }
        }
    }

    /// What the templates say of it.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Mail(_) => "the original mail".to_owned(),
            Self::HeadOf { megabytes, .. } => format!(
                "the headers of the original mail (the whole mail has {megabytes} megabytes, more than \
                 we pass on)"
            ),
            Self::File { name, .. } => one_line(name, LONGEST_NAME),
        }
    }

    pub(crate) fn part(&self) -> SinglePart {
        match self {
            Self::Mail(raw) => match as_plain_lines(raw) {
                Some(lines) => plain("message/rfc822", lines),
                // Such a part may not be encoded (RFC 2046, section 5.2.1), and not every server
                // takes 8 bits: then it travels as a file.
                None => file(MAIL_FILE, "application/octet-stream", raw.clone()),
            },
            Self::HeadOf { mail, .. } => {
                let head = head(mail);
                match as_plain_lines(&head) {
                    Some(lines) => plain("text/rfc822-headers", lines),
                    None => file("original-headers.txt", "application/octet-stream", head),
                }
            }
            Self::File { name, content_type, content } => {
                file(&one_line(name, LONGEST_NAME), content_type, content.clone())
            }
        }
    }
}

fn plain(content_type: &str, lines: Vec<u8>) -> SinglePart {
    SinglePart::builder()
        .header(content_type_of(content_type))
        .header(ContentDisposition::inline())
        .body(Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit))
}

fn file(name: &str, content_type: &str, content: Vec<u8>) -> SinglePart {
    // A mail inside a mail may not be encoded, and a tree of parts needs its own boundary.
    let is_tree = content_type.starts_with("message/") || content_type.starts_with("multipart/");
    let content_type = if is_tree { "application/octet-stream" } else { content_type };
    let encoded = Body::new_with_encoding(content, ContentTransferEncoding::Base64);
    let body = encoded.unwrap_or_else(Body::new);
    Attachment::new(name.to_owned()).body(body, content_type_of(content_type))
}

fn content_type_of(text: &str) -> ContentType {
    ContentType::parse(text).unwrap_or(ContentType::TEXT_PLAIN)
}

/// The bytes with CRLF line ends. `None` when they need an encoding.
fn as_plain_lines(raw: &[u8]) -> Option<Vec<u8>> {
    let mut lines = Vec::with_capacity(raw.len() + raw.len() / 40);
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_plain = |byte: &u8| byte.is_ascii() && !matches!(byte, b'\r' | b'\0');
        if line.len() > LONGEST_LINE || !line.iter().all(is_plain) {
            return None;
        }
        lines.extend_from_slice(line);
        lines.extend_from_slice(b"\r\n");
    }
    Some(lines)
}

/// Everything before the first empty line.
fn head(mail: &[u8]) -> Vec<u8> {
    let mail = mail.get(..LONGEST_HEAD).unwrap_or(mail);
    let mut head = Vec::new();
    for line in mail.trim_ascii_start().split_inclusive(|byte| *byte == b'\n') {
        if line.trim_ascii().is_empty() {
            break;
        }
        head.extend_from_slice(line);
    }
    head
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(enclosed: &Enclosed) -> String {
        String::from_utf8(enclosed.part().formatted()).unwrap()
    }

    #[test]
    fn a_plain_mail_is_passed_on_as_it_is() {
        let mail = Enclosed::Mail(b"From: a@example.org\nSubject: x\n\n.Hello\n".to_vec());
        insta::assert_snapshot!(formatted(&mail).replace("\r\n", "\n"), @r"
        Content-Type: message/rfc822
        Content-Disposition: inline
        Content-Transfer-Encoding: 7bit

        From: a@example.org
        Subject: x

        .Hello
        ");
    }

    #[test]
    fn a_mail_that_needs_an_encoding_is_a_file() {
        for raw in [b"Subject: \xe4\n\nx".to_vec(), vec![b'a'; 2_000], b"A: b\rC: d\n\n".to_vec()] {
            let shown = formatted(&Enclosed::Mail(raw));
            assert!(shown.contains("application/octet-stream"), "{shown}");
            assert!(shown.contains("original-mail.eml"), "{shown}");
            assert!(shown.split("\r\n").all(|line| line.len() <= 78 && line.is_ascii()), "{shown}");
        }
    }

    #[test]
    fn of_a_large_mail_only_the_headers_go() {
        let mail = b"Subject: x\nFrom: a@b.c\n\nsecret".to_vec();
        let shown = formatted(&Enclosed::HeadOf { mail, megabytes: 30 });
        assert!(shown.contains("text/rfc822-headers") && shown.contains("From: a@b.c"), "{shown}");
        assert!(!shown.contains("secret"));
    }

    #[test]
    fn no_file_acts_as_a_part_of_the_mail() {
        for (name, content_type) in [
            ("a\r\nBcc: x@y.z\".pdf", "application/pdf"),
            ("mail.eml", "message/rfc822"),
            ("x", "multipart/mixed; boundary=y"),
            ("ü.html", "no type at all"),
        ] {
            let file = Enclosed::File {
                name: name.to_owned(),
                content_type: content_type.to_owned(),
                content: b"\xff\0content".to_vec(),
            };
            let shown = formatted(&file);
            assert!(!shown.contains("\r\nBcc"), "{shown}");
            assert!(!shown.contains("message/rfc822") && !shown.contains("multipart"), "{shown}");
            assert!(shown.contains("attachment") && shown.is_ascii(), "{shown}");
        }
    }
}
