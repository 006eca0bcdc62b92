//! One request as templates may show it, and a list of them.

use chrono::NaiveDate;
use serde::Serialize;

use crate::calendar::{Days, long_day};
use crate::letter::links::{Linker, Links, mailto};
use crate::letter::subject;
use crate::letter::text::{one_line, several_lines};
use crate::letter::view::{LONGEST_ANSWER, LONGEST_LINE};
use crate::letter::words;
use crate::mail::{EmailAddress, Person};
use crate::triage::Provenance;
use crate::triage::letters::{AnswerShown, Due, RequestSummary};

const LONGEST_NEED: usize = 120;
/// Requests in one section of a digest. A longer section says how many more there are.
const MOST_IN_SECTION: usize = 40;

#[derive(Serialize)]
pub(super) struct PersonView {
    name: String,
    address: String,
    mailto: String,
}

#[derive(Serialize)]
pub(super) struct RequestView {
    reference: String,
    requester: PersonView,
    #[serde(flatten)]
    origin: OriginView,
    subject: String,
    received: String,
    state: String,
    /// Empty when nobody holds it.
    consultant: String,
    #[serde(flatten)]
    marks: Marks,
    due: Option<DueView>,
    answers: Vec<AnswerView>,
    answered: usize,
    /// The questions by a short name, such as `skills, milestone`. Empty when there are none.
    unsure: String,
    open: String,
    /// The need on one line; the subject where the need is open.
    need: String,
    /// Empty when no day is known.
    milestone: String,
    milestone_comes_first: bool,
    /// Empty when it is one for the team.
    other_team: String,
    other_team_because: String,
    /// As the link names it. Empty when the settings hold no such team.
    suggested_team: String,
    /// Nothing when the reader may not command.
    links: Option<Links>,
}

/// How we know the requester of a mail that somebody passed on. Empty for all others.
#[derive(Serialize)]
struct OriginView {
    provenance: String,
    forwarded_by: String,
    passes_on: String,
}

#[derive(Serialize)]
struct Marks {
    urgent: bool,
    is_new: bool,
    /// Whether the reader holds it, or made the decision that is disputed.
    is_yours: bool,
}

#[derive(Serialize)]
struct DueView {
    day: String,
    /// Seen from today, such as `due today`.
    words: String,
    /// Which days were not counted. Empty when only working days lie between.
    because: String,
    is_overdue: bool,
    /// How long it is overdue. Empty when it is not.
    late: String,
}

#[derive(Serialize)]
struct AnswerView {
    question: &'static str,
    hint: &'static str,
    /// Empty when the question is open.
    text: String,
    sure: bool,
}

#[derive(Serialize)]
pub(super) struct Section {
    name: &'static str,
    count: usize,
    more: usize,
    requests: Vec<RequestView>,
}

/// From where "today" and "overdue" are judged.
#[derive(Clone, Copy)]
pub(super) enum Seen {
    /// The letter names plain days.
    Anytime,
    On(NaiveDate),
    At(chrono::DateTime<chrono::Utc>),
}

impl Seen {
    /// Without the year where the letter has a today in that year.
    fn day(self, day: NaiveDate) -> String {
        match self {
            Self::On(today) => words::day(day, today),
            Self::Anytime | Self::At(_) => long_day(day),
        }
    }
}

pub(super) fn section(
    name: &'static str,
    requests: &[RequestSummary],
    linker: &Linker<'_>,
    seen: Seen,
) -> Section {
    Section {
        name,
        count: requests.len(),
        more: requests.len().saturating_sub(MOST_IN_SECTION),
        requests: requests
            .iter()
            .take(MOST_IN_SECTION)
            .map(|summary| request(summary, linker, seen))
            .collect(),
    }
}

