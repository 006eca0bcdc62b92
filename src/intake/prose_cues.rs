//! Turns of phrase by which running text answers a question, with how much each tells.
//!
//! Chosen from the phrases that part the questions best in hand-labelled requests; none is a
//! sentence of a mail. `^` stands for the start of the sentence.

use super::Question;
use super::phrase_list::{List, list, weighted};
use super::phrases::Heard;

const WORK_FOR: List = weighted!(&[
    (5, "work is for"),
    (
        4,
        "it's for|^ its for|this is for|on behalf of|i write for|writing for|^ i run|^ i lead|\
        ^ i manage|i look after|the customer is|client is|i work for",
    ),
    (
        3,
        "^ we are the|we're the|^ i work|^ i am the|^ i'm the|product owner|product manager|\
        delivery manager|service owner|programme manager|^ we run|^ we supply|we look after|\
        our squad|customer is|^ i'm from|i'm from|im from|belongs to|commissioned by|users are|\
        working for",
    ),
    (
        2,
        "is for the|is for|i own|project manager|our team|the client|sponsor|directorate|\
        here from|team in|team at|used by|we're a|has commissioned|intends to",
    ),
    (1, "^ we are|programme|unit|^ im|^ this is|asking for|for the|head of"),
]);

const IMPORTANCE: List = weighted!(&[
    (5, "it matters|matters because|why it matters|matters cos|important because|this matters"),
    (4, "is important"),
    (
        3,
        "the reason|sensitive|privileged|ministers want|manifesto|by law|legal duty|at stake|\
        wrong hands",
    ),
    (
        2,
        "^ every|^ those|million|thousand|a year|last year|^ last|children|child|victims|victim|\
        addresses|home addresses|private|medical|bank details|holds|contains|carries|trust|\
        commitment|statutory|nao|depends on|depend on|rely on|relies on|the only|first time|\
        abuse|vulnerable|danger|identify|in the country",
    ),
    (
        1,
        "because|a week|a month|prisoners|judges|personal|people's|minister|audit|evidence|\
        safety|people",
    ),
]);

const CONSEQUENCE: List = weighted!(&[
    (
        6,
        "^ if we don't|^ if we do nothing|if nothing|if this slips|if it slips|if we miss|\
        if we skip|^ if nobody|if no one|if we hear nothing|^ otherwise|^ should nothing",
    ),
    (
        5,
        "if this isn't|if nobody|if none of you|^ without|\
        without this|otherwise|failing that|^ should this|^ were we to|worst case",
    ),
    (
        4,
        "if it isn't|if it is not|if not|^ if we|if late|without it|or else|^ should the|we lose|\
        we'll have to|i'll have to|fallback|goes live without|will lapse|the risk is",
    ),
    (
        3,
        "without you|^ until|until somebody|we'd have to|would have to|stay with|\
        fall back|penalty|delay|slips|runs out",
    ),
    (
        2,
        "if we|^ if it|^ if you|^ if|without a|failing|until then|lose|we'd be|we would be|\
        back to|carry on|breach of|anyway|the cost of|miss the",
    ),
    (1, "^ no|we can't|costs|means that|means|stops"),
]);

const NEED: List = weighted!(&[
    (
        6,
        "^ could you|^ can you|^ would you|^ could someone|could someone|could somebody|\
        could one of you|can one of you|^ please could|may i borrow|i should very much like|\
        what i need|what we need|what i'm after|what we're after|what i am hoping for|my ask|\
        our ask|we'd value|cast an eye",
    ),
    (
        5,
        "could you|can you|can someone|can somebody|we would like|we should like|i would like|\
        so i'd like|that i'm after|i'm after|what's missing is|the ask|grateful for|\
        grateful if|obliged for|your advice|advice on|guidance on|pair of eyes|sanity check|\
        opinion on|what should we|could i have",
    ),
    (
        4,
        "would you|may we|i need|we'd like|i'd like|i should like|i want|like you to|asking you|\
        im asking|request to|looking for|in need of|appreciate|guidance|advise|steer|review of|\
        accredit|tell us|tell me|look over|view on|check it over|^ need",
    ),
    (
        3,
        "we need|we want|would like|asking for|advice|review|accreditation|look at|opinion|\
        whether|is there a|^ is there|help us|seek",
    ),
    (2, "someone to|somebody to|sign off|ask for|a look at|we'd also like"),
]);

const SKILLS: List = weighted!(&[
    (6, "skills|someone who knows|somebody who knows"),
    (
        5,
        "skill|expertise|knowledge of|someone who's|somebody who's|someone with|somebody with|\
        ought to know|familiar with|background in|it would suit|know their way",
    ),
    (
        4,
        "experience|someone who|somebody who|a person who|who understands|who's done|should know|\
        specialist|worked with|must hold|hands on|i'd guess",
    ),
    (
        3,
        "knowledge|person who|who knows|who has|whoever|ideally|ideally someone|has worked|\
        technologist|comfortable with|knowing the|the assessor|at a guess|i'd think",
    ),
    (
        2,
        "experience of|experience in|anyone who|who can|ought to be|the reviewer|cleared|\
        calls for",
    ),
    (1, "i imagine|if at all possible|mainly"),
]);

const MILESTONE: List = weighted!(&[
    (6, "milestone|by when"),
    (5, "deadline|no date"),
    (
        4,
        "kick off|we ship|code freeze|service assessment|design authority|has to be published|must be published|must be in|\
        must be ready|has to be ready|has to be in|next release|pencilled in|\
        as soon as you can|point at which|contract signature|next meets|start date|date is",
    ),
    (
        3,
        "go live|goes live|launch|sits on|meets on|is due|opens|cutover|cut over|gate review|\
        goes out|go no|planned for|set for|scheduled|takes its decision|due on|expires|\
        runs out on",
    ),
    (
        2,
        "board|committee|panel|meets|is on|starts|begins|booked|decision|slot|pilot|we see the|\
        in the room",
    ),
    (
        1,
        "due|before|by the|^ by|workshop|gate|assessment|sprint|switch|first|end of|week of|\
        hearing|by",
    ),
]);

/// Words of the past: a date beside them is history and no milestone.
const PAST: List = list!(
    "was|published on|closed on|ago|last week|last month|last year|last time|last night|last spring|\
    last summer|last autumn|last winter|last quarter|came|happened|began in|further to|\
    message of|your letter|your email|your mail|on leave|i'm away|i am away|\
    away until|new year to|happy new year|at the weekend|chat on|spoke on"
);

/// How strongly a sentence answers a question; 0 for not at all.
pub(super) fn score(question: Question, sentence: &str) -> i32 {
    score_of(question, &Heard::new(sentence))
}

pub(super) fn score_of(question: Question, sentence: &Heard) -> i32 {
    sentence.weight(match question {
        Question::WorkFor => WORK_FOR,
        Question::Importance => IMPORTANCE,
        Question::Consequence => CONSEQUENCE,
        Question::Need => NEED,
        Question::Skills => SKILLS,
        Question::Milestone => MILESTONE,
    })
}

pub(super) fn tells_of_the_past(sentence: &Heard) -> bool {
    // `The last week of May` is to come.
    const TO_COME: List = list!("last week of|last week in|last month of|last quarter of");
    sentence.without(TO_COME).holds_any(PAST)
}
