//! The words by which people name the four kinds of need.
//!
//! Verbs stand in their plain form and are heard in all their forms; phrases are heard word for word.

use super::phrase_list::{List, list};

/// A consultant is to judge something that is there.
pub(super) const REVIEW_VERBS: &[&str] = &[
    "review",
    "assess",
    "examine",
    "scrutinise",
    "scrutinize",
    "critique",
    "evaluate",
    "inspect",
    "validate",
    "verify",
    "proofread",
    "appraise",
    "challenge",
    "analyse",
    "criticise",
    "dissect",
    "probe",
];
pub(super) const REVIEW: List = list!(
    "run your eye|run an eye|cast your eye|cast an eye|an eye over|eye over|eyes on|eye on|eyes over|\
    outsider's eye|fresh eyes|fresh pair|pair of eyes|red pen|have a look|give it a look|take a look|a look at|another look|\
    hard look|look at|look over|look through|look into|look it over|look them over|look these over|look this over|\
    looked at|looked over|looked through|looking at|looking over|looking through|go over|going over|gone over|\
    go through our|go through my|go through the|go through their|go through it|go through them|go through this|go through these|\
    going through our|going through the|gone through|read through|read our|read my|read over|read it over|you read it|someone read it|somebody read it|please read it|to read it|you read this|\
    read them and|read the attached|read the supplier's|read the report|vet our|vet the|vet their|\
    picked over|pick over|pick apart|pick holes|picked apart|poke holes|poke at|to pieces|pull apart|tear apart|holes in|hole in|\
    critical friend|kick the tyres|stress test|sanity check|sense check|reality check|health check|cross check|double check|\
    once over|second opinion|second pair|independent look|independent view|independent opinion|outside view|outside opinion|\
    comment on|comments on|comments|feedback on|feedback|mark our homework|mark our|mark my|sight of our|\
    tested by|anything glaring|anything obvious|anything amiss|anything silly|plan apart|design apart|proposal apart|it apart|them apart|this apart|draft apart|set up apart|approach apart|model apart|line by line|page by page|test it|test the|test our|test this|test them|to test|try to break|have a go at|peer review|\
    hold water|holds water|holes picked|where it is weak|where it's weak|where we are weak|where they are weak|don't like about|what you don't like|what you dislike|to read what|quality assure|quality assured|quality assurance|quality check|find fault|a read|anything wrong|something wrong|what is wrong|what's wrong|where it's wrong|what we've missed|missed anything|\
    missed something|what's missing|weak spots|weak points|weaknesses|weakest|verdict|on the right track|anything daft|makes sense|\
    prove us wrong|walk through|design review|assurance of|assurance on|assurance that|assure us|an evaluation|evaluation of|appraisal|\
    validation|verification|scrutiny|assessment of|an assessment|an audit of|audit the|audit our|audit it|to audit|\
    check|checked|checking|check it|check over|got the|got it right|got this right|got them right|done it right|done this right|\
    doing it right|is it right|confirm that|stop you sleeping|criticism|critique"
);
/// With `with us` they are company and no review.
pub(super) const GOES_THROUGH: List =
    list!("go through it|go through the|go through them|go through this|come and");
/// They judge only where somebody is asked to: `would it be good enough?` asks for advice.
pub(super) const VERDICTS: List = list!(
    "any good|good enough|stack up|stacks up|would pass|will pass|pass muster|passes muster|hold up|holds up|stand up to|stands up to|adequate|is sound|are sound|be sound|sound enough|up to scratch|\
    up to the job|fit for purpose|watertight"
);
/// What can be judged, where only an opinion or a view is asked for.
pub(super) const ARTEFACTS: List = list!(
    "design|designs|plan|plans|proposal|proposals|approach|model|configuration|config|set up|setup|\
    architecture|spec|specification|document|documents|draft|diagram|matrix|terraform|migration|environment|drawings|\
    schedule|encryption|controls|findings|code|prototype|build"
);

