//! The reader model: which sentences of a mail answer which question, by a trained network.
//!
//! It knows nothing of mails and layouts: a subject and sentences go in, chances come out, in the
//! order of the six questions. `training/` says how the weights were made.

mod network;
mod pieces;
mod shipped;
mod windows;

use std::borrow::Cow;
use std::fmt::Display;

use network::{Logits, Network};
use pieces::Pieces;
pub use shipped::Shipped;
use windows::Cut;

/// How many questions there are, and how many teams.
pub const COLUMNS: usize = network::COLUMNS;

/// Something that can be asked about the sentences of a mail.
pub trait Judge: Send + Sync {
    /// Makes it ready, which may take a moment.
    fn prepare(&self) -> Result<(), Broken> {
        Ok(())
    }

    /// Sentences far down in a long mail may be left out: all their chances are 0. `None`: it
    /// cannot be asked.
    fn judge(&self, subject: &str, sentences: &[&str]) -> Option<Said>;
}

/// The network with its vocabulary, ready to be shared by threads.
pub struct Tagger {
    pieces: Pieces,
    network: Network,
}

/// What the network makes of a mail.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// One for each sentence that was asked about.
    pub sentences: Vec<Sentence>,
    /// The chance of each team: consultancy, incident, physical security, personnel security, data
    /// protection, another.
    pub route: [f32; COLUMNS],
    pub urgent: f32,
}

/// What the network makes of a sentence.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sentence {
    /// The chance that it answers each of the six questions.
    pub chances: [f32; COLUMNS],
    pub words: Vec<Word>,
}

/// A word of a sentence, with the chance that it belongs to the answer to each question.
#[derive(Debug, Clone, PartialEq)]
pub struct Word {
    pub start: usize,
    pub end: usize,
    pub chances: [f32; COLUMNS],
}

/// Why the network cannot be asked.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the reader model cannot be used: {0}")]
pub struct Broken(String);

impl Broken {
    fn new(reason: impl Display) -> Self {
        Self(format!("{reason}"))
    }
}

impl Tagger {
    /// `vocabulary` has one piece a line.
    pub fn new(weights: Cow<'static, [u8]>, vocabulary: &str) -> Result<Self, Broken> {
        Ok(Self { pieces: Pieces::new(vocabulary), network: Network::load(weights)? })
    }

    fn read(&self, subject: &str, sentences: &[&str]) -> Result<Said, Broken> {
        let mut said =
            Said { sentences: vec![Sentence::default(); sentences.len()], ..Said::default() };
        for (at, window) in windows::of(&self.pieces, subject, sentences).iter().enumerate() {
            let logits = self.network.run(&window.ids)?;
            for cut in &window.sentences {
                if let Some(sentence) = said.sentences.get_mut(cut.number) {
                    *sentence = of_sentence(cut, &logits);
                }
            }
            // The first window has the opening, where a long mail tells its matter.
            if at == 0 {
                said.route = shares(logits.route);
                said.urgent = chance(logits.urgent);
            }
        }
        Ok(said)
    }
}

impl Judge for Tagger {
    fn judge(&self, subject: &str, sentences: &[&str]) -> Option<Said> {
        self.read(subject, sentences).ok()
    }
}

fn of_sentence(cut: &Cut, logits: &Logits) -> Sentence {
    let end = cut.marker + 1 + cut.tokens.len();
    let slots = logits.slots.get(cut.marker..end).unwrap_or_default();
    let spans = logits.spans.get(cut.marker + 1..end).unwrap_or_default();
    let mut words: Vec<Word> = Vec::new();
    let tokens: Vec<_> = cut.tokens.iter().zip(spans).collect();
    for pieces in tokens.chunk_by(|(one, _), (next, _)| one.start == next.start) {
        let Some((token, _)) = pieces.first() else { continue };
        let logits: Vec<_> = pieces.iter().map(|(_, logits)| **logits).collect();
        words.push(Word { start: token.start, end: token.end, chances: mean(&logits).map(chance) });
    }
    Sentence { chances: mean(slots).map(chance), words }
}

fn mean(rows: &[[f32; COLUMNS]]) -> [f32; COLUMNS] {
    let mut total = [0.0; COLUMNS];
    let mut count = 0.0_f32;
    for row in rows {
        count += 1.0;
        for (sum, number) in total.iter_mut().zip(row) {
            *sum += number;
        }
    }
    total.map(|sum| sum / count.max(1.0))
}

fn chance(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Logits as chances that add up to one.
fn shares(logits: [f32; COLUMNS]) -> [f32; COLUMNS] {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weights = logits.map(|logit| (logit - most).exp());
    let total: f32 = weights.iter().sum();
    weights.map(|weight| weight / total)
}
