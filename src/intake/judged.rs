//! Answers in running text as the trained network sees them, with the turns of phrase beside it.
//!
//! The network reads the mail as a whole and says of each sentence, and of each word in it, which
//! question it answers. The turns of phrase of [`prose`] add evidence of their own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::tagger::{Judge, Said, Sentence, Word};

use super::clause;
use super::phrases::Heard;
use super::prose;
use super::rows::Row;
use super::sections::{self, Section};
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
    weight: f64,
    /// What it gains by the heading above it, against sentences elsewhere.
    hint: f64,
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
        Question::WorkFor => (0.78, 0.29, 0.45, f64::INFINITY),
        // Why a thing matters is told in plain facts, often in more than one.
        Question::Importance => (0.66, 0.36, 0.32, 1.0),
        Question::Consequence => (0.78, 0.50, 0.15, 0.5),
        Question::Need => (0.80, 0.16, 0.47, 0.5),
        Question::Skills => (0.93, 0.34, 1.0, 1.0),
        Question::Milestone => (0.65, 0.40, -0.09, 1.5),
    };
    Weighing { network, cue, bias, beside }
}

/// From this weight on a sentence is an answer.
const ENOUGH: f64 = 0.0;
/// What it weighs that the turns of phrase alone would choose a sentence, times how sure they are.
const CHOSEN: f64 = 1.0;
/// More evidence of this kind tells nothing more.
const MOST_CUES: i32 = 8;
/// What it weighs that a sentence stands under a heading that hints at the question.
const UNDER_HEADING: f64 = 1.5;
/// What stands for "not at all" among the weights.
const NEVER: f64 = -9.0;
/// An answer is told in so many sentences at most.
const LONGEST_RUN: usize = 4;

impl Judged {
    pub(super) fn sentences(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| row.text.as_str())
    }

    /// The answers to open questions. Lines that are `used` hold answers to others.
    /// `chosen` is what the turns of phrase alone would answer, and `sections` where a heading hints
    /// at an answer.
    pub(super) fn answers(
        &self,
        (open, used): (&BTreeSet<Question>, &BTreeSet<usize>),
        (chosen, sections): (&Answers, &[Section]),
        written_on: NaiveDate,
    ) -> Answers {
        let mut answers = BTreeMap::new();
        for (column, question) in Question::ALL.into_iter().enumerate() {
            if !open.contains(&question) {
                continue;
            }
            let mut candidates = self.candidates((column, question), used, written_on);
            if let Some(chosen) = chosen.get(&question) {
                self.favour(&mut candidates, chosen);
            }
            for section in sections.iter().filter(|section| section.question == question) {
                self.favour_lines(&mut candidates, &section.lines);
            }
            let run = best_run(&candidates, &weighing(question));
            let weight = run.iter().map(|found| found.weight + found.hint).fold(NEVER, f64::max);
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
                let cues = prose::evidence(question, (row, &Heard::new(&row.text)), at, written_on);
                weighing(question).weigh(column_of(sentence.chances, column), cues)
            };
            Candidate { at, weight, hint: 0.0 }
        });
        candidates.collect()
    }

    fn favour(&self, candidates: &mut [Candidate], chosen: &Answer) {
        let holds = |row: &Row| row.text.contains(&chosen.text) || chosen.text.contains(&row.text);
        let at = self.rows.iter().position(holds);
        if let Some(candidate) = at.and_then(|at| candidates.get_mut(at)) {
            candidate.weight += CHOSEN * chosen.confidence;
        }
    }

    fn favour_lines(&self, candidates: &mut [Candidate], lines: &BTreeSet<usize>) {
        let rows = self.rows.iter().zip(candidates);
        for (_, candidate) in rows.filter(|(row, _)| lines.contains(&row.line)) {
            candidate.hint = UNDER_HEADING;
        }
    }

    /// The words of a sentence that answer a question.
    fn part(&self, at: usize, (column, question): (usize, Question)) -> Option<&str> {
        let text = self.rows.get(at)?.text.as_str();
        let sentence = self.said.sentences.get(at)?;
        let told = told_in(sentence, column, text).unwrap_or(text);
        // Who and when are names in a clause: where the network sees no end, its turns tell.
        let is_name = matches!(question, Question::WorkFor | Question::Milestone);
        let told =
            if is_name && told == text { clause::that_answers(question, text) } else { told };
        Some(sections::behind_heading(told).unwrap_or(told))
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

/// How often an answer of such a weight is right (token F1 of 0.5 or more), by the same measure.
fn confidence(weight: f64) -> f64 {
    const STEEPNESS: f64 = 0.42;
    const AT_NOTHING: f64 = 0.83;
    const MOST: f64 = 0.97;
    (1.0 / (1.0 + (-(AT_NOTHING + STEEPNESS * weight)).exp())).min(MOST)
}

/// The likeliest sentence with those beside it that go on with the same answer.
fn best_run<'a>(candidates: &'a [Candidate], weighing: &Weighing) -> &'a [Candidate] {
    let hinted = |candidate: &Candidate| candidate.weight + candidate.hint;
    let best = candidates.iter().rev().max_by(|one, other| hinted(one).total_cmp(&hinted(other)));
    let Some(best) = best.filter(|best| hinted(best) >= ENOUGH) else { return &[] };
    let belongs = |at: usize| candidates.get(at).is_some_and(|next| next.weight >= weighing.beside);
    let (mut start, mut end) = (best.at, best.at + 1);
    while end - start < LONGEST_RUN && belongs(end) {
        end += 1;
    }
    while end - start < LONGEST_RUN && start > 0 && belongs(start - 1) {
        start -= 1;
    }
    candidates.get(start..end).unwrap_or_default()
}

