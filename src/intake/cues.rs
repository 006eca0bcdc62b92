//! The words by which people name the six questions. Every layout reads them from this one table.

use super::Question;
use super::lexicon;

/// How much a cue can bear alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Strength {
    /// A label only before a colon or in a cell of its own: `Team: ...`.
    Weak,
    /// A label before a dash too, and as a heading.
    Strong,
}

use Strength::{Strong, Weak};

/// What a phrase asks, and how plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub question: Question,
    pub strength: Strength,
}

/// A phrase asks the question of the first row all of whose words it holds. The order decides:
/// "what skills does the work need" is about skills, "needed by" about a date.
pub(super) const CUES: &[(Question, Strength, &str)] = &[
    (
        Question::Consequence,
        Strong,
        "if not|if nothing|if late|if don't|if dont|if doesn't|if doesnt|if isn't|if isnt|\
        if won't|if can't|if delayed|if slips|if ignored|if nowt|if no|if fails|if wrong|\
        if undone|not done|not doing|not happening|without|consequence|consequences|impact|\
        happens if|what if|do nothing|doing nothing|worst case|delay|inaction|repercussions",
    ),
    (
        Question::Milestone,
        Strong,
        "milestone|milestones|when|deadline|deadlines|date|dates|timescale|timescales|timing|\
        timings|timeline|timeframe|need by|needed by|required by|due by|time frame|time scale",
    ),
    (
        Question::Skills,
        Strong,
        "skill|skills|skillset|skillsets|experience|expertise|ideal|type person|sort person|\
        kind person|background consultant|specialism|specialisms|competencies|capabilities|\
        who suit|right person|know how",
    ),
    (
        Question::Importance,
        Strong,
        "why|importance|important|matters|matter|reason|reasons|driver|drivers|justification|\
        rationale|significance|stake",
    ),
    (
        Question::WorkFor,
        Strong,
        "who for|whom|who's for|client|customer|behalf|work for|project for|requesting|\
        who asking|who are|who wants|who owns|who needs|beneficiary",
    ),
    (
        Question::Need,
        Strong,
        "need|needs|ask|want|wanted|require|requirement|requirements|type help|what like|\
        what after|looking for|asking for|what help|help",
    ),
    (Question::Consequence, Weak, "risk|risks|otherwise|if"),
    (
        Question::Milestone,
        Weak,
        "due|by|time|target|gate|checkpoint|launch|go live|decision point|cutover|cut off|start",
    ),
    (
        Question::Skills,
        Weak,
        "profile|knowledge|person|specialist|people|consultant|sme|smes|matter expert|matter experts|who with",
    ),
    (Question::Importance, Weak, "purpose|because|benefit|benefits|value|context|background"),
    (
        Question::WorkFor,
        Weak,
        "team|business area|organisation|service|programme|project|sponsor|directorate|\
        department|unit|agency|owner|area",
    ),
    (Question::Need, Weak, "required|request|support|service required|task"),
];

/// A single word that asks only where nothing else stands in the phrase.
const ALONE: [(&str, Question); 5] = [
    ("for", Question::WorkFor),
    ("who", Question::WorkFor),
    ("what", Question::Need),
    ("because", Question::Importance),
    ("which", Question::Skills),
];

/// The other words of the six questions, in their many wordings. A phrase with words from
/// elsewhere is a sentence and no question.
pub(super) const VOCABULARY: &str = "a about accreditation advice ahead all am an and answer any approach are area as ask at \
    background be because been behind best between both bother brief but by can care case client come consultancy \
    consultant consultants contract cost could current customer cyber date day deadline department did do does doing \
    don't done due end etc existing expected experience expertise for from get getting give go goes guidance had \
    happen happens has have help how i i'd if ideally impact important in info input intend into involved \
    involvement is isn't it it'd it's its itself job just key kind know known late like likely looking main matter \
    matters me might milestone milestones must my necessary need needed needs next no not nothing now of old on one \
    or other our out particular people person piece planned please point possible predicted previous primary \
    problem project projects proposed purpose question questions reason relevant request requested require required \
    requirement requires response review right risk role security service should skill skills slips so some \
    somebody someone sort specific style support take team that the their them there these they this those time to \
    type undone up upcoming us want wanted was we we'd we're we've what what's when where which who who'd who's why \
    will with without work works would you you'd your delay delays business owner consequence impact \
    timescale target lead failure sponsor key support expertise";

/// The longest question that the guidance asks has 14 words outside its parenthesis.
const MOST_WORDS: usize = 20;

/// What a phrase asks, if it is one of the six questions, a short form of it or a label.
pub(super) fn asked_by(phrase: &str) -> Option<Asked> {
    let lower = lower(&outside_parentheses(phrase));
    let words: Vec<&str> = words_in(&lower).take(MOST_WORDS + 1).collect();
    if words.is_empty() || words.len() > MOST_WORDS {
        return None;
    }
    if let [only] = words.as_slice() {
        let alone = ALONE.iter().find(|(word, _)| word == only);
        if let Some((_, question)) = alone {
            return Some(Asked { question: *question, strength: Strong });
        }
    }
    lexicon::LEXICON.asked_by(&words)
}

