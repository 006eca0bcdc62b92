//! Answers typed into an unmarked quotation: told apart by colour, by initials, by announcement.

use super::super::phrases::{List, any, list, start};
use super::sign_off::is_closing;
use super::{Marks, Origin};

/// `unmarked` is where a quotation begins whose lines nothing marks. Needs two signs that agree
/// before it gives a quoted line back to the sender: our own letters quote questions and answers too.
pub(super) fn find(marks: &mut Marks, unmarked: Option<usize>, names: &[String]) {
    let first = (0..marks.len()).find(|place| is_quoted(marks, *place));
    let Some(body) = unmarked.or(first) else { return };
    let is_announced = is_announced(marks, body);
    if by_colour(marks, body, is_announced) {
        return;
    }
    if unmarked.is_none() {
        if is_announced {
            behind_labels(marks, body, |text| text.contains('\t'));
        }
        return;
    }
    if by_tag(marks, body, names) {
        return;
    }
    let is_answered = is_announced || is_silent(marks, body);
    if is_answered && !below_questions(marks, body) && is_announced {
        behind_labels(marks, body, |_| true);
    }
}

fn is_quoted(marks: &Marks, place: usize) -> bool {
    matches!(marks.origins.get(place), Some(Origin::Quoted(_)))
}

/// "Hello Bob,"
const MOST_WORDS_OF_GREETING: usize = 3;
/// Who answers below says little above.
const MOST_WORDS_ABOVE: usize = 60;
/// Nobody answers more questions than these.
const MOST_PARTED: usize = 100;

/// "My answers are in red below."
fn is_announced(marks: &Marks, body: usize) -> bool {
    static WORDS: List = list!(
        "inline; in-line; in line; see below; answers below; replies below; reply below; \
         responses below; response below; comments below; answered below; completed below; \
         added below; my answers; our answers; the answers; my replies; our replies; \
         my responses; our responses; my comments; our comments; filled in; in red; in blue; \
         in green; in purple; in bold; in italics; in capitals; in caps; in colour; underneath; \
         beneath; i answer; answering; answered in; answers are; answers in; answers straight; replied in; typed in; typed my; \
         typed our; typed under; written in; written under; put my; put our; between the lines; after each; next to each; \
         beside each; against each; under the question; under your question; under his question; under her question; \
         under their question; below the question; to the questions; under each; mewn coch; isod; atebion"
    );
    (0..body).filter(|place| marks.is_own(*place)).any(|place| {
        let text = marks.text(place).to_lowercase();
        any(&text, WORDS)
    })
}

/// Who sends a mail back and says nothing, or no more than "Hello Bob", has written into it.
fn is_silent(marks: &Marks, body: usize) -> bool {
    (0..body).filter(|place| marks.is_own(*place) && !marks.is_blank(*place)).all(|place| {
        let text = marks.text(place).to_lowercase();
        start(&text, list!("hi; hello; dear; helo; annwyl; good")).is_some()
            && text.split_whitespace().count() <= MOST_WORDS_OF_GREETING
    })
}

fn is_question(text: &str) -> bool {
    text.trim_end_matches([' ', '*', '_', '"', '”', ')']).ends_with('?')
}

/// Lines of one colour that stand under questions, or that the sender announced.
fn by_colour(marks: &mut Marks, body: usize, is_announced: bool) -> bool {
    part_at_colour(marks, body, is_announced);
    let coloured: Vec<usize> = (body..marks.len())
        .filter(|place| marks.colour(*place).is_some() && !marks.is_blank(*place))
        .filter(|place| is_quoted(marks, *place))
        .collect();
    // Under a long mail the colours may be those of an earlier round.
    let is_brief = marks.words(0..body) <= MOST_WORDS_ABOVE;
    let plain = (body..marks.len())
        .filter(|place| marks.colour(*place).is_none() && !marks.is_blank(*place))
        .count();
    let under_questions = coloured
        .iter()
        .filter(|place| {
            let before = (body..**place).rev().find(|before| !marks.is_blank(*before));
            before.is_some_and(|before| {
                marks.colour(before).is_none() && is_question(marks.text(before))
            })
        })
        .count();
    if coloured.is_empty() || plain == 0 || !(is_announced || is_brief && under_questions >= 2) {
        return false;
    }
    for place in coloured {
        marks.set(place, Origin::Own);
    }
    true
}