/// Advice is named outright.
pub(super) const GUIDANCE_VERBS: &[&str] = &["advise", "recommend", "suggest"];
pub(super) const GUIDANCE: List = list!(
    "guidance|advice|steer|recommendation|recommendations|suggestions|suggestion|hint|hints|wisdom|direction on|information on|information about|pointers|pointer|\
    ideas|tips|thoughts|best practice|checklist|what level|talk us through|talk me through|our options|the options are|options for|what options|which options|some options|talk to someone|talk to somebody|\
    think through|pick your brains|brains|set us straight|say which|which of|help deciding|opinion on which|opinion on whether|opinion about which|opinion on how|talk to about|call with someone|call with somebody|speak to someone|speak to somebody|speak with someone|help choosing|help us decide|\
    help us choose|help us think|help us understand|help us with|help with choosing|learn how|learn from|a conversation|a chat|\
    quick chat|consult|opinion from|expert opinion|view on|views on|your view|your views|your take|what good looks like|\
    recommended|a view|help us write|help us draft|steering|rule of thumb|words of one syllable|clarification|clarity|\
    what questions|right questions|point me|point us|you'd expect|you would expect|explain|explained|explanation|ideas on"
);
/// A view or an opinion, of which the rest of the clause tells whether it judges.
pub(super) const OPINION: List = list!("opinion|view|views|take on");
/// They ask to be told something that the words behind them name.
pub(super) const TELLS: &[&str] = &[
    "tell",
    "tells",
    "told",
    "know",
    "ask",
    "say",
    "says",
    "decide",
    "understand",
    "learn",
    "explain",
    "advise",
    "hear",
    "settle",
    "sure",
    "wonder",
    "wondering",
    "idea",
    "question",
    "unsure",
    "uncertain",
    "confirm",
    "clarify",
    "agree",
    "out",
    "sight",
];
/// With these only what cannot be a part of another clause is asked: `the site on which`.
pub(super) const TELLS_ABOUT: &[&str] = &["of", "about", "on", "as", "to"];
pub(super) const OPEN_QUESTIONS: &[&str] =
    &["what", "what's", "which", "how", "who", "who's", "whom", "whose", "where", "when", "why"];
pub(super) const CLOSED_QUESTIONS: &[&str] = &["whether", "if"];
/// With one of these and somebody else behind it, a clause asks: `can she start?`.
pub(super) const AUXILIARIES: &[&str] = &[
    "is", "are", "am", "was", "do", "does", "did", "can", "could", "may", "might", "must",
    "should", "shall", "will", "would", "has", "have", "isn't", "aren't", "ought",
];
/// They ask whether something has to be.
pub(super) const OBLIGES: &[&str] = &["must", "should", "do", "does", "need"];
/// `Would you trust it?` asks for a judgement.
pub(super) const JUDGED: &[&str] = &[
    "let", "allow", "permit", "trust", "use", "expect", "worry", "choose", "pick", "prefer",
    "accept", "rely", "feel", "still", "rather",
];
/// What a plan can be asked to be: `is our approach right?`
pub(super) const RIGHT: List =
    list!("right|enough|sound|secure|ok|okay|strong enough|safe|sensible|reasonable|proportionate");
pub(super) const ASK_IF: &[&str] = &["is", "are", "does", "do", "will"];
pub(super) const OURS: &[&str] = &["our", "my", "the", "this", "what"];
pub(super) const READS: List = list!(
    "read the|read that|read this|read our|read my|read their|read through|reads the|reads our|reading the"
);
/// Who only wants to know asks for no work.
pub(super) const TO_KNOW: List = list!(
    "let me know|let us know|tell me|tell us|need to know|want to know|like to know|unsure|not sure|\
    wonder|wondering"
);
/// What an order begins with: `set up MFA on our mailbox`.
pub(super) const ORDERS: &[&str] = &[
    "set", "write", "fix", "move", "add", "install", "build", "come", "give", "send", "make",
    "arrange", "organise", "book", "create", "run", "order", "replace", "remove", "provide",
    "carry", "patch",
];
/// `Could you` asks for a deed.
pub(super) const ASKED_TO_ACT: &[&str] =
    &["you", "someone", "somebody", "anyone", "anybody", "one", "your", "any"];
