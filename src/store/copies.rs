//! Table `inbound`: earlier copies of a mail.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, InboundId, RequestId, failed_to};

/// Whether a mail of this name was read before.
pub async fn is_known(conn: &mut PgConnection, message_id: &str) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM inbound WHERE message_id = $1) AS "is_known!""#,
        message_id,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for a mail of the same name"))
}

/// An earlier mail with the same Message-ID and the same content, and the request it belongs to.
pub async fn find_same(
    conn: &mut PgConnection,
    id: InboundId,
    message_id: &str,
    digest: &[u8],
) -> Result<Option<(InboundId, Option<RequestId>)>, Error> {
    let row = sqlx::query!(
        r#"
        SELECT inbound_id, request_id FROM inbound
        WHERE message_id IN ($2, 'erased:' || encode(sha256(convert_to($2, 'UTF8')), 'hex'))
          AND digest = $3 AND inbound_id <> $1 AND outcome <> 'duplicate'
        ORDER BY inbound_id
        LIMIT 1
        "#,
        id.0,
        message_id,
        digest,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look for an earlier copy of a mail"))?;
    Ok(row.map(|row| (InboundId(row.inbound_id), row.request_id.map(RequestId))))
}

/// An earlier mail without a Message-ID that has the same content and came at the same instant.
pub async fn find_same_unnamed(
    conn: &mut PgConnection,
    id: InboundId,
    digest: &[u8],
    received_at: DateTime<Utc>,
) -> Result<Option<(InboundId, Option<RequestId>)>, Error> {
    let row = sqlx::query!(
        r#"
        SELECT inbound_id, request_id FROM inbound
        WHERE message_id IS NULL AND digest = $2 AND received_at = $3 AND inbound_id <> $1
          AND outcome <> 'duplicate'
        ORDER BY inbound_id
        LIMIT 1
        "#,
        id.0,
        digest,
        received_at,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look for an earlier copy of a mail without a name"))?;
    Ok(row.map(|row| (InboundId(row.inbound_id), row.request_id.map(RequestId))))
}

/// Earlier mails with this Message-ID that were read, oldest first, and the requests they belong to.
pub async fn namesakes(
    conn: &mut PgConnection,
    id: InboundId,
    message_id: &str,
) -> Result<Vec<(InboundId, Option<RequestId>)>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT inbound_id, request_id FROM inbound
        WHERE message_id = $2 AND inbound_id <> $1 AND outcome IN ('request', 'follow_up', 'dispute')
        ORDER BY inbound_id
        LIMIT 3
        "#,
        id.0,
        message_id,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look for mails of the same name"))?;
    let found = rows.into_iter();
    Ok(found.map(|row| (InboundId(row.inbound_id), row.request_id.map(RequestId))).collect())
}

/// Empties a second copy of a mail whose content was deleted: it must not come back with a mailbox
/// that is numbered anew.
pub async fn empty_copy(
    conn: &mut PgConnection,
    id: InboundId,
    first: InboundId,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE inbound AS copy SET raw = '', emptied_at = first.emptied_at
        FROM inbound AS first
        WHERE copy.inbound_id = $1 AND first.inbound_id = $2 AND first.emptied_at IS NOT NULL
        "#,
        id.0,
        first.0,
    )
    .execute(conn)
    .await
    .map_err(failed_to("empty a second copy"))?;
    Ok(())
}
