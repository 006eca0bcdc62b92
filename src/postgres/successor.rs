//! Shares a server that another process of ours keeps, and keeps it once that process has ended.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tracing::{info, warn};

use super::account::Account;
use super::{Durability, open_lock, start_alone};

const PAUSE_BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// What it takes to start the server.
pub(super) struct Inheritance {
    pub(super) data_dir: PathBuf,
    pub(super) account: Account,
    pub(super) durability: Durability,
}

/// Waits for the lock. Dropping it ends the waiting, and the server if it has become ours.
pub(super) struct Successor {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Successor {
    pub(super) fn wait(inheritance: Inheritance) -> std::io::Result<Self> {
        let (stop, told_to_stop) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("successor".to_owned())
            .spawn(move || succeed(&inheritance, &told_to_stop))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Successor {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            warn!("the thread that waits for the database's lock panicked");
        }
    }
}

fn succeed(inheritance: &Inheritance, told_to_stop: &Receiver<()>) {
    let Inheritance { data_dir, account, durability } = inheritance;
    while told_to_stop.recv_timeout(PAUSE_BETWEEN_LOOKS) == Err(RecvTimeoutError::Timeout) {
        let Ok(lock) = open_lock(data_dir, account) else { continue };
        if lock.try_lock().is_err() {
            continue;
        }
        info!("the process that kept the database has ended, keeping it from now on");
        match start_alone(data_dir, account, *durability, lock) {
            Ok(server) => {
                // Fails, and so goes on, when the other end is dropped.
                while told_to_stop.recv().is_ok() {}
                return drop(server);
            }
            Err(error) => warn!("could not take the database over, trying again: {error}"),
        }
    }
}
