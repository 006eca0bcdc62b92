//! The header block: split, unfolded, mended and decoded before any library sees it.

use data_encoding::BASE64;
use mail_parser::decoders::{
    base64::base64_decode, quoted_printable::quoted_printable_decode_char,
};

use super::charset;

/// The header fields of a mail in their order. Names are in lower case, values unfolded.
pub(in crate::mail) struct Headers(Vec<(String, String)>);

/// More header fields than any honest mail has; the rest is not looked at.
const MOST_FIELDS: usize = 2_000;
/// A longer value is cut: decoding looks at a value more than once.
const LONGEST_VALUE: usize = 64 * 1024;

impl Headers {
    /// The fields, and the bytes behind the empty line that ends them.
    pub(in crate::mail) fn split(raw: &[u8]) -> (Self, &[u8]) {
        let mut rest = raw.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(raw).trim_ascii_start();
        let mut fields: Vec<(String, String)> = Vec::new();
        loop {
            let (line, after) = next_line(rest);
            if rest.is_empty() || line.trim_ascii().is_empty() && !fields.is_empty() {
                return (Self(fields), after);
            }
            let is_folded = line.first().is_some_and(u8::is_ascii_whitespace);
            let line = charset::decode_header(line);
            match (field(&line), is_folded) {
                (Some(new), false) => fields.push(new),
                (Some(new), true) if is_mime_field(&new.0) => fields.push(new),
                (_, true) => extend_last(&mut fields, &line),
                (None, false) if is_mbox_line(&line) => {}
                // A body without the empty line before it.
                (None, false) => return (Self(fields), rest),
            }
            if fields.len() > MOST_FIELDS {
                return (Self(fields), after);
            }
            rest = after;
        }
    }

    pub(in crate::mail) fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.trim())
    }

    pub(in crate::mail) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    pub(in crate::mail) fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    pub(in crate::mail) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::mail) fn set(&mut self, name: &str, value: String) {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value));
    }

    /// The text of an unstructured field, such as `Subject`: decoded, on one line.
    pub(in crate::mail) fn text(&self, name: &str) -> String {
        charset::one_line(&decode_words(self.first(name).unwrap_or_default()))
    }

    /// The fields that a parser has to read, one line each, with every run of encoded words as one
    /// word in UTF-8.
    pub(in crate::mail) fn mended(&self) -> Vec<u8> {
        let mut block = String::new();
        for (name, value) in self.0.iter().filter(|(name, _)| is_for_parser(name)) {
            block.push_str(name);
            block.push_str(": ");
            block.push_str(&mend_words(value.trim()).replace(['\r', '\n', '\0'], " "));
            block.push_str("\r\n");
        }
        block.push_str("\r\n");
        block.into_bytes()
    }
}

/// People and the form of the mail; all else is read here.
fn is_for_parser(name: &str) -> bool {
    name.starts_with("content-") || matches!(name, "from" | "sender" | "reply-to" | "to" | "cc")
}

fn next_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(end) => {
            let (line, after) = bytes.split_at(end + 1);
            (line.trim_ascii_end(), after)
        }
        None => (bytes, &[]),
    }
}

fn field(line: &str) -> Option<(String, String)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic());
    let cut = |value: &str| match value.len() {
        0..=LONGEST_VALUE => value.to_owned(),
        _ => value.chars().take(LONGEST_VALUE).collect(),
    };
    is_name.then(|| (name.to_ascii_lowercase(), cut(value)))
}

/// A line that slipped under its predecessor by a stray space would take the encoding with it.
fn is_mime_field(name: &str) -> bool {
    matches!(
        name,
        "content-transfer-encoding" | "content-type" | "content-disposition" | "mime-version"
    )
}

fn is_mbox_line(line: &str) -> bool {
    line.starts_with("From ") || line.starts_with(">From ")
}

fn extend_last(fields: &mut [(String, String)], line: &str) {
    if let Some((_, value)) = fields.last_mut()
        && value.len() + line.len() < LONGEST_VALUE
    {
        value.push(' ');
        value.push_str(line.trim());
    }
}

