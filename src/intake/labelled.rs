//! Restated questions, labels, headings and bullets with a lead-in, as the requester typed them.
//!
//! People mix the four freely ("who is it for? ..." above "Skills: ..."), so one walk reads them
//! all and only the name of the layout differs.

use super::answer_text::Position;
use super::cues::{self, Strength};
use super::found::Found;
use super::marked::{self, Segment};
use super::marks::{self, Form};
use super::rows::Row;
use super::sentences;
use super::{Layout, Question};

pub(super) fn read(rows: &[Row]) -> Found {
    let by_row = answers_of(&marked::segments(rows), Position::Last);
    if by_row.is_whole() {
        return by_row;
    }
    let by_sentence = in_running_text(rows);
    let by_clause = in_clauses(rows);
    let best = if by_sentence.len() > by_row.len() { by_sentence } else { by_row };
    if by_clause.len() > best.len() { by_clause } else { best }
}

/// Running text is looked through for labels this far.
const MOST_SENTENCES: usize = 250;

/// "Who for: us. Why: it leaks. By when: March." in one paragraph.
fn in_running_text(rows: &[Row]) -> Found {
    let mut found = Found::default();
    let mut left = MOST_SENTENCES;
    for paragraph in sentences::paragraphs(rows) {
        // Two labels need two marks behind them.
        let marks = paragraph.iter().map(|row| marks::most_separators(&row.text)).sum::<usize>();
        if marks < 2 {
            continue;
        }
        let mut sentences = sentences::rows_of(&paragraph);
        sentences.truncate(left);
        left -= sentences.len();
        let segments = marked::segments(&sentences);
        let is_run_on =
            segments.iter().filter(|segment| segment.form != Form::Heading).count() >= 2;
        if is_run_on {
            found.absorb(answers_of(&one_sentence_at_the_end(segments), Position::Between));
        }
    }
    found
}

/// "Who: us, why: it leaks; when: March": labels between commas.
fn in_clauses(rows: &[Row]) -> Found {
    let mut found = Found::default();
    for paragraph in rows.split(Row::is_blank).filter(|paragraph| !paragraph.is_empty()) {
        let Some(first) = paragraph.first() else { continue };
        let text = paragraph.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
        let clauses: Vec<Row> =
            before_labels(&text).into_iter().map(|clause| first.with_text(clause)).collect();
        if clauses.len() >= LEAST_CLAUSES {
            let mut answers = answers_of(&marked::segments(&clauses), Position::Between);
            answers.lines.extend(paragraph.iter().map(|row| row.line));
            found.absorb(answers);
        }
    }
    found
}

const LEAST_CLAUSES: usize = 3;

/// A text cut at each comma, semicolon, bar, slash, dot or dash that a label follows.
fn before_labels(text: &str) -> Vec<&str> {
    const LONGEST_LABEL: usize = 40;
    const PARTINGS: [char; 12] = [',', ';', '|', '/', '•', '·', '–', '—', '¦', '~', ':', '.'];
    let mut clauses = Vec::new();
    let mut start = 0;
    for (at, parting) in text.match_indices(PARTINGS).take(MOST_SENTENCES) {
        let rest = text.get(at + parting.len()..).unwrap_or_default();
        let ends = |letter: char| letter == ':' || letter == '=' || PARTINGS.contains(&letter);
        let end = rest.find(ends).unwrap_or(rest.len());
        let label = rest.get(..end).unwrap_or_default();
        // "On my phone so: WHO = us": only such a mark stands so soon behind another.
        let is_end = parting == ":" || parting == ".";
        let is_marked = rest
            .get(end..)
            .is_some_and(|behind| behind.starts_with('=') || !is_end && behind.starts_with(':'));
        let is_theirs = || {
            let marked = format!("{}:", label.trim());
            parting != "," && marks::is_foreign_label(&marked)
        };
        if is_marked
            && label.len() <= LONGEST_LABEL
            && (!cues::all_asked_by(label).is_empty() || is_theirs())
        {
            clauses.push(text.get(start..at).unwrap_or_default().trim());
            start = at + parting.len();
        }
    }
    clauses.push(text.get(start..).unwrap_or_default().trim());
    clauses
}

