//! Measures the reading of milestone answers on the labelled mails.

use std::fs;
use std::path::Path;

use chrono::{DateTime, NaiveDate};
use mailtriage::calendar::{Days, written_dates};
use serde_json::Value;

/// Below these the reading has become worse than it was.
const FEWEST_ANSWERS: usize = 75;
const EXACT_FLOOR: f64 = 0.92;
const OVERLAP_FLOOR: f64 = 0.97;

#[test]
fn milestones_of_the_labelled_mails_are_read() {
    let (mut answers, mut exact, mut overlapping) = (0_usize, 0_usize, 0_usize);
    let mut wrong = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let label: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let mail = fs::read(path.with_extension("eml")).unwrap();
        let answer = label["answers"]["milestone"].as_str();
        let (Some(answer), Some(written_on)) = (answer, date_header(&mail)) else {
            continue;
        };
        let expected = expected_days(&label);
        let found = written_dates::read(answer, written_on);
        answers += 1;
        exact += usize::from(found == expected);
        overlapping += usize::from(overlap(found, expected));
        if found != expected {
            wrong.push(format!("{}: {expected:?}, but read {found:?}", path.display()));
        }
    }
    assert!(answers >= FEWEST_ANSWERS, "only {answers} answers");
    assert!(share(exact, answers) >= EXACT_FLOOR, "{exact} of {answers}\n{}", wrong.join("\n"));
    assert!(share(overlapping, answers) >= OVERLAP_FLOOR, "{overlapping} of {answers}");
}

fn expected_days(label: &Value) -> Option<Days> {
    let day = |key: &str| label[key].as_str()?.parse::<NaiveDate>().ok();
    Some(Days { from: day("milestone_from")?, to: day("milestone_to")? })
}

fn overlap(found: Option<Days>, expected: Option<Days>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => found.from <= expected.to && expected.from <= found.to,
        (found, expected) => found == expected,
    }
}

fn date_header(mail: &[u8]) -> Option<NaiveDate> {
    let text = String::from_utf8_lossy(mail);
    let header = text.lines().take_while(|line| !line.is_empty());
    let mut dates = header.filter_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("date").then_some(value)
    });
    let date = dates.next()?;
    let date = date.split('(').next()?.trim();
    DateTime::parse_from_rfc2822(date).ok().map(|date| date.date_naive())
}

#[expect(clippy::cast_precision_loss, reason = "a few hundred mails")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}
