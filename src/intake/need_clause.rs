//! One clause of what somebody needs, ready to be looked through: which words it holds, and which of
//! them it denies.

use super::need_words as words;
use super::phrase_list::{List, list};
use super::phrases::{self, Heard};

/// One clause, ready to be looked through.
pub(super) struct Spoken<'a> {
    pub(super) words: Vec<&'a str>,
    heard: &'a Heard,
    /// It tells what was had before.
    is_done: bool,
}

impl<'a> Spoken<'a> {
    pub(super) fn new(heard: &'a Heard) -> Self {
        let is_done = heard.holds_any(words::DONE);
        Self { words: heard.words().collect(), heard, is_done }
    }

    pub(super) fn says(&self, list: List) -> bool {
        self.heard.holds_any(list)
    }

    /// Whether one of these phrases stands here, and not to be denied.
    pub(super) fn asks(&self, list: List) -> bool {
        !self.is_done && self.heard.all_of(list).iter().any(|phrase| !self.is_denied(phrase))
    }

    /// Whether one of these verbs stands here in any form, and not to be denied.
    pub(super) fn asks_to(&self, verbs: &[&str]) -> bool {
        let is_asked = |(at, word): (usize, &&str)| {
            verbs.iter().any(|verb| is_form_of(word, verb)) && !self.is_denied_at(at)
        };
        !self.is_done && self.words.iter().enumerate().any(is_asked)
    }

    fn is_denied(&self, phrase: &str) -> bool {
        let parts: Vec<&str> = phrase.split(' ').collect();
        let stands = |at: &usize| {
            let here = self.words.iter().skip(*at).take(parts.len());
            here.len() == parts.len() && here.zip(&parts).all(|(word, part)| word == part)
        };
        let mut places = (0..self.words.len()).filter(stands).peekable();
        places.peek().is_some() && places.all(|at| self.is_denied_at(at))
    }

    fn is_denied_at(&self, at: usize) -> bool {
        let before = self.words.get(at.saturating_sub(5)..at).unwrap_or_default();
        let is_participle = self.words.get(at).is_some_and(|word| word.ends_with("ed"));
        let is_passive =
            is_participle && before.last().is_some_and(|word| words::PASSIVES.contains(word));
        is_passive || phrases::holds_any(&before.join(" "), words::DENIALS)
    }

    pub(super) fn spoken(&self) -> impl Iterator<Item = &str> {
        self.words.iter().copied().skip_while(|word| is_filler(word))
    }

    /// `Is our approach right?`
    pub(super) fn asks_if_right(&self) -> bool {
        let mut said = self.spoken();
        let asks = said.next().is_some_and(|word| words::ASK_IF.contains(&word));
        let ours = said.next().is_some_and(|word| words::OURS.contains(&word));
        asks && ours
            && self.says(words::RIGHT)
            && (self.says(words::ARTEFACTS) || self.says(list!("what we|what i")))
    }

    pub(super) fn holds_question(&self) -> bool {
        let all = [words::OPEN_QUESTIONS, words::CLOSED_QUESTIONS];
        self.words.iter().any(|word| all.iter().any(|list| list.contains(word)))
    }
}

pub(super) fn is_filler(word: &str) -> bool {
    const FILLERS: &[&str] = &[
        "and", "or", "so", "but", "also", "then", "please", "plus", "hi", "hello", "in", "for",
        "which", "with", "to", "just", "mainly", "really",
    ];
    FILLERS.contains(&word)
}

/// `reviews`, `reviewed`, `reviewing`, `reviewer`
fn is_form_of(word: &str, verb: &str) -> bool {
    if word.as_bytes().first() != verb.as_bytes().first() {
        return false;
    }
    let Some(shared) = verb.get(..verb.len().saturating_sub(1)) else { return false };
    let Some(_) = word.strip_prefix(shared) else { return false };
    if word == verb {
        return true;
    }
    let stem = if verb.ends_with('e') { shared } else { verb };
    let doubled = stem.chars().last();
    let ending = word.strip_prefix(stem).unwrap_or_default();
    let ending = match doubled {
        Some(last) if ending.len() > 2 => ending.strip_prefix(last).unwrap_or(ending),
        _ => ending,
    };
    ["s", "es", "ed", "ing", "er", "ers"].contains(&ending)
}
