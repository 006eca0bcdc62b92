//! Table `inbound` -> what the mail is -> desk. Each mail gets exactly one outcome.
//!
//! Claim, read without a transaction, decide. A long mail takes its time to read, and no transaction
//! waits for it. Decisions are made in the order in which the mails were stored.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use futures_util::{FutureExt, StreamExt, TryStreamExt, stream};
use tokio::time::Instant;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::store::inbound::Unread;
use crate::store::leases::{self, Lease};
use crate::store::restores::{self, Lost};
use crate::store::{self, InboundId, PgConnection, Store, attempts, inbound};
use crate::worker::desk::Desk;
use crate::worker::in_hand::{InHand, NotRead};
use crate::worker::keep_lease::{self, Holder, while_held};
use crate::worker::patient_reader::PatientReader;
use crate::worker::reception::Reception;
use crate::worker::{Bell, Progress, end};

/// What the process that reads mail holds.
const LEASE: &str = "read_inbound";
/// Mails that are claimed together. A mail that was tried before comes alone.
const BATCH: i64 = 50;
/// Memory for the mails of a batch. A larger mail comes alone.
const BATCH_BYTES: i64 = 16_000_000;
/// Acknowledgements of a transaction leave together; they do not wait for longer than this.
const LONGEST_TRANSACTION: Duration = Duration::from_secs(1);
/// After so many tries a mail is set aside for a human.
const MOST_ATTEMPTS: i32 = 3;
/// Later mails wait for a mail that was tried so often, because they may be about it. One that
/// cannot even be set aside holds nobody up for longer.
const MOST_AWAITED: i32 = 2 * MOST_ATTEMPTS;
/// Mails that are read at the same time, where there are so many processors.
const MOST_AT_ONCE: usize = 4;

#[derive(Clone)]
pub struct ReadInbound {
    pub store: Store,
    pub desk: Desk,
    pub reader: PatientReader,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
    /// Names this process in the lease.
    pub holder: Holder,
}

/// Why a transaction ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// It has done what there was, or enough.
    Enough,
    /// What the next mail says must be read first.
    AtUnread,
}

