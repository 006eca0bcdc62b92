//! `mailtriage letters`: letters that did not simply arrive, and what a human does about them.

use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};

use crate::app::connect_only;
use crate::clock::Clock;
use crate::report::short;
use crate::settings::Settings;
use crate::store::operator::{self, Unsettled};
use crate::store::{self, OutboxId, PgConnection};

use super::quarantine::tell;
use super::{WithSettings, say};

const MOST_LISTED: i64 = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LetterState {
    Waiting,
    Sending,
    Sent,
    Unknown,
    GivenUp,
    Withheld,
}

impl LetterState {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::GivenUp => "given_up",
            Self::Withheld => "withheld",
        }
    }
}

/// What an operator knows of a letter that the service does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Fate {
    /// It arrived
    Sent,
    /// It did not, and need not
    GivenUp,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Letters of unknown fate, given up or withheld, newest first
    #[command(after_help = "Examples:\n  mailtriage letters list\n  \
                            mailtriage letters list --state unknown")]
    List {
        /// Only letters in this state; may be given several times
        #[arg(long)]
        state: Vec<LetterState>,
        #[command(flatten)]
        settings: WithSettings,
    },
    /// One letter: its text, its state and the relay's words
    #[command(after_help = "Example:\n  mailtriage letters show 23")]
    Show {
        id: i64,
        #[command(flatten)]
        settings: WithSettings,
    },
    /// Send a letter that was given up or withheld, under the same Message-ID
    #[command(after_help = "Examples:\n  mailtriage letters resend 23\n  \
                            mailtriage letters resend 23 24 25\n  \
                            mailtriage letters resend --withheld-by \"global breaker\"\n  \
                            mailtriage letters resend 23 --may-arrive-twice")]
    Resend {
        #[arg(required_unless_present = "withheld_by")]
        ids: Vec<i64>,
        /// All that this rule held back, oldest first; at most 1,000 at a time
        #[arg(long, value_name = "RULE", conflicts_with = "ids")]
        withheld_by: Option<String>,
        /// The letter's fate is unknown, and a second copy does no harm
        #[arg(long)]
        may_arrive_twice: bool,
        #[command(flatten)]
        settings: WithSettings,
    },
    /// Say what became of a letter, so that nobody asks again
    #[command(after_help = "Example:\n  mailtriage letters settle 23 --as sent")]
    Settle {
        id: i64,
        #[arg(long = "as", value_name = "FATE")]
        fate: Fate,
        #[command(flatten)]
        settings: WithSettings,
    },
}

impl Command {
    fn settings(&self) -> &WithSettings {
        match self {
            Self::List { settings, .. }
            | Self::Show { settings, .. }
            | Self::Resend { settings, .. }
            | Self::Settle { settings, .. } => settings,
        }
    }
}

pub(super) async fn run(command: &Command, clock: &dyn Clock) -> anyhow::Result<()> {
    let settings = &Settings::load(&command.settings().config)?;
    let store = connect_only(settings).await?;
    let mut tx = store.begin().await?;
    match command {
        Command::List { state, .. } => list(&mut tx, state, settings).await?,
        Command::Show { id, .. } => show(&find(&mut tx, *id).await?, settings)?,
        Command::Resend { ids, withheld_by, may_arrive_twice, .. } => {
            let held = match withheld_by {
                Some(rule) => operator::withheld_by(&mut tx, rule, MOST_LISTED).await?,
                None => Vec::new(),
            };
            anyhow::ensure!(
                !held.is_empty() || !ids.is_empty(),
                "no letter was held back by that rule; `mailtriage letters list` names the rules"
            );
            for id in ids.iter().chain(&held) {
                resend(&mut tx, (*id, *may_arrive_twice), clock).await?;
            }
        }
        Command::Settle { id, fate, .. } => settle(&mut tx, (*id, *fate), clock).await?,
    }
    Ok(store::commit(tx).await?)
}

