//! Mail server -> table `inbound`. Bytes first: nothing here thinks about what a mail says.
//!
//! One process at a time reads a mailbox. The lease is prolonged beside the reading; when it is
//! lost, the reading is dropped, and whatever it had in hand is refused by the database.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::NaiveDate;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::imap::{Backoff, Batch, Body, Credential, Fetched, One, OneByOne, Session, WokenBy};
use crate::store::folders::{self, Role};
use crate::store::inbound::{self, NewMail};
use crate::store::leases::{self, Lease};
use crate::store::{self, Store};
use crate::worker::keep_lease::{self, Holder};
use crate::worker::{Bell, pause_for};

/// How often the Sent folder is looked at while the inbox is quiet.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// A mailbox to watch.
#[derive(Debug, Clone)]
pub struct Mailbox {
    pub name: String,
    pub imap: crate::imap::Settings,
    pub credential: Credential,
    pub inbox: String,
    pub sent: Option<String>,
    /// Mail that came before this day is left alone.
    pub read_since: Option<NaiveDate>,
}

#[derive(Debug, Clone)]
pub struct FetchMail {
    pub store: Store,
    pub mailbox: Arc<Mailbox>,
    pub clock: Arc<dyn Clock>,
    pub holder: Holder,
    pub unread: Bell,
}

