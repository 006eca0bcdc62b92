//! Content-Transfer-Encoding, read leniently: what is broken stays as it stands, nothing is dropped.

use std::borrow::Cow;

use mail_parser::decoders::quoted_printable::quoted_printable_decode_char;

/// The bytes of a body part without its transfer encoding.
pub(in crate::mail) fn decode<'a>(bytes: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => Cow::Owned(base64(bytes)),
        "quoted-printable" => Cow::Owned(quoted_printable(bytes)),
        _ => Cow::Borrowed(bytes),
    }
}

/// Skips everything that is no base64, and survives padding in the middle.
pub(in crate::mail) fn base64(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0u32);
    for byte in bytes {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => {
                // What comes behind the padding begins a new group.
                (bits, count) = (0, 0);
                continue;
            }
            _ => continue,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count & 0xFF) as u8);
        }
    }
    out
}

pub(in crate::mail) fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let content = line.trim_ascii_end();
        let ends = line.len() > content.len() && line.ends_with(b"\n");
        match content.strip_suffix(b"=") {
            Some(soft) if ends => unescape(soft, &mut out),
            _ => {
                unescape(content, &mut out);
                if ends {
                    out.extend_from_slice(b"\r\n");
                }
            }
        }
    }
    out
}

fn unescape(mut rest: &[u8], out: &mut Vec<u8>) {
    loop {
        let plain = rest.iter().position(|byte| *byte == b'=').unwrap_or(rest.len());
        let (before, escape) = rest.split_at(plain);
        out.extend_from_slice(before);
        rest = match escape {
            [] => return,
            [b'=', high, low, after @ ..] => {
                if let Some(byte) = quoted_printable_decode_char(*high, *low) {
                    out.push(byte);
                    after
                } else {
                    out.push(b'=');
                    escape.get(1..).unwrap_or_default()
                }
            }
            [byte, after @ ..] => {
                out.push(*byte);
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn broken_encodings_yield_what_can_be_read() {
        let cases: &[(&str, &[u8], &[u8], &str)] = &[
            ("base64", b"aGVs\r\nbG8=", b"hello", "two lines"),
            ("BASE64", b"aGVs!bG8", b"hello", "a stray sign, no padding"),
            ("base64", b"aGk=aGk=", b"hihi", "padding in the middle"),
            ("quoted-printable", b"a=3Db =\r\nc  \r\nd", b"a=b c\r\nd", "as it should be"),
            ("Quoted-Printable", b"50% = half =ZZ\n", b"50% = half =ZZ\r\n", "bare signs"),
            ("8bit", b"a=3D", b"a=3D", "none"),
            ("utf-8", b"a=3D", b"a=3D", "one that does not exist"),
        ];
        for (encoding, bytes, expected, reason) in cases {
            assert_eq!(decode(bytes, encoding), *expected, "{reason}");
        }
    }
}
