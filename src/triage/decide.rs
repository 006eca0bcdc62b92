//! What a request becomes after each later event: one function an event.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::intake::{Question, Reading};
use crate::mail::{EmailAddress, Person};
use crate::triage::letters::Thread;
use crate::triage::open::owed_from;
use crate::triage::{
    Consultant, Content, Decision, JournalEntry, LadderStep, Letter, Owed, Request, Rules, State,
    summary::summarise,
};

/// Something that happened to a request.
pub enum Event<'a> {
    /// The requester, or another participant, wrote again.
    RequesterWrote(NewMail<'a>),
    /// The requester disagrees with what was decided.
    RequesterDisagreed(NewMail<'a>),
    /// The team that the requester was sent to wrote about it.
    OtherTeamWrote(NewMail<'a>),
    /// Mail servers reported what became of a letter.
    LetterReported(Report),
    /// Somebody of the team wrote to the requester.
    TeamReplied { by: EmailAddress, at: DateTime<Utc> },
    /// The next rung of the ladder is reached.
    StepReached { now: DateTime<Utc> },
}

impl Event<'_> {
    /// When it happened, which is before we hear of it.
    pub fn at(&self) -> DateTime<Utc> {
        match self {
            Self::RequesterWrote(mail)
            | Self::RequesterDisagreed(mail)
            | Self::OtherTeamWrote(mail) => mail.received_at,
            Self::LetterReported(report) => report.at,
            Self::TeamReplied { at, .. } => *at,
            Self::StepReached { now } => *now,
        }
    }
}

/// A mail that came in for a request we know.
pub struct NewMail<'a> {
    pub from: Person,
    pub received_at: DateTime<Utc>,
    pub reading: &'a Reading,
    pub words: String,
    pub thread: Thread,
    /// The CISO got it too, and had not been in the talk before.
    pub ciso_in_copy: bool,
}

/// What became of a letter about the request.
pub struct Report {
    pub at: DateTime<Utc>,
    /// Which letter, in words.
    pub letter: String,
    pub recipient: EmailAddress,
    /// In a few words, such as `failed (5.1.1)`.
    pub told: String,
    /// Whether it never arrived and never will.
    pub is_lost: bool,
    /// The address takes no mail at all, and automatic letters to it are withheld from now on.
    pub is_gone: bool,
    /// The consultants know that letters about this request come back.
    pub is_known: bool,
}

