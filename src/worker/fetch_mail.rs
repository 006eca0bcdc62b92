//! Mail server -> table `inbound`. Bytes first: nothing here thinks about what a mail says.
//!
//! One process at a time reads a mailbox. The lease is prolonged beside the reading; when it is
//! lost, the reading is dropped, and whatever it had in hand is refused by the database.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::NaiveDate;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::imap::{
    Backoff, Batch, Body, Credential, Fetched, One, OneByOne, Selected, Session, WokenBy,
};
use crate::store::compare;
use crate::store::folders::{self, FolderId, Position, Role};
use crate::store::inbound::{self, NewMail};
use crate::store::leases::{self, Lease};
use crate::store::{self, Store};
use crate::worker::keep_lease::{self, Holder};
use crate::worker::pulse::Pulse;
use crate::worker::{Bell, pause_for};

/// How often the Sent folder is looked at while the inbox is quiet.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// A server that hands over no mail of a folder is asked again so often before its first mail is
/// taken for unreadable: with the usual pauses for about ten minutes.
const ROUNDS_IN_VAIN: u32 = 10;

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

impl Mailbox {
    /// The folders that are watched.
    pub fn folders(&self) -> impl Iterator<Item = &str> {
        self.sent.as_deref().into_iter().chain([self.inbox.as_str()])
    }
}

#[derive(Debug, Clone)]
pub struct FetchMail {
    pub store: Store,
    pub mailbox: Arc<Mailbox>,
    pub clock: Arc<dyn Clock>,
    pub holder: Holder,
    pub unread: Bell,
    /// The pauses between one connection that failed and the next.
    pub backoff: Backoff,
    pub pulse: Pulse,
}

/// What went wrong, each so often in a row.
#[derive(Debug, Default)]
struct Troubles {
    connections: u32,
    /// Rounds in which not one of the folder's mails could be fetched.
    inbox: u32,
    sent: u32,
}

