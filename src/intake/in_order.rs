//! Answers without any mark, one after another in the order of the six questions, by their writer's own word.

use super::found::Found;
use super::marks;
use super::phrase_list::{List, list};
use super::phrases;
use super::rows::{self, Row};
use super::{Layout, Question};

const IN_ORDER: List = list!(
    "in order|in your order|in the order|same order|in that order|in this order|order of your|in turn|\
    respectively|one after another|one after the other|in sequence|top to bottom"
);
const ASKED: List = list!("question|questions|qs|answer|answers|list|form|page|six|6|asked");

pub(super) fn read(rows: &[Row]) -> Found {
    let says_so = |row: &Row| {
        phrases::holds_any(&row.text, IN_ORDER)
            && !phrases::holds_any(&row.text, list!("not in"))
            && phrases::holds_any(&row.text, ASKED)
    };
    let Some(at) = rows.iter().position(says_so) else { return Found::default() };
    let below = rows.get(at..).unwrap_or_default();
    let paragraph: Vec<&Row> = below.iter().take_while(|row| !row.is_blank()).collect();
    let text = paragraph.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
    let behind = text.split_once(':').map_or("", |(_, behind)| behind);
    for sign in [";", " / ", " | "] {
        let pieces: Vec<&str> = behind.split(sign).map(str::trim).collect();
        if pieces.len() == Question::ALL.len() {
            return recorded(pieces.into_iter().map(|piece| (piece, paragraph.as_slice())));
        }
    }
    let rows: Vec<&Row> = below
        .iter()
        .skip(1)
        .take_while(|row| !rows::is_sign_off(&row.text))
        .filter(|row| !row.is_blank())
        .collect();
    // A name may stand under the answers.
    let six = rows.get(..Question::ALL.len()).filter(|_| rows.len() <= Question::ALL.len() + 1);
    let Some(six) = six.filter(|_| behind.trim().is_empty()) else { return Found::default() };
    if six.iter().any(|row| marks::number_at(&row.text).is_some()) {
        return Found::default();
    }
    let piece = |row: &'_ &Row| rows::behind_bullet(&row.text).unwrap_or(&row.text).to_owned();
    let pieces: Vec<String> = six.iter().map(piece).collect();
    recorded(pieces.iter().map(String::as_str).zip(six.chunks(1)))
}

fn recorded<'a>(pieces: impl Iterator<Item = (&'a str, &'a [&'a Row])>) -> Found {
    let mut found = Found::default();
    for (question, (text, rows)) in Question::ALL.into_iter().zip(pieces) {
        found.asked.insert(question);
        found.lines.extend(rows.iter().map(|row| row.line));
        let text = text.trim_end_matches(';');
        if text.chars().any(char::is_alphanumeric) {
            found.record(question, text.to_owned(), Layout::Numbered);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::own;

    fn texts(text: &str) -> Vec<String> {
        read(&own(text)).answers.into_values().map(|answer| answer.text).collect()
    }

    #[test]
    fn six_pieces_in_a_row_answer_the_six() {
        let six = ["us", "fraud", "we stop", "advice", "radio", "March"];
        assert_eq!(texts("Answers in order: us; fraud; we stop;\nadvice; radio; March"), six);
        assert_eq!(
            texts("In your order of questions:\n\nus\nfraud\nwe stop\nadvice\nradio\nMarch\n\nAda"),
            six
        );
        assert!(texts("Answers in order: us; fraud; advice").is_empty());
        assert!(texts("I keep my papers in order: a; b; c; d; e; f").is_empty());
    }
}
