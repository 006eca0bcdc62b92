//! What the wordings of machines, marketers and people are told apart by.
//!
//! `words` are the sender's own words as [`plain`](super::super::text::phrases::plain) gives them.

use super::super::text::phrases::{List, any, list};

/// Ways out that only mass mail offers.
pub(super) fn has_exit(words: &str) -> bool {
    any(
        words,
        list!("unsubscribe; opt out; opt-out; manage your preferences; update your preferences"),
    ) || any(
        words,
        list!("view in your browser; view this email in; do not reply to this bulletin"),
    )
}

/// Whether the words are about the work of a security team.
pub(super) fn is_our_topic(words: &str) -> bool {
    any(
        words,
        list!("review; advice; guidance; accredit; security; assurance; risk; design; consultan"),
    )
}

pub(super) fn asks_for_help(words: &str) -> bool {
    // "We would like to thank you" asks for nothing.
    static POLITE: List =
        list!("acknowledge; thank; inform; confirm; remind; apologise; let you know");
    let mut words = words.to_owned();
    if words.contains("would like to ") {
        for verb in POLITE.iter() {
            words = words.replace(&format!("would like to {verb}"), verb);
        }
    }
    // Who offers help asks for none.
    for offer in [
        "glad to help",
        "happy to help",
        "pleased to help",
        "can help with",
        "will help with",
        "able to help with",
    ] {
        words = words.replace(offer, "");
    }
    any(
        &words,
        list!(
            "could you; can you; would you; could someone; can someone; could somebody; \
         please advise; we need; i need; we would like; we'd like; i would like; i'd \
         like; your advice; your help; help us; help with; who is the work for; grateful \
         for; request for; are you able; looking for advice; would appreciate; could we; \
         can we; could i; could one of; can one of; would one of; would someone; would somebody; \
         please would; please could; please can; please advise; please review; is it safe to"
        ),
    )
}

/// Machines say "we" or nothing. "I" is a person, or somebody's note of absence.
pub(super) fn speaks_of_self(words: &str) -> bool {
    holds_word(words, &["i", "i'm", "i've", "i'll", "i'd", "my", "me", "mine"])
}

pub(super) fn holds_word(text: &str, wanted: &[&str]) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| wanted.contains(&word))
}
