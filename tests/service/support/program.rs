//! The program itself, as a supervisor runs it, and what it says.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, Command};

/// Far longer than anything here takes; a test that hangs ends here.
const LONGEST: Duration = Duration::from_mins(1);

pub(crate) struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStderr>>,
    log: String,
}

/// What a command said and how it ended.
pub(crate) struct Said {
    pub(crate) out: String,
    pub(crate) error: String,
    pub(crate) code: i32,
}

impl Program {
    /// Starts the service and waits until it says that the desk is open.
    pub(crate) async fn serves(settings: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mailtriage"))
            .args(["serve", "--config"])
            .arg(settings)
            .env_remove("DATABASE_URL")
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut program = Self { child, lines, log: String::new() };
        program.says("the desk is open").await;
        program
    }

    /// Waits for a line with these words, which may have been said before.
    pub(crate) async fn says(&mut self, words: &str) -> String {
        loop {
            if let Some(line) = self.log.lines().find(|line| line.contains(words)) {
                return line.to_owned();
            }
            let line = tokio::time::timeout(LONGEST, self.lines.next_line()).await;
            let line = line.expect("it said nothing more").unwrap();
            assert!(line.is_some(), "it ended without `{words}`:\n{}", self.log);
            self.log.push_str(&line.unwrap());
            self.log.push('\n');
        }
    }

    /// Host and port of the health page.
    pub(crate) async fn health_page(&mut self) -> String {
        let line = self.says("health and metrics at").await;
        let (_, rest) = line.split_once("http://").unwrap();
        rest.split('/').next().unwrap().to_owned()
    }

    /// Tells it to end. Everything that it ever said comes back.
    pub(crate) async fn ends(mut self) -> (ExitStatus, String) {
        let id = self.child.id().unwrap().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
        while let Some(line) = self.lines.next_line().await.unwrap() {
            self.log.push_str(&line);
            self.log.push('\n');
        }
        (tokio::time::timeout(LONGEST, self.child.wait()).await.unwrap().unwrap(), self.log)
    }
}

/// Runs one command of an operator.
pub(crate) async fn types(command: &[&str], settings: &Path) -> Said {
    let output = Command::new(env!("CARGO_BIN_EXE_mailtriage"))
        .args(command)
        .arg("--config")
        .arg(settings)
        .env_remove("DATABASE_URL")
        .output()
        .await
        .unwrap();
    Said {
        out: String::from_utf8(output.stdout).unwrap(),
        error: String::from_utf8(output.stderr).unwrap(),
        code: output.status.code().unwrap(),
    }
}