/// Behind the last label of a paragraph one sentence is the answer and the rest is prose.
fn one_sentence_at_the_end(mut segments: Vec<Segment>) -> Vec<Segment> {
    if let Some(last) = segments.last_mut() {
        let is_answered = last.rows.first().is_some_and(|row| !row.is_blank());
        last.rows.truncate(if is_answered { 1 } else { 2 });
    }
    segments
}

pub(super) fn answers_of(segments: &[Segment], at_the_end: Position) -> Found {
    let mut found = Found::default();
    if !is_filled_in(segments) {
        return found;
    }
    for strength in [Strength::Strong, Strength::Weak] {
        for (at, segment) in segments.iter().enumerate() {
            let position = if at + 1 == segments.len() { at_the_end } else { Position::Between };
            if segment.strength() == strength {
                record(&mut found, segment, position);
            }
        }
    }
    found
}

/// One question alone is a turn of phrase; one label alone is a label.
fn is_filled_in(segments: &[Segment]) -> bool {
    let asked = segments.iter().filter(|segment| !segment.asked.is_empty());
    let labels = asked.clone().filter(|segment| segment.form == Form::Label);
    asked.count() >= 2 || labels.count() >= 1
}

fn record(found: &mut Found, segment: &Segment, position: Position) {
    let layout = match segment.form {
        Form::Question => Layout::Restated,
        Form::Label | Form::Heading if segment.is_item => Layout::HtmlList,
        Form::Label | Form::Heading => Layout::Labels,
    };
    let questions: Vec<Question> = segment.asked.iter().map(|asked| asked.question).collect();
    let text = segment.text(position);
    if segment.form != Form::Heading || text.is_some() {
        found.asked.extend(&questions);
    }
    if let Some(text) = text {
        found.lines.extend(segment.lines(position));
        for (question, text) in sentences::shared_out(&questions, &text) {
            found.record(question, text, layout);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{check_found, own};
    use Question::{Consequence, Importance, Milestone, Need, Skills, WorkFor};

    fn check(text: &str, expected: &[(Question, &str)], reason: &str) {
        check_found(&read(&own(text)), expected, reason);
    }

    #[test]
    fn answers_stand_behind_or_under_their_question() {
        check(
            "Who is the work for?\nThe bureau\n\nWhy is it important?\nFraud, and\nworse",
            &[(WorkFor, "The bureau"), (Importance, "Fraud, and worse")],
            "under it",
        );
        check(
            "who for? the bureau\nwhat if it isn't done? we stop",
            &[(WorkFor, "the bureau"), (Consequence, "we stop")],
            "behind it",
        );
        check(
            "what is your need - advice\nwhen is next milestone - july",
            &[(Need, "advice"), (Milestone, "july")],
            "behind a dash",
        );
        check(
            "What happens if the work is not done (or not done on\ntime)?\nWe stop.\nSkills?\n",
            &[(Consequence, "We stop.")],
            "a wrapped question, and one without answer",
        );
    }

    #[test]
    fn labels_and_headings_are_read() {
        check(
            "Customer..: The bureau\nAsk.......: advice on\n            logging\nRAG: Amber\n\nAda",
            &[(WorkFor, "The bureau"), (Need, "advice on logging")],
            "dot leaders, a hanging indent, a label of their own",
        );
        check(
            "WHO\n---\nThe bureau.\n\nMILESTONE\n---------\nMarch.\n\nAda",
            &[(WorkFor, "The bureau."), (Milestone, "March.")],
            "underlined headings",
        );
        check(
            "- For whom – the bureau\n- Type of person – patient",
            &[(WorkFor, "the bureau"), (Skills, "patient")],
            "bullets with a lead-in",
        );
        check(
            "The risks are known. What I need: an hour of advice. By when: 9 December. I am in.",
            &[(Need, "an hour of advice."), (Milestone, "9 December.")],
            "run on in one paragraph",
        );
        check(
            "Who: the bureau, why: fraud, and worse; need: advice, when: 9 December",
            &[
                (WorkFor, "the bureau"),
                (Importance, "fraud, and worse"),
                (Need, "advice"),
                (Milestone, "9 December"),
            ],
            "between commas",
        );
    }

    #[test]
    fn a_question_on_its_own_is_a_turn_of_phrase() {
        check("What do you need? Shall I send the slides?", &[], "asked of the team");
        check("Hi team\n\nPlease call me: Ada", &[], "no label of ours");
    }
}
