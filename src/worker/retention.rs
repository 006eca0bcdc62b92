//! Deletes what is older than the team wants to keep. Off until a setting says how long.

use std::fmt;

use chrono::{DateTime, Months, Utc};
use serde::Deserialize;

use crate::store::retention::{self, What};
use crate::store::{self, Store};

/// Rows a transaction, so that nobody waits long for a lock.
const BATCH: i64 = 500;

/// `[retention]` in the settings file: months to keep. What is missing is kept for ever.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    pub raw_mail_months: Option<u32>,
    pub letters_months: Option<u32>,
    pub requests_months: Option<u32>,
    pub events_months: Option<u32>,
}

impl Keep {
    pub fn is_limited(&self) -> bool {
        What::ALL.into_iter().any(|what| self.months(what).is_some())
    }

    fn months(&self, what: What) -> Option<u32> {
        match what {
            What::RawMail => self.raw_mail_months,
            What::Letters => self.letters_months,
            What::Requests => self.requests_months,
            What::Events => self.events_months,
        }
    }

    /// What is limited, and from when on it is kept.
    fn limits(&self, now: DateTime<Utc>) -> Vec<(What, DateTime<Utc>)> {
        let limit = |what| {
            let months = Months::new(self.months(what)?);
            Some((what, now.checked_sub_months(months)?))
        };
        What::ALL.into_iter().filter_map(limit).collect()
    }
}

/// How many of each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts(pub Vec<(What, u64)>);

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<String> =
            self.0.iter().map(|(what, count)| format!("{count} {}", what.name())).collect();
        f.write_str(&if counts.is_empty() { "nothing".to_owned() } else { counts.join(", ") })
    }
}

/// What [`delete`] would delete now.
pub async fn count(store: &Store, keep: &Keep, now: DateTime<Utc>) -> anyhow::Result<Counts> {
    let mut conn = store.connect().await?;
    let mut counts = Vec::new();
    for (what, before) in keep.limits(now) {
        let count = retention::count(&mut conn, what, before).await?;
        counts.push((what, u64::try_from(count).unwrap_or_default()));
    }
    Ok(Counts(counts))
}

pub async fn delete(store: &Store, keep: &Keep, now: DateTime<Utc>) -> anyhow::Result<Counts> {
    let mut counts = Vec::new();
    for limit in keep.limits(now) {
        let mut total = 0;
        loop {
            let mut tx = store.begin().await?;
            let deleted = retention::delete(&mut tx, limit, BATCH, now).await?;
            store::commit(tx).await?;
            total += deleted;
            if deleted == 0 {
                break;
            }
        }
        counts.push((limit.0, total));
    }
    Ok(Counts(counts))
}
