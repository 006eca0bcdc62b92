//! Answers in running text as the trained network sees them, with the turns of phrase beside it.
//!
//! The network reads the mail as a whole and says of each sentence, and of each word in it, which
//! question it answers. The turns of phrase of [`prose`] add evidence of their own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::tagger::{Judge, Said, Sentence, Word};

use super::clause;
use super::prose;
use super::rows::Row;
use super::{Answer, Answers, Layout, Question};

/// Whom to ask about running text.
pub(super) struct Network<'a> {
    pub subject: &'a str,
    pub judge: Option<&'a dyn Judge>,
}

impl Network<'_> {
    #[cfg(test)]
    pub(super) fn none() -> Self {
        Self { subject: "", judge: None }
    }

    pub(super) fn ask(&self, sentences: &[Row]) -> Option<Judged> {
        let rows = sentences.iter().take(prose::MOST_SENTENCES).flat_map(without_run_ons);
        let rows: Vec<Row> = rows.collect();
        let texts: Vec<&str> = rows.iter().map(|row| row.text.as_str()).collect();
        let said = self.judge?.judge(self.subject, &texts)?;
        Some(Judged { rows, said })
    }
}

/// What the network made of a mail.
#[derive(Clone, PartialEq)]
pub(super) struct Judged {
    rows: Vec<Row>,
    pub said: Said,
}

/// A sentence that may answer one question.
struct Candidate {
    /// Its place among the rows.
    at: usize,
    /// Above 0 it is an answer.
    weight: f64,
}

/// How network and turns of phrase are weighed for a question: a logistic regression over what
/// networks said of mails that they were not taught with.
struct Weighing {
    network: f64,
    cue: f64,
    bias: f64,
    /// From this weight on, a sentence beside the answer belongs to it.
    beside: f64,
}

fn weighing(question: Question) -> Weighing {
    let (network, cue, bias, beside) = match question {
        Question::WorkFor => (0.83, 0.40, 0.70, 1.0),
        Question::Importance => (0.78, 0.52, 0.59, -0.75),
        Question::Consequence => (0.80, 0.35, -0.29, 1.0),
        Question::Need => (0.85, 0.20, 0.47, 1.0),
        Question::Skills => (1.01, 0.24, 0.34, 0.5),
        Question::Milestone => (0.84, 0.69, -1.27, 9.0),
    };
    Weighing { network, cue, bias, beside }
}

/// More evidence of this kind tells nothing more.
const MOST_CUES: i32 = 8;
/// What stands for "not at all" among the weights.
const NEVER: f64 = -9.0;
/// An answer is told in so many sentences at most.
const LONGEST_RUN: usize = 4;

impl Judged {
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.text.as_str())
    }

    /// The answers to open questions. Lines that are `used` hold answers to others.
    pub(super) fn answers(
        &self,
        open: &BTreeSet<Question>,
        used: &BTreeSet<usize>,
        written_on: NaiveDate,
    ) -> Answers {
        let mut answers = BTreeMap::new();
        for (column, question) in Question::ALL.into_iter().enumerate() {
            if !open.contains(&question) {
                continue;
            }
            let candidates = self.candidates((column, question), used, written_on);
            let run = best_run(&candidates, weighing(question).beside);
            let weight = run.iter().map(|candidate| candidate.weight).fold(NEVER, f64::max);
            let parts: Vec<&str> =
                run.iter().filter_map(|found| self.part(found.at, (column, question))).collect();
            let text = parts.join(" ");
            if text.chars().any(char::is_alphanumeric) {
                let confidence = confidence(weight);
                answers.insert(question, Answer { text, layout: Layout::Prose, confidence });
            }
        }
        answers
    }

    /// One for each sentence, in order.
    fn candidates(
        &self,
        (column, question): (usize, Question),
        used: &BTreeSet<usize>,
        written_on: NaiveDate,
    ) -> Vec<Candidate> {
        let rows = self.rows.iter().zip(&self.said.sentences).enumerate();
        let candidates = rows.map(|(at, (row, sentence))| {
            let is_none = used.contains(&row.line)
                || prose::is_greeting(&row.text)
                || row.text.ends_with(':');
            let weight = if is_none {
                NEVER
            } else {
                let cues = prose::evidence(question, row, at, written_on);
                weighing(question).weigh(column_of(sentence.chances, column), cues)
            };
            Candidate { at, weight }
        });
        candidates.collect()
    }

    /// The words of a sentence that answer a question.
    fn part(&self, at: usize, (column, question): (usize, Question)) -> Option<&str> {
        let text = self.rows.get(at)?.text.as_str();
        let sentence = self.said.sentences.get(at)?;
        let told = told_in(sentence, column, text).unwrap_or(text);
        // Who and when are names in a clause: where the network sees no end, its turns tell.
        let is_name = matches!(question, Question::WorkFor | Question::Milestone);
        Some(if is_name && told == text { clause::that_answers(question, text) } else { told })
    }
}

