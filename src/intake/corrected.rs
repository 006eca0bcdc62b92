//! Answers that take back their own beginning: "guidance. Actually no, scrap that: a review".

use super::Question;
use super::cues;
use super::found::Found;

/// What takes back everything before it.
const TAKES_BACK: [&str; 16] = [
    "scrap that",
    "scratch that",
    "strike that",
    "ignore that",
    "forget that",
    "delete that",
    "no wait",
    "no, wait",
    "wait, no",
    "actually no",
    "actually, no",
    "correction:",
    "i mean",
    "i meant",
    "or rather",
    "make that",
];

/// Leaves what replaced it. Days are put right by whoever reads days.
pub(super) fn kept(found: &mut Found) {
    for (question, answer) in &mut found.answers {
        if *question != Question::Milestone
            && let Some(rest) = behind_last(&answer.text)
        {
            answer.text = rest.to_owned();
        }
    }
}

fn behind_last(text: &str) -> Option<&str> {
    let lower = text.to_ascii_lowercase();
    let (at, phrase) = TAKES_BACK
        .iter()
        .filter_map(|phrase| Some((lower.rfind(phrase)?, *phrase)))
        .max_by_key(|(at, phrase)| at + phrase.len())?;
    let before = text.get(..at)?;
    // Set off by a sign, or it is a part of the sentence: "what I mean is".
    let is_set_off =
        before.trim_end().ends_with(['.', ',', '-', '–', '—', ';', '(', '…', '!', '?']);
    let rest = text.get(at + phrase.len()..)?;
    let is_word = !rest.starts_with(char::is_alphanumeric);
    let rest = rest.trim_start_matches([' ', ',', '.', ':', ';', '-', '–', '—', '!', ')', '…']);
    let rest = rest.strip_prefix("it's ").or_else(|| rest.strip_prefix("it is ")).unwrap_or(rest);
    // Little before it is taken back; a long answer holds more than the one slip.
    let is_short = cues::words(before).len() <= MOST_WORDS;
    (is_set_off && is_word && is_short && rest.chars().any(char::is_alphanumeric)).then_some(rest)
}

const MOST_WORDS: usize = 14;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_is_no_answer() {
        for (text, expected) in [
            ("guidance. Actually no, scrap that: a review", Some("a review")),
            ("the bureau, I mean the agency", Some("the agency")),
            ("Java - no, wait: Kotlin", Some("Kotlin")),
            ("you know what I mean", None),
            ("a review, make that two", Some("two")),
            ("a review. Scrap that.", None),
        ] {
            assert_eq!(behind_last(text), expected, "{text}");
        }
    }
}
