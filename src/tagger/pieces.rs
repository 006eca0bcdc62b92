//! Text to token ids: `WordPiece` over a small vocabulary, as `training/reader/tokens.py` has it.
//!
//! The rules are fewer than BERT's: fold quotes, dashes and accents, put the rest in lower case, leave
//! out what is invisible, take runs of letters and digits as words and every other sign alone, cut
//! words greedily into the longest pieces of the vocabulary. Crates that do this read a JSON file of many more rules and
//! bring a regex engine for them.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

pub(super) const UNKNOWN: i32 = 1;
pub(super) const BEGIN: i32 = 2;
pub(super) const END: i32 = 3;
/// Stands before each sentence.
pub(super) const SENTENCE: i32 = 4;

/// A longer word is no word.
const LONGEST_WORD: usize = 64;

/// One token, with the place in the text of the word that it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub id: i32,
    pub start: usize,
    pub end: usize,
}

/// The vocabulary, as pieces that begin a word and pieces that go on with one.
pub(super) struct Pieces {
    first: BTreeMap<Box<str>, i32>,
    next: BTreeMap<Box<str>, i32>,
}

impl Pieces {
    /// `vocabulary` has one piece a line; the number of the line is its id.
    pub(super) fn new(vocabulary: &str) -> Self {
        let (mut first, mut next) = (BTreeMap::new(), BTreeMap::new());
        for (id, piece) in (0..).zip(vocabulary.lines()) {
            match piece.strip_prefix("##") {
                Some(rest) if !rest.is_empty() => next.insert(rest.into(), id),
                Some(_) | None => first.insert(piece.into(), id),
            };
        }
        Self { first, next }
    }

    pub(super) fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        for word in words(text) {
            self.cut(&word, &mut tokens);
        }
        tokens
    }

    fn cut(&self, word: &Word, tokens: &mut Vec<Token>) {
        let token = |id| Token { id, start: word.start, end: word.end };
        let known = tokens.len();
        let mut rest = word.text.as_str();
        let is_word = rest.chars().count() <= LONGEST_WORD;
        while is_word && !rest.is_empty() {
            let pieces = if rest.len() == word.text.len() { &self.first } else { &self.next };
            let ends = (1..=rest.len()).rev();
            let found = ends
                .filter_map(|end| rest.split_at_checked(end))
                .find_map(|(piece, rest)| Some((*pieces.get(piece)?, rest)));
            let Some((id, left)) = found else { break };
            tokens.push(token(id));
            rest = left;
        }
        if !rest.is_empty() {
            tokens.truncate(known);
            tokens.push(token(UNKNOWN));
        }
    }
}

struct Word {
    text: String,
    start: usize,
    end: usize,
}

fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut word = Word { text: String::new(), start: 0, end: 0 };
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        if is_invisible(letter) {
            continue;
        }
        fold(letter, |part| {
            if part.is_alphanumeric() {
                if word.text.is_empty() {
                    word.start = at;
                }
                word.text.push(part);
                word.end = end;
                return;
            }
            if !word.text.is_empty() {
                let done = Word { text: std::mem::take(&mut word.text), ..word };
                found.push(done);
            }
            if !part.is_whitespace() && !part.is_control() {
                found.push(Word { text: part.to_string(), start: at, end });
            }
        });
    }
    if !word.text.is_empty() {
        found.push(word);
    }
    found
}

/// Combining marks, zero-width characters, variation selectors: they part no word.
fn is_invisible(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Gives the plain signs that stand for one letter.
fn fold(letter: char, mut give: impl FnMut(char)) {
    if letter.is_ascii() && letter != '`' {
        return give(letter.to_ascii_lowercase());
    }
    let plain = match letter {
        '‘' | '’' | '‚' | '‛' | '′' | '´' | '`' => "'",
        '“' | '”' | '„' | '″' | '«' | '»' => "\"",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '•' | '·' | '▪' | '‣' | '◦' => {
            "-"
        }
        '…' => "...",
        '→' => "->",
        'ß' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' => "d",
        'ł' | 'Ł' => "l",
        'ı' => "i",
        _ => return fold_accent(letter, give),
    };
    plain.chars().for_each(give);
}

/// Latin letters lose their accents; what has none is put in lower case.
fn fold_accent(letter: char, give: impl FnMut(char)) {
    let is_latin = ('\u{c0}'..'\u{180}').contains(&letter);
    match letter.nfd().next().filter(|base| is_latin && base.is_ascii()) {
        Some(base) => Some(base.to_ascii_lowercase()).into_iter().for_each(give),
        None => letter.to_lowercase().for_each(give),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str =
        "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[S]\ncaf\n##e\ndon\n'\nt\n.\n-\n##s\nss\nword\n#\n\"";

    fn ids(text: &str) -> Vec<i32> {
        Pieces::new(VOCABULARY).tokens(text).iter().map(|token| token.id).collect()
    }

    #[test]
    fn words_are_folded_and_cut_into_the_longest_pieces() {
        for (text, expected, reason) in [
            ("Café", vec![5, 6], "an accent is folded"),
            ("don’t", vec![7, 8, 9], "a curly quote is a straight one"),
            ("“words…”", vec![16, 14, 12, 10, 10, 10, 16], "one sign may stand for three"),
            ("ß – word", vec![13, 11, 14], "a dash stands alone"),
            ("wordy", vec![UNKNOWN], "a word that cannot be cut is unknown whole"),
            ("漢 wo\u{ad}rd\u{200b}\u{feff}", vec![UNKNOWN, 14], "invisible signs are nothing"),
            ("`", vec![8], "a back tick too"),
            ("#", vec![15], "a sign alone"),
            ("", vec![], "nothing"),
        ] {
            assert_eq!(ids(text), expected, "{reason}");
        }
        assert_eq!(ids(&"s".repeat(65)), [UNKNOWN], "too long for a word");
    }

    #[test]
    fn a_token_knows_the_place_of_its_word() {
        let text = "Café don’t";
        let tokens = Pieces::new(VOCABULARY).tokens(text);
        let places: Vec<&str> =
            tokens.iter().filter_map(|token| text.get(token.start..token.end)).collect();
        assert_eq!(places, ["Café", "Café", "don", "’", "t"]);
    }
}
