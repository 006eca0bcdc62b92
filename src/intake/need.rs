//! Which kinds of need the words of an answer name.

use std::collections::BTreeSet;

use super::NeedKind;
use super::cues;
use super::phrases::{self, Heard};
use super::sentences;

const ACCREDITATION: &str = "accredits|accreditors|reaccrediting|re accrediting|re approve|re approval|reapproval|renew our approval|certify|certification|\
    recertify|recertification|security sign off|formal sign off|approval to operate|formally approve|formal approval|\
    accreditation|accredit|accredited|re accreditation|reaccreditation|reaccredit|re accredited|\
    re accredit|accreditor|rmads|formal opinion that|formal approval to operate|\
    authority to operate|certificate renewed|accrediting";
const GUIDANCE: &str = "thoughts|your view|your views|a view|to know|want to know|ideas|suggest|suggestions|tips|\
    advice on|can it be|is that ok|is this ok|is it okay|is it safe|okay to|ok to|safe to|do i have to|do i need|must we|must i|\
    ought|what do i|what do we|where do we|who decides|say whether|say if|let us know|let me know|set us straight|\
    brains|best way|right way|how others|how other|say which|learn how|understand|the rule|the rules|help deciding|\
    help choosing|your take|worth it|how best|how much|how long|how far|how strict|what is expected|what's expected|\
    a quick chat|talk to someone|talk to somebody|think through|your opinion on whether|in principle|\
    guidance|advice|advise|advising|steer|recommend|recommended|recommendation|tell us what|\
    tell us which|tell us how|tell us if|tell us whether|tell me what|tell me which|tell me how|\
    tell me if|tell me whether|what should|what would you|how should|how do we|how do you|\
    how can we|which should|is it ok|are we allowed|may we|can we|can i|may i|are we|should we|\
    do we need|would it|would a|is there a|talk us through|options|pointers|checklist|\
    best practice|opinion from|your opinion|view on|views on|yes or no|yes no|what level|\
    sight of what|help us|help me|help with|explain|what to|how to|which of|\
    point us|do you require|consult|a conversation|what we should|say what";
const REVIEW: &str = "run your eye|cast your eye|have a look|give it a look|take a look|look these over|look them over|look this over|looking over|\
    read our|read them|read it|read over|critical friend|opinion on|kick the tyres|stress test|assurance of|assure|scrutiny|scrutinize|\
    any good|hold water|holds water|holes in|hole in|find fault|what is wrong|what's wrong|double check|cross check|verdict|\
    on the right track|anything daft|missed anything|missed something|makes sense|make sense|give us a once over|once over|fresh eyes|fresh pair|mark our|\
    review|reviewed|reviewing|look at|look over|look through|looked at|looking at|look into|\
    go through|go over|going over|check|checked|check over|cast an eye|eye over|eyes on|\
    pair of eyes|sanity check|assess|assessed|assessment of|test|tested|examine|examined|\
    scrutinise|critique|independent look|independent view|second opinion|second pair|evaluate|\
    opinion on our|opinion on the|comment on|comments on|feedback on|poke holes|poke at|pick apart|\
    pick holes|walk through|read through|sound|good enough|adequate|\
    sense check|challenge our|validate|verify|confirm that|vet|audit|inspect|\
    look it over|check it|mark our homework|sight of our|design review";
const OTHER: &str = "lend|second someone|join us|join our|join the|sit in|come along|come and|take part|facilitate|deliver a|speaker|\
    write us|write a|write our|write it|panel|red team|teach|demonstrate|umpire|umpires|observe|install|supply us|set up|\
    can we have a|could we have a|can i have|could i have|may i have|another one|can we get a|provide a person|\
    for half a day|for a day|for the day|host a|run the|\
    workshop|draft|drafting|write the|put together|training|train|table top|tabletop|exercise|\
    threat modelling|threat model|threat modeling|hand with|threat model session|penetration test|pen test|pentest|ithc|scoring|\
    score|working group|secondment|embedded|day a week|days a week|sit with us|sit on|attend|\
    present to|signed off|sign off|reset|monitor|order|find out where|chair|on the phone to|\
    speak at|a talk|run a";
/// A kind that is named to be denied: "we have no approach to review", "not accreditation".
const DENIALS: &str = "no|not|isn't|don't|never|rather than|instead of|nothing to|without";

