//! What a short phrase asks, weighed by its words: for labels that no fixed list foresees.
//!
//! A word here proves little, so only readers that know from the form of the mail where its
//! labels stand may ask. Of all labels of a mail, each question goes to the one that names it best.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::Question;
use super::cues;
use super::phrase_list::{List, list, weighted};
use super::phrases::Heard;

const WORDS: [(Question, List); 6] = [
    (
        Question::WorkFor,
        weighted!(&[
            (
                4,
                "who for|who's it for|who it's for|who it is for|who is it for|who this is for|for whom|whom|client|clients|\
                customer|customers|behalf|beneficiary|beneficiaries|benefit from|who will benefit|\
                who benefits|who's asking|who is asking|who wants|who asks|requester|requestor|\
                requesting|sponsor|work for|who we are|about us|who needs|who owns|ar gyfer|\
                ar ran|i bwy|stakeholder|on whose",
            ),
            (
                3,
                "^ for|us|team|business area|business unit|business|organisation|service|directorate|department|\
                unit|project|programme|we are|owner|area|tîm",
            ),
            (2, "who|pwy"),
        ]),
    ),
    (
        Question::Importance,
        weighted!(&[
            (
                4,
                "why|^ y|importance|important|matters|matter|reason|reasons|rationale|justification|driver|\
                drivers|purpose|so what|because|priority|significance|bothering|why now|strategic|strategic fit|business case|the point|\
                pam|pwysig|cefndir",
            ),
            (
                3,
                "background|context|problem|issue|value|benefit|benefits|stake|motivation|situation|we care",
            ),
        ]),
    ),
    (
        Question::Consequence,
        weighted!(&[
            (
                6,
                "if not|if nothing|if we don't|if you don't|if it doesn't|if it isn't|if it's not|if this isn't|\
                if we wait|if we do|if late|if it slips|if it's late|what if|if no|or else|\
                otherwise|not done|without you|without it|without this|without|consequence|\
                consequences|effect|effects|impact|do nothing|doing nothing|nothing changes|no action|inaction|\
                worst case|delay|downside|fallout|left undone|if left|os na|canlyniad|canlyniadau",
            ),
            (3, "^ if|risk|risks|happens|happen|risg"),
        ]),
    ),
    (
        Question::Need,
        weighted!(&[
            (
                4,
                "ask|asking for|asking|asks|request|requirement|requirements|require|what we want|what we'd like|\
                we would like|we'd like|want|wants|wanted|what's needed|what is needed|looking for|\
                what we're after|what we are after|how can we help|how you can help|help|task|deliverable|deliverables|seeking|\
                would like|support|angen|cais|scope",
            ),
            (3, "need|needs|after"),
        ]),
    ),
    (
        Question::Skills,
        weighted!(&[
            (
                4,
                "skill|skills|skillset|experience|expertise|competence|competences|competency|competencies|\
                capability|capabilities|know how|profile|person|personnel|specialism|specialisms|\
                specialist|good fit|suit|suits|suited|fit|capability sought|who would help|who should|\
                background of|useful background|knowledge|consultant|qualifications|who you need|\
                who we need|sme|smes|subject matter|who with|qualities|calibre|aptitude|sgiliau|profiad|arbenigedd|talents",
            ),
            (2, "who|ideal|ideally|useful|people|sort|kind|type"),
        ]),
    ),
    (
        Question::Milestone,
        weighted!(&[
            (
                4,
                "milestone|milestones|when|deadline|deadlines|date|dates|timescale|timescales|timing|timings|\
                timeline|timeframe|need by|needed by|needed for|required by|due|latest|later than|nlt|\
                schedule|soonest|asap|how soon|gate|checkpoint|decision point|launch|go live|cutover|cut off|go no go|sign off|erbyn|pryd|dyddiad|carreg filltir|amserlen",
            ),
            (3, "^ by|time|target"),
        ]),
    ),
];

/// Labels of a form's own: numbers of projects, telephones.
const FOREIGN: List = list!(
    "code|ref|reference|poc|phone|telephone|tel|mobile|ext|email|e mail|budget|cost centre|cc|\
    attachment|attachments|attached|subject|classification|status|rag|url|link|links|location|\
    date of request|date submitted|date raised|date sent|copied"
);

