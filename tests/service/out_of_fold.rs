//! Running text read with the trained network, cross-validated: what is measured here is what networks
//! said of mails that they were never taught with, and how sure the answers are.
//!
//! `tests/data/out-of-fold.jsonl` holds what each network said of the sentences of its held-out mails;
//! `docs/reading.md` says how to record it anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use mailtriage::intake::{Layout, Question, Reader};
use mailtriage::tagger::{COLUMNS, Judge, Said, Sentence, Shipped, Word};
use serde::Deserialize;

use crate::corpus::{Case, Floors, cases, check, token_f1};

#[derive(Deserialize)]
struct Record {
    subject: String,
    sentences: Vec<RecordedSentence>,
    route: [f32; COLUMNS],
    urgent: f32,
}

#[derive(Deserialize)]
struct RecordedSentence {
    text: String,
    chances: [f32; COLUMNS],
    /// Where a word begins and ends, and its chances; left out where no question is likely.
    words: Vec<(usize, usize, [f32; COLUMNS])>,
}

/// Answers as the networks did when they were recorded; knows no other mail.
struct Recorded(BTreeMap<(String, Vec<String>), Said>);

impl Recorded {
    fn load() -> Self {
        let lines = include_str!("../data/out-of-fold.jsonl").lines();
        let said = lines.map(|line| {
            let record: Record = serde_json::from_str(line).unwrap();
            let texts = record.sentences.iter().map(|sentence| sentence.text.clone()).collect();
            let sentences = record.sentences.into_iter().map(RecordedSentence::said).collect();
            let said = Said { sentences, route: record.route, urgent: record.urgent };
            ((record.subject, texts), said)
        });
        Self(said.collect())
    }
}

impl RecordedSentence {
    fn said(self) -> Sentence {
        let word = |(start, end, chances)| Word { start, end, chances };
        Sentence { chances: self.chances, words: self.words.into_iter().map(word).collect() }
    }
}

impl Judge for Recorded {
    fn judge(&self, subject: &str, sentences: &[&str]) -> Option<Said> {
        let texts = sentences.iter().map(|text| (*text).to_owned()).collect();
        self.0.get(&(subject.to_owned(), texts)).cloned()
    }
}

fn reader() -> Reader {
    Reader::by_cues().with_model(Arc::new(Recorded::load()))
}

#[test]
fn running_text_is_read_as_a_person_reads_it() {
    let floors = Floors {
        groups: [("structured", 0.98), ("prose", 0.86), ("none", 0.94)].to_vec(),
        kind: 0.98,
        route: 0.98,
        urgent_precision: 0.95,
        urgent_recall: 0.95,
        milestone: 0.96,
        need_kinds: 0.95,
    };
    check(&cases(("tests/mails", 0..=999, 120), &reader()), &floors);
}

#[test]
fn running_text_of_another_hand_is_read_too() {
    let floors = Floors {
        groups: [("structured", 0.98), ("prose", 0.88), ("none", 0.97)].to_vec(),
        kind: 0.98,
        route: 0.94,
        urgent_precision: 0.9,
        urgent_recall: 0.95,
        milestone: 0.95,
        need_kinds: 0.96,
    };
    check(&cases(("tests/mails-more", 0..=799, 133), &reader()), &floors);
}

/// Rules were mended with these once they had been read; no network reads here what it was taught with.
#[test]
fn mails_that_were_held_out_once_are_read() {
    let floors = Floors {
        groups: [("structured", 0.96), ("prose", 0.81), ("none", 0.95)].to_vec(),
        kind: 0.98,
        route: 0.95,
        urgent_precision: 0.95,
        urgent_recall: 0.8,
        milestone: 0.93,
        need_kinds: 0.93,
    };
    check(&cases(("tests/mails-once-held-out", 0..=999, 175), &reader()), &floors);
}

/// No rule and no network has seen these mails: the shipped network reads them.
#[test]
fn held_out_mails_are_read_by_the_shipped_network() {
    let floors = Floors {
        groups: [("structured", 0.85), ("prose", 0.80), ("none", 0.7)].to_vec(),
        kind: 0.95,
        route: 0.96,
        urgent_precision: 0.7,
        urgent_recall: 0.95,
        milestone: 0.83,
        need_kinds: 0.86,
    };
    let reader = Reader::by_cues().with_model(Arc::new(Shipped::default()));
    check(&cases(("tests/mails-held-out", 0..=999, 45), &reader), &floors);
}

/// The acknowledgement asserts what is sure and asks about the rest.
#[test]
fn nine_in_ten_of_the_sure_answers_are_right() {
    let reader = reader();
    let mut cases = cases(("tests/mails", 0..=999, 120), &reader);
    cases.extend(self::cases(("tests/mails-more", 0..=799, 133), &reader));
    let (sure, marked): (Vec<_>, Vec<_>) =
        answers(&cases).into_iter().partition(|one| one.layout == Layout::Prose);
    for (name, answers, least) in [("running text", &sure, 40), ("layouts", &marked, 200)] {
        let right: Vec<bool> =
            answers.iter().filter(|one| one.confidence >= 0.9).map(|one| one.is_right).collect();
        assert!(right.len() >= least, "{name}: only {} sure answers", right.len());
        let share = share(&right);
        assert!(share >= 0.9, "{name}: of the answers given with 0.9, {share:.3} are right");
    }
    let doubtful: Vec<bool> =
        sure.iter().filter(|one| one.confidence < 0.8).map(|one| one.is_right).collect();
    assert!(doubtful.len() >= 20, "only {} doubtful answers", doubtful.len());
    let share = share(&doubtful);
    assert!(share < 0.85, "of those below 0.8, {share:.3} are right: they could be asserted");
}

struct Given {
    layout: Layout,
    confidence: f64,
    is_right: bool,
}

fn answers(cases: &[Case]) -> Vec<Given> {
    let mut given = Vec::new();
    for case in cases.iter().filter(|case| case.is_for_slots()) {
        for question in Question::ALL {
            let right = case.label.answers.get(question.slot()).cloned().flatten();
            if let Some(answer) = case.reading.answers.get(&question) {
                let is_right = right.is_some_and(|right| token_f1(&right, &answer.text) >= 0.5);
                let (layout, confidence) = (answer.layout, answer.confidence);
                given.push(Given { layout, confidence, is_right });
            }
        }
    }
    given
}

fn share(verdicts: &[bool]) -> f64 {
    let right = u32::try_from(verdicts.iter().filter(|is_right| **is_right).count()).unwrap();
    f64::from(right) / f64::from(u32::try_from(verdicts.len()).unwrap())
}
