//! Quoted threads, marked by `>`, by HTML, or by nothing but the lines that introduce them.

use super::super::flat::Hint;
use super::quote_headers::{self, QuoteHeader};
use super::{Marks, Origin};

/// Where a quotation begins that nothing but its header marks, if there is one.
pub(super) fn mark(marks: &mut Marks, is_forward: bool) -> Option<usize> {
    let mut unmarked = None;
    let mut place = 0;
    while place < marks.len() {
        let header = (marks.depth(place) == 0).then(|| header_at(marks, place)).flatten();
        let Some(header) = header else {
            place += 1;
            continue;
        };
        let body = place + header.lines;
        marks.set_all(place..body, Origin::QuoteHeader);
        if is_marked_below(marks, body) {
            place = body;
            continue;
        }
        mark_rest(marks, place, body, header.is_forward || is_forward);
        unmarked = Some(body);
        break;
    }
    mend_broken_wraps(marks);
    unmarked
}

fn header_at(marks: &Marks, place: usize) -> Option<QuoteHeader> {
    if marks.hint(place) == Hint::QuoteStart
        && let Some(next) = marks.next_text(place)
        && let Some(lines) =
            quote_headers::block(marks, next, 3).or_else(|| foreign_block(marks, next))
    {
        return Some(QuoteHeader { lines: next - place + lines, is_forward: false });
    }
    quote_headers::at(marks, place)
}

/// Header lines of a language we do not know, where the mail program says that a quote begins.
fn foreign_block(marks: &Marks, place: usize) -> Option<usize> {
    let is_field =
        |line: &usize| marks.text(*line).split_once(':').is_some_and(|(name, _)| name.len() <= 20);
    let lines = (place..marks.len()).take(8).take_while(is_field).count();
    (lines >= 3).then_some(lines)
}

/// Whether the quotation that begins here is marked line by line.
fn is_marked_below(marks: &Marks, place: usize) -> bool {
    marks.next_text(place).is_some_and(|first| marks.depth(first) > 0)
}

/// Everything below an unmarked header is somebody else's.
fn mark_rest(marks: &mut Marks, header: usize, body: usize, is_passed_on: bool) {
    let mut level: u8 = 1;
    let mut place = body;
    while place < marks.len() {
        let inner = quote_headers::at(marks, place).filter(|_| place > header);
        if let Some(inner) = inner {
            marks.set_all(place..place + inner.lines, Origin::QuoteHeader);
            level = level.saturating_add(1);
            place += inner.lines;
            continue;
        }
        let depth = marks.depth(place).saturating_add(level);
        marks.set(place, if is_passed_on { Origin::Forwarded } else { Origin::Quoted(depth) });
        place += 1;
    }
}

/// Some programs wrap a quoted line and leave its second half without a mark. What follows a quoted
/// line that has no end, begins in lower case and comes to the question mark within three short
/// lines is the rest of the question.
fn mend_broken_wraps(marks: &mut Marks) {
    for place in 1..marks.len() {
        let Some(Origin::Quoted(depth)) = marks.origins.get(place - 1).copied() else { continue };
        let before = marks.text(place - 1);
        let is_unfinished = before.len() >= 40 && !before.ends_with(['.', '?', '!', ':', ';', '>']);
        if !is_unfinished || !marks.is_own(place) || marks.is_blank(place) {
            continue;
        }
        let starts_low = marks.text(place).starts_with(|c: char| c.is_lowercase());
        let end = (place..place + 3).find(|line| marks.text(*line).ends_with(['?', ')']));
        let Some(end) = end.filter(|_| starts_low) else { continue };
        let is_short = (place..=end).all(|line| {
            marks.is_own(line) && !marks.is_blank(line) && marks.text(line).len() <= 60
        });
        if is_short {
            marks.set_all(place..end + 1, Origin::Quoted(depth));
        }
    }
}
