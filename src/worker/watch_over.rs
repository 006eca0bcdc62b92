//! Tells the operator of mail servers that are away or were put back. Of the relay tells
//! `send_outbox`, as soon as it takes letters again.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tracing::warn;

use crate::clock::Clock;
use crate::store::{self, Store, daily_runs, folders};
use crate::triage::letters::Outage;
use crate::worker::desk::Desk;
use crate::worker::fetch_mail::Mailbox;
use crate::worker::{Bell, Progress};

/// A folder that nobody has read for so long is told, once a day.
const LONGEST_ABSENCE: TimeDelta = TimeDelta::hours(1);

#[derive(Clone)]
pub struct WatchOver {
    pub store: Store,
    pub desk: Desk,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
    pub mailboxes: Arc<Vec<Mailbox>>,
    /// When this process began: what was not read before is no news.
    pub since: DateTime<Utc>,
}

impl WatchOver {
    pub async fn step(&self) -> anyhow::Result<Progress> {
        self.tell_of_folders_begun_anew().await?;
        for mailbox in self.mailboxes.iter() {
            for folder in mailbox.folders() {
                self.tell_of_absence(mailbox, folder).await?;
            }
        }
        Ok(Progress::Idle)
    }

    async fn tell_of_folders_begun_anew(&self) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let anew = folders::take_anew(&mut tx).await?;
        let is_news = !anew.is_empty();
        for folders::Anew { mailbox, folder, because } in anew {
            let outage = Outage::FolderAnew { mailbox, folder, because };
            self.desk.tell_of_outage(&mut tx, outage, self.clock.now()).await?;
        }
        store::commit(tx).await?;
        if is_news {
            self.outbox.ring();
        }
        Ok(())
    }

    /// The claim of the day and the letter become true together, whoever is first.
    async fn tell_of_absence(&self, mailbox: &Mailbox, folder: &str) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut conn = self.store.connect().await?;
        let polled_at = folders::polled_at(&mut conn, &mailbox.name, folder).await?;
        drop(conn);
        let last = polled_at.map_or(self.since, |polled_at| polled_at.max(self.since));
        if now - last < LONGEST_ABSENCE {
            return Ok(());
        }
        let calendar = &self.desk.rules.calendar;
        let job = format!("away:{}/{folder}", mailbox.name);
        let mut tx = self.store.begin().await?;
        if !daily_runs::claim(&mut tx, &job, calendar.local_day(now), now).await? {
            return Ok(store::roll_back(tx).await?);
        }
        let outage = Outage::FolderAway {
            mailbox: mailbox.name.clone(),
            folder: folder.to_owned(),
            since: calendar.day_and_time(polled_at.unwrap_or(last)),
        };
        self.desk.tell_of_outage(&mut tx, outage, now).await?;
        store::commit(tx).await?;
        let minutes = (now - last).num_minutes();
        warn!(
            mailbox = mailbox.name,
            "mailbox `{}`, folder `{folder}`: not read for {minutes} minutes, the operator is told",
            mailbox.name
        );
        self.outbox.ring();
        Ok(())
    }
}
