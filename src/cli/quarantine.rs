//! `mailtriage quarantine`: mails that could not be read, and what a human does about them.

use anyhow::{Context, bail};
use clap::Subcommand;

use crate::app::connect_only;
use crate::clock::Clock;
use crate::report::short;
use crate::settings::Settings;
use crate::store::inbound::{self, Outcome};
use crate::store::operator::{self, Changed, SetAside};
use crate::store::{self, InboundId, PgConnection, events};
use crate::triage::JournalEntry;

use super::{WithSettings, say};

const MOST_LISTED: i64 = 1_000;
/// Characters of a mail that are printed.
const MOST_SHOWN: usize = 200_000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The mails that are set aside, newest first
    #[command(after_help = "Example:\n  mailtriage quarantine list")]
    List {
        #[command(flatten)]
        settings: WithSettings,
    },
    /// Why a mail was set aside, and its headers
    #[command(after_help = "Example:\n  mailtriage quarantine show 17 --content")]
    Show {
        id: i64,
        /// The whole mail, not its headers alone
        #[arg(long)]
        content: bool,
        #[command(flatten)]
        settings: WithSettings,
    },
    /// Have the service read a mail again, as if for the first time
    #[command(after_help = "Example:\n  mailtriage quarantine retry 17\n\n\
                            A request that was opened for it is not opened twice: what can be read \
                            now goes into it.")]
    Retry {
        id: i64,
        #[command(flatten)]
        settings: WithSettings,
    },
    /// Settle a mail yourself: nothing more is done with it
    #[command(after_help = "Example:\n  mailtriage quarantine release 17 --as bulk")]
    Release {
        id: i64,
        /// The outcome that the ledger shows from now on
        #[arg(long = "as", value_name = "OUTCOME")]
        outcome: String,
        #[command(flatten)]
        settings: WithSettings,
    },
}

impl Command {
    fn settings(&self) -> &WithSettings {
        match self {
            Self::List { settings }
            | Self::Show { settings, .. }
            | Self::Retry { settings, .. }
            | Self::Release { settings, .. } => settings,
        }
    }
}

pub(super) async fn run(command: &Command, clock: &dyn Clock) -> anyhow::Result<()> {
    let settings = &Settings::load(&command.settings().config)?;
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    match command {
        Command::List { .. } => list(&mut tx, settings).await?,
        Command::Show { id, content, .. } => show(&mut tx, (*id, *content), settings).await?,
        Command::Retry { id, .. } => {
            let changed = operator::read_again(&mut tx, InboundId(*id)).await?;
            let changed = changed.with_context(|| not_here(*id))?;
            let what = format!("had mail {id} read again");
            tell(&mut tx, (&changed, Some(InboundId(*id))), &what, clock).await?;
            say(&format!("Mail {id} is read again within seconds, when the desk is open."))?;
        }
        Command::Release { id, outcome, .. } => {
            let chosen = chosen(outcome)?;
            let because = format!("set aside, then settled by the operator as {}", chosen.name());
            let settled = (chosen, because.as_str());
            let changed = operator::release(&mut tx, InboundId(*id), settled, clock.now()).await?;
            let changed = changed.with_context(|| not_here(*id))?;
            let what = format!("settled mail {id}, which was set aside, as {}", chosen.name());
            tell(&mut tx, (&changed, Some(InboundId(*id))), &what, clock).await?;
            say(&format!("Mail {id} is settled as {}.", chosen.name()))?;
        }
    }
    Ok(store::commit(tx).await?)
}

/// Writes what the operator did into the journal of the request, where there is one.
pub(super) async fn tell(
    conn: &mut PgConnection,
    (changed, inbound): (&Changed, Option<InboundId>),
    what: &str,
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    if let Some(request) = changed.request {
        let detail = format!("The operator {what}.");
        let entry = JournalEntry { kind: "operator", actor: None, detail };
        events::append(conn, request, &entry, inbound, clock.now()).await?;
    }
    Ok(())
}

fn not_here(id: i64) -> String {
    format!("no mail {id} is set aside with its content; `mailtriage quarantine list` lists them")
}

fn chosen(name: &str) -> anyhow::Result<Outcome> {
    let mut outcomes = Outcome::ALL.into_iter().filter(|one| *one != Outcome::Quarantined);
    match outcomes.clone().find(|outcome| outcome.name() == name.replace('-', "_")) {
        Some(outcome) => Ok(outcome),
        None => {
            let first = outcomes.next().map_or("", Outcome::name);
            let names: Vec<&str> = outcomes.map(Outcome::name).collect();
            bail!("`{name}` is no outcome; type one of {first}, {}", names.join(", "))
        }
    }
}

async fn list(conn: &mut PgConnection, settings: &Settings) -> anyhow::Result<()> {
    let mails = operator::set_aside(conn, MOST_LISTED).await?;
    for mail in &mails {
        say(&line(mail, settings)?)?;
    }
    say(&format!("mails that are set aside: {}", mails.len()))
}

fn line(mail: &SetAside, settings: &Settings) -> anyhow::Result<String> {
    let received = short(mail.received_at, &settings.calendar()?);
    let reference = mail.reference.as_deref().unwrap_or("no request");
    let because = mail.because.as_deref().unwrap_or_default();
    let (id, mailbox, folder) = (mail.inbound_id, &mail.mailbox, &mail.folder);
    Ok(format!("{id:<8} {received}  {mailbox} {folder}  {reference}  {because}"))
}

async fn show(
    conn: &mut PgConnection,
    (id, content): (i64, bool),
    settings: &Settings,
) -> anyhow::Result<()> {
    let mail = operator::one_set_aside(conn, InboundId(id)).await?;
    let mail = mail.with_context(|| not_here(id))?;
    say(&line(&mail, settings)?)?;
    say(&format!("{} bytes\n", mail.size_bytes))?;
    let raw = inbound::raw(conn, InboundId(id)).await?;
    let text = String::from_utf8_lossy(&raw).replace("\r\n", "\n");
    let shown = if content { text.as_str() } else { text.split("\n\n").next().unwrap_or_default() };
    say(&shown.chars().take(MOST_SHOWN).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_named_as_the_ledger_names_it() {
        assert_eq!(chosen("team-reply").unwrap(), Outcome::TeamReply);
        let error = chosen("quarantined").unwrap_err().to_string();
        assert!(error.contains("type one of request, follow_up, dispute"), "{error}");
    }
}
