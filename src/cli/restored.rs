//! `mailtriage restored`: after a backup was put back, before the desk opens again.

use anyhow::Context;
use chrono::{DateTime, Utc};
use clap::Args;

use crate::app::open_database;
use crate::clock::Clock;
use crate::settings::Settings;
use crate::store::restores::{self, Lost};
use crate::store::{self, Store};

use super::{WithSettings, say};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// When the backup was made, such as 2026-12-24T02:00:00Z; a little too early does no harm
    #[arg(long, value_name = "INSTANT")]
    since: DateTime<Utc>,
    /// When the desk last worked with what is lost; without it, now
    #[arg(long, value_name = "INSTANT")]
    until: Option<DateTime<Utc>>,
    #[command(flatten)]
    settings: WithSettings,
}

pub(super) async fn run(options: &Options, clock: &dyn Clock) -> anyhow::Result<()> {
    let settings = &Settings::load(&options.settings.config)?;
    let lost = Lost { since: options.since, until: options.until.unwrap_or_else(|| clock.now()) };
    anyhow::ensure!(lost.since < lost.until, "--since must be earlier than {}", lost.until);
    let today = settings.calendar()?.local_day(clock.now());
    let (store, server) = open_database(settings).await?;
    let done = hold(&store, lost, today).await;
    store.close().await;
    if let Some(server) = server {
        server.stop().await;
    }
    let (letters, rungs, jobs) = done?;
    say(&format!(
        "{letters} letters of the backup are held back, because they may have been sent since.\n\
         {rungs} reminders and overdue notices, and {jobs} daily mails, count as sent.\n\
         Mail received from {} to {} will be read again; the letters that follow are held back too.\n\
         Open the desk now. Then `mailtriage letters list --state unknown` shows what to decide.",
        lost.since, lost.until
    ))
}

async fn hold(
    store: &Store,
    lost: Lost,
    today: chrono::NaiveDate,
) -> anyhow::Result<(u64, u64, u64)> {
    let mut tx = store.begin().await?;
    let used = restores::is_in_use(&mut tx).await.context("is this the restored database?")?;
    anyhow::ensure!(!used, "the desk is open on this database: stop `mailtriage serve` first");
    let letters = restores::begin(&mut tx, lost).await?;
    let rungs = restores::skip_rungs(&mut tx, lost).await?;
    let jobs = restores::skip_daily_jobs(&mut tx, (lost, today)).await?;
    store::commit(tx).await?;
    Ok((letters, rungs, jobs))
}
