//! Tells our own letters from the new words of somebody who answers them, where the mail program
//! lost the quote marks.
//!
//! Letters are compared word by word: mail programs break lines anew, change quotes and bullets,
//! and put table cells beside one another. Nobody types a long line of ours by chance; a short line
//! is ours where it goes on with such a line, or is a whole line of ours in such a mail.

use std::collections::BTreeSet;

use crate::mail::{Line, Origin};

/// A line of so many words that stands in a letter of ours was not typed anew.
const LONG: usize = 6;
/// Longer letters and mails are not compared to their end.
const MOST_WORDS: usize = 20_000;

/// Places of a letter that begin alike; more are not looked at.
const MOST_ALIKE: usize = 20;

/// Marks as quoted what stands in one of the letters.
pub(in crate::mail) fn mark(lines: &mut [Line], letters: &[String]) {
    let letters: Vec<Letter> = letters.iter().map(|text| Letter::new(text)).collect();
    let mut ours = BTreeSet::new();
    // The letter that the line above stands in, and where it goes on there.
    let mut goes_on: Option<(usize, usize)> = None;
    let mut words_left = MOST_WORDS;
    for (number, line) in lines.iter().enumerate().filter(|(_, line)| is_own(line)) {
        let words = words(&line.text);
        if words.is_empty() {
            continue;
        }
        let Some(left) = words_left.checked_sub(words.len()) else { break };
        words_left = left;
        let here = goes_on.filter(|(letter, at)| {
            letters.get(*letter).is_some_and(|letter| letter.has_at(&words, *at))
        });
        let found = here.or_else(|| {
            let is_long = words.len() >= LONG;
            let mut letters = letters.iter().enumerate().filter(|_| is_long);
            letters.find_map(|(number, letter)| Some((number, letter.find(&words)?)))
        });
        goes_on = found.map(|(letter, at)| (letter, at + words.len()));
        if found.is_some() {
            ours.insert(number);
        }
    }
    if ours.is_empty() {
        return;
    }
    for (number, line) in lines.iter_mut().enumerate().filter(|(_, line)| is_own(line)) {
        let words = words(&line.text);
        let is_line_of_ours = || letters.iter().any(|letter| letter.lines.contains(&words));
        if ours.contains(&number) || (!words.is_empty() && is_line_of_ours()) {
            line.origin = Origin::Quoted(1);
        }
    }
}

fn is_own(line: &Line) -> bool {
    matches!(line.origin, Origin::Own | Origin::Forwarded | Origin::Signature)
}

struct Letter {
    words: Vec<String>,
    lines: BTreeSet<Vec<String>>,
    /// Where each run of [`LONG`] words begins, sorted by its words.
    runs: Vec<usize>,
}

impl Letter {
    fn new(text: &str) -> Self {
        let mut words = words(text);
        words.truncate(MOST_WORDS);
        let lines = text.lines().map(self::words).filter(|line| !line.is_empty()).collect();
        let mut runs: Vec<usize> = (0..(words.len() + 1).saturating_sub(LONG)).collect();
        runs.sort_by(|one, other| run(&words, *one).cmp(run(&words, *other)));
        Self { words, lines, runs }
    }

    fn has_at(&self, words: &[String], at: usize) -> bool {
        self.words.get(at..at + words.len()) == Some(words)
    }

    /// Where these words stand, [`LONG`] or more.
    fn find(&self, words: &[String]) -> Option<usize> {
        let wanted = run(words, 0);
        let first = self.runs.partition_point(|at| run(&self.words, *at) < wanted);
        let same = self.runs.iter().skip(first).take(MOST_ALIKE).copied();
        let mut same = same.take_while(|at| run(&self.words, *at) == wanted);
        same.find(|at| self.has_at(words, *at))
    }
}

fn run(words: &[String], at: usize) -> &[String] {
    words.get(at..at + LONG).unwrap_or_default()
}

fn words(text: &str) -> Vec<String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "Dear Ada,\n\nThank you for your mail. A consultant replies to you by \
                          Tuesday 24 November.\n\nWhat we still need to know:\n\n\
                          - What skills or experience does it need?\n- When is the next \
                          project milestone that needs the team?\n\nKind regards";

    /// `>` marks what is to be found as ours.
    fn check(marked: &str, reason: &str) {
        let own = |text: &str| Line {
            text: text.trim_start_matches('>').to_owned(),
            origin: Origin::Own,
        };
        let mut lines: Vec<Line> = marked.lines().map(own).collect();
        mark(&mut lines, &[LETTER.to_owned()]);
        for (line, marked) in lines.iter().zip(marked.lines()) {
            let is_ours = line.origin == Origin::Quoted(1);
            assert_eq!(is_ours, marked.starts_with('>'), "{reason}: {marked}");
        }
    }

    #[test]
    fn our_words_are_told_from_theirs() {
        check(
            "Radio skills. Early March.\n\n>Dear Ada,\n>Thank you for your mail. A consultant\n\
             >replies to you by Tuesday 24 November.\n>What we still need to know:\n\
             >- What skills or experience does it need?\n>- When is the next project\n\
             >milestone that\n>needs the team?\n>Kind regards",
            "an answer on top, lines broken anew",
        );
        check(
            ">What skills or experience does it need?\nSomebody who knows radio\n\
             >When is the next project milestone that needs the team?\nEarly March",
            "answers under our questions",
        );
        check(
            ">Thank you for your mail. A consultant replies to you by Tuesday 24 November.\n\
             >\u{a0}What we still need to know:\n>•\tWhat skills or experience does it need?\nEarly March",
            "as HTML gives it",
        );
        check("Early March\nKind regards\nAda", "short words of their own that stand in ours too");
        check("What skills does it need?\nWhen is the milestone?", "questions in their own words");
    }

    #[test]
    fn hostile_repetition_is_bounded() {
        let letter = "a ".repeat(30_000);
        let line = Line { text: "a ".repeat(100), origin: Origin::Own };
        let mut lines = vec![line; 1_000];
        mark(&mut lines, &[letter]);
        assert!(lines.iter().any(|line| line.origin == Origin::Quoted(1)));
    }
}
