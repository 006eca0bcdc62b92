//! The loops that move mail along, and how they start, pause and stop.

mod asking;
pub mod climb_ladder;
mod command_help;
mod command_mail;
pub mod compare;
mod copies;
pub mod daily_jobs;
pub mod desk;
pub mod erase;
pub mod fetch_mail;
mod in_hand;
mod joining;
pub mod keep_lease;
pub mod nightly;
pub mod patient_reader;
pub mod pulse;
pub mod read_inbound;
mod reception;
mod posting;
mod reports;
pub mod retention;
pub mod send_outbox;
mod set_aside;
pub mod watch_over;
mod writing_on;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::store;
use pulse::Pulse;

/// Whether a step found something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Worked,
    Idle,
}

/// How long a worker rests after a failure before it tries again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(3);

/// Tells a worker of this process that there is work, so that nobody waits for the next look.
/// Other processes find the work when they look by themselves.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    pub fn ring(&self) {
        self.0.notify_one();
    }

    pub async fn heard(&self) {
        self.0.notified().await;
    }
}

/// How a worker's loop behaves.
#[derive(Debug, Clone)]
pub struct Loop {
    pub name: &'static str,
    pub pause_when_idle: Duration,
    pub bell: Bell,
    pub stop: CancellationToken,
    pub pulse: Pulse,
}

/// Calls `work` until told to stop. A failure is logged once, here, and the work tried again.
///
/// Stopping waits for the call under way; no call starts after it.
pub async fn run_until_stopped<Work>(this: Loop, mut work: impl FnMut() -> Work + Send)
where
    Work: Future<Output = anyhow::Result<Progress>> + Send,
{
    // However this worker ends, a panic included, the others stop too and the process exits.
    let _all_or_none = this.stop.clone().drop_guard();

    let worker = this.name;
    while !this.stop.is_cancelled() {
        this.pulse.turns(worker);
        let pause = match work().await {
            Ok(progress) => {
                this.pulse.succeeds(worker);
                match progress {
                    Progress::Worked => continue,
                    Progress::Idle => this.pause_when_idle,
                }
            }
            Err(error) => {
                this.pulse.fails(worker);
                error!(worker, "worker `{worker}` failed, trying again: {error:#}");
                PAUSE_AFTER_FAILURE
            }
        };
        pause_for(pause, &this.bell, &this.stop).await;
    }
}

/// Makes true what a step has done, or undoes it whole, before the next step begins.
async fn end<T>(tx: store::Transaction, done: anyhow::Result<T>) -> anyhow::Result<T> {
    match done {
        Ok(done) => {
            store::commit(tx).await?;
            Ok(done)
        }
        Err(error) => {
            if let Err(lost) = store::roll_back(tx).await {
                warn!("the database undoes a step by itself: {lost}");
            }
            Err(error)
        }
    }
}

/// Rests until the time is over, the bell rings or the service stops.
#[expect(clippy::disallowed_methods, reason = "the one place that sleeps; shutdown wakes it")]
pub async fn pause_for(pause: Duration, bell: &Bell, stop: &CancellationToken) {
    tokio::select! {
        () = tokio::time::sleep(pause) => {}
        () = bell.heard() => {}
        () = stop.cancelled() => {}
    }
}
