//! `mailtriage requests`: the newest requests in a table, or the story of one.

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::app::connect_only;
use crate::intake::Question;
use crate::report::{short, table};
use crate::settings::Settings;
use crate::store::{events, outbox, requests};

use super::say;

pub(super) async fn list(settings: &Settings, limit: u32) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut conn = store.connect().await?;
    let newest = requests::newest(&mut conn, i64::from(limit)).await?;
    let calendar = settings.calendar()?;
    say(&table(newest.iter().map(|(_, request)| request), &calendar))?;
    say(&format!("{} requests", newest.len()))
}

pub(super) async fn show(settings: &Settings, reference: &str) -> anyhow::Result<()> {
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    let id = requests::find(&mut tx, reference)
        .await?
        .with_context(|| format!("no request is called {reference}"))?;
    let request = requests::lock(&mut tx, id).await?;
    let calendar = settings.calendar()?;

    say(&format!("{}  {}", request.reference, request.subject))?;
    say(&format!("from      {}", request.requester.address.as_str()))?;
    say(&format!("received  {}", short(request.received_at, &calendar)))?;
    say(&format!("state     {}", request.state.name().replace('_', " ")))?;
    for question in Question::ALL {
        let text = request.answers.get(&question).map(|answer| answer.text.as_str());
        say(&format!("{:<12}{}", question.slot(), text.unwrap_or("(open)")))?;
    }
    if let Some(owed) = &request.owed {
        say(&format!("\n{}", owed.deadline.explanation.text()))?;
    }

    // Journal and letters are two tables; the story is one.
    let mut story: Vec<(DateTime<Utc>, String)> = Vec::new();
    for line in events::of_request(&mut tx, id).await? {
        let actor = line.actor.unwrap_or_else(|| "the service".to_owned());
        story.push((line.at, format!("{}: {actor} {}", line.kind, line.detail)));
    }
    for letter in outbox::of_request(&mut tx, id).await? {
        let fate = match letter.withheld_by {
            Some(rule) => format!("withheld by rule: {rule}"),
            None => letter.state.replace('_', " "),
        };
        let (kind, to) = (letter.kind.replace('_', " "), letter.recipient);
        story.push((letter.written_at, format!("letter: {kind} to {to}, {fate}")));
    }
    story.sort_by_key(|(at, _)| *at);
    say("")?;
    for (at, line) in story {
        say(&format!("{}  {line}", short(at, &calendar)))?;
    }
    Ok(())
}