fn column_of(columns: [f32; Question::ALL.len()], column: usize) -> f64 {
    columns.get(column).copied().map_or(0.0, f64::from)
}

impl Weighing {
    fn weigh(&self, chance: f64, cues: i32) -> f64 {
        let chance = chance.clamp(0.001, 0.999);
        let network = (chance / (1.0 - chance)).ln();
        self.network * network + self.cue * f64::from(cues.min(MOST_CUES)) + self.bias
    }
}

/// How often an answer of such a weight is right.
fn confidence(weight: f64) -> f64 {
    const STEEPNESS: f64 = 0.5;
    const AT_NOTHING: f64 = 0.0;
    1.0 / (1.0 + (-(AT_NOTHING + STEEPNESS * weight)).exp())
}

/// The likeliest sentence with those beside it that go on with the same answer.
fn best_run(candidates: &[Candidate], beside: f64) -> &[Candidate] {
    let best = candidates.iter().rev().max_by(|one, other| one.weight.total_cmp(&other.weight));
    let Some(best) = best.filter(|best| best.weight >= 0.0) else { return &[] };
    let belongs = |at: usize| candidates.get(at).is_some_and(|next| next.weight >= beside);
    let (mut start, mut end) = (best.at, best.at + 1);
    while end - start < LONGEST_RUN && belongs(end) {
        end += 1;
    }
    while end - start < LONGEST_RUN && start > 0 && belongs(start - 1) {
        start -= 1;
    }
    candidates.get(start..end).unwrap_or_default()
}

/// The stretch of words of which the greatest share can be expected to be right.
fn told_in<'a>(sentence: &Sentence, column: usize, text: &'a str) -> Option<&'a str> {
    let is_word = |word: &&Word| {
        let text = text.get(word.start..word.end).unwrap_or_default();
        text.chars().any(char::is_alphanumeric)
    };
    let words: Vec<&Word> = sentence.words.iter().filter(is_word).collect();
    let chances: Vec<f64> = words.iter().map(|word| column_of(word.chances, column)).collect();
    let all: f64 = chances.iter().sum();
    let (mut best, mut most) = (0..0, 0.0);
    for start in 0..chances.len() {
        let (mut shared, mut count) = (0.0, 0.0);
        for (end, chance) in chances.iter().enumerate().skip(start) {
            shared += chance;
            count += 1.0;
            let expected = 2.0 * shared / (count + all);
            if expected > most {
                (best, most) = (start..end + 1, expected);
            }
        }
    }
    let is_to_end = best.end == words.len();
    let told = words.get(best)?;
    let (first, last) = told.first().zip(told.last())?;
    // The full stop belongs to a sentence that is told to its end.
    let end = if is_to_end { text.len() } else { last.end };
    let told = text.get(first.start..end)?;
    (all >= LEAST_SURE).then(|| told.trim_end())
}

/// Where the network marks fewer words than this in a whole sentence, it does not know.
const LEAST_SURE: f64 = 0.5;

/// Who writes without full stops still tells one thing after another.
fn without_run_ons(sentence: &Row) -> Vec<Row> {
    let parts = clause::run_on_parts(&sentence.text);
    parts.into_iter().map(|text| Row { text: text.to_owned(), ..sentence.clone() }).collect()
}
