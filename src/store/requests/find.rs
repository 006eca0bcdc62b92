//! Finding requests: by name, by what is due, by what is open.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::calendar::Deadline;
use crate::store::{Error, RequestId, answers, failed_to};
use crate::triage::Request;

use super::row::{Row, with_answers};

/// The request, locked until the transaction ends.
pub async fn lock(conn: &mut PgConnection, id: RequestId) -> Result<Request, Error> {
    let row = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Deadline>", next_step,
               next_step_at, route, route_because, urgent, need_kinds, milestone_from, milestone_to
        FROM requests
        WHERE request_id = $1
        FOR UPDATE
        "#,
        id.0,
    )
    .fetch_one(&mut *conn)
    .await
    .map_err(failed_to("read a request"))?;

    let (id, mut request) = row.into_request()?;
    request.answers = answers::standing(conn, id).await?;
    Ok(request)
}

/// Requests whose next rung is reached, longest first, locked until the transaction ends; those
/// that another process has in hand are skipped.
pub async fn lock_due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<(RequestId, Request)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Deadline>", next_step,
               next_step_at, route, route_because, urgent, need_kinds, milestone_from, milestone_to
        FROM requests
        WHERE next_step_at <= $1
        ORDER BY next_step_at, request_id
        LIMIT $2
        FOR UPDATE SKIP LOCKED
        "#,
        now,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("find requests whose next step is due"))?;
    with_answers(conn, rows).await
}

/// Requests that the daily CISO summary carries: overdue, and the first notice has gone out.
pub async fn still_overdue(conn: &mut PgConnection) -> Result<Vec<(RequestId, Request)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Deadline>", next_step,
               next_step_at, route, route_because, urgent, need_kinds, milestone_from, milestone_to
        FROM requests
        WHERE next_step = 'summary'
        ORDER BY due_at, request_id
        "#,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("find overdue requests"))?;
    with_answers(conn, rows).await
}

/// Everything that a consultant may have to act on, most pressing first, at most `limit`.
pub async fn open(conn: &mut PgConnection, limit: i64) -> Result<Vec<(RequestId, Request)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Deadline>", next_step,
               next_step_at, route, route_because, urgent, need_kinds, milestone_from, milestone_to
        FROM requests
        WHERE state NOT IN ('closed', 'redirected')
        ORDER BY due_at NULLS LAST, request_id
        LIMIT $1
        "#,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("list the open requests"))?;
    with_answers(conn, rows).await
}

/// Requests that no digest has shown yet, oldest first.
pub async fn undigested(conn: &mut PgConnection) -> Result<Vec<RequestId>, Error> {
    let ids = sqlx::query_scalar!(
        r#"SELECT request_id FROM requests WHERE digested_on IS NULL ORDER BY request_id"#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("find requests that no digest has shown"))?;
    Ok(ids.into_iter().map(RequestId).collect())
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

/// The newest requests, newest first.
pub async fn newest(
    conn: &mut PgConnection,
    limit: i64,
) -> Result<Vec<(RequestId, Request)>, Error> {
    let rows = sqlx::query_as!(
        Row,
        r#"
        SELECT request_id, reference, requester_address, requester_name, subject, received_at,
               state, consultant, redirect_team, deadline AS "deadline: Json<Deadline>", next_step,
               next_step_at, route, route_because, urgent, need_kinds, milestone_from, milestone_to
        FROM requests
        ORDER BY request_id DESC
        LIMIT $1
        "#,
        limit,
    )
    .fetch_all(&mut *conn)
    .await
    .map_err(failed_to("list the requests"))?;
    with_answers(conn, rows).await
}
