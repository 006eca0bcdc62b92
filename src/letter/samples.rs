//! Made-up letters, at least one of each kind, with which templates are tried out at start-up.

use std::iter;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::calendar::Days;
use crate::command::Verb;
use crate::intake::{Question, Route};
use crate::letter::sample_digest::digest;
use crate::letter::sample_notices::to_operator;
use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, MessageId, Person};
use crate::triage::digest::Digest;
use crate::triage::letters::{
    AnswerShown, Content, Due, Letter, Occasion, RequestSummary, Thread, TranscriptLine,
    Unconfirmed,
};
use crate::triage::policy::OtherTeam;
use crate::triage::roster::WorkingDays;
use crate::triage::{Consultant, Reference, State, Team};

/// Thursday 24 December 2026, 15:00: a day with days off ahead.
pub(crate) fn now() -> DateTime<Utc> {
    day(24).and_hms_opt(15, 0, 0).unwrap_or_default().and_utc()
}

pub(crate) fn team() -> Option<Team> {
    Some(Team {
        name: "Security Consultancy Team".to_owned(),
        address: address("consultancy@example.org")?,
        former_addresses: Vec::new(),
        reference_prefix: "SEC".to_owned(),
        ciso: address("ciso@example.org")?,
        duty: address("duty@example.org")?,
        operator: address("operator@example.org")?,
        fallback: None,
        incidents: "Report it at once to incidents@example.org or call 020 7946 0000.".to_owned(),
        data_protection: "Ask dataprotection@example.org.".to_owned(),
        guidance: "https://guidance.example.org/security".to_owned(),
    })
}

pub(crate) fn letters() -> Vec<Letter> {
    let Some(request) = full_request() else {
        return Vec::new();
    };
    let bare = bare_request(&request);
    let contents = contents(&request, &bare).into_iter().chain(decisions(&request, &bare));
    let contents = contents.chain(to_operator());
    contents.map(|content| letter(&request, content)).collect()
}

fn letter(request: &RequestSummary, content: Content) -> Letter {
    let is_about_one = !matches!(
        &content,
        Content::Reminder { requests, .. } if requests.len() > 1
    ) && !matches!(
        content,
        Content::Digest(_)
            | Content::Confirm { .. }
            | Content::OverdueSummary { .. }
            | Content::Quarantined { .. }
            | Content::SenderProblem { .. }
            | Content::LettersWithheld { .. }
            | Content::LedgerMismatch { .. }
            | Content::Outage(_)
            | Content::HolidayDataEnds { .. }
    );
    let their_id = MessageId::made("first.mail@example.org".to_owned());
    Letter {
        to: reader(&content).unwrap_or_else(|| request.requester.clone()),
        about: is_about_one.then(|| request.reference.clone()),
        thread: Thread {
            in_reply_to: Some(their_id.clone()),
            references: vec![their_id],
            subject: Some(request.subject.clone()),
        },
        content,
    }
}

/// Who gets it; `None` is the requester.
fn reader(content: &Content) -> Option<Person> {
    let nameless = |text| Some(Person { name: None, address: address(text)? });
    match content {
        Content::Assignment { .. }
        | Content::Confirm { .. }
        | Content::Reminder { .. }
        | Content::FollowUp { .. }
        | Content::Digest(_)
        | Content::CannotReach { .. }
        | Content::Transcript { .. } => person("Grace Hopper", "grace@example.org"),
        // Not the one who decided.
        Content::DisputeRaised { .. } => person("Alan Turing", "alan@example.org"),
        // Not on the roster.
        Content::UrgentAlert { .. } => nameless("duty@example.org"),
        Content::HandedOver { .. } => nameless("buildings@example.org"),
        Content::Overdue { .. }
        | Content::OverdueSummary { .. }
        | Content::DisputeNotice { .. } => nameless("ciso@example.org"),
        Content::Quarantined { .. }
        | Content::SenderProblem { .. }
        | Content::SetAside { .. }
        | Content::LettersWithheld { .. }
        | Content::LedgerMismatch { .. }
        | Content::Outage(_)
        | Content::HolidayDataEnds { .. } => nameless("operator@example.org"),
        Content::Acknowledgement { .. }
        | Content::DisputeReceived { .. }
        | Content::ConsultantNamed { .. }
        | Content::Asked { .. }
        | Content::Redirected { .. }
        | Content::Replied { .. }
        | Content::Closed { .. } => None,
    }
}

