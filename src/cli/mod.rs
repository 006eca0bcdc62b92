//! The commands that an operator types.

mod check;
mod deadline;
mod erase;
mod ledger;
mod outbox;
mod quarantine;
mod read;
mod requests;
mod restored;
mod samples;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, CommandFactory, Parser, Subcommand};
use serde_json::Value;

use crate::app;
use crate::calendar::{self, BankHolidays, WorkingCalendar};
use crate::clock::{Clock, SystemClock};
use crate::demo;
use crate::report::terminal;
use crate::settings::Settings;
use crate::telemetry;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  it could not be done; standard error says why and what to do
  2  the command line is not understood";

/// The request desk of a team whose only door is a mailbox
#[derive(Debug, Parser)]
#[command(name = "mailtriage", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the desk until stopped (SIGTERM or Ctrl-C)
    #[command(after_help = "Example:\n  mailtriage serve --config /etc/mailtriage/mailtriage.toml")]
    Serve(WithSettings),

    /// Bring the database up to date and end; `serve` does so by itself
    #[command(after_help = "Example:\n  mailtriage migrate --config mailtriage.toml")]
    Migrate(WithSettings),

    /// Check the settings, the letters, the holiday data and every connection; change nothing
    #[command(after_help = "Example:\n  mailtriage check --config mailtriage.toml\n\n\
                            Ends with 1 when any check fails; all of them are made.")]
    Check(WithSettings),

    /// Watch the desk do its whole job on a private sandbox, in under a minute
    #[command(after_help = "Example:\n  mailtriage demo --keep\n\n\
                            Needs the server programs of PostgreSQL and Dovecot; `make setup` \
                            installs them.")]
    Demo(demo::Options),

    /// Show what the desk makes of mails, without a database
    #[command(after_help = "Examples:\n  mailtriage read request.eml\n  \
                            mailtriage read --json folder-of-mails\n  \
                            cat request.eml | mailtriage read -")]
    Read {
        /// Files or folders of .eml; `-` is standard input
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// One JSON object a mail
        #[arg(long)]
        json: bool,
        /// Read running text with the trained network (on), without it (off), or with the network
        /// in a folder
        #[arg(long, value_name = "on|off|FOLDER", default_value = "on")]
        model: read::Model,
    },

    /// Write a sample of every letter into a folder, to look at
    #[command(after_help = "Examples:\n  mailtriage samples /tmp/letters\n  \
                            mailtriage samples /tmp/letters --config mailtriage.toml\n\n\
                            Shows the shipped wording, or that of the settings.")]
    Samples {
        /// Where index.html and the letters are put
        folder: PathBuf,
        /// Use the templates of this settings file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },

    /// Say when a reply is due
    Deadline {
        #[command(subcommand)]
        command: DeadlineCommand,
    },

    /// List the newest requests, or tell the story of one
    #[command(args_conflicts_with_subcommands = true)]
    Requests {
        #[command(flatten)]
        list: ListOptions,
        #[command(subcommand)]
        command: Option<RequestsCommand>,
    },

    /// Count what became of every mail; compare with the mailbox
    #[command(
        after_help = "Examples:\n  mailtriage ledger --json\n  mailtriage ledger --compare\n\n\
                            With --compare, ends with 1 when mailbox and ledger differ."
    )]
    Ledger(ledger::Options),

    /// Look after mails that could not be read
    Quarantine {
        #[command(subcommand)]
        command: quarantine::Command,
    },

    /// Look after letters that were withheld, given up, or may have arrived
    Letters {
        #[command(subcommand)]
        command: outbox::Command,
    },

    /// Show what is older than `[retention]` keeps, or delete it now
    #[command(after_help = "Examples:\n  mailtriage retention\n  mailtriage retention --yes")]
    Retention {
        /// Do it; without this, only show what would be done
        #[arg(long)]
        yes: bool,
        #[command(flatten)]
        settings: WithSettings,
    },

    /// Erase a person from everything that is stored
    #[command(after_help = "Examples:\n  mailtriage erase ada@example.org\n  \
                            mailtriage erase ada@example.org --yes\n\n\
                            Shows what it would do until you add --yes.")]
    Erase(erase::Options),

    /// Say that a backup was put back, before the desk opens again
    #[command(after_help = "Example:\n  mailtriage restored --since 2026-12-24T02:00:00Z\n\n\
                            Letters that may have been sent since then are held back for you to \
                            decide about.")]
    Restored(restored::Options),

    /// Print a script that completes commands in your shell
    #[command(after_help = "Example:\n  mailtriage completions bash \
                            > /etc/bash_completion.d/mailtriage")]
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
struct WithSettings {
    /// The settings file; start from config/example.toml
    #[arg(long, value_name = "FILE", default_value = "/etc/mailtriage/mailtriage.toml")]
    config: PathBuf,
}

