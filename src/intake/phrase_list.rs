//! Lists of phrases made ready, once, to be looked up in a text.
//!
//! A list is one string, parted by `|`. `^` stands for the start of the text.

use std::sync::OnceLock;

/// `list!("one|two")`, or `weighted!(&[(5, "one|two"), (3, "three")])`.
pub(super) type List = &'static Phrases;

/// Phrases, each with the weight that it has.
pub(super) struct Phrases {
    written: &'static [(i32, &'static str)],
    ready: OnceLock<Ready>,
}

macro_rules! weighted {
    ($written:expr) => {{
        static LIST: $crate::intake::phrase_list::Phrases =
            $crate::intake::phrase_list::Phrases::new($written);
        &LIST
    }};
}
pub(super) use weighted;

macro_rules! list {
    ($written:expr) => {
        $crate::intake::phrase_list::weighted!(&[(1, $written)])
    };
}
pub(super) use list;

/// The phrases by the first letters of their first words.
struct Ready {
    firsts: FirstWords,
    /// One for each part of `firsts`.
    parts: [Vec<Phrase>; PARTS],
}

pub(super) struct Phrase {
    pub text: &'static str,
    pub key: Key,
    pub weight: i32,
    /// Its place in the list.
    pub at: usize,
    bit: u64,
}

impl Phrases {
    pub(super) const fn new(written: &'static [(i32, &'static str)]) -> Self {
        Self { written, ready: OnceLock::new() }
    }

    /// All phrases as they are written, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &'static str> {
        self.written.iter().flat_map(|(_, phrases)| phrases.split('|'))
    }

    /// The phrases whose first word may stand in a text with these first words: a few of hundreds.
    pub(super) fn likely_in(&self, text: &FirstWords) -> impl Iterator<Item = &Phrase> {
        let Ready { firsts, parts } = self.ready.get_or_init(|| self.made_ready());
        let shared = firsts.0.iter().zip(text.0).map(|(ours, theirs)| ours & theirs);
        let shared = shared.zip(parts).filter(|(shared, _)| *shared != 0);
        shared.flat_map(|(shared, part)| part.iter().filter(move |phrase| phrase.bit & shared != 0))
    }

    fn made_ready(&self) -> Ready {
        let mut ready = Ready { firsts: FirstWords::default(), parts: Default::default() };
        let weighted = self
            .written
            .iter()
            .flat_map(|(weight, phrases)| phrases.split('|').map(|phrase| (*weight, phrase)));
        for (at, (weight, text)) in weighted.enumerate() {
            let key = Key::of(text);
            ready.firsts.insert(key);
            let (part, bit) = FirstWords::place(key);
            if let Some(part) = ready.parts.get_mut(part) {
                part.push(Phrase { text, key, weight, at, bit });
            }
        }
        ready
    }
}

/// The first four letters of a phrase, or of a text from some word on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key(u32);

impl Key {
    pub(super) fn new(letters: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(letters))
    }

    /// As of a text that goes on with blanks.
    pub(super) fn of(text: &str) -> Self {
        let mut letters = [b' '; 4];
        letters.iter_mut().zip(text.bytes()).for_each(|(place, letter)| *place = letter);
        Self::new(letters)
    }

    /// Whether a text goes on like a phrase of so many letters, as far as both are known.
    pub(super) fn agrees(self, phrase: Self, letters: usize) -> bool {
        let known = u32::MAX << (32 - 8 * (letters + 1).min(4));
        self.0 & known == phrase.0 & known
    }

    /// The letters of the first word alone.
    fn of_word(self) -> u32 {
        match self.0.to_be_bytes() {
            [first, b' ', ..] => u32::from_be_bytes([first, b' ', b' ', b' ']),
            [first, second, b' ', _] => u32::from_be_bytes([first, second, b' ', b' ']),
            _ => self.0,
        }
    }
}

const PARTS: usize = 16;

/// Which first words there are, roughly: one bit stands for several of them.
#[derive(Clone, Default)]
pub(super) struct FirstWords([u64; PARTS]);

impl FirstWords {
    fn place(key: Key) -> (usize, u64) {
        let mixed = key.of_word().wrapping_mul(0x9E37_79B1) >> 22;
        ((mixed >> 6 & 15) as usize, 1 << (mixed & 63))
    }

    pub(super) fn insert(&mut self, key: Key) {
        let (part, bit) = Self::place(key);
        if let Some(part) = self.0.get_mut(part) {
            *part |= bit;
        }
    }

    pub(super) fn holds(&self, key: Key) -> bool {
        let (part, bit) = Self::place(key);
        self.0.get(part).is_some_and(|part| part & bit != 0)
    }
}