impl ReadInbound {
    /// Reads the next mails and decides about each, in the order in which it was stored.
    ///
    /// One process does so at a time. Two would not see what the other has just read: a mail and its
    /// duplicate would both become requests, and an answer could come before its question.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let mut conn = self.store.connect().await?;
        let is_idle = !inbound::waits(&mut conn).await?;
        drop(conn);
        if is_idle {
            return Ok(Progress::Idle);
        }
        let Some((lease, mails)) = self.claim().await? else {
            return Ok(Progress::Idle);
        };
        let kept = keep_lease::keep(&self.store, &lease, &self.holder);
        let done = while_held(kept, Box::pin(self.read_and_decide(&lease, &mails))).await;
        if let Err(error) = &done
            && store::is_about_the_database(error)
        {
            self.forgive(&mails).await;
        }
        let released = keep_lease::release(&self.store, &lease).await;
        done?;
        released?;
        Ok(if mails.is_empty() { Progress::Idle } else { Progress::Worked })
    }

    /// What the database could not do is no fault of the mails: the try does not count.
    async fn forgive(&self, counted: &[Unread]) {
        let counted: Vec<InboundId> = counted.iter().map(|mail| mail.id).collect();
        let taken_back = async {
            let mut conn = self.store.connect().await?;
            attempts::take_back_attempts(&mut conn, &counted).await
        };
        if let Err(error) = taken_back.await {
            warn!("a try to read mails counts, though the database failed: {error}");
        }
    }

    /// The next mails, with their tries counted, and the right to read. `None` while another process
    /// has that.
    async fn claim(&self) -> anyhow::Result<Option<(Lease, Vec<Unread>)>> {
        let mut tx = self.store.begin().await?;
        let Some(lease) = keep_lease::take_with(&mut tx, LEASE, &self.holder).await? else {
            store::roll_back(tx).await?;
            return Ok(None);
        };
        let mails = next(&mut tx).await?;
        let ids: Vec<InboundId> = mails.iter().map(|mail| mail.id).collect();
        attempts::count_attempts(&mut tx, &ids).await?;
        store::commit(tx).await?;
        Ok(Some((lease, mails)))
    }

    async fn read_and_decide(&self, lease: &Lease, mails: &[Unread]) -> anyhow::Result<()> {
        let mut conn = self.store.connect().await?;
        let lost = restores::all(&mut conn).await?;
        drop(conn);
        let at_once = std::thread::available_parallelism().map_or(1, usize::from);
        let reception = self.reception();
        let reading = mails
            .iter()
            .map(|mail| reception.take_in_hand(&self.store, mail, MOST_ATTEMPTS).boxed());
        let reading = stream::iter(reading.collect::<Vec<_>>());
        let mut waiting: VecDeque<InHand<'_>> =
            reading.buffered(at_once.min(MOST_AT_ONCE)).try_collect().await?;

        while !waiting.is_empty() {
            let mut tx = self.store.begin().await?;
            let decided = self.decide(&mut tx, (lease, &lost), &mut waiting).await;
            let ended = end(tx, decided).await?;
            self.outbox.ring();
            if let (Ended::AtUnread, Some(first)) = (ended, waiting.front_mut()) {
                reception.read_words(&self.store, first).await?;
            }
        }
        Ok(())
    }

    /// Decides about the first of the mails, as many as one transaction takes.
    async fn decide(
        &self,
        conn: &mut PgConnection,
        (lease, lost): (&Lease, &[Lost]),
        waiting: &mut VecDeque<InHand<'_>>,
    ) -> anyhow::Result<Ended> {
        leases::guard(conn, lease).await?;
        let ids: Vec<InboundId> = waiting.iter().map(|mail| mail.stored.id).collect();
        let unread = inbound::lock_unread(conn, &ids).await?;
        let (began, mut done) = (Instant::now(), Vec::new());
        let mut ended = Ended::Enough;
        while let Some(mail) = waiting.front().filter(|_| began.elapsed() < LONGEST_TRANSACTION) {
            if unread.contains(&mail.stored.id) {
                match self.decide_one(conn, mail, lost).await {
                    Err(error) if error.is::<NotRead>() => {
                        ended = Ended::AtUnread;
                        break;
                    }
                    decided => decided?,
                }
            }
            done.push(mail.stored.id);
            waiting.pop_front();
        }
        attempts::forget_attempts(conn, &done).await?;
        Ok(ended)
    }

    async fn decide_one(
        &self,
        conn: &mut PgConnection,
        mail: &InHand<'_>,
        lost: &[Lost],
    ) -> anyhow::Result<()> {
        let id = mail.stored.id.0;
        // It may have been read, and its letters sent, before a backup was put back.
        let read_before = lost.iter().any(|lost| lost.covers(mail.stored.received_at));
        let newest = if read_before { Some(restores::newest_letter(conn).await?) } else { None };
        if mail.stored.attempts >= MOST_ATTEMPTS {
            error!(inbound.id = id, "mail {id} failed {MOST_ATTEMPTS} times and is set aside");
        }
        let outcome = self.reception().receive(conn, mail).await;
        let outcome = outcome.with_context(|| format!("could not read mail {id}"))?;
        if let Some(newest) = newest {
            let held = restores::hold_letters(conn, newest, self.clock.now()).await?;
            info!(inbound.id = id, "mail {id}: {held} letters held back after a restore");
        }
        info!(inbound.id = id, "mail {id} is {}", outcome.name());
        Ok(())
    }

    fn reception(&self) -> Reception<'_> {
        Reception { desk: &self.desk, reader: &self.reader, now: self.clock.now() }
    }
}

/// A batch of new mails, or one mail that was tried before: such a mail comes alone, so that it takes
/// no other down with it, and first, so that the order stays.
async fn next(conn: &mut PgConnection) -> anyhow::Result<Vec<Unread>> {
    let least = attempts::least_tries(conn).await?;
    if least.is_some_and(|least| least <= MOST_AWAITED) {
        return Ok(inbound::unread(conn, 1, 1..=MOST_AWAITED).await?);
    }
    let fresh = inbound::unread(conn, BATCH, 0..=0).await?;
    if fresh.is_empty() && least.is_some() {
        return Ok(inbound::unread(conn, 1, MOST_AWAITED + 1..=i32::MAX).await?);
    }
    Ok(as_many_as_fit(fresh))
}

/// The first is always taken.
fn as_many_as_fit(mut mails: Vec<Unread>) -> Vec<Unread> {
    let mut room = BATCH_BYTES;
    let fitting = mails.iter().take_while(|mail| {
        room = room.saturating_sub(mail.bytes);
        room >= 0
    });
    let fitting = fitting.count();
    mails.truncate(fitting.max(1));
    mails
}
