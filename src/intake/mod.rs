//! Reading: the six answers in a mail, and what kind of mail it is.

mod alarm;
mod answer_text;
mod clause;
mod combined;
#[cfg(test)]
mod combined_tests;
mod corrected;
mod cues;
mod found;
mod hunch;
mod in_order;
mod incident;
mod inline;
mod judged;
#[cfg(test)]
mod judged_tests;
mod kind;
mod labelled;
mod language;
mod late;
mod lone;
mod lexicon;
mod marked;
mod marks;
#[cfg(test)]
mod marks_tests;
mod meaning;
mod milestone;
mod names;
mod need;
mod need_clause;
mod need_words;
mod numbered;
mod numbered_chain;
mod phrase_list;
mod phrases;
mod plausible;
mod prose;
mod prose_cues;
mod reader;
mod referred;
#[cfg(test)]
mod reading_tests;
mod route;
mod rows;
mod sections;
mod sentences;
mod set_off;
mod table;
mod team_cues;
#[cfg(test)]
mod testing;
mod tidied;
mod times;
mod urgency;

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use found::Setting;
use judged::Network;
use phrases::Heard;
pub use reader::Reader;

use crate::calendar::Days;
use crate::mail::{IncomingMail, Line, Origin, SenderKind};

/// The six intake questions, in the order in which they are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    WorkFor,
    Importance,
    Consequence,
    Need,
    Skills,
    Milestone,
}

impl Question {
    pub const ALL: [Self; 6] = [
        Self::WorkFor,
        Self::Importance,
        Self::Consequence,
        Self::Need,
        Self::Skills,
        Self::Milestone,
    ];

    pub fn slot(self) -> &'static str {
        match self {
            Self::WorkFor => "work_for",
            Self::Importance => "importance",
            Self::Consequence => "consequence",
            Self::Need => "need",
            Self::Skills => "skills",
            Self::Milestone => "milestone",
        }
    }

    pub fn from_slot(slot: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|question| question.slot() == slot)
    }
}

/// How an answer stood in the mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    Numbered,
    Restated,
    Inline,
    Labels,
    HtmlList,
    HtmlTable,
    Prose,
}

/// What a person wrote in answer to one question.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// The requester's own words; soft wraps joined with a space, list items with `; `.
    pub text: String,
    pub layout: Layout,
    /// 0 to 1: how often an answer like this one is right.
    pub confidence: f64,
}

pub type Answers = BTreeMap<Question, Answer>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    Accreditation,
    Guidance,
    Review,
    Other,
}

/// What kind of mail it is, as far as the mail alone tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Request,
    FollowUp,
    Dispute,
    AutoReply,
    Bounce,
    Bulk,
    Spam,
}

/// The team that a request seems to belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    Consultancy,
    Incident,
    PhysicalSecurity,
    PersonnelSecurity,
    DataProtection,
    OtherTeam,
    /// Mail that is no request.
    None,
}

/// Everything that one mail tells.
#[derive(Clone, PartialEq)]
pub struct Reading {
    pub kind: Kind,
    pub answers: Answers,
    pub need_kinds: BTreeSet<NeedKind>,
    pub milestone: Option<Days>,
    pub route: Route,
    /// Why this route, in words a consultant can check. Empty for `consultancy` and `none`.
    pub route_because: String,
    pub urgent: bool,
    /// Whether the sender's new words are Welsh, or Welsh beside English.
    pub welsh: bool,
}

