//! Looks for phrases in a text, word for word, whatever its case and signs.
//!
//! Lists of phrases are one string, parted by `|`. `^` stands for the start of the text.

use super::cues;

/// Phrases with the weight that each of them has.
pub(super) type Weighted = &'static [(i32, &'static str)];

/// A text made ready to be looked through many times.
pub(super) struct Heard(String, Vec<u16>);

impl Heard {
    pub(super) fn new(text: &str) -> Self {
        Self::of(format!(" ^ {} ", cues::words(text).join(" ")))
    }

    /// As [`Heard::new`], with these phrases left out.
    pub(super) fn without(text: &str, left_out: &[&str]) -> Self {
        let Self(heard, _) = Self::new(text);
        let left =
            left_out.iter().fold(heard, |heard, phrase| heard.replace(&format!(" {phrase} "), " "));
        Self::of(left)
    }

    /// With the first two bytes of each word, sorted.
    fn of(heard: String) -> Self {
        let mut begins: Vec<u16> = heard
            .as_bytes()
            .windows(3)
            .filter_map(|bytes| match bytes {
                [b' ', first, second] => Some(u16::from(*first) << 8 | u16::from(*second)),
                _ => None,
            })
            .collect();
        begins.sort_unstable();
        begins.dedup();
        Self(heard, begins)
    }

    /// The first word of the list that stands behind one of these words, with at most one between:
    /// "been badly hacked".
    pub(super) fn first_behind(&self, before: &[&str], list: &'static str) -> Option<&'static str> {
        let words: Vec<&str> = self.0.split(' ').collect();
        words.iter().enumerate().filter(|(_, word)| before.contains(word)).find_map(|(at, _)| {
            let next = words.get(at + 1..(at + 3).min(words.len())).unwrap_or_default();
            list.split('|').find(|word| next.contains(word))
        })
    }

    pub(super) fn holds(&self, phrase: &str) -> bool {
        // Most phrases fail at their first letters: this spares the search through the text.
        let begins = phrase.as_bytes().iter().take(2).copied();
        let begins = begins.fold(0_u16, |pair, byte| pair << 8 | u16::from(byte));
        if phrase.len() >= 2 && self.1.binary_search(&begins).is_err() {
            return false;
        }
        self.0.match_indices(phrase).any(|(at, _)| {
            let before = self.0.get(..at).is_some_and(|before| before.ends_with(' '));
            let after = self.0.get(at + phrase.len()..).is_some_and(|after| after.starts_with(' '));
            before && after
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
