//! The commands that an operator types.

pub mod deadline;

use std::process::ExitCode;

pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