/// What a mail tells. `written_on` is the local day on which it came: "next Thursday" is read
/// from there.
pub fn read(reader: &Reader, mail: &IncomingMail, written_on: NaiveDate) -> Reading {
    let is_from_person = mail.sender_kind == SenderKind::Person;
    let setting = Setting { written_on, talk: kind::talk(mail) };
    let judge = reader.judge.as_deref().filter(|_| is_from_person);
    let lines = within_reach(&mail.lines);
    let found = combined::read(lines, setting, &Network { subject: &mail.subject, judge });
    let mut own_words = mail.own_words();
    own_words.truncate(own_words.floor_char_boundary(FURTHEST));
    let heard = Heard::new(&own_words);
    let kind = kind::of(mail, &found, &own_words, &heard);
    if !matches!(kind, Kind::Request | Kind::FollowUp | Kind::Dispute) {
        return Reading::of_a_machine(kind);
    }
    let is_form = found.answers.values().any(|answer| answer.layout != Layout::Prose);
    let is_left_empty = is_form
        && found.asked.contains(&Question::Milestone)
        && !found.answers.contains_key(&Question::Milestone);
    let mut answers = found.answers;
    if kind != Kind::Request {
        answers.retain(|question, answer| is_plain(*question, answer, kind));
    }
    let mut routed = route::of((&mail.subject, &own_words), &answers, kind, &reader.teams);
    // The network knows requests: what only goes on in a thread, it was hardly taught.
    let judged = found.judged.filter(|_| kind == Kind::Request);
    if let Some((judged, judge)) = judged.as_ref().zip(judge) {
        routed = hunch::route(judged, judge, routed);
    }
    if routed.route == Route::Incident {
        // Who cries for help answers no form: half of what reads as an answer is the alarm.
        answers.retain(|question, answer| is_plain(*question, answer, kind));
    }
    let is_alarm = routed.route == Route::Incident && !urgency::is_over(&heard);
    let told = milestone::Told { written_on, kind };
    let own_sentences = LazyCell::new(|| sentences::of_mail(&rows::own(lines)));
    let milestone = match answers.get(&Question::Milestone) {
        Some(answer) => milestone::of_answer(answer, || own_sentences.as_slice(), told),
        None if is_left_empty || is_alarm => None,
        None => milestone::somewhere(&own_sentences, told),
    };
    let mut need_kinds =
        answers.get(&Question::Need).map(|answer| need::kinds_of(&answer.text)).unwrap_or_default();
    let is_need_open = answers.get(&Question::Need).is_none_or(|need| need.layout == Layout::Prose);
    if need_kinds.is_empty() && is_need_open && kind == Kind::Request && !is_alarm {
        need_kinds = need::somewhere(&own_sentences);
    }
    let is_old = routed.route == Route::Incident && !is_alarm;
    let urgent = !is_old
        && (urgency::of((routed.route, &own_words), &heard, milestone, written_on)
            || judged.as_ref().is_some_and(|judged| hunch::is_urgent(judged, routed.route)));
    let is_request = kind == Kind::Request;
    Reading {
        kind,
        answers,
        need_kinds,
        milestone,
        route: if is_request { routed.route } else { Route::None },
        route_because: if is_request { routed.because } else { String::new() },
        urgent,
        welsh: language::is_welsh(&own_words),
    }
}

/// Nobody needs more letters of their own to ask for help: ten thousand words. What follows is kept
/// like all mail, but not looked through.
const FURTHEST: usize = 50_000;

/// The lines up to there, however much is quoted between them.
fn within_reach(lines: &[Line]) -> &[Line] {
    let mut own = 0;
    let is_beyond = |line: &Line| {
        own += if line.origin == Origin::Own { line.text.len() } else { 0 };
        own > FURTHEST
    };
    let end = lines.iter().position(is_beyond).unwrap_or(lines.len());
    // A single line without an end is cut where it is read.
    lines.get(..end.max(1)).unwrap_or(lines)
}

/// Whether an answer holds in a mail that only goes on: most of its sentences answer nothing, and
/// the day that a dispute names is the day of an answer.
fn is_plain(question: Question, answer: &Answer, kind: Kind) -> bool {
    let is_day_of_dispute = kind == Kind::Dispute && question == Question::Milestone;
    let is_chaser = question == Question::Need && !need::names_work(&answer.text);
    answer.layout != Layout::Prose
        || (!is_chaser && answer.confidence >= prose::PLAIN && !is_day_of_dispute)
}

impl Reading {
    fn of_a_machine(kind: Kind) -> Self {
        Self {
            kind,
            answers: Answers::new(),
            need_kinds: BTreeSet::new(),
            milestone: None,
            route: Route::None,
            route_because: String::new(),
            urgent: false,
            welsh: false,
        }
    }
}
