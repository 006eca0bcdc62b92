//! Bytes to text, whatever the mail says about its charset, and text without invisible characters.

use mail_parser::decoders::charsets::map::charset_decoder;
use unicode_normalization::UnicodeNormalization;

/// Text of `bytes`. The declared charset is a hint: mails lie, so the bytes are looked at first.
pub(in crate::mail) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    let declared = declared.map(|name| name.trim().trim_matches(['"', '\'']).to_ascii_lowercase());
    let declared = declared.as_deref().unwrap_or("");
    if let Some(text) = decode_utf16(bytes, declared) {
        return text;
    }
    if is_stateful(declared)
        || (declared.is_empty() || is_ascii_name(declared)) && has_escapes(bytes)
    {
        let name = if is_stateful(declared) { declared } else { "iso-2022-jp" };
        return by_name(bytes, name).unwrap_or_else(|| decode_mixed(bytes));
    }
    // Text of a single-byte charset is hardly ever valid UTF-8 by chance.
    if let Ok(text) = std::str::from_utf8(bytes)
        && (bytes.is_ascii() || !is_multi_byte(declared))
    {
        return text.to_owned();
    }
    if is_utf8_name(declared) {
        return decode_mixed(bytes);
    }
    by_name(bytes, declared).unwrap_or_else(|| decode_mixed(bytes))
}

fn by_name(bytes: &[u8], name: &str) -> Option<String> {
    if name.is_empty() {
        return None;
    }
    charset_decoder(name.as_bytes()).map(|decoder| decoder(bytes))
}

fn is_utf8_name(name: &str) -> bool {
    matches!(name, "utf-8" | "utf8" | "utf_8" | "unicode-1-1-utf-8")
}

fn is_ascii_name(name: &str) -> bool {
    matches!(name, "us-ascii" | "ascii" | "ansi_x3.4-1968")
}

/// Charsets whose text looks like ASCII but is not.
fn is_stateful(name: &str) -> bool {
    name.starts_with("iso-2022-") || matches!(name, "utf-7" | "unicode-1-1-utf-7" | "csiso2022jp")
}

/// East Asian charsets, whose text could pass for UTF-8 by chance.
fn is_multi_byte(name: &str) -> bool {
    ["gb", "big5", "euc", "shift", "sjis", "ks_c", "windows-31j", "cp949", "hz"]
        .iter()
        .any(|start| name.starts_with(start))
}

fn has_escapes(bytes: &[u8]) -> bool {
    bytes.contains(&0x1B)
        && bytes
            .windows(3)
            .any(|three| matches!(three, [0x1B, b'$', b'B' | b'@'] | [0x1B, b'(', b'J']))
}

/// UTF-16, by its name, its byte order mark, or by every other byte being zero.
fn decode_utf16(bytes: &[u8], declared: &str) -> Option<String> {
    let named =
        declared.starts_with("utf-16") || declared.starts_with("utf16") || declared == "ucs-2";
    let little = match bytes {
        [0xFF, 0xFE, ..] => true,
        [0xFE, 0xFF, ..] => false,
        _ if !bytes.iter().take(2_000).any(|byte| *byte == 0) => return None,
        _ => {
            let zeros = |odd: usize| {
                bytes.iter().take(2_000).skip(odd).step_by(2).filter(|byte| **byte == 0).count()
            };
            let (even, odd) = (zeros(0), zeros(1));
            let sample = bytes.len().min(2_000);
            let looks_like_it = sample >= 8 && even.max(odd) * 3 > sample;
            if !(looks_like_it || named && even + odd > 0) {
                return None;
            }
            if even == odd { declared.ends_with("le") } else { odd > even }
        }
    };
    let unit = |pair: &[u8]| match (pair, little) {
        ([low, high], true) | ([high, low], false) => u16::from_be_bytes([*high, *low]),
        _ => u16::from(b'?'),
    };
    let units: Vec<u16> = bytes.chunks(2).filter(|pair| pair.len() == 2).map(unit).collect();
    let text = String::from_utf16_lossy(&units);
    Some(text.strip_prefix('\u{FEFF}').map_or_else(|| text.clone(), str::to_owned))
}

/// A header line in raw bytes, which RFC 5322 does not allow and mailers write.
pub(in crate::mail) fn decode_header(bytes: &[u8]) -> String {
    let japanese = if has_escapes(bytes) { by_name(bytes, "iso-2022-jp") } else { None };
    japanese.unwrap_or_else(|| decode_mixed(bytes))
}

/// UTF-8 where it is valid, windows-1252 for each byte that is not.
fn decode_mixed(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push_str(&windows_1252(chunk.invalid()));
        }
    }
    text
}

