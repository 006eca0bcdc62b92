//! What waits for the service at a named point, and strikes the copy that comes by first.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;

use crate::copy::Copy;
use crate::points::{Place, Point, When};

/// What happens to a copy that walks into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Blow {
    Kill,
    /// Stopped for so long, then let go on.
    Pause(Duration),
}

#[derive(Clone)]
struct Set {
    point: &'static Point,
    /// So often the point is passed unharmed.
    pass: u32,
    blow: Blow,
}

/// One trap at a time, for all copies of a lane.
#[derive(Default)]
pub(crate) struct Trap {
    set: Mutex<Option<Set>>,
    struck: Mutex<Option<Arc<Copy>>>,
    sprung: Notify,
}

/// Whether the message that sprang the trap may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Lives,
    Dead,
}

/// A message that goes by, as a gate sees it.
pub(crate) enum Seen<'a> {
    Sql { statement: &'a str, earlier: &'a [String] },
    Imap(&'a str),
    Smtp(&'a str),
}

impl Trap {
    pub(crate) fn set(&self, point: &'static Point, pass: u32, blow: Blow) {
        *self.set.lock().unwrap() = Some(Set { point, pass, blow });
        *self.struck.lock().unwrap() = None;
    }

    pub(crate) fn disarm(&self) {
        *self.set.lock().unwrap() = None;
    }

    /// Which copy was struck. Waits until one is.
    pub(crate) async fn springs(&self) -> Arc<Copy> {
        loop {
            if let Some(copy) = self.struck.lock().unwrap().take() {
                return copy;
            }
            self.sprung.notified().await;
        }
    }

    /// Whether this message springs the trap, and when. From then on the trap is empty.
    pub(crate) fn catches(&self, seen: &Seen<'_>, life: u32, copy: &Copy) -> Option<(When, Blow)> {
        let mut set = self.set.lock().unwrap();
        let waiting = set.as_mut()?;
        if life != copy.life() || !is_at(waiting.point, seen) {
            return None;
        }
        if waiting.pass > 0 {
            waiting.pass -= 1;
            return None;
        }
        let Set { point, blow, .. } = set.take()?;
        Some((point.when, blow))
    }

    /// Strikes. Returns when the copy is dead, or goes on after its pause.
    pub(crate) async fn strike(&self, copy: &Arc<Copy>, blow: Blow) -> Fate {
        match blow {
            Blow::Kill => copy.dies(),
            Blow::Pause(_) => copy.stops(),
        }
        *self.struck.lock().unwrap() = Some(Arc::clone(copy));
        self.sprung.notify_one();
        match blow {
            Blow::Kill => Fate::Dead,
            Blow::Pause(_) => copy.goes_on_or_dies().await,
        }
    }
}

fn is_at(point: &Point, seen: &Seen<'_>) -> bool {
    match (point.place, seen) {
        (Place::Sql { statement, within }, Seen::Sql { statement: said, earlier }) => {
            said.contains(statement)
                && (within.is_empty() || earlier.iter().any(|one| one.contains(within)))
        }
        (Place::Imap(command), Seen::Imap(said)) | (Place::Smtp(command), Seen::Smtp(said)) => {
            said.starts_with(command)
        }
        _ => false,
    }
}
