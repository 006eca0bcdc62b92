//! Deletes the content of what is old, a bounded batch at a time. What waits for anything stays.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, failed_to};

/// Stands where a person's address stood. It is in a domain that never exists (RFC 2606).
pub const NOBODY: &str = "erased@erased.invalid";

/// What can be deleted by age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    RawMail,
    Letters,
    Requests,
    Events,
}

impl What {
    pub const ALL: [Self; 4] = [Self::RawMail, Self::Letters, Self::Requests, Self::Events];

    pub fn name(self) -> &'static str {
        match self {
            Self::RawMail => "raw mail",
            Self::Letters => "letters",
            Self::Requests => "requests",
            Self::Events => "events",
        }
    }
}

/// How many are older than that.
pub async fn count(
    conn: &mut PgConnection,
    what: What,
    before: DateTime<Utc>,
) -> Result<i64, Error> {
    let counted = match what {
        What::RawMail => {
            sqlx::query_scalar!(
                r#"
                SELECT count(*) AS "count!" FROM inbound
                WHERE emptied_at IS NULL AND outcome IS NOT NULL AND received_at < $1
                "#,
                before,
            )
            .fetch_one(conn)
            .await
        }
        What::Letters => {
            sqlx::query_scalar!(
                r#"
                SELECT count(*) AS "count!" FROM outbox
                WHERE emptied_at IS NULL AND settled_at IS NOT NULL AND written_at < $1
                "#,
                before,
            )
            .fetch_one(conn)
            .await
        }
        What::Requests => {
            sqlx::query_scalar!(
                r#"
                SELECT count(*) AS "count!" FROM requests
                WHERE emptied_at IS NULL AND received_at < $1
                  AND state IN ('closed', 'redirected') AND due_at IS NULL
                  AND NOT EXISTS (
                      SELECT FROM events
                      WHERE events.request_id = requests.request_id AND events.at >= $1
                  )
                "#,
                before,
            )
            .fetch_one(conn)
            .await
        }
        What::Events => {
            sqlx::query_scalar!(
                r#"
                SELECT count(*) AS "count!" FROM events JOIN requests USING (request_id)
                WHERE events.at < $1 AND state IN ('closed', 'redirected') AND due_at IS NULL
                "#,
                before,
            )
            .fetch_one(conn)
            .await
        }
    };
    counted.map_err(failed_to("count what is old"))
}

/// Deletes one batch. Zero when nothing is left.
pub async fn delete(
    conn: &mut PgConnection,
    (what, before): (What, DateTime<Utc>),
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    match what {
        What::RawMail => raw_mail(conn, before, limit, now).await,
        What::Letters => letters(conn, before, limit, now).await,
        What::Requests => requests(conn, before, limit, now).await,
        What::Events => events(conn, before, limit).await,
    }
}

async fn raw_mail(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        r#"
        WITH old AS (
            SELECT inbound_id FROM inbound
            WHERE emptied_at IS NULL AND outcome IS NOT NULL AND received_at < $1
            ORDER BY received_at LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        UPDATE inbound SET raw = '', emptied_at = $3 FROM old
        WHERE inbound.inbound_id = old.inbound_id
        "#,
        before,
        limit,
        now,
    )
    .execute(conn)
    .await
    .map_err(failed_to("delete old mails"))?;
    Ok(done.rows_affected())
}

async fn letters(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let done = sqlx::query!(
        r#"
        WITH old AS (
            SELECT outbox_id FROM outbox
            WHERE emptied_at IS NULL AND settled_at IS NOT NULL AND written_at < $1
            ORDER BY written_at LIMIT $2
            FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox
        SET raw = '', text = '', subject = '', recipient = $4, last_error = NULL, emptied_at = $3
        FROM old
        WHERE outbox.outbox_id = old.outbox_id
        "#,
        before,
        limit,
        now,
        NOBODY,
    )
    .execute(conn)
    .await
    .map_err(failed_to("delete old letters"))?;
    Ok(done.rows_affected())
}

/// The request stays with its reference, its dates and its state. One that something happened to
/// since then is not old.
async fn requests(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<u64, Error> {
    let old = sqlx::query_scalar!(
        r#"
        SELECT request_id FROM requests
        WHERE emptied_at IS NULL AND received_at < $1
          AND state IN ('closed', 'redirected') AND due_at IS NULL
          AND NOT EXISTS (
              SELECT FROM events
              WHERE events.request_id = requests.request_id AND events.at >= $1
          )
        ORDER BY received_at LIMIT $2
        FOR UPDATE SKIP LOCKED
        "#,
        before,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("find old requests"))?;
    empty_requests(conn, &old, now).await?;
    Ok(u64::try_from(old.len()).unwrap_or(u64::MAX))
}

/// Takes persons and words out of requests, and leaves what can be counted.
pub async fn empty_requests(
    conn: &mut PgConnection,
    requests: &[i64],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        WITH participants AS (DELETE FROM participants WHERE request_id = ANY ($1)),
             threads AS (DELETE FROM thread_mails WHERE request_id = ANY ($1)),
             answers AS (UPDATE answers SET text = '' WHERE request_id = ANY ($1)),
             events AS (
                 UPDATE events SET detail = '', actor = NULL WHERE request_id = ANY ($1)
             ),
             unreachable AS (
                 DELETE FROM unreachable WHERE address IN (
                     SELECT lower(requester_address) FROM requests WHERE request_id = ANY ($1)
                 )
             )
        UPDATE requests
        SET requester_address = $3, requester_name = NULL, subject = '', route_because = '',
            provenance = NULL, provenance_address = NULL, provenance_name = NULL, emptied_at = $2
        WHERE request_id = ANY ($1)
        "#,
        requests,
        now,
        NOBODY,
    )
    .execute(conn)
    .await
    .map_err(failed_to("empty requests"))?;
    Ok(())
}

async fn events(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<u64, Error> {
    let done = sqlx::query!(
        r#"
        WITH old AS (
            SELECT event_id FROM events JOIN requests USING (request_id)
            WHERE events.at < $1 AND state IN ('closed', 'redirected') AND due_at IS NULL
            LIMIT $2
        )
        DELETE FROM events USING old WHERE events.event_id = old.event_id
        "#,
        before,
        limit,
    )
    .execute(conn)
    .await
    .map_err(failed_to("delete old events"))?;
    Ok(done.rows_affected())
}
