//! Reads mails beside the other work, and never waits long for the trained network.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::NaiveDate;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, timeout};
use tracing::warn;

use crate::intake::{self, Reader, Reading};
use crate::mail::IncomingMail;

/// A mail that takes longer is read by cues alone, so that those behind it do not wait.
const LONGEST_READING: Duration = Duration::from_secs(2);
/// A network that was too slow is not asked again before.
const REST: Duration = Duration::from_mins(1);

#[derive(Clone)]
pub struct PatientReader {
    reader: Reader,
    rests_until: Arc<Mutex<Option<Instant>>>,
    too_slow: Arc<AtomicU64>,
}

impl PatientReader {
    pub fn new(reader: Reader) -> Self {
        Self { reader, rests_until: Arc::default(), too_slow: Arc::default() }
    }

    /// Whether a trained network reads with us.
    pub fn has_model(&self) -> bool {
        self.reader.has_model()
    }

    /// How many readings ran out of time since the process began.
    pub fn too_slow(&self) -> u64 {
        self.too_slow.load(Ordering::Relaxed)
    }

    /// On a thread of its own: a long mail must not hold up the other workers.
    pub(super) async fn read(
        &self,
        mail: &Arc<IncomingMail>,
        written_on: NaiveDate,
    ) -> anyhow::Result<Reading> {
        let read_with = |reader: Reader| {
            let mail = Arc::clone(mail);
            spawn_blocking(move || intake::read(&reader, &mail, written_on))
        };
        if self.reader.has_model() && !self.is_resting() {
            // What is too slow runs on to its end, which the network's limits set, and counts for
            // nothing.
            match timeout(LONGEST_READING, read_with(self.reader.clone())).await {
                Ok(reading) => return Ok(reading?),
                Err(_) => {
                    self.too_slow.fetch_add(1, Ordering::Relaxed);
                    self.rest();
                }
            }
        }
        Ok(read_with(self.reader.clone().without_model()).await?)
    }

    fn is_resting(&self) -> bool {
        let until = *self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest(&self) {
        let (longest, rest) = (LONGEST_READING.as_secs(), REST.as_secs());
        warn!("the reader model took over {longest} s: for {rest} s, mails are read by cues alone");
        let mut until = self.rests_until.lock().unwrap_or_else(PoisonError::into_inner);
        *until = Some(Instant::now() + REST);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use crate::mail;
    use crate::tagger::{Judge, Said};

    use super::*;

    /// Answers when it is told to.
    struct Slow {
        asked: SyncSender<()>,
        go_on: Mutex<Receiver<()>>,
    }

    impl Judge for Slow {
        fn judge(&self, _: &str, _: &[&str]) -> Option<Said> {
            self.asked.send(()).unwrap();
            self.go_on.lock().unwrap().recv().unwrap();
            None
        }
    }

    fn mail() -> Arc<IncomingMail> {
        let raw = "From: ada@office.example\r\nSubject: x\r\n\r\nCould you review our design?\r\n";
        Arc::new(mail::read(raw.as_bytes()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_network_is_not_waited_for_and_then_rests() {
        let (asked, was_asked) = sync_channel(9);
        let (go_on, told) = sync_channel(9);
        let slow = Slow { asked, go_on: Mutex::new(told) };
        let patient = PatientReader::new(Reader::by_cues().with_model(Arc::new(slow)));
        let (mail, monday) = (mail(), NaiveDate::from_ymd_opt(2026, 11, 16).unwrap());
        let by_cues = intake::read(&Reader::by_cues(), &mail, monday);

        let began = Instant::now();
        let mut reading = Box::pin(patient.read(&mail, monday));
        assert!(futures_util::poll!(&mut reading).is_pending());
        tokio::time::advance(LONGEST_READING + Duration::from_millis(1)).await;
        assert!(reading.await.unwrap() == by_cues, "what cues tell is not lost");
        assert_eq!(was_asked.iter().take(1).count(), 1);
        assert!(patient.read(&mail, monday).await.unwrap() == by_cues);
        assert!(began.elapsed() < LONGEST_READING * 2, "the next mail waits for nothing");
        assert!(was_asked.try_recv().is_err(), "and asks nobody");
        assert_eq!((patient.has_model(), patient.too_slow()), (true, 1));

        go_on.send(()).unwrap();
        go_on.send(()).unwrap();
        tokio::time::advance(REST).await;
        assert!(patient.read(&mail, monday).await.unwrap() == by_cues);
        assert_eq!(was_asked.iter().take(1).count(), 1, "after its rest it is asked again");
    }
}
