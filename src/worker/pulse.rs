//! What each worker of this process last did. The loops tell it; the health page shows it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

/// A loop that has not turned for so long is stuck. Longer than the longest step: one relay that
/// answers at the last moment, or one batch of mails over a slow line.
const LONGEST_TURN: Duration = Duration::from_mins(10);
/// At night whole mailboxes are compared, and years of mail deleted.
const LONGEST_NIGHT: Duration = Duration::from_hours(3);

pub fn longest_turn(worker: &str) -> Duration {
    if worker == "nightly" { LONGEST_NIGHT } else { LONGEST_TURN }
}

/// One for all workers of a process.
#[derive(Debug, Clone, Default)]
pub struct Pulse {
    beats: Arc<Mutex<BTreeMap<String, Beat>>>,
    certificates: Arc<Mutex<BTreeMap<String, DateTime<Utc>>>>,
}

/// Goes by the monotonic clock: a clock that is set must not make a worker look dead.
#[derive(Debug, Clone, Copy)]
pub struct Beat {
    pub turned: Instant,
    /// `None`: never since the process started.
    pub succeeded: Option<Instant>,
    /// In a row.
    pub failures: u32,
    /// When the first of them was.
    pub failing_since: Option<Instant>,
}

impl Beat {
    fn new(turned: Instant, succeeded: Option<Instant>) -> Self {
        Self { turned, succeeded, failures: 0, failing_since: None }
    }

    pub fn is_stuck(&self, worker: &str) -> bool {
        self.turned.elapsed() > longest_turn(worker)
    }
}

impl Pulse {
    /// The worker is there and has begun a turn, or ended one.
    pub fn turns(&self, worker: &str) {
        let now = Instant::now();
        let mut beats = self.beats();
        match beats.get_mut(worker) {
            Some(beat) => beat.turned = now,
            None => {
                beats.insert(worker.to_owned(), Beat::new(now, None));
            }
        }
    }

    pub fn succeeds(&self, worker: &str) {
        let now = Instant::now();
        self.beats().insert(worker.to_owned(), Beat::new(now, Some(now)));
    }

    pub fn fails(&self, worker: &str) {
        self.turns(worker);
        if let Some(beat) = self.beats().get_mut(worker) {
            beat.failures = beat.failures.saturating_add(1);
            beat.failing_since.get_or_insert_with(Instant::now);
        }
    }

    /// In the order of their names.
    pub fn workers(&self) -> Vec<(String, Beat)> {
        self.beats().iter().map(|(name, beat)| (name.clone(), *beat)).collect()
    }

    /// What the server showed when a worker last connected to it.
    pub fn sees_certificate(&self, server: String, ends: Option<DateTime<Utc>>) {
        let mut seen = self.certificates.lock().unwrap_or_else(PoisonError::into_inner);
        match ends {
            Some(ends) => seen.insert(server, ends),
            None => seen.remove(&server),
        };
    }

    /// When each server's certificate ends.
    pub fn certificates(&self) -> BTreeMap<String, DateTime<Utc>> {
        self.certificates.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn beats(&self) -> MutexGuard<'_, BTreeMap<String, Beat>> {
        self.beats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_worker_is_stuck_when_it_has_not_turned_for_long() {
        let pulse = Pulse::default();
        pulse.turns("nightly");
        pulse.turns("one");
        pulse.succeeds("two");
        tokio::time::advance(LONGEST_TURN).await;
        let stuck = |pulse: &Pulse| -> Vec<bool> {
            pulse.workers().iter().map(|(name, beat)| beat.is_stuck(name)).collect()
        };
        assert_eq!(stuck(&pulse), [false, false, false]);

        tokio::time::advance(Duration::from_secs(1)).await;
        pulse.fails("one");
        assert_eq!(stuck(&pulse), [false, false, true], "nights are longer");
    }

    #[test]
    fn failures_are_counted_in_a_row() {
        let pulse = Pulse::default();
        pulse.fails("one");
        pulse.fails("one");
        assert_eq!(pulse.workers()[0].1.failures, 2);
        assert!(pulse.workers()[0].1.succeeded.is_none());
        pulse.succeeds("one");
        assert_eq!(pulse.workers()[0].1.failures, 0);
        assert!(pulse.workers()[0].1.failing_since.is_none());
    }
}
