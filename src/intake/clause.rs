//! The part of a sentence that answers a question.

use super::Question;
use super::prose_cues;
use super::times;

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
/// Here a sentence of two subjects breaks.
const BREAKS: [&str; 19] = [
    ", and ",
    ", so ",
    ", but ",
    ", to which ",
    ", which ",
    ", where ",
    ", in case ",
    " and i ",
    " and i've ",
    " and we ",
    " and we'd ",
    " and we've ",
    " and the ",
    " and my ",
    " and our ",
    " and it ",
    " and that ",
    " where we ",
    ", because ",
];
const BEFORE_A_MILESTONE: [&str; 2] = ["but there's ", "but theres "];

/// The whole sentence, or the clause of it that answers.
pub(super) fn that_answers(question: Question, sentence: &str) -> &str {
    let sentence = sentence.trim();
    match question {
        Question::Need => behind(strongest(question, sentence), &BEFORE_A_NEED),
        Question::Skills => skills(sentence),
        Question::WorkFor => strongest(question, sentence),
        Question::Milestone => milestone(sentence),
        Question::Importance | Question::Consequence => sentence,
    }
}

/// The piece of a sentence with several subjects that alone speaks for the question.
fn strongest(question: Question, sentence: &str) -> &str {
    let pieces = pieces(sentence);
    let weight = |piece: &str| match question {
        Question::Milestone => {
            let names_a_time = i32::from(times::names_a_time(piece));
            names_a_time * (2 + prose_cues::score(question, piece))
        }
        _ => prose_cues::score(question, piece),
    };
    // The earlier piece wins a tie: what follows is a remark.
    let best = pieces.iter().rev().max_by_key(|piece| weight(piece)).copied();
    best.filter(|best| weight(best) > 0).map_or(sentence, |best| long_enough(best, sentence))
}

fn pieces(sentence: &str) -> Vec<&str> {
    let lower = sentence.to_lowercase().replace('’', "'");
    // A double question is one question.
    if lower.len() != sentence.len() || sentence.ends_with('?') {
        return vec![sentence];
    }
    let mut cuts: Vec<(usize, usize)> = BREAKS
        .iter()
        .flat_map(|cue| {
            let skipped = cue.find("and ").map_or(cue.find(' '), |at| Some(at + 3));
            let skipped = skipped.unwrap_or(0) + 1;
            lower.match_indices(cue).map(move |(at, _)| (at, at + skipped)).collect::<Vec<_>>()
        })
        .collect();
    cuts.sort_unstable();
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, next) in cuts {
        pieces.extend(sentence.get(start..end));
        start = start.max(next);
    }
    pieces.extend(sentence.get(start..));
    pieces
}

/// A longer sentence is several that were not parted.
const LONGEST_SENTENCE: usize = 45;
/// What a part of such a sentence holds at least, in words.
const FEWEST_WORDS: usize = 6;

/// The parts of a sentence that runs on and on; other sentences stay whole.
pub(super) fn run_on_parts(sentence: &str) -> Vec<&str> {
    if sentence.split_whitespace().count() <= LONGEST_SENTENCE {
        return vec![sentence];
    }
    let (mut parts, mut rest) = (Vec::new(), sentence);
    let mut words = 0;
    for piece in pieces(sentence) {
        // A piece of a few words goes on with what stands before it.
        let Some(at) = rest.find(piece).filter(|_| words >= FEWEST_WORDS) else {
            words += piece.split_whitespace().count();
            continue;
        };
        let (part, next) = rest.split_at(at);
        parts.push(part.trim());
        rest = next;
        words = piece.split_whitespace().count();
    }
    parts.push(rest.trim());
    parts
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
    strongest(Question::Milestone, behind(sentence, &BEFORE_A_MILESTONE))
}

/// A clause of two words is a slip of the cutting, not an answer.
fn long_enough<'a>(clause: &'a str, sentence: &'a str) -> &'a str {
    if clause.split_whitespace().count() >= 3 { clause.trim() } else { sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_runs_on_is_several() {
        let text = "we are the kiosk team at the prison in the north and we have had no end of \
                    trouble with the new screens since they came in before the summer and it all \
                    stops for good in may and i would like somebody to look at the design of it before \
                    the board sits on the fourth of june";
        let parts = run_on_parts(text);
        assert_eq!(parts.len(), 4, "{parts:?}");
        assert_eq!(parts[2], "it all stops for good in may and");
        assert!(parts.iter().all(|part| text.contains(part)));
        assert_eq!(run_on_parts("we came and we saw"), ["we came and we saw"]);
    }
}
