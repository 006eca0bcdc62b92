//! Everything that happened to one request, read from the tables that hold it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, InboundId, RequestId, failed_to};

/// A mail that belongs to the request, or that changed it.
pub struct Mail {
    pub id: InboundId,
    pub received_at: DateTime<Utc>,
    /// In which kind of folder it was.
    pub role: String,
    pub outcome: String,
    pub because: String,
}

/// In the order in which they were stored. A mail with commands for several requests belongs to the
/// first of them and stands in the history of each.
pub async fn mails(conn: &mut PgConnection, request: RequestId) -> Result<Vec<Mail>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT inbound_id, received_at, role, outcome AS "outcome!",
               COALESCE(because, '') AS "because!"
        FROM inbound JOIN folders USING (folder_id)
        WHERE outcome IS NOT NULL AND (request_id = $1 OR inbound_id IN (
            SELECT inbound_id FROM events WHERE request_id = $1
        ))
        ORDER BY inbound_id
        "#,
        request.0,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the mails of a request"))?;
    let mail = |id, received_at, role, outcome, because| Mail {
        id: InboundId(id),
        received_at,
        role,
        outcome,
        because,
    };
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| mail(row.inbound_id, row.received_at, row.role, row.outcome, row.because))
        .collect())
}

/// One line of the journal.
pub struct Event {
    pub at: DateTime<Utc>,
    pub kind: String,
    pub actor: Option<String>,
    pub detail: String,
    pub inbound: Option<i64>,
}

pub async fn events(conn: &mut PgConnection, request: RequestId) -> Result<Vec<Event>, Error> {
    sqlx::query_as!(
        Event,
        r#"
        SELECT at, kind, actor, detail, inbound_id AS inbound
        FROM events WHERE request_id = $1 ORDER BY event_id
        "#,
        request.0,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("read the journal"))
}

/// A letter about the request, or one about several that names it.
pub struct Letter {
    pub id: i64,
    pub kind: String,
    pub recipient: String,
    pub state: String,
    pub withheld_by: Option<String>,
    pub last_error: Option<String>,
    pub attempts: i32,
    pub written_at: DateTime<Utc>,
    pub settled_at: Option<DateTime<Utc>>,
    pub message_id: String,
    /// Whether it is about this request alone.
    pub is_own: bool,
    /// The text of one about several: whether it names this one is for the caller to see.
    pub text: String,
}

pub async fn letters(
    conn: &mut PgConnection,
    (request, reference): (RequestId, &str),
    since: DateTime<Utc>,
) -> Result<Vec<Letter>, Error> {
    sqlx::query_as!(
        Letter,
        r#"
        SELECT outbox_id AS id, kind, recipient, state, withheld_by, last_error, attempts,
               written_at, settled_at, message_id, request_id IS NOT NULL AS "is_own!",
               CASE WHEN request_id IS NULL THEN text ELSE '' END AS "text!"
        FROM outbox
        WHERE request_id = $1
           OR request_id IS NULL AND written_at >= $3 AND strpos(text, $2) > 0
        ORDER BY outbox_id
        "#,
        request.0,
        reference,
        since,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the letters of a request"))
}