#[derive(Debug, Subcommand)]
enum DeadlineCommand {
    /// Which days count, which do not, and why
    #[command(after_help = "Examples:\n  mailtriage deadline explain 2026-12-24T15:00\n  \
                            mailtriage deadline explain 2026-07-01T23:30Z --config FILE")]
    Explain {
        /// When the mail was received: a day, a local time, or an instant with its offset
        when: String,
        /// Use the calendar of this settings file instead of England and Wales
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
struct ListOptions {
    #[command(flatten)]
    settings: WithSettings,
    /// How many, newest first
    #[arg(long, default_value_t = 50)]
    limit: u32,
    /// Show the automatic letters that were held back instead, and by which rule
    #[arg(long)]
    withheld: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum RequestsCommand {
    /// The newest requests
    #[command(after_help = "Example:\n  mailtriage requests list --limit 10 --json")]
    List(ListOptions),
    /// Answers, deadline, and every event and letter of one request, in order
    #[command(after_help = "Example:\n  mailtriage requests show SEC-2026-0042")]
    Show {
        reference: String,
        #[command(flatten)]
        settings: WithSettings,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Runs the command line. What goes wrong is told on standard error, with the exit status 1.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            let told = terminal::shown(&format!("{error:#}"));
            writeln!(anstream::stderr(), "mailtriage: {told}").ok();
            ExitCode::FAILURE
        }
    }
}

/// `mailtriage requests | head` is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let source = error.chain().find_map(|cause| cause.downcast_ref::<io::Error>());
    source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Serve(with) => {
            let settings = Settings::load(&with.config)?;
            telemetry::start(&settings.log);
            on_runtime(app::serve(&settings, Arc::new(SystemClock)))
        }
        Command::Migrate(with) => on_runtime(migrate(Settings::load(&with.config)?)),
        Command::Check(with) => {
            let settings = Settings::load(&with.config)?;
            on_runtime(check::run(&settings, &SystemClock))
        }
        Command::Demo(options) => on_runtime(demo::run(options)),
        Command::Read { paths, json, model } => {
            let today = SystemClock.now().date_naive();
            read::run(&paths, json, (&model.reader()?, today))
        }
        Command::Samples { folder, config } => samples::write(&folder, config.as_deref()),
        Command::Deadline { command: DeadlineCommand::Explain { when, config } } => {
            let calendar = match config {
                Some(path) => Settings::load(&path)?.calendar()?,
                None => WorkingCalendar::new(calendar::Rules::default(), BankHolidays::shipped()?),
            };
            say(&deadline::explain(&when, &calendar)?)
        }
        Command::Requests { list, command } => match command.unwrap_or(RequestsCommand::List(list))
        {
            RequestsCommand::List(list) => {
                let settings = Settings::load(&list.settings.config)?;
                if list.withheld {
                    return on_runtime(requests::withheld(&settings, list.limit, list.json));
                }
                on_runtime(requests::list(&settings, list.limit, list.json))
            }
            RequestsCommand::Show { reference, settings, json } => {
                let settings = Settings::load(&settings.config)?;
                on_runtime(requests::show(&settings, &reference, json))
            }
        },
        Command::Ledger(options) => on_runtime(ledger::run(&options, &SystemClock)),
        Command::Quarantine { command } => on_runtime(quarantine::run(&command, &SystemClock)),
        Command::Letters { command } => on_runtime(outbox::run(&command, &SystemClock)),
        Command::Retention { yes, settings } => {
            on_runtime(erase::retain(&settings, yes, &SystemClock))
        }
        Command::Erase(options) => on_runtime(erase::person(&options, &SystemClock)),
        Command::Restored(options) => on_runtime(restored::run(&options, &SystemClock)),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "mailtriage", &mut script);
            Ok(io::stdout().write_all(&script)?)
        }
    }
}

async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let (store, server) = app::open_database(&settings).await?;
    store.close().await;
    if let Some(server) = server {
        server.stop().await;
    }
    say("The database is up to date.")
}

fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the runtime")?
        .block_on(work)
}

/// Prints to standard output. What strangers wrote is made harmless for a terminal.
fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(anstream::stdout(), "{}", terminal::shown(text))?)
}

fn say_json(value: &Value) -> anyhow::Result<()> {
    Ok(writeln!(anstream::stdout(), "{}", terminal::json_line(value))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn requests_are_listed_by_default() {
        let cli = Cli::try_parse_from(["mailtriage", "requests", "--config", "x", "--json"]);
        let Command::Requests { list, command: None } = cli.unwrap().command else {
            panic!("not understood");
        };
        assert!(list.json);
    }
}
