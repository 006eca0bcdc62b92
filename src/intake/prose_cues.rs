//! Turns of phrase by which running text answers a question, with how much each tells.
//!
//! Chosen from the phrases that part the questions best in hand-labelled requests; none is a
//! sentence of a mail. `^` stands for the start of the sentence.

use super::Question;
use super::cues;

type Cue = (&'static str, i32);

const WORK_FOR: &[Cue] = &[
    ("it's for", 4), ("^ its for", 4), ("this is for", 4), ("work is for", 5), ("is for the", 2), ("is for", 2),
    ("on behalf of", 4), ("i write for", 4), ("writing for", 4), ("^ we are the", 3), ("we're the", 3), ("^ we are", 1),
    ("^ i work", 3), ("^ i run", 4), ("^ i lead", 4), ("^ i manage", 4), ("^ i am the", 3), ("^ i'm the", 3),
    ("i look after", 4), ("^ i clerk", 4), ("i product manage", 4), ("i own", 2), ("product owner", 3),
    ("product manager", 3), ("delivery manager", 3), ("service owner", 3), ("programme manager", 3),
    ("project manager", 2), ("^ we run", 3), ("^ we supply", 3), ("we look after", 3), ("our team", 2), ("our squad", 3),
    ("the customer is", 4), ("customer is", 3), ("client is", 4), ("the client", 2), ("sponsor", 2), ("directorate", 2),
    ("programme", 1), ("unit", 1), ("^ i'm from", 3), ("i'm from", 3), ("im from", 3), ("^ im", 1), ("here from", 2),
    ("^ this is", 1), ("team in", 2), ("team at", 2), ("belongs to", 3), ("commissioned by", 3), ("asking for", 1),
    ("users are", 3), ("used by", 2), ("working for", 3), ("i work for", 4), ("all of it is for", 4), ("we're a", 2),
    ("for the", 1), ("head of", 1), ("has commissioned", 2), ("intends to", 2),
];

const IMPORTANCE: &[Cue] = &[
    ("it matters", 5), ("matters because", 5), ("why it matters", 5), ("matters cos", 5), ("important because", 5),
    ("the reason", 3), ("this matters", 5), ("is important", 4), ("because", 1), ("^ every", 2), ("^ those", 2),
    ("million", 2), ("thousand", 2), ("a year", 2), ("a week", 1), ("a month", 1), ("last year", 2), ("^ last", 2),
    ("children", 2), ("child", 2), ("victims", 2), ("victim", 2), ("prisoners", 1), ("judges", 1), ("addresses", 2),
    ("home addresses", 2), ("personal", 1), ("sensitive", 3), ("private", 2), ("privileged", 3), ("medical", 2),
    ("bank details", 2), ("holds", 2), ("contains", 2), ("carries", 2), ("people's", 1), ("trust", 2),
    ("ministers want", 3), ("minister", 1), ("manifesto", 3), ("commitment", 2), ("statutory", 2), ("by law", 3),
    ("legal duty", 3), ("audit", 1), ("nao", 2), ("evidence", 1), ("depends on", 2), ("depend on", 2), ("rely on", 2),
    ("relies on", 2), ("the only", 2), ("first time", 2), ("at stake", 3), ("wrong hands", 3), ("safety", 1),
    ("abuse", 2), ("vulnerable", 2), ("danger", 2), ("identify", 2), ("in the country", 2), ("people", 1),
];

const CONSEQUENCE: &[Cue] = &[
    ("^ if we don't", 6), ("^ if we do nothing", 6), ("if nothing", 6), ("if it isn't", 4), ("if this isn't", 5),
    ("if it is not", 4), ("if not", 4), ("if this slips", 6), ("if it slips", 6), ("if we miss", 6), ("if we skip", 6),
    ("^ if we", 4), ("if we", 2), ("^ if it", 2), ("^ if you", 2), ("if you're too busy", 5), ("^ if nobody", 6),
    ("if nobody", 5), ("if none of you", 5), ("if i hear nothing", 5), ("if late", 4), ("^ if", 2), ("^ without", 5),
    ("without it", 4), ("without this", 5), ("without you", 3), ("without a", 2), ("^ otherwise", 6), ("otherwise", 5),
    ("or else", 4), ("failing that", 5), ("failing", 2), ("^ should the", 4), ("^ should nothing", 6),
    ("^ should this", 5), ("^ were we to", 5), ("^ until", 3), ("until then", 2), ("until somebody", 3), ("^ no", 1),
    ("we lose", 4), ("lose", 2), ("we'd be", 2), ("we would be", 2), ("we'd have to", 3), ("we'll have to", 4),
    ("i'll have to", 4), ("would have to", 3), ("we can't", 1), ("back to", 2), ("stay with", 3), ("carry on", 2),
    ("go on exactly", 3), ("fall back", 3), ("fallback", 4), ("penalty", 3), ("breach of", 2), ("delay", 3),
    ("slips", 3), ("goes live without", 4), ("anyway", 2), ("costs", 1), ("means that", 1), ("means", 1), ("runs out", 3),
    ("will lapse", 4), ("stops", 1), ("the risk is", 4), ("the cost of", 2), ("worst case", 5), ("miss the", 2),
];

const NEED: &[Cue] = &[
    ("^ could you", 6), ("could you", 5), ("^ can you", 6), ("can you", 5), ("^ would you", 6), ("would you", 4),
    ("^ could someone", 6), ("could someone", 6), ("could somebody", 6), ("could one of you", 6), ("can one of you", 6),
    ("can someone", 5), ("can somebody", 5), ("^ please could", 6), ("may i borrow", 6), ("may we", 4), ("i need", 4),
    ("we need", 3), ("we'd like", 4), ("we would like", 5), ("we should like", 5), ("i'd like", 4), ("i would like", 5),
    ("i should like", 4), ("i should very much like", 6), ("i want", 4), ("we want", 3), ("would like", 3), ("so i'd like", 5),
    ("like you to", 4), ("what i need", 6), ("what we need", 6), ("what i'm after", 6), ("what we're after", 6),
    ("that i'm after", 5), ("i'm after", 5), ("what i am hoping for", 6), ("what i lack", 5), ("what's missing is", 5),
    ("my ask", 6), ("our ask", 6), ("the ask", 5), ("asking for", 3), ("asking you", 4), ("im asking", 4),
    ("request to", 4), ("looking for", 4), ("in need of", 4), ("grateful for", 5), ("grateful if", 5), ("obliged for", 5),
    ("appreciate", 4), ("we'd value", 6), ("your advice", 5), ("advice on", 5), ("advice", 3), ("guidance on", 5),
    ("guidance", 4), ("advise", 4), ("steer", 4), ("review of", 4), ("review", 3), ("accreditation", 3), ("accredit", 4),
    ("tell us", 4), ("tell me", 4), ("look at", 3), ("look over", 4), ("cast an eye", 6), ("pair of eyes", 5),
    ("sanity check", 5), ("opinion on", 5), ("opinion", 3), ("view on", 4), ("whether", 3), ("is there a", 3),
    ("^ is there", 3), ("what should we", 5), ("help us", 3), ("seek", 3), ("someone to", 2), ("somebody to", 2),
    ("check it over", 4), ("sign off", 2),
];

const SKILLS: &[Cue] = &[
    ("skills", 6), ("skill", 5), ("expertise", 5), ("experience", 4), ("experience of", 2), ("experience in", 2),
    ("knowledge of", 5), ("knowledge", 3), ("someone who knows", 6), ("somebody who knows", 6), ("someone who", 4),
    ("somebody who", 4), ("someone who's", 5), ("somebody who's", 5), ("person who", 3), ("someone with", 5),
    ("somebody with", 5), ("anyone who", 2), ("a person who", 4), ("who knows", 3), ("who has", 3), ("who understands", 4),
    ("who can", 2), ("who's done", 4), ("should know", 4), ("ought to know", 5), ("ought to be", 2), ("familiar with", 5),
    ("specialist", 4), ("whoever", 3), ("ideally", 3), ("ideally someone", 3), ("background in", 5), ("worked with", 4),
    ("has worked", 3), ("must hold", 4), ("hands on", 4), ("technologist", 3), ("it would suit", 5), ("comfortable with", 3),
    ("knowing the", 3), ("the reviewer", 2), ("the assessor", 3), ("cleared", 2), ("i imagine", 1), ("at a guess", 3),
    ("i'd guess", 4), ("i'd think", 3), ("calls for", 2), ("know their way", 5), ("if at all possible", 1), ("mainly", 1),
];

const MILESTONE: &[Cue] = &[
    ("milestone", 6), ("deadline", 5), ("by when", 6), ("go live", 3), ("goes live", 3), ("launch", 3), ("board", 2),
    ("committee", 2), ("panel", 2), ("sits on", 3), ("meets on", 3), ("meets", 2), ("is on", 2), ("is due", 3), ("due", 1),
    ("starts", 2), ("begins", 2), ("opens", 3), ("booked", 2), ("before", 1), ("by the", 1), ("^ by", 1), ("kick off", 4),
    ("we ship", 4), ("cutover", 3), ("cut over", 3), ("code freeze", 4), ("workshop", 1), ("gate", 1), ("gate review", 3),
    ("service assessment", 4), ("assessment", 1), ("decision", 2), ("design authority", 4), ("goes out", 3), ("go no", 3),
    ("planned for", 3), ("set for", 3), ("scheduled", 3), ("pencilled in", 4), ("slot", 2), ("sprint", 1), ("pilot", 2),
    ("we see the", 2), ("no date", 5), ("as soon as you can", 4), ("in the room", 2), ("point at which", 4), ("switch", 1),
    ("takes its decision", 3), ("contract signature", 4), ("first", 1), ("next meets", 4), ("end of", 1), ("week of", 1),
    ("hearing", 1),
];

/// Words of the past: a date beside them is history and no milestone.
const PAST: &[&str] = &[
    "was", "were", "published on", "closed on", "since", "ago", "last october", "last", "had", "came", "happened",
    "began in", "in 2009", "told us on", "asked", "retiring", "leave", "away", "until",
];

/// How strongly a sentence answers a question; 0 for not at all.
pub(super) fn score(question: Question, sentence: &str) -> i32 {
    let text = marked_words(sentence);
    let cues: &[Cue] = match question {
        Question::WorkFor => WORK_FOR,
        Question::Importance => IMPORTANCE,
        Question::Consequence => CONSEQUENCE,
        Question::Need => NEED,
        Question::Skills => SKILLS,
        Question::Milestone => MILESTONE,
    };
    cues.iter().filter(|(cue, _)| holds_marked(&text, cue)).map(|(_, weight)| *weight).sum()
}

pub(super) fn tells_of_the_past(sentence: &str) -> bool {
    let text = marked_words(sentence);
    PAST.iter().any(|cue| holds_marked(&text, cue))
}

/// Whether a text holds a phrase, word for word, whatever its case and signs.
pub(super) fn holds(text: &str, phrase: &str) -> bool {
    holds_marked(&marked_words(text), phrase)
}

fn marked_words(text: &str) -> String {
    format!(" ^ {} ", cues::words(text).join(" "))
}

fn holds_marked(text: &str, phrase: &str) -> bool {
    text.contains(&format!(" {phrase} "))
}
