//! A text that is compared with hundreds of phrases. Which runs of letters and which words it holds
//! is noted once; nearly every phrase is then ruled out without another look at the text.

use std::cell::Cell;

use super::phrases::{self, List};

/// Bytes in a run.
const RUN: usize = 4;
/// So many bytes are searched in vain before phrases are looked up in one walk for a whole list,
/// which does not mind a text that holds the runs of all phrases and none of the phrases.
const MOST_IN_VAIN: usize = 2_000_000;

pub(in crate::mail) struct Searched<'a> {
    pub(in crate::mail) text: &'a str,
    runs: Notes,
    words: Notes,
    in_vain: Cell<usize>,
}

impl<'a> Searched<'a> {
    pub(in crate::mail) fn new(text: &'a str) -> Self {
        let mut runs = Notes::new(text.len() / 4);
        let mut words = Notes::new(text.len() / 16);
        for run in runs_in(text) {
            runs.add(run);
        }
        let mut word = 0;
        for byte in text.bytes() {
            match next_in_word(word, byte) {
                Some(longer) => word = longer,
                None => words.add(std::mem::take(&mut word)),
            }
        }
        words.add(word);
        Self { text, runs, words, in_vain: Cell::new(0) }
    }

    fn is_hard_to_search(&self) -> bool {
        self.in_vain.get() > MOST_IN_VAIN
    }

    fn holds(&self, phrase: &str) -> bool {
        let mut runs = runs_in(phrase).skip(RUN - 1);
        if !runs.all(|run| self.runs.may_hold(run)) {
            return false;
        }
        let is_held = self.text.contains(phrase);
        if !is_held {
            self.in_vain.update(|bytes| bytes.saturating_add(self.text.len()));
        }
        is_held
    }

    /// Whether one of these words stands in the text, which are of plain letters and apostrophes.
    pub(in crate::mail) fn holds_word(&self, wanted: &[&str]) -> bool {
        let may_stand = |word: &&str| {
            let key = word.bytes().try_fold(0, next_in_word);
            key.is_none_or(|key| self.words.may_hold(key))
        };
        if !wanted.iter().any(may_stand) {
            return false;
        }
        if self.text.is_ascii() {
            let mut words = self.text.as_bytes().split(|byte| !is_letter(*byte));
            return words.any(|word| wanted.iter().any(|wanted| wanted.as_bytes() == word));
        }
        self.text
            .split(|c: char| !c.is_alphanumeric() && c != '\'')
            .any(|word| wanted.contains(&word))
    }
}

/// How many of the phrases stand in the text.
pub(in crate::mail) fn count(text: &Searched<'_>, list: List) -> usize {
    if text.is_hard_to_search() {
        return phrases::count(text.text, list);
    }
    list.iter().filter(|phrase| text.holds(phrase)).count()
}

pub(in crate::mail) fn any(text: &Searched<'_>, list: List) -> bool {
    if text.is_hard_to_search() {
        return phrases::any(text.text, list);
    }
    list.iter().any(|phrase| text.holds(phrase))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'\''
}

/// Every run of the text as a number, behind the first shorter ones.
fn runs_in(text: &str) -> impl Iterator<Item = u32> {
    text.bytes().scan(0_u32, |run, byte| {
        *run = *run << 8 | u32::from(byte);
        Some(*run)
    })
}

/// The number of a word with one more letter; `None` where a word ends.
fn next_in_word(word: u32, byte: u8) -> Option<u32> {
    is_letter(byte).then(|| word.wrapping_mul(31).wrapping_add(u32::from(byte)))
}

/// A set of numbers that is sure of what it does not hold only.
struct Notes(Vec<u64>);

impl Notes {
    /// Few and many parts of 64 numbers each.
    const LEAST: usize = 64;
    const MOST: usize = 16_384;

    fn new(parts: usize) -> Self {
        Self(vec![0; parts.clamp(Self::LEAST, Self::MOST).next_power_of_two()])
    }

    fn place(&self, number: u32) -> (usize, u64) {
        let mixed = u64::from(number).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 32) as usize & (self.0.len() - 1), 1 << (mixed >> 58))
    }

    fn add(&mut self, number: u32) {
        let (place, bit) = self.place(number);
        if let Some(found) = self.0.get_mut(place) {
            *found |= bit;
        }
    }

    fn may_hold(&self, number: u32) -> bool {
        let (place, bit) = self.place(number);
        self.0.get(place).is_some_and(|found| found & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::list;
    use super::*;

    #[test]
    fn every_text_is_compared_in_the_same_way() {
        static LIST: List = list!("the grüße; roi; not there; at the end; the start");
        for gap in [0, 100, 100_000] {
            let text = format!("the start, the grüße{}at the end", " ".repeat(gap));
            let text = Searched::new(&text);
            text.in_vain.set(gap * 100);
            assert_eq!(count(&text, LIST), 3, "{gap}");
            assert!(any(&text, LIST) && !any(&text, list!("roi; not there")), "{gap}");
            assert!(text.holds_word(&["x", "end"]), "{gap}");
            assert!(!text.holds_word(&["star", "e", "gr"]), "{gap}");
        }
    }
}
