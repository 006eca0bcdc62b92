//! What a request becomes after each later event: one function an event.

use chrono::{DateTime, Utc};

use crate::intake::{Question, Reading};
use crate::mail::{EmailAddress, Person};
use crate::triage::letters::Thread;
use crate::triage::open::{nameless, owed_from};
use crate::triage::{
    Content, Decision, JournalEntry, LadderStep, Letter, Owed, Request, Rules, State,
    summary::summarise,
};

/// Something that happened to a request.
pub enum Event<'a> {
    /// The requester, or another participant, wrote again.
    RequesterWrote(NewMail<'a>),
    /// The requester disagrees with what was decided.
    RequesterDisagreed(NewMail<'a>),
    /// Somebody of the team wrote to the requester.
    TeamReplied { by: EmailAddress, at: DateTime<Utc> },
    /// The next rung of the ladder is reached.
    StepReached { now: DateTime<Utc> },
}

/// A mail that came in for a request we know.
pub struct NewMail<'a> {
    pub from: EmailAddress,
    pub received_at: DateTime<Utc>,
    pub reading: &'a Reading,
    pub words: String,
    pub thread: Thread,
}

pub fn decide(request: Request, event: Event<'_>, rules: &Rules) -> Decision {
    match event {
        Event::RequesterWrote(mail) => requester_wrote(request, mail, rules),
        Event::RequesterDisagreed(mail) => requester_disagreed(request, mail, rules),
        Event::TeamReplied { by, at } => team_replied(request, &by, at),
        Event::StepReached { now } => step_reached(request, now),
    }
}

fn requester_wrote(mut request: Request, mail: NewMail<'_>, rules: &Rules) -> Decision {
    let learnt = learn(&mut request, mail.reading);
    let holder = match &request.state {
        State::New | State::Disputed { .. } => None,
        State::Assigned { to } => Some(to.clone()),
        State::InProgress { by } | State::Closed { by } | State::Redirected { by, .. } => {
            Some(by.clone())
        }
        State::WaitingForRequester { asked_by } => Some(asked_by.clone()),
    };
    request.state = match request.state {
        // What was waited for has come; what was done is open again.
        State::WaitingForRequester { asked_by: by }
        | State::Closed { by }
        | State::Redirected { by, .. } => State::InProgress { by },
        same @ (State::New
        | State::Assigned { .. }
        | State::InProgress { .. }
        | State::Disputed { .. }) => same,
    };
    if request.owed.is_none() {
        request.owed = Some(owed_from(mail.received_at, rules));
    }

    let letters = holder.map(|holder| Letter {
        to: rules.policy.person(&holder),
        about: Some(request.reference.clone()),
        thread: Thread::default(),
        content: Content::FollowUp {
            request: summarise(&request, rules),
            words: mail.words.clone(),
        },
    });
    let journal = vec![JournalEntry {
        kind: "requester_wrote",
        actor: Some(mail.from),
        detail: match learnt {
            0 => "wrote again".to_owned(),
            1 => "wrote again and answered 1 question".to_owned(),
            many => format!("wrote again and answered {many} questions"),
        },
    }];
    Decision { request, letters: letters.into_iter().collect(), journal, replied: false }
}

fn requester_disagreed(mut request: Request, mail: NewMail<'_>, rules: &Rules) -> Decision {
    if let State::Disputed { .. } = request.state {
        // Told to the CISO and acknowledged before; saying it again moves no deadline.
        return requester_wrote(request, mail, rules);
    }
    learn(&mut request, mail.reading);
    let decision = described(&request, rules);
    let decided_by = request.state.consultant().cloned();
    request.state = State::Disputed { decided_by };
    request.owed = Some(owed_from(mail.received_at, rules));

    let about = Some(request.reference.clone());
    let letters = vec![
        Letter {
            to: request.requester.clone(),
            about: about.clone(),
            thread: mail.thread,
            content: Content::DisputeReceived { request: summarise(&request, rules) },
        },
        Letter {
            to: nameless(&rules.policy.team.ciso),
            about,
            thread: Thread::default(),
            content: Content::DisputeNotice {
                request: summarise(&request, rules),
                decision,
                words: mail.words,
            },
        },
    ];
    let journal = vec![JournalEntry {
        kind: "disputed",
        actor: Some(mail.from),
        detail: "disagreed with the decision; a new reply is owed".to_owned(),
    }];
    Decision { request, letters, journal, replied: false }
}