pub(crate) fn consultants() -> Vec<Consultant> {
    let roster = [("Grace Hopper", "grace@example.org"), ("Alan Turing", "alan@example.org")];
    let consultant = |(name, at): (&str, &str)| {
        Some(Consultant {
            name: PersonName(name.to_owned()),
            address: address(at)?,
            former_addresses: Vec::new(),
            working_days: WorkingDays::default(),
            absent: Vec::new(),
        })
    };
    roster.into_iter().filter_map(consultant).collect()
}

pub(crate) fn teams() -> Vec<OtherTeam> {
    vec![other_team("")]
}

/// What consultants decide, and what they are asked.
fn decisions(full: &RequestSummary, bare: &RequestSummary) -> Vec<Content> {
    let name = "Grace Hopper".to_owned();
    vec![
        Content::ConsultantNamed { request: full.clone(), consultant: name.clone() },
        Content::Asked {
            request: full.clone(),
            by: name.clone(),
            words: "Which supplier runs the service?\n\nAnd since when?".to_owned(),
        },
        Content::Asked { request: bare.clone(), by: name.clone(), words: String::new() },
        Content::Redirected {
            request: full.clone(),
            by: name.clone(),
            team: other_team("Please name the building."),
            reason: "Door codes are theirs".to_owned(),
        },
        Content::Redirected {
            request: bare.clone(),
            by: name.clone(),
            team: other_team(""),
            reason: String::new(),
        },
        Content::HandedOver {
            request: full.clone(),
            by: name.clone(),
            team: other_team(""),
            reason: "Door codes are theirs".to_owned(),
        },
        Content::Replied {
            request: full.clone(),
            by: name.clone(),
            words: "Yes, that is right.\n\nPlease go on.".to_owned(),
        },
        Content::Closed {
            request: full.clone(),
            by: name.clone(),
            reason: "The review is done.".to_owned(),
        },
        Content::Closed { request: bare.clone(), by: name.clone(), reason: String::new() },
        Content::Assignment { request: full.clone(), by: name },
        Content::Confirm { commands: unconfirmed(full) },
    ]
}

fn contents(full: &RequestSummary, bare: &RequestSummary) -> Vec<Content> {
    let words = "I do not agree.\n\nOur supplier says that this is yours.".to_owned();
    let today = day(31);
    let one = full.clone();
    vec![
        Content::Acknowledgement { request: full.clone() },
        Content::Acknowledgement { request: bare.clone() },
        Content::DisputeReceived { request: full.clone(), by_copy: false },
        Content::DisputeReceived { request: bare.clone(), by_copy: true },
        Content::UrgentAlert { request: full.clone() },
        Content::UrgentAlert { request: bare.clone() },
        Content::Reminder { requests: vec![one.clone()], today: day(30) },
        Content::Reminder { requests: vec![one.clone()], today },
        Content::Reminder { requests: vec![one.clone(), bare.clone()], today: day(30) },
        Content::Reminder { requests: vec![one.clone(), one.clone()], today },
        Content::FollowUp {
            request: full.clone(),
            from: full.requester.clone(),
            words: words.clone(),
        },
        Content::DisputeRaised {
            request: disputed(full),
            decision: "Redirected to physical security: it is about doors.".to_owned(),
            words: words.clone(),
        },
        Content::CannotReach {
            request: full.clone(),
            address: full.requester.address.clone(),
            letter: "consultant named".to_owned(),
            report: "failed (5.1.1)".to_owned(),
            is_gone: true,
        },
        Content::Digest(digest(full, bare)),
        Content::Digest(Digest::empty(today)),
        Content::Transcript { lines: transcript(), occasion: Occasion::Proven },
        Content::Transcript { lines: Vec::new(), occasion: Occasion::Unproven },
        Content::Overdue {
            requests: vec![one.clone()],
            at: now() + TimeDelta::days(6),
            summed_up: false,
        },
        Content::Overdue {
            requests: vec![one.clone(), one.clone()],
            at: now() + TimeDelta::days(9),
            summed_up: true,
        },
        Content::OverdueSummary { requests: vec![one.clone(), one], today },
        Content::DisputeNotice {
            request: disputed(full),
            decision: "Redirected to physical security: it is about doors.".to_owned(),
            words,
            by_copy: true,
        },
    ]
}

