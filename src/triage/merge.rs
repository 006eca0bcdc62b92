//! What two requests become when a consultant joins them.

use std::collections::BTreeSet;

use crate::intake::Question;
use crate::mail::EmailAddress;
use crate::triage::orders::{Order, may_decide, must_be_open};
use crate::triage::{Decision, JournalEntry, Owed, Request, State};

/// The request that becomes part of another.
pub struct Other<'a> {
    pub request: Request,
    /// The questions whose answers the kept request takes over: open there, or answered earlier.
    pub newer: &'a BTreeSet<Question>,
    /// The consultant whose decision about it the requester disputes.
    pub disputed: Option<&'a EmailAddress>,
}

pub struct Merged {
    pub kept: Decision,
    pub other: Decision,
    pub result: String,
}

/// The requester gets no letter: both references keep working, and the earlier day counts, so
/// nothing that was promised changes.
pub fn merge(kept: Request, other: Other<'_>, order: &Order<'_>) -> Result<Merged, String> {
    may_decide(&kept, order)?;
    must_be_joinable(&kept, &other)?;
    let Other { request: mut gone, newer, .. } = other;
    let mut kept = kept;
    let (reference, theirs) = (kept.reference.clone(), gone.reference.clone());

    take_answers(&mut kept, &gone, newer);
    kept.urgent |= gone.urgent;
    kept.state = joined_state(&kept, &gone);
    kept.owed = earlier(kept.owed.take(), gone.owed.take());
    gone.state = State::Closed { by: order.by.address.clone() };

    let due = match &kept.owed {
        Some(owed) => {
            let day = owed.deadline.due_on.format("%A %-d %B %Y");
            format!("A reply is due {day}, the earlier of the two days.")
        }
        None => "No reply is owed.".to_owned(),
    };
    let result = format!(
        "{theirs} is part of {reference} now and is closed. Mails that name {theirs} come to \
         {reference}. The requester has not been told, because both references keep working. {due} \
         To undo: {theirs} reopen. What {reference} has learnt from it stays there"
    );
    let learnt = newer.len();
    let answers = if learnt == 1 { "1 answer".to_owned() } else { format!("{learnt} answers") };
    let told = format!("{theirs} is part of this request now; {answers} taken over");
    Ok(Merged {
        kept: Decision { journal: vec![entry(order, told)], ..Decision::nothing(kept) },
        other: Decision {
            journal: vec![entry(order, format!("became part of {reference}"))],
            ..Decision::nothing(gone)
        },
        result,
    })
}

fn must_be_joinable(kept: &Request, other: &Other<'_>) -> Result<(), String> {
    let (reference, theirs) = (&kept.reference, &other.request.reference);
    if reference == theirs {
        return Err(format!(
            "{reference} cannot be merged with itself. Write the reference of the other request: \
             {reference} merge REFERENCE"
        ));
    }
    must_be_open(kept)?;
    must_be_open(&other.request)?;
    if !kept.requester.address.is_same(&other.request.requester.address) {
        return Err(format!(
            "Different people asked for {reference} and {theirs}, and a letter goes to one of them \
             only. Answer both. If it is one person with two addresses, name the address first: \
             {theirs} requester {}",
            kept.requester.address.as_str(),
        ));
    }
    // The dispute would lose its own clock and the bar on the one who decided.
    if matches!(other.request.state, State::Disputed { .. }) || other.disputed.is_some() {
        return Err(format!(
            "The requester disputes a decision about {theirs}, so it stays open by itself. The other \
             way round is possible: {theirs} merge {reference}"
        ));
    }
    Ok(())
}

fn take_answers(kept: &mut Request, gone: &Request, newer: &BTreeSet<Question>) {
    for question in newer {
        if let Some(answer) = gone.answers.get(question) {
            kept.answers.insert(*question, answer.clone());
        }
    }
    if newer.contains(&Question::Milestone) {
        kept.milestone = gone.milestone;
    }
    if newer.contains(&Question::Need) {
        kept.need_kinds.clone_from(&gone.need_kinds);
    }
}

/// Who holds one of two requests holds both. What was waited for may have come as a mail of its own.
fn joined_state(kept: &Request, gone: &Request) -> State {
    match (&kept.state, &gone.state) {
        (State::New, _) => gone.state.clone(),
        (State::WaitingForRequester { asked_by }, _) if gone.owed.is_some() => {
            State::InProgress { by: asked_by.clone() }
        }
        (same, _) => same.clone(),
    }
}

fn earlier(one: Option<Owed>, other: Option<Owed>) -> Option<Owed> {
    match (one, other) {
        (Some(one), Some(other)) if other.deadline.due_at < one.deadline.due_at => Some(other),
        (Some(one), _) => Some(one),
        (None, other) => other,
    }
}

fn entry(order: &Order<'_>, detail: String) -> JournalEntry {
    JournalEntry { kind: "merged", actor: Some(order.by.address.clone()), detail }
}
