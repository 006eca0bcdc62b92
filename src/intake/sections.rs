//! Headings of a letter that only hint at a question: Background, Ask, Timescales, Risks.
//!
//! A form asks and what stands behind its label is the answer. Under a heading of a letter people
//! tell several things, and one or two of the sentences answer.

use std::collections::BTreeSet;

use super::found::Found;
use super::marks;
use super::rows::{self, Row};
use super::sentences;
use super::{Answer, Layout, Question, cues};

/// What a heading hints at, to be looked for among its sentences.
pub(super) struct Section {
    pub question: Question,
    /// The lines under the heading, its own included.
    pub lines: BTreeSet<usize>,
    /// The answer where no sentence stands out.
    pub whole: Answer,
}

const HEADINGS: [&str; 30] = [
    "ask",
    "asks",
    "aim",
    "background",
    "challenge",
    "context",
    "date",
    "dates",
    "deadline",
    "deadlines",
    "history",
    "issue",
    "issues",
    "milestones",
    "overview",
    "people",
    "problem",
    "request",
    "risk",
    "risks",
    "situation",
    "summary",
    "task",
    "time",
    "timeframe",
    "timeline",
    "timescale",
    "timescales",
    "timing",
    "timings",
];
const BESIDE: [&str; 12] =
    ["a", "and", "bit", "key", "little", "main", "of", "our", "some", "the", "my", "brief"];

/// A letter with sections leaves at least so many questions to its sentences.
const LEAST_OPEN: usize = 2;

/// Takes the answers that are whole sections of a letter out of what the marks told.
pub(super) fn loosened(found: &mut Found, rows: &[Row]) -> Vec<Section> {
    let open = Question::ALL.len() - found.asked.len();
    if open < LEAST_OPEN {
        return Vec::new();
    }
    let mut sections = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let Some(behind) = behind_heading(&row.text) else { continue };
        let under = rows.get(at + 1..).unwrap_or_default();
        let ends = |row: &&Row| is_next(row);
        let under: Vec<&Row> = under.iter().take_while(|row| !ends(row)).collect();
        let told = std::iter::once(behind).chain(under.iter().map(|row| row.text.as_str()));
        let told = told.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ");
        let is_held = |(_, answer): &(&Question, &Answer)| {
            matches!(answer.layout, Layout::Labels | Layout::HtmlList)
                && sentences::split(&answer.text).len() > 1
                && told.starts_with(first_sentence(&answer.text))
        };
        let Some((question, answer)) = found.answers.iter().find(is_held) else { continue };
        let lines = std::iter::once(row).chain(under).map(|row| row.line).collect();
        sections.push(Section { question: *question, lines, whole: answer.clone() });
    }
    for section in &sections {
        found.answers.remove(&section.question);
        found.asked.remove(&section.question);
        found.lines.retain(|line| !section.lines.contains(line));
    }
    sections
}

fn first_sentence(text: &str) -> &str {
    sentences::split(text).first().copied().unwrap_or_default().trim()
}

/// What stands in the row of a heading behind it: nothing, or the first words of the section.
pub(super) fn behind_heading(text: &str) -> Option<&str> {
    const ORNAMENTS: [char; 5] = ['*', '_', '#', ' ', '='];
    let text = text.trim_start_matches(ORNAMENTS);
    let (heading, behind) = match text.split_once([':', '*', '_']) {
        Some((heading, behind)) => (heading, behind),
        None => text.split_once(" - ").or_else(|| text.split_once(" – ")).unwrap_or((text, "")),
    };
    if heading.len() > LONGEST {
        return None;
    }
    let mut names = 0;
    let lower = cues::lower(heading);
    let fits = cues::words_in(&lower).all(|word| {
        let is_name = HEADINGS.contains(&word);
        names += usize::from(is_name);
        is_name || BESIDE.contains(&word)
    });
    (fits && names > 0).then(|| behind.trim_start_matches([':', '-', '–', '*', '_', ' ', '.']))
}

const LONGEST: usize = 40;

fn is_next(row: &Row) -> bool {
    rows::is_sign_off(&row.text)
        || behind_heading(&row.text).is_some()
        || marks::label_at(&row.text).is_some()
        || marks::heading(&row.text).is_some()
        || marks::is_foreign_label(&row.text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::labelled;
    use crate::intake::testing::own;

    #[test]
    fn a_heading_stands_alone_or_before_a_mark() {
        for (text, expected) in [
            ("Background", Some("")),
            ("## Risks ##", Some("")),
            ("**Our ask:** look it over", Some("look it over")),
            ("Key dates - 4 May", Some("4 May")),
            ("Background checks", None),
            ("Background: the case", Some("the case")),
            ("What is your need?", None),
            ("The time has come", None),
            ("", None),
        ] {
            assert_eq!(behind_heading(text), expected, "{text}");
        }
    }

    fn questions(text: &str) -> (Vec<Question>, usize) {
        let rows = own(text);
        let mut found = labelled::read(&rows);
        let sections = loosened(&mut found, &rows);
        assert!(sections.iter().all(|section| !found.answers.contains_key(&section.question)));
        (sections.iter().map(|section| section.question).collect(), found.len())
    }

    #[test]
    fn several_sentences_under_a_heading_are_a_section_and_one_is_an_answer() {
        let letter =
            "Background: We are new. It leaks.\nAsk: Look at it. Then tell us.\nDates: 4 May.";
        assert_eq!(questions(letter), ([Question::Importance, Question::Need].to_vec(), 1));
        let form = "Who for: us\nWhy: It leaks. Badly.\nIf not done: We stop. Then we close.\n\
                    Need: Advice. Much of it.\nWhen: 4 May";
        assert_eq!(questions(form), (Vec::new(), 5), "questions of a form");
    }
}
