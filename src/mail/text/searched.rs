//! A text that is compared with hundreds of phrases. Which runs of letters and which words it holds
//! is noted once; nearly every phrase is then ruled out without another look at the text.

use super::phrases::{self, List};

/// Of a longer text too much is noted to rule anything out.
const LONGEST: usize = 4096;
/// Bytes in a run.
const RUN: usize = 4;

pub(in crate::mail) struct Searched<'a> {
    pub(in crate::mail) text: &'a str,
    runs: Box<Notes<256>>,
    words: Notes<64>,
}

impl<'a> Searched<'a> {
    pub(in crate::mail) fn new(text: &'a str) -> Self {
        let mut runs = Box::new(Notes([0; 256]));
        let mut words = Notes([0; 64]);
        if text.len() <= LONGEST {
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
        }
        Self { text, runs, words }
    }

    fn is_long(&self) -> bool {
        self.text.len() > LONGEST
    }

    fn holds(&self, phrase: &str) -> bool {
        let mut runs = runs_in(phrase).skip(RUN - 1);
        runs.all(|run| self.runs.may_hold(run)) && self.text.contains(phrase)
    }

    /// Whether one of these words stands in the text, which are of plain letters and apostrophes.
    pub(in crate::mail) fn holds_word(&self, wanted: &[&str]) -> bool {
        let may_stand = |word: &&str| {
            let key = word.bytes().try_fold(0, next_in_word);
            key.is_none_or(|key| self.words.may_hold(key))
        };
        if !self.is_long() && !wanted.iter().any(|word| may_stand(word)) {
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
    if text.is_long() {
        return phrases::count(text.text, list);
    }
    list.iter().filter(|phrase| text.holds(phrase)).count()
}

pub(in crate::mail) fn any(text: &Searched<'_>, list: List) -> bool {
    if text.is_long() {
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
struct Notes<const SIZE: usize>([u64; SIZE]);

impl<const SIZE: usize> Notes<SIZE> {
    fn place(number: u32) -> (usize, u64) {
        let mixed = number.wrapping_mul(0x9E37_79B1);
        ((mixed >> 16) as usize % SIZE, 1 << (mixed >> 26))
    }

    fn add(&mut self, number: u32) {
        let (place, bit) = Self::place(number);
        if let Some(found) = self.0.get_mut(place) {
            *found |= bit;
        }
    }

    fn may_hold(&self, number: u32) -> bool {
        let (place, bit) = Self::place(number);
        self.0.get(place).is_some_and(|found| found & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::phrases::list;
    use super::*;

    #[test]
    fn a_long_text_is_compared_like_a_short_one() {
        static LIST: List = list!("the grüße; roi; not there; at the end; the start");
        for gap in [0, LONGEST] {
            let text = format!("the start, the grüße{}at the end", " ".repeat(gap));
            let text = Searched::new(&text);
            assert_eq!(count(&text, LIST), 3, "{gap}");
            assert!(any(&text, LIST) && !any(&text, list!("roi; not there")), "{gap}");
            assert!(text.holds_word(&["x", "end"]), "{gap}");
            assert!(!text.holds_word(&["star", "e", "gr"]), "{gap}");
        }
    }
}
