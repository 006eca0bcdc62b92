//! Table `inbound` -> what the mail is -> desk. Each mail gets exactly one outcome.

use std::sync::Arc;

use anyhow::Context;
use tracing::{error, info};

use crate::clock::Clock;
use crate::store::inbound::Unread;
use crate::store::{self, InboundId, PgConnection, Store, inbound};
use crate::worker::desk::Desk;
use crate::worker::reception::Reception;
use crate::worker::{Bell, Progress};

/// Mails a transaction. A mail that was tried before comes alone.
const BATCH: i64 = 50;
/// After so many tries a mail is set aside for a human.
const MOST_ATTEMPTS: i32 = 3;

#[derive(Clone)]
pub struct ReadInbound {
    pub store: Store,
    pub desk: Desk,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
}

impl ReadInbound {
    /// Reads the next mails, each in the order in which it was stored.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let retried = self.batch(1, true).await?;
        let fresh = self.batch(BATCH, false).await?;
        if retried == Progress::Idle && fresh == Progress::Idle {
            return Ok(Progress::Idle);
        }
        self.outbox.ring();
        Ok(Progress::Worked)
    }

    /// The mails stay locked by this transaction while they are read, so no other process reads
    /// them; when this process dies they are free again at once.
    async fn batch(&self, limit: i64, tried_before: bool) -> anyhow::Result<Progress> {
        let mut tx = self.store.begin().await?;
        let mails = inbound::lock_unread(&mut tx, limit, tried_before).await?;
        if mails.is_empty() {
            return Ok(Progress::Idle);
        }
        let ids: Vec<InboundId> = mails.iter().map(|mail| mail.id).collect();
        let mut counter = self.store.connect().await?;
        inbound::count_attempts(&mut counter, &ids).await?;
        drop(counter);

        for mail in mails {
            self.read_one(&mut tx, mail).await?;
        }
        store::commit(tx).await?;
        Ok(Progress::Worked)
    }

    async fn read_one(&self, conn: &mut PgConnection, mail: Unread) -> anyhow::Result<()> {
        let id = mail.id.0;
        let raw = inbound::raw(conn, mail.id).await?;
        let reception = Reception { desk: &self.desk, now: self.clock.now() };
        let too_often = mail.attempts >= MOST_ATTEMPTS;
        let outcome = if too_often {
            error!(inbound.id = id, "mail {id} failed {MOST_ATTEMPTS} times and is set aside");
            reception.quarantine(conn, &mail, &raw, "reading it failed three times").await
        } else {
            reception.receive(conn, &mail, raw).await
        };
        let outcome = outcome.with_context(|| format!("could not read mail {id}"))?;
        info!(inbound.id = id, "mail {id} is {}", outcome.name());
        Ok(())
    }
}
