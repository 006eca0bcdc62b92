//! Mails that a strict parser would lose: folded, wrong and missing boundaries.

use super::headers::Headers;

/// The bytes of the mail with a header block that any parser can read and boundaries that are there.
pub(in crate::mail) fn mend(headers: &mut Headers, body: &[u8]) -> Vec<u8> {
    let declared = headers.first("content-type").map(str::to_owned);
    if let Some(content_type) = boundary_in_use(declared.as_deref(), body) {
        headers.set("content-type", content_type);
    }
    let mut raw = headers.mended();
    let mut is_after_boundary = false;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = if is_after_boundary { line.trim_ascii_start() } else { line };
        let content = line.trim_ascii_end();
        // `boundary=` at the end of a line, its value on the next.
        is_after_boundary = ends_with(content, b"boundary=") && is_in_header(line);
        raw.extend_from_slice(if is_after_boundary { content } else { line });
    }
    raw
}

/// Not a line of text in quoted-printable that is broken behind the word "boundary".
fn is_in_header(line: &[u8]) -> bool {
    let name = b"content-type:";
    line.first().is_some_and(u8::is_ascii_whitespace)
        || line.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
}

fn ends_with(line: &[u8], end: &[u8]) -> bool {
    line.len() >= end.len()
        && line.get(line.len() - end.len()..).is_some_and(|tail| tail.eq_ignore_ascii_case(end))
}

/// A new Content-Type for a mail of several parts whose declared boundary does not occur.
fn boundary_in_use(declared: Option<&str>, body: &[u8]) -> Option<String> {
    let declared = declared.unwrap_or("multipart/mixed");
    let kind = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !kind.starts_with("multipart/") {
        return None;
    }
    let named = boundary(declared);
    let mut found = None;
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).peekable();
    while let Some(line) = lines.next() {
        let Some(candidate) = line.strip_prefix(b"--").filter(|rest| !rest.is_empty()) else {
            continue;
        };
        if named.as_ref().is_some_and(|named| candidate.starts_with(named.as_bytes())) {
            return None;
        }
        let is_header = |next: &&[u8]| {
            next.get(..8).is_some_and(|start| start.eq_ignore_ascii_case(b"content-"))
        };
        if found.is_none() && candidate.len() <= 200 && lines.peek().is_some_and(is_header) {
            found = std::str::from_utf8(candidate).ok().map(str::to_owned);
        }
    }
    let found = found.filter(|found| !found.contains(['"', '\\']))?;
    let report = declared.split(';').find(|part| part.trim().starts_with("report-type"));
    let report = report.map(|report| format!(";{report}")).unwrap_or_default();
    Some(format!("{kind}{report}; boundary=\"{found}\""))
}

fn boundary(content_type: &str) -> Option<String> {
    let start = content_type.to_ascii_lowercase().find("boundary=")? + "boundary=".len();
    let value = content_type.get(start..)?.trim_start();
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', ' ', '\t']).next(),
    };
    value.map(str::to_owned).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::mail::read;

    #[test]
    fn boundaries_are_found_wherever_they_are() {
        let part = "Content-Type: text/plain\r\n\r\nhello\r\n";
        let cases = [
            ("multipart/mixed; boundary=\"b\"", "b", "as it should be"),
            ("multipart/mixed;\r\n boundary=\r\n \"b\"", "b", "on a folded line"),
            ("multipart/mixed; boundary=\"other\"", "b", "another one is declared"),
            ("multipart/mixed", "b", "none is declared"),
            ("multipart/report; report-type=x; boundary=b_X", "b", "the declared one is longer"),
        ];
        for (content_type, boundary, reason) in cases {
            let mail = format!(
                "From: a@b.example\r\nContent-Type: {content_type}\r\n\r\n--{boundary}\r\n{part}\
                 --{boundary}--\r\n"
            );
            assert_eq!(read(mail.as_bytes()).text(), "hello", "{reason}");
        }
        let nested = format!(
            "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: \
             multipart/alternative; boundary=\r\n\t\"b\"\r\n\r\n--b\r\n{part}--b--\r\n--a--\r\n"
        );
        assert_eq!(read(nested.as_bytes()).text(), "hello", "folded in an inner part");
    }
}
