//! Table `inbound`: raw mail as it came, and what became of it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::folders::{FolderId, Role};
use super::{Error, InboundId, RequestId, failed_to, storable};

/// A mail fresh from the server.
pub struct NewMail {
    pub uid: u32,
    pub received_at: DateTime<Utc>,
    pub size_bytes: u32,
    pub truncated: bool,
    pub raw: Vec<u8>,
}

/// What became of one inbound mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Request,
    FollowUp,
    Dispute,
    Command,
    TeamReply,
    AutoReply,
    Bounce,
    Bulk,
    Duplicate,
    OwnMail,
    Quarantined,
}

impl Outcome {
    pub const ALL: [Self; 11] = [
        Self::Request,
        Self::FollowUp,
        Self::Dispute,
        Self::Command,
        Self::TeamReply,
        Self::AutoReply,
        Self::Bounce,
        Self::Bulk,
        Self::Duplicate,
        Self::OwnMail,
        Self::Quarantined,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::FollowUp => "follow_up",
            Self::Dispute => "dispute",
            Self::Command => "command",
            Self::TeamReply => "team_reply",
            Self::AutoReply => "auto_reply",
            Self::Bounce => "bounce",
            Self::Bulk => "bulk",
            Self::Duplicate => "duplicate",
            Self::OwnMail => "own_mail",
            Self::Quarantined => "quarantined",
        }
    }
}

/// Stores a batch under the folder's present numbering. A mail that is already there is left alone,
/// so a batch may be stored twice.
pub async fn insert_batch(
    conn: &mut PgConnection,
    folder: FolderId,
    uid_validity: u32,
    mails: &[NewMail],
    stored_at: DateTime<Utc>,
) -> Result<(), Error> {
    let uids: Vec<i64> = mails.iter().map(|mail| i64::from(mail.uid)).collect();
    let received: Vec<DateTime<Utc>> = mails.iter().map(|mail| mail.received_at).collect();
    let sizes: Vec<i64> = mails.iter().map(|mail| i64::from(mail.size_bytes)).collect();
    let truncated: Vec<bool> = mails.iter().map(|mail| mail.truncated).collect();
    let raw: Vec<&[u8]> = mails.iter().map(|mail| mail.raw.as_slice()).collect();
    sqlx::query!(
        r#"
        INSERT INTO inbound
            (folder_id, uid_validity, numbering, uid, received_at, stored_at, size_bytes, truncated,
             raw)
        SELECT $1, $2, folders.numbering, mail.uid, mail.received_at, $3, mail.size_bytes,
               mail.truncated, mail.raw
        FROM folders, UNNEST($4::bigint[], $5::timestamptz[], $6::bigint[], $7::boolean[], $8::bytea[])
            AS mail (uid, received_at, size_bytes, truncated, raw)
        WHERE folders.folder_id = $1
        ORDER BY mail.uid
        ON CONFLICT (folder_id, uid_validity, numbering, uid) DO NOTHING
        "#,
        folder.0,
        i64::from(uid_validity),
        stored_at,
        &uids,
        &received,
        &sizes,
        &truncated,
        &raw as &[&[u8]],
    )
    .execute(conn)
    .await
    .map_err(failed_to("store a batch of mails"))?;
    Ok(())
}

/// A mail that waits to be read.
pub struct Unread {
    pub id: InboundId,
    pub mailbox: String,
    pub role: Role,
    pub received_at: DateTime<Utc>,
    pub truncated: bool,
    /// How much of it we keep.
    pub bytes: i64,
    /// Tries before this one.
    pub attempts: i32,
    /// It was set aside before, and this request was opened for it.
    pub request: Option<RequestId>,
}

