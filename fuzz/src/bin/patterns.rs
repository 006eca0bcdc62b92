//! Mails of 100 KB that say one or two things again and again, which is how work grows with the
//! square of the input. Prints the slowest, and fails where one takes longer than 50 milliseconds.
//!
//! Run it with `make patterns`.

use std::time::Duration;

use mailtriage_fuzz::fragments::WORDS;
use mailtriage_fuzz::{LONGEST, calendar::written_dates, read_all, time_of};

const SLOWEST: Duration = Duration::from_millis(50);
const MORE: [&str; 24] = [
    "a",
    " ",
    "word ",
    "x\r\n",
    "?",
    ".",
    ":",
    "a: b\r\n",
    "a:\r\n",
    "1.\r\n",
    "a - b ",
    "Who? ",
    "need: ",
    "\u{301}",
    "&amp;",
    "&",
    "<",
    "<a>",
    "<b><i>",
    "=?utf-8?Q?x?=",
    "3.3.3 ",
    "1/1/27 ",
    "May ",
    "A. ",
];

fn main() {
    let words: Vec<&str> = WORDS.iter().chain(&MORE).copied().collect();
    let pairs = std::env::args().any(|argument| argument == "--pairs");
    let mut patterns: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    if pairs {
        for first in &words {
            patterns.extend(words.iter().map(|second| format!("{first}{second}")));
        }
    }
    let mut times: Vec<(Duration, String)> = Vec::new();
    for pattern in &patterns {
        let text = pattern.repeat(LONGEST / pattern.len());
        let reports = "multipart/report; report-type=delivery-status; boundary=b";
        for kind in ["text/plain; charset=utf-8", "text/html; charset=utf-8", reports] {
            let raw = format!("From: a@b.example\r\nContent-Type: {kind}\r\n\r\n{text}");
            times.push((best_of(|| read_all(raw.as_bytes())), format!("{pattern:?} as {kind}")));
        }
        let raw = format!("From: a@b.example\r\nSubject: {text}\r\n\r\nhello");
        times.push((best_of(|| read_all(raw.as_bytes())), format!("{pattern:?} in the subject")));
        let day = mailtriage_fuzz::a_day();
        let dates = best_of(|| drop(written_dates::read(&text, day)));
        times.push((dates, format!("{pattern:?} as a date")));
    }
    times.sort();
    for (time, pattern) in times.iter().rev().take(25) {
        println!("{time:>12.2?}  {pattern}");
    }
    let slow = times.iter().filter(|(time, _)| *time > SLOWEST).count();
    println!("{} patterns, {slow} of them slow", times.len());
    std::process::exit(i32::from(slow > 0));
}

/// The machine may be busy with something else.
fn best_of(work: impl Fn()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..4 {
        best = best.min(time_of(&work));
        if best < SLOWEST / 2 {
            break;
        }
    }
    best
}
