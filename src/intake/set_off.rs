//! Labels known by their place: rows of one mail that set off a few words by the same sign.
//!
//! People name their labels as they like and set them off by whatever sign is at hand: `for // us`,
//! `So what | fraud`, `WHO us`. Neither the word nor the sign proves anything alone. Rows that agree do.

use super::Question;
use super::answer_text::Position;
use super::cues::{self, Asked, Strength};
use super::found::Found;
use super::labelled;
use super::marked::{self, Segment};
use super::marks::Form;
use super::meaning;
use super::rows::{self, Row};

/// How a label is set off from its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Mark(&'static str),
    /// Two blanks or more: columns made by hand.
    Columns,
    /// `[Client] ...`, `**Client** ...`, `_Client_ ...`
    Wrapped(char),
    /// `CLIENT The bureau`
    Capitals,
    /// `The bureau (who for)`
    Behind,
    /// A question in the writer's own words.
    Question,
    /// A row of its own.
    Title,
    /// Nothing at all.
    Lead,
}

/// The first that reads most questions is the one.
const SIGNS: [Sign; 23] = [
    Sign::Mark("::"),
    Sign::Mark("//"),
    Sign::Mark("=>"),
    Sign::Mark("->"),
    Sign::Mark("→"),
    Sign::Mark(">>"),
    Sign::Mark("|"),
    Sign::Mark("~"),
    Sign::Mark("¦"),
    Sign::Mark("="),
    Sign::Mark(":"),
    Sign::Mark(" - "),
    Sign::Mark(" – "),
    Sign::Mark(" — "),
    Sign::Mark(".."),
    Sign::Columns,
    Sign::Wrapped(']'),
    Sign::Wrapped('*'),
    Sign::Wrapped('_'),
    Sign::Capitals,
    Sign::Behind,
    Sign::Question,
    Sign::Title,
];

impl Sign {
    /// How many of the six must stand behind such signs before they are believed.
    fn enough(self) -> usize {
        match self {
            Self::Lead => 5,
            Self::Mark(":" | " - " | " – " | " — " | "=" | "..")
            | Self::Columns
            | Self::Capitals
            | Self::Question
            | Self::Title => 4,
            Self::Mark(_) | Self::Wrapped(_) | Self::Behind => 3,
        }
    }

    /// The label of a row and the answer beside it.
    fn split<'a>(self, text: &'a str, at: usize, rows: &[Row]) -> Option<(&'a str, &'a str)> {
        let (label, rest) = match self {
            Self::Mark(mark) => text.split_once(mark)?,
            Self::Columns => text.split_once("  ")?,
            Self::Wrapped(close) => wrapped(text, close)?,
            Self::Capitals => capitals(text)?,
            Self::Behind => {
                text.strip_suffix(')')?.rsplit_once(" (").map(|(rest, label)| (label, rest))?
            }
            Self::Question => text.split_once('?')?,
            Self::Title => (text.trim_end_matches([':', '?', ' ', '-']), ""),
            Self::Lead if !meaning::may_lead(text) => return None,
            Self::Lead => text.split_at_checked(meaning::lead_of(text)?)?,
        };
        let rest = rest.trim_start_matches(LOOSE).trim_start();
        let fits = is_label(label, self) && (self != Self::Title || is_title(text, at, rows));
        fits.then_some((label.trim(), rest))
    }
}

/// What may stand between a sign and the answer.
const LOOSE: [char; 14] = [' ', '\t', ':', '-', '–', '—', '*', '_', '.', '=', '>', '|', '/', '→'];
const LONGEST_LABEL: usize = 45;
const LONGEST_QUESTION: usize = 110;

fn is_label(label: &str, sign: Sign) -> bool {
    let (letters, words) = match sign {
        Sign::Question => (LONGEST_QUESTION, meaning::MOST_WORDS),
        _ => (LONGEST_LABEL, 7),
    };
    let plain = |letter: char| letter.is_alphanumeric() || " '’‘()&/?,.-#*_".contains(letter);
    let label = label.trim();
    !label.is_empty()
        && label.len() <= letters
        && label.chars().all(plain)
        && label.split_whitespace().count() <= words
}

fn wrapped(text: &str, close: char) -> Option<(&str, &str)> {
    let open = if close == ']' { '[' } else { close };
    let inside = text.strip_prefix(open)?.trim_start_matches(open);
    let (label, rest) = inside.split_once(close)?;
    Some((label, rest.trim_start_matches(close)))
}

fn capitals(text: &str) -> Option<(&str, &str)> {
    let is_capital =
        |word: &str| word.chars().any(char::is_uppercase) && !word.chars().any(char::is_lowercase);
    let mut end = 0;
    for word in text.split_inclusive(' ') {
        if !is_capital(word) {
            break;
        }
        end += word.len();
    }
    let (label, rest) = text.split_at_checked(end)?;
    (label.trim().len() >= 3 && !rest.is_empty()).then_some((label, rest))
}

