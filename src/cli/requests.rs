//! `mailtriage requests`: the newest requests in a table, or the story of one.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::app::connect_only;
use crate::calendar::WorkingCalendar;
use crate::intake::Question;
use crate::mail::EmailAddress;
use crate::report::{short, table};
use crate::settings::Settings;
use crate::store::{PgConnection, RequestId, events, merges, outbox, requests};
use crate::triage::{Provenance, Request};

use super::say;

pub(super) async fn list(settings: &Settings, limit: u32, json: bool) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut conn = store.connect().await?;
    let newest = requests::newest(&mut conn, i64::from(limit)).await?;
    if json {
        for (_, request) in &newest {
            say(&as_json(request).to_string())?;
        }
        return Ok(());
    }
    let calendar = settings.calendar()?;
    say(&table(newest.iter().map(|(_, request)| request), &calendar))?;
    say(&format!("{} requests, newest first", newest.len()))
}

pub(super) async fn show(settings: &Settings, reference: &str, json: bool) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    let id = requests::find(&mut tx, reference).await?.with_context(|| {
        format!("no request is called {reference}; `mailtriage requests` lists them")
    })?;
    let request = requests::lock(&mut tx, id).await?;
    let told = story(&mut tx, id).await?;
    let joined = joined(&mut tx, id).await?;
    if json {
        let mut object = as_json(&request);
        let lines = told.iter().map(|line| json!({"at": line.at, "what": line.what}));
        if let Some(fields) = object.as_object_mut() {
            fields.insert("story".to_owned(), Value::Array(lines.collect()));
            fields.insert("merged".to_owned(), Value::String(joined));
        }
        return say(&object.to_string());
    }
    print(&request, (&joined, &told), &settings.calendar()?)
}

/// Which requests are part of it, or which one it is part of, in a sentence.
async fn joined(conn: &mut PgConnection, id: RequestId) -> anyhow::Result<String> {
    if let Some(kept) = merges::merged_into(conn, id).await? {
        let kept = requests::lock(conn, kept).await?.reference;
        return Ok(format!("merged into {kept}; the story is told there"));
    }
    let parts = merges::parts_of(conn, id).await?;
    Ok(if parts.is_empty() { String::new() } else { format!("holds {}", parts.join(", ")) })
}

/// One line of a request's history.
struct Told {
    at: DateTime<Utc>,
    what: String,
}

/// Journal and letters are two tables; the story is one.
async fn story(conn: &mut PgConnection, id: RequestId) -> anyhow::Result<Vec<Told>> {
    let mut story = Vec::new();
    for line in events::of_request(conn, id).await? {
        let actor = line.actor.unwrap_or_else(|| "the service".to_owned());
        let what = format!("{}: {actor}: {}", line.kind.replace('_', " "), line.detail);
        story.push(Told { at: line.at, what });
    }
    for letter in outbox::of_request(conn, id).await? {
        let fate = match letter.withheld_by {
            Some(rule) => format!("withheld by the rule: {rule}"),
            None => letter.state.replace('_', " "),
        };
        let fate = match letter.reports {
            Some(reports) => format!("{fate}, then reported: {reports}"),
            None => fate,
        };
        let (kind, to) = (letter.kind.replace('_', " "), letter.recipient);
        story.push(Told { at: letter.written_at, what: format!("letter: {kind} to {to}: {fate}") });
    }
    story.sort_by_key(|told| told.at);
    Ok(story)
}

fn print(
    request: &Request,
    (joined, story): (&str, &[Told]),
    calendar: &WorkingCalendar,
) -> anyhow::Result<()> {
    let urgent = if request.urgent { ", urgent" } else { "" };
    say(&format!("{}  {}\n", request.reference, request.subject))?;
    say(&format!("from         {}", request.requester.address.as_str()))?;
    if let Some(provenance) = &request.provenance {
        say(&format!("             {}", provenance.told()))?;
    }
    say(&format!("received     {}", short(request.received_at, calendar)))?;
    say(&format!("state        {}{urgent}", request.state.name().replace('_', " ")))?;
    if !joined.is_empty() {
        say(&format!("merged       {joined}"))?;
    }
    if let Some(consultant) = request.state.consultant() {
        say(&format!("consultant   {}", consultant.as_str()))?;
    }
    if !request.route_because.is_empty() {
        let team = request.route.name().replace('_', " ");
        say(&format!("belongs to   {team}: {}", request.route_because))?;
    }
    say("")?;
    for question in Question::ALL {
        let answer = request.answers.get(&question).map(|answer| answer.text.as_str());
        say(&format!("{:<13}{}", question.slot(), answer.unwrap_or("(open)")))?;
    }
    if let Some(owed) = &request.owed {
        say(&format!("\n{}", owed.deadline.explanation.text()))?;
    }
    say("")?;
    for told in story {
        say(&format!("{:<22} {}", short(told.at, calendar), told.what))?;
    }
    Ok(())
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
