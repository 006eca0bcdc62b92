//! How we stand with the relay: whether it takes letters from us at all.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::time::Instant;

use crate::smtp::SendError;

/// What the last letters met with, in this process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Letters in a row that the relay would not even hear about: it cannot be reached, refuses the
    /// login, or refuses us as a sender.
    pub refusals: u32,
    /// For how long so.
    pub refusing_for: Option<Duration>,
    /// Since a recipient was last accepted.
    pub open_ago: Option<Duration>,
    /// When the certificate that the relay last showed ends.
    pub certificate_ends: Option<DateTime<Utc>>,
}

#[derive(Debug, Default)]
pub(super) struct Record(Mutex<Seen>);

#[derive(Debug, Default)]
struct Seen {
    refusals: u32,
    refusing_since: Option<Instant>,
    open_at: Option<Instant>,
    certificate_ends: Option<DateTime<Utc>>,
}

impl Record {
    pub(super) fn note<T>(&self, prepared: &Result<T, SendError>) {
        let now = Instant::now();
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if prepared.as_ref().is_err_and(SendError::concerns_the_relay) {
            seen.refusals = seen.refusals.saturating_add(1);
            seen.refusing_since.get_or_insert(now);
        } else {
            // A refusal of one recipient shows that the relay listens to us.
            *seen = Seen {
                open_at: Some(now),
                certificate_ends: seen.certificate_ends,
                ..Seen::default()
            };
        }
    }

    pub(super) fn see_certificate(&self, ends: Option<DateTime<Utc>>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).certificate_ends = ends;
    }

    pub(super) fn standing(&self) -> Standing {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Standing {
            refusals: seen.refusals,
            refusing_for: seen.refusing_since.map(|since| since.elapsed()),
            open_ago: seen.open_at.map(|at| at.elapsed()),
            certificate_ends: seen.certificate_ends,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::Stage;

    #[tokio::test(start_paused = true)]
    async fn refusals_count_until_the_relay_listens_again() {
        let record = Record::default();
        let refused = || Err::<(), _>(SendError::refused_by_us(Stage::Sender, "no"));
        record.note(&refused());
        tokio::time::advance(Duration::from_secs(90)).await;
        record.note(&refused());
        let standing = record.standing();
        assert_eq!((standing.refusals, standing.open_ago), (2, None));
        assert_eq!(standing.refusing_for, Some(Duration::from_secs(90)));

        record.note(&Err::<(), _>(SendError::refused_by_us(Stage::Recipient, "who?")));
        assert_eq!(
            record.standing(),
            Standing { open_ago: Some(Duration::ZERO), ..Standing::default() }
        );
    }
}
