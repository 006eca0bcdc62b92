//! Records anew what networks say of mails that they were not taught with, for `out_of_fold`.
//!
//! No test of the service: it is run by hand after a training, with `FOLDS` naming the folder in which
//! the training left the networks of its folds. `docs/reading.md` has the command.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use mailtriage::intake::Reader;
use mailtriage::tagger::{COLUMNS, Judge, Said, Shipped, Tagger};
use serde_json::json;

use crate::corpus::case;

const FOLDERS: [&str; 3] = ["mails", "mails-more", "mails-once-held-out"];

/// Passes questions on and keeps what was answered.
struct Recording {
    judge: Arc<dyn Judge>,
    lines: Arc<Mutex<BTreeSet<String>>>,
}

impl Judge for Recording {
    fn judge(&self, subject: &str, sentences: &[&str]) -> Option<Said> {
        let said = self.judge.judge(subject, sentences)?;
        self.lines.lock().unwrap().insert(line(subject, sentences, &said));
        Some(said)
    }
}

/// Chances in thousandths; words only where some question is likely.
fn line(subject: &str, texts: &[&str], said: &Said) -> String {
    let short = |chances: [f32; COLUMNS]| {
        chances.map(|chance| (f64::from(chance) * 1000.0).round() / 1000.0)
    };
    let sentences: Vec<_> = texts
        .iter()
        .zip(&said.sentences)
        .map(|(text, sentence)| {
            let is_likely = sentence.chances.iter().any(|chance| *chance >= 0.03);
            let words = sentence.words.iter().filter(|_| is_likely);
            let words: Vec<_> =
                words.map(|word| (word.start, word.end, short(word.chances))).collect();
            json!({ "text": text, "chances": short(sentence.chances), "words": words })
        })
        .collect();
    let (route, urgent) = (short(said.route), f64::from(said.urgent));
    json!({ "subject": subject, "sentences": sentences, "route": route, "urgent": urgent })
        .to_string()
}

#[test]
#[ignore = "a tool: it needs the networks that a training leaves behind"]
fn what_the_networks_say() {
    let folds = std::env::var_os("FOLDS").expect("FOLDS names the networks");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let lines = Arc::new(Mutex::new(BTreeSet::new()));
    let read = |judge: Arc<dyn Judge>, mails: &[PathBuf]| {
        let judge = Arc::new(Recording { judge, lines: Arc::clone(&lines) });
        let reader = Reader::by_cues().with_model(judge);
        for mail in mails {
            case(mail, &reader);
        }
    };
    let mut taught = BTreeSet::new();
    for fold in 0.. {
        let folder = Path::new(&folds).join(format!("fold-{fold}"));
        let Ok(names) = fs::read_to_string(folder.join("mails.txt")) else { break };
        let held_out: Vec<PathBuf> = names
            .lines()
            .filter(|name| FOLDERS.iter().any(|folder| name.split('/').next() == Some(folder)))
            .map(|name| tests.join(format!("{name}.eml")))
            .filter(|mail| mail.exists())
            .collect();
        let weights = fs::read(folder.join("reader.onnx")).unwrap();
        let vocabulary = fs::read_to_string(folder.join("vocabulary.txt")).unwrap();
        let tagger = Tagger::new(Cow::Owned(weights), &vocabulary).unwrap();
        read(Arc::new(tagger), &held_out);
        taught.extend(held_out);
    }
    // No network was taught with the others.
    let entries = FOLDERS.iter().flat_map(|folder| fs::read_dir(tests.join(folder)).unwrap());
    let others: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .filter(|path| !taught.contains(path))
        .collect();
    read(Arc::new(Shipped::default()), &others);
    let lines = lines.lock().unwrap();
    assert!(lines.len() > 100, "only {} mails were put to a network", lines.len());
    let text = lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect::<String>();
    fs::write(tests.join("data/out-of-fold.jsonl"), text).unwrap();
}