async fn list(
    conn: &mut PgConnection,
    states: &[LetterState],
    settings: &Settings,
) -> anyhow::Result<()> {
    let unsettled = [LetterState::Unknown, LetterState::GivenUp, LetterState::Withheld];
    let states = if states.is_empty() { &unsettled } else { states };
    let names: Vec<String> = states.iter().map(|state| state.name().to_owned()).collect();
    let letters = operator::letters(conn, &names, MOST_LISTED).await?;
    for letter in &letters {
        say(&line(letter, settings)?)?;
    }
    say(&format!("{} letters", letters.len()))
}

fn line(letter: &Unsettled, settings: &Settings) -> anyhow::Result<String> {
    let written = short(letter.written_at, &settings.calendar()?);
    let reference = letter.reference.as_deref().unwrap_or("-");
    let state = match &letter.withheld_by {
        Some(rule) => format!("withheld by the rule: {rule}"),
        None => letter.state.replace('_', " "),
    };
    let (id, kind, to) = (letter.outbox_id, letter.kind.replace('_', " "), &letter.recipient);
    Ok(format!("{id:<8} {written}  {reference}  {kind} to {to}: {state}"))
}

fn show(letter: &Unsettled, settings: &Settings) -> anyhow::Result<()> {
    say(&line(letter, settings)?)?;
    if let Some(settled_at) = letter.settled_at {
        say(&format!("settled {}", short(settled_at, &settings.calendar()?)))?;
    }
    say(&format!("tried {} times", letter.attempts))?;
    if let Some(words) = &letter.last_error {
        say(&format!("the relay said: {words}"))?;
    }
    if letter.emptied_at.is_some() {
        return say("its content has been deleted");
    }
    say(&format!("\nSubject: {}\n\n{}", letter.subject, letter.text))
}

async fn find(conn: &mut PgConnection, id: i64) -> anyhow::Result<Unsettled> {
    let letter = operator::letter(conn, OutboxId(id)).await?;
    letter.with_context(|| format!("there is no letter {id}; `mailtriage letters list` lists them"))
}

async fn resend(
    conn: &mut PgConnection,
    (id, may_arrive_twice): (i64, bool),
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    let letter = find(conn, id).await?;
    match letter.state.as_str() {
        "given_up" | "withheld" => {}
        "unknown" if may_arrive_twice => {}
        "unknown" => bail!(
            "letter {id} may have arrived: ask the recipient, or look for its copy, and then type \
             `mailtriage letters settle {id} --as sent`; when a second copy does no harm, add \
             --may-arrive-twice"
        ),
        state => bail!("letter {id} is {state}: there is nothing to send again"),
    }
    let changed = operator::send_again(conn, OutboxId(id), &letter.state, clock.now()).await?;
    let changed = changed.with_context(|| format!("letter {id} cannot be sent any more"))?;
    let what = format!("had letter {id}, which was {}, sent again", letter.state.replace('_', " "));
    tell(conn, (&changed, None), &what, clock).await?;
    say(&format!("Letter {id} leaves within seconds, when the desk is open."))
}

async fn settle(
    conn: &mut PgConnection,
    (id, fate): (i64, Fate),
    clock: &dyn Clock,
) -> anyhow::Result<()> {
    let letter = find(conn, id).await?;
    let open = ["unknown", "given_up", "withheld"];
    anyhow::ensure!(
        open.contains(&letter.state.as_str()),
        "letter {id} is {}: there is nothing to settle",
        letter.state
    );
    let to = match fate {
        Fate::Sent => "sent",
        Fate::GivenUp => "given_up",
    };
    let move_ = (letter.state.as_str(), to);
    let changed = operator::settle(conn, OutboxId(id), move_, clock.now()).await?;
    let changed = changed.with_context(|| format!("letter {id} has just changed"))?;
    let (was, is) = (letter.state.replace('_', " "), to.replace('_', " "));
    tell(conn, (&changed, None), &format!("settled letter {id}, which was {was}, as {is}"), clock)
        .await?;
    say(&format!("Letter {id} is settled as {is}."))
}