pub fn decide(request: Request, event: Event<'_>, rules: &Rules) -> Decision {
    match event {
        Event::RequesterWrote(mail) => requester_wrote(request, mail, rules),
        Event::RequesterDisagreed(mail) => requester_disagreed(request, mail, rules),
        Event::OtherTeamWrote(mail) => other_team_wrote(request, mail, rules),
        Event::LetterReported(report) => letter_reported(request, report, rules),
        Event::TeamReplied { by, at } => team_replied(request, &by, at),
        Event::StepReached { now } => step_reached(request, now, rules),
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

    let day = rules.calendar.working_day_from(rules.calendar.local_day(mail.received_at));
    let told = holder.map(|holder| match rules.policy.consultant(&holder) {
        Some(consultant) => vec![consultant.person()],
        // Who has left the team gets no more of it.
        None => rules.policy.at_work(day),
    });
    let follow_up = |to| Letter {
        to,
        about: Some(request.reference.clone()),
        thread: Thread::default(),
        content: Content::FollowUp {
            request: summarise(&request, rules),
            from: mail.from.clone(),
            words: mail.words.clone(),
        },
    };
    let letters = told.into_iter().flatten().map(follow_up).collect();
    let journal = vec![JournalEntry {
        kind: "requester_wrote",
        actor: Some(mail.from.address),
        detail: match learnt {
            0 => "wrote again".to_owned(),
            1 => "wrote again and answered 1 question".to_owned(),
            many => format!("wrote again and answered {many} questions"),
        },
    }];
    Decision { request, letters, journal, replied: false }
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
    let by_copy = mail.ciso_in_copy;
    let raised = Content::DisputeRaised {
        request: summarise(&request, rules),
        decision: decision.clone(),
        words: mail.words.clone(),
    };
    let mut letters = vec![Letter {
        to: request.requester.clone(),
        about: about.clone(),
        thread: mail.thread,
        content: Content::DisputeReceived { request: summarise(&request, rules), by_copy },
    }];
    letters.extend(rules.policy.escalated_to().into_iter().map(|to| Letter {
        to,
        about: about.clone(),
        thread: Thread::default(),
        content: Content::DisputeNotice {
            request: summarise(&request, rules),
            decision: decision.clone(),
            words: mail.words.clone(),
            by_copy,
        },
    }));
    if by_copy {
        // The words may not say so, so the consultants hear it at once, and not from the digest.
        let decider = request.state.consultant().and_then(|by| rules.policy.consultant(by));
        let day = rules.calendar.local_day(mail.received_at);
        let others = rules.policy.at_work(rules.calendar.working_day_from(day)).into_iter();
        let others =
            others.filter(|one| decider.is_none_or(|decider| !decider.writes_from(&one.address)));
        letters.extend(others.map(|to| Letter {
            to,
            about: about.clone(),
            thread: Thread::default(),
            content: raised.clone(),
        }));
    }
    let journal = vec![JournalEntry {
        kind: "disputed",
        actor: Some(mail.from.address),
        detail: if by_copy {
            "wrote to the CISO too, which counts as disagreeing; a new reply is owed".to_owned()
        } else {
            "disagreed with the decision; a new reply is owed".to_owned()
        },
    }];
    Decision { request, letters, journal, replied: false }
}

/// The other team asks or tells something: whoever sent the requester there hears it. Nothing is owed
/// for it, and it answers no question of ours.
fn other_team_wrote(request: Request, mail: NewMail<'_>, rules: &Rules) -> Decision {
    let content = Content::FollowUp {
        request: summarise(&request, rules),
        from: mail.from.clone(),
        words: mail.words,
    };
    let letters = to_holders(&request, &content, (mail.received_at, rules));
    let journal = vec![JournalEntry {
        kind: "other_team_wrote",
        actor: Some(mail.from.address),
        detail: "wrote about the request, which changes nothing".to_owned(),
    }];
    Decision { letters, journal, ..Decision::nothing(request) }
}

fn letter_reported(request: Request, report: Report, rules: &Rules) -> Decision {
    let recipient = report.recipient.as_str();
    let detail = format!("the letter `{}` to {recipient}: {}", report.letter, report.told);
    let mut journal = vec![entry("delivery_report", &detail)];
    let mut letters = Vec::new();
    if report.is_lost && !report.is_known {
        journal.push(entry(
            "cannot_reach",
            &format!("the consultants know that {recipient} cannot be reached"),
        ));
        let content = Content::CannotReach {
            request: summarise(&request, rules),
            address: report.recipient,
            letter: report.letter,
            report: report.told,
            is_gone: report.is_gone,
        };
        letters = to_holders(&request, &content, (report.at, rules));
    }
    Decision { letters, journal, ..Decision::nothing(request) }
}

fn to_holders(
    request: &Request,
    content: &Content,
    (at, rules): (DateTime<Utc>, &Rules),
) -> Vec<Letter> {
    let letter = |to| Letter {
        to,
        about: Some(request.reference.clone()),
        thread: Thread::default(),
        content: content.clone(),
    };
    let day = rules.calendar.working_day_from(rules.calendar.local_day(at));
    reminded(request, day, rules).into_iter().map(letter).collect()
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
fn step_reached(mut request: Request, now: DateTime<Utc>, rules: &Rules) -> Decision {
    let Some(Owed { deadline, next_step }) = request.owed.clone() else {
        return Decision::nothing(request);
    };
    match next_step {
        LadderStep::Remind { at } if at <= now => {
            let grace = TimeDelta::hours(rules.policy.ladder.escalate_after_hours.into());
            let next_step = LadderStep::Escalate { at: deadline.due_at + grace };
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

/// Who is reminded on that day: the one who holds the request; when nobody does, or they do not work
/// that day, everybody who does.
pub fn reminded(request: &Request, day: NaiveDate, rules: &Rules) -> Vec<Person> {
    match holder(request, rules).filter(|consultant| consultant.works_on(day)) {
        Some(consultant) => vec![consultant.person()],
        None => rules.policy.at_work(day),
    }
}

/// The consultant who has the request in hand.
pub fn holder<'a>(request: &Request, rules: &'a Rules) -> Option<&'a Consultant> {
    let address = match &request.state {
        State::New | State::Disputed { .. } => None,
        State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Closed { .. } => request.state.consultant(),
    };
    rules.policy.consultant(address?)
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
