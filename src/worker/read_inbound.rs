//! Table `inbound` -> what the mail is -> desk. Each mail gets exactly one outcome.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::store::inbound::Unread;
use crate::store::restores::Lost;
use crate::store::{self, InboundId, PgConnection, Store};
use crate::store::{attempts, inbound, leases, restores};
use crate::worker::desk::Desk;
use crate::worker::patient_reader::PatientReader;
use crate::worker::reception::Reception;
use crate::worker::{Bell, Progress, end};

/// Mails a transaction. A mail that was tried before comes alone.
const BATCH: i64 = 50;
/// Acknowledgements of a batch leave together; they do not wait for longer than this.
const LONGEST_STEP: Duration = Duration::from_secs(1);
/// After so many tries a mail is set aside for a human.
const MOST_ATTEMPTS: i32 = 3;
/// Later mails wait for a mail that was tried so often, because they may be about it. One that
/// cannot even be set aside holds nobody up for longer.
const MOST_AWAITED: i32 = 2 * MOST_ATTEMPTS;

#[derive(Clone)]
pub struct ReadInbound {
    pub store: Store,
    pub desk: Desk,
    pub reader: PatientReader,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
}

impl ReadInbound {
    /// Reads the next mails, each in the order in which it was stored.
    ///
    /// One process does so at a time. Two would not see what the other has just read: a mail and its
    /// duplicate would both become requests, and an answer could come before its question.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let mut tx = self.store.begin().await?;
        let mut tried = Vec::new();
        let done = self.read_next(&mut tx, &mut tried).await;
        let ended = end(tx, done).await;
        if let Err(error) = &ended
            && store::is_about_the_database(error)
        {
            self.forgive(&tried).await;
        }
        let progress = ended?;
        if progress == Progress::Worked {
            self.outbox.ring();
        }
        Ok(progress)
    }

    /// What the database could not do is no fault of the mails: the try does not count.
    async fn forgive(&self, tried: &[InboundId]) {
        let taken_back = async {
            let mut conn = self.store.connect().await?;
            attempts::take_back_attempts(&mut conn, tried).await
        };
        if let Err(error) = taken_back.await {
            warn!("a try to read mails counts, though the database failed: {error}");
        }
    }

    async fn read_next(
        &self,
        conn: &mut PgConnection,
        tried: &mut Vec<InboundId>,
    ) -> anyhow::Result<Progress> {
        if !leases::alone_at(conn, "read_inbound").await? {
            return Ok(Progress::Idle);
        }
        let mails = next(conn).await?;
        if mails.is_empty() {
            return Ok(Progress::Idle);
        }
        let ids: Vec<InboundId> = mails.iter().map(|mail| mail.id).collect();
        let mut counter = self.store.connect().await?;
        attempts::count_attempts(&mut counter, &ids).await?;
        drop(counter);
        tried.clone_from(&ids);

        let lost = restores::all(conn).await?;
        let began = Instant::now();
        for mail in mails {
            self.read_one(conn, mail, &lost).await?;
            // What is read by now becomes true; the rest comes with the next step.
            if began.elapsed() > LONGEST_STEP {
                break;
            }
        }
        attempts::forget_attempts(conn, &ids).await?;
        Ok(Progress::Worked)
    }

    async fn read_one(
        &self,
        conn: &mut PgConnection,
        mail: Unread,
        lost: &[Lost],
    ) -> anyhow::Result<()> {
        let id = mail.id.0;
        // It may have been read, and its letters sent, before a backup was put back.
        let read_before = lost.iter().any(|lost| lost.covers(mail.received_at));
        let newest = if read_before { Some(restores::newest_letter(conn).await?) } else { None };
        let raw = inbound::raw(conn, mail.id).await?;
        let reception = Reception { desk: &self.desk, reader: &self.reader, now: self.clock.now() };
        let too_often = mail.attempts >= MOST_ATTEMPTS;
        let outcome = if too_often {
            error!(inbound.id = id, "mail {id} failed {MOST_ATTEMPTS} times and is set aside");
            reception.quarantine(conn, &mail, &raw, "reading it failed three times").await
        } else {
            reception.receive(conn, &mail, raw).await
        };
        let outcome = outcome.with_context(|| format!("could not read mail {id}"))?;
        if let Some(newest) = newest {
            let held = restores::hold_letters(conn, newest, self.clock.now()).await?;
            info!(inbound.id = id, "mail {id}: {held} letters held back after a restore");
        }
        info!(inbound.id = id, "mail {id} is {}", outcome.name());
        Ok(())
    }
}

/// A batch of new mails, or one mail that was tried before: such a mail comes alone, so that it takes
/// no other down with it, and first, so that the order stays.
async fn next(conn: &mut PgConnection) -> anyhow::Result<Vec<Unread>> {
    let least = attempts::least_tries(conn).await?;
    if least.is_some_and(|least| least <= MOST_AWAITED) {
        return Ok(inbound::lock_unread(conn, 1, 1..=MOST_AWAITED).await?);
    }
    let fresh = inbound::lock_unread(conn, BATCH, 0..=0).await?;
    if fresh.is_empty() && least.is_some() {
        return Ok(inbound::lock_unread(conn, 1, MOST_AWAITED + 1..=i32::MAX).await?);
    }
    Ok(fresh)
}