/// Whether any mail waits to be read.
pub async fn waits(conn: &mut PgConnection) -> Result<bool, Error> {
    sqlx::query_scalar!(r#"SELECT EXISTS (SELECT FROM inbound WHERE outcome IS NULL) AS "waits!""#,)
        .fetch_one(conn)
        .await
        .map_err(failed_to("look for unread mails"))
}

/// The next unread mails with so many tries behind them, oldest first.
pub async fn unread(
    conn: &mut PgConnection,
    limit: i64,
    tries: RangeInclusive<i32>,
) -> Result<Vec<Unread>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT inbound.inbound_id, folders.mailbox, folders.role, received_at, truncated, request_id,
               octet_length(raw)::bigint AS "bytes!", COALESCE(tried.attempts, 0) AS "attempts!"
        FROM inbound JOIN folders USING (folder_id)
        LEFT JOIN reading_attempts AS tried ON tried.inbound_id = inbound.inbound_id
        WHERE outcome IS NULL AND COALESCE(tried.attempts, 0) BETWEEN $2 AND $3
        ORDER BY inbound.inbound_id
        LIMIT $1
        "#,
        limit,
        tries.start(),
        tries.end(),
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("find unread mails"))?;

    rows.into_iter()
        .map(|row| {
            let role = Role::from_name(&row.role).ok_or(Error::Impossible {
                table: "folders",
                column: "role",
                row: row.inbound_id,
            })?;
            Ok(Unread {
                id: InboundId(row.inbound_id),
                mailbox: row.mailbox,
                role,
                received_at: row.received_at,
                truncated: row.truncated,
                bytes: row.bytes,
                attempts: row.attempts,
                request: row.request_id.map(RequestId),
            })
        })
        .collect()
}

/// Those of the mails that are still unread, locked until the transaction ends. The lock leaves the
/// key alone, because the count of attempts refers to it.
pub async fn lock_unread(
    conn: &mut PgConnection,
    ids: &[InboundId],
) -> Result<BTreeSet<InboundId>, Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let unread = sqlx::query_scalar!(
        r#"
        SELECT inbound_id FROM inbound
        WHERE inbound_id = ANY ($1) AND outcome IS NULL
        ORDER BY inbound_id
        FOR NO KEY UPDATE
        "#,
        &ids,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("lock unread mails"))?;
    Ok(unread.into_iter().map(InboundId).collect())
}

/// The bytes of one mail. Fetched one at a time, so that a batch of large mails stays small.
pub async fn raw(conn: &mut PgConnection, id: InboundId) -> Result<Vec<u8>, Error> {
    sqlx::query_scalar!(r#"SELECT raw FROM inbound WHERE inbound_id = $1"#, id.0)
        .fetch_one(conn)
        .await
        .map_err(failed_to("read a mail"))
}

/// What became of a mail, with all that is known of it now.
pub struct Settled<'a> {
    pub outcome: Outcome,
    pub because: &'a str,
    pub request: Option<RequestId>,
    pub message_id: Option<&'a str>,
    pub digest: Option<&'a [u8]>,
}

/// Gives the mail its one outcome. Called in the transaction that carries the outcome's effects.
pub async fn settle(
    conn: &mut PgConnection,
    id: InboundId,
    settled: &Settled<'_>,
    read_at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE inbound
        SET outcome = $2, because = $3, request_id = $4, digest = $6, read_at = $7,
            message_id = CASE WHEN emptied_at IS NULL THEN $5 END
        WHERE inbound_id = $1
        "#,
        id.0,
        settled.outcome.name(),
        storable(settled.because),
        settled.request.map(|request| request.0),
        settled.message_id.map(storable),
        settled.digest,
        read_at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record what became of a mail"))?;
    Ok(())
}

/// Whether a mail with this Message-ID was a command before, whatever else is in it.
pub async fn was_command(conn: &mut PgConnection, message_id: &str) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM inbound WHERE message_id = $1 AND outcome = 'command'
        ) AS "was_command!"
        "#,
        message_id,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for an earlier command mail"))
}

/// The mail that opened a request, at most `limit` bytes of it, and its whole size.
pub async fn original(
    conn: &mut PgConnection,
    request: RequestId,
    limit: i32,
) -> Result<Option<(Vec<u8>, i64)>, Error> {
    let row = sqlx::query!(
        r#"
        SELECT substr(raw, 1, $2) AS "raw!", GREATEST(size_bytes, octet_length(raw)) AS "size!"
        FROM inbound
        WHERE request_id = $1 AND outcome IN ('request', 'quarantined')
        ORDER BY inbound_id
        LIMIT 1
        "#,
        request.0,
        limit,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("read the mail that opened a request"))?;
    Ok(row.map(|row| (row.raw, row.size)))
}
