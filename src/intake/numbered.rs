//! Numbered answers: `1.`, `Q4:`, `(iv)`, in any order, with gaps, or run on in one paragraph.

use super::answer_text::{self, Position};
use super::cues;
use super::found::{Found, Setting, Talk};
use super::marked;
use super::marks::{self, Style};
use super::numbered_chain::{self, Item};
use super::plausible;
use super::rows::Row;
use super::sentences;
use super::{Layout, Question};

pub(super) fn read(rows: &[Row], setting: Setting) -> Found {
    let by_row = numbered_chain::in_rows(rows, fewest(rows, setting))
        .into_iter()
        .map(|chain| answers_under(rows, &chain, setting))
        .max_by_key(Found::len)
        .unwrap_or_default();
    let run_on = rows
        .split(Row::is_blank)
        .filter_map(|paragraph| run_on_in(rows, paragraph, setting))
        .take(MOST_LISTS)
        .max_by_key(Found::len)
        .unwrap_or_default();
    if run_on.len() > by_row.len() { run_on } else { by_row }
}

/// A mail of more lists is no letter; each is looked at with what stands around it.
pub(super) const MOST_LISTS: usize = 12;
const MOST_ROWS_BEFORE: usize = 60;
const MOST_ROWS_OF_AN_ANSWER: usize = 200;

/// One number can be a list: in an answer to a mail ("6. in March"), or as the whole mail.
fn fewest(rows: &[Row], setting: Setting) -> usize {
    let is_whole_mail = rows.iter().filter(|row| !row.is_blank()).count() == 1;
    if setting.talk == Talk::Answers || is_whole_mail { 1 } else { 2 }
}

/// An answer under a number, before anybody knows whether the numbers are those of the questions.
pub(super) struct Numbered {
    pub number: u8,
    pub numbers: Vec<u8>,
    /// What a label or a restated question behind the number asks.
    pub labels: Vec<Question>,
    pub text: Option<String>,
    lines: Vec<usize>,
}

fn answers_under(rows: &[Row], chain: &[Item], setting: Setting) -> Found {
    let mut numbered = Vec::new();
    for (at, item) in chain.iter().enumerate() {
        let end = chain.get(at + 1).map_or(rows.len(), |next| next.at);
        let position = if at + 1 == chain.len() { Position::Last } else { Position::Between };
        let end = end.min(item.at + MOST_ROWS_OF_AN_ANSWER);
        let own = rows.get(item.at..end).unwrap_or_default();
        numbered.push(numbered_answer(own, item, position));
    }
    let before = rows.get(..chain.first().map_or(0, |first| first.at)).unwrap_or_default();
    // Behind the six people go on with questions of their own.
    let others = numbered.iter().filter(|answer| answer.number > 6).count();
    let are_all_six = numbered.len() == others + Question::ALL.len();
    if others <= MOST_OTHERS && are_all_six {
        let theirs: Vec<usize> = numbered
            .iter()
            .filter(|answer| answer.number > 6)
            .flat_map(|answer| answer.lines.clone())
            .collect();
        numbered.retain(|answer| answer.number <= 6);
        let mut found = assigned(&numbered, last_of(before), setting);
        if found.len() > 0 {
            found.lines.extend(theirs);
        }
        return found;
    }
    assigned(&numbered, last_of(before), setting)
}

const MOST_OTHERS: usize = 3;

fn numbered_answer(rows: &[Row], item: &Item, position: Position) -> Numbered {
    let mut own: Vec<Row> = rows.to_vec();
    let Some(first) = own.first_mut() else {
        return Numbered {
            number: item.number,
            numbers: item.numbers.clone(),
            labels: Vec::new(),
            text: None,
            lines: Vec::new(),
        };
    };
    first.text.clone_from(&item.rest);
    // A number on a line of its own: question or answer begin below it.
    let start = own.iter().position(|row| !row.is_blank()).unwrap_or(0);
    own.drain(..start);

    let mut labels = Vec::new();
    let text = own.first().map(|first| first.text.clone()).unwrap_or_default();
    if let Some((asked, rest)) = label_in_parentheses(&text) {
        labels = asked;
        if let Some(first) = own.first_mut() {
            rest.clone_into(&mut first.text);
        }
    } else if let Some(mark) = marked::mark_at(&own, &text) {
        labels = mark.asked.iter().map(|asked| asked.question).collect();
        own.drain(..mark.rows - 1);
        if let Some(first) = own.first_mut() {
            first.text = mark.rest;
        }
    } else if let Some(asked) =
        marks::heading(&text).filter(|_| own.iter().skip(1).any(|row| !row.is_blank()))
    {
        labels = asked.iter().map(|asked| asked.question).collect();
        own.remove(0);
    } else if text.ends_with('?')
        && own.get(1).is_some_and(|next| !next.is_blank())
        && position == Position::Between
    {
        // Somebody's own wording of the question; the number tells which.
        own.remove(0);
    }
    let filled = answer_text::body(&own, position).into_iter().chain(rows.first());
    let lines = filled.map(|row| row.line).collect();
    let text = answer_text::joined(&own, position);
    Numbered { number: item.number, numbers: item.numbers.clone(), labels, text, lines }
}

