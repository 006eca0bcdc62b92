//! What a request becomes when a consultant orders something: one function an order.
//!
//! An order is carried out as a whole or refused with a reason that the consultant can act on.

use chrono::{DateTime, Utc};

use crate::command::Verb;
use crate::intake::Question;
use crate::mail::EmailAddress;
use crate::triage::letters::Thread;
use crate::triage::names::consultant_named;
use crate::triage::open::{owed_from, urgent_alerts};
use crate::triage::redirect::redirect;
use crate::triage::requester::name_requester;
use crate::triage::summary::summarise;
use crate::triage::{Consultant, Content, Decision, JournalEntry, Letter, Request, Rules, State};

/// One command of a consultant.
pub struct Order<'a> {
    pub by: &'a Consultant,
    pub at: DateTime<Utc>,
    pub verb: Verb,
    pub words: &'a str,
    /// The consultant whose decision the requester disputes, while nobody else has decided.
    pub disputed: Option<&'a EmailAddress>,
    /// Where a letter to the requester stands.
    pub thread: Thread,
}

/// The decision, and what the transcript says of it.
pub struct Done {
    pub decision: Decision,
    pub result: String,
}

/// The reason for a refusal is for the consultant.
pub fn carry_out(request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    let reference = request.reference.clone();
    may_decide(&request, order)?;
    match order.verb {
        Verb::Assign => assign(request, order, rules),
        Verb::Ask => ask(request, order, rules),
        Verb::Redirect => redirect(request, order, rules),
        Verb::Reply => reply(request, order, rules),
        Verb::Close => close(request, order, rules),
        Verb::Spam => spam(request, order),
        Verb::Reopen => reopen(request, order, rules),
        Verb::Note => note(request, order),
        Verb::Urgent => Ok(urgent(request, order, rules)),
        Verb::Status => Ok(status(request, rules)),
        Verb::Help => Err("`help` is about no request; send it alone.".to_owned()),
        Verb::Requester => name_requester(request, order, rules),
        Verb::Merge => {
            Err(format!("With which request? Write its reference: {reference} merge REFERENCE"))
        }
    }
}

/// Whose decision the requester disputes makes no other.
pub(super) fn may_decide(request: &Request, order: &Order<'_>) -> Result<(), String> {
    if decides(order.verb) && disputed_decider(request, order).is_some_and(|by| is_of(order.by, by))
    {
        return Err(format!(
            "The requester disputes your decision about {}, so another consultant must look at it. \
             You can still write a note.",
            request.reference
        ));
    }
    Ok(())
}

/// Whether the order decides something about the request.
pub fn decides(verb: Verb) -> bool {
    match verb {
        Verb::Assign
        | Verb::Ask
        | Verb::Redirect
        | Verb::Reply
        | Verb::Close
        | Verb::Spam
        | Verb::Merge
        | Verb::Reopen => true,
        Verb::Note | Verb::Urgent | Verb::Requester | Verb::Status | Verb::Help => false,
    }
}

/// Whether another consultant has looked at a disputed request with this.
pub fn settles_dispute(verb: Verb) -> bool {
    matches!(verb, Verb::Ask | Verb::Redirect | Verb::Reply | Verb::Close)
}

fn disputed_decider<'a>(request: &'a Request, order: &Order<'a>) -> Option<&'a EmailAddress> {
    match &request.state {
        State::Disputed { decided_by } => decided_by.as_ref(),
        State::New
        | State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Closed { .. } => order.disputed,
    }
}

fn is_of(consultant: &Consultant, address: &EmailAddress) -> bool {
    consultant.writes_from(address)
}