/// The kinds of need in an answer, or in a sentence that asks.
pub(super) fn kinds_of(text: &str) -> BTreeSet<NeedKind> {
    let mut kinds = BTreeSet::new();
    let whole = Heard::new(text);
    let clauses: Vec<(&str, Heard)> =
        clauses(text).map(|clause| (clause, Heard::new(clause))).collect();
    for (kind, list) in [
        (NeedKind::Accreditation, ACCREDITATION),
        (NeedKind::Guidance, GUIDANCE),
        (NeedKind::Review, REVIEW),
        (NeedKind::Other, OTHER),
    ] {
        let is_asked = |phrase: &&str| {
            let told =
                |(clause, heard): &(&str, Heard)| heard.holds(phrase) && !is_denied(clause, phrase);
            clauses.iter().any(told)
        };
        if whole.all_of(list).iter().any(is_asked) {
            kinds.insert(kind);
        }
    }
    if clauses.iter().any(|(_, heard)| renews_approval(heard)) {
        kinds.insert(NeedKind::Accreditation);
        kinds.remove(&NeedKind::Other);
    }
    if kinds.is_empty() {
        kinds.extend(kind_of_asking(text));
    }
    without_weaker(text, kinds)
}

/// Approval of what runs already is accreditation by another name.
fn renews_approval(heard: &Heard) -> bool {
    const APPROVES: &str = "sign off|signed off|signing off|sign it off|sign off on|approve|approved|approval|renew|renewed|\
        renewal|blessing|rubber stamp|green light";
    const RUNS_ALREADY: &str = "existing|we already have|again|running contract|current contract|contract we|the contract|\
        our contract|live system|live service|since 20|lapses|lapsed|expires|expired|old style|last approved|approval we had";
    heard.first_of(APPROVES).is_some() && heard.first_of(RUNS_ALREADY).is_some()
}

/// What somebody asks without any of the words above: to be told something, or to have it done.
fn kind_of_asking(text: &str) -> Option<NeedKind> {
    const TO_HAVE_DONE: &str = "could you|can you|please|would you|could someone|can someone|could somebody|\
        can somebody|will you|who can come|we need someone to|i need someone to|we'd also like|supply";
    const TO_BE_TOLD: &str = "does|do|is|are|can|should|may|must|what|which|how|who|where|whether|why|let us know|\
        let me know";
    let heard = Heard::new(text);
    if !text.trim_end().ends_with(['?', '.']) {
        return None;
    }
    if heard.first_of(TO_HAVE_DONE).is_some() {
        return Some(NeedKind::Other);
    }
    (text.trim_end().ends_with('?') && heard.first_of(TO_BE_TOLD).is_some())
        .then_some(NeedKind::Guidance)
}

/// What is named outright settles what a turn of phrase only suggests: "look at it and tell us
/// whether it is sound" asks for one thing, a review.
fn without_weaker(text: &str, mut kinds: BTreeSet<NeedKind>) -> BTreeSet<NeedKind> {
    let heard = Heard::new(text);
    let names_guidance = heard.first_of("guidance|advice|steer|advise").is_some();
    let judges = heard
        .first_of(
            "sound|good enough|adequate|acceptable|look at|look over|check|test|go through|review",
        )
        .is_some();
    let asks_more =
        heard.first_of("checklist|what level|opinion from|recommended|talk us through").is_some();
    let is_only_judging = kinds.contains(&NeedKind::Review) && judges && !asks_more;
    let wants_a_thing = heard
        .first_of("can we have a|could we have a|can i have|could i have|may i have")
        .is_some();
    if !names_guidance && wants_a_thing && kinds.contains(&NeedKind::Other) {
        kinds.remove(&NeedKind::Guidance);
    }
    if !names_guidance && (is_only_judging || kinds.contains(&NeedKind::Accreditation)) {
        kinds.remove(&NeedKind::Guidance);
    }
    kinds
}

/// Whether the words name work for a consultant: "who has this?" is a question of another kind.
pub(super) fn names_work(text: &str) -> bool {
    let kinds = kinds_of(text);
    kinds.contains(&NeedKind::Review)
        || kinds.contains(&NeedKind::Accreditation)
        || phrases::holds_any(
            text,
            "guidance|advice on|advice about|workshop|training|pen test|ithc|threat model",
        )
}

fn clauses(text: &str) -> impl Iterator<Item = &str> {
    sentences::split(text)
        .into_iter()
        .flat_map(|sentence| sentence.split([';', ',', '(', ')', '–', '—']))
}

fn is_denied(clause: &str, phrase: &str) -> bool {
    let clause = cues::words(clause).join(" ");
    let before = clause.split_once(phrase).map_or("", |(before, _)| before);
    let mut last: Vec<&str> = before.split_whitespace().rev().take(5).collect();
    last.reverse();
    phrases::holds_any(&last.join(" "), DENIALS)
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
