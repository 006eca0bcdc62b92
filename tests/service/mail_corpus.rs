//! Every labelled mail of `tests/mails`: who wrote it, and whether its answers count as own words.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;

use mailtriage::mail::{IncomingMail, Origin, SenderKind, read};

struct Case {
    name: String,
    mail: IncomingMail,
    kind: String,
    answers: Vec<String>,
}

fn cases() -> Result<Vec<Case>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let label: Label = serde_json::from_slice(&std::fs::read(path.with_extension("json"))?)?;
        cases.push(Case {
            name: path.display().to_string(),
            mail: read(&std::fs::read(&path)?),
            kind: label.kind,
            answers: label.answers.into_values().flatten().collect(),
        });
    }
    Ok(cases)
}

#[derive(serde::Deserialize)]
struct Label {
    kind: String,
    answers: BTreeMap<String, Option<String>>,
}

fn expected(kind: &str) -> &str {
    match kind {
        "request" | "follow_up" | "dispute" => "person",
        other => other,
    }
}

fn found(kind: &SenderKind) -> &'static str {
    match kind {
        SenderKind::Person => "person",
        SenderKind::AutoReply { .. } => "auto_reply",
        SenderKind::Bounce(_) => "bounce",
        SenderKind::Bulk { .. } => "bulk",
        SenderKind::Spam { .. } => "spam",
    }
}

#[test]
fn machines_are_told_from_people() {
    let mut right: BTreeMap<&str, usize> = BTreeMap::new();
    let cases = cases().unwrap();
    for case in &cases {
        let (expected, found) = (expected(&case.kind), found(&case.mail.sender_kind));
        if expected == found {
            *right.entry(expected).or_default() += 1;
        } else {
            println!("{}: {expected} was taken for {found}", case.name);
        }
    }
    let people = cases.iter().filter(|case| expected(&case.kind) == "person").count();
    assert_eq!(right.get("person"), Some(&people), "a person was taken for a machine");
    let all: usize = right.values().sum();
    assert!(all * 100 >= cases.len() * 97, "{all} of {} are right: {right:?}", cases.len());
}

fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

#[test]
fn answers_are_own_words() {
    let (mut kept, mut all) = (0, 0);
    for case in cases().unwrap() {
        let own = |origin| matches!(origin, Origin::Own | Origin::Forwarded);
        let lines = case.mail.lines.iter().filter(|line| own(line.origin));
        let words: BTreeSet<String> = lines.flat_map(|line| tokens(&line.text)).collect();
        for answer in &case.answers {
            let (missing, found): (Vec<_>, Vec<_>) =
                tokens(answer).into_iter().partition(|token| !words.contains(token));
            kept += found.len();
            all += found.len() + missing.len();
            if !missing.is_empty() {
                println!("{}: {missing:?}", case.name);
            }
        }
    }
    assert!(all > 1_000);
    assert!(kept * 1_000 >= all * 990, "{kept} of {all} words of answers are own words");
}
