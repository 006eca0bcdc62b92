//! The rows under one question, joined to the text of an answer.

use super::marks;
use super::rows::{self, Row};

/// Whether another question follows. The last answer of a mail has no mark at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// Everything up to the next question belongs to the answer.
    Between,
    /// The answer ends with its paragraph.
    Last,
}

/// Soft wraps joined with a space, list items with `; `. `None` where nobody answered.
pub(super) fn joined(rows: &[Row], position: Position) -> Option<String> {
    let rows = body(rows, position);
    let is_list = rows.iter().filter(|row| item(row).is_some()).count() >= 2
        || rows.iter().any(|row| rows::behind_bullet(&row.text).is_some());
    let mut items: Vec<String> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let listed = if is_list { item(row) } else { None };
        let text = listed.unwrap_or(&row.text);
        let text = if at == 0 { marks::without_answer_tag(text) } else { text };
        match items.last_mut() {
            Some(last) if listed.is_none() => {
                last.push(' ');
                last.push_str(text);
            }
            Some(_) | None => items.push(text.to_owned()),
        }
    }
    drop_lead_in(&mut items);
    let text = items
        .iter()
        .map(|item| item.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|item| !item.is_empty())
        .collect::<Vec<_>>()
        .join("; ");
    text.chars().any(char::is_alphanumeric).then_some(text)
}

/// The rows that are the answer, without blank ones.
pub(super) fn body(rows: &[Row], position: Position) -> Vec<&Row> {
    let mut kept: Vec<&Row> = Vec::new();
    let mut after_blank = false;
    for row in rows {
        if row.is_blank() {
            after_blank = true;
            continue;
        }
        if rows::is_sign_off(&row.text) && (after_blank || !kept.is_empty()) {
            break;
        }
        let new_paragraph = after_blank || !is_wrapped(&kept, row);
        let ends = position == Position::Last && new_paragraph && !goes_on(&kept, row);
        if ends && !kept.is_empty() {
            break;
        }
        kept.push(row);
        after_blank = false;
    }
    kept
}

/// No mail program breaks a row where the next word still had room.
const NARROWEST_ROW: usize = 50;

fn is_wrapped(kept: &[&Row], row: &Row) -> bool {
    let Some(last) = kept.last().filter(|last| !last.is_blank()) else { return true };
    let next_word = row.text.split_whitespace().next().unwrap_or_default();
    let begins_anew =
        row.text.chars().next().is_some_and(char::is_uppercase) && item(row).is_none();
    last.text.chars().count() + next_word.chars().count() >= NARROWEST_ROW || !begins_anew
}

/// Whether a row after a blank one still belongs to the last answer.
fn goes_on(kept: &[&Row], row: &Row) -> bool {
    let Some((first, last)) = kept.first().zip(kept.last()) else { return true };
    let is_item = item(row).is_some();
    let list_is_open = last.text.ends_with(':') || item(last).is_some();
    (is_item && list_is_open) || row.indent > first.indent + 1
}

fn item(row: &Row) -> Option<&str> {
    rows::behind_bullet(&row.text).or_else(|| {
        let numbered = marks::number_at(&row.text)?;
        (!numbered.rest.is_empty()).then_some(numbered.rest)
    })
}

/// "Two things really:" before the list is no part of the answer.
fn drop_lead_in(items: &mut Vec<String>) {
    let is_lead_in = items.len() > 1
        && items
            .first()
            .is_some_and(|first| first.ends_with(':') && first.split_whitespace().count() <= 8);
    if is_lead_in || (items.len() > 1 && items.first().is_some_and(String::is_empty)) {
        items.remove(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::{Line, Origin};

    fn check(text: &str, position: Position, expected: Option<&str>) {
        let lines: Vec<Line> = text
            .split('\n')
            .map(|line| Line { text: line.to_owned(), origin: Origin::Own })
            .collect();
        assert_eq!(joined(&rows::all(&lines), position).as_deref(), expected, "{text}");
    }

    #[test]
    fn wraps_become_blanks_and_items_semicolons() {
        check("one\ntwo", Position::Between, Some("one two"));
        check("one\n\ntwo", Position::Between, Some("one two"));
        check("- one\n- two\n  wrapped", Position::Between, Some("one; two wrapped"));
        check("Two things:\n- one\n- two", Position::Between, Some("one; two"));
        check("We want both\n1. one\n2. two", Position::Between, Some("We want both; one; two"));
    }

    #[test]
    fn an_empty_slot_is_no_answer() {
        for text in ["", "\n\n", "-", "...", "\nThanks\nAda"] {
            check(text, Position::Last, None);
        }
    }

    #[test]
    fn the_last_answer_ends_with_its_paragraph() {
        check("in March\n\nRing me any time", Position::Last, Some("in March"));
        check("in March\nCheers, Ada", Position::Last, Some("in March"));
        check("\nin March", Position::Last, Some("in March"));
        check("Both:\n\n- one\n- two\n\nAda", Position::Last, Some("one; two"));
        check("in March\n\nor April", Position::Between, Some("in March or April"));
    }
}
