//! Answers in running text without any mark: the sentence whose turns of phrase tell most.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar::written_dates;

use super::Question;
use super::clause;
use super::cues;
use super::found::Found;
use super::phrase_list::{List, list};
use super::phrases::{self, Heard};
use super::prose_cues;
use super::rows::Row;
use super::sentences;
use super::times;

/// A long letter is read this far.
pub(super) const MOST_SENTENCES: usize = 250;
/// Days are the dearest to look for: they stand in the first so many.
const MOST_DATED: usize = 120;

/// Why a thing matters is told in plain facts, with hardly a turn of phrase to go by.
fn eagerness(question: Question) -> i32 {
    match question {
        Question::Importance | Question::Consequence | Question::Skills => 2,
        Question::WorkFor | Question::Need | Question::Milestone => 1,
    }
}

/// Share of the answers at such a score that have a token F1 of 0.5 or more, measured on the
/// labelled mails and on 240 hand-labelled prose requests: 0.54, 0.72 and 0.89.
fn confidence(score: i32) -> f64 {
    match score {
        7.. => 0.85,
        4..=6 => LIKELY,
        _ => 0.5,
    }
}

/// How often prose with a plain turn of phrase is right.
pub(super) const LIKELY: f64 = 0.7;
/// In a mail that is no request, prose counts only from here on.
pub(super) const PLAIN: f64 = 0.8;

struct Candidate {
    sentence: usize,
    question: Question,
    score: i32,
}

/// Reads the questions that are still open. `at_least` is how much evidence an answer needs.
pub(super) fn read(
    rows: &[Row],
    open: &BTreeSet<Question>,
    written_on: NaiveDate,
    at_least: i32,
) -> Found {
    let sentences: Vec<Row> = sentences::of_mail(rows).into_iter().take(MOST_SENTENCES).collect();
    let mut candidates = candidates(&sentences, open, written_on);
    candidates.retain(|candidate| candidate.score >= at_least - eagerness(candidate.question));
    candidates.sort_by_key(|candidate| (-candidate.score, candidate.sentence));

    let mut found = Found::default();
    let mut taken: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        let Some(row) = sentences.get(candidate.sentence) else { continue };
        let text = clause::that_answers(candidate.question, without_greeting(&row.text));
        let uses = taken
            .iter()
            .filter(|(sentence, clause)| {
                *sentence == candidate.sentence && (clause.contains(text) || text.contains(clause))
            })
            .count();
        // A clause answers a second question only where it says so plainly.
        let is_free = uses == 0 || (uses < 3 && candidate.score > at_least);
        if !is_free || found.answers.contains_key(&candidate.question) {
            continue;
        }
        taken.push((candidate.sentence, text));
        found.lines.insert(row.line);
        found.record_prose(candidate.question, text.to_owned(), confidence(candidate.score));
    }
    found
}

fn candidates(
    sentences: &[Row],
    open: &BTreeSet<Question>,
    written_on: NaiveDate,
) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (at, row) in sentences.iter().enumerate() {
        if is_greeting(&row.text) || row.text.ends_with(':') {
            continue;
        }
        let heard = Heard::new(&row.text);
        for question in open {
            let score = evidence(*question, (row, &heard), at, written_on);
            candidates.push(Candidate { sentence: at, question: *question, score });
        }
    }
    candidates
}

pub(super) fn evidence(
    question: Question,
    (row, heard): (&Row, &Heard),
    at: usize,
    written_on: NaiveDate,
) -> i32 {
    let score = prose_cues::score_of(question, heard);
    match question {
        Question::Milestone if at >= MOST_DATED => score,
        Question::Milestone => milestone((&row.text, heard), score, written_on),
        // People say who they are first.
        Question::WorkFor => {
            score
                + i32::from(score > 0 && at < 4)
                + i32::from(score > 0 && names_somebody(&row.text))
        }
        Question::Need => need(&row.text, score),
        // "Who can come?" asks for somebody and tells nothing about them.
        Question::Skills if row.text.ends_with('?') && heard.holds_any(list!("^ who")) => 0,
        Question::Skills | Question::Consequence | Question::Importance => score,
    }
}

/// "Can we use it?" asks for guidance without any word of asking for it.
fn need(text: &str, score: i32) -> i32 {
    const ASKS: List = list!(
        "^ can we|^ can i|^ does|^ do we|^ do i|^ is there|^ are we|^ are there|^ may i|\
        ^ may we|^ should we|^ should i|^ must we|^ what is|^ what are|^ which|^ how do|^ how long|\
        ^ how should|^ who do|^ who can|^ who should|^ is the|^ are the|^ what do|^ what should|^ what would|\
        ^ am i|^ do they|^ are they|^ would it|^ have we"
    );
    if !text.ends_with('?') {
        return score;
    }
    let asks = phrases::holds_any(without_greeting(text), ASKS);
    score + i32::from(score > 0) + if asks { 3 } else { 0 }
}

/// A date that lies ahead, better with a word for what happens then.
fn milestone((text, heard): (&str, &Heard), score: i32, written_on: NaiveDate) -> i32 {
    let days = written_dates::read(text, written_on);
    let lies_ahead = days.is_some_and(|days| days.to >= written_on);
    let is_history = days.is_some() && !lies_ahead;
    if is_history || (prose_cues::tells_of_the_past(heard) && score < 4) {
        return 0;
    }
    let names_a_time = times::names_a_time(text);
    match (
        lies_ahead && (names_a_time || text.contains(|letter: char| letter.is_ascii_digit())),
        names_a_time,
    ) {
        (true, _) => score + 4,
        (false, true) => score + 1,
        (false, false) if score >= 5 => score - 1,
        (false, false) => 0,
    }
}

/// Capitals in the middle of a sentence: a team, a court, a service.
fn names_somebody(text: &str) -> bool {
    text.split_whitespace()
        .skip(1)
        .any(|word| word.chars().next().is_some_and(char::is_uppercase) && word.len() > 2)
}

/// "Hi, could you ..." without its greeting.
pub(super) fn without_greeting(text: &str) -> &str {
    match text.split_once(',') {
        Some((greeting, rest)) if is_greeting(greeting) && cues::words(rest).len() >= 3 => {
            rest.trim_start()
        }
        _ => text,
    }
}

pub(super) fn is_greeting(text: &str) -> bool {
    const GREETINGS: [&str; 16] = [
        "hi",
        "hello",
        "dear",
        "morning",
        "good",
        "hiya",
        "hey",
        "afternoon",
        "evening",
        "greetings",
        "helo",
        "bore",
        "prynhawn",
        "annwyl",
        "yo",
        "alright",
    ];
    let mut words =
        text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default().to_lowercase();
    GREETINGS.contains(&first.as_str()) && words.count() <= 4
}
