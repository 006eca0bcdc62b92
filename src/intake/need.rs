//! Which kinds of need the words of an answer name.
//!
//! The words are read clause by clause. Some name a kind outright, some only hint at it: a hint
//! counts where nothing in its sentence says more.

use std::collections::BTreeSet;

use super::cues;
use super::need_clause::{Spoken, is_filler};
use super::need_words as words;
use super::phrase_list::{List, list};
use super::phrases::{self, Heard};
use super::prose_cues;
use super::rows::Row;
use super::sentences;
use super::{NeedKind, Question};

/// How plainly a clause asks to be told something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Advice {
    None,
    /// `Tell us whether`: beside a review it is how the review ends.
    Closed,
    /// `Which one should we take?`
    Open,
    /// `Can she start?`
    Question,
    /// `Guidance on`
    Named,
}

/// What one clause asks for.
struct Clause {
    sentence: usize,
    review: bool,
    accreditation: bool,
    other: bool,
    advice: Advice,
}

/// Nobody needs longer to say what is needed.
const LONGEST_NEED: usize = 4_000;

/// The kinds of need in an answer, or in a sentence that asks.
pub(super) fn kinds_of(text: &str) -> BTreeSet<NeedKind> {
    let text: String = text.chars().take(LONGEST_NEED).collect();
    let text = text.as_str();
    let mut clauses = Vec::new();
    let mut renews = false;
    for (number, sentence) in sentences_of(text).enumerate() {
        let whole = Whole::new(sentence, number);
        renews |= whole.renews;
        clauses.extend(clauses_of(sentence).map(|clause| whole.read(clause)));
    }
    let mut kinds = BTreeSet::new();
    let any = |is: fn(&Clause) -> bool| clauses.iter().any(is);
    if renews || any(|clause| clause.accreditation) {
        kinds.insert(NeedKind::Accreditation);
    }
    if any(|clause| clause.review) {
        kinds.insert(NeedKind::Review);
    }
    if any(|clause| clause.other) {
        kinds.insert(NeedKind::Other);
    }
    if clauses.iter().enumerate().any(|(at, clause)| is_advice(clause, &clauses, at)) {
        kinds.insert(NeedKind::Guidance);
    }
    if kinds.is_empty() {
        kinds.extend(kind_of_asking(text));
    }
    kinds
}

/// What only hints at advice counts where its sentence asks for no more than that.
fn is_advice(clause: &Clause, clauses: &[Clause], at: usize) -> bool {
    let asks_for_work = |other: &Clause| other.review || other.accreditation || other.other;
    let beside = |other: &&Clause| other.sentence == clause.sentence;
    match clause.advice {
        Advice::None => false,
        Advice::Named => true,
        Advice::Open | Advice::Closed if clauses.iter().any(|other| other.accreditation) => false,
        Advice::Open => {
            let before = clauses.iter().take(at + 1).filter(beside);
            !before.into_iter().any(asks_for_work)
        }
        Advice::Question => !asks_for_work(clause),
        Advice::Closed => !clauses.iter().any(asks_for_work),
    }
}

/// What a sentence tells about each of its clauses.
struct Whole {
    number: usize,
    is_question: bool,
    renews: bool,
    /// Somebody is to be there while others go through a thing.
    is_taken_along: bool,
}

impl Whole {
    fn new(sentence: &str, number: usize) -> Self {
        let heard = Heard::new(sentence);
        let says = |list: List| heard.holds_any(list);
        Self {
            number,
            is_question: sentence.trim_end().ends_with('?'),
            renews: renews_approval(&heard),
            is_taken_along: says(list!("with us|while we")) && !says(words::ARTEFACTS),
        }
    }

