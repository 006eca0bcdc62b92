//! What a request becomes when a consultant sends its requester to another team.

use crate::mail::{Person, PersonName};
use crate::triage::letters::Thread;
use crate::triage::names::team_at_start;
use crate::triage::orders::{Done, Order, done, must_be_open, to_requester};
use crate::triage::policy::OtherTeam;
use crate::triage::summary::summarise;
use crate::triage::{Content, Letter, Request, Rules, State};

pub(super) fn redirect(
    mut request: Request,
    order: &Order<'_>,
    rules: &Rules,
) -> Result<Done, String> {
    if let State::Closed { .. } = request.state {
        must_be_open(&request)?;
    }
    let today = rules.calendar.local_day(order.at);
    let (team, reason) = team_at_start(order.words, &rules.policy, today)?;
    request.state = State::Redirected { by: order.by.address.clone(), team: team.name.clone() };
    request.owed = None;
    let letter = to_requester(&request, order, |request| Content::Redirected {
        request: summarise(request, rules),
        by: order.by.name.0.clone(),
        team: team.clone(),
        reason: reason.clone(),
    });
    let handed_over = hand_over(&request, (team, reason.clone()), order, rules);
    let told = if handed_over.is_some() {
        " They get the original mail, which cannot be taken back."
    } else {
        ""
    };
    let result = format!(
        "The requester of {0} is told to ask {1} ({2}).{told} To take it back: {0} reopen",
        request.reference, team.name, team.contact
    );
    let detail = format!("to {}: {reason}", team.name);
    let letters = std::iter::once(letter).chain(handed_over).collect();
    Ok(done(request, letters, ("redirected", detail, order), result))
}

/// The letter to the other team, where the settings say that it gets the original.
fn hand_over(
    request: &Request,
    (team, reason): (&OtherTeam, String),
    order: &Order<'_>,
    rules: &Rules,
) -> Option<Letter> {
    let address = team.address.clone().filter(|_| team.send_original)?;
    Some(Letter {
        to: Person { name: Some(PersonName(team.name.clone())), address },
        about: Some(request.reference.clone()),
        thread: Thread::default(),
        content: Content::HandedOver {
            request: summarise(request, rules),
            by: order.by.name.0.clone(),
            team: team.clone(),
            reason,
        },
    })
}
