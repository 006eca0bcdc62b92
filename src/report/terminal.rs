//! What people wrote, fit for a terminal: it obeys no stranger and shows every character.

use serde_json::Value;

use crate::mail::is_unseen;

/// The text, with a sign in place of what a terminal would obey or would not show.
pub fn shown(text: &str) -> String {
    text.chars().map(|c| if is_harmful(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The value on one line. Nothing is lost: what [`shown`] replaces is written as an escape.
pub fn json_line(value: &Value) -> String {
    let mut line = String::new();
    for c in value.to_string().chars() {
        if is_harmful(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                line.extend(["\\u".to_owned(), format!("{unit:04x}")]);
            }
        } else {
            line.push(c);
        }
    }
    line
}

fn is_harmful(c: char) -> bool {
    let is_order = c.is_control() && !matches!(c, '\n' | '\t');
    is_order || is_unseen(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_terminal_gets_no_orders() {
        let hostile = "a\u{1b}[2Jb\n\tc\u{7}\u{9b}31m\u{202e}d\u{200b}\u{e0041}é🏴";
        assert_eq!(
            shown(hostile),
            "a\u{fffd}[2Jb\n\tc\u{fffd}\u{fffd}31m\u{fffd}d\u{fffd}\u{fffd}é🏴"
        );
    }

    #[test]
    fn json_keeps_every_character_and_stays_on_one_line() {
        let value = json!({"a\u{9b}": "\u{1b}\u{7f}\u{202e}\u{2028}\u{e0041}\r\né\""});
        let line = json_line(&value);
        assert_eq!(line, r#"{"a\u009b":"\u001b\u007f\u202e\u2028\udb40\udc41\r\né\""}"#);
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap(), value);
    }
}
