//! A helper process that ends with us: started, watched, started again when it dies, and stopped.
//!
//! The kernel sends the parent-death signal when the *thread* that started a process ends, not when
//! the whole parent does. So each helper gets a thread of its own that does nothing else and
//! outlives it. `kill -9` on us ends that thread, and so the helper.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::warn;

use super::account::Account;

/// How soon a dead helper is noticed.
const PAUSE_BETWEEN_LOOKS: Duration = Duration::from_millis(100);
const FIRST_PAUSE_AFTER_DEATH: Duration = Duration::from_millis(200);
const LONGEST_PAUSE_AFTER_DEATH: Duration = Duration::from_secs(30);
/// A helper that lived so long starts again without the growing pause.
const HEALTHY_AFTER: Duration = Duration::from_mins(1);
/// A helper that does not end in this time is killed. PostgreSQL may have much to write.
const LONGEST_STOP: Duration = Duration::from_secs(40);
const PAUSE_WHILE_STOPPING: Duration = Duration::from_millis(2);

/// How a helper is asked to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Int,
    Quit,
    Term,
    /// Not a question: ends the helper and all that it started in the same moment. When we are
    /// killed the kernel ends the helper alone; what it started must notice.
    Kill,
}

impl Signal {
    pub fn name(self) -> &'static str {
        match self {
            Self::Int => "INT",
            Self::Quit => "QUIT",
            Self::Term => "TERM",
            Self::Kill => "KILL",
        }
    }

    /// Any shell can do this; sending a signal ourselves would take unsafe code.
    pub fn send_to(self, process_id: u32) -> io::Result<()> {
        // A helper leads a process group of its own; the minus sign names the whole group.
        let whom = if self == Self::Kill { "-- -" } else { "" };
        let order = format!("kill -s {} {whom}{process_id}", self.name());
        let status = Command::new("sh").arg("-c").arg(order).stderr(Stdio::null()).status()?;
        if status.success() { Ok(()) } else { Err(io::Error::other("the process is gone")) }
    }
}

/// How to start a helper, and how to end it.
#[derive(Debug)]
pub struct Recipe {
    pub account: Account,
    pub program: PathBuf,
    pub arguments: Vec<OsString>,
    /// What the helper prints is added to this file.
    pub log: PathBuf,
    pub ending: Signal,
}

/// A kept helper. Dropping it ends the helper and waits for that.
pub struct Keeper {
    life: Arc<Life>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Life {
    /// Zero while there is no process.
    process_id: AtomicU32,
    deaths: AtomicU32,
}

impl Keeper {
    pub fn start(recipe: Recipe) -> io::Result<Self> {
        let life = Arc::new(Life::default());
        let (stop, told_to_stop) = mpsc::channel();
        let seen = Arc::clone(&life);
        let thread = thread::Builder::new()
            .name("keeper".to_owned())
            .spawn(move || keep(&recipe, &seen, &told_to_stop))?;
        Ok(Self { life, stop: Some(stop), thread: Some(thread) })
    }

    /// `None` between a death and the next start.
    pub fn process_id(&self) -> Option<u32> {
        match self.life.process_id.load(Ordering::Acquire) {
            0 => None,
            id => Some(id),
        }
    }

    /// How often the helper has ended, or could not be started, without being told to.
    pub fn deaths(&self) -> u32 {
        self.life.deaths.load(Ordering::Acquire)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the keeper of a helper process panicked");
        }
    }
}

fn keep(recipe: &Recipe, life: &Life, told_to_stop: &Receiver<()>) {
    let mut pause = FIRST_PAUSE_AFTER_DEATH;
    loop {
        let started_at = Instant::now();
        match spawn(recipe) {
            Ok(child) => {
                life.process_id.store(child.id(), Ordering::Release);
                if let End::Ours = attend(child, recipe.ending, told_to_stop) {
                    return;
                }
                life.process_id.store(0, Ordering::Release);
                warn!("{} ended by itself, starting it again", recipe.program.display());
            }
            Err(error) => warn!("could not start {}: {error}", recipe.program.display()),
        }
        life.deaths.fetch_add(1, Ordering::Release);
        if started_at.elapsed() > HEALTHY_AFTER {
            pause = FIRST_PAUSE_AFTER_DEATH;
        }
        if told_to_stop.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        pause = LONGEST_PAUSE_AFTER_DEATH.min(pause * 2);
    }
}

fn spawn(recipe: &Recipe) -> io::Result<Child> {
    let log = OpenOptions::new().create(true).append(true).open(&recipe.log)?;
    recipe.account.own(&recipe.log)?;
    recipe
        .account
        .command(&recipe.program, recipe.ending)
        .args(&recipe.arguments)
        .stdout(File::try_clone(&log)?)
        .stderr(log)
        .spawn()
}

/// Who ended a helper.
enum End {
    Ours,
    ItsOwn,
}

fn attend(mut child: Child, ending: Signal, told_to_stop: &Receiver<()>) -> End {
    while told_to_stop.recv_timeout(PAUSE_BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
        if !matches!(child.try_wait(), Ok(None)) {
            return End::ItsOwn;
        }
    }
    if let Err(error) = end(&mut child, ending) {
        warn!("could not end process {}: {error}", child.id());
    }
    End::Ours
}

fn end(child: &mut Child, ending: Signal) -> io::Result<()> {
    if child.try_wait()?.is_some() {
        return Ok(());
    }
    // The process is ours and not yet waited for, so its id cannot have gone to another.
    ending.send_to(child.id())?;
    let deadline = Instant::now() + LONGEST_STOP;
    while Instant::now() < deadline {
        if child.try_wait()?.is_some() {
            return Ok(());
        }
        thread::sleep(PAUSE_WHILE_STOPPING);
    }
    child.kill()?;
    child.wait().map(drop)
}

/// The end of a log, for an error message.
pub fn last_words(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let mut lines: Vec<&str> = text.lines().rev().take(3).map(str::trim).collect();
    lines.reverse();
    if lines.is_empty() { "nothing".to_owned() } else { lines.join(" / ") }
}
