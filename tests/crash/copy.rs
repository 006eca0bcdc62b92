//! One copy of the service: a process of its own that is started, stopped and killed.

use std::fs::OpenOptions;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use mailtriage::clock::{Clock, SystemClock};
use tokio::sync::watch;

use crate::trap::Fate;

/// Ahead of the computer's clock, or behind it.
#[derive(Debug, Clone)]
pub(crate) struct MovedClock(TimeDelta);

impl MovedClock {
    pub(crate) fn by(ahead: TimeDelta) -> Self {
        Self(ahead)
    }
}

impl Clock for MovedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.0
    }
}

pub(crate) struct Copy {
    pub(crate) settings: PathBuf,
    pub(crate) log: PathBuf,
    child: Mutex<Option<Child>>,
    /// Counts the starts, so that what a dead process said last is not taken for its successor's.
    life: AtomicU32,
    stopped: watch::Sender<bool>,
    /// Between the note that a content goes out and its settlement.
    content_is_out: AtomicBool,
}

impl Copy {
    pub(crate) fn new(settings: PathBuf) -> Self {
        Self {
            log: settings.with_extension("log"),
            settings,
            child: Mutex::new(None),
            life: AtomicU32::new(0),
            stopped: watch::Sender::new(false),
            content_is_out: AtomicBool::new(false),
        }
    }

    /// Starts the program, which PROGRAM may name, or the same service on a clock of its own.
    ///
    /// It ends with this thread, however that ends: the kernel sees to it.
    pub(crate) fn starts(&self, ahead: Option<TimeDelta>) {
        let log = OpenOptions::new().create(true).append(true).open(&self.log).unwrap();
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]);
        match ahead {
            None => {
                let program = std::env::var_os("PROGRAM").filter(|path| !path.is_empty());
                command
                    .arg(program.unwrap_or_else(|| env!("CARGO_BIN_EXE_mailtriage").into()))
                    .args(["serve", "--config"])
                    .arg(&self.settings)
            }
            Some(ahead) => command
                .arg(std::env::current_exe().unwrap())
                .args(["--exact", "serves_on_a_moved_clock", "--ignored", "--nocapture"])
                .env("SETTINGS", &self.settings)
                .env("AHEAD", ahead.num_seconds().to_string()),
        };
        let mut child = self.child.lock().unwrap();
        assert!(child.is_none(), "it runs already");
        self.life.fetch_add(1, Ordering::SeqCst);
        self.content_is_out.store(false, Ordering::SeqCst);
        let started = command
            .env_remove("DATABASE_URL")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn();
        *child = Some(started.unwrap());
    }

    pub(crate) fn life(&self) -> u32 {
        self.life.load(Ordering::SeqCst)
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.child.lock().unwrap().as_ref().map(Child::id)
    }

    /// Killed, and gone when this returns.
    pub(crate) fn dies(&self) {
        let child = self.child.lock().unwrap().take();
        if let Some(mut child) = child {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        self.stopped.send_replace(false);
    }

    /// Whether it has ended without being told to, which is a fault of its own.
    pub(crate) fn has_ended_by_itself(&self) -> bool {
        let mut child = self.child.lock().unwrap();
        let ended = child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_some());
        if ended {
            *child = None;
        }
        ended
    }

    pub(crate) fn stops(&self) {
        self.stopped.send_replace(true);
        self.signals("STOP");
    }

    pub(crate) fn goes_on(&self) {
        self.signals("CONT");
        self.stopped.send_replace(false);
    }

    pub(crate) async fn goes_on_or_dies(&self) -> Fate {
        let life = self.life();
        self.stopped.subscribe().wait_for(|stopped| !stopped).await.unwrap();
        if self.id().is_some() && self.life() == life { Fate::Lives } else { Fate::Dead }
    }

    /// Only to a child that is not yet waited for, so the number is nobody else's.
    fn signals(&self, name: &str) {
        let child = self.child.lock().unwrap();
        let id = child.as_ref().unwrap().id().to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(status.success());
    }

    pub(crate) fn notes_content(&self, is_out: bool) {
        self.content_is_out.store(is_out, Ordering::SeqCst);
    }

    pub(crate) fn content_is_out(&self) -> bool {
        self.content_is_out.load(Ordering::SeqCst)
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        self.dies();
    }
}