pub(super) fn request(summary: &RequestSummary, linker: &Linker<'_>, seen: Seen) -> RequestView {
    let subject = subject::bare(&summary.subject, Some(&summary.reference));
    let subject = if subject.is_empty() { "(no subject)".to_owned() } else { subject };
    let consultant = summary
        .consultant
        .as_deref()
        .or_else(|| summary.state.consultant().map(EmailAddress::as_str))
        .map(|name| one_line(name, LONGEST_LINE))
        .unwrap_or_default();
    let holder = summary.state.consultant();
    let is_yours = holder.is_some_and(|holder| linker.reads(holder));
    RequestView {
        reference: summary.reference.to_string(),
        requester: person(&summary.requester),
        origin: origin(summary.provenance.as_ref()),
        received: seen.day(summary.received_on),
        state: state(summary, &consultant, is_yours),
        consultant,
        marks: Marks { urgent: summary.urgent, is_new: summary.is_new, is_yours },
        due: summary.due.as_ref().map(|due| due_view(due, seen)),
        answers: summary.answers.iter().map(answer).collect(),
        answered: summary.answered(),
        unsure: questions(summary, |answer| answer.text.is_some() && !answer.sure),
        open: questions(summary, |answer| answer.text.is_none()),
        need: need(summary).unwrap_or_else(|| subject.clone()),
        subject,
        milestone: summary.milestone.map(|days| milestone(days, seen)).unwrap_or_default(),
        milestone_comes_first: milestone_comes_first(summary),
        other_team: other_team_of(summary),
        other_team_because: one_line(&summary.route_because, LONGEST_LINE),
        suggested_team: summary.suggested_team.clone().unwrap_or_default(),
        links: linker.links(summary),
    }
}

fn origin(provenance: Option<&Provenance>) -> OriginView {
    let shown = |person: Option<&Person>| {
        person.map(|person| one_line(person.shown(), LONGEST_LINE)).unwrap_or_default()
    };
    OriginView {
        provenance: provenance
            .map(|known| one_line(&known.told(), LONGEST_LINE))
            .unwrap_or_default(),
        forwarded_by: shown(provenance.and_then(Provenance::forwarder)),
        passes_on: shown(provenance.and_then(Provenance::candidate)),
    }
}

/// The state, and whether nothing has told the requester that we have the mail.
fn state(summary: &RequestSummary, consultant: &str, is_yours: bool) -> String {
    let away = if summary.is_away { ", who is away today" } else { "" };
    let state = words::state(&summary.state, if is_yours { "you" } else { consultant });
    let unacknowledged = match &summary.unacknowledged {
        Some(rule) => format!("; not acknowledged, by the rule: {rule}"),
        None => String::new(),
    };
    one_line(&format!("{state}{away}{unacknowledged}"), LONGEST_LINE)
}

fn milestone(days: Days, seen: Seen) -> String {
    if days.from == days.to {
        return seen.day(days.from);
    }
    format!("{} to {}", seen.day(days.from), seen.day(days.to))
}

fn due_view(due: &Due, seen: Seen) -> DueView {
    let (words, late) = match seen {
        Seen::Anytime => (format!("due {}", long_day(due.on)), String::new()),
        Seen::On(today) if due.on < today => {
            let days = (today - due.on).num_days();
            let late = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            (words::due(due.on, today), late)
        }
        Seen::On(today) => (words::due(due.on, today), String::new()),
        Seen::At(now) => (format!("was due {}", long_day(due.on)), words::how_long(due.at, now)),
    };
    DueView {
        day: long_day(due.on),
        words,
        because: words::left_out(&due.explanation, due.on),
        is_overdue: !late.is_empty(),
        late,
    }
}

fn answer(shown: &AnswerShown) -> AnswerView {
    AnswerView {
        question: words::question(shown.question),
        hint: words::hint(shown.question),
        text: several_lines(shown.text.as_deref().unwrap_or_default(), LONGEST_ANSWER),
        sure: shown.sure,
    }
}

fn questions(summary: &RequestSummary, are: impl Fn(&&AnswerShown) -> bool) -> String {
    let names = summary.answers.iter().filter(are);
    names.map(|answer| words::short(answer.question)).collect::<Vec<_>>().join(", ")
}

/// As the directory calls it; else in the words of the route.
fn other_team_of(summary: &RequestSummary) -> String {
    let known = summary.suggested_team.as_deref().map(|name| one_line(name, LONGEST_LINE));
    let route = || words::other_team(summary.route).unwrap_or_default().to_owned();
    known.unwrap_or_else(route)
}

fn need(summary: &RequestSummary) -> Option<String> {
    let need = summary
        .answers
        .iter()
        .find(|answer| answer.question == crate::intake::Question::Need)?
        .text
        .as_deref()?;
    let need = one_line(need, LONGEST_NEED);
    (!need.is_empty()).then_some(need)
}

fn milestone_comes_first(summary: &RequestSummary) -> bool {
    summary
        .milestone
        .zip(summary.due.as_ref())
        .is_some_and(|(milestone, due)| milestone.from < due.on)
}

pub(super) fn person(person: &Person) -> PersonView {
    PersonView {
        name: one_line(&words::natural_name(person.shown()), LONGEST_LINE),
        address: person.address.as_str().to_owned(),
        mailto: mailto(&person.address, "", ""),
    }
}
