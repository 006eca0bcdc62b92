//! Looks for phrases in a text, word for word, whatever its case and signs.

use std::borrow::Cow;

use super::cues;
use super::phrase_list::{FirstWords, Key, List, Phrase};

/// A text made ready to be looked through many times.
#[derive(Clone)]
pub(super) struct Heard {
    /// ` ^ could you look   `: each word between spaces, and enough of them at the end for a key.
    text: String,
    /// Where each word begins, behind its key, sorted: phrases are looked up and not searched for.
    begins: Vec<(Key, u32)>,
    /// Most phrases fail here.
    firsts: FirstWords,
}

impl Heard {
    pub(super) fn new(text: &str) -> Self {
        let mut heard = String::with_capacity(text.len() + 8);
        heard.push_str(" ^ ");
        cues::push_words(&mut heard, text);
        Self::of(heard)
    }

    /// With these phrases left out.
    pub(super) fn without(&self, left_out: List) -> Cow<'_, Self> {
        if !self.holds_any(left_out) {
            return Cow::Borrowed(self);
        }
        let text = left_out
            .iter()
            .fold(self.text.clone(), |text, phrase| text.replace(&format!(" {phrase} "), " "));
        Cow::Owned(Self::of(text))
    }

    fn of(mut text: String) -> Self {
        text.push_str("   ");
        let mut begins: Vec<(Key, u32)> = Vec::with_capacity(text.len() / 4);
        let mut firsts = FirstWords::default();
        for (letters, place) in text.as_bytes().windows(5).zip(1..) {
            if let [b' ', first, second, third, fourth] = *letters
                && first != b' '
            {
                let key = Key::new([first, second, third, fourth]);
                firsts.insert(key);
                begins.push((key, place));
            }
        }
        begins.sort_unstable();
        Self { text, begins, firsts }
    }

    /// The first word of the list that stands behind one of these words, with at most one between:
    /// "been badly hacked".
    pub(super) fn first_behind(&self, before: List, list: List) -> Option<&'static str> {
        if !self.holds_any(before) || !self.holds_any(list) {
            return None;
        }
        let words: Vec<&str> = self.text.split(' ').collect();
        let is_before = |word: &str| before.iter().any(|before| before == word);
        words.iter().enumerate().filter(|(_, word)| is_before(word)).find_map(|(at, _)| {
            let next = words.get(at + 1..(at + 3).min(words.len())).unwrap_or_default();
            list.iter().find(|word| next.contains(word))
        })
    }

    /// All words in their order.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.text.split_ascii_whitespace().skip(1)
    }

    pub(super) fn holds(&self, phrase: &str) -> bool {
        let key = Key::of(phrase);
        self.firsts.holds(key) && self.holds_at(key, phrase)
    }

    fn holds_at(&self, key: Key, phrase: &str) -> bool {
        let start = self.begins.partition_point(|(begin, _)| *begin < key);
        let candidates = self.begins.get(start..).unwrap_or_default();
        let known = phrase.len();
        candidates.iter().take_while(|(begin, _)| begin.agrees(key, known)).any(|(_, at)| {
            let rest = usize::try_from(*at).ok().and_then(|at| self.text.get(at..));
            let behind = rest.and_then(|rest| rest.strip_prefix(phrase));
            behind.is_some_and(|behind| behind.starts_with(' '))
        })
    }

    /// The phrases of a list that stand here, in no order.
    fn found(&self, list: List) -> impl Iterator<Item = &'static Phrase> {
        list.likely_in(&self.firsts).filter(|phrase| self.holds_at(phrase.key, phrase.text))
    }

    pub(super) fn holds_any(&self, list: List) -> bool {
        self.found(list).next().is_some()
    }

    pub(super) fn first_of(&self, list: List) -> Option<&'static str> {
        self.found(list).min_by_key(|phrase| phrase.at).map(|phrase| phrase.text)
    }

    pub(super) fn all_of(&self, list: List) -> Vec<&'static str> {
        let mut all: Vec<&Phrase> = self.found(list).collect();
        all.sort_unstable_by_key(|phrase| phrase.at);
        all.into_iter().map(|phrase| phrase.text).collect()
    }

    pub(super) fn count(&self, list: List) -> usize {
        self.found(list).count()
    }

    /// The weights of all phrases that the text holds, added up.
    pub(super) fn weight(&self, list: List) -> i32 {
        self.found(list).map(|phrase| phrase.weight).sum()
    }
}

pub(super) fn holds_any(text: &str, list: List) -> bool {
    Heard::new(text).holds_any(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::phrase_list::{list, weighted};

    #[test]
    fn a_phrase_is_found_whatever_its_case_and_signs() {
        assert!(holds_any("Could YOU, please, look?", list!("could you")));
        assert!(holds_any("We’ve just seen it", list!("we've just")));
        assert!(!holds_any("Preview it", list!("review")));
        assert!(holds_any("if so", list!("^ if")));
        assert!(!holds_any("as if", list!("^ if")));
    }

    #[test]
    fn a_list_is_told_in_its_own_order() {
        let heard = Heard::new("Two, one and one more: a b");
        let list = list!("one|no|two|and one|a|b|one");
        assert_eq!(heard.first_of(list), Some("one"));
        assert_eq!(heard.all_of(list), ["one", "two", "and one", "a", "b", "one"]);
        assert_eq!(heard.count(list), 6);
        assert_eq!(heard.first_of(list!("more b|ones|tw")), None);
    }

    #[test]
    fn what_is_left_out_is_not_heard() {
        let heard = Heard::new("I don't know if it's 'yours'");
        let left = heard.without(list!("know if|nobody"));
        assert!(left.holds_any(list!("don't it's yours")) && !left.holds_any(list!("if")));
        assert_eq!(left.words().collect::<Vec<_>>(), ["i", "don't", "it's", "yours"]);
    }

    #[test]
    fn weights_add_up() {
        let list = weighted!(&[(3, "one|two"), (1, "three")]);
        assert_eq!(Heard::new("two, three").weight(list), 4);
    }
}
