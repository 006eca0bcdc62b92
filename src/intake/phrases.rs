//! Looks for phrases in a text, word for word, whatever its case and signs.
//!
//! Lists of phrases are one string, parted by `|`. `^` stands for the start of the text.

use super::cues;

/// Phrases with the weight that each of them has.
pub(super) type Weighted = &'static [(i32, &'static str)];

/// A text made ready to be looked through many times.
pub(super) struct Heard {
    /// ` ^ could you look   `: each word between spaces, and enough of them at the end for a key.
    text: String,
    /// Where each word begins, with its key, sorted: phrases are looked up and not searched for.
    begins: Vec<(u32, usize)>,
    /// Most phrases fail here.
    seen: Seen,
}

/// The first three letters of all words, roughly: one bit stands for several of them.
#[derive(Default)]
struct Seen([u64; 16]);

impl Seen {
    fn place([first, second, third, _]: [u8; 4]) -> (usize, u64) {
        let mixed = u32::from_be_bytes([0, first, second, third]).wrapping_mul(0x9E37_79B1) >> 22;
        ((mixed >> 6 & 15) as usize, 1 << (mixed & 63))
    }

    fn insert(&mut self, key: [u8; 4]) {
        let (part, bit) = Self::place(key);
        self.0.iter_mut().skip(part).take(1).for_each(|part| *part |= bit);
    }

    fn holds(&self, key: [u8; 4]) -> bool {
        let (part, bit) = Self::place(key);
        self.0.get(part).is_some_and(|part| part & bit != 0)
    }
}

impl Heard {
    pub(super) fn new(text: &str) -> Self {
        let lower = cues::lower(text);
        let mut heard = String::with_capacity(lower.len() + 8);
        heard.push_str(" ^ ");
        for word in cues::words_in(&lower) {
            heard.push_str(word);
            heard.push(' ');
        }
        Self::of(heard)
    }

    /// As [`Heard::new`], with these phrases left out.
    pub(super) fn without(text: &str, left_out: &[&str]) -> Self {
        let Self { text: heard, .. } = Self::new(text);
        let left =
            left_out.iter().fold(heard, |heard, phrase| heard.replace(&format!(" {phrase} "), " "));
        Self::of(left)
    }

    fn of(mut text: String) -> Self {
        text.push_str("   ");
        let mut begins: Vec<(u32, usize)> = Vec::with_capacity(text.len() / 5);
        let mut seen = Seen::default();
        for (at, bytes) in text.as_bytes().windows(5).enumerate() {
            if let [b' ', first, second, third, fourth] = *bytes
                && first != b' '
            {
                let key = [first, second, third, fourth];
                seen.insert(key);
                begins.push((u32::from_be_bytes(key), at + 1));
            }
        }
        begins.sort_unstable();
        Self { text, begins, seen }
    }

    /// The first word of the list that stands behind one of these words, with at most one between:
    /// "been badly hacked".
    pub(super) fn first_behind(&self, before: &[&str], list: &'static str) -> Option<&'static str> {
        let words: Vec<&str> = self.text.split(' ').collect();
        words.iter().enumerate().filter(|(_, word)| before.contains(word)).find_map(|(at, _)| {
            let next = words.get(at + 1..(at + 3).min(words.len())).unwrap_or_default();
            list.split('|').find(|word| next.contains(word))
        })
    }

    pub(super) fn holds(&self, phrase: &str) -> bool {
        let mut key = [0; 4];
        let letters = phrase.bytes().chain(std::iter::once(b' '));
        key.iter_mut().zip(letters).for_each(|(place, letter)| *place = letter);
        // A phrase of one letter has no third.
        if phrase.len() > 1 && !self.seen.holds(key) {
            return false;
        }
        let key = u32::from_be_bytes(key);
        let known = u32::MAX << (32 - 8 * (phrase.len() + 1).min(4));
        let start = self.begins.partition_point(|(begin, _)| *begin < key);
        let candidates = self.begins.get(start..).unwrap_or_default();
        candidates.iter().take_while(|(begin, _)| begin & known == key).any(|(_, at)| {
            let rest = self.text.get(*at..).and_then(|rest| rest.strip_prefix(phrase));
            rest.is_some_and(|rest| rest.starts_with(' '))
        })
    }

    pub(super) fn first_of(&self, list: &'static str) -> Option<&'static str> {
        list.split('|').find(|phrase| self.holds(phrase))
    }

    pub(super) fn all_of(&self, list: &'static str) -> Vec<&'static str> {
        list.split('|').filter(|phrase| self.holds(phrase)).collect()
    }

    fn count(&self, list: &'static str) -> i32 {
        list.split('|').map(|phrase| i32::from(self.holds(phrase))).sum()
    }

    /// The weights of all phrases that the text holds, added up.
    pub(super) fn weight(&self, weighted: Weighted) -> i32 {
        weighted.iter().map(|(weight, list)| weight * self.count(list)).sum()
    }
}

pub(super) fn holds_any(text: &str, list: &'static str) -> bool {
    Heard::new(text).first_of(list).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phrase_is_found_whatever_its_case_and_signs() {
        assert!(holds_any("Could YOU, please, look?", "could you"));
        assert!(holds_any("We’ve just seen it", "we've just"));
        assert!(!holds_any("Preview it", "review"));
        assert!(holds_any("if so", "^ if"));
        assert!(!holds_any("as if", "^ if"));
    }

    #[test]
    fn weights_add_up() {
        let weighted: Weighted = &[(3, "one|two"), (1, "three")];
        assert_eq!(Heard::new("two, three").weight(weighted), 4);
    }
}
