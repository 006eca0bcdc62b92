//! Table `restores`: times whose letters may have been sent though the database does not know it.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{Error, OutboxId, failed_to};

/// A time that was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost {
    pub since: DateTime<Utc>,
    pub until: DateTime<Utc>,
}

impl Lost {
    pub fn covers(&self, at: DateTime<Utc>) -> bool {
        self.since <= at && at <= self.until
    }
}

/// Whether a process works on the database now.
pub async fn is_in_use(conn: &mut PgConnection) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM leases
            WHERE starts_with(name, 'process:') AND held_until >= clock_timestamp()
        ) AS "used!"
        "#,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("ask whether the desk is open"))
}

/// Remembers the time that was lost, and settles what can be settled at once. Letters that waited
/// when the backup was made may have been sent since: their fate is unknown. Returns how many.
pub async fn begin(conn: &mut PgConnection, lost: Lost) -> Result<u64, Error> {
    sqlx::query!(r#"INSERT INTO restores (since, until) VALUES ($1, $2)"#, lost.since, lost.until,)
        .execute(&mut *conn)
        .await
        .map_err(failed_to("remember a restore"))?;
    let held = sqlx::query!(
        r#"
        UPDATE outbox SET state = 'unknown', settled_at = $1, claimed_by = NULL
        WHERE state IN ('waiting', 'sending')
        "#,
        lost.until,
    )
    .execute(conn)
    .await
    .map_err(failed_to("hold back the letters of a backup"))?;
    Ok(held.rows_affected())
}

/// Takes requests whose next rung fell into the lost time past it: its reminder or notice most
/// likely went out. Digest and daily summary still show them. Returns how many.
pub async fn skip_rungs(conn: &mut PgConnection, lost: Lost) -> Result<u64, Error> {
    let skipped = sqlx::query!(
        r#"
        UPDATE requests
        SET next_step = CASE WHEN next_step = 'remind' AND due_at > $2 THEN 'escalate'
                             ELSE 'summary' END,
            next_step_at = CASE WHEN next_step = 'remind' AND due_at > $2 THEN due_at END
        WHERE next_step_at BETWEEN $1 AND $2
        "#,
        lost.since,
        lost.until,
    )
    .execute(conn)
    .await
    .map_err(failed_to("take requests past the time that was lost"))?;
    Ok(skipped.rows_affected())
}

/// Counts daily jobs as done today whose hour fell into the lost time. Returns how many.
pub async fn skip_daily_jobs(
    conn: &mut PgConnection,
    (lost, today): (Lost, NaiveDate),
) -> Result<u64, Error> {
    let skipped = sqlx::query!(
        r#"
        INSERT INTO daily_runs (job, day, ran_at)
        SELECT job, $3::date, $2::timestamptz FROM daily_runs
        GROUP BY job
        HAVING ($3::date + (max(ran_at) AT TIME ZONE 'UTC')::time) AT TIME ZONE 'UTC' BETWEEN $1 AND $2::timestamptz
        ON CONFLICT DO NOTHING
        "#,
        lost.since,
        lost.until,
        today,
    )
    .execute(conn)
    .await
    .map_err(failed_to("count daily jobs as done"))?;
    Ok(skipped.rows_affected())
}

/// The times that were lost, of which only few ever are.
pub async fn all(conn: &mut PgConnection) -> Result<Vec<Lost>, Error> {
    sqlx::query_as!(Lost, r#"SELECT since, until FROM restores ORDER BY restore_id"#)
        .fetch_all(conn)
        .await
        .map_err(failed_to("look up restores"))
}

pub async fn newest_letter(conn: &mut PgConnection) -> Result<OutboxId, Error> {
    let newest =
        sqlx::query_scalar!(r#"SELECT COALESCE(max(outbox_id), 0) AS "newest!" FROM outbox"#,)
            .fetch_one(conn)
            .await
            .map_err(failed_to("look up the newest letter"))?;
    Ok(OutboxId(newest))
}

/// Holds back the letters that this transaction has written since then: they may have been sent
/// before. Those of other transactions are left alone.
pub async fn hold_letters(
    conn: &mut PgConnection,
    after: OutboxId,
    at: DateTime<Utc>,
) -> Result<u64, Error> {
    let held = sqlx::query!(
        r#"
        UPDATE outbox SET state = 'unknown', settled_at = $2
        WHERE outbox_id > $1 AND state = 'waiting' AND xmin = pg_current_xact_id()::xid
        "#,
        after.0,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("hold back letters that may have been sent"))?;
    Ok(held.rows_affected())
}
