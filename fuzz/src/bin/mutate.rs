//! Strange mails without cargo-fuzz: the labelled mails, changed at random, and mails put together
//! from fragments. Slower to find its way than libFuzzer, but it runs wherever the service builds.
//!
//! `mutate FOLDER EXECUTIONS [FIRST]`; a finding names the number to begin with to see it again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mailtriage_fuzz::fragments::{self, WORDS};
use mailtriage_fuzz::{a_day, calendar::written_dates, in_time, read_all};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|number| number.parse::<u64>().ok());
    let mails = mails(arguments.first().map_or("../tests/mails", String::as_str));
    let (executions, first) = (number(1).unwrap_or(100_000), number(2).unwrap_or(1));
    for seed in first..first + executions {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        let input = input(&mut random, &mails);
        if catch_unwind(AssertUnwindSafe(|| try_one(seed, &input))).is_err() {
            std::fs::write(format!("finding-{seed}"), &input).expect("the finding is kept");
            println!("finding: begin with {seed}");
            std::process::exit(1);
        }
        if (seed - first + 1).is_multiple_of(10_000) {
            println!("{} executions", seed - first + 1);
        }
    }
    println!("{executions} executions, no finding");
}

fn try_one(seed: u64, input: &[u8]) {
    in_time(input, || read_all(input));
    if seed.is_multiple_of(4) {
        let text = String::from_utf8_lossy(input);
        in_time(input, || drop(written_dates::read(&text, a_day())));
    }
}

fn mails(folder: &str) -> Vec<Vec<u8>> {
    let files = std::fs::read_dir(folder).expect("a folder of mails");
    let mut paths: Vec<_> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    paths.sort();
    paths.iter().map(|path| std::fs::read(path).expect("a mail")).collect()
}

fn input(random: &mut Random, mails: &[Vec<u8>]) -> Vec<u8> {
    let bytes: Vec<u8> = (0..random.below(200)).map(|_| random.below(256) as u8).collect();
    match random.below(4) {
        0 => fragments::mail(&bytes),
        1 => {
            let html = fragments::text(&bytes);
            format!("From: a@b.example\r\nContent-Type: text/html\r\n\r\n{html}").into_bytes()
        }
        _ => {
            let mut mail = mails[random.below(mails.len())].clone();
            for _ in 0..=random.below(8) {
                let other = &mails[random.below(mails.len())];
                change(&mut mail, other, random);
            }
            mail.truncate(mailtriage_fuzz::LONGEST);
            mail
        }
    }
}

fn change(mail: &mut Vec<u8>, other: &[u8], random: &mut Random) {
    let at = random.below(mail.len() + 1);
    let end = (at + random.below(200)).min(mail.len());
    match random.below(6) {
        0 => {
            mail.drain(at..end);
        }
        1 => {
            let again: Vec<u8> = mail[at..end].to_vec();
            let times = 1 + random.below(20);
            let again = again.repeat(times);
            drop(mail.splice(at..at, again));
        }
        2 => {
            let from = random.below(other.len() + 1);
            let to = (from + random.below(400)).min(other.len());
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

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit.max(1)
    }
}
