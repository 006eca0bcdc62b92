//! The cues of `cues.rs` made ready to be looked up: each word of a phrase is looked at once.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::cues::{Asked, CUES, MOST_WORDS, VOCABULARY};

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

/// A set of words that cues are made of, by their numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct CueWords([u64; 4]);

impl CueWords {
    fn insert(&mut self, number: usize) {
        if let Some(part) = self.0.get_mut(number / 64) {
            *part |= 1 << (number % 64);
        }
    }

    fn add(&mut self, other: Self) {
        self.0.iter_mut().zip(other.0).for_each(|(part, other)| *part |= other);
    }

    fn meets(self, other: Self) -> bool {
        self.0.iter().zip(other.0).any(|(part, other)| part & other != 0)
    }

    fn holds(self, other: Self) -> bool {
        self.0.iter().zip(other.0).all(|(part, other)| part & other == other)
    }
}

/// What a word of a phrase can stand for.
#[derive(Debug, Clone, Copy, Default)]
struct Meaning {
    cues: CueWords,
    is_vocabulary: bool,
}

impl Meaning {
    fn add(&mut self, other: Self) {
        self.cues.add(other.cues);
        self.is_vocabulary |= other.is_vocabulary;
    }

    fn is_strange(self) -> bool {
        !self.is_vocabulary && self.cues == CueWords::default()
    }
}

/// A word long enough to be misspelt.
struct Long {
    word: &'static str,
    letters: u32,
    itself: Meaning,
}

pub(super) struct Lexicon {
    /// The words that a phrase must hold, and what it then asks, in the order of [`CUES`].
    rows: Vec<(CueWords, Asked)>,
    known: BTreeMap<&'static str, Meaning>,
    /// By their first letters.
    long: BTreeMap<u8, Vec<Long>>,
}

impl Lexicon {
    fn new() -> Self {
        let mut itself: BTreeMap<&'static str, Meaning> = BTreeMap::new();
        let mut rows = Vec::new();
        let mut count = 0;
        for (question, strength, list) in CUES {
            for row in list.split('|') {
                let mut words = CueWords::default();
                for word in row.split(' ') {
                    let meaning = itself.entry(word).or_insert_with(|| {
                        let mut meaning = Meaning::default();
                        meaning.cues.insert(count);
                        count += 1;
                        meaning
                    });
                    words.add(meaning.cues);
                }
                rows.push((words, Asked { question: *question, strength: *strength }));
            }
        }
        for word in VOCABULARY.split_whitespace() {
            itself.entry(word).or_default().is_vocabulary = true;
        }
        let mut long: BTreeMap<u8, Vec<Long>> = BTreeMap::new();
        for (word, meaning) in itself.iter().filter(|(word, _)| word.len() >= LONG) {
            let first = word.as_bytes().first().copied().unwrap_or_default();
            long.entry(first).or_default().push(Long {
                word,
                letters: letters(word),
                itself: *meaning,
            });
        }
        let mut lexicon = Self { rows, known: BTreeMap::new(), long };
        for (word, mut meaning) in itself {
            meaning.add(lexicon.misspelt(word));
            lexicon.known.insert(word, meaning);
        }
        lexicon
    }

    /// A phrase asks the question of the first row all of whose words it holds, unless too many of
    /// its other words come from elsewhere.
    pub(super) fn asked_by<'a>(&self, words: impl Iterator<Item = &'a str>) -> Option<Asked> {
        let mut meanings = Vec::new();
        let mut all = CueWords::default();
        let mut strange = 0;
        for word in words {
            let meaning = self.meaning(word);
            strange += usize::from(meaning.is_strange());
            if strange > MOST_WORDS / WORDS_A_STRANGE_ONE || meanings.len() == MOST_WORDS {
                return None;
            }
            all.add(meaning.cues);
            meanings.push(meaning);
        }
        let most_strange = meanings.len() / WORDS_A_STRANGE_ONE;
        if strange > most_strange || all == CueWords::default() {
            return None;
        }
        let asks = |row: CueWords| {
            let strange = meanings
                .iter()
                .filter(|meaning| !meaning.is_vocabulary && !meaning.cues.meets(row))
                .count();
            strange <= most_strange
        };
        let found = self.rows.iter().find(|(row, _)| all.holds(*row) && asks(*row));
        found.map(|(_, asked)| *asked)
    }

    fn meaning(&self, word: &str) -> Meaning {
        self.known.get(word).copied().unwrap_or_else(|| self.misspelt(word))
    }

    /// What a word stands for if its writer's pen slipped. Every slip keeps the first letter.
    fn misspelt(&self, word: &str) -> Meaning {
        let mut meaning = Meaning::default();
        // A slip leaves out one letter at most of the shortest.
        if word.len() + 1 < LONG {
            return meaning;
        }
        let first = word.as_bytes().first().copied().unwrap_or_default();
        let letters = letters(word);
        for known in self.long.get(&first).into_iter().flatten() {
            // A slip changes two letters at most, and most words differ in more.
            let differing = (known.letters ^ letters).count_ones();
            if differing <= 2 * MOST_SLIPS && is_slip_of(known.word, word) {
                meaning.add(known.itself);
            }
        }
        meaning
    }
}

/// Among so many words one may come from elsewhere.
const WORDS_A_STRANGE_ONE: usize = 6;

/// Shorter words are too easily another word.
const LONG: usize = 6;

const MOST_SLIPS: u32 = 2;

/// Which letters a word holds, one bit for each.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, letter| letters | 1 << (u32::from(letter) % 32))
}

/// A long word with a slip of the pen: `importnat`, `experince`.
fn is_slip_of(known: &str, word: &str) -> bool {
    // All known words are ASCII.
    let slips = if known.len() >= 9 { 2 } else { 1 };
    word.chars().count().abs_diff(known.len()) <= slips
        && strsim::osa_distance(known, word) <= slips
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cue_has_a_number_of_its_own() {
        let words = CUES.iter().flat_map(|(_, _, list)| list.split(['|', ' ']));
        let words: BTreeSet<&str> = words.collect();
        assert!(words.len() <= 256, "{} words: give `CueWords` another part", words.len());
        assert!(LEXICON.known.keys().all(|word| word.is_ascii()));
    }

    #[test]
    fn a_slip_of_the_pen_is_forgiven_in_long_words() {
        for (known, word, expected) in [
            ("important", "importnat", true),
            ("experience", "experince", true),
            ("skills", "skils", true),
            ("skills", "skll", false),
            ("importance", "import", false),
        ] {
            assert_eq!(is_slip_of(known, word), expected, "{word}");
        }
    }
}
