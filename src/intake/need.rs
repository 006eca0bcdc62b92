//! Which kinds of need the words of an answer name.

use std::collections::BTreeSet;

use super::NeedKind;
use super::prose_cues::holds;
use super::sentences;

const ACCREDITATION: &[&str] = &[
    "accreditation",
    "accredit",
    "accredited",
    "re accreditation",
    "reaccreditation",
    "reaccredit",
    "re accredited",
    "re accredit",
    "accreditor",
    "rmads",
    "formal opinion that",
    "formal approval to operate",
    "authority to operate",
    "certificate renewed",
    "accrediting",
];
const GUIDANCE: &[&str] = &[
    "guidance",
    "advice",
    "advise",
    "advising",
    "steer",
    "recommend",
    "recommended",
    "recommendation",
    "tell us what",
    "tell us which",
    "tell us how",
    "tell us if",
    "tell us whether",
    "tell me what",
    "tell me which",
    "tell me how",
    "tell me if",
    "tell me whether",
    "what should",
    "what would you",
    "how should",
    "how do we",
    "how do you",
    "how can we",
    "which should",
    "is it ok",
    "are we allowed",
    "may we",
    "can we",
    "can i",
    "may i",
    "are we",
    "should we",
    "do we need",
    "would it",
    "would a",
    "is there a",
    "talk us through",
    "options",
    "pointers",
    "checklist",
    "best practice",
    "opinion from",
    "your opinion",
    "view on",
    "views on",
    "yes or no",
    "yes no",
    "what level",
    "sight of what",
    "help us",
    "help me",
    "help with",
    "explain",
    "what to",
    "how to",
    "which of",
    "which pattern",
    "point us",
    "do you require",
    "consult",
    "a conversation",
    "what we should",
    "can she",
    "can he",
    "say what",
];
const REVIEW: &[&str] = &[
    "review",
    "reviewed",
    "reviewing",
    "look at",
    "look over",
    "look through",
    "looked at",
    "looking at",
    "look into",
    "go through",
    "go over",
    "going over",
    "check",
    "checked",
    "check over",
    "cast an eye",
    "eye over",
    "eyes on",
    "pair of eyes",
    "sanity check",
    "assess",
    "assessed",
    "assessment of",
    "test",
    "tested",
    "examine",
    "examined",
    "scrutinise",
    "critique",
    "independent look",
    "independent view",
    "second opinion",
    "second pair",
    "evaluate",
    "opinion on our",
    "opinion on the",
    "comment on",
    "comments on",
    "feedback on",
    "poke at",
    "poke holes",
    "pick holes",
    "walk through",
    "read through",
    "sound",
    "good enough",
    "adequate",
    "whether it is adequate",
    "sense check",
    "challenge our",
    "validate",
    "verify",
    "confirm that",
    "vet",
    "audit",
    "inspect",
    "look the",
    "look it over",
    "check it",
    "mark our homework",
    "sight of our",
    "design review",
];
const OTHER: &[&str] = &[
    "workshop",
    "draft",
    "drafting",
    "write the",
    "put together",
    "training",
    "train",
    "table top",
    "tabletop",
    "exercise",
    "threat modelling",
    "threat model session",
    "penetration test",
    "pen test",
    "pentest",
    "itch",
    "ithc",
    "scoring",
    "score",
    "working group",
    "secondment",
    "embedded",
    "day a week",
    "days a week",
    "sit with us",
    "sit on",
    "attend",
    "present to",
    "signed off",
    "sign off",
    "reset",
    "monitor",
    "order",
    "find out where",
    "chair",
    "on the phone to",
    "speak at",
    "a talk",
    "run a",
];
/// A kind that is named to be denied: "we have no approach to review", "not accreditation".
const DENIALS: &[&str] =
    &["no", "not", "isn't", "don't", "never", "rather than", "instead of", "nothing to", "without"];

/// The kinds of need in an answer, or in a sentence that asks.
pub(super) fn kinds_of(text: &str) -> BTreeSet<NeedKind> {
    let mut kinds = BTreeSet::new();
    for clause in clauses(text) {
        for (kind, cues) in [
            (NeedKind::Accreditation, ACCREDITATION),
            (NeedKind::Guidance, GUIDANCE),
            (NeedKind::Review, REVIEW),
            (NeedKind::Other, OTHER),
        ] {
            if cues.iter().any(|cue| holds(clause, cue) && !is_denied(clause, cue)) {
                kinds.insert(kind);
            }
        }
    }
    without_weaker(text, kinds)
}

/// What is named outright settles what a turn of phrase only suggests.
fn without_weaker(text: &str, mut kinds: BTreeSet<NeedKind>) -> BTreeSet<NeedKind> {
    let names_guidance =
        ["guidance", "advice", "steer", "advise"].iter().any(|cue| holds(text, cue));
    let judges =
        ["sound", "good enough", "adequate", "acceptable"].iter().any(|cue| holds(text, cue));
    let looks = ["look at", "look over", "check", "test", "go through", "review"]
        .iter()
        .any(|cue| holds(text, cue));
    if kinds.contains(&NeedKind::Review)
        && !names_guidance
        && (judges || looks)
        && is_only_telling(text)
    {
        kinds.remove(&NeedKind::Guidance);
    }
    if kinds.contains(&NeedKind::Accreditation) && !names_guidance {
        kinds.remove(&NeedKind::Guidance);
    }
    kinds
}

/// "Look at it and tell us whether it is sound" asks for one thing, a review.
fn is_only_telling(text: &str) -> bool {
    !["checklist", "what level", "opinion from", "recommended", "talk us through"]
        .iter()
        .any(|cue| holds(text, cue))
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    sentences::split(text)
        .into_iter()
        .flat_map(|sentence| sentence.split([';', ',', '(', ')', '–', '—']))
}

fn is_denied(clause: &str, cue: &str) -> bool {
    let clause = clause.to_lowercase();
    let first = cue.split(' ').next().unwrap_or(cue);
    let before = clause.split_once(first).map_or("", |(before, _)| before);
    let mut last = before.split_whitespace().rev().take(5).collect::<Vec<_>>();
    last.reverse();
    let before = last.join(" ");
    DENIALS.iter().any(|denial| holds(&before, denial))
}

#[cfg(test)]
mod tests {
    use super::*;
    use NeedKind::{Accreditation, Guidance, Other, Review};

    #[test]
    fn kinds_of_need_are_told_apart() {
        for (text, expected, reason) in [
            ("Old-style accreditation", vec![Accreditation], "named"),
            ("advice, then a review of the reply", vec![Guidance, Review], "two of them"),
            ("somebody to look over the supplier's drawing", vec![Review], "another word for it"),
            ("GUIDANCE. WE HAVE NO APPROACH TO REVIEW", vec![Guidance], "named to be denied"),
            ("tell us what to ask the vendor", vec![Guidance], "a question"),
            (
                "help us draft the tender, then run a workshop",
                vec![Guidance, Other],
                "work of another kind",
            ),
            ("tell us if our design is sound", vec![Review], "a judgement is a review"),
            ("the blue one", vec![], "no need at all"),
        ] {
            let kinds: Vec<NeedKind> = kinds_of(text).into_iter().collect();
            assert_eq!(kinds, expected, "{reason}");
        }
    }
}
