//! Answers typed under the quoted questions of somebody else's mail.

use super::answer_text::Position;
use super::found::Found;
use super::marked::{self, Segment};
use super::marks::Form;
use super::rows::Row;
use super::sentences;
use super::{Layout, Question};

pub(super) fn read(rows: &[Row]) -> Found {
    let mut walk = Walk::default();
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        let ahead = rows.get(at..).unwrap_or_default();
        at += walk.step(ahead, row);
    }
    walk.found()
}

#[derive(Default)]
struct Walk {
    segments: Vec<Segment>,
    /// Own rows still belong to the last question.
    is_open: bool,
    /// The last question was quoted without anything under it so far.
    is_adjacent: bool,
}

impl Walk {
    /// Takes one row, or all rows of a question, and says how many.
    fn step(&mut self, ahead: &[Row], row: &Row) -> usize {
        if row.is_own() {
            self.is_adjacent = false;
            if let Some(segment) = self.segments.last_mut().filter(|_| self.is_open) {
                segment.rows.push(row.clone());
            }
            return 1;
        }
        let text = marked::bare(&row.text);
        let question = marked::mark_at(ahead, text).filter(|mark| mark.form == Form::Question);
        let Some(mark) = question else {
            let has_answer = self.segments.last().is_some_and(|segment| !is_empty(segment));
            self.is_open &= !has_answer || row.is_blank();
            self.is_adjacent = false;
            return 1;
        };
        // Two questions in a row are answered together; a gap between them is a gap.
        let earlier = self.segments.last().filter(|segment| self.is_adjacent && is_empty(segment));
        let mut asked = earlier.map(|segment| segment.asked.clone()).unwrap_or_default();
        asked.extend(mark.asked);
        let rest = row.with_text(mark.rest);
        self.segments.push(Segment {
            asked,
            form: Form::Question,
            is_item: false,
            rows: vec![rest],
        });
        self.is_open = true;
        self.is_adjacent = true;
        mark.rows
    }

    fn found(mut self) -> Found {
        let mut found = Found::default();
        without_shared_tag(&mut self.segments);
        let last = self.segments.len();
        for (at, mut segment) in self.segments.into_iter().enumerate() {
            let questions: Vec<Question> =
                segment.asked.iter().map(|asked| asked.question).collect();
            // What stands behind a quoted question is quoted too.
            let is_wrapped = segment.rows.first().is_some_and(|row| !row.is_own());
            if is_wrapped && !segment.rows.is_empty() {
                segment.rows.remove(0);
            }
            let position = if at + 1 == last { Position::Last } else { Position::Between };
            found.asked.extend(&questions);
            let Some(text) = segment.text(position) else { continue };
            found.lines.extend(segment.lines(position));
            for (question, text) in answered(&questions, &text) {
                found.record(question, text, Layout::Inline);
            }
        }
        found
    }
}

/// `CY: ...`, `Priya - ...`, `[TW: ...]`: what somebody puts before each own answer is no part of it.
fn without_shared_tag(segments: &mut [Segment]) {
    const LEAST_SHARED: usize = 3;
    let tags: Vec<String> = segments
        .iter()
        .filter_map(|segment| segment.rows.iter().find(|row| row.is_own() && !row.is_blank()))
        .filter_map(|row| tag(&row.text).map(str::to_owned))
        .collect();
    let Some(shared) =
        tags.iter().find(|tag| tags.iter().filter(|other| other == tag).count() >= LEAST_SHARED)
    else {
        return;
    };
    for segment in segments {
        let own = segment.rows.iter().rposition(|row| row.is_own() && !row.is_blank());
        let Some(row) = segment.rows.iter_mut().find(|row| row.is_own() && !row.is_blank()) else {
            continue;
        };
        let Some(rest) = row.text.strip_prefix(shared.as_str()) else { continue };
        row.text = rest.trim_start().to_owned();
        let is_open = shared.starts_with('[') && !shared.contains(']');
        if let Some(last) = own.and_then(|at| segment.rows.get_mut(at)).filter(|_| is_open) {
            last.text = last.text.trim_end_matches(']').to_owned();
        }
    }
}

/// A word or two with a sign behind them, at the start of a row.
fn tag(text: &str) -> Option<&str> {
    const LONGEST_TAG: usize = 24;
    let signs = [": ", " - ", " – ", "] ", "> ", "=> ", ">> ", ") "];
    let end = signs.iter().filter_map(|sign| Some(text.find(sign)? + sign.len())).min()?;
    let tag = text.get(..end).filter(|tag| tag.len() <= LONGEST_TAG)?;
    (tag.split_whitespace().count() <= 4).then_some(tag)
}

fn is_empty(segment: &Segment) -> bool {
    segment.rows.iter().skip(1).all(Row::is_blank)
}

/// An answer under adjacent questions goes to each that it speaks of, and else to the last.
fn answered(questions: &[Question], text: &str) -> Vec<(Question, String)> {
    match questions {
        [only] => vec![(*only, text.to_owned())],
        [.., last] if sentences::split(text).len() == 1 => vec![(*last, text.to_owned())],
        _ => sentences::shared_out(questions, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{check_found, quoted_and_own};
    use Question::{Consequence, Importance, Milestone, Skills, WorkFor};

    fn check(text: &str, expected: &[(Question, &str)], reason: &str) {
        check_found(&read(&quoted_and_own(text)), expected, reason);
    }

    #[test]
    fn the_words_under_a_quoted_question_answer_it() {
        check(
            "> 1. Who is the work for?\n>\n\nThe bureau,\nsouth\n\n> 2. Why is it important?\nFraud\n> Bye",
            &[(WorkFor, "The bureau, south"), (Importance, "Fraud")],
            "with and without blank rows",
        );
        check(
            "> What happens if the work is not done (or not done on\ntime)?\nWe stop.",
            &[(Consequence, "We stop.")],
            "the quote mark of the wrapped row is lost",
        );
        check(
            "> Who is the work for?\n>\n> Why is it important?\n[AL] Fraud\n\nAda",
            &[(Importance, "Fraud")],
            "a question without answer, a tag, a name",
        );
        check(
            "> 5. What skills does the work need?\n> 6. When is the next milestone?\nSkills I leave to you. 8 May.",
            &[(Skills, "Skills I leave to you."), (Milestone, "8 May.")],
            "two questions answered together",
        );
    }

    #[test]
    fn quoted_answers_are_not_read_again() {
        check("Any news?\n> Who is the work for?\n> The bureau", &[], "the answer is quoted too");
    }
}