enum Piece<'a> {
    Plain(&'a str),
    Encoded { charset: &'a str, bytes: Vec<u8> },
}

/// Text with its encoded words (RFC 2047) decoded.
pub(in crate::mail) fn decode_words(value: &str) -> String {
    rebuild(value, |text| text)
}

/// The same text with each run of encoded words written as one word that any parser can read.
/// Mailers split words in the middle of a character; decoded one by one, such words are broken.
fn mend_words(value: &str) -> String {
    rebuild(value, |text| format!("=?utf-8?B?{}?=", BASE64.encode(text.as_bytes())))
}

fn rebuild(value: &str, write: impl Fn(String) -> String) -> String {
    if !value.contains("=?") {
        return value.to_owned();
    }
    let mut out = String::new();
    let mut run: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut gap = "";
    for piece in pieces(value) {
        match piece {
            Piece::Plain(text) if text.trim().is_empty() && !run.is_empty() => gap = text,
            Piece::Plain(text) => {
                out.push_str(&finish(&mut run, &write));
                out.push_str(gap);
                gap = "";
                out.push_str(text);
            }
            Piece::Encoded { charset, bytes } => {
                gap = "";
                match run.last_mut() {
                    Some((last, all)) if last.eq_ignore_ascii_case(charset) => all.extend(bytes),
                    _ => run.push((charset, bytes)),
                }
            }
        }
    }
    out.push_str(&finish(&mut run, &write));
    out
}

fn finish(run: &mut Vec<(&str, Vec<u8>)>, write: &impl Fn(String) -> String) -> String {
    if run.is_empty() {
        return String::new();
    }
    let text: String =
        run.drain(..).map(|(name, bytes)| charset::decode(&bytes, Some(name))).collect();
    write(charset::part_of_line(&text))
}

fn pieces(value: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("=?") {
        if let Some((piece, behind)) = encoded_word(after) {
            if !before.is_empty() {
                found.push(Piece::Plain(before));
            }
            found.push(piece);
            rest = behind;
        } else {
            let (taken, behind) = rest.split_at(before.len() + 2);
            found.push(Piece::Plain(taken));
            rest = behind;
        }
    }
    if !rest.is_empty() {
        found.push(Piece::Plain(rest));
    }
    found
}

/// Reads an encoded word whose `=?` is already taken.
fn encoded_word(text: &str) -> Option<(Piece<'_>, &str)> {
    let (charset, after) = text.split_once('?')?;
    let (encoding, after) = after.split_once('?')?;
    let (content, behind) = after.split_once("?=")?;
    // RFC 2231 allows a language behind the charset: `utf-8*en`.
    let charset = charset.split('*').next().unwrap_or(charset);
    if charset.len() > 40 || charset.contains(char::is_whitespace) {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => {
            let padded: String = content.chars().filter(|c| !c.is_whitespace()).collect();
            base64_decode(padded.as_bytes())?
        }
        "Q" | "q" => decode_q(content),
        _ => return None,
    };
    Some((Piece::Encoded { charset, bytes }, behind))
}

fn decode_q(content: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len());
    let mut rest = content.as_bytes();
    loop {
        rest = match rest {
            [] => return bytes,
            [b'=', high, low, after @ ..] => {
                if let Some(byte) = quoted_printable_decode_char(*high, *low) {
                    bytes.push(byte);
                    after
                } else {
                    bytes.push(b'=');
                    rest.get(1..).unwrap_or_default()
                }
            }
            [b'_', after @ ..] => {
                bytes.push(b' ');
                after
            }
            [byte, after @ ..] => {
                bytes.push(*byte);
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encoded_words_are_joined_before_they_are_decoded() {
        let cases = [
            ("=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?= bar", "café bar", "a character cut in two"),
            ("=?utf-8?B?Y2Fm?= =?iso-8859-1?Q?=E9?=", "café", "two charsets"),
            ("Re: =?windows-1252?Q?it=92s_on?=", "Re: it’s on", "text before the word"),
            ("=?utf-8?Q?a?=b", "ab", "nothing between word and text"),
            ("=?utf-8?X?a?= =?broken", "=?utf-8?X?a?= =?broken", "no encoded words at all"),
            ("=?utf-8*en?Q?a=3D=zz?=", "a==zz", "a language, and a broken escape"),
            ("=?utf-8?B?Y2Fmw6k?=", "café", "padding left out"),
        ];
        for (value, text, reason) in cases {
            assert_eq!(decode_words(value), text, "{reason}");
            assert_eq!(decode_words(&mend_words(value)), text, "mended: {reason}");
        }
    }

    #[test]
    fn a_header_block_is_read_whatever_its_shape() {
        let cases: &[(&[u8], &str, &[u8], &str)] = &[
            (b"Subject: a\r\n b\r\n\r\nbody", "a b", b"body", "folded"),
            (b"\r\n\r\nSubject: a\n\nbody", "a", b"body", "empty lines before"),
            (b"From me Mon\nSubject: a\n\nbody", "a", b"body", "a line of a mailbox file"),
            (b"Subject: a\nHello there\n", "a", b"Hello there\n", "no empty line"),
            (b"subject : a", "a", b"", "no end"),
            (b"Subject: it\x92s\n\n", "it’s", b"", "8 bits"),
            (b"", "", b"", "nothing"),
        ];
        for (raw, subject, body, reason) in cases {
            let (headers, rest) = Headers::split(raw);
            assert_eq!(headers.text("subject"), *subject, "{reason}");
            assert_eq!(rest, *body, "{reason}");
        }
    }
}
