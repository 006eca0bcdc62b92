//! Tables `participants` and `thread_mails`: which mail belongs to which request.

use sqlx::PgConnection;

use crate::mail::{EmailAddress, MessageId};

use super::{Error, RequestId, failed_to};

/// Mails of a long thread that an answer may refer to.
const MOST_NEWEST: i64 = 20;

pub async fn add_participants(
    conn: &mut PgConnection,
    request: RequestId,
    addresses: &[&EmailAddress],
) -> Result<(), Error> {
    let addresses: Vec<String> =
        addresses.iter().map(|address| address.as_str().to_lowercase()).collect();
    sqlx::query!(
        r#"
        INSERT INTO participants (request_id, address)
        SELECT $1, address FROM UNNEST($2::text[]) AS address
        ON CONFLICT DO NOTHING
        "#,
        request.0,
        &addresses,
    )
    .execute(conn)
    .await
    .map_err(failed_to("add participants"))?;
    Ok(())
}

pub async fn takes_part(
    conn: &mut PgConnection,
    request: RequestId,
    address: &EmailAddress,
) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM participants JOIN requests USING (request_id)
            WHERE (request_id = $1 OR merged_into = $1) AND address = $2
        ) AS "takes_part!"
        "#,
        request.0,
        address.as_str().to_lowercase(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up a participant"))
}

pub async fn add_mail(
    conn: &mut PgConnection,
    request: RequestId,
    message_id: &MessageId,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        INSERT INTO thread_mails (message_id, request_id) VALUES ($1, $2)
        ON CONFLICT DO NOTHING
        "#,
        message_id.as_str(),
        request.0,
    )
    .execute(conn)
    .await
    .map_err(failed_to("add a mail to a thread"))?;
    Ok(())
}

/// The requests whose mails these ids name, newest first. What became part of another request is
/// that one.
pub async fn requests_of(
    conn: &mut PgConnection,
    message_ids: &[MessageId],
) -> Result<Vec<RequestId>, Error> {
    let ids: Vec<String> = message_ids.iter().map(|id| id.as_str().to_owned()).collect();
    let found = sqlx::query_scalar!(
        r#"
        SELECT DISTINCT COALESCE(merged_into, request_id) AS "request_id!"
        FROM thread_mails JOIN requests USING (request_id)
        WHERE message_id = ANY ($1)
        ORDER BY 1 DESC
        "#,
        &ids,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look up the thread of a mail"))?;
    Ok(found.into_iter().map(RequestId).collect())
}

/// The ids of the mails that the requester and other participants wrote: the first, and the newest in
/// the order in which they came. A letter names no more of them.
pub async fn written_by_them(
    conn: &mut PgConnection,
    request: RequestId,
) -> Result<Vec<MessageId>, Error> {
    let found = sqlx::query!(
        r#"
        WITH theirs AS (
            SELECT inbound_id, message_id FROM inbound JOIN requests USING (request_id)
            WHERE (request_id = $1 OR merged_into = $1) AND message_id IS NOT NULL
              AND outcome IN ('request', 'follow_up', 'dispute', 'quarantined')
        )
        (SELECT inbound_id, message_id AS "message_id!" FROM theirs ORDER BY inbound_id LIMIT 1)
        UNION
        (SELECT inbound_id, message_id FROM theirs ORDER BY inbound_id DESC LIMIT $2)
        ORDER BY inbound_id
        "#,
        request.0,
        MOST_NEWEST,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the mails of a request"))?;
    Ok(found.into_iter().map(|row| MessageId::made(row.message_id)).collect())
}
