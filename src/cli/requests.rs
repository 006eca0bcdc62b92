//! `mailtriage requests`: the newest requests in a table, or the story of one.

use anyhow::Context;
use serde_json::{Value, json};

use crate::app::connect_only;
use crate::intake::Question;
use crate::mail::EmailAddress;
use crate::report::history::History;
use crate::report::{short, table};
use crate::settings::Settings;
use crate::store::budgets;
use crate::store::requests::{self, Damaged, Found};
use crate::triage::{Provenance, Request};

use super::{say, say_json};

pub(super) async fn list(settings: &Settings, limit: u32, json: bool) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut conn = store.connect().await?;
    let Found { requests: newest, damaged } = requests::newest(&mut conn, i64::from(limit)).await?;
    for Damaged { reference, error } in &damaged {
        say(&if json {
            json!({"reference": reference.as_str(), "error": error.to_string()}).to_string()
        } else {
            format!("{reference} cannot be shown: {error}")
        })?;
    }
    if json {
        for (_, request) in &newest {
            say_json(&as_json(request))?;
        }
        return Ok(());
    }
    let calendar = settings.calendar()?;
    say(&table(newest.iter().map(|(_, request)| request), &calendar))?;
    say(&format!("{} requests, newest first", newest.len()))
}

/// Letters that a rule held back: what a human may want to write after all.
pub(super) async fn withheld(settings: &Settings, limit: u32, json: bool) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut conn = store.connect().await?;
    let withheld = budgets::withheld(&mut conn, i64::from(limit)).await?;
    let calendar = settings.calendar()?;
    for letter in &withheld {
        let reference = letter.reference.as_deref();
        if json {
            let object = json!({
                "written_at": letter.written_at,
                "reference": reference,
                "letter": letter.kind,
                "to": letter.recipient,
                "rule": letter.rule,
            });
            say_json(&object)?;
        } else {
            let kind = letter.kind.replace('_', " ");
            let at = short(letter.written_at, &calendar);
            let (reference, to, rule) = (reference.unwrap_or("-"), &letter.recipient, &letter.rule);
            say(&format!("{at:<21} {reference:<14} {kind} to {to}: {rule}"))?;
        }
    }
    if json { Ok(()) } else { say(&format!("{} letters held back, newest first", withheld.len())) }
}

pub(super) async fn show(settings: &Settings, reference: &str, json: bool) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    let id = requests::find(&mut tx, reference).await?.with_context(|| {
        format!("no request is called {reference}; `mailtriage requests` lists them")
    })?;
    let rules = settings.rules()?;
    let history = History::read(&mut tx, id, &rules).await?;
    if !json {
        return say(&history.text(&rules.calendar));
    }
    let mut object = as_json(&history.request);
    if let Some(fields) = object.as_object_mut() {
        fields.insert("deadline".to_owned(), history.deadline.into());
        fields.insert("merged".to_owned(), history.joined.into());
        fields.insert("story".to_owned(), serde_json::to_value(&history.entries)?);
    }
    say_json(&object)
}

fn as_json(request: &Request) -> Value {
    let answers: Value = Question::ALL
        .into_iter()
        .map(|question| {
            let answer = request.answers.get(&question).map(|answer| {
                json!({
                    "text": answer.text,
                    "layout": answer.layout.name(),
                    "confidence": answer.confidence,
                })
            });
            (question.slot().to_owned(), answer.unwrap_or(Value::Null))
        })
        .collect::<serde_json::Map<_, _>>()
        .into();
    let owed = request.owed.as_ref();
    json!({
        "reference": request.reference.as_str(),
        "requester": request.requester.address.as_str(),
        "provenance": request.provenance.as_ref().map(Provenance::told),
        "subject": request.subject,
        "received_at": request.received_at,
        "state": request.state.name(),
        "consultant": request.state.consultant().map(EmailAddress::as_str),
        "due_on": owed.map(|owed| owed.deadline.due_on),
        "due_at": owed.map(|owed| owed.deadline.due_at),
        "urgent": request.urgent,
        "route": request.route.name(),
        "answers": answers,
        "need_kinds": request.need_kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
        "milestone": request.milestone,
    })
}