/// A short row above something, without the signs at the end of a sentence.
fn is_title(text: &str, at: usize, rows: &[Row]) -> bool {
    let has_more = rows.get(at + 1).is_some_and(|next| !next.is_blank())
        || rows.get(at + 2).is_some_and(|next| !next.is_blank());
    let is_short = text.split_whitespace().count() <= 6;
    is_short && !text.ends_with(['.', ',', ';', '!']) && has_more
}

/// With so many answers set off by a sign, none is looked for without.
const LEAST_SURE: usize = 4;

/// Longer mails are no forms.
const MOST_ROWS: usize = 200;

pub(super) fn read(rows: &[Row]) -> Found {
    let texts: Vec<&str> = rows.iter().take(MOST_ROWS).map(|row| bare(&row.text)).collect();
    let mut best = Found::default();
    for sign in SIGNS.into_iter().chain([Sign::Lead]) {
        if sign == Sign::Lead && (best.len() > LEAST_SURE || !may_have_leads(&texts)) {
            break;
        }
        let found = read_by(sign, rows, &texts);
        if found.len() > best.len() {
            best = found;
        }
        if best.len() == Question::ALL.len() {
            break;
        }
    }
    best
}

fn may_have_leads(texts: &[&str]) -> bool {
    texts.iter().filter(|text| meaning::may_lead(text)).count() >= Sign::Lead.enough()
}

/// The row without bullet, number and the pictures that some put before a label.
fn bare(text: &str) -> &str {
    let text = marked::bare(text).trim_start_matches(['#', ' ', '>']);
    let text = text.strip_prefix("Q.").or_else(|| text.strip_prefix("Q:")).unwrap_or(text);
    text.trim_start_matches(|letter: char| {
        !letter.is_alphanumeric() && !"[(*_'‘“\"£$".contains(letter)
    })
}

fn read_by(sign: Sign, rows: &[Row], texts: &[&str]) -> Found {
    let split: Vec<(usize, &str, &str)> = texts
        .iter()
        .enumerate()
        .filter(|(_, text)| !text.is_empty())
        .filter_map(|(at, text)| {
            let (label, rest) = sign.split(text, at, rows)?;
            Some((at, label, rest))
        })
        .collect();
    if split.len() < sign.enough() {
        return Found::default();
    }
    let labels: Vec<&str> = split.iter().map(|(_, label, _)| *label).collect();
    let asked = meaning::assigned(&labels);
    if asked.iter().flatten().count() < sign.enough() {
        return Found::default();
    }
    let mut segments: Vec<Segment> = Vec::new();
    let mut marks = split.iter().zip(asked).peekable();
    for (at, row) in rows.iter().enumerate() {
        let mark = marks.next_if(|((place, _, _), _)| *place == at);
        let starts = mark.filter(|((_, label, rest), asked)| {
            asked.is_some() || (!segments.is_empty() && is_foreign(label, rest))
        });
        match starts {
            Some(((_, _, rest), asked)) => segments.push(segment(sign, row, rest, asked)),
            None => {
                if let Some(segment) = segments.last_mut() {
                    segment.rows.push(row.clone());
                }
            }
        }
    }
    labelled::answers_of(&segments, Position::Last)
}

/// A label that asks none of the six ends the answer above it.
fn is_foreign(label: &str, rest: &str) -> bool {
    !rest.is_empty()
        && cues::words(label).len() <= 2
        && label.starts_with(|first: char| first.is_uppercase())
}

fn segment(sign: Sign, row: &Row, rest: &str, asked: Option<Question>) -> Segment {
    let asked = asked.map(|question| Asked { question, strength: Strength::Strong });
    let form = if sign == Sign::Question { Form::Question } else { Form::Label };
    let is_item = rows::behind_bullet(&row.text).is_some();
    let first = row.with_text(rest);
    Segment { asked: asked.into_iter().collect(), form, is_item, rows: vec![first] }
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
    fn rows_that_agree_hold_labels() {
        check(
            "Hi\n\nfor // the bureau\notherwise // we stop, or\nnearly so\nwould suit // a planner\n\nAda",
            &[
                (WorkFor, "the bureau"),
                (Consequence, "we stop, or nearly so"),
                (Skills, "a planner"),
            ],
            "a mark and a wrapped answer",
        );
        check(
            "For      the bureau\nSo what  fraud\nNeed     advice\nWhen     March\nPOC      Ada",
            &[
                (WorkFor, "the bureau"),
                (Importance, "fraud"),
                (Need, "advice"),
                (Milestone, "March"),
            ],
            "columns, and a label of their own",
        );
        check(
            "the bureau (who for)\nfraud (why)\nMarch (when)",
            &[(WorkFor, "the bureau"), (Importance, "fraud"), (Milestone, "March")],
            "the label behind the answer",
        );
    }

    #[test]
    fn a_few_words_alone_are_no_labels() {
        check("see https://a.example\nsee https://b.example\nwhy // oh why", &[], "one label");
        check("- we moved - at last\n- it works - mostly\n- more to come", &[], "dashes in a text");
    }
}
