//! Every labelled mail of `tests/mails` and `tests/mails-more`: the measures of the reader, and the floors they keep.
//!
//! The measures are those of the corpus: token F1 of the answers, one for a slot that is rightly
//! empty; the floors stand a little below what the reader reaches.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use mailtriage::intake::{self, Question, Reader, Reading};
use mailtriage::mail;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(crate) struct Label {
    kind: String,
    style: String,
    pub(crate) answers: BTreeMap<String, Option<String>>,
    need_kinds: BTreeSet<String>,
    milestone_from: Option<NaiveDate>,
    milestone_to: Option<NaiveDate>,
    route: String,
    urgent: bool,
}

pub(crate) struct Case {
    pub(crate) label: Label,
    pub(crate) reading: Reading,
}

impl Case {
    pub(crate) fn is_for_slots(&self) -> bool {
        matches!(self.label.kind.as_str(), "request" | "follow_up")
    }

    fn group(&self) -> &'static str {
        match self.label.style.as_str() {
            "prose" | "mixed" => "prose",
            "none" => "none",
            _ => "structured",
        }
    }
}

/// The least that the reader reaches on one folder.
pub(crate) struct Floors {
    pub(crate) groups: Vec<(&'static str, f64)>,
    pub(crate) kind: f64,
    pub(crate) route: f64,
    pub(crate) urgent_precision: f64,
    pub(crate) urgent_recall: f64,
    pub(crate) milestone: f64,
    pub(crate) need_kinds: f64,
}

#[test]
fn the_labelled_mails_are_read_as_a_person_reads_them() {
    let floors = Floors {
        groups: [("structured", 0.99), ("prose", 0.68), ("none", 0.95)].to_vec(),
        kind: 0.97,
        route: 0.95,
        urgent_precision: 0.8,
        urgent_recall: 0.8,
        milestone: 0.96,
        need_kinds: 0.95,
    };
    check(&cases(("tests/mails", 0..=999, 120), &Reader::by_cues()), &floors);
}

/// Mails of another hand, many of them written against the rules: incidents told without a word
/// of the trade, and peaceful mails full of such words.
#[test]
fn mails_of_another_hand_are_read_too() {
    let floors = Floors {
        groups: [("structured", 0.98), ("prose", 0.8), ("none", 0.97)].to_vec(),
        kind: 0.97,
        route: 0.94,
        urgent_precision: 0.95,
        urgent_recall: 0.9,
        milestone: 0.94,
        need_kinds: 0.96,
    };
    check(&cases(("tests/mails-more", 0..=799, 133), &Reader::by_cues()), &floors);
}

/// Layouts, dates, needs and oblique news that no rule had been written for. When they were first
/// read, 0.735 of the structured answers and 0.765 of the milestones were right.
#[test]
fn mails_in_layouts_of_their_own_are_read() {
    let floors = Floors {
        groups: [("structured", 0.98), ("prose", 0.8)].to_vec(),
        kind: 0.98,
        route: 0.97,
        urgent_precision: 0.95,
        urgent_recall: 0.9,
        milestone: 0.98,
        need_kinds: 0.96,
    };
    check(&cases(("tests/mails-more", 800..=899, 70), &Reader::by_cues()), &floors);
}

/// Mails of somebody who knew no rule. First read, 0.791 of the structured answers, 0.557 of those in
/// prose and 0.614 of the milestones were right; their failures were looked at when rules were mended.
#[test]
fn mails_of_somebody_who_knew_no_rule_are_read() {
    let floors = Floors {
        groups: [("structured", 0.97), ("prose", 0.54), ("none", 0.9)].to_vec(),
        kind: 0.98,
        route: 0.95,
        urgent_precision: 0.95,
        urgent_recall: 0.75,
        milestone: 0.91,
        need_kinds: 0.78,
    };
    check(&cases(("tests/mails-more", 900..=999, 50), &Reader::by_cues()), &floors);
}

/// Forms with the twists of real people, and mails that only look like requests. First read, 0.760 of the
/// structured answers were right and 44 of the first 50 kinds.
#[test]
fn twisted_forms_are_read() {
    let cases = cases(("tests/mails-twisted", 0..=299, 63), &Reader::by_cues());
    for (group, floor) in [("structured", 0.98), ("prose", 0.78), ("none", 0.95)] {
        let score = slot_score(&cases, group);
        assert!(score >= floor, "{group} mails: slot score {score:.3} is below {floor}");
    }
    let scored = cases.iter().filter(|case| case.is_for_slots());
    let is_kind = |case: &Case| word(&case.reading.kind) == case.label.kind;
    for (name, share, floor) in [
        ("kind", share(cases.iter(), is_kind), 0.98),
        ("milestone", share(scored, has_right_days), 0.92),
        ("need kinds", need_kinds_f1(&cases), 0.96),
    ] {
        assert!(share >= floor, "{name}: {share:.3} is below {floor}");
    }
}

/// Mails about kind, team and urgency alone: machines without headers, people who resemble them,
/// disputes in other words. `docs/reading.md` tells how they were first read.
#[test]
fn kinds_are_told_apart() {
    for (numbers, how_many, kind, route) in
        [(400..=599, 112, 0.98, 0.87), (600..=699, 30, 0.96, 0.7), (700..=799, 20, 0.75, 0.7)]
    {
        let cases = cases(("tests/mails-kinds", numbers, how_many), &Reader::by_cues());
        let reached = share(cases.iter(), |case| word(&case.reading.kind) == case.label.kind);
        assert!(reached >= kind, "kind: {reached:.3} is below {kind}");
        let requests = cases.iter().filter(|case| case.label.kind == "request");
        let reached = share(requests, |case| word(&case.reading.route) == case.label.route);
        assert!(reached >= route, "route: {reached:.3} is below {route}");
        let machines = ["auto_reply", "bounce", "bulk", "spam"];
        let is_machine = |kind: &str| machines.contains(&kind);
        let taken = cases
            .iter()
            .filter(|case| is_machine(&word(&case.reading.kind)) && !is_machine(&case.label.kind));
        assert_eq!(taken.count(), 0, "people taken for machines");
    }
}

pub(crate) fn check(cases: &[Case], floors: &Floors) {
    for (group, floor) in &floors.groups {
        let score = slot_score(cases, group);
        assert!(score >= *floor, "{group} mails: slot score {score:.3} is below {floor}");
    }
    let (precision, recall) = urgent(cases);
    let requests = || cases.iter().filter(|case| case.label.kind == "request");
    let scored = || cases.iter().filter(|case| case.is_for_slots());
    for (name, share, floor) in [
        (
            "kind",
            share(cases.iter(), |case| word(&case.reading.kind) == case.label.kind),
            floors.kind,
        ),
        (
            "route",
            share(requests(), |case| word(&case.reading.route) == case.label.route),
            floors.route,
        ),
        ("urgent, precision", precision, floors.urgent_precision),
        ("urgent, recall", recall, floors.urgent_recall),
        ("milestone", share(scored(), has_right_days), floors.milestone),
        ("need kinds", need_kinds_f1(cases), floors.need_kinds),
    ] {
        assert!(share >= floor, "{name}: {share:.3} is below {floor}");
    }
}

/// How many of the mails read as urgent are, and how many of the urgent ones are read so.
fn urgent(cases: &[Case]) -> (f64, f64) {
    let read = cases.iter().filter(|case| case.reading.urgent);
    let precision = share(read, |case| case.label.urgent);
    let labelled = cases.iter().filter(|case| case.label.urgent);
    (precision, share(labelled, |case| case.reading.urgent))
}

/// The mails of a folder whose names begin with one of these numbers.
pub(crate) fn cases(
    (folder, numbers, how_many): (&str, RangeInclusive<u32>, usize),
    reader: &Reader,
) -> Vec<Case> {
    let is_meant = |path: &PathBuf| {
        let name = path.file_name().and_then(OsStr::to_str).unwrap();
        path.extension() == Some(OsStr::new("eml"))
            && numbers.contains(&name.get(..3).unwrap().parse().unwrap())
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut mails: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_meant).collect();
    mails.sort();
    assert_eq!(mails.len(), how_many);
    mails.iter().map(|path| case(path, reader)).collect()
}

pub(crate) fn case(path: &Path, reader: &Reader) -> Case {
    let label = serde_json::from_slice(&fs::read(path.with_extension("json")).unwrap()).unwrap();
    let mail = mail::read(&fs::read(path).unwrap());
    let written_on = mail.written_at.map_or(NaiveDate::MIN, |written_at| written_at.date_naive());
    Case { label, reading: intake::read(reader, &mail, written_on) }
}

fn share<'a>(cases: impl Iterator<Item = &'a Case>, is_right: impl Fn(&Case) -> bool) -> f64 {
    let verdicts: Vec<f64> = cases.map(|case| f64::from(u8::from(is_right(case)))).collect();
    mean(&verdicts)
}

