//! Parses the command line, runs it, and turns an error into text and an exit status.

use std::process::ExitCode;

fn main() -> ExitCode {
    mailtriage::cli::main()
}
