//! What the tests of the readers share.

use crate::mail::{Line, Origin};
use crate::tagger::{COLUMNS, Judge, Said, Sentence, Word};

use super::Question;
use super::found::Found;
use super::rows::{self, Row};

pub(super) fn own(text: &str) -> Vec<Row> {
    let line = |text: &str| Line { text: text.to_owned(), origin: Origin::Own };
    rows::all(&text.split('\n').map(line).collect::<Vec<_>>())
}

/// Rows that begin with `>` are quoted.
pub(super) fn quoted_and_own(text: &str) -> Vec<Row> {
    let line = |text: &str| match text.strip_prefix('>') {
        Some(quoted) => Line { text: quoted.trim().to_owned(), origin: Origin::Quoted(1) },
        None => Line { text: text.to_owned(), origin: Origin::Own },
    };
    rows::all(&text.split('\n').map(line).collect::<Vec<_>>())
}

pub(super) fn check_found(found: &Found, expected: &[(Question, &str)], reason: &str) {
    let answers: Vec<(Question, &str)> =
        found.answers.iter().map(|(question, answer)| (*question, answer.text.as_str())).collect();
    assert_eq!(answers, expected, "{reason}");
}

/// A network that knows sentences by their words: for the tests of what is made of its answers.
#[derive(Default)]
pub(super) struct Oracle {
    answers: Vec<(&'static str, Question, f32)>,
    route: Option<(&'static str, usize)>,
    urgent: f32,
}

impl Oracle {
    /// Sentences with these words answer the question, each of the words surely.
    pub(super) fn answers(mut self, words: &'static str, question: Question, chance: f32) -> Self {
        self.answers.push((words, question, chance));
        self
    }

    /// Mails with this word are for the team at this place, others for the consultancy.
    pub(super) fn route(self, word: &'static str, team: usize) -> Self {
        Self { route: Some((word, team)), ..self }
    }

    pub(super) fn urgent(self, urgent: f32) -> Self {
        Self { urgent, ..self }
    }

    fn sentence(&self, text: &str) -> Sentence {
        let mut sentence = Sentence::default();
        for (word, start) in words(text) {
            let (end, chances) = (start + word.len(), [0.0; COLUMNS]);
            sentence.words.push(Word { start, end, chances });
        }
        for (told, question, chance) in &self.answers {
            let Some(start) = text.find(told) else { continue };
            let column = Question::ALL.iter().position(|one| one == question).unwrap();
            sentence.chances[column] = *chance;
            let told = start..start + told.len();
            for word in sentence.words.iter_mut().filter(|word| told.contains(&word.start)) {
                word.chances[column] = 0.9;
            }
        }
        sentence
    }
}

fn words(text: &str) -> impl Iterator<Item = (&str, usize)> {
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split(|sign: char| !sign.is_alphanumeric()).map(move |word| (word, start(word)))
}

impl Judge for Oracle {
    fn judge(&self, _: &str, sentences: &[&str]) -> Option<Said> {
        let team = self.route.filter(|(word, _)| sentences.iter().any(|text| text.contains(word)));
        let mut route = [0.1; COLUMNS];
        route[team.map_or(0, |(_, team)| team)] = 0.5;
        let sentences = sentences.iter().map(|text| self.sentence(text)).collect();
        Some(Said { sentences, route, urgent: self.urgent })
    }
}