fn full_request() -> Option<RequestSummary> {
    let answers = [
        "The Passport Office",
        "Ministers asked for it in October",
        "The contract with the old supplier ends; travellers cannot apply",
        "Review of our design for the new booking service",
        "Cloud hosting and identity checks (predicted)",
        "Go-live board on 29 December",
    ];
    Some(RequestSummary {
        reference: Reference::new("SEC", 2026, 42),
        requester: person("Ada Lovelace", "ada@example.org")?,
        provenance: None,
        subject: "Review of our booking service".to_owned(),
        received_at: now(),
        received_on: day(24),
        state: State::New,
        consultant: None,
        is_away: false,
        is_new: false,
        due: Some(Due {
            on: day(30),
            at: now() + TimeDelta::days(6) - TimeDelta::hours(1),
            explanation: "Received on Thursday 24 December 2026 at 15:00 (Europe/London time).\n\
                          - Friday 25 December 2026: not counted, bank holiday (Christmas Day)\n\
                          - Saturday 26 December 2026: not counted, weekend\n\
                          - Sunday 27 December 2026: not counted, weekend\n\
                          - Monday 28 December 2026: not counted, bank holiday (Boxing Day, \
                          substitute day)\n\
                          - Tuesday 29 December 2026: working day 1\n\
                          - Wednesday 30 December 2026: working day 2"
                .to_owned(),
        }),
        answers: iter::zip(Question::ALL, answers)
            .map(|(question, text)| AnswerShown {
                question,
                text: Some(text.to_owned()),
                sure: question != Question::Skills,
            })
            .collect(),
        milestone: Some(Days { from: day(29), to: day(29) }),
        route: Route::Consultancy,
        route_because: String::new(),
        suggested_team: None,
        urgent: false,
        writes_welsh: false,
        unacknowledged: None,
    })
}

/// The same request when the mail answered almost nothing.
fn bare_request(full: &RequestSummary) -> RequestSummary {
    RequestSummary {
        reference: Reference::new("SEC", 2026, 43),
        subject: String::new(),
        received_on: day(28),
        due: full.due.clone(),
        answers: full
            .answers
            .iter()
            .map(|answer| AnswerShown { text: None, ..answer.clone() })
            .collect(),
        milestone: None,
        route: Route::PhysicalSecurity,
        route_because: "it is about doors, buildings and guards (“door codes”)".to_owned(),
        suggested_team: Some("physical security".to_owned()),
        urgent: true,
        ..full.clone()
    }
}

fn disputed(full: &RequestSummary) -> RequestSummary {
    RequestSummary {
        state: State::Disputed { decided_by: address("grace@example.org") },
        consultant: Some("Grace Hopper".to_owned()),
        ..full.clone()
    }
}

fn other_team(say: &str) -> OtherTeam {
    OtherTeam {
        name: "physical security".to_owned(),
        contact: "physicalsecurity@example.org".to_owned(),
        when: "buildings, doors, passes and visitors".to_owned(),
        say: say.to_owned(),
        cues: Vec::new(),
        address: address("physicalsecurity@example.org"),
        former_addresses: Vec::new(),
        send_original: say.is_empty(),
        valid_from: None,
        valid_to: None,
        instead: None,
    }
}

fn unconfirmed(full: &RequestSummary) -> Vec<Unconfirmed> {
    let one = |verb: Verb, words: &str| Unconfirmed {
        typed: format!("{} {words}", verb.name()),
        reference: full.reference.clone(),
        verb,
        words: words.to_owned(),
        why: "No server that we trust vouches for the sender.".to_owned(),
    };
    vec![one(Verb::Assign, "me"), one(Verb::Reply, "Yes.\nGo on.")]
}

fn transcript() -> Vec<TranscriptLine> {
    vec![
        TranscriptLine {
            typed: "assign me".to_owned(),
            result: "SEC-2026-0042 is assigned to you. To undo: assign NAME".to_owned(),
            done: true,
        },
        TranscriptLine {
            typed: "colse".to_owned(),
            result: "Not understood. Did you mean `close`?".to_owned(),
            done: false,
        },
    ]
}

pub(super) fn day(of_december: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, of_december).unwrap_or_default()
}

pub(super) fn address(text: &str) -> Option<EmailAddress> {
    EmailAddress::parse(text).ok()
}

pub(super) fn person(name: &str, text: &str) -> Option<Person> {
    Some(Person { name: Some(PersonName(name.to_owned())), address: address(text)? })
}