fn windows_1252(bytes: &[u8]) -> String {
    by_name(bytes, "windows-1252").unwrap_or_else(|| "\u{FFFD}".repeat(bytes.len()))
}

/// Text of several lines without what nobody can see: control characters, byte order marks, soft
/// hyphens, zero-width and direction marks. Line ends become `\n`, spaces of all kinds a plain one.
pub(in crate::mail) fn clean(text: &str) -> String {
    let mut seen = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let (plain, behind) = rest.split_at(plain_start(rest));
        seen.push_str(plain);
        let mut letters = behind.chars();
        match letters.next() {
            Some('\r') => {
                seen.push('\n');
                rest = letters.as_str();
                rest = rest.strip_prefix('\n').unwrap_or(rest);
            }
            letter => {
                seen.extend(letter.and_then(visible));
                rest = letters.as_str();
            }
        }
    }
    if seen.is_ascii() || seen.chars().all(is_composed) { seen } else { seen.nfc().collect() }
}

/// How many bytes at the start of the text stay as they are.
fn plain_start(text: &str) -> usize {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    text.as_bytes().iter().position(|byte| !is_plain(byte)).unwrap_or(text.len())
}

/// Latin letters and the signs of printed text, which are one character each in any case. Most mail
/// holds nothing else.
fn is_composed(c: char) -> bool {
    c < '\u{300}' || matches!(c, '\u{2010}'..='\u{2027}' | '€')
}

fn visible(c: char) -> Option<char> {
    match c {
        ' '..='~' | '\n' | '\t' => Some(c),
        '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Some(' '),
        c if c.is_control() || is_unseen(c) => None,
        c => Some(c),
    }
}

/// Characters that nobody sees, and those that turn the direction of writing, with which one text
/// can pretend to be another.
pub fn is_unseen(c: char) -> bool {
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{180E}'
            | '\u{200B}'
            | '\u{200C}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
            // Letters that once named a language. Only programs read them.
            | '\u{E0000}'..='\u{E007F}'
    )
}

/// [`clean`], on one line, with single spaces.
pub(in crate::mail) fn one_line(text: &str) -> String {
    let clean = clean(text);
    let words: Vec<&str> = clean.split_whitespace().collect();
    words.join(" ")
}

/// [`clean`] with line ends as spaces; spaces at both ends stay, for the text is part of a line.
pub(in crate::mail) fn part_of_line(text: &str) -> String {
    clean(text).replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_count_more_than_the_declared_charset() {
        let cases: &[(&[u8], Option<&str>, &str, &str)] = &[
            (b"caf\xc3\xa9", Some("iso-8859-1"), "café", "UTF-8 in the clothes of latin 1"),
            (
                b"\x93yes\x94 \x96 no",
                Some("iso-8859-1"),
                "“yes” – no",
                "windows-1252 called latin 1",
            ),
            (b"\x93yes\x94", Some("us-ascii"), "“yes”", "8 bits called ASCII"),
            (b"it\x92s caf\xc3\xa9", Some("utf-8"), "it’s café", "both in one text"),
            (b"it\x92s", None, "it’s", "nothing declared"),
            (b"it\x92s", Some("x-unknown"), "it’s", "a charset that nobody knows"),
            (b"\xff\xfeh\0i\0", Some("utf-16"), "hi", "UTF-16 with a mark"),
            (b"h\0e\0l\0l\0o\0", Some("utf-8"), "hello", "UTF-16 that says UTF-8"),
            (b"\0h\0i", Some("utf-16"), "hi", "UTF-16, big-endian, without a mark"),
            (b"plain", Some("utf-16"), "plain", "ASCII that says UTF-16"),
            (b"\x1b$B%O%m!<\x1b(B", None, "ハロー", "undeclared ISO-2022-JP"),
            (b"Caf+AOk-", Some("utf-7"), "Café", "UTF-7"),
            (b"\xc4\xe3\xba\xc3", Some("gb2312"), "你好", "a charset of several bytes"),
            (b"", Some("utf-8"), "", "nothing at all"),
        ];
        for (bytes, declared, text, reason) in cases {
            assert_eq!(decode(bytes, *declared), *text, "{reason}");
        }
    }

    #[test]
    fn what_nobody_sees_is_left_out() {
        assert_eq!(clean("\u{FEFF}a\u{AD}b\u{200B}\u{202E}c\0d\u{A0}e\r\nf\rg"), "abcd e\nf\ng");
        assert_eq!(clean("e\u{301}"), "é");
        assert!(('\0'..='\u{FFFF}').filter(|c| is_composed(*c)).all(|c| c.nfc().eq([c])));
        assert!(!is_composed('\u{301}'));
        assert_eq!(one_line(" a\r\n\tb \0 c "), "a b c");
    }
}
