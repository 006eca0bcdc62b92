//! What an operator does by hand: mails that were set aside, letters that are not settled well.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::inbound::Outcome;
use super::{Error, InboundId, OutboxId, RequestId, failed_to};

/// A mail that was set aside.
pub struct SetAside {
    pub inbound_id: i64,
    pub mailbox: String,
    pub folder: String,
    pub received_at: DateTime<Utc>,
    pub size_bytes: i64,
    pub because: Option<String>,
    /// The request that was opened for it, if it tells who wrote it.
    pub reference: Option<String>,
}

pub async fn set_aside(conn: &mut PgConnection, limit: i64) -> Result<Vec<SetAside>, Error> {
    sqlx::query_as!(
        SetAside,
        r#"
        SELECT inbound_id, mailbox, folders.name AS folder, inbound.received_at, size_bytes, because,
               reference AS "reference?"
        FROM inbound JOIN folders USING (folder_id) LEFT JOIN requests USING (request_id)
        WHERE outcome = 'quarantined'
        ORDER BY inbound_id DESC LIMIT $1
        "#,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the mails that were set aside"))
}

pub async fn one_set_aside(
    conn: &mut PgConnection,
    id: InboundId,
) -> Result<Option<SetAside>, Error> {
    sqlx::query_as!(
        SetAside,
        r#"
        SELECT inbound_id, mailbox, folders.name AS folder, inbound.received_at, size_bytes, because,
               reference AS "reference?"
        FROM inbound JOIN folders USING (folder_id) LEFT JOIN requests USING (request_id)
        WHERE outcome = 'quarantined' AND inbound_id = $1
        "#,
        id.0,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up a mail that was set aside"))
}

/// What was changed, and the request it belongs to.
pub struct Changed {
    pub request: Option<RequestId>,
}

/// Puts a mail back among those to be read, as if it had never been tried. `None` when it is not set
/// aside, or its content has been deleted.
pub async fn read_again(conn: &mut PgConnection, id: InboundId) -> Result<Option<Changed>, Error> {
    let changed = sqlx::query!(
        r#"
        WITH tries AS (DELETE FROM reading_attempts WHERE inbound_id = $1)
        UPDATE inbound SET outcome = NULL, because = NULL, read_at = NULL
        WHERE inbound_id = $1 AND outcome = 'quarantined' AND emptied_at IS NULL
        RETURNING request_id
        "#,
        id.0,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("have a mail read again"))?;
    Ok(changed.map(|row| Changed { request: row.request_id.map(RequestId) }))
}

/// Gives a mail that was set aside the outcome that the operator chose.
pub async fn release(
    conn: &mut PgConnection,
    id: InboundId,
    (outcome, because): (Outcome, &str),
    at: DateTime<Utc>,
) -> Result<Option<Changed>, Error> {
    let changed = sqlx::query!(
        r#"
        UPDATE inbound SET outcome = $2, because = $3, read_at = $4
        WHERE inbound_id = $1 AND outcome = 'quarantined'
        RETURNING request_id
        "#,
        id.0,
        outcome.name(),
        because,
        at,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("settle a mail that was set aside"))?;
    Ok(changed.map(|row| Changed { request: row.request_id.map(RequestId) }))
}

/// A letter that somebody must decide about.
pub struct Unsettled {
    pub outbox_id: i64,
    pub reference: Option<String>,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub state: String,
    pub withheld_by: Option<String>,
    pub written_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub text: String,
    pub emptied_at: Option<DateTime<Utc>>,
}

/// Letters in one of these states, newest first.
pub async fn letters(
    conn: &mut PgConnection,
    states: &[String],
    limit: i64,
) -> Result<Vec<Unsettled>, Error> {
    sqlx::query_as!(
        Unsettled,
        r#"
        SELECT outbox_id, reference AS "reference?", kind, recipient, outbox.subject, outbox.state,
               withheld_by, written_at, settled_at, attempts, last_error, text, outbox.emptied_at
        FROM outbox LEFT JOIN requests USING (request_id)
        WHERE outbox.state = ANY ($1)
        ORDER BY outbox_id DESC LIMIT $2
        "#,
        states,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list letters"))
}

pub async fn letter(conn: &mut PgConnection, id: OutboxId) -> Result<Option<Unsettled>, Error> {
    sqlx::query_as!(
        Unsettled,
        r#"
        SELECT outbox_id, reference AS "reference?", kind, recipient, outbox.subject, outbox.state,
               withheld_by, written_at, settled_at, attempts, last_error, text, outbox.emptied_at
        FROM outbox LEFT JOIN requests USING (request_id)
        WHERE outbox_id = $1
        "#,
        id.0,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up a letter"))
}

/// Puts a letter back into the queue when it is still in that state. It keeps its Message-ID.
pub async fn send_again(
    conn: &mut PgConnection,
    id: OutboxId,
    state: &str,
    at: DateTime<Utc>,
) -> Result<Option<Changed>, Error> {
    let changed = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = 'waiting', withheld_by = NULL, settled_at = NULL, content_began_at = NULL,
            attempts = 0, next_attempt_at = $3
        WHERE outbox_id = $1 AND state = $2 AND emptied_at IS NULL
        RETURNING request_id
        "#,
        id.0,
        state,
        at,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("send a letter again"))?;
    Ok(changed.map(|row| Changed { request: row.request_id.map(RequestId) }))
}

/// The oldest letters that a rule held back, and that still have their content.
pub async fn withheld_by(
    conn: &mut PgConnection,
    rule: &str,
    limit: i64,
) -> Result<Vec<i64>, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT outbox_id FROM outbox
        WHERE state = 'withheld' AND withheld_by = $1 AND emptied_at IS NULL
        ORDER BY outbox_id
        LIMIT $2
        "#,
        rule,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the letters that a rule held back"))
}

/// Settles a letter by the operator's word. An acknowledgement that was sent stops the first clock.
pub async fn settle(
    conn: &mut PgConnection,
    id: OutboxId,
    (from, to): (&str, &str),
    at: DateTime<Utc>,
) -> Result<Option<Changed>, Error> {
    let changed = sqlx::query!(
        r#"
        WITH settled AS (
            UPDATE outbox SET state = $3, withheld_by = NULL, settled_at = COALESCE(settled_at, $4)
            WHERE outbox_id = $1 AND state = $2
            RETURNING outbox_id, request_id, kind, settled_at
        ), acknowledged AS (
            UPDATE requests SET acknowledged_at = COALESCE(acknowledged_at, settled.settled_at)
            FROM settled
            WHERE requests.request_id = settled.request_id AND $3 = 'sent'
              AND settled.kind = 'acknowledgement'
        )
        SELECT outbox_id, request_id FROM settled
        "#,
        id.0,
        from,
        to,
        at,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("settle a letter"))?;
    Ok(changed.map(|row| Changed { request: row.request_id.map(RequestId) }))
}