/// "Who is it for? *The courts*", the answer in red on the line of its question. Each parting makes
/// the mail a line longer, so the places are gone through from the end.
fn part_at_colour(marks: &mut Marks, body: usize, is_announced: bool) {
    let is_answered = |marks: &Marks, place: &usize| {
        marks.lines.get(*place).is_some_and(|line| {
            let end = line.coloured_end.as_deref().unwrap_or_default();
            line.text.strip_suffix(end).is_some_and(|question| {
                !end.is_empty() && (is_announced || is_question(question.trim_end()))
            })
        })
    };
    let places: Vec<usize> =
        (body..marks.len()).filter(|place| is_answered(marks, place)).collect();
    for place in places.into_iter().rev().take(MOST_PARTED) {
        marks.split_at_colour(place);
    }
}

/// `[RH] The prison estate` or `RH: ...`, with the sender's initials, or `>>> ...`.
fn by_tag(marks: &mut Marks, body: usize, names: &[String]) -> bool {
    let initials: String = names.iter().filter_map(|name| name.chars().next()).collect();
    let is_tagged = |text: &str| {
        let lower = text.to_lowercase();
        let bracketed = lower.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let labelled = lower.split_once([':', '-', '–', '>', ']']).map(|(tag, _)| tag.trim());
        let is_named = |tag: &str| {
            let tag = tag.trim_matches(['[', '(', ')', ' ']);
            !tag.is_empty() && (tag == initials || names.iter().any(|name| name == tag))
        };
        ["answer:", "ans:", "reply:", "response:", ">>>", "-->", "=>", "***", "###"]
            .iter()
            .any(|mark| lower.starts_with(mark))
            || bracketed.is_some_and(|(tag, _)| is_named(tag))
            || labelled.is_some_and(is_named)
    };
    let tagged: Vec<usize> =
        (body..marks.len()).filter(|place| is_tagged(marks.text(*place))).collect();
    if tagged.len() < 2 {
        return false;
    }
    for place in tagged {
        // An answer runs on to the next blank line or question.
        let end = (place + 1..marks.len())
            .find(|next| {
                let text = marks.text(*next);
                text.is_empty() || is_question(text) || is_tagged(text)
            })
            .unwrap_or(marks.len());
        let own: Vec<usize> = (place..end).filter(|line| !is_header(marks, *line)).collect();
        for line in own {
            marks.set(line, Origin::Own);
        }
    }
    true
}

fn is_header(marks: &Marks, place: usize) -> bool {
    marks.origins.get(place) == Some(&Origin::QuoteHeader)
}

/// The sender said that answers stand below, and nothing but the questions tells which lines.
fn below_questions(marks: &mut Marks, body: usize) -> bool {
    let questions: Vec<usize> =
        (body..marks.len()).filter(|place| is_question(marks.text(*place))).collect();
    let mut answers: Vec<std::ops::Range<usize>> = Vec::new();
    for (index, question) in questions.iter().enumerate() {
        let Some(start) = marks.next_text(question + 1) else { continue };
        let end = match questions.get(index + 1) {
            Some(next) => *next,
            // Behind the last answer the quoted mail goes on to its own farewell.
            None => (start..marks.len())
                .find(|place| marks.is_blank(*place) || is_closing(marks.text(*place), &[]))
                .unwrap_or(marks.len()),
        };
        if start < end && !(start..end).any(|line| is_header(marks, line)) {
            answers.push(start..end);
        }
    }
    let is_answered = answers.len() >= 2;
    for answer in answers.into_iter().filter(|_| is_answered) {
        marks.set_all(answer, Origin::Own);
    }
    is_answered
}

/// "Who is it for: the courts", "Who is it for? The courts" or a row of a table: the line is kept
/// whole.
fn behind_labels(marks: &mut Marks, body: usize, is_looked_at: fn(&str) -> bool) {
    let is_filled = |text: &str| {
        let parted = text.split_once('\t').or_else(|| text.split_once([':', '?']));
        is_looked_at(text)
            && parted.is_some_and(|(label, value)| {
                (text.contains('\t') || value.starts_with(' '))
                    && !value.trim().is_empty()
                    && label.split(' ').count() <= 16
            })
    };
    let filled: Vec<usize> = (body..marks.len())
        .filter(|place| is_quoted(marks, *place) && is_filled(marks.text(*place)))
        .collect();
    if filled.len() >= 2 {
        for place in filled {
            marks.set(place, Origin::Own);
        }
    }
}
