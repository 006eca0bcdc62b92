//! The commands that an operator types.

mod check;
mod deadline;
mod read;
mod requests;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};

use crate::clock::{Clock, SystemClock};
use crate::settings::Settings;
use crate::{app, demo, telemetry};

/// The request desk of a team whose only door is a mailbox.
#[derive(Debug, Parser)]
#[command(name = "mailtriage", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the desk until stopped (SIGTERM or Ctrl-C)
    Serve(WithSettings),

    /// Bring the database up to date and end; `serve` does so by itself
    Migrate(WithSettings),

    /// Check the settings, the templates, the holiday data and every connection; change nothing
    Check(WithSettings),

    /// Watch the desk do its whole job on a private sandbox, in under a minute
    Demo(demo::Options),

    /// Show what the desk makes of mails, without a database
    Read {
        /// Files or folders of .eml; `-` is standard input
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// One JSON object a mail
        #[arg(long)]
        json: bool,
    },

    /// Say when a reply is due
    Deadline {
        #[command(subcommand)]
        command: DeadlineCommand,
    },

    /// List the newest requests, or tell the story of one
    Requests {
        #[command(flatten)]
        settings: WithSettings,
        #[command(subcommand)]
        command: Option<RequestsCommand>,
    },
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
    Explain {
        /// When the mail was received, such as 2026-12-24T15:00 (team's zone), or with an offset
        when: String,
        /// Use the calendar of this settings file
        #[arg(long, value_name = "FILE")]
        config: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
enum RequestsCommand {
    /// The newest requests
    List {
        /// How many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Every mail, decision and letter of one request, in order
    Show { reference: String },
}

/// Runs the command line. What goes wrong is told on standard error, with the exit status 1.
pub fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell when standard error is closed.
            writeln!(anstream::stderr(), "mailtriage: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

/// `mailtriage requests | head` is no failure.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let source = error.downcast_ref::<io::Error>();
    source.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Read { paths, json } => {
            let today = SystemClock.now().date_naive();
            read::run(&paths, json, today)
        }
        Command::Deadline { command: DeadlineCommand::Explain { when, config } } => {
            let calendar = match config {
                Some(path) => Settings::load(&path)?.calendar()?,
                None => crate::calendar::WorkingCalendar::new(
                    crate::calendar::Rules::default(),
                    crate::calendar::BankHolidays::shipped()?,
                ),
            };
            say(&deadline::explain(&when, &calendar)?)
        }
        Command::Serve(with) => {
            let settings = Settings::load(&with.config)?;
            telemetry::start(&settings.log);
            on_runtime(app::serve(&settings, Arc::new(SystemClock)))
        }
        Command::Migrate(with) => {
            let settings = Settings::load(&with.config)?;
            on_runtime(async {
                let (store, server) = app::open_database(&settings).await?;
                store.close().await;
                if let Some(server) = server {
                    server.stop().await;
                }
                say("The database is up to date.")
            })
        }
        Command::Check(with) => {
            let settings = Settings::load(&with.config)?;
            on_runtime(check::run(&settings, &SystemClock))
        }
        Command::Requests { settings, command } => {
            let settings = Settings::load(&settings.config)?;
            let command = command.unwrap_or(RequestsCommand::List { limit: 50 });
            on_runtime(async {
                match command {
                    RequestsCommand::List { limit } => requests::list(&settings, limit).await,
                    RequestsCommand::Show { reference } => {
                        requests::show(&settings, &reference).await
                    }
                }
            })
        }
        Command::Demo(options) => on_runtime(demo::run(options)),
    }
}

fn on_runtime<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the runtime")?
        .block_on(work)
}

/// Prints to standard output.
fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(anstream::stdout(), "{text}")?)
}