fn assign(mut request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    must_be_open(&request)?;
    let typed = order.words.to_lowercase();
    let to = match typed.trim_end_matches("please").trim_end() {
        "" => return Err("To whom? Write `assign me` or `assign NAME`.".to_owned()),
        "me" | "to me" | "it to me" | "myself" | "to myself" => order.by,
        words => consultant_named(words.trim_start_matches("to "), &rules.policy)?,
    };
    let name = &to.name.0;
    let reference = request.reference.clone();
    if disputed_decider(&request, order).is_some_and(|by| is_of(to, by)) {
        return Err(format!(
            "{name} made the decision that the requester disputes. Assign {reference} to another \
             consultant."
        ));
    }
    let before = request.state.consultant().map(|by| rules.policy.person(by).shown().to_owned());
    let was_theirs = matches!(&request.state, State::Assigned { to: held } | State::InProgress { by: held }
        if to.writes_from(held));
    if was_theirs {
        return Err(format!("{reference} is with {name} already."));
    }
    request.state = State::Assigned { to: to.address.clone() };
    request.owed = None;

    let mut letters = vec![to_requester(&request, order, |request| Content::ConsultantNamed {
        consultant: name.clone(),
        request: summarise(request, rules),
    })];
    let is_self = to.address.is_same(&order.by.address);
    if !is_self {
        letters.push(Letter {
            to: to.person(),
            about: Some(reference.clone()),
            thread: Thread::default(),
            content: Content::Assignment {
                request: summarise(&request, rules),
                by: order.by.name.0.clone(),
            },
        });
    }
    let undo = match before {
        Some(before) => format!("{reference} assign {before}"),
        None => format!("{reference} assign NAME"),
    };
    let whom = if is_self { "you" } else { name };
    let result = format!(
        "{reference} is assigned to {whom}. The requester has been told. To give it to somebody \
         else: {undo}"
    );
    Ok(done(request, letters, ("assigned", format!("to {name}"), order), result))
}

fn ask(mut request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    must_be_open(&request)?;
    // The letter asks every open question anyway.
    let words = if request.answers.len() < Question::ALL.len() {
        order.words.trim().to_owned()
    } else {
        some_words(order, "What do you want to know? Write your question below `ask`.")?
    };
    request.state = State::WaitingForRequester { asked_by: order.by.address.clone() };
    request.owed = None;
    let letter = to_requester(&request, order, |request| Content::Asked {
        request: summarise(request, rules),
        by: order.by.name.0.clone(),
        words: words.clone(),
    });
    let result = format!(
        "Your question about {0} goes to the requester. No reply is owed until they write. To go \
         on without their answer: {0} assign me",
        request.reference
    );
    Ok(done(request, vec![letter], ("asked", words.clone(), order), result))
}

fn reply(mut request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    let words = some_words(order, "There was nothing to send. Write your reply below `reply`.")?;
    let by = order.by.address.clone();
    request.state = match request.state {
        State::New | State::Disputed { .. } => State::InProgress { by },
        State::Assigned { to } => State::InProgress { by: to },
        same @ (State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Closed { .. }) => same,
    };
    request.owed = None;
    let letter = to_requester(&request, order, |request| Content::Replied {
        request: summarise(request, rules),
        by: order.by.name.0.clone(),
        words: words.clone(),
    });
    let result = format!(
        "Your reply about {} goes to the requester. A mail that is sent cannot be taken back; to \
         correct it, reply again",
        request.reference
    );
    Ok(done(request, vec![letter], ("replied", words.clone(), order), result))
}

fn close(mut request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    must_not_be_closed(&request)?;
    request.state = State::Closed { by: order.by.address.clone() };
    request.owed = None;
    let reason = order.words.trim().to_owned();
    let letter = to_requester(&request, order, |request| Content::Closed {
        request: summarise(request, rules),
        by: order.by.name.0.clone(),
        reason: reason.clone(),
    });
    let result = format!(
        "{0} is closed and the requester has been told. To undo: {0} reopen",
        request.reference
    );
    Ok(done(request, vec![letter], ("closed", reason, order), result))
}

fn spam(mut request: Request, order: &Order<'_>) -> Result<Done, String> {
    must_not_be_closed(&request)?;
    request.state = State::Closed { by: order.by.address.clone() };
    request.owed = None;
    let result = format!(
        "{0} is closed as spam. Nobody has been told. To undo: {0} reopen",
        request.reference
    );
    let mut done = done(request, Vec::new(), ("spam", "closed as spam".to_owned(), order), result);
    done.decision.replied = false;
    Ok(done)
}

