//! What is done once a day, at night: mailbox and ledger are compared, and old data is deleted.
//!
//! The operator hears of it only when something is wrong, and once a day at most.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::store::{self, Store, daily_runs};
use crate::triage::Content;
use crate::triage::letters::FolderDiffers;
use crate::worker::compare::{self, Compared};
use crate::worker::desk::Desk;
use crate::worker::fetch_mail::Mailbox;
use crate::worker::retention::{self, Keep};
use crate::worker::{Bell, Progress};

/// The names of the jobs in table `daily_runs`.
const COMPARE: &str = "ledger";
const DELETE: &str = "retention";
/// When to ask a mail server again that could not be asked.
const PAUSE_AFTER_FAILURE: TimeDelta = TimeDelta::minutes(15);
/// More unread mails than this are not counted for the letter.
const MOST_UNREAD: i64 = 1_000;

/// `[ledger]` in the settings file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ledger {
    /// Local time, every day.
    pub compare_at: NaiveTime,
    /// A mail that waits longer for its outcome is told to the operator.
    pub unread_minutes: u32,
}

impl Default for Ledger {
    fn default() -> Self {
        let compare_at = NaiveTime::from_hms_opt(2, 30, 0).unwrap_or(NaiveTime::MIN);
        Self { compare_at, unread_minutes: 30 }
    }
}

/// What to do at night.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub ledger: Ledger,
    pub keep: Keep,
}

#[derive(Clone)]
pub struct Nightly {
    pub store: Store,
    pub desk: Desk,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
    pub mailboxes: Arc<Vec<Mailbox>>,
    pub plan: Plan,
    /// Not before then, after a failure.
    pub not_before: Arc<Mutex<Option<DateTime<Utc>>>>,
}

impl Nightly {
    /// Does what is due today and was not done yet, by whomever.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let now = self.clock.now();
        let calendar = &self.desk.rules.calendar;
        let today = calendar.local_day(now);
        if calendar.local_time(now) < self.plan.ledger.compare_at || self.is_resting(now) {
            return Ok(Progress::Idle);
        }
        let mut progress = Progress::Idle;
        if !self.has_run(COMPARE, today).await? {
            match self.compare_all().await {
                Ok(compared) => self.report(&compared, today, now).await?,
                Err(error) => {
                    warn!("mailbox and ledger are compared later: {error:#}");
                    self.rest_until(now + PAUSE_AFTER_FAILURE);
                }
            }
            progress = Progress::Worked;
        }
        if self.plan.keep.is_limited() && !self.has_run(DELETE, today).await? {
            self.delete(today, now).await?;
            progress = Progress::Worked;
        }
        Ok(progress)
    }

    async fn has_run(&self, job: &str, today: NaiveDate) -> anyhow::Result<bool> {
        let mut conn = self.store.connect().await?;
        Ok(daily_runs::has_run(&mut conn, job, today).await?)
    }

    async fn compare_all(&self) -> anyhow::Result<Vec<Compared>> {
        let mut all = Vec::new();
        for mailbox in self.mailboxes.iter() {
            all.extend(compare::compare(&self.store, mailbox, &*self.clock).await?);
        }
        Ok(all)
    }

    /// The letter is written in the transaction that claims the day, so it is written once.
    async fn report(
        &self,
        compared: &[Compared],
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let minutes = self.plan.ledger.unread_minutes;
        let before = now - TimeDelta::minutes(i64::from(minutes));
        let mut tx = self.store.begin().await?;
        if !daily_runs::claim(&mut tx, COMPARE, today, now).await? {
            return Ok(());
        }
        let unread = store::compare::waiting(&mut tx, before, MOST_UNREAD).await?.len();
        let differ = compared.iter().filter(|one| one.differs());
        let folders: Vec<FolderDiffers> = differ
            .map(|one| FolderDiffers {
                mailbox: one.mailbox.clone(),
                folder: one.folder.clone(),
                unknown: one.unknown,
                changed: one.changed,
            })
            .collect();
        let matters = !folders.is_empty() || unread > 0;
        if matters {
            let content = Content::LedgerMismatch { folders, unread, minutes };
            self.desk.tell_operator(&mut tx, content, now).await?;
        }
        store::commit(tx).await?;
        self.outbox.ring();
        let count = compared.len();
        info!("{count} folders compared with the ledger; all is well: {}", !matters);
        Ok(())
    }

    /// Each batch is a transaction of its own, so the day is claimed when all is done. Two processes
    /// at once delete nothing that one would not.
    async fn delete(&self, today: NaiveDate, now: DateTime<Utc>) -> anyhow::Result<()> {
        let deleted = retention::delete(&self.store, &self.plan.keep, now).await?;
        let mut conn = self.store.connect().await?;
        daily_runs::claim(&mut conn, DELETE, today, now).await?;
        info!("old data deleted: {deleted}");
        Ok(())
    }

    fn is_resting(&self, now: DateTime<Utc>) -> bool {
        let not_before = self.not_before.lock().unwrap_or_else(PoisonError::into_inner);
        not_before.is_some_and(|not_before| now < not_before)
    }

    fn rest_until(&self, at: DateTime<Utc>) {
        *self.not_before.lock().unwrap_or_else(PoisonError::into_inner) = Some(at);
    }
}
