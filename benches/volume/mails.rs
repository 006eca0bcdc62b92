//! The mails of the bench: the labelled requests of `tests/mails`, each time from somebody else.

use std::fs;
use std::path::Path;

use mailtriage::sandbox::dovecot::User;

use crate::world::{DESK, PASSWORD};

/// So many people write. Letters to one person leave one after the other.
const PEOPLE: usize = 500;
/// Every so manieth mail carries a file.
const WITH_FILE: usize = 5;
const FILE_LINES: usize = 800;
/// What is written anew for each mail.
const REPLACED: [&str; 7] =
    ["from", "to", "cc", "message-id", "reply-to", "in-reply-to", "references"];

pub(crate) struct Mails {
    bodies: Vec<Parted>,
    file: String,
}

/// A labelled request.
struct Parted {
    header: String,
    /// The fields that say what the body is.
    content: String,
    body: String,
}

pub(crate) fn person(number: usize) -> String {
    format!("person{}@requests.example", number % PEOPLE)
}

pub(crate) fn people() -> Vec<User> {
    let names = (0..PEOPLE).map(person);
    names.map(|name| User { name, password: PASSWORD.to_owned() }).collect()
}

impl Mails {
    pub(crate) fn labelled() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
        let files = fs::read_dir(folder).expect("the labelled mails");
        let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        let is_request = |path: &&std::path::PathBuf| {
            let labels = fs::read_to_string(path).expect("labels");
            let labels: serde_json::Value = serde_json::from_str(&labels).expect("labels");
            labels.get("kind").and_then(serde_json::Value::as_str) == Some("request")
        };
        let raw = |path: &std::path::PathBuf| fs::read(path.with_extension("eml")).expect("a mail");
        let bodies = paths.iter().filter(is_request).filter_map(|path| parted(&raw(path)));
        Self { bodies: bodies.collect(), file: noise() }
    }

    /// Mail number `number`: the same bytes in every run.
    pub(crate) fn mail(&self, number: usize) -> Vec<u8> {
        let one = self.bodies.get(number % self.bodies.len()).expect("a labelled mail");
        let Parted { header, content, body } = one;
        let from = person(number);
        let mut mail = format!(
            "Message-ID: <{number}@bench.example>\r\nFrom: Somebody <{from}>\r\nTo: {DESK}\r\n"
        );
        mail.push_str(header);
        if number.is_multiple_of(WITH_FILE) {
            mail.push_str("Content-Type: multipart/mixed; boundary=bench\r\n\r\n--bench\r\n");
            mail.push_str(content);
            mail.push_str("\r\n");
            mail.push_str(body);
            mail.push_str("\r\n--bench\r\nContent-Type: application/pdf; name=plan.pdf\r\n");
            mail.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
            mail.push_str(&self.file);
            mail.push_str("--bench--\r\n");
        } else {
            mail.push_str(content);
            mail.push_str("\r\n");
            mail.push_str(body);
        }
        mail.into_bytes()
    }
}

/// Without the fields that are written anew. `None`: not text all through.
fn parted(raw: &[u8]) -> Option<Parted> {
    let text = std::str::from_utf8(raw).ok()?.replace("\r\n", "\n");
    let (header, body) = text.split_once("\n\n")?;
    let (mut kept, mut content) = (String::new(), String::new());
    let (mut is_kept, mut is_content) = (true, false);
    for line in header.lines() {
        if !line.starts_with([' ', '\t']) {
            let name = line.split(':').next().unwrap_or_default().to_lowercase();
            is_kept = !REPLACED.contains(&name.as_str());
            is_content = name.starts_with("content-");
        }
        if is_kept {
            let part = if is_content { &mut content } else { &mut kept };
            part.push_str(line);
            part.push_str("\r\n");
        }
    }
    Some(Parted { header: kept, content, body: body.replace('\n', "\r\n") })
}

/// What a picture or PDF looks like in a mail: base64 that does not compress.
fn noise() -> String {
    let mut state = 1_u64;
    let mut text = String::new();
    for _ in 0..FILE_LINES {
        let mut bytes = [0_u8; 54];
        for byte in &mut bytes {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            *byte = u8::try_from(state >> 56).unwrap_or_default();
        }
        text.push_str(&data_encoding::BASE64.encode(&bytes));
        text.push_str("\r\n");
    }
    text
}
