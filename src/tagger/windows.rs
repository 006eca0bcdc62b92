//! A mail as token ids, in windows that the network reads one after another.
//!
//! The layout is that of `training/reader/encoding.py`: `[CLS] subject [SEP]`, then for each sentence
//! `[S]` and its tokens, then `[SEP]`. A later window begins with sentences of the one before.

use super::pieces::{BEGIN, END, Pieces, SENTENCE, Token};

const MOST_TOKENS: usize = 384;
const MOST_OF_SUBJECT: usize = 40;
const MOST_OF_SENTENCE: usize = 160;
/// Tokens of the window before that are seen again.
const OVERLAP: usize = 96;
/// What lies further down in a long mail is not read: this bounds the time a mail takes.
const MOST_WINDOWS: usize = 6;
/// Longer texts are cut before anything looks at them.
const LONGEST_TEXT: usize = 2_000;

/// Part of a mail that is read in one pass.
pub(super) struct Window {
    pub ids: Vec<i32>,
    /// Sentences that no earlier window has read.
    pub sentences: Vec<Cut>,
}

/// Where a sentence stands in a window.
pub(super) struct Cut {
    /// Its number in the mail.
    pub number: usize,
    /// Place of its marker; its tokens follow.
    pub marker: usize,
    pub tokens: Vec<Token>,
}

pub(super) fn of(pieces: &Pieces, subject: &str, sentences: &[&str]) -> Vec<Window> {
    let mut head = vec![BEGIN];
    head.extend(tokens(pieces, subject, MOST_OF_SUBJECT).iter().map(|token| token.id));
    head.push(END);
    let cut: Vec<Vec<Token>> = sentences
        .iter()
        .take(MOST_WINDOWS * MOST_TOKENS)
        .map(|text| tokens(pieces, text, MOST_OF_SENTENCE))
        .collect();

    let mut windows = Vec::new();
    let (mut start, mut unread) = (0, 0);
    while windows.len() < MOST_WINDOWS && (unread < cut.len() || windows.is_empty()) {
        let (window, end) = window(&head, &cut, start, unread);
        windows.push(window);
        start = step_back(&cut, start, end);
        unread = end;
    }
    windows
}

/// The window from sentence `start` on, and the first sentence that found no room in it.
fn window(head: &[i32], cut: &[Vec<Token>], start: usize, unread: usize) -> (Window, usize) {
    let mut window = Window { ids: head.to_vec(), sentences: Vec::new() };
    let mut end = start;
    for (number, tokens) in cut.iter().enumerate().skip(start) {
        if window.ids.len() + tokens.len() + 2 > MOST_TOKENS {
            break;
        }
        let marker = window.ids.len();
        window.ids.push(SENTENCE);
        window.ids.extend(tokens.iter().map(|token| token.id));
        if number >= unread {
            window.sentences.push(Cut { number, marker, tokens: tokens.clone() });
        }
        end = number + 1;
    }
    window.ids.push(END);
    (window, end)
}

fn step_back(cut: &[Vec<Token>], start: usize, mut end: usize) -> usize {
    let mut room = OVERLAP;
    while end > start + 1 {
        let Some(left) = cut.get(end - 1).and_then(|last| room.checked_sub(last.len() + 1)) else {
            break;
        };
        room = left;
        end -= 1;
    }
    end
}

fn tokens(pieces: &Pieces, text: &str, most: usize) -> Vec<Token> {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    let mut tokens = pieces.tokens(text.get(..end).unwrap_or_default());
    tokens.truncate(most);
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[S]\na\nb";

    fn windows(sentences: &[&str]) -> Vec<Window> {
        of(&Pieces::new(VOCABULARY), "b", sentences)
    }

    #[test]
    fn a_short_mail_is_one_window() {
        let windows = windows(&["a b", "", "b"]);
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].ids, [BEGIN, 6, END, SENTENCE, 5, 6, SENTENCE, SENTENCE, 6, END]);
        let markers: Vec<usize> = windows[0].sentences.iter().map(|cut| cut.marker).collect();
        assert_eq!(markers, [3, 6, 7]);
    }

    #[test]
    fn a_mail_without_sentences_still_has_a_subject() {
        let windows = windows(&[]);
        assert_eq!(windows.len(), 1);
        assert_eq!(windows[0].ids, [BEGIN, 6, END, END]);
    }

    #[test]
    fn each_sentence_of_a_long_mail_is_read_once_and_with_some_before_it() {
        let sentence = "a ".repeat(50);
        let sentences = vec![sentence.as_str(); 20];
        let windows = windows(&sentences);
        let read: Vec<usize> =
            windows.iter().flat_map(|window| &window.sentences).map(|cut| cut.number).collect();
        assert_eq!(read, (0..20).collect::<Vec<_>>());
        assert!(windows.iter().all(|window| window.ids.len() <= MOST_TOKENS));
        let second = &windows[1];
        assert!(second.sentences[0].marker > 3, "it begins with a sentence of the first");
    }

    #[test]
    fn a_book_is_read_in_bounded_time() {
        let sentence = "a ".repeat(500);
        let sentences = vec![sentence.as_str(); 5_000];
        let windows = windows(&sentences);
        assert_eq!(windows.len(), MOST_WINDOWS);
        assert!(windows.iter().all(|window| window.ids.len() <= MOST_TOKENS));
        assert!(
            windows
                .iter()
                .flat_map(|window| &window.sentences)
                .all(|cut| cut.tokens.len() <= MOST_OF_SENTENCE)
        );
    }
}
