//! What a template may show: the facts of a letter, made harmless and put into words.

use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::calendar::long_day;
use crate::command::syntax::Takes;
use crate::letter::Frame;
use crate::letter::links::{Linker, Links, mailto};
use crate::letter::subject;
use crate::letter::text::{one_line, several_lines};
use crate::letter::words;
use crate::mail::{EmailAddress, Person};
use crate::triage::State;
use crate::triage::letters::{
    AnswerShown, Content, Digest, Due, FolderDiffers, Letter, RequestSummary, TranscriptLine,
    Unconfirmed,
};
use crate::triage::policy::OtherTeam;

/// Longest answer, and longest words of a mail, that a letter quotes.
const LONGEST_ANSWER: usize = 1_000;
const LONGEST_WORDS: usize = 4_000;
/// Longest mail of a consultant that goes to a requester.
const LONGEST_REPLY: usize = 100_000;
/// Longest name, reason or result.
const LONGEST_LINE: usize = 300;
const LONGEST_NEED: usize = 120;
/// Requests in one section of a digest. A longer section says how many more there are.
const MOST_IN_SECTION: usize = 40;
/// Lines of a transcript.
const MOST_LINES: usize = 100;

#[derive(Serialize)]
struct PersonView {
    name: String,
    address: String,
    mailto: String,
}

