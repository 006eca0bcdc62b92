//! Table `events`: the journal of each request.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::triage::JournalEntry;

use super::{Error, InboundId, RequestId, failed_to, storable};

pub async fn append(
    conn: &mut PgConnection,
    request: RequestId,
    entry: &JournalEntry,
    inbound: Option<InboundId>,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        INSERT INTO events (request_id, at, kind, actor, inbound_id, detail)
        VALUES ($1, $2, $3, $4, $5, $6)
        "#,
        request.0,
        at,
        entry.kind,
        entry.actor.as_ref().map(|address| address.as_str().to_owned()),
        inbound.map(|id| id.0),
        storable(&entry.detail),
    )
    .execute(conn)
    .await
    .map_err(failed_to("write the journal"))?;
    Ok(())
}

/// Whether this has happened to the request since then, or ever.
pub async fn has_happened(
    conn: &mut PgConnection,
    request: RequestId,
    kind: &str,
    since: Option<DateTime<Utc>>,
) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM events WHERE request_id = $1 AND kind = $2 AND ($3::timestamptz IS NULL OR at >= $3)
        ) AS "has!"
        "#,
        request.0,
        kind,
        since,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look into the journal"))
}
