//! Folder names as they travel: modified UTF-7 in quotes (RFC 3501, sections 5.1.3 and 9).

use data_encoding::BASE64_NOPAD;

/// `Entwürfe` becomes `"Entw&APw-rfe"`. Nothing in a name can end the command it stands in,
/// because control characters are encoded too.
pub(super) fn encode_folder(name: &str) -> String {
    let mut encoded = String::from("\"");
    let mut waiting: Vec<u8> = Vec::new();
    for character in name.chars() {
        if !(' '..='~').contains(&character) {
            let mut units = [0; 2];
            let units = character.encode_utf16(&mut units);
            waiting.extend(units.iter().flat_map(|unit| unit.to_be_bytes()));
            continue;
        }
        flush(&mut waiting, &mut encoded);
        match character {
            '&' => encoded.push_str("&-"),
            '"' | '\\' => encoded.extend(['\\', character]),
            plain => encoded.push(plain),
        }
    }
    flush(&mut waiting, &mut encoded);
    encoded.push('"');
    encoded
}

fn flush(waiting: &mut Vec<u8>, encoded: &mut String) {
    if !waiting.is_empty() {
        let base64 = BASE64_NOPAD.encode(waiting).replace('/', ",");
        encoded.extend(["&", &base64, "-"]);
        waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_encoded_as_servers_expect_them() {
        for (name, expected, why) in [
            ("INBOX", r#""INBOX""#, "plain"),
            ("Sent Items", r#""Sent Items""#, "a space needs the quotes"),
            ("R&D", r#""R&-D""#, "the shift character itself"),
            ("Entwürfe", r#""Entw&APw-rfe""#, "one letter"),
            ("台北", r#""&U,BTFw-""#, "`,` in the place of `/`, as in the RFC"),
            (
                "~peter/mail/台北/日本語",
                r#""~peter/mail/&U,BTFw-/&ZeVnLIqe-""#,
                "the RFC's example",
            ),
            ("📥", r#""&2D3c5Q-""#, "two UTF-16 units"),
            (r#"a"b\c"#, r#""a\"b\\c""#, "the two characters that quotes cannot hold"),
            ("a\r\nDELETE b", r#""a&AA0ACg-DELETE b""#, "no second command"),
            ("", r#""""#, "empty"),
        ] {
            assert_eq!(encode_folder(name), expected, "{why}");
        }
    }

    proptest! {
        #[test]
        fn any_name_is_one_quoted_string(name: String) {
            let encoded = encode_folder(&name);
            let inside = encoded.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            let unescaped = inside.replace(r"\\", "").replace(r#"\""#, "");
            prop_assert!(unescaped.chars().all(|c| (' '..='~').contains(&c)));
            prop_assert!(!unescaped.contains(['"', '\\']));
        }
    }
}