/// A label has at most so many words; a question has more.
pub(super) const MOST_WORDS: usize = 14;

type Scores = [i32; 6];

fn scores(label: &str) -> Scores {
    let heard = Heard::new(label);
    if heard.holds_any(FOREIGN) {
        return Scores::default();
    }
    let weights = WORDS.map(|(_, words)| heard.weight(words));
    if weights.iter().all(|weight| *weight < LEAST) {
        return Scores::default();
    }
    let strange = cues::words(label).iter().filter(|word| !is_known(word)).count();
    let strange = i32::try_from(strange).unwrap_or(i32::MAX / 2);
    weights.map(|weight| weight - strange)
}

fn is_known(word: &str) -> bool {
    static KNOWN: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let phrases = WORDS.iter().flat_map(|(_, words)| words.iter());
        let words = phrases.flat_map(|phrase| phrase.split(' '));
        words.chain(cues::VOCABULARY.split_whitespace()).collect()
    });
    KNOWN.contains(word)
}

/// The question that each label of a mail asks, no question twice.
pub(super) fn assigned(labels: &[&str]) -> Vec<Option<Question>> {
    let mut ranked: Vec<(i32, usize, Question)> = Vec::new();
    for (at, label) in labels.iter().enumerate() {
        for ((question, _), score) in WORDS.iter().zip(scores(label)) {
            if score >= LEAST {
                ranked.push((-score, at, *question));
            }
        }
    }
    ranked.sort_unstable();
    let mut asked: Vec<Option<Question>> = vec![None; labels.len()];
    for (_, at, question) in ranked {
        let is_taken = asked.contains(&Some(question));
        if let Some(open) = asked.get_mut(at).filter(|open| open.is_none() && !is_taken) {
            *open = Some(question);
        }
    }
    asked
}

const LEAST: i32 = 2;

/// Whether a text begins with a word that a label can begin with.
pub(super) fn may_lead(text: &str) -> bool {
    static FIRST: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let phrases = WORDS.iter().flat_map(|(_, words)| words.iter());
        phrases.filter_map(|phrase| phrase.trim_start_matches("^ ").split(' ').next()).collect()
    });
    let word = text.split(' ').next().unwrap_or_default();
    word.len() <= LONGEST_WORD && FIRST.contains(word.to_lowercase().replace('’', "'").as_str())
}

const LONGEST_WORD: usize = 20;

/// How many bytes the label takes that a text begins with, where no sign ends it.
pub(super) fn lead_of(text: &str) -> Option<usize> {
    const LONGEST_LEAD: usize = 5;
    let mut best: Option<(i32, usize)> = None;
    let ends = text.match_indices(' ').map(|(at, _)| at).take(LONGEST_LEAD);
    for end in ends {
        let lead = text.get(..end).unwrap_or_default();
        let score = scores(lead).into_iter().max().unwrap_or_default();
        if score >= LEAST && best.is_none_or(|(highest, _)| score > highest) {
            best = Some((score, end));
        }
    }
    best.map(|(_, end)| end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Question::{Consequence, Importance, Milestone, Need, Skills, WorkFor};

    #[test]
    fn each_question_goes_to_the_label_that_names_it_best() {
        let labels = ["For", "The why", "Or else", "Ask", "Who", "By"];
        let six = [WorkFor, Importance, Consequence, Need, Skills, Milestone].map(Some);
        assert_eq!(assigned(&labels), six);
        let labels =
            ["Who", "So what", "What happens otherwise", "Help wanted", "Good fit", "Needed for"];
        assert_eq!(assigned(&labels), six);
        assert_eq!(assigned(&["Cost code", "Weather", "Date submitted"]), [None; 3]);
    }

    #[test]
    fn a_label_without_sign_ends_where_it_says_most() {
        assert_eq!(lead_of("Why it matters Bailiffs carry cash"), Some("Why it matters".len()));
        assert_eq!(lead_of("Skills mobile"), Some("Skills".len()));
        assert_eq!(lead_of("Bailiffs carry cash"), None);
    }
}