fn mean(values: &[f64]) -> f64 {
    let count = u32::try_from(values.len()).unwrap();
    assert!(count > 0, "nothing to measure");
    values.iter().sum::<f64>() / f64::from(count)
}

fn slot_score(cases: &[Case], group: &str) -> f64 {
    let mut scores = Vec::new();
    for case in cases.iter().filter(|case| case.is_for_slots() && case.group() == group) {
        for question in Question::ALL {
            let right = case.label.answers.get(question.slot()).cloned().flatten();
            let read = case.reading.answers.get(&question).map(|answer| answer.text.as_str());
            scores.push(match (right.as_deref(), read) {
                (None, None) => 1.0,
                (Some(right), Some(read)) => token_f1(right, read),
                (Some(_), None) | (None, Some(_)) => 0.0,
            });
        }
    }
    mean(&scores)
}

pub(crate) fn token_f1(right: &str, read: &str) -> f64 {
    let (right, read) = (tokens(right), tokens(read));
    let count = |tokens: &BTreeMap<String, u32>| f64::from(tokens.values().sum::<u32>());
    let shared: u32 =
        right.iter().map(|(token, times)| times.min(read.get(token).unwrap_or(&0))).sum();
    if shared == 0 {
        return 0.0;
    }
    2.0 * f64::from(shared) / (count(&right) + count(&read))
}

fn tokens(text: &str) -> BTreeMap<String, u32> {
    let mut tokens = BTreeMap::new();
    let lower = text.to_lowercase();
    for token in lower.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
        if !token.is_empty() {
            *tokens.entry(token.to_owned()).or_default() += 1;
        }
    }
    tokens
}

fn has_right_days(case: &Case) -> bool {
    let right = case.label.milestone_from.zip(case.label.milestone_to);
    case.reading.milestone.map(|days| (days.from, days.to)) == right
}

fn need_kinds_f1(cases: &[Case]) -> f64 {
    let (mut shared, mut all) = (0_u32, 0_u32);
    for case in cases.iter().filter(|case| case.is_for_slots()) {
        let read: BTreeSet<String> = case.reading.need_kinds.iter().map(word).collect();
        shared += u32::try_from(read.intersection(&case.label.need_kinds).count()).unwrap();
        all += u32::try_from(read.len() + case.label.need_kinds.len()).unwrap();
    }
    2.0 * f64::from(shared) / f64::from(all)
}

/// The name of a value as the labels have it.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value).unwrap() {
        Value::String(word) => word,
        other => other.to_string(),
    }
}
