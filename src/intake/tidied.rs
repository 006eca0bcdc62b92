//! A row without what mail programs put between a person's words: targets of links, names of pictures,
//! struck words; and with the numbers that people draw as pictures.

use std::borrow::Cow;

/// Most rows hold nothing of the kind and are left as they are.
pub(super) fn tidied(text: &str) -> Cow<'_, str> {
    let is_special = |letter: char| {
        matches!(letter, '[' | '<' | '~' | '\u{20e3}' | '\u{fe0f}')
            || drawn_number(letter).is_some()
    };
    if !text.contains(is_special) {
        return Cow::Borrowed(text);
    }
    let text = without_targets(&with_plain_numbers(text));
    Cow::Owned(without_struck(&text))
}

/// `1️⃣`, `①` and `❶` become `1)`. A picture often loses one of its parts on the way.
fn with_plain_numbers(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let mut is_key = false;
        if letter.is_ascii_digit() {
            while letters.next_if(|next| matches!(next, '\u{fe0f}' | '\u{20e3}')).is_some() {
                is_key = true;
            }
        }
        let number = if is_key { letter.to_digit(10) } else { drawn_number(letter) };
        let Some(number) = number else {
            plain.push(letter);
            continue;
        };
        if !plain.is_empty() && !plain.ends_with(char::is_whitespace) {
            plain.push(' ');
        }
        plain.push_str(&number.to_string());
        plain.push(')');
        if letters.peek().is_some_and(|next| !next.is_whitespace()) {
            plain.push(' ');
        }
    }
    plain
}

fn drawn_number(letter: char) -> Option<u32> {
    let firsts = ['①', '⑴', '⒈', '⓵', '❶', '➀', '➊'];
    firsts.into_iter().find_map(|first| {
        let steps = u32::from(letter).checked_sub(u32::from(first))?;
        (steps < 9).then_some(steps + 1)
    })
}

/// `the paper<https://a.example>`, `[image: logo.png]`, `[the paper](https://a.example)`.
fn without_targets(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['[', '<']) {
        let (before, inside) = rest.split_at_checked(at).unwrap_or((rest, ""));
        left.push_str(before);
        let close = if inside.starts_with('[') { ']' } else { '>' };
        let named = inside.get(1..).and_then(|inside| inside.split_once(close));
        rest = match named {
            Some((name, behind)) if is_target(name) => {
                if left.is_empty() || left.ends_with(' ') {
                    behind.trim_start_matches(' ')
                } else {
                    behind
                }
            }
            Some((name, behind)) if close == ']' && behind.starts_with("(http") => {
                left.push_str(name);
                behind.split_once(')').map_or("", |(_, behind)| behind)
            }
            _ => {
                left.push_str(inside.get(..1).unwrap_or_default());
                inside.get(1..).unwrap_or_default()
            }
        };
    }
    left.push_str(rest);
    left.truncate(left.trim_end_matches(' ').len());
    left
}

fn is_target(name: &str) -> bool {
    let is_link =
        ["http://", "https://", "mailto:", "tel:"].iter().any(|scheme| name.starts_with(scheme))
            && !name.contains(char::is_whitespace);
    let name = name.trim().to_lowercase();
    let is_picture = ["image:", "cid:", "inline image", "inline-image", "inline:"]
        .iter()
        .any(|start| name.starts_with(start));
    is_link || is_picture || name == "image" || name == "logo"
}

/// `~~19 March~~ 26 March`
fn without_struck(text: &str) -> String {
    let mut pieces = text.split("~~");
    if pieces.clone().count().is_multiple_of(2) {
        return text.to_owned();
    }
    let mut left = pieces.next().unwrap_or_default().to_owned();
    while let Some(_struck) = pieces.next() {
        let behind = pieces.next().unwrap_or_default();
        let is_spaced = left.is_empty() || left.ends_with(' ');
        left.push_str(if is_spaced { behind.trim_start_matches(' ') } else { behind });
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_words_of_a_person_stay() {
        for (text, expected) in [
            ("plain words", "plain words"),
            ("1️⃣ us 2️⃣it leaks 3⃣ stop", "1) us 2) it leaks 3) stop"),
            ("①us ② fraud ❸ stop", "1) us 2) fraud 3) stop"),
            ("the paper<https://a.example/1> - in short", "the paper - in short"),
            ("[image: dot.png] the bureau", "the bureau"),
            ("14 May [https://a.example/cal?id=9]", "14 May"),
            ("see [the paper](https://a.example/1) first", "see the paper first"),
            ("due ~~19 March~~ 26 March", "due 26 March"),
            ("a <b and [RH] c", "a <b and [RH] c"),
            ("<https://a.example>", ""),
            ("about ~~ten", "about ~~ten"),
        ] {
            assert_eq!(tidied(text), expected, "{text}");
        }
    }
}
