//! The first decision about a new request.

use chrono::{DateTime, Utc};

use crate::intake::Reading;
use crate::mail::{EmailAddress, Person};
use crate::triage::letters::Thread;
use crate::triage::{
    Content, Decision, JournalEntry, LadderStep, Letter, Owed, Provenance, Reference, Request,
    Rules, State, summary::summarise,
};

/// A mail that asks for help, before it has become a request.
pub struct Opening<'a> {
    pub reference: Reference,
    pub requester: Person,
    pub provenance: Option<Provenance>,
    /// Others who may write on in the request.
    pub copied: Vec<EmailAddress>,
    pub subject: String,
    /// INTERNALDATE: the promise counts from here.
    pub received_at: DateTime<Utc>,
    pub reading: &'a Reading,
    /// Where the acknowledgement stands in the thread.
    pub thread: Thread,
}

pub fn open(opening: Opening<'_>, rules: &Rules) -> Decision {
    let owed = owed_from(opening.received_at, rules);
    let request = Request {
        reference: opening.reference,
        requester: opening.requester,
        provenance: opening.provenance,
        subject: opening.subject,
        received_at: opening.received_at,
        state: State::New,
        owed: Some(owed),
        answers: opening.reading.answers.clone(),
        need_kinds: opening.reading.need_kinds.clone(),
        milestone: opening.reading.milestone,
        route: opening.reading.route,
        route_because: opening.reading.route_because.clone(),
        urgent: opening.reading.urgent,
        writes_welsh: opening.reading.welsh,
        unacknowledged: None,
    };

    let mut letters = vec![Letter {
        to: request.requester.clone(),
        about: Some(request.reference.clone()),
        thread: opening.thread,
        content: Content::Acknowledgement { request: summarise(&request, rules) },
    }];
    // Who is on duty need not be alerted to what they wrote themselves; nor must a machine that
    // answers our alerts make new ones.
    if request.urgent {
        let requester = &request.requester.address;
        let alerts = urgent_alerts(&request, rules).into_iter();
        letters.extend(alerts.filter(|alert| !alert.to.address.is_same(requester)));
    }
    let journal = vec![opened(&request)];
    Decision { request, letters, journal, replied: false }
}

/// The reply owed for something received at that instant, and the first rung of the ladder.
pub(super) fn owed_from(received_at: DateTime<Utc>, rules: &Rules) -> Owed {
    let deadline = rules.calendar.reply_due(received_at);
    let ladder = &rules.policy.ladder;
    let day = rules.calendar.working_days_before(deadline.due_on, ladder.remind_days_before);
    let remind_at = rules.calendar.at_local(day, ladder.remind_at);
    // A reminder that would have been due before the request came is due with it.
    let at = remind_at.min(deadline.due_at).max(received_at);
    Owed { deadline, next_step: LadderStep::Remind { at } }
}

/// One to each person who is alerted at once.
pub(super) fn urgent_alerts(request: &Request, rules: &Rules) -> Vec<Letter> {
    let alert = |to| Letter {
        to,
        about: Some(request.reference.clone()),
        thread: Thread::default(),
        content: Content::UrgentAlert { request: summarise(request, rules) },
    };
    rules.policy.alerted().into_iter().map(alert).collect()
}

fn opened(request: &Request) -> JournalEntry {
    let due = request.owed.as_ref().map(|owed| owed.deadline.due_on.to_string());
    JournalEntry {
        kind: "opened",
        actor: Some(request.requester.address.clone()),
        detail: format!(
            "{} of 6 questions answered, reply due on {}{}",
            request.answers.len(),
            due.unwrap_or_default(),
            if request.urgent { ", urgent" } else { "" },
        ),
    }
}
