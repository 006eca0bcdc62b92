//! Strange mails without cargo-fuzz: pieces of the labelled mails, changed at random, and texts put
//! together from fragments, for each target. It sees nothing of the code, but a run takes some ten
//! microseconds, and it needs nothing but the compiler.
//!
//! `mutate EXECUTIONS [FIRST] [TARGET]...` makes so many of each target, and begins with input FIRST.
//! A finding names target and number, so that the same input can be made again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use mailtriage_fuzz::fragments::{self, WORDS};
use mailtriage_fuzz::{LONGEST, targets};

const TARGETS: [&str; 6] = ["mail", "fragments", "html", "dates", "commands", "reports"];
/// Most inputs are short, so that many are tried. One in so many is of full length, to find work
/// that grows with the square of it.
const ONE_LONG_IN: u64 = 20_000;
/// Panics, those included that the reader catches.
static PANICS: AtomicU64 = AtomicU64::new(0);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|number| number.parse::<u64>().ok());
    let (executions, first) = (number(0).unwrap_or(100_000), number(1).unwrap_or(1));
    let wanted = arguments.get(2..).filter(|wanted| !wanted.is_empty());
    let mails = mails();
    std::panic::set_hook(Box::new(|panic| {
        PANICS.fetch_add(1, Ordering::Relaxed);
        eprintln!("{panic}");
    }));
    let mut findings = 0;
    for (number, target) in (0u64..).zip(TARGETS) {
        if wanted.is_some_and(|wanted| !wanted.iter().any(|one| one == target)) {
            continue;
        }
        let (start, panics) = (Instant::now(), PANICS.load(Ordering::Relaxed));
        let mut found = 0;
        for seed in first..first + executions {
            let mixed = (seed.wrapping_mul(8) + number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let input = Input {
                random: Random(mixed | 1),
                mails: &mails,
                is_long: seed.is_multiple_of(ONE_LONG_IN),
            };
            if catch_unwind(AssertUnwindSafe(|| input.try_out(target))).is_err() {
                println!("finding: mutate 1 {seed} {target}");
                found += 1;
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        let caught = PANICS.load(Ordering::Relaxed) - panics - found;
        println!(
            "{target}: {executions} executions in {seconds:.0} s, findings: {found}, panics of a library that the reader caught: {caught}"
        );
        findings += found;
    }
    std::process::exit(i32::from(findings > 0));
}

fn mails() -> Vec<Vec<u8>> {
    let tests = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/");
    let mut paths = Vec::new();
    for folder in ["mails", "mails-more", "mails-once-held-out", "mails-held-out"] {
        let files = std::fs::read_dir(format!("{tests}{folder}")).expect("a folder of mails");
        paths.extend(files.map(|file| file.expect("a file").path()));
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a mail")).collect()
}

struct Input<'a> {
    random: Random,
    mails: &'a [Vec<u8>],
    is_long: bool,
}

impl Input<'_> {
    fn try_out(mut self, target: &str) {
        match target {
            "mail" => targets::mail(&self.mail()),
            "fragments" => {
                let bytes = self.bytes(16);
                let mut mail = fragments::mail(&bytes);
                if self.is_long {
                    let body = fragments::text(&bytes);
                    mail.extend(grown(body).into_bytes());
                    mail.truncate(LONGEST);
                }
                targets::mail(&mail);
            }
            "html" => targets::html(&self.text()),
            "dates" => targets::dates(&self.text()),
            "commands" => {
                let subject = fragments::text(&self.bytes(10));
                targets::commands(&subject, &self.text());
            }
            _ => {
                let (prose, fields) = (self.text(), fragments::text(&self.bytes(10)));
                let original = fragments::text(&self.bytes(10));
                targets::reports(&prose, &fields, &original);
            }
        }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.random.below(most)).map(|_| self.random.below(256) as u8).collect()
    }

    /// Fragments, or a changed piece of a labelled mail.
    fn text(&mut self) -> String {
        let text = if self.random.below(3) == 0 {
            let mail = &self.mails[self.random.below(self.mails.len())];
            let at = self.random.below(mail.len());
            let mut piece = mail[at..(at + self.random.below(90)).min(mail.len())].to_vec();
            self.change(&mut piece);
            String::from_utf8_lossy(&piece).into_owned()
        } else {
            fragments::text(&self.bytes(16))
        };
        if self.is_long { grown(text) } else { text }
    }

    /// The head of a labelled mail and a piece of its body, changed.
    fn mail(&mut self) -> Vec<u8> {
        let mail = &self.mails[self.random.below(self.mails.len())];
        let end = mail.windows(2).position(|two| two == b"\n\r" || two == b"\n\n");
        let (head, body) = mail.split_at(end.map_or(0, |end| end + 1));
        let from = self.random.below(body.len());
        let to = (from + self.random.below(120)).min(body.len());
        let mut mail = head[..head.len().min(240)].to_vec();
        mail.extend_from_slice(b"\r\n");
        let piece = &body[from..to];
        let times = if self.is_long { LONGEST / piece.len().max(1) } else { 1 };
        mail.extend(piece.repeat(times));
        for _ in 0..=self.random.below(4) {
            self.change(&mut mail);
        }
        mail.truncate(LONGEST);
        mail
    }

    fn change(&mut self, mail: &mut Vec<u8>) {
        let other = &self.mails[self.random.below(self.mails.len())];
        let random = &mut self.random;
        let at = random.below(mail.len() + 1);
        let end = (at + random.below(60)).min(mail.len());
        match random.below(6) {
            0 => {
                mail.drain(at..end);
            }
            1 => {
                let again = mail[at..end].repeat(1 + random.below(6));
                drop(mail.splice(at..at, again));
            }
            2 => {
                let from = random.below(other.len() + 1);
                let to = (from + random.below(120)).min(other.len());
                drop(mail.splice(at..end, other[from..to].iter().copied()));
            }
            3 => {
                let word = WORDS[random.below(WORDS.len())];
                drop(mail.splice(at..at, word.bytes()));
            }
            4 => mail.insert(at, random.below(256) as u8),
            _ => mail[at..end].reverse(),
        }
    }
}

/// The text again and again, up to full length.
fn grown(text: String) -> String {
    if text.is_empty() { text } else { text.repeat((LONGEST / text.len()).max(1)) }
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}
