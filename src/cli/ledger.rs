//! `mailtriage ledger`: what became of every mail, and whether the mailbox agrees.

use chrono::{TimeDelta, Utc};
use clap::Args;
use serde_json::json;

use crate::app::connect_only;
use crate::clock::Clock;
use crate::report::short;
use crate::settings::Settings;
use crate::store::compare::{Waiting, outcomes_by_folder, waiting};
use crate::worker::compare::{self, Compared};

use super::{WithSettings, say, say_json};

/// Mails without an outcome that are listed; all are counted.
const MOST_LISTED: i64 = 200;

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    settings: WithSettings,
    /// Compare with the mailboxes now; ends with 1 when they differ
    #[arg(long)]
    compare: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(options: &Options, clock: &dyn Clock) -> anyhow::Result<()> {
    let settings = &Settings::load(&options.settings.config)?;
    let store = connect_only(settings).await?;
    let mut conn = store.connect().await?;
    let counts = outcomes_by_folder(&mut conn).await?;
    // One second ahead: what was stored this very moment waits too.
    let now = clock.now() + TimeDelta::seconds(1);
    let unread = waiting(&mut conn, now, MOST_LISTED).await?;
    drop(conn);
    let mut compared = Vec::new();
    if options.compare {
        for mailbox in settings.mailboxes()? {
            compared.extend(compare::compare(&store, &mailbox, clock).await?);
        }
    }

    let minutes = settings.ledger.unread_minutes;
    let long_ago = clock.now() - TimeDelta::minutes(i64::from(minutes));
    let stuck = unread.iter().filter(|mail| mail.stored_at < long_ago).count();
    if options.json {
        let outcomes = counts.iter().map(|count| {
            json!({"mailbox": count.mailbox, "folder": count.folder, "outcome": count.outcome,
                   "count": count.count})
        });
        let object = json!({
            "outcomes": outcomes.collect::<Vec<_>>(),
            "without_outcome": unread.iter().map(as_json).collect::<Vec<_>>(),
            "compared": options.compare.then(|| compared.iter().map(difference).collect::<Vec<_>>()),
        });
        say_json(&object)?;
    } else {
        for count in &counts {
            let outcome = count.outcome.replace('_', " ");
            say(&format!(
                "{:<16} {:<16} {outcome:<12} {:>8}",
                count.mailbox, count.folder, count.count
            ))?;
        }
        print(&unread, &compared, settings)?;
    }
    let differ = compared.iter().any(Compared::differs);
    anyhow::ensure!(!differ, "mailbox and ledger differ; what is missing is read now");
    anyhow::ensure!(
        !options.compare || stuck == 0,
        "mails without an outcome for more than {minutes} minutes: {stuck}"
    );
    Ok(())
}

fn print(unread: &[Waiting], compared: &[Compared], settings: &Settings) -> anyhow::Result<()> {
    let calendar = settings.calendar()?;
    if !unread.is_empty() {
        say("\nwithout an outcome")?;
    }
    for mail in unread {
        let since = short(mail.stored_at, &calendar);
        let (id, mailbox, folder) = (mail.inbound_id, &mail.mailbox, &mail.folder);
        say(&format!("{id:<8} {mailbox} {folder}  since {since}, tried {} times", mail.attempts))?;
    }
    for one in compared {
        say(&format!(
            "\n{} {}\n  in the mailbox        {:>8}\n  in the ledger         {:>8}\n  \
             to be fetched         {:>8}\n  filed or deleted      {:>8}\n  \
             unknown               {:>8}\n  numbers used twice    {:>8}",
            one.mailbox,
            one.folder,
            one.in_mailbox,
            one.known,
            one.new,
            one.gone,
            one.unknown,
            one.changed
        ))?;
    }
    Ok(())
}

fn as_json(mail: &Waiting) -> serde_json::Value {
    let since = mail.stored_at.with_timezone(&Utc);
    json!({"id": mail.inbound_id, "mailbox": mail.mailbox, "folder": mail.folder,
           "stored_at": since, "attempts": mail.attempts})
}

fn difference(one: &Compared) -> serde_json::Value {
    json!({"mailbox": one.mailbox, "folder": one.folder, "in_mailbox": one.in_mailbox,
           "known": one.known, "new": one.new, "gone": one.gone, "unknown": one.unknown,
           "changed": one.changed, "differs": one.differs()})
}