#[derive(Serialize)]
struct RequestView {
    reference: String,
    requester: PersonView,
    subject: String,
    received: String,
    state: String,
    /// Empty when nobody holds it.
    consultant: String,
    is_disputed: bool,
    urgent: bool,
    due: Option<DueView>,
    answers: Vec<AnswerView>,
    answered: usize,
    /// The need on one line; the subject where the need is open.
    need: String,
    /// Empty when no day is known.
    milestone: String,
    milestone_comes_first: bool,
    /// Empty when it is one for the team.
    other_team: String,
    other_team_because: String,
    links: Links,
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
struct Section {
    name: &'static str,
    count: usize,
    more: usize,
    requests: Vec<RequestView>,
}

/// From where "today" and "overdue" are judged.
#[derive(Clone, Copy)]
enum Seen {
    /// The letter names plain days.
    Anytime,
    On(NaiveDate),
    At(chrono::DateTime<chrono::Utc>),
}

/// Everything the templates of a letter may name.
pub(crate) fn view(letter: &Letter, frame: &Frame<'_>) -> Value {
    let team = frame.team;
    let linker = Linker { frame, to: &letter.to.address };
    context! {
        kind => letter.content.kind().name(),
        to => Serde(person(&letter.to)),
        about => letter.about.as_ref().map(ToString::to_string).unwrap_or_default(),
        team => context! {
            name => one_line(&team.name, LONGEST_LINE),
            address => team.address.as_str(),
            mailto => mailto(&team.address, "", ""),
            ciso => team.ciso.as_str(),
            ciso_mailto => mailto(&team.ciso, "", ""),
            incidents => several_lines(&team.incidents, LONGEST_WORDS),
            data_protection => several_lines(&team.data_protection, LONGEST_WORDS),
            guidance => one_line(&team.guidance, LONGEST_LINE),
        },
        ..content(&letter.content, &linker)
    }
}

fn content(content: &Content, linker: &Linker<'_>) -> Value {
    let one = |summary, seen| Value::from(Serde(request(summary, linker, seen)));
    let several = |summaries: &[RequestSummary], seen| {
        Value::from(Serde(section("", summaries, linker, seen)))
    };
    match content {
        Content::ConsultantNamed { request, consultant: by }
        | Content::Assignment { request, by } => signed(one(request, Seen::Anytime), by, ""),
        Content::Asked { request, by, words }
        | Content::Replied { request, by, words }
        | Content::Closed { request, by, reason: words } => {
            signed(one(request, Seen::Anytime), by, words)
        }
        Content::Redirected { request, by, team, reason } => context! {
            other => other_team(team),
            ..signed(one(request, Seen::Anytime), by, reason)
        },
        Content::Confirm { commands } => context! {
            commands => commands.iter().take(MOST_LINES)
                .map(|one| unconfirmed(one, linker)).collect::<Vec<Value>>(),
        },
        Content::Acknowledgement { request }
        | Content::DisputeReceived { request }
        | Content::UrgentAlert { request } => context! { request => one(request, Seen::Anytime) },
        Content::Reminder { requests, today } => reminder(requests, *today, linker),
        Content::FollowUp { request, words } => context! {
            request => one(request, Seen::Anytime),
            words => several_lines(words, LONGEST_WORDS),
        },
        Content::Digest(digest) => digest_view(digest, linker),
        Content::Transcript { lines, occasion: _ } => transcript(lines),
        Content::Overdue { requests, at } => context! {
            section => several(requests, Seen::At(*at)),
        },
        Content::OverdueSummary { requests, today } => context! {
            section => several(requests, Seen::On(*today)),
            today => long_day(*today),
        },
        Content::DisputeNotice { request, decision, words } => context! {
            request => one(request, Seen::Anytime),
            decision => several_lines(decision, LONGEST_ANSWER),
            words => several_lines(words, LONGEST_WORDS),
        },
        Content::Quarantined { inbound_id, mailbox, reason } => context! {
            inbound_id, mailbox => one_line(mailbox, LONGEST_LINE),
            reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::SenderProblem { outbox_id, kind, reason } => context! {
            outbox_id, letter => one_line(&kind.replace('_', " "), LONGEST_LINE),
            reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::LettersWithheld { limit } => context! { limit },
        Content::HolidayDataEnds { on, days_left } => context! { on => long_day(*on), days_left },
        Content::LedgerMismatch { folders, unread, minutes } => context! {
            folders => folders.iter().map(folder_differs).collect::<Vec<Value>>(),
            unread, minutes,
        },
    }
}

fn reminder(requests: &[RequestSummary], today: NaiveDate, linker: &Linker<'_>) -> Value {
    let is_overdue =
        |request: &&RequestSummary| request.due.as_ref().is_some_and(|due| due.on < today);
    context! {
        section => Serde(section("", requests, linker, Seen::On(today))),
        overdue => requests.iter().filter(is_overdue).count(),
    }
}

fn folder_differs(one: &FolderDiffers) -> Value {
    context! {
        mailbox => one_line(&one.mailbox, LONGEST_LINE),
        folder => one_line(&one.folder, LONGEST_LINE),
        unknown => one.unknown,
        changed => one.changed,
    }
}

/// What a consultant decided, in their words.
fn signed(request: Value, by: &str, words: &str) -> Value {
    context! {
        request => request,
        by => one_line(by, LONGEST_LINE),
        words => several_lines(words, LONGEST_REPLY),
    }
}

fn other_team(team: &OtherTeam) -> Value {
    context! {
        name => one_line(&team.name, LONGEST_LINE),
        contact => one_line(&team.contact, LONGEST_LINE),
        when => one_line(&team.when, LONGEST_LINE),
        say => several_lines(&team.say, LONGEST_WORDS),
    }
}

fn transcript(lines: &[TranscriptLine]) -> Value {
    let shown = lines.iter().take(MOST_LINES).map(|line| {
        context! {
            typed => one_line(&line.typed, LONGEST_LINE),
            result => several_lines(&line.result, LONGEST_WORDS),
            done => line.done,
        }
    });
    context! {
        lines => shown.collect::<Vec<Value>>(),
        more => lines.len().saturating_sub(MOST_LINES),
    }
}

fn unconfirmed(one: &Unconfirmed, linker: &Linker<'_>) -> Value {
    let (subject, link) = linker.confirm(&one.reference, one.verb, &one.words);
    context! {
        reference => one.reference.to_string(),
        verb => one.verb.name(),
        typed => one_line(&one.typed, LONGEST_LINE),
        // The rest of the mail, where it is not in the line that was typed.
        words => several_lines(
            if one.verb.takes() == Takes::Mail { &one.words } else { "" }, LONGEST_WORDS),
        why => one_line(&one.why, LONGEST_LINE),
        subject => subject,
        link => link,
    }
}

fn digest_view(digest: &Digest, linker: &Linker<'_>) -> Value {
    let sections: Vec<Section> = [
        ("Overdue", &digest.overdue),
        ("Due today", &digest.due_today),
        ("Disputed", &digest.disputed),
        ("New", &digest.new),
        ("Yours", &digest.yours),
        ("Waiting for the requester", &digest.waiting_for_requester),
        ("All other open requests", &digest.others),
    ]
    .into_iter()
    .filter(|(_, requests)| !requests.is_empty())
    .map(|(name, requests)| section(name, requests, linker, Seen::On(digest.today)))
    .collect();
    context! {
        today => long_day(digest.today),
        overdue => digest.overdue.len(),
        due_today => digest.due_today.len(),
        disputed => digest.disputed.len(),
        new => digest.new.len(),
        sections => Serde(sections),
    }
}

fn section(
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

fn request(summary: &RequestSummary, linker: &Linker<'_>, seen: Seen) -> RequestView {
    let subject = subject::bare(&summary.subject, Some(&summary.reference));
    let subject = if subject.is_empty() { "(no subject)".to_owned() } else { subject };
    let consultant = summary
        .consultant
        .as_deref()
        .or_else(|| summary.state.consultant().map(EmailAddress::as_str))
        .map(|name| one_line(name, LONGEST_LINE))
        .unwrap_or_default();
    RequestView {
        reference: summary.reference.to_string(),
        requester: person(&summary.requester),
        received: long_day(summary.received_on),
        state: one_line(&state(summary, &consultant), LONGEST_LINE),
        consultant,
        is_disputed: matches!(summary.state, State::Disputed { .. }),
        urgent: summary.urgent,
        due: summary.due.as_ref().map(|due| due_view(due, seen)),
        answers: summary.answers.iter().map(answer).collect(),
        answered: summary.answered(),
        need: need(summary).unwrap_or_else(|| subject.clone()),
        subject,
        milestone: summary.milestone.map(words::days).unwrap_or_default(),
        milestone_comes_first: milestone_comes_first(summary),
        other_team: words::other_team(summary.route).unwrap_or_default().to_owned(),
        other_team_because: one_line(&summary.route_because, LONGEST_LINE),
        links: linker.links(&summary.reference),
    }
}

/// The state, and whether nothing has told the requester that we have the mail.
fn state(summary: &RequestSummary, consultant: &str) -> String {
    let state = words::state(&summary.state, consultant);
    match &summary.unacknowledged {
        Some(rule) => format!("{state}; not acknowledged, by the rule: {rule}"),
        None => state,
    }
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

fn person(person: &Person) -> PersonView {
    PersonView {
        name: one_line(&words::natural_name(person.shown()), LONGEST_LINE),
        address: person.address.as_str().to_owned(),
        mailto: mailto(&person.address, "", ""),
    }
}