    fn read(&self, text: &str) -> Clause {
        const SIGNS: List = list!("sign off|signed off|sign it|to renew");
        let heard = Heard::new(text);
        let spoken = Spoken::new(&heard);
        let advice = advice(&spoken, self.is_question);
        let is_asked_about = self.is_question && advice >= Advice::Open;
        let judges = spoken.asks(words::VERDICTS)
            && !spoken.says(list!("does any good|do any good"))
            && (!is_asked_about || spoken.says(words::ARTEFACTS));
        let gives_opinion = spoken.asks(words::OPINION)
            && spoken.says(words::ARTEFACTS)
            && !spoken.holds_question();
        let goes_along = self.is_taken_along && spoken.says(words::GOES_THROUGH);
        let names_review = spoken.asks(words::REVIEW) || spoken.asks_to(words::REVIEW_VERBS);
        // `Must her clearance be looked at again?` asks about a review.
        let only_asks_about = self.is_question
            && spoken.spoken().next().is_some_and(|first| words::OBLIGES.contains(&first));
        let reads = spoken.asks(words::READS) && spoken.says(words::ARTEFACTS);
        let is_asked_for = names_review && !goes_along && !only_asks_about;
        let review = is_asked_for || reads || judges || gives_opinion || spoken.asks_if_right();
        let accreditation = spoken.asks(words::ACCREDITATION);
        let names_more = review || accreditation || advice == Advice::Named;
        let hints = spoken.asks(words::OTHER_HINTS) && !names_more;
        let names_other = spoken.asks(words::OTHER) || spoken.asks_to(words::OTHER_VERBS);
        // `Let us know whether we need a pen test`
        let only_tells =
            spoken.says(words::TO_KNOW) && matches!(advice, Advice::Open | Advice::Closed);
        let other = (hints || names_other) && !only_tells && !(self.renews && spoken.says(SIGNS));
        Clause { sentence: self.number, review, accreditation, other, advice }
    }
}

/// How plainly a clause asks to be told something.
fn advice(spoken: &Spoken<'_>, is_question: bool) -> Advice {
    if spoken.asks(words::GUIDANCE) || spoken.asks_to(words::GUIDANCE_VERBS) {
        return Advice::Named;
    }
    let places = spoken.words.iter().enumerate();
    let by_word = places.map(|(at, word)| question_at(&spoken.words, at, word)).max();
    let by_order = if is_question { question_by_order(&spoken.words) } else { Advice::None };
    let closed = if spoken.asks(words::CLOSED_PHRASES) { Advice::Closed } else { Advice::None };
    by_word.unwrap_or(Advice::None).max(by_order).max(closed)
}

/// `Tell us which`, `whether it is worth it`
fn question_at(spoken: &[&str], at: usize, word: &str) -> Advice {
    let is_open = words::OPEN_QUESTIONS.contains(&word);
    if !is_open && !words::CLOSED_QUESTIONS.contains(&word) {
        return Advice::None;
    }
    let before = spoken.get(at.saturating_sub(3)..at).unwrap_or_default();
    let is_relative = is_open && !["what", "how"].contains(&word);
    let is_led = before.iter().any(|lead| {
        words::TELLS.contains(lead) || (!is_relative && words::TELLS_ABOUT.contains(lead))
    });
    let begins = before.iter().all(|word| is_filler(word));
    match (is_led || begins, is_open) {
        (false, _) => Advice::None,
        // `If we go live` is no question, `if a tablet will do` may be one.
        (true, false) if !is_led && word == "if" => Advice::None,
        (true, true) => Advice::Open,
        (true, false) => Advice::Closed,
    }
}

/// `Can she start?`, but not `can you come?`
fn question_by_order(spoken: &[&str]) -> Advice {
    let mut rest = spoken.iter().copied().skip_while(|word| is_filler(word));
    let first = rest.next().unwrap_or_default();
    let second = rest.next().unwrap_or_default();
    let is_deed = words::ASKED_TO_ACT.contains(&second)
        || (["i", "we"].contains(&second)
            && rest.next().is_some_and(|verb| ["have", "get", "borrow"].contains(&verb)));
    // `Would you let them in?` asks what a careful person would do.
    let third = rest.next().unwrap_or_default();
    let is_judgement = first == "would" && second == "you" && words::JUDGED.contains(&third);
    if is_judgement || (words::AUXILIARIES.contains(&first) && !second.is_empty() && !is_deed) {
        return Advice::Question;
    }
    Advice::None
}

