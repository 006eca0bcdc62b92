//! Table `outbox`, counted: how many letters somebody had, what was withheld, and by which rule.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::mail::{EmailAddress, MessageId};

use super::{Error, RequestId, failed_to};

/// Letters written to this requester since then, and to all requesters since that.
pub async fn written_since(
    conn: &mut PgConnection,
    recipient: &EmailAddress,
    day: DateTime<Utc>,
    hour: DateTime<Utc>,
) -> Result<(i64, i64), Error> {
    let row = sqlx::query!(
        r#"
        SELECT
            (SELECT count(*) FROM outbox
             WHERE to_requester AND state <> 'withheld' AND recipient = $1 AND written_at > $2)
             AS "one!",
            (SELECT count(*) FROM outbox
             WHERE to_requester AND state <> 'withheld' AND written_at > $3) AS "all!"
        "#,
        recipient.as_str().to_lowercase(),
        day,
        hour,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("count letters for a budget"))?;
    Ok((row.one, row.all))
}

/// Provoked letters of this kind to this person since then, and since that.
pub async fn provoked_since(
    conn: &mut PgConnection,
    (recipient, kind): (&EmailAddress, &str),
    hour: DateTime<Utc>,
    day: DateTime<Utc>,
) -> Result<(i64, i64), Error> {
    let row = sqlx::query!(
        r#"
        SELECT count(*) FILTER (WHERE written_at > $3) AS "hour!", count(*) AS "day!"
        FROM outbox
        WHERE provoked AND state <> 'withheld' AND recipient = $1 AND kind = $2 AND written_at > $4
        "#,
        recipient.as_str().to_lowercase(),
        kind,
        hour,
        day,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("count provoked letters"))?;
    Ok((row.hour, row.day))
}

/// Provoked letters of this kind to this person since then, for requests of the same requester.
pub async fn provoked_by_requester(
    conn: &mut PgConnection,
    (recipient, kind): (&EmailAddress, &str),
    request: RequestId,
    day: DateTime<Utc>,
) -> Result<i64, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT count(*) AS "count!"
        FROM outbox
        JOIN requests AS theirs USING (request_id)
        JOIN requests AS this ON lower(this.requester_address) = lower(theirs.requester_address)
        WHERE provoked AND outbox.state <> 'withheld' AND recipient = $1 AND kind = $2
          AND written_at > $3 AND this.request_id = $4
        "#,
        recipient.as_str().to_lowercase(),
        kind,
        day,
        request.0,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("count letters that a requester provoked"))
}

/// Whether this person was acknowledged for another request that is linked to the same one.
pub async fn is_acknowledged_in_thread(
    conn: &mut PgConnection,
    request: RequestId,
    recipient: &EmailAddress,
) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM requests AS this
            JOIN requests AS other
              ON other.linked_to = this.linked_to AND other.request_id <> this.request_id
            JOIN outbox ON outbox.request_id = other.request_id
            WHERE this.request_id = $1 AND outbox.recipient = $2
              AND outbox.kind = 'acknowledgement' AND outbox.state <> 'withheld'
        ) AS "is_acknowledged!"
        "#,
        request.0,
        recipient.as_str().to_lowercase(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for an earlier acknowledgement"))
}

/// Whether one of these ids is a letter that explained commands to somebody.
pub async fn is_explanation(
    conn: &mut PgConnection,
    message_ids: &[MessageId],
) -> Result<bool, Error> {
    let ids: Vec<String> = message_ids.iter().map(|id| id.as_str().to_owned()).collect();
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM outbox WHERE message_id = ANY ($1) AND kind IN ('transcript', 'confirm')
        ) AS "is_explanation!"
        "#,
        &ids,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up a letter that was answered"))
}

/// A letter that a rule kept back.
pub struct Withheld {
    pub written_at: DateTime<Utc>,
    pub reference: Option<String>,
    pub kind: String,
    pub recipient: String,
    pub rule: String,
}

/// The newest letters that were withheld, newest first.
pub async fn withheld(conn: &mut PgConnection, limit: i64) -> Result<Vec<Withheld>, Error> {
    sqlx::query_as!(
        Withheld,
        r#"
        SELECT written_at, reference AS "reference?", kind, recipient, withheld_by AS "rule!"
        FROM outbox LEFT JOIN requests USING (request_id)
        WHERE outbox.state = 'withheld'
        ORDER BY outbox_id DESC
        LIMIT $1
        "#,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the letters that were withheld"))
}
