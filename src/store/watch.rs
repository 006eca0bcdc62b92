//! What the health page counts: only what waits for somebody, each by an index of its own.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{Error, MIGRATIONS, failed_to};

/// How the work stands at one instant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    pub unread: i64,
    /// When the oldest of them was stored.
    pub oldest_unread: Option<DateTime<Utc>>,
    pub quarantined: i64,
    pub letters: Vec<Letters>,
    /// Letters withheld since yesterday, by rule.
    pub withheld: Vec<(String, i64)>,
    pub open: i64,
    pub disputed: i64,
    pub due_today: i64,
    pub overdue: i64,
    pub folders: Vec<Folder>,
    /// Since when letters wait that the relay would not hear about.
    pub refused_since: Option<DateTime<Utc>>,
}

/// Letters that are not settled well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letters {
    pub state: String,
    pub count: i64,
    /// When the oldest was written.
    pub oldest: Option<DateTime<Utc>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    pub mailbox: String,
    pub role: String,
    pub polled_at: Option<DateTime<Utc>>,
}

/// Counts everything. `since` bounds the letters that were withheld.
pub async fn work(
    conn: &mut PgConnection,
    (now, today, since): (DateTime<Utc>, NaiveDate, DateTime<Utc>),
) -> Result<Work, Error> {
    let row = sqlx::query!(
        r#"
        SELECT
            (SELECT count(*) FROM inbound WHERE outcome IS NULL) AS "unread!",
            (SELECT stored_at FROM inbound WHERE outcome IS NULL ORDER BY inbound_id LIMIT 1)
             AS oldest_unread,
            (SELECT count(*) FROM inbound WHERE outcome = 'quarantined') AS "quarantined!",
            (SELECT count(*) FROM requests WHERE state NOT IN ('closed', 'redirected')) AS "open!",
            (SELECT count(*) FROM requests WHERE state = 'disputed') AS "disputed!",
            (SELECT count(*) FROM requests
             WHERE due_at > $1 AND due_at IS NOT NULL AND due_on = $2) AS "due_today!",
            (SELECT count(*) FROM requests
             WHERE due_at <= $1 AND due_at IS NOT NULL) AS "overdue!",
            (SELECT min(postponed_at) FROM outbox
             WHERE postponed_at IS NOT NULL AND state = 'waiting') AS refused_since
        "#,
        now,
        today,
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(failed_to("count the work"))?;
    Ok(Work {
        unread: row.unread,
        oldest_unread: row.oldest_unread,
        quarantined: row.quarantined,
        letters: letters(conn).await?,
        withheld: withheld(conn, since).await?,
        open: row.open,
        disputed: row.disputed,
        due_today: row.due_today,
        overdue: row.overdue,
        folders: folders(conn).await?,
        refused_since: row.refused_since,
    })
}

async fn letters(conn: &mut PgConnection) -> Result<Vec<Letters>, Error> {
    sqlx::query_as!(
        Letters,
        r#"
        SELECT 'waiting' AS "state!", count(*) AS "count!", min(written_at) AS oldest
        FROM outbox WHERE state = 'waiting'
        UNION ALL
        SELECT 'sending', count(*), min(written_at) FROM outbox WHERE state = 'sending'
        UNION ALL
        SELECT 'unknown', count(*), min(written_at) FROM outbox WHERE state = 'unknown'
        UNION ALL
        SELECT 'given_up', count(*), min(written_at) FROM outbox WHERE state = 'given_up'
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the letters"))
}

async fn withheld(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT withheld_by AS "rule!", count(*) AS "count!"
        FROM outbox WHERE state = 'withheld' AND written_at > $1
        GROUP BY withheld_by ORDER BY withheld_by
        "#,
        since,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the letters that were withheld"))?;
    Ok(rows.into_iter().map(|row| (row.rule, row.count)).collect())
}

/// A folder that the settings name no longer keeps its row, so the newest counts.
async fn folders(conn: &mut PgConnection) -> Result<Vec<Folder>, Error> {
    sqlx::query_as!(
        Folder,
        r#"
        SELECT mailbox, role, max(polled_at) AS polled_at FROM folders
        GROUP BY mailbox, role ORDER BY mailbox, role
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look up when folders were read"))
}

/// Changes of the schema that this program needs and the database does not have yet.
pub async fn missing_migrations(conn: &mut PgConnection) -> Result<usize, Error> {
    // The table is made by the first migration run, so no prepared description can know it.
    let done: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations WHERE success")
        .fetch_all(conn)
        .await
        .map_err(failed_to("look up the version of the schema"))?;
    Ok(MIGRATIONS.iter().filter(|migration| !done.contains(&migration.version)).count())
}
