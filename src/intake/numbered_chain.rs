//! Which numbers of a text belong to one list: a list may be restarted, hold lists, or lie in a paragraph.

use super::marks::{self, Style};
use super::numbered::{MOST_LISTS, STYLES};
use super::rows::Row;

/// One number of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Index of its row, or of its first byte in a running text.
    pub at: usize,
    pub number: u8,
    pub numbers: Vec<u8>,
    pub rest: String,
    pub indent: usize,
}

/// All lists of so many numbers that the rows can be taken for. Their reader decides.
pub(super) fn in_rows(rows: &[Row], fewest: usize) -> Vec<Vec<Item>> {
    let mut chains = Vec::new();
    for style in STYLES {
        let items = items_of(rows, style);
        let Some(margin) = items.iter().map(|item| item.indent).min() else { continue };
        let outer: Vec<Item> = items.into_iter().filter(|item| item.indent <= margin + 1).collect();
        if are_distinct(&outer) {
            chains.push(outer);
            continue;
        }
        // `A.` six times is the mark of an answer.
        if let Some(renumbered) = all_ones(&outer).filter(|_| style == Style::Digit) {
            chains.push(renumbered);
            continue;
        }
        chains.push(longest_rising(&outer));
        let runs = runs(&outer).into_iter().filter(|run| run.len() >= fewest);
        chains.extend(runs.take(MOST_LISTS));
    }
    chains.retain(|chain| chain.len() >= fewest);
    chains
}

/// The longest list 1, 2, 3... inside a running text. A number may be missing.
pub(super) fn in_text(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut after_gap = true;
    for (at, letter) in text.char_indices() {
        if after_gap && !letter.is_whitespace() {
            let numbered = text.get(at..).and_then(marks::number_at);
            if let Some(numbered) = numbered.filter(|numbered| {
                is_next(&items, numbered.numbers.as_slice(), numbered.style, numbered.rest)
            }) {
                let number = numbered.numbers.first().copied().unwrap_or_default();
                items.push(Item {
                    at,
                    number,
                    numbers: numbered.numbers,
                    rest: numbered.rest.to_owned(),
                    indent: 0,
                });
            }
        }
        after_gap = letter.is_whitespace();
    }
    if items.len() < 3 {
        return Vec::new();
    }
    with_bare_numbers(text, items)
}

/// `2) fraud 3 we stop 4) advice`: a number that lost its sign, where exactly it is missing.
fn with_bare_numbers(text: &str, items: Vec<Item>) -> Vec<Item> {
    let mut whole: Vec<Item> = Vec::with_capacity(items.len() + 1);
    for item in items {
        let last = whole.last().map(|last| (last.at, last.numbers.last().copied().unwrap_or(0)));
        if let Some((start, number)) = last.filter(|(_, last)| last + 2 == item.number) {
            let number = number + 1;
            let between = text.get(start..item.at).unwrap_or_default();
            let bare = format!(" {number} ");
            let mut places = between.match_indices(&bare);
            if let (Some((place, _)), None) = (places.next(), places.next()) {
                let rest = between.get(place + bare.len()..).unwrap_or_default().to_owned();
                let at = start + place + 1;
                whole.push(Item { at, number, numbers: vec![number], rest, indent: 0 });
            }
        }
        whole.push(item);
    }
    whole
}

fn is_next(items: &[Item], numbers: &[u8], style: Style, rest: &str) -> bool {
    let last = items.last().and_then(|item| item.numbers.last()).copied().unwrap_or(0);
    let in_list = style != Style::Letter && style != Style::Word && !rest.is_empty();
    let steps = numbers.first().map_or(0, |number| number.saturating_sub(last));
    in_list
        && (steps == 1 || (steps == 2 && !items.is_empty()))
        && numbers.iter().all(|number| *number <= 6)
}

fn items_of(rows: &[Row], style: Style) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        // A list begins with 1, or with 6 where it was written back to front.
        let due = items.last().map_or([1, 6], |last| [last.number.saturating_add(1); 2]);
        let numbered =
            marks::number_due(&row.text, &due).filter(|numbered| numbered.style == style);
        let Some(numbered) = numbered else { continue };
        let Some(number) = numbered.numbers.first().copied() else { continue };
        // Behind the sixth question only a list that goes on: `14. December` is a date.
        if number <= 6 || due.contains(&number) {
            let rest = numbered.rest.to_owned();
            items.push(Item { at, number, numbers: numbered.numbers, rest, indent: row.indent });
        }
    }
    items
}

fn are_distinct(items: &[Item]) -> bool {
    let mut numbers: Vec<u8> = items.iter().flat_map(|item| item.numbers.clone()).collect();
    let all = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.len() == all
}

/// A mail program that numbers each of six lists `1.`: the place in the mail counts.
fn all_ones(items: &[Item]) -> Option<Vec<Item>> {
    let are_six = items.len() == 6 && items.iter().all(|item| item.number == 1);
    are_six.then(|| {
        (1_u8..)
            .zip(items)
            .map(|(number, item)| Item { number, numbers: vec![number], ..item.clone() })
            .collect()
    })
}

/// Lists that begin anew where the number falls.
fn runs(items: &[Item]) -> Vec<Vec<Item>> {
    let mut runs: Vec<Vec<Item>> = Vec::new();
    for item in items {
        match runs.last_mut() {
            Some(run) if run.last().is_some_and(|last| last.number < item.number) => {
                run.push(item.clone());
            }
            Some(_) | None => runs.push(vec![item.clone()]),
        }
    }
    runs
}

/// 1, 2, 3, 4 (1, 2), 5, 6: the longest rising list leaves out the one inside an answer.
fn longest_rising(items: &[Item]) -> Vec<Item> {
    // Numbers are at most 20, so the best list that ends in each is all there is to remember.
    let mut best: Vec<Vec<Item>> = vec![Vec::new(); 256];
    for item in items {
        let below = usize::from(item.number);
        let mut longest =
            best.iter().take(below).max_by_key(|chain| chain.len()).cloned().unwrap_or_default();
        longest.push(item.clone());
        if let Some(slot) = best.get_mut(below).filter(|slot| slot.len() < longest.len()) {
            *slot = longest;
        }
    }
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}
