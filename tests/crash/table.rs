//! What came of it: a row for each point, and what has to be named.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::audit::Findings;
use crate::points::POINTS;

/// All lanes together, for those who watch.
static STRUCK: AtomicU32 = AtomicU32::new(0);
const TOLD_EVERY: u32 = 50;

#[derive(Debug, Default)]
struct Row {
    struck: u32,
    lost: usize,
    doubled: usize,
    unknown: usize,
    seconds: Vec<f64>,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(usize, &'static str), Row>,
    mails: usize,
    letters: usize,
    /// Each breaks a promise.
    faults: Vec<String>,
    /// Each is allowed, and named.
    named: Vec<String>,
    /// Points that the service did not come by in time.
    missed: Vec<String>,
    /// Seconds until another copy held the mailbox.
    takeovers: Vec<f64>,
    /// What copies wanted to write that woke up too late.
    refused: usize,
}

impl Table {
    pub(crate) fn strikes(&mut self, name: &'static str) {
        self.row(name).struck += 1;
        let all = STRUCK.fetch_add(1, Ordering::Relaxed) + 1;
        if all.is_multiple_of(TOLD_EVERY) {
            anstream::eprintln!("struck {all} times");
        }
    }

    pub(crate) fn recovers(&mut self, name: &'static str, seconds: f64) {
        self.row(name).seconds.push(seconds);
    }

    pub(crate) fn is_taken_over(&mut self, seconds: f64) {
        self.takeovers.push(seconds);
    }

    pub(crate) fn refuses(&mut self, writes: usize) {
        self.refused += writes;
    }

    pub(crate) fn misses(&mut self, name: &'static str) {
        self.missed.push(name.to_owned());
    }

    pub(crate) fn fault(&mut self, words: String) {
        anstream::eprintln!("FAULT: {words}");
        self.faults.push(words);
    }

    pub(crate) fn counts(&mut self, mails: usize, letters: usize) {
        self.mails += mails;
        self.letters += letters;
    }

    /// What a strike at this point has left.
    pub(crate) fn finds(&mut self, name: &'static str, lane: usize, new: &Findings) {
        let row = self.row(name);
        row.lost += new.lost.len();
        row.doubled += new.doubled.len();
        row.unknown += new.unknown.len();
        let told = |what: &str, words: &String| format!("lane {lane}, {name}: {what}: {words}");
        new.lost.iter().for_each(|words| self.fault(told("lost", words)));
        new.doubled.iter().for_each(|words| self.fault(told("doubled", words)));
        self.named.extend(new.unknown.iter().map(|words| told("unknown fate", words)));
        self.named.extend(new.set_aside.iter().map(|words| told("set aside", words)));
    }

    pub(crate) fn append(&mut self, mut other: Self) {
        for (key, row) in other.rows {
            let mine = self.rows.entry(key).or_default();
            mine.struck += row.struck;
            mine.lost += row.lost;
            mine.doubled += row.doubled;
            mine.unknown += row.unknown;
            mine.seconds.extend(row.seconds);
        }
        self.counts(other.mails, other.letters);
        self.faults.append(&mut other.faults);
        self.named.append(&mut other.named);
        self.missed.append(&mut other.missed);
        self.takeovers.append(&mut other.takeovers);
        self.refused += other.refused;
    }

    /// How often a copy that woke up was told that it is too late.
    pub(crate) fn refused(&self) -> usize {
        self.refused
    }

    pub(crate) fn must_be_clean(&self) {
        assert!(self.faults.is_empty(), "{} promises broken:\n{self}", self.faults.len());
        assert!(self.missed.is_empty(), "the service did not come by: {:?}", self.missed);
    }

    /// In the order of the pipeline; moments come last.
    fn row(&mut self, name: &'static str) -> &mut Row {
        let place = POINTS.iter().position(|point| point.name == name);
        self.rows.entry((place.unwrap_or(usize::MAX), name)).or_default()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<36} {:>6} {:>5} {:>8} {:>8} {:>7} {:>6}",
            "point", "struck", "lost", "doubled", "unknown", "median", "worst"
        )?;
        let mut all = Row::default();
        for ((_, name), row) in &self.rows {
            line(f, name, row)?;
            all.struck += row.struck;
            all.lost += row.lost;
            all.doubled += row.doubled;
            all.unknown += row.unknown;
            all.seconds.extend(&row.seconds);
        }
        line(f, "all", &all)?;
        writeln!(f, "mails delivered {}, letters written {}", self.mails, self.letters)?;
        if !self.takeovers.is_empty() {
            let (median, worst) = middle_and_worst(&self.takeovers);
            let count = self.takeovers.len();
            writeln!(f, "takeovers {count}: median {median:.1} s, worst {worst:.1} s")?;
            writeln!(f, "writes of stale copies that were refused: {}", self.refused)?;
        }
        for (title, lines) in
            [("named", &self.named), ("not reached", &self.missed), ("FAULTS", &self.faults)]
        {
            if !lines.is_empty() {
                writeln!(f, "{title}:")?;
            }
            for words in lines {
                writeln!(f, "  {words}")?;
            }
        }
        Ok(())
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, row: &Row) -> fmt::Result {
    let Row { struck, lost, doubled, unknown, seconds } = row;
    let (median, worst) = middle_and_worst(seconds);
    writeln!(
        f,
        "{name:<36} {struck:>6} {lost:>5} {doubled:>8} {unknown:>8} {median:>7.1} {worst:>6.1}"
    )
}

fn middle_and_worst(seconds: &[f64]) -> (f64, f64) {
    let mut sorted = seconds.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
    (middle, sorted.last().copied().unwrap_or_default())
}