/// What stood before the dispute, in words for the CISO.
fn described(request: &Request, rules: &Rules) -> String {
    let name = |address: &EmailAddress| rules.policy.person(address).shown().to_owned();
    match &request.state {
        State::New => "No decision had been made yet.".to_owned(),
        State::Assigned { to } => format!("Assigned to {}.", name(to)),
        State::InProgress { by } => format!("In progress with {}.", name(by)),
        State::WaitingForRequester { asked_by } => {
            format!("{} had asked for more information.", name(asked_by))
        }
        State::Redirected { by, team } => format!("Redirected to {team} by {}.", name(by)),
        State::Closed { by } => format!("Closed by {}.", name(by)),
        State::Disputed { decided_by } => match decided_by {
            Some(by) => format!("Already disputed; the first decision was by {}.", name(by)),
            None => "Already disputed.".to_owned(),
        },
    }
}

fn team_replied(mut request: Request, by: &EmailAddress, at: DateTime<Utc>) -> Decision {
    request.owed = None;
    request.state = match request.state {
        State::New => State::InProgress { by: by.clone() },
        State::Assigned { to } => State::InProgress { by: to },
        // The one who decided may explain, but somebody else must look.
        State::Disputed { decided_by } if decided_by.as_ref() != Some(by) => {
            State::InProgress { by: by.clone() }
        }
        same @ (State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Closed { .. }
        | State::Disputed { .. }) => same,
    };
    let journal = vec![JournalEntry {
        kind: "team_replied",
        actor: Some(by.clone()),
        detail: format!("wrote to the requester at {}; no reply is owed", at.to_rfc3339()),
    }];
    Decision { request, letters: Vec::new(), journal, replied: true }
}

/// Reminders and escalations are one letter for all requests that take the step at that moment, so
/// the caller writes them.
fn step_reached(mut request: Request, now: DateTime<Utc>) -> Decision {
    let Some(Owed { deadline, next_step }) = request.owed.clone() else {
        return Decision::nothing(request);
    };
    match next_step {
        LadderStep::Remind { at } if at <= now => {
            let next_step = LadderStep::Escalate { at: deadline.due_at };
            request.owed = Some(Owed { deadline, next_step });
            let journal = vec![entry("reminded", "reminder sent to the consultants")];
            Decision { request, letters: Vec::new(), journal, replied: false }
        }
        LadderStep::Escalate { at } if at <= now => {
            request.owed = Some(Owed { deadline, next_step: LadderStep::Summary });
            let journal = vec![entry("escalated", "the reply is overdue; the CISO is told")];
            Decision { request, letters: Vec::new(), journal, replied: false }
        }
        LadderStep::Remind { .. } | LadderStep::Escalate { .. } | LadderStep::Summary => {
            Decision::nothing(request)
        }
    }
}

/// Who is reminded: the one who holds the request, or all consultants when nobody does.
pub fn reminded(request: &Request, rules: &Rules) -> Vec<Person> {
    let holder = match &request.state {
        State::New | State::Disputed { .. } => None,
        State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Closed { .. } => request.state.consultant(),
    };
    match holder.and_then(|address| rules.policy.consultant(address)) {
        Some(consultant) => vec![consultant.person()],
        None => rules.policy.everyone(),
    }
}

fn entry(kind: &'static str, detail: &str) -> JournalEntry {
    JournalEntry { kind, actor: None, detail: detail.to_owned() }
}

/// Takes over what a later mail tells; what it leaves open stays. Returns how many answers it gave.
fn learn(request: &mut Request, reading: &Reading) -> usize {
    for (question, answer) in &reading.answers {
        request.answers.insert(*question, answer.clone());
    }
    if reading.answers.contains_key(&Question::Milestone) {
        request.milestone = reading.milestone;
    }
    if reading.answers.contains_key(&Question::Need) {
        request.need_kinds.clone_from(&reading.need_kinds);
    }
    request.urgent |= reading.urgent;
    request.writes_welsh |= reading.welsh;
    reading.answers.len()
}
