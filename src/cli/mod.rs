//! The commands that an operator types.

mod read;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Show what the service makes of a mail, without a database
    Read {
        /// Files or folders of .eml; `-` is standard input
        #[arg(required = true)]
        paths: Vec<PathBuf>,
        /// Print JSON Lines, one object a mail
        #[arg(long)]
        json: bool,
    },
}

#[expect(clippy::disallowed_methods, reason = "stands in until the clock is there")]
pub fn main() -> ExitCode {
    let today = chrono::Utc::now().date_naive();
    let result = match Arguments::parse().command {
        Command::Read { paths, json } => read::run(&paths, json, today),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("mailtriage: {error:#}");
            ExitCode::FAILURE
        }
    }
}
