//! The part of a sentence that answers a question.

use super::Question;

/// What stands before these words is not part of the need itself.
const BEFORE_A_NEED: [&str; 26] = [
    "what i am hoping for is ",
    "what we are after is ",
    "what we're after is ",
    "what i'm after is ",
    "what i need is ",
    "what we need is ",
    "what i want is ",
    "what we want is ",
    "what we'd like is ",
    "what i'd like is ",
    "what i lack is ",
    "what's missing is ",
    "i am after ",
    "i'm after ",
    "we're after ",
    "i just want ",
    "we just want ",
    "asking for ",
    "grateful for ",
    "in need of ",
    "so i want ",
    "so i'd like ",
    "may i borrow ",
    "looking for ",
    "we would like ",
    "we should like ",
];
const BEFORE_A_MILESTONE: [&str; 6] =
    ["but there's ", "but theres ", "and the ", ", so ", ", as ", ", which "];

/// The whole sentence, or the clause of it that answers.
pub(super) fn that_answers(question: Question, sentence: &str) -> &str {
    let sentence = sentence.trim();
    match question {
        Question::Need => behind(sentence, &BEFORE_A_NEED),
        Question::Skills => skills(sentence),
        Question::WorkFor => sentence
            .split_once(", and ")
            .map_or(sentence, |(before, _)| long_enough(before, sentence)),
        Question::Milestone => milestone(sentence),
        Question::Importance | Question::Consequence => sentence,
    }
}

fn behind<'a>(sentence: &'a str, cues: &[&str]) -> &'a str {
    let lower = sentence.to_lowercase().replace('’', "'");
    // Only where lower case and straight quotes left every letter in its place.
    if lower.len() != sentence.len() {
        return sentence;
    }
    cues.iter()
        .find_map(|cue| {
            let at = lower.find(cue)?;
            sentence.get(at + cue.len()..)
        })
        .map_or(sentence, |rest| long_enough(rest, sentence))
}

/// From "someone who" on.
fn skills(sentence: &str) -> &str {
    const PERSONS: [&str; 8] = [
        "someone ",
        "somebody ",
        "somone ",
        "experience of ",
        "experience with ",
        "expertise in ",
        "a person ",
        "anyone ",
    ];
    let lower = sentence.to_lowercase();
    if lower.len() != sentence.len() {
        return sentence;
    }
    let start = PERSONS.iter().filter_map(|person| lower.find(person)).min();
    start.and_then(|at| sentence.get(at..)).map_or(sentence, |rest| long_enough(rest, sentence))
}

fn milestone(sentence: &str) -> &str {
    behind(sentence, &BEFORE_A_MILESTONE[..2])
}

/// A clause of two words is a slip of the cutting, not an answer.
fn long_enough<'a>(clause: &'a str, sentence: &'a str) -> &'a str {
    if clause.split_whitespace().count() >= 3 { clause.trim() } else { sentence }
}