/// Approval of what runs already is accreditation by another name.
fn renews_approval(heard: &Heard) -> bool {
    const APPROVES: List = list!(
        "sign off|signed off|signing off|sign it off|sign off on|approve|approved|approval|renew|renewed|\
        renewal|blessing|rubber stamp|green light|extended"
    );
    const RUNS_ALREADY: List = list!(
        "existing|we already have|again|running contract|current contract|contract we|the contract|\
        our contract|live system|live service|current system|current service|since 20|lapses|lapsed|expires|expired|old style|\
        last approved|approval we had|runs out|ran out|certificate"
    );
    heard.holds_any(APPROVES) && heard.holds_any(RUNS_ALREADY)
}

/// What somebody asks without any of the words above: to have something done.
fn kind_of_asking(text: &str) -> Option<NeedKind> {
    const TO_HAVE_DONE: List = list!(
        "could you|can you|please|would you|could someone|can someone|could somebody|\
        can somebody|will you|who can come|we need someone to|i need someone to|we'd also like|supply|i'd like to|\
        someone to|somebody to|could i|can i|can we|could we"
    );
    let words = cues::words(text);
    let is_order = words.first().is_some_and(|word| words::ORDERS.contains(&word.as_str()));
    (is_order || phrases::holds_any(text, TO_HAVE_DONE)).then_some(NeedKind::Other)
}

/// The kinds of need of the sentence that speaks most for being one, where no answer was found.
pub(super) fn somewhere(sentences: &[Row]) -> BTreeSet<NeedKind> {
    const MOST_WEIGHED: usize = 150;
    const ENOUGH: i32 = 3;
    const OF_A_QUESTION: i32 = 3;
    let weight = |row: &Row| {
        let asks = prose_cues::score(Question::Need, &row.text);
        asks + if row.text.ends_with('?') { OF_A_QUESTION } else { 0 }
    };
    let weighed = sentences.iter().take(MOST_WEIGHED).map(|row| (weight(row), row));
    let asking = weighed.filter(|(weight, _)| *weight >= ENOUGH);
    let named = asking.map(|(weight, row)| (weight, kinds_of(&row.text)));
    let named = named.filter(|(_, kinds)| !kinds.is_empty());
    // The first of several that speak as much.
    let best = named.reduce(|best, next| if next.0 > best.0 { next } else { best });
    best.map(|(_, kinds)| kinds).unwrap_or_default()
}

/// Whether the words name work for a consultant: "who has this?" is a question of another kind.
pub(super) fn names_work(text: &str) -> bool {
    let kinds = kinds_of(text);
    kinds.contains(&NeedKind::Review)
        || kinds.contains(&NeedKind::Accreditation)
        || phrases::holds_any(
            text,
            list!("guidance|advice on|advice about|workshop|training|pen test|ithc|threat model"),
        )
}

/// What `then` and a semicolon part is asked for one after another.
fn sentences_of(text: &str) -> impl Iterator<Item = &str> {
    sentences::split(text)
        .into_iter()
        .flat_map(|sentence| sentence.split(';'))
        .flat_map(|sentence| sentence.split(" then "))
}

fn clauses_of(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .split([',', '(', ')', '–', '—', ':'])
        .flat_map(|clause| clause.split(" and "))
        .flat_map(|clause| clause.split(" but "))
        .flat_map(|clause| clause.split(" plus "))
        .filter(|clause| clause.chars().any(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use super::*;
    use NeedKind::{Accreditation, Guidance, Other, Review};

    #[test]
    fn needs_mean_the_kinds_of_the_table() {
        let table = include_str!("../../tests/data/need-kinds.tsv");
        let initial = |kind: &NeedKind| format!("{kind:?}").chars().next().unwrap();
        let mut wrong = Vec::new();
        let mut rows = 0;
        for row in table.lines().filter(|row| !row.starts_with('#')) {
            let (expected, text) = row.split_once('\t').unwrap();
            let found: String = kinds_of(text).iter().map(initial).collect();
            if found != expected.trim_matches('-') {
                wrong.push(format!("{text}: {expected}, but heard {found}"));
            }
            rows += 1;
        }
        assert!(rows > 80, "only {rows} rows");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

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
