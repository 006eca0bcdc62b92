//! Gathers what the pages show, and keeps it for some seconds: however often somebody asks, the
//! database counts only now and then.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use crate::health::Subject;
use crate::smtp::Standing;
use crate::store::watch::{self, Work};
use crate::worker::patient_reader::PatientReader;
use crate::worker::pulse::{Beat, Pulse};

/// How old an answer may be.
const KEPT: Duration = Duration::from_secs(5);
/// A database that takes longer to count than this is out of order.
const LONGEST_COUNT: Duration = Duration::from_secs(10);

#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) now: DateTime<Utc>,
    pub(super) workers: Vec<(String, Beat)>,
    /// What the database says, or why it does not.
    pub(super) work: Result<Work, String>,
    pub(super) relay: Standing,
    pub(super) credentials: Vec<Credential>,
    pub(super) holiday_days: i64,
    /// When each server's certificate ends.
    pub(super) certificates: BTreeMap<String, DateTime<Utc>>,
    pub(super) has_model: bool,
    /// Readings that ran out of time.
    pub(super) too_slow: u64,
}

/// A file with a password or token. Who holds one that runs out sees by its age that it stays
/// fresh.
#[derive(Debug, Clone)]
pub(super) struct Credential {
    pub(super) what: String,
    /// `None`: the file cannot be looked at.
    pub(super) age: Option<Duration>,
}

pub(super) struct Gatherer {
    pub(super) subject: Subject,
    pub(super) pulse: Pulse,
    reader: PatientReader,
    kept: Mutex<Option<(Instant, Facts)>>,
}

impl Gatherer {
    pub(super) fn new(subject: Subject, (pulse, reader): (Pulse, PatientReader)) -> Self {
        Self { subject, pulse, reader, kept: Mutex::new(None) }
    }

    /// Several who ask at once wait for one count.
    pub(super) async fn facts(&self) -> Facts {
        let mut kept = self.kept.lock().await;
        if let Some((at, facts)) = &*kept
            && at.elapsed() < KEPT
        {
            return facts.clone();
        }
        let facts = self.gather().await;
        *kept = Some((Instant::now(), facts.clone()));
        facts
    }

    async fn gather(&self) -> Facts {
        let subject = &self.subject;
        let now = subject.clock.now();
        let work = match timeout(LONGEST_COUNT, self.count(now)).await {
            Ok(Ok(work)) => Ok(work),
            // Its words may quote a row.
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("the database does not answer in time".to_owned()),
        };
        let calendar = &subject.rules.calendar;
        let mut credentials = Vec::new();
        for (what, path) in &subject.credentials {
            credentials.push(Credential { what: what.clone(), age: age_of(path, now).await });
        }
        let relay = subject.mailer.standing();
        let mut certificates = self.pulse.certificates();
        certificates.extend(relay.certificate_ends.map(|ends| ("smtp".to_owned(), ends)));
        Facts {
            now,
            workers: self.pulse.workers(),
            work,
            relay,
            credentials,
            holiday_days: calendar.days_until_data_ends(calendar.local_day(now)),
            certificates,
            has_model: self.reader.has_model(),
            too_slow: self.reader.too_slow(),
        }
    }

    async fn count(&self, now: DateTime<Utc>) -> anyhow::Result<Work> {
        let today = self.subject.rules.calendar.local_day(now);
        let mut conn = self.subject.store.connect().await?;
        let missing = watch::missing_migrations(&mut conn).await?;
        anyhow::ensure!(missing == 0, "the database lacks {missing} changes: `mailtriage migrate`");
        Ok(watch::work(&mut conn, (now, today, now - TimeDelta::days(1))).await?)
    }
}

async fn age_of(path: &Path, now: DateTime<Utc>) -> Option<Duration> {
    let changed = tokio::fs::metadata(path).await.ok()?.modified().ok()?;
    let changed: DateTime<Utc> = changed.into();
    Some((now - changed).to_std().unwrap_or_default())
}