pub(super) const CLOSED_PHRASES: List = list!(
    "yes or no|yes no|is it ok|is it okay|is it safe|is this ok|is that ok|ok to|okay to|safe to|\
    are we allowed|am i allowed|are they allowed|do i have to|do we have to|do we need|do i need|worth it|worth the bother|may we|can we|may i|should we|should i|must we|must i|would it|is there a|is there any|\
    in principle|help us|what to|how to|how best|the rule|the rules|the least we|best way|right way|safest way"
);

/// Approval of a whole system.
pub(super) const ACCREDITATION: List = list!(
    "accreditation|accreditations|accredits|accredit|accrediting|reaccredit|reaccrediting|reaccreditation|\
    re accreditation|re accredit|re accredited|re accrediting|reaccredited|be accredited|get accredited|it accredited|them accredited|system accredited|\
    service accredited|accredited again|accreditor|accreditors|accreditor's|rmads|re approve|re approval|reapproval|\
    renew our approval|certify|certification|recertify|recertification|security sign off|security approval|ia sign off|formal sign off|\
    approval to operate|authority to operate|authorisation to operate|permission to operate|formally approve|formal approval|formally approved|\
    formal opinion that|statement that the plan|joint statement|certificate renewed|have it renewed"
);

/// Work of another kind, named outright.
pub(super) const OTHER_VERBS: &[&str] = &[
    "facilitate",
    "represent",
    "train",
    "install",
    "repair",
    "umpire",
    "supply",
    "lend",
    "borrow",
    "reset",
    "unlock",
    "restore",
];
pub(super) const OTHER: List = list!(
    "workshop|workshops|training|tabletop|table top|threat model|threat modelling|threat modeling|penetration test|penetration tester|\
    pen test|pen tester|penetration testing|penetration tests|pen tests|pen testing|pentest|pentester|ithc|red team|red teaming|red teamers|attacking it|attack it|second someone|secondment|embedded|\
    day a week|days a week|join us|join our call|join our meeting|join our board|join our team|join our session|join our panel|join the call|\
    join the meeting|join the board|join the panel|join the session|join a|sit in|sit on|sit with|come along|come to the|come to our|take part|\
    chair|chairing|run a|run the|host a|write us|write a|write the|write our|write it|writing the|writing our|draft the|draft a|draft our|draft them|\
    draft it|to draft|us draft|drafting|put together|put it together|deliver a|speaker|speak at|a talk|sit down with|sitting down with|vulnerability scan|vulnerability scans|vulnerability scanning|write up|writing up|present to|working group|teach|\
    scoring|score|negotiation|an architect|security architect|on the phone|find out|lend us|who can come"
);
/// They name work of another kind where nothing else in the clause is named: `advice on which to fix`.
pub(super) const OTHER_HINTS: List = list!(
    "attend|attending|presentation|panel|demonstrate|demonstration|observe|exercise|monitor|hand with|set up a|set it up|set us up|\
    another one|licences|licence|laptop|headset|my account|need access|access restored|need my access|give access|access back|fix my|fix our|fix the|\
    to fix|roll back|roll it back|signature|signed off|sign off|sign it|can i get|can i have|could i have|could i get|can we have a|could we have a|\
    could we get|can we get|may i have|may i borrow|can we borrow|could we borrow|hacker|to renew|provide a person|for half a day|a contractor|\
    arranged|organise|umpires|injects|somebody on the|someone on the|in the room|to order|please order|add me|please add|could you add|to go from|a survey"
);

/// A kind that is named to be denied: `we have no approach to review`, `not accreditation`.
pub(super) const DENIALS: List = list!(
    "no|not|isn't|don't|doesn't|never|rather than|instead of|nothing to|without|how to|how do i|how do we|how we|won't|need no|needn't|neither|nor"
);
/// What was had before is not asked for now.
pub(super) const DONE: List = list!(
    "already|we've had|we have had|has had|have had|was done|were done|has been done|have been done|\
    last year|last month|last week|previous|previously|carried out|came back|findings|results of|report from|hold that already|\
    passed its|passed our|had one"
);
/// Somebody else does it: `her clearance is looked at again`.
pub(super) const PASSIVES: &[&str] = &["is", "are", "was", "were", "been", "being", "gets", "got"];
