//! Which mails have the same content, whatever servers added on the way.

use sha2::{Digest, Sha256};

/// A digest of the body: everything after the first empty line. Headers are left out because each
/// copy of a mail that went through another alias or list has other ones.
pub fn content_digest(raw: &[u8]) -> Vec<u8> {
    let body = body_of(raw);
    // Servers differ in line ends and in blank lines at the end.
    let mut hash = Sha256::new();
    for line in body.trim_ascii_end().split(|byte| *byte == b'\n') {
        hash.update(line.strip_suffix(b"\r").unwrap_or(line));
        hash.update(b"\n");
    }
    hash.finalize().to_vec()
}

fn body_of(raw: &[u8]) -> &[u8] {
    let unix = raw.windows(2).position(|pair| pair == b"\n\n").map(|at| at + 2);
    let internet = raw.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let start = match (unix, internet) {
        (Some(unix), Some(internet)) => unix.min(internet),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => 0,
    };
    raw.get(start..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_line_ends_make_no_difference_but_words_do() {
        let first = content_digest(b"Received: a\r\nSubject: x\r\n\r\nHello\r\nyou\r\n");
        let copy = content_digest(b"Received: b\nReceived: a\nSubject: x\n\nHello\nyou\n\n");
        let other = content_digest(b"Received: a\r\nSubject: x\r\n\r\nHello\r\nthem\r\n");
        assert_eq!(first, copy);
        assert_ne!(first, other);
    }
}