impl FetchMail {
    /// Watches the mailbox until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let _all_or_none = stop.clone().drop_guard();
        let mut failures = 0;
        while !stop.is_cancelled() {
            let pause = match self.hold_and_watch(&stop).await {
                Ok(()) => {
                    failures = 0;
                    keep_lease::RENEW_EVERY
                }
                Err(error) => {
                    failures += 1;
                    let mailbox = &self.mailbox.name;
                    warn!(mailbox, failures, "mailbox `{mailbox}`, connecting again: {error:#}");
                    Backoff::default().pause(failures, chance())
                }
            };
            pause_for(pause, &Bell::default(), &stop).await;
        }
    }

    /// Returns when the lease is with another process, or lost, or the service stops.
    async fn hold_and_watch(&self, stop: &CancellationToken) -> anyhow::Result<()> {
        let name = format!("mailbox:{}", self.mailbox.name);
        let Some(lease) = keep_lease::take(&self.store, &name, &self.holder).await? else {
            return Ok(());
        };
        let watched = while_held(
            keep_lease::keep(&self.store, &lease, &self.holder),
            self.watch(&lease, stop),
        )
        .await;

        let mut conn = self.store.connect().await?;
        leases::release(&mut conn, &lease).await?;
        watched
    }

    async fn watch(&self, lease: &Lease, stop: &CancellationToken) -> anyhow::Result<()> {
        let mailbox = &self.mailbox;
        let mut session = Session::connect(&mailbox.imap, &mailbox.credential).await?;
        info!(mailbox = mailbox.name, "mailbox `{}` is open", mailbox.name);
        while !stop.is_cancelled() {
            // The inbox comes last, because the wait watches the folder that is open.
            if let Some(sent) = &mailbox.sent {
                session = self.fetch_folder(session, lease, (sent, Role::Sent)).await?;
            }
            session = self.fetch_folder(session, lease, (&mailbox.inbox, Role::Inbox)).await?;
            match session.wait(stop, LONGEST_WAIT).await {
                WokenBy::NewMail | WokenBy::Timer => {}
                WokenBy::Stopped => break,
                WokenBy::Lost(error) => return Err(error.into()),
            }
        }
        // The server will notice by itself when the goodbye does not reach it.
        session.logout().await.ok();
        Ok(())
    }

    /// Stores everything after the position, batch by batch, each with its new position.
    async fn fetch_folder(
        &self,
        mut session: Session,
        lease: &Lease,
        (folder, role): (&str, Role),
    ) -> anyhow::Result<Session> {
        let mailbox = &self.mailbox;
        let selected =
            session.select(folder).await.with_context(|| format!("folder `{folder}`"))?;
        let mut conn = self.store.connect().await?;
        let position = folders::position(&mut conn, &mailbox.name, folder, role).await?;
        drop(conn);
        let known = position.uid_validity == Some(selected.uid_validity);
        if !known && position.uid_validity.is_some() {
            warn!(
                mailbox = mailbox.name,
                "the server has numbered `{folder}` anew: reading it all"
            );
        }
        let last_uid = if known { position.last_uid } else { 0 };
        let mut uids = match mailbox.read_since {
            Some(day) => session.uids_since(last_uid, day).await?,
            None => session.uids_after(last_uid).await?,
        };

        let place = (position.folder, selected.uid_validity);
        while !uids.is_empty() {
            let batch = match session.fetch(&uids).await {
                Ok(batch) => batch,
                Err(error) if error.may_be_one_mail() => {
                    warn!(mailbox = mailbox.name, "asking for mails one by one: {error}");
                    let (batch, open) = self.one_by_one(folder, place.1, &uids).await?;
                    session = match open {
                        Some(session) => session,
                        None => self.open_again(folder).await?,
                    };
                    batch
                }
                Err(error) => return Err(error.into()),
            };
            uids.clone_from(&batch.left);
            self.store_batch(lease, place, batch).await?;
        }
        Ok(session)
    }

    async fn open_again(&self, folder: &str) -> anyhow::Result<Session> {
        let mut session = Session::connect(&self.mailbox.imap, &self.mailbox.credential).await?;
        session.select(folder).await?;
        Ok(session)
    }

    /// Mails that cannot be handed over at all are stored empty: they get an outcome and a human.
    async fn one_by_one(
        &self,
        folder: &str,
        uid_validity: u32,
        uids: &[u32],
    ) -> anyhow::Result<(Batch, Option<Session>)> {
        let mailbox = &self.mailbox;
        let size = mailbox.imap.limits.batch_mails.min(uids.len());
        let (now, later) = uids.split_at_checked(size).unwrap_or((uids, &[]));
        let mut careful = OneByOne::new(&mailbox.imap, &mailbox.credential, folder, uid_validity);
        let mut batch = Batch { left: later.to_vec(), ..Batch::default() };
        for uid in now {
            match careful.fetch(*uid).await? {
                One::Found(mail) => batch.mails.push(mail),
                One::Gone => batch.gone.push(*uid),
                One::Unreadable(error) => {
                    warn!(mailbox = mailbox.name, "mail {uid} cannot be fetched: {error}");
                    batch.mails.push(Fetched {
                        uid: *uid,
                        received_at: self.clock.now(),
                        size: 0,
                        body: Body::Truncated(Vec::new()),
                    });
                }
            }
        }
        Ok((batch, careful.into_session()))
    }

    /// Mails and position in one transaction, refused when the lease is no longer ours.
    async fn store_batch(
        &self,
        lease: &Lease,
        (folder, uid_validity): (folders::FolderId, u32),
        batch: Batch,
    ) -> anyhow::Result<()> {
        let done: BTreeSet<u32> =
            batch.mails.iter().map(|mail| mail.uid).chain(batch.gone.iter().copied()).collect();
        let Some(last_uid) = done.last().copied() else {
            return Ok(());
        };
        let count = batch.mails.len();
        let mails: Vec<NewMail> = batch.mails.into_iter().map(new_mail).collect();

        let mut tx = self.store.begin().await?;
        leases::guard(&mut tx, lease).await?;
        inbound::insert_batch(&mut tx, folder, uid_validity, &mails, self.clock.now()).await?;
        folders::move_to(&mut tx, folder, uid_validity, last_uid).await?;
        store::commit(tx).await?;

        let mailbox = &self.mailbox.name;
        info!(mailbox, count, "mailbox `{mailbox}`: {count} mails stored, up to UID {last_uid}");
        self.unread.ring();
        Ok(())
    }
}

fn new_mail(fetched: Fetched) -> NewMail {
    let (raw, truncated) = match fetched.body {
        Body::Full(raw) => (raw, false),
        Body::Truncated(raw) => (raw, true),
    };
    NewMail {
        uid: fetched.uid,
        received_at: fetched.received_at,
        size_bytes: fetched.size,
        truncated,
        raw,
    }
}

/// Works as long as the lease is kept.
async fn while_held<T>(
    kept: impl Future<Output = anyhow::Result<()>>,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        lost = kept => {
            lost?;
            anyhow::bail!("another process has taken over the mailbox")
        }
    }
}

/// For the jitter of the backoff; without random numbers the pause is merely the shortest.
fn chance() -> u32 {
    getrandom::u32().unwrap_or(0)
}
