//! Table `promises`: each reply that was owed, and whether it came in time.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::triage::Owed;
use crate::triage::digest::Week;

use super::{Error, RequestId, failed_to};

/// Starts the clock of a request, in place of one that still runs.
pub async fn begin(conn: &mut PgConnection, id: RequestId, owed: &Owed) -> Result<(), Error> {
    sqlx::query!(
        r#"
        INSERT INTO promises (request_id, due_on, due_at) VALUES ($1, $2, $3)
        ON CONFLICT (request_id) WHERE kept IS NULL DO UPDATE SET due_on = $2, due_at = $3
        "#,
        id.0,
        owed.deadline.due_on,
        owed.deadline.due_at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record a promise"))?;
    Ok(())
}

/// A human replied at that instant: kept when that was before close of business on the due day.
pub async fn replied(
    conn: &mut PgConnection,
    id: RequestId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"UPDATE promises SET kept = $2 < due_at WHERE request_id = $1 AND kept IS NULL"#,
        id.0,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record how a promise ended"))?;
    Ok(())
}

/// The clock ended without a reply: it was spam, or another clock has taken its place. What was
/// overdue by then stays missed; what was not is forgotten.
pub async fn withdraw(
    conn: &mut PgConnection,
    id: RequestId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"DELETE FROM promises WHERE request_id = $1 AND kept IS NULL AND due_at > $2"#,
        id.0,
        at,
    )
    .execute(&mut *conn)
    .await
    .map_err(failed_to("withdraw a promise"))?;
    replied(conn, id, at).await
}

/// The weeks from that Monday on in which something was due, oldest first.
pub async fn weeks(
    conn: &mut PgConnection,
    from: NaiveDate,
    now: DateTime<Utc>,
) -> Result<Vec<Week>, Error> {
    sqlx::query_as!(
        Week,
        r#"
        SELECT due_on - (extract(isodow FROM due_on)::integer - 1) AS "monday!",
               count(*) FILTER (WHERE kept) AS "kept!",
               count(*) FILTER (WHERE NOT COALESCE(kept, due_at > $2)) AS "missed!"
        FROM promises
        WHERE due_on >= $1
        GROUP BY 1
        ORDER BY 1
        "#,
        from,
        now,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the promises kept"))
}
