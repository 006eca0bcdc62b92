//! Tables `delivery_reports` and `unreachable`: what mail servers say became of our letters.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::mail::{Bounce, EmailAddress, MessageId};

use super::{Error, InboundId, OutboxId, RequestId, failed_to, storable};

/// A letter that a report is about.
pub struct Reported {
    pub id: OutboxId,
    pub request: Option<RequestId>,
    pub kind: String,
    pub recipient: String,
}

/// The letter with this Message-ID.
pub async fn letter(
    conn: &mut PgConnection,
    message_id: &MessageId,
) -> Result<Option<Reported>, Error> {
    let row = sqlx::query!(
        r#"
        SELECT outbox_id, COALESCE(merged_into, requests.request_id) AS request_id, kind, recipient
        FROM outbox LEFT JOIN requests USING (request_id)
        WHERE message_id = $1
        "#,
        message_id.as_str().to_lowercase(),
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up the letter of a report"))?;
    Ok(row.map(|row| Reported {
        id: OutboxId(row.outbox_id),
        request: row.request_id.map(RequestId),
        kind: row.kind,
        recipient: row.recipient,
    }))
}

/// The request of the newest letter to this address.
pub async fn newest_request_of(
    conn: &mut PgConnection,
    recipient: &EmailAddress,
) -> Result<Option<RequestId>, Error> {
    let found = sqlx::query_scalar!(
        r#"
        SELECT COALESCE(merged_into, request_id) AS "request_id!"
        FROM outbox JOIN requests USING (request_id)
        WHERE recipient = $1
        ORDER BY outbox_id DESC
        LIMIT 1
        "#,
        recipient.as_str().to_lowercase(),
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up the newest letter to an address"))?;
    Ok(found.map(RequestId))
}

pub async fn record(
    conn: &mut PgConnection,
    (inbound, letter): (InboundId, OutboxId),
    bounce: &Bounce,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        INSERT INTO delivery_reports (inbound_id, outbox_id, action, status)
        VALUES ($1, $2, $3, $4)
        "#,
        inbound.0,
        letter.0,
        bounce.action.name(),
        bounce.status.as_deref().map(storable),
    )
    .execute(conn)
    .await
    .map_err(failed_to("record a delivery report"))?;
    Ok(())
}

/// Marks the address. False when it was marked before.
pub async fn mark_unreachable(
    conn: &mut PgConnection,
    address: &str,
    since: DateTime<Utc>,
) -> Result<bool, Error> {
    let inserted = sqlx::query!(
        r#"INSERT INTO unreachable (address, since) VALUES (lower($1), $2) ON CONFLICT DO NOTHING"#,
        address,
        since,
    )
    .execute(conn)
    .await
    .map_err(failed_to("mark an address as unreachable"))?;
    Ok(inserted.rows_affected() == 1)
}

/// Mail came from the address.
pub async fn mark_reachable(conn: &mut PgConnection, address: &EmailAddress) -> Result<(), Error> {
    sqlx::query!(r#"DELETE FROM unreachable WHERE address = lower($1)"#, address.as_str())
        .execute(conn)
        .await
        .map_err(failed_to("mark an address as reachable"))?;
    Ok(())
}

pub async fn is_unreachable(
    conn: &mut PgConnection,
    address: &EmailAddress,
) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM unreachable WHERE address = lower($1)) AS "is!""#,
        address.as_str(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up whether an address can be reached"))
}
