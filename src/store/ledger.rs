//! Read-only counts over tables `inbound` and `outbox`, for operators and the demo.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, failed_to};

/// How many mails have each outcome; `unread` for those that wait.
pub async fn outcomes(conn: &mut PgConnection) -> Result<Vec<(String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT COALESCE(outcome, 'unread') AS "outcome!", count(*) AS "count!"
        FROM inbound GROUP BY 1 ORDER BY 1
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the outcomes"))?;
    Ok(rows.into_iter().map(|row| (row.outcome, row.count)).collect())
}

/// How many letters are in each state.
pub async fn letters(conn: &mut PgConnection) -> Result<Vec<(String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"SELECT state, count(*) AS "count!" FROM outbox GROUP BY state ORDER BY state"#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the letters"))?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}

/// Mails that wait to be read and letters that wait to be sent or are on their way.
pub async fn backlog(conn: &mut PgConnection) -> Result<(i64, i64), Error> {
    let row = sqlx::query!(
        r#"
        SELECT (SELECT count(*) FROM inbound WHERE outcome IS NULL) AS "unread!",
               (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')) AS "unsent!"
        "#,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("count the backlog"))?;
    Ok((row.unread, row.unsent))
}

/// One inbound mail and what became of it.
pub struct Mail {
    pub inbound_id: i64,
    pub received_at: DateTime<Utc>,
    pub outcome: String,
    pub because: Option<String>,
    pub reference: Option<String>,
    pub raw: Vec<u8>,
}

/// Mails after this one that have been read, in the order in which they were stored.
pub async fn read_after(conn: &mut PgConnection, inbound_id: i64) -> Result<Vec<Mail>, Error> {
    sqlx::query_as!(
        Mail,
        r#"
        SELECT inbound_id, inbound.received_at, outcome AS "outcome!", because,
               reference AS "reference?", raw
        FROM inbound LEFT JOIN requests USING (request_id)
        WHERE inbound_id > $1 AND outcome IS NOT NULL
        ORDER BY inbound_id
        "#,
        inbound_id,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list what became of mails"))
}

/// One letter.
pub struct Letter {
    pub outbox_id: i64,
    pub kind: String,
    pub recipient: String,
    pub subject: String,
    pub state: String,
    pub withheld_by: Option<String>,
    pub written_at: DateTime<Utc>,
    pub message_id: String,
    pub raw: Vec<u8>,
    pub text: String,
}

/// Letters after this one, in the order in which they were written.
pub async fn written_after(conn: &mut PgConnection, outbox_id: i64) -> Result<Vec<Letter>, Error> {
    sqlx::query_as!(
        Letter,
        r#"
        SELECT outbox_id, kind, recipient, subject, state, withheld_by, written_at, message_id, raw,
               text
        FROM outbox
        WHERE outbox_id > $1
        ORDER BY outbox_id
        "#,
        outbox_id,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the letters"))
}
