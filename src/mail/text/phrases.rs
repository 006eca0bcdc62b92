//! Lists of phrases: `one; another; a third`, in lower case, compared with text in lower case.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;

pub(in crate::mail) type List = &'static Phrases;

/// Mail is compared with hundreds of phrases: all of a list in one walk over the text.
pub(in crate::mail) struct Phrases {
    all: &'static [&'static str],
    automaton: OnceLock<Option<AhoCorasick>>,
}

impl Phrases {
    pub(in crate::mail) const fn new(all: &'static [&'static str]) -> Self {
        Self { all, automaton: OnceLock::new() }
    }

    pub(in crate::mail) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.all.iter().copied()
    }

    /// `None` for a list that is too long for it.
    fn automaton(&self) -> Option<&AhoCorasick> {
        self.automaton.get_or_init(|| AhoCorasick::new(self.all).ok()).as_ref()
    }
}

/// `list!("one; another; a third")`, cut when the service is built: cutting them anew for each mail
/// took longer than comparing.
macro_rules! list {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const LENGTH: usize = $crate::mail::text::phrases::length(TEXT);
        static ALL: [&str; LENGTH] = $crate::mail::text::phrases::cut(TEXT);
        static LIST: $crate::mail::text::phrases::Phrases =
            $crate::mail::text::phrases::Phrases::new(&ALL);
        &LIST
    }};
}
pub(in crate::mail) use list;

pub(in crate::mail) const fn length(list: &str) -> usize {
    let mut length = 1;
    let mut bytes = list.as_bytes();
    while let [first, rest @ ..] = bytes {
        if *first == b';' {
            length += 1;
        }
        bytes = rest;
    }
    length
}

pub(in crate::mail) const fn cut<const LENGTH: usize>(
    list: &'static str,
) -> [&'static str; LENGTH] {
    let mut found = [""; LENGTH];
    let mut open: &mut [&'static str] = &mut found;
    let mut rest = list;
    while let [place, others @ ..] = open {
        let end = end_of_first(rest);
        let (first, behind) = rest.split_at(end);
        *place = first.trim_ascii();
        rest = if behind.is_empty() { "" } else { behind.split_at(1).1 };
        open = others;
    }
    found
}

const fn end_of_first(list: &str) -> usize {
    let mut end = 0;
    let mut bytes = list.as_bytes();
    while let [first, rest @ ..] = bytes {
        if *first == b';' {
            return end;
        }
        end += 1;
        bytes = rest;
    }
    end
}

/// How many of the phrases stand in the text.
pub(in crate::mail) fn count(text: &str, list: List) -> usize {
    let Some(automaton) = list.automaton() else {
        return list.iter().filter(|phrase| text.contains(phrase)).count();
    };
    let found = automaton.find_overlapping_iter(text).map(|found| found.pattern());
    found.collect::<BTreeSet<_>>().len()
}

pub(in crate::mail) fn any(text: &str, list: List) -> bool {
    match list.automaton() {
        Some(automaton) => automaton.is_match(text),
        None => list.iter().any(|phrase| text.contains(phrase)),
    }
}

/// The phrase that the text begins with.
pub(in crate::mail) fn start(text: &str, list: List) -> Option<&'static str> {
    list.iter().find(|phrase| text.starts_with(phrase))
}

pub(in crate::mail) fn has(list: List, wanted: &str) -> bool {
    list.all.contains(&wanted)
}

/// Lower case, plain apostrophes, single spaces.
pub(in crate::mail) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut is_spaced = false;
    for letter in text.to_lowercase().chars() {
        if letter.is_whitespace() {
            is_spaced = !plain.is_empty();
            continue;
        }
        if std::mem::take(&mut is_spaced) {
            plain.push(' ');
        }
        plain.push(if letter == '’' { '\'' } else { letter });
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_at_its_semicolons() {
        static ODD: List = list!(
            "one; sent from my ; grüße;\
            the last"
        );
        assert_eq!(ODD.all, ["one", "sent from my", "grüße", "the last"]);
        assert!(any("the grüße", ODD) && !any("the others", ODD));
        assert_eq!(count("the last one of the last ones is the one", ODD), 2);
        assert_eq!(start("sent from my phone", ODD), Some("sent from my"));
        assert!(has(ODD, "one") && !has(ODD, "on"));
    }
}