/// `1 (Who): the bureau`
fn label_in_parentheses(text: &str) -> Option<(Vec<Question>, &str)> {
    let (label, rest) = text.strip_prefix('(')?.split_once(')')?;
    let asked = cues::all_asked_by(label);
    let rest = rest.trim_start_matches([':', '-', '–', '—', '=', ' ']);
    (!asked.is_empty()).then(|| (asked.iter().map(|asked| asked.question).collect(), rest))
}

/// `1) the app 2) it leaks 3) ...`, all in one paragraph.
fn run_on_in(rows: &[Row], paragraph: &[Row], setting: Setting) -> Option<Found> {
    let text = paragraph.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
    let first = paragraph.first()?;
    let chain = numbered_chain::in_text(&text);
    if chain.is_empty() {
        return None;
    }
    let mut numbered = Vec::new();
    for (at, item) in chain.iter().enumerate() {
        let end = chain.get(at + 1).map_or(text.len(), |next| next.at);
        let Some(own) = text.get(item.at..end) else { continue };
        let rest = marks::number_at(own)
            .map_or(item.rest.as_str(), |numbered| numbered.rest)
            .trim_end_matches([';', ',', ' ']);
        let is_last = at + 1 == chain.len();
        // Behind the last number one sentence is the answer and the rest is a remark.
        let rest = if is_last {
            sentences::split(rest).first().copied().unwrap_or_default()
        } else {
            rest
        };
        let rest = rest.trim().to_owned();
        let row = Row { text: rest.clone(), ..first.clone() };
        numbered.push(numbered_answer(&[row], &Item { rest, ..item.clone() }, Position::Between));
    }
    for answer in &mut numbered {
        answer.lines = paragraph.iter().map(|row| row.line).collect();
    }
    let lead_in = text.get(..chain.first().map_or(0, |item| item.at)).unwrap_or_default();
    let start = rows.partition_point(|row| row.line < first.line);
    let mut before = last_of(rows.get(..start).unwrap_or_default()).to_vec();
    if !lead_in.is_empty() {
        before.push(Row { text: lead_in.to_owned(), ..first.clone() });
    }
    Some(assigned(&numbered, &before, setting))
}

/// The end of what stands before a list, where people say what it is.
fn last_of(before: &[Row]) -> &[Row] {
    before.get(before.len().saturating_sub(MOST_ROWS_BEFORE)..).unwrap_or_default()
}

/// Labels say which question a number answers; where there are none, the guidance's order does.
fn assigned(numbered: &[Numbered], before: &[Row], setting: Setting) -> Found {
    let mut found = Found::default();
    if !plausible::are_the_six(numbered, before, setting) {
        return found;
    }
    let agree = numbered
        .iter()
        .filter(|answer| {
            by_position(answer.number).is_some_and(|question| answer.labels.contains(&question))
        })
        .count();
    let labelled = numbered.iter().filter(|answer| !answer.labels.is_empty()).count();
    let in_order = labelled == 0 || agree * 2 >= labelled;

    let labels_first = numbered.iter().filter(|answer| !answer.labels.is_empty());
    let positions = numbered.iter().filter(|answer| answer.labels.is_empty() && in_order);
    for answer in labels_first.chain(positions) {
        let questions = if answer.labels.is_empty() {
            answer.numbers.iter().filter_map(|number| by_position(*number)).collect()
        } else {
            answer.labels.clone()
        };
        found.asked.extend(&questions);
        found.lines.extend(&answer.lines);
        let Some(text) = &answer.text else { continue };
        // A cell that holds the label alone was left empty.
        if labelled >= 2 && answer.labels.is_empty() && is_label_of(text, &questions) {
            continue;
        }
        for (question, text) in sentences::shared_out(&questions, text) {
            found.record(question, text, Layout::Numbered);
        }
    }
    found
}

fn is_label_of(text: &str, questions: &[Question]) -> bool {
    marks::heading(text)
        .is_some_and(|asked| asked.iter().all(|asked| questions.contains(&asked.question)))
}

fn by_position(number: u8) -> Option<Question> {
    Question::ALL.get(usize::from(number).checked_sub(1)?).copied()
}

/// The style in which most of a list's numbers stand decides which numbers belong to it.
pub(super) const STYLES: [Style; 4] = [Style::Digit, Style::Roman, Style::Letter, Style::Word];