impl FetchMail {
    /// Watches the mailbox until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let _all_or_none = stop.clone().drop_guard();
        let mut troubles = Troubles::default();
        let worker = self.worker_name();
        while !stop.is_cancelled() {
            self.pulse.turns(&worker);
            let pause = match Box::pin(self.hold_and_watch(&mut troubles, &stop)).await {
                // Another process reads the mailbox, and this one stands by.
                Ok(()) => {
                    self.pulse.succeeds(&worker);
                    keep_lease::LOOK_EVERY
                }
                Err(error) => {
                    self.pulse.fails(&worker);
                    troubles.connections += 1;
                    let (mailbox, failures) = (&self.mailbox.name, troubles.connections);
                    warn!(mailbox, failures, "mailbox `{mailbox}`, connecting again: {error:#}");
                    self.backoff.pause(failures, chance())
                }
            };
            pause_for(pause, &Bell::default(), &stop).await;
        }
    }

    /// Returns when the lease is with another process, or the service stops.
    async fn hold_and_watch(
        &self,
        troubles: &mut Troubles,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let name = format!("mailbox:{}", self.mailbox.name);
        let Some(lease) = keep_lease::take(&self.store, &name, &self.holder).await? else {
            return Ok(());
        };
        let watched = keep_lease::while_held(
            keep_lease::keep(&self.store, &lease, &self.holder),
            Box::pin(self.watch(&lease, troubles, stop)),
        )
        .await;

        let released = keep_lease::release(&self.store, &lease).await;
        watched?;
        Ok(released?)
    }

    async fn watch(
        &self,
        lease: &Lease,
        troubles: &mut Troubles,
        stop: &CancellationToken,
    ) -> anyhow::Result<()> {
        let Some(session) = stop.run_until_cancelled(self.connect()).await else {
            return Ok(());
        };
        let mut session = session?;
        info!(mailbox = self.mailbox.name, "mailbox `{}` is open", self.mailbox.name);
        loop {
            // What is under way when the service stops is fetched by the next one.
            let fetching = self.fetch_new(session, lease, troubles);
            let Some(fetched) = stop.run_until_cancelled(fetching).await else {
                return Ok(());
            };
            session = fetched?;
            self.pulse.succeeds(&self.worker_name());
            match session.wait(stop, LONGEST_WAIT).await {
                WokenBy::NewMail | WokenBy::Timer => troubles.connections = 0,
                WokenBy::Stopped => break,
                WokenBy::Lost(error) => return Err(error.into()),
            }
        }
        // The server will notice by itself when the goodbye does not reach it.
        session.logout().await.ok();
        Ok(())
    }

    fn worker_name(&self) -> String {
        format!("fetch_mail:{}", self.mailbox.name)
    }

    async fn connect(&self) -> anyhow::Result<Session> {
        let session = Session::connect(&self.mailbox.imap, &self.mailbox.credential).await?;
        let server = format!("imap:{}", self.mailbox.name);
        self.pulse.sees_certificate(server, session.certificate_ends());
        Ok(session)
    }

    /// The inbox comes last, because the wait watches the folder that is open; and it comes even when
    /// the Sent folder gives trouble, because requests matter most.
    async fn fetch_new(
        &self,
        mut session: Session,
        lease: &Lease,
        troubles: &mut Troubles,
    ) -> anyhow::Result<Session> {
        let mailbox = &self.mailbox;
        if let Some(sent) = &mailbox.sent {
            let place = (sent.as_str(), Role::Sent);
            session = match self.fetch_folder(session, lease, place, &mut troubles.sent).await {
                Ok(session) => session,
                Err(error) => {
                    let name = &mailbox.name;
                    warn!(mailbox = name, "mailbox `{name}`, only the inbox is read: {error:#}");
                    self.connect().await?
                }
            };
        }
        let place = (mailbox.inbox.as_str(), Role::Inbox);
        self.fetch_folder(session, lease, place, &mut troubles.inbox).await
    }

    /// Stores everything after the position, batch by batch, each with its new position.
    async fn fetch_folder(
        &self,
        mut session: Session,
        lease: &Lease,
        (folder, role): (&str, Role),
        in_vain: &mut u32,
    ) -> anyhow::Result<Session> {
        let mailbox = &self.mailbox;
        let selected =
            session.select(folder).await.with_context(|| format!("folder `{folder}`"))?;
        let mut conn = self.store.connect().await?;
        let position = folders::position(&mut conn, &mailbox.name, folder, role).await?;
        drop(conn);
        let place = (position.folder, selected.uid_validity);
        let last_uid = match anew(&position, &selected) {
            None => position.last_uid,
            Some(why) => {
                // Of what a comparison has found, the operator is told by the comparison.
                let is_news = position.uid_validity.is_some() && !position.read_again;
                let because = is_news.then_some(why);
                if position.uid_validity.is_some() {
                    warn!(mailbox = mailbox.name, "the server {why} `{folder}`: reading it all");
                }
                self.begin_anew(lease, place, because).await?;
                0
            }
        };
        let mut uids = match mailbox.read_since {
            Some(day) => session.uids_since(last_uid, day).await?,
            None => session.uids_after(last_uid).await?,
        };
        if last_uid > 0 {
            let mut conn = self.store.connect().await?;
            uids.extend(compare::missed(&mut conn, place.0).await?);
            uids.sort_unstable();
        }

        while !uids.is_empty() {
            let batch = match session.fetch(&uids).await {
                Ok(batch) => {
                    *in_vain = 0;
                    batch
                }
                Err(error) if error.may_be_one_mail() => {
                    warn!(mailbox = mailbox.name, "asking for mails one by one: {error}");
                    let batch;
                    (batch, session) = self.one_by_one((folder, place.1), &uids, in_vain).await?;
                    batch
                }
                Err(error) => return Err(error.into()),
            };
            uids.clone_from(&batch.left);
            self.store_batch(lease, place, batch).await?;
            self.pulse.turns(&self.worker_name());
        }
        let mut conn = self.store.connect().await?;
        folders::note_poll(&mut conn, place.0, self.clock.now()).await?;
        Ok(session)
    }

    async fn open_again(&self, (folder, uid_validity): (&str, u32)) -> anyhow::Result<Session> {
        let mut session = self.connect().await?;
        let selected = session.select(folder).await?;
        anyhow::ensure!(
            selected.uid_validity == uid_validity,
            "the server has numbered `{folder}` anew while it was read"
        );
        Ok(session)
    }

    /// Mails that cannot be handed over at all are stored empty: they get an outcome and a human.
    ///
    /// That is only said of a mail when others come, or when none has come for long: a server that is
    /// out of order must not make a mailbox full of unreadable mails.
    async fn one_by_one(
        &self,
        (folder, uid_validity): (&str, u32),
        uids: &[u32],
        in_vain: &mut u32,
    ) -> anyhow::Result<(Batch, Session)> {
        let mailbox = &self.mailbox;
        let size = mailbox.imap.limits.batch_mails.min(uids.len());
        let (now, later) = uids.split_at_checked(size).unwrap_or((uids, &[]));
        let mut careful = OneByOne::new(&mailbox.imap, &mailbox.credential, folder, uid_validity);
        let mut batch = Batch { left: later.to_vec(), ..Batch::default() };
        let mut unreadable = BTreeSet::new();
        for uid in now {
            self.pulse.turns(&self.worker_name());
            match careful.fetch(*uid).await? {
                One::Found(mail) => batch.mails.push(mail),
                One::Gone => batch.gone.push(*uid),
                One::Unreadable(error) => {
                    warn!(mailbox = mailbox.name, "mail {uid} cannot be fetched: {error}");
                    unreadable.insert(*uid);
                }
            }
        }
        if !unreadable.is_empty() && batch.mails.is_empty() {
            *in_vain += 1;
            anyhow::ensure!(*in_vain >= ROUNDS_IN_VAIN, "the server hands over no mail");
            // One at a time: the next may only have to wait until the server is well again.
            let first = unreadable.first().copied().unwrap_or_default();
            batch.left = uids.iter().copied().filter(|uid| *uid > first).collect();
            batch.gone.retain(|uid| *uid < first);
            unreadable.retain(|uid| *uid == first);
        }
        *in_vain = 0;
        batch.mails.extend(unreadable.into_iter().map(|uid| unreadable_mail(uid, &*self.clock)));
        let session = match careful.into_session() {
            Some(session) => session,
            None => self.open_again((folder, uid_validity)).await?,
        };
        Ok((batch, session))
    }

    async fn store_batch(
        &self,
        lease: &Lease,
        place: (FolderId, u32),
        batch: Batch,
    ) -> anyhow::Result<()> {
        let done: Vec<u32> = batch.mails.iter().map(|mail| mail.uid).chain(batch.gone).collect();
        let Some(last_uid) = done.iter().max() else {
            return Ok(());
        };
        let count = batch.mails.len();
        let mails = batch.mails.into_iter().map(new_mail).collect();
        self.store_up_to(&done, lease, place, mails).await?;

        let mailbox = &self.mailbox.name;
        info!(mailbox, count, "mailbox `{mailbox}`: {count} mails stored, up to UID {last_uid}");
        self.unread.ring();
        Ok(())
    }

    /// Mails and position in one transaction, refused when the lease is no longer ours.
    async fn store_up_to(
        &self,
        done: &[u32],
        lease: &Lease,
        (folder, uid_validity): (FolderId, u32),
        mails: Vec<NewMail>,
    ) -> anyhow::Result<()> {
        let last_uid = done.iter().max().copied().unwrap_or_default();
        let mut tx = self.store.begin().await?;
        leases::guard(&mut tx, lease).await?;
        inbound::insert_batch(&mut tx, folder, uid_validity, &mails, self.clock.now()).await?;
        folders::move_to(&mut tx, folder, uid_validity, last_uid).await?;
        compare::forget_missed(&mut tx, folder, done).await?;
        store::commit(tx).await?;
        Ok(())
    }

    async fn begin_anew(
        &self,
        lease: &Lease,
        (folder, uid_validity): (FolderId, u32),
        because: Option<&str>,
    ) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        leases::guard(&mut tx, lease).await?;
        folders::begin_anew(&mut tx, folder, uid_validity, because).await?;
        store::commit(tx).await?;
        Ok(())
    }
}

/// Why the folder must be read from its start, if it must. A next number at or below our position
/// means that the server has gone back to an earlier state: new mail gets numbers that we know.
fn anew(position: &Position, selected: &Selected) -> Option<&'static str> {
    let went_back = selected.uid_next.is_some_and(|next| next <= position.last_uid);
    if position.uid_validity != Some(selected.uid_validity) {
        Some("has numbered anew the folder")
    } else if went_back {
        Some("has gone back to an earlier state of the folder")
    } else {
        position.read_again.then_some("shows other mails under known numbers in the folder")
    }
}

fn unreadable_mail(uid: u32, clock: &dyn Clock) -> Fetched {
    Fetched { uid, received_at: clock.now(), size: 0, body: Body::Truncated(Vec::new()) }
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

/// For the jitter of the backoff; without random numbers the pause is merely the shortest.
fn chance() -> u32 {
    getrandom::u32().unwrap_or(0)
}
