//! Table `outbox`: every letter, from written to settled. Nothing else sends mail.
//!
//! Claim, send without a transaction, settle. A claim holds for as long as its process lives, which
//! the lease `process:...` tells.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use crate::mail::{EmailAddress, MessageId};

use super::leases::process_name;
use super::{Error, OutboxId, RequestId, failed_to, storable};

/// A new letter may go at once. It must not wait for a process whose clock is so far behind that of
/// the process which wrote it, and which may be gone.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::hours(1);

/// A letter as it is put into the outbox.
pub struct NewLetter<'a> {
    pub request: Option<RequestId>,
    pub kind: &'a str,
    pub recipient: &'a EmailAddress,
    pub to_requester: bool,
    /// It goes to the team for a mail that anybody may have sent.
    pub provoked: bool,
    pub null_return_path: bool,
    pub message_id: &'a str,
    pub subject: &'a str,
    pub raw: &'a [u8],
    pub text: &'a str,
    /// The rule that forbids sending it, if one does.
    pub withheld_by: Option<&'a str>,
}

pub async fn insert(
    conn: &mut PgConnection,
    letter: &NewLetter<'_>,
    at: DateTime<Utc>,
) -> Result<OutboxId, Error> {
    let withheld = letter.withheld_by.is_some();
    let id = sqlx::query_scalar!(
        r#"
        INSERT INTO outbox
            (request_id, kind, recipient, to_requester, null_return_path, message_id, subject, raw,
             text, written_at, state, withheld_by, attempts, next_attempt_at, settled_at, provoked)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, $15, $13, $14)
        RETURNING outbox_id
        "#,
        letter.request.map(|id| id.0),
        letter.kind,
        letter.recipient.as_str().to_lowercase(),
        letter.to_requester,
        letter.null_return_path,
        letter.message_id,
        storable(letter.subject),
        letter.raw,
        storable(letter.text),
        at,
        if withheld { "withheld" } else { "waiting" },
        letter.withheld_by,
        withheld.then_some(at),
        letter.provoked,
        at - CLOCKS_DIFFER,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("put a letter into the outbox"))?;
    Ok(OutboxId(id))
}

/// The newest letters that the requester was sent in a request, as plain text.
pub async fn texts_to_requester(
    conn: &mut PgConnection,
    request: RequestId,
    most: i64,
) -> Result<Vec<String>, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT text FROM outbox
        WHERE request_id = $1 AND to_requester AND state <> 'withheld'
        ORDER BY outbox_id DESC
        LIMIT $2
        "#,
        request.0,
        most,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look up what we wrote in a request"))
}

/// Whether a letter of this name was written.
pub async fn has(conn: &mut PgConnection, message_id: &MessageId) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM outbox WHERE message_id = $1) AS "has!""#,
        message_id.as_str(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for a letter by its name"))
}

/// Longer than any pause between two attempts.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(7);

/// A letter that this process may send now.
pub struct Claimed {
    pub id: OutboxId,
    pub request: Option<RequestId>,
    pub kind: String,
    pub recipient: String,
    pub null_return_path: bool,
    pub raw: Vec<u8>,
    /// This attempt included.
    pub attempts: i32,
    /// Since when the relay has put it off, if it has.
    pub postponed_at: Option<DateTime<Utc>>,
}