/// The stretch of words of which the greatest share can be expected to be right. It begins and ends
/// where a clause may.
fn told_in<'a>(sentence: &Sentence, column: usize, text: &'a str) -> Option<&'a str> {
    let of = |word: &Word| text.get(word.start..word.end).unwrap_or_default();
    let is_word = |word: &&Word| of(word).chars().any(char::is_alphanumeric);
    let words: Vec<&Word> = sentence.words.iter().filter(is_word).collect();
    let starts: Vec<usize> =
        (0..words.len()).filter(|at| breaks_before(&words, *at, text)).collect();
    let chances: Vec<f64> = words.iter().map(|word| column_of(word.chances, column)).collect();
    let all: f64 = chances.iter().sum();
    let (mut best, mut most) = (0..0, 0.0);
    for (nth, start) in starts.iter().enumerate() {
        let mut shared = 0.0;
        let mut end = *start;
        for next in starts.iter().skip(nth + 1).chain([&words.len()]) {
            shared += chances.get(end..*next).unwrap_or_default().iter().sum::<f64>();
            end = *next;
            let count = f64::from(u32::try_from(end - start).unwrap_or(u32::MAX));
            let expected = 2.0 * shared / (count + all);
            if expected > most {
                (best, most) = (*start..end, expected);
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

/// Clauses begin and end at such words.
const JOINTS: [&str; 25] = [
    "and",
    "but",
    "so",
    "because",
    "if",
    "which",
    "since",
    "as",
    "where",
    "before",
    "who",
    "when",
    "while",
    "until",
    "or",
    "that",
    "after",
    "then",
    "unless",
    "otherwise",
    "to",
    "for",
    "is",
    "by",
    "with",
];

/// A sign with a blank, or a word that joins, on either side.
fn breaks_before(words: &[&Word], at: usize, text: &str) -> bool {
    let Some((before, word)) = at.checked_sub(1).and_then(|at| words.get(at)).zip(words.get(at))
    else {
        return true;
    };
    let between = text.get(before.end..word.start).unwrap_or_default();
    let is_sign = |sign: char| !sign.is_whitespace() && !"'\"‘’“”".contains(sign);
    let joins = |word: &Word| {
        let text = text.get(word.start..word.end).unwrap_or_default();
        JOINTS.iter().any(|joint| joint.eq_ignore_ascii_case(text))
    };
    (between.contains(char::is_whitespace) && between.contains(is_sign))
        || joins(before)
        || joins(word)
}

/// Who writes without full stops still tells one thing after another.
fn without_run_ons(sentence: &Row) -> Vec<Row> {
    let parts = clause::run_on_parts(&sentence.text);
    parts.into_iter().map(|text| sentence.with_text(text)).collect()
}
