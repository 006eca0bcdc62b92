//! Finding requests: by name, by what is due, by what is open.
//!
//! Each search gives ids; [`load`] alone knows the columns of a request.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::intake::Answers;
use crate::store::{Error, RequestId, answers, failed_to};
use crate::triage::{Reference, Request};

use super::row::Row;

/// What was found: a row that cannot be read keeps no other from being shown.
#[derive(Default)]
pub struct Found {
    pub requests: Vec<(RequestId, Request)>,
    pub damaged: Vec<Damaged>,
}

/// A request of which no more is known than its name, and why.
pub struct Damaged {
    pub reference: Reference,
    pub error: Error,
}

/// These requests with their answers, in the order of the ids.
async fn load(conn: &mut PgConnection, ids: &[i64]) -> Result<Found, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Value>", next_step,
               next_step_at, route, route_because, urgent, writes_welsh, need_kinds, milestone_from,
               milestone_to, provenance, provenance_address, provenance_name,
               (SELECT withheld_by FROM outbox
                WHERE outbox.request_id = requests.request_id AND kind = 'acknowledgement'
                  AND outbox.state = 'withheld'
                LIMIT 1) AS unacknowledged
        FROM requests
        WHERE request_id = ANY ($1)
        "#,
        ids,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("read requests"))?;

    let mut answers = answers::standing(conn, ids).await?;
    let mut read = BTreeMap::new();
    let mut found = Found::default();
    for row in rows {
        let (id, reference) = (row.request_id, row.reference.clone());
        let given = answers.remove(&RequestId(id)).unwrap_or_else(|| Ok(Answers::new()));
        match given.and_then(|answers| row.into_request(answers)) {
            Ok((id, request)) => {
                read.insert(id.0, request);
            }
            Err(error) => {
                found.damaged.push(Damaged { reference: Reference::stored(reference), error });
            }
        }
    }
    let in_order = ids.iter().filter_map(|id| Some((RequestId(*id), read.remove(id)?)));
    found.requests.extend(in_order);
    Ok(found)
}

/// The request, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: RequestId) -> Result<Request, Error> {
    let locked = sqlx::query_scalar!(
        r#"SELECT request_id FROM requests WHERE request_id = $1 FOR UPDATE"#,
        id.0,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("lock a request"))?;

    let mut found = load(conn, &locked).await?;
    match (found.requests.pop(), found.damaged.pop()) {
        (Some((_, request)), _) => Ok(request),
        (None, Some(damaged)) => Err(damaged.error),
        (None, None) => {
            Err(Error::Impossible { table: "requests", column: "request_id", row: id.0 })
        }
    }
}

/// Requests whose next rung is reached, longest first, locked until the transaction ends; those
/// that another process has in hand are skipped.
pub async fn lock_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<RequestId>, Error> {
    let ids = sqlx::query_scalar!(
        r#"
        SELECT request_id FROM requests
        WHERE next_step_at <= $1
        ORDER BY next_step_at, request_id
        LIMIT $2
        FOR UPDATE SKIP LOCKED
        "#,
        now,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("find requests whose next step is due"))?;
    Ok(ids.into_iter().map(RequestId).collect())
}

/// Requests that the daily CISO summary carries: overdue, and the first notice has gone out.
pub async fn still_overdue(conn: &mut PgConnection) -> Result<Found, Error> {
    let ids = sqlx::query_scalar!(
        r#"SELECT request_id FROM requests WHERE next_step = 'summary' ORDER BY due_at, request_id"#,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("find overdue requests"))?;
    load(conn, &ids).await
}

/// Everything that a consultant may have to act on, most pressing first, at most `limit`.
pub async fn open(conn: &mut PgConnection, limit: i64) -> Result<Found, Error> {
    let ids = sqlx::query_scalar!(
        r#"
        SELECT request_id FROM requests
        WHERE state NOT IN ('closed', 'redirected')
        ORDER BY due_at NULLS LAST, request_id
        LIMIT $1
        "#,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("list the open requests"))?;
    load(conn, &ids).await
}

/// The newest requests, newest first.
pub async fn newest(conn: &mut PgConnection, limit: i64) -> Result<Found, Error> {
    let ids = sqlx::query_scalar!(
        r#"SELECT request_id FROM requests ORDER BY request_id DESC LIMIT $1"#,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("list the requests"))?;
    load(conn, &ids).await
}

/// The request that was opened last. `None`: there is none yet.
pub async fn newest_id(conn: &mut PgConnection) -> Result<Option<RequestId>, Error> {
    let id = sqlx::query_scalar!(r#"SELECT max(request_id) FROM requests"#)
        .fetch_one(conn)
        .await
        .map_err(failed_to("find the newest request"))?;
    Ok(id.map(RequestId))
}

/// The name of a request whose other columns may be unreadable.
pub async fn reference(conn: &mut PgConnection, id: RequestId) -> Result<Reference, Error> {
    let reference =
        sqlx::query_scalar!(r#"SELECT reference FROM requests WHERE request_id = $1"#, id.0)
            .fetch_one(conn)
            .await
            .map_err(failed_to("look up the name of a request"))?;
    Ok(Reference::stored(reference))
}

/// The request of that name, in any case of letters.
pub async fn find(conn: &mut PgConnection, reference: &str) -> Result<Option<RequestId>, Error> {
    let id = sqlx::query_scalar!(
        r#"SELECT request_id FROM requests WHERE reference = upper($1)"#,
        reference,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up a reference"))?;
    Ok(id.map(RequestId))
}

/// The request that the reference stands for now: [`find`], or the one that it became part of.
pub async fn find_kept(
    conn: &mut PgConnection,
    reference: &str,
) -> Result<Option<RequestId>, Error> {
    let id = sqlx::query_scalar!(
        r#"SELECT COALESCE(merged_into, request_id) AS "id!" FROM requests
           WHERE reference = upper($1)"#,
        reference,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up what a reference stands for"))?;
    Ok(id.map(RequestId))
}