/// All questions that a phrase asks at once: "Who for and why?", "Skills / by when".
///
/// Of a bilingual phrase ("Who is it for / Ar gyfer pwy") the half that is understood counts.
pub(super) fn all_asked_by(phrase: &str) -> Vec<Asked> {
    let phrase = outside_parentheses(phrase);
    let whole = asked_by(&phrase);
    let halves = phrase.split(['/', '&', '+']).flat_map(|half| half.split(" and "));
    let halves: Vec<&str> = halves.collect();
    if halves.len() == 1 {
        return whole.into_iter().collect();
    }
    let mut asked: Vec<Asked> = Vec::new();
    let mut understood = 0;
    for found in halves.iter().filter_map(|half| asked_by(half)) {
        understood += 1;
        if !asked.iter().any(|earlier| earlier.question == found.question) {
            asked.push(found);
        }
    }
    let is_merged = asked.len() > 1 && understood == halves.len();
    match whole {
        Some(whole) if !is_merged => vec![whole],
        None if !is_merged && !phrase.contains(" / ") => Vec::new(),
        Some(_) | None => asked,
    }
}

/// Lower-case words with their apostrophes straight; hyphens part words.
pub(super) fn words(text: &str) -> Vec<String> {
    words_in(&lower(text)).map(str::to_owned).collect()
}

/// The first of [`words`], without a look at the others.
pub(super) fn first_word(text: &str) -> String {
    let is_apart = |letter: char| !letter.is_alphanumeric() && !is_apostrophe(letter);
    let words = text.split(is_apart).map(lower);
    let mut words = words.map(|word| word.trim_matches('\'').to_owned());
    words.find(|word| !word.is_empty()).unwrap_or_default()
}

fn is_apostrophe(letter: char) -> bool {
    matches!(letter, '\'' | '’' | '‘' | '`' | '´')
}

/// Lower case, with straight apostrophes: what [`words_in`] takes apart.
pub(super) fn lower(text: &str) -> String {
    let mut lower = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            'a'..='z' | ' ' => lower.push(letter),
            _ if is_apostrophe(letter) => lower.push('\''),
            _ if letter.is_ascii() => lower.push(letter.to_ascii_lowercase()),
            _ => lower.extend(letter.to_lowercase()),
        }
    }
    lower
}

pub(super) fn words_in(lower: &str) -> impl Iterator<Item = &str> {
    lower
        .split(|letter: char| !letter.is_alphanumeric() && letter != '\'')
        .map(|word| word.trim_matches('\''))
        .filter(|word| !word.is_empty())
}

fn outside_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(phrase: &str, expected: Option<Question>) {
        assert_eq!(asked_by(phrase).map(|asked| asked.question), expected, "{phrase}");
    }

    #[test]
    fn the_six_questions_are_known_in_full() {
        check("Who is the work for", Some(Question::WorkFor));
        check("Why is it important", Some(Question::Importance));
        check(
            "What happens if the work is not done (or not done on time)",
            Some(Question::Consequence),
        );
        check(
            "What is your need (old-style accreditation on an existing contract, guidance or advice, ...)",
            Some(Question::Need),
        );
        check(
            "What skills or experience does the work need (known or predicted)",
            Some(Question::Skills),
        );
        check(
            "When is the next project milestone that needs cyber consultancy input or involvement",
            Some(Question::Milestone),
        );
    }

    #[test]
    fn short_forms_and_slips_are_known() {
        for (phrase, question) in [
            ("who for", Question::WorkFor),
            ("Why importnat", Question::Importance),
            ("what if it isn't done", Question::Consequence),
            ("If we do nothing", Question::Consequence),
            ("Type of help", Question::Need),
            ("What we'd like", Question::Need),
            ("Experince needed", Question::Skills),
            ("Needed by", Question::Milestone),
            ("Date required", Question::Milestone),
            ("On behalf of", Question::WorkFor),
        ] {
            check(phrase, Some(question));
        }
    }

    #[test]
    fn a_sentence_that_holds_a_cue_is_no_question() {
        for phrase in [
            "We need the firewall rules opened",
            "Date joined",
            "Who to call while off sick",
            "Thursday",
            "Project manager",
            "Judges",
            "",
        ] {
            check(phrase, None);
        }
    }

    #[test]
    fn merged_and_bilingual_questions_are_taken_apart() {
        let questions = |phrase: &str| -> Vec<Question> {
            all_asked_by(phrase).iter().map(|asked| asked.question).collect()
        };
        assert_eq!(questions("Who for and why"), [Question::WorkFor, Question::Importance]);
        assert_eq!(questions("Skills / experience"), [Question::Skills]);
        assert_eq!(questions("Who is it for / Ar gyfer pwy mae hwn"), [Question::WorkFor]);
        assert_eq!(questions("Search and rescue"), []);
    }
}