/// Takes the next letters, counting the attempt. A letter waits while an earlier one
/// to the same recipient is not settled, so at most one letter a recipient is claimed. A process
/// that does not hold its own lease gets none, because its claims would count for nothing. No letter
/// is put off for as long as [`LONGEST_PAUSE`]: where one is, the clock has been set back.
pub async fn claim(
    conn: &mut PgConnection,
    holder: &str,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Claimed>, Error> {
    let mut claimed: Vec<Claimed> = sqlx::query!(
        r#"
        WITH next AS (
            SELECT outbox_id FROM outbox AS letter
            WHERE state = 'waiting' AND (next_attempt_at <= $2 OR next_attempt_at > $5)
              AND NOT EXISTS (
                  SELECT FROM outbox AS earlier
                  WHERE earlier.recipient = letter.recipient
                    AND earlier.outbox_id < letter.outbox_id
                    AND earlier.state IN ('waiting', 'sending')
              )
              AND EXISTS (
                  SELECT FROM leases WHERE name = $4 AND held_until >= clock_timestamp()
              )
            ORDER BY next_attempt_at, outbox_id
            LIMIT $3
            FOR UPDATE SKIP LOCKED
        )
        UPDATE outbox
        SET state = 'sending', attempts = attempts + 1, claimed_by = $1, content_began_at = NULL
        FROM next
        WHERE outbox.outbox_id = next.outbox_id
        RETURNING outbox.outbox_id, request_id, kind, recipient, null_return_path, raw, attempts,
                  postponed_at
        "#,
        holder,
        now,
        limit,
        process_name(holder),
        now + LONGEST_PAUSE,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("claim the next letters"))?
    .into_iter()
    .map(|row| Claimed {
        id: OutboxId(row.outbox_id),
        request: row.request_id.map(RequestId),
        kind: row.kind,
        recipient: row.recipient,
        null_return_path: row.null_return_path,
        raw: row.raw,
        attempts: row.attempts,
        postponed_at: row.postponed_at,
    })
    .collect();
    claimed.sort_by_key(|letter| letter.id);
    Ok(claimed)
}

/// Notes that the content goes over the wire now. False when the claim is no longer ours: then the
/// content must not go.
pub async fn begin_content(
    conn: &mut PgConnection,
    id: OutboxId,
    holder: &str,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    let updated = sqlx::query!(
        r#"
        UPDATE outbox SET content_began_at = $3
        WHERE outbox_id = $1 AND state = 'sending' AND claimed_by = $2
          AND EXISTS (
              SELECT FROM leases WHERE name = $4 AND held_until >= clock_timestamp()
          )
        "#,
        id.0,
        holder,
        at,
        process_name(holder),
    )
    .execute(conn)
    .await
    .map_err(failed_to("note that a letter goes out"))?;
    Ok(updated.rows_affected() == 1)
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settlement {
    Sent,
    TryAgain {
        at: DateTime<Utc>,
    },
    /// It was not the letter's fault: the attempt does not count.
    Postponed {
        at: DateTime<Utc>,
    },
    GivenUp,
    /// It may have been taken.
    Unknown,
}

/// Records the end of an attempt. False when the claim is no longer ours: then only the news that
/// the relay took the letter still counts, because others could not know it.
pub async fn settle(
    conn: &mut PgConnection,
    (id, holder): (OutboxId, &str),
    settlement: Settlement,
    last_error: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let (state, next, settled) = match settlement {
        Settlement::Sent => ("sent", None, Some(now)),
        Settlement::TryAgain { at } | Settlement::Postponed { at } => ("waiting", Some(at), None),
        Settlement::GivenUp => ("given_up", None, Some(now)),
        Settlement::Unknown => ("unknown", None, Some(now)),
    };
    let uncounted = i32::from(matches!(settlement, Settlement::Postponed { .. }));
    let updated = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = $3, next_attempt_at = COALESCE($4, next_attempt_at), settled_at = $5,
            last_error = COALESCE($6, last_error), attempts = attempts - $7, claimed_by = NULL,
            postponed_at = CASE WHEN $7 = 1 THEN COALESCE(postponed_at, $8) ELSE postponed_at END
        WHERE outbox_id = $1
          AND (state = 'sending' AND claimed_by = $2 OR state = 'unknown' AND $3 = 'sent')
        "#,
        id.0,
        holder,
        state,
        next,
        settled,
        last_error.map(storable),
        uncounted,
        now,
    )
    .execute(conn)
    .await
    .map_err(failed_to("settle a letter"))?;
    Ok(updated.rows_affected() == 1)
}

/// The relay takes letters again: forgets that it put any off. Since when it had put off the first, and
/// how many waited, those behind them included; when nobody has asked before.
pub async fn end_postponement(
    conn: &mut PgConnection,
) -> Result<Option<(DateTime<Utc>, i64)>, Error> {
    let row = sqlx::query!(
        r#"
        WITH put_off AS (
            SELECT outbox_id, postponed_at FROM outbox WHERE postponed_at IS NOT NULL
            ORDER BY outbox_id
            FOR UPDATE
        ), forgotten AS (
            UPDATE outbox SET postponed_at = NULL FROM put_off
            WHERE outbox.outbox_id = put_off.outbox_id
        )
        SELECT min(postponed_at) AS since,
               count(*) + (SELECT count(*) FROM outbox
                           WHERE state = 'waiting' AND postponed_at IS NULL) AS "count!"
        FROM put_off
        "#,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("note that the relay takes letters again"))?;
    Ok(row.since.map(|since| (since, row.count)))
}

/// Letters whose process died while it had them, or that `holder` itself let go of when a step
/// failed: call it only while `holder` sends nothing. Those whose content had not begun go back into
/// the queue; the others may have been taken and become `unknown`. Returns the latter.
pub async fn recover_claims(
    conn: &mut PgConnection,
    holder: &str,
    now: DateTime<Utc>,
) -> Result<Vec<(OutboxId, String)>, Error> {
    let rows = sqlx::query!(
        r#"
        UPDATE outbox
        SET state = CASE WHEN content_began_at IS NULL THEN 'waiting' ELSE 'unknown' END,
            settled_at = CASE WHEN content_began_at IS NULL THEN NULL ELSE $1::timestamptz END,
            claimed_by = NULL
        WHERE state = 'sending' AND (claimed_by = $2 OR NOT EXISTS (
            SELECT FROM leases
            WHERE name = 'process:' || claimed_by AND held_until >= clock_timestamp()
        ))
        RETURNING outbox_id, kind, state
        "#,
        now,
        holder,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("take back abandoned letters"))?;
    let unknown = rows.into_iter().filter(|row| row.state == "unknown");
    Ok(unknown.map(|row| (OutboxId(row.outbox_id), row.kind)).collect())
}

/// A trace of a letter was seen (a copy, or a report about it), so it had been taken when its fate
/// became unknown. An acknowledgement stops the first clock from then.
pub async fn settle_unknown_as_sent(
    conn: &mut PgConnection,
    message_id: &str,
) -> Result<bool, Error> {
    let settled = sqlx::query_scalar!(
        r#"
        WITH sent AS (
            UPDATE outbox SET state = 'sent' WHERE message_id = $1 AND state = 'unknown'
            RETURNING outbox_id, request_id, kind, settled_at
        ), acknowledged AS (
            UPDATE requests SET acknowledged_at = COALESCE(acknowledged_at, sent.settled_at)
            FROM sent
            WHERE requests.request_id = sent.request_id AND sent.kind = 'acknowledgement'
        )
        SELECT outbox_id FROM sent
        "#,
        message_id,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("settle a letter of unknown fate"))?;
    Ok(settled.is_some())
}

/// Whether a letter of this kind about the request has been written to this address.
pub async fn was_written(
    conn: &mut PgConnection,
    request: RequestId,
    kind: &str,
    recipient: &EmailAddress,
) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT EXISTS (
            SELECT FROM outbox
            WHERE request_id = $1 AND kind = $2 AND recipient = $3 AND state <> 'withheld'
        ) AS "was!"
        "#,
        request.0,
        kind,
        recipient.as_str().to_lowercase(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for an earlier letter"))
}
