//! One or two labels at the head of running text: the first sentence is their answer, the rest is a mail.

use super::found::Found;
use super::rows::Row;
use super::sentences;
use super::{Layout, Question};

/// With more labels a mail is a form, and what stands behind each is its answer.
const MOST_LABELS: usize = 2;

/// Cuts a label's answer that swallows a paragraph, and gives its other sentences back to the mail.
pub(super) fn cut_short(found: &mut Found, mut rows: Vec<Row>) -> Vec<Row> {
    if found.asked.len() > MOST_LABELS {
        return rows;
    }
    for (question, answer) in &mut found.answers {
        let is_label = matches!(answer.layout, Layout::Labels | Layout::HtmlList);
        let sentences = sentences::split(&answer.text);
        if !is_label || sentences.len() < longest(*question) {
            continue;
        }
        let first = sentences.first().copied().unwrap_or_default().trim().to_owned();
        if let Some(lines) = give_back(&mut rows, &first) {
            found.lines.retain(|line| !lines.contains(line));
            answer.text = first;
        }
    }
    rows
}

/// So many sentences are no answer to a question that asks for a name, a skill or a day.
fn longest(question: Question) -> usize {
    match question {
        Question::WorkFor | Question::Skills | Question::Milestone => 3,
        Question::Importance | Question::Consequence | Question::Need => 4,
    }
}

/// Takes the sentence out of the rows of its paragraph; the lines that hold more than it.
fn give_back(rows: &mut Vec<Row>, sentence: &str) -> Option<Vec<usize>> {
    let word = sentence.split_whitespace().next()?;
    let (start, paragraph, text, at) =
        rows.iter().enumerate().filter(|(_, row)| row.text.contains(word)).find_map(
            |(start, row)| {
                let below = rows.get(start..)?;
                let own: Vec<&str> = below
                    .iter()
                    .take_while(|row| !row.is_blank())
                    .map(|row| row.text.as_str())
                    .collect();
                let text = own.join(" ");
                let at = text.find(sentence).filter(|at| *at < row.text.len())?;
                Some((start, own.len(), text, at))
            },
        )?;
    let own = rows.get(start..start + paragraph)?;
    let rest = text.get(at + sentence.len()..)?.trim().to_owned();
    if rest.is_empty() {
        return None;
    }
    let lines: Vec<usize> = own.iter().map(|row| row.line).collect();
    let last = own.last()?.clone();
    rows.splice(start..start + paragraph, [Row { text: rest, ..last }]);
    Some(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::labelled;
    use crate::intake::testing::own;

    fn check(text: &str, expected: &str, left: &str) {
        let rows = own(text);
        let mut found = labelled::read(&rows);
        let rows = cut_short(&mut found, rows);
        let answers: Vec<&str> =
            found.answers.values().map(|answer| answer.text.as_str()).collect();
        assert_eq!(answers.join(" | "), expected, "{text}");
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        assert_eq!(texts.join(" | "), left, "{text}");
    }

    #[test]
    fn a_label_before_running_text_answers_with_one_sentence() {
        check(
            "Our need: a look at the plan\nfor Leeds. We are the bureau. It leaks. We go live in May.",
            "a look at the plan for Leeds.",
            "We are the bureau. It leaks. We go live in May.",
        );
        let short = "Our need: a look at the plan. It leaks.";
        check(short, "a look at the plan. It leaks.", short);
    }
}
