//! The weights that are part of the program, unpacked when they are first asked.

use std::borrow::Cow;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::{Broken, Judge, Said, Tagger};

static WEIGHTS: &[u8] = include_bytes!("../../config/reader/reader.onnx");
static VOCABULARY: &str = include_str!("../../config/reader/vocabulary.txt");
/// SHA-256 of the two files, one after the other.
const DIGEST: &str = include_str!("../../config/reader/sha256");

/// The shipped network. Unpacking it takes a moment and some memory: one value serves all threads.
#[derive(Default)]
pub struct Shipped(OnceLock<Result<Tagger, Broken>>);

impl Shipped {
    fn load(&self) -> Result<&Tagger, &Broken> {
        self.0.get_or_init(|| checked(WEIGHTS, VOCABULARY, DIGEST.trim())).as_ref()
    }
}

impl Judge for Shipped {
    fn prepare(&self) -> Result<(), Broken> {
        self.load().map(|_| ()).map_err(Clone::clone)
    }

    fn judge(&self, subject: &str, sentences: &[&str]) -> Option<Said> {
        self.load().ok()?.judge(subject, sentences)
    }
}

fn checked(weights: &'static [u8], vocabulary: &str, digest: &str) -> Result<Tagger, Broken> {
    let found = Sha256::new().chain_update(weights).chain_update(vocabulary).finalize();
    if data_encoding::HEXLOWER.encode(&found) != digest {
        return Err(Broken::new("its weights are not those that were shipped"));
    }
    Tagger::new(Cow::Borrowed(weights), vocabulary)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::{COLUMNS, windows};
    use super::*;

    #[test]
    fn other_weights_are_refused() {
        let error = checked(WEIGHTS, "another vocabulary", DIGEST.trim()).err().unwrap();
        assert!(error.to_string().contains("not those that were shipped"), "{error}");
    }

    #[test]
    fn weights_that_are_no_network_are_an_error() {
        assert!(Tagger::new(Cow::Borrowed(b"no network"), "").is_err());
    }

    #[test]
    fn the_shipped_network_answers_with_chances() {
        let shipped = Shipped::default();
        assert!(shipped.prepare().is_ok());
        let sentences = ["We need a review of our design.", ""];
        let said = shipped.judge("Review", &sentences).unwrap();
        assert_eq!(said.sentences.len(), 2);
        assert_eq!(said.sentences[0].words.len(), 8);
        let chances = said.sentences.iter().flat_map(|sentence| sentence.chances);
        assert!(chances.chain(said.route).all(|chance| (0.0..=1.0).contains(&chance)));
        let all: f32 = said.route.iter().sum();
        assert!((all - 1.0).abs() < 1e-3, "{all}");
    }

    /// Written by `training/` when the weights were: what the network answered there.
    #[derive(Deserialize)]
    struct Vector {
        subject: String,
        sentences: Vec<String>,
        ids: Vec<i32>,
        slots: Vec<[f32; COLUMNS]>,
        spans: Vec<[f32; COLUMNS]>,
        route: [f32; COLUMNS],
        urgent: f32,
    }

    /// Logits may differ a little: not all machines round alike.
    fn check(found: &[f32], expected: &[f32], reason: &str) {
        let chance = |logit: f32| 1.0 / (1.0 + (-logit).exp());
        assert_eq!(found.len(), expected.len(), "{reason}");
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - chance(*expected)).abs() < 0.05, "{reason}: {found}, {expected}");
        }
    }

    #[test]
    fn the_network_answers_as_where_it_was_trained() {
        let shipped = Shipped::default();
        let tagger = shipped.load().unwrap();
        for line in include_str!("../../config/reader/vectors.jsonl").lines() {
            let vector: Vector = serde_json::from_str(line).unwrap();
            let sentences: Vec<&str> = vector.sentences.iter().map(String::as_str).collect();
            let windows = windows::of(&tagger.pieces, &vector.subject, &sentences);
            assert_eq!(windows[0].ids, vector.ids, "{}", vector.subject);
            let logits = tagger.network.run(&vector.ids).unwrap();
            for (found, expected) in logits.spans.iter().zip(&vector.spans) {
                check(&found.map(crate::tagger::chance), expected, "a token");
            }
            let said = shipped.judge(&vector.subject, &sentences).unwrap();
            for (sentence, expected) in said.sentences.iter().zip(&vector.slots) {
                check(&sentence.chances, expected, "a sentence");
            }
            check(
                &said.route,
                &crate::tagger::shares(vector.route).map(|share| (share / (1.0 - share)).ln()),
                "the team",
            );
            check(&[said.urgent], &[vector.urgent], "urgency");
        }
    }
}
