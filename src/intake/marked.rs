//! Walks over rows that hold questions or labels and gathers what stands under each.
//!
//! The readers for restated questions, labels, lists and numbers all stand on this walk; they
//! differ in what they accept as a mark.

use super::answer_text::{self, Position};
use super::cues::{self, Asked, Strength};
use super::marks::{self, Form, Label};
use super::rows::{self, Row};

/// A question or label in the mail and the rows under it.
#[derive(Clone)]
pub(super) struct Segment {
    /// Empty for a label that asks none of the six.
    pub asked: Vec<Asked>,
    pub form: Form,
    /// Began with a bullet of a list.
    pub is_item: bool,
    /// The first holds what stood behind the mark.
    pub rows: Vec<Row>,
}

impl Segment {
    pub(super) fn strength(&self) -> Strength {
        self.asked.iter().map(|asked| asked.strength).min().unwrap_or(Strength::Weak)
    }

    pub(super) fn text(&self, position: Position) -> Option<String> {
        answer_text::joined(&self.rows, position)
    }

    /// The numbers of the lines that the mark and its answer fill.
    pub(super) fn lines(&self, position: Position) -> impl Iterator<Item = usize> {
        let mark = self.rows.first();
        mark.into_iter().chain(answer_text::body(&self.rows, position)).map(|row| row.line)
    }
}

/// A mark that may reach over several rows.
pub(super) struct Mark {
    pub asked: Vec<Asked>,
    pub form: Form,
    /// How many rows the mark fills, the one with the rest included.
    pub rows: usize,
    pub rest: String,
}

impl Mark {
    fn of_label(label: Label<'_>) -> Self {
        Self { asked: label.asked, form: label.form, rows: 1, rest: label.rest.to_owned() }
    }
}

/// Questions are wrapped over at most this many rows.
const MOST_ROWS_OF_A_QUESTION: usize = 4;

/// The mark at the first row. `text` is its text without number and bullet.
pub(super) fn mark_at(rows: &[Row], text: &str) -> Option<Mark> {
    if let Some(label) = marks::label_at(text) {
        return Some(Mark::of_label(label));
    }
    wrapped_question(rows, text)
}

/// A question whose `?` stands in a later row, whoever's row that is: quote marks get lost.
fn wrapped_question(rows: &[Row], text: &str) -> Option<Mark> {
    if text.contains('?') || !begins_to_ask(text) {
        return None;
    }
    let mut question = text.to_owned();
    for (at, row) in rows.iter().enumerate().take(MOST_ROWS_OF_A_QUESTION).skip(1) {
        if row.is_blank() {
            return None;
        }
        question.push(' ');
        question.push_str(&row.text);
        if row.text.contains('?') {
            let label = marks::label_at(&question)?;
            let is_question = label.form == Form::Question;
            return is_question.then(|| Mark {
                asked: label.asked,
                form: label.form,
                rows: at + 1,
                rest: label.rest.to_owned(),
            });
        }
    }
    None
}

fn begins_to_ask(text: &str) -> bool {
    const ASKING: [&str; 9] = ["who", "whom", "for", "what", "why", "when", "which", "how", "if"];
    ASKING.contains(&cues::first_word(text).as_str())
}

/// The row's text without bullet and number.
pub(super) fn bare(text: &str) -> &str {
    let text = rows::behind_bullet(text).unwrap_or(text);
    marks::number_at(text).map_or(text, |numbered| numbered.rest)
}

/// No form is longer: what follows belongs to its last answer.
const MOST_ROWS: usize = 500;

/// All marks of a mail with the rows under them.
pub(super) fn segments(rows: &[Row]) -> Vec<Segment> {
    let mut segments: Vec<Segment> = Vec::new();
    let mut at = 0;
    while let Some(row) = rows.get(at) {
        let ahead = rows.get(at..).unwrap_or_default();
        let after_gap =
            at.checked_sub(1).and_then(|before| rows.get(before)).is_none_or(Row::is_blank);
        let is_looked_at = at < MOST_ROWS;
        let found = is_looked_at.then(|| segment_at(ahead, row, after_gap, segments.last()));
        if let Some((segment, used)) = found.flatten() {
            segments.push(segment);
            at += used;
            continue;
        }
        if let Some(segment) = segments.last_mut() {
            let is_bare_number =
                marks::number_at(&row.text).is_some_and(|numbered| numbered.rest.is_empty());
            if !is_bare_number {
                segment.rows.push(row.clone());
            }
        }
        at += 1;
    }
    segments
}

fn segment_at(
    ahead: &[Row],
    row: &Row,
    after_gap: bool,
    earlier: Option<&Segment>,
) -> Option<(Segment, usize)> {
    let text = bare(&row.text);
    if text.is_empty() {
        return None;
    }
    let is_item = rows::behind_bullet(&row.text).is_some();
    let first = |rest: &str| vec![row.with_text(rest)];
    let among_labels = earlier.is_some_and(|earlier| earlier.form == Form::Label);
    let loose = || {
        let may_be_loose = among_labels || is_item;
        may_be_loose.then(|| marks::loose_label_at(text))?.map(Mark::of_label)
    };
    if let Some(mark) = mark_at(ahead, text).or_else(loose) {
        let segment =
            Segment { asked: mark.asked, form: mark.form, is_item, rows: first(&mark.rest) };
        return Some((segment, mark.rows));
    }
    let follows_heading = earlier.is_none_or(|earlier| earlier.form == Form::Heading);
    if let Some(asked) = marks::heading(text)
        .filter(|_| after_gap || follows_heading || is_capitals(text) || is_title(ahead, text))
    {
        return Some((Segment { asked, form: Form::Heading, is_item, rows: first("") }, 1));
    }
    (among_labels && marks::is_foreign_label(text)).then(|| {
        let segment = Segment { asked: Vec::new(), form: Form::Label, is_item, rows: first("") };
        (segment, 1)
    })
}

/// One or two words with something under them: `Need`, in a row of a table with one column.
fn is_title(ahead: &[Row], text: &str) -> bool {
    let is_short =
        text.chars().next().is_some_and(char::is_uppercase) && cues::words(text).len() <= 2;
    is_short && ahead.get(1).is_some_and(|next| !next.is_blank())
}

fn is_capitals(text: &str) -> bool {
    text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)
}