/// What was set aside is owed a reply again, or nothing would remind anybody of it.
fn reopen(mut request: Request, order: &Order<'_>, rules: &Rules) -> Result<Done, String> {
    let reference = request.reference.clone();
    match &request.state {
        State::Closed { .. } | State::Redirected { .. } => {}
        State::New
        | State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Disputed { .. } => return Err(format!("{reference} is open already.")),
    }
    request.state = State::InProgress { by: order.by.address.clone() };
    let owed = owed_from(order.at, rules);
    let result = format!(
        "{reference} is open again and in progress with you. The requester has not been told; a \
         reply is due {}. To undo: {reference} close",
        owed.deadline.due_on.format("%A %-d %B %Y")
    );
    request.owed = Some(owed);
    let mut done =
        done(request, Vec::new(), ("reopened", "a new reply is owed".to_owned(), order), result);
    done.decision.replied = false;
    Ok(done)
}

fn note(request: Request, order: &Order<'_>) -> Result<Done, String> {
    let words = some_words(order, "There was nothing to note. Write: note TEXT")?;
    let result = format!("Noted in the history of {}. Nobody else gets it.", request.reference);
    let mut done = done(request, Vec::new(), ("note", words, order), result);
    done.decision.replied = false;
    Ok(done)
}

fn urgent(mut request: Request, order: &Order<'_>, rules: &Rules) -> Done {
    let reference = request.reference.clone();
    if request.urgent {
        let result = format!("{reference} was marked urgent before; nobody is alerted again.");
        return Done { decision: Decision::nothing(request), result };
    }
    request.urgent = true;
    let letters = urgent_alerts(&request, rules);
    let result =
        format!("{reference} is urgent and the duty address is alerted. This cannot be undone.");
    let mut done = done(request, letters, ("urgent", "marked urgent".to_owned(), order), result);
    done.decision.replied = false;
    done
}

fn status(request: Request, rules: &Rules) -> Done {
    let summary = summarise(&request, rules);
    let holder = match &summary.consultant {
        Some(name) => format!(", {name}"),
        None => String::new(),
    };
    let owed = match &summary.due {
        Some(due) => format!("A reply is due {}.", due.on.format("%A %-d %B %Y")),
        None => "No reply is owed.".to_owned(),
    };
    let result = format!(
        "{} is {}{holder}. {owed} {} of {} questions are answered.{}",
        summary.reference,
        request.state.name().replace('_', " "),
        summary.answered(),
        summary.answers.len(),
        if request.urgent { " It is urgent." } else { "" },
    );
    Done { decision: Decision::nothing(request), result }
}

pub(super) fn done(
    request: Request,
    letters: Vec<Letter>,
    (kind, detail, order): (&'static str, String, &Order<'_>),
    result: String,
) -> Done {
    let journal = vec![JournalEntry { kind, actor: Some(order.by.address.clone()), detail }];
    Done { decision: Decision { request, letters, journal, replied: true }, result }
}

pub(super) fn to_requester(
    request: &Request,
    order: &Order<'_>,
    content: impl FnOnce(&Request) -> Content,
) -> Letter {
    Letter {
        to: request.requester.clone(),
        about: Some(request.reference.clone()),
        thread: order.thread.clone(),
        content: content(request),
    }
}

fn some_words(order: &Order<'_>, otherwise: &str) -> Result<String, String> {
    let words = order.words.trim();
    if words.is_empty() { Err(otherwise.to_owned()) } else { Ok(words.to_owned()) }
}

pub(super) fn must_be_open(request: &Request) -> Result<(), String> {
    let what = match &request.state {
        State::Closed { .. } => "closed",
        State::Redirected { .. } => "redirected",
        State::New
        | State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Disputed { .. } => return Ok(()),
    };
    Err(format!("{0} is {what}. Reopen it first: {0} reopen", request.reference))
}

fn must_not_be_closed(request: &Request) -> Result<(), String> {
    match &request.state {
        State::Closed { .. } => Err(format!("{} is closed already.", request.reference)),
        State::New
        | State::Assigned { .. }
        | State::InProgress { .. }
        | State::WaitingForRequester { .. }
        | State::Redirected { .. }
        | State::Disputed { .. } => Ok(()),
    }
}
