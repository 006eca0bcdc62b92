//! Keeps leases: the one that says that this process lives, and those of the mailboxes it reads.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::store::leases::{self, Lease};
use crate::store::{Error, PgConnection, Store};
use crate::worker::{Bell, pause_for};

/// A process that is silent for so long has lost its leases.
const LEASE_SECONDS: f64 = 12.0;
const RENEW_EVERY: Duration = Duration::from_secs(3);
/// How often a process that stands by looks. A mailbox is read again within 15 seconds of the moment
/// in which its process died: the lease, this, and time to connect.
pub const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Names one run of one process among all that share the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder(String);

impl Holder {
    /// A new name at each start: what an earlier run had in hand is not ours.
    pub fn new() -> anyhow::Result<Self> {
        let chance = getrandom::u64().map_err(|_| anyhow::anyhow!("no random numbers"))?;
        Ok(Self(format!("{}-{chance:016x}", std::process::id())))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `None` while another process holds it.
pub async fn take(store: &Store, name: &str, holder: &Holder) -> Result<Option<Lease>, Error> {
    let mut conn = store.connect().await?;
    take_with(&mut conn, name, holder).await
}

/// The same inside the caller's transaction.
pub async fn take_with(
    conn: &mut PgConnection,
    name: &str,
    holder: &Holder,
) -> Result<Option<Lease>, Error> {
    leases::take_or_keep(conn, name, holder.as_str(), LEASE_SECONDS).await
}

/// Lets the next process have it at once.
pub async fn release(store: &Store, lease: &Lease) -> Result<(), Error> {
    let mut conn = store.connect().await?;
    leases::release(&mut conn, lease).await
}

/// Prolongs the lease until it is lost, then returns. A lease that ran out and was taken again has
/// another epoch: what was begun under the old one is void.
pub async fn keep(store: &Store, lease: &Lease, holder: &Holder) -> anyhow::Result<()> {
    let never = CancellationToken::new();
    loop {
        pause_for(RENEW_EVERY, &Bell::default(), &never).await;
        let kept = take(store, &lease.name, holder).await?;
        if kept.as_ref() != Some(lease) {
            return Ok(());
        }
    }
}

/// Works as long as the lease is kept.
pub async fn while_held<T>(
    kept: impl Future<Output = anyhow::Result<()>>,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<T> {
    tokio::select! {
        done = work => done,
        lost = kept => {
            lost?;
            anyhow::bail!("another process has taken over")
        }
    }
}

/// Says that this process lives, until told to stop. Others take over its letters when this lease
/// runs out, so it must outlast the sending.
pub async fn stay_alive(store: Store, holder: Holder, stop: CancellationToken) {
    let _all_or_none = stop.clone().drop_guard();
    let name = leases::process_name(holder.as_str());
    let mut held = None;
    while !stop.is_cancelled() {
        match take(&store, &name, &holder).await {
            Ok(lease) => held = lease,
            Err(error) => tracing::warn!("could not renew the lease of this process: {error}"),
        }
        pause_for(RENEW_EVERY, &Bell::default(), &stop).await;
    }
    if let Err(error) = say_goodbye(&store, held.as_ref()).await {
        tracing::warn!("the lease of this process runs out by itself: {error}");
    }
}

async fn say_goodbye(store: &Store, held: Option<&Lease>) -> Result<(), Error> {
    let mut conn = store.connect().await?;
    if let Some(lease) = held {
        leases::release(&mut conn, lease).await?;
    }
    leases::forget_dead_processes(&mut conn).await
}
