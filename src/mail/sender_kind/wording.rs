//! What the wordings of machines, marketers and people are told apart by.
//!
//! `words` are the sender's own words as [`plain`](super::super::text::phrases::plain) gives them.

use super::super::text::phrases::{List, list};
use super::super::text::searched::{Searched, any};

/// Ways out that only mass mail offers.
pub(super) fn has_exit(words: &Searched<'_>) -> bool {
    any(
        words,
        list!("unsubscribe; opt out; opt-out; manage your preferences; update your preferences"),
    ) || any(
        words,
        list!("view in your browser; view this email in; do not reply to this bulletin"),
    )
}

/// Whether the words are about the work of a security team.
pub(super) fn is_our_topic(words: &Searched<'_>) -> bool {
    any(
        words,
        list!("review; advice; guidance; accredit; security; assurance; risk; design; consultan"),
    )
}

pub(super) fn asks_for_help(words: &Searched<'_>) -> bool {
    // "We would like to thank you" asks for nothing.
    static POLITE: List =
        list!("acknowledge; thank; inform; confirm; remind; apologise; let you know");
    // Who offers help asks for none.
    static OFFERS: List = list!(
        "glad to help; happy to help; pleased to help; can help with; will help with; able to help with"
    );
    static ASKING: List = list!(
        "could you; can you; would you; could someone; can someone; could somebody; \
         please advise; we need; i need; we would like; we'd like; i would like; i'd \
         like; your advice; your help; help us; help with; who is the work for; grateful \
         for; request for; are you able; looking for advice; would appreciate; could we; \
         can we; could i; could one of; can one of; would one of; would someone; would somebody; \
         please would; please could; please can; please advise; please review; is it safe to"
    );
    if !words.text.contains("would like to ") && !any(words, OFFERS) {
        return any(words, ASKING);
    }
    let mut text = words.text.to_owned();
    for verb in POLITE.iter() {
        text = text.replace(&format!("would like to {verb}"), verb);
    }
    for offer in OFFERS.iter() {
        text = text.replace(offer, "");
    }
    any(&Searched::new(&text), ASKING)
}

/// Machines say "we" or nothing. "I" is a person, or somebody's note of absence.
pub(super) fn speaks_of_self(words: &Searched<'_>) -> bool {
    words.holds_word(&["i", "i'm", "i've", "i'll", "i'd", "my", "me", "mine"])
}
