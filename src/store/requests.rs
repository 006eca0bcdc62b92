//! Table `requests`: one piece of asked-for help a row.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::calendar::{Days, Deadline};
use crate::intake::{Answers, NeedKind, Route};
use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, Person};
use crate::triage::{LadderStep, Owed, Reference, Request, State};

use super::{Error, RequestId, answers, failed_to, storable};

/// The next reference of that year. Its row stays locked until the transaction ends, so numbers
/// have no gaps.
pub async fn next_reference(
    conn: &mut PgConnection,
    prefix: &str,
    year: i32,
) -> Result<Reference, Error> {
    let number = sqlx::query_scalar!(
        r#"
        INSERT INTO reference_counters AS counter (year, last_number) VALUES ($1, 1)
        ON CONFLICT (year) DO UPDATE SET last_number = counter.last_number + 1
        RETURNING last_number
        "#,
        year,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("give a request its reference"))?;
    Ok(Reference::new(prefix, year, number))
}

/// The columns that a decision may change.
struct Changeable<'a> {
    state: &'static str,
    consultant: Option<&'a str>,
    redirect_team: Option<&'a str>,
    due_on: Option<NaiveDate>,
    due_at: Option<DateTime<Utc>>,
    deadline: Option<Json<&'a Deadline>>,
    next_step: Option<&'static str>,
    next_step_at: Option<DateTime<Utc>>,
    need_kinds: Vec<String>,
}

fn changeable(request: &Request) -> Changeable<'_> {
    let owed = request.owed.as_ref();
    let (next_step, next_step_at) = match owed.map(|owed| owed.next_step) {
        None => (None, None),
        Some(LadderStep::Remind { at }) => (Some("remind"), Some(at)),
        Some(LadderStep::Escalate { at }) => (Some("escalate"), Some(at)),
        Some(LadderStep::Summary) => (Some("summary"), None),
    };
    Changeable {
        state: request.state.name(),
        consultant: request.state.consultant().map(EmailAddress::as_str),
        redirect_team: match &request.state {
            State::Redirected { team, .. } => Some(team),
            State::New
            | State::Assigned { .. }
            | State::InProgress { .. }
            | State::WaitingForRequester { .. }
            | State::Closed { .. }
            | State::Disputed { .. } => None,
        },
        due_on: owed.map(|owed| owed.deadline.due_on),
        due_at: owed.map(|owed| owed.deadline.due_at),
        deadline: owed.map(|owed| Json(&owed.deadline)),
        next_step,
        next_step_at,
        need_kinds: request.need_kinds.iter().map(|kind| kind.name().to_owned()).collect(),
    }
}

/// Stores a new request, without its answers.
pub async fn insert(
    conn: &mut PgConnection,
    request: &Request,
    linked_to: Option<RequestId>,
) -> Result<RequestId, Error> {
    let row = changeable(request);
    let id = sqlx::query_scalar!(
        r#"
        INSERT INTO requests
            (reference, requester_address, requester_name, subject, received_at, state, consultant,
             redirect_team, due_on, due_at, deadline, next_step, next_step_at, route,
             route_because, urgent, need_kinds, milestone_from, milestone_to, linked_to)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20)
        RETURNING request_id
        "#,
        request.reference.as_str(),
        request.requester.address.as_str(),
        request.requester.name.as_ref().map(|name| storable(&name.0)),
        storable(&request.subject),
        request.received_at,
        row.state,
        row.consultant,
        row.redirect_team,
        row.due_on,
        row.due_at,
        row.deadline as _,
        row.next_step,
        row.next_step_at,
        request.route.name(),
        storable(&request.route_because),
        request.urgent,
        &row.need_kinds,
        request.milestone.map(|days| days.from),
        request.milestone.map(|days| days.to),
        linked_to.map(|id| id.0),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("store a request"))?;
    Ok(RequestId(id))
}

/// Saves what a decision may have changed, without the answers.
pub async fn save(conn: &mut PgConnection, id: RequestId, request: &Request) -> Result<(), Error> {
    let row = changeable(request);
    sqlx::query!(
        r#"
        UPDATE requests
        SET state = $2, consultant = $3, redirect_team = $4, due_on = $5, due_at = $6,
            deadline = $7, next_step = $8, next_step_at = $9, route = $10, route_because = $11,
            urgent = $12, need_kinds = $13, milestone_from = $14, milestone_to = $15
        WHERE request_id = $1
        "#,
        id.0,
        row.state,
        row.consultant,
        row.redirect_team,
        row.due_on,
        row.due_at,
        row.deadline as _,
        row.next_step,
        row.next_step_at,
        request.route.name(),
        storable(&request.route_because),
        request.urgent,
        &row.need_kinds,
        request.milestone.map(|days| days.from),
        request.milestone.map(|days| days.to),
    )
    .execute(conn)
    .await
    .map_err(failed_to("save a request"))?;
    Ok(())
}

/// A human replied: the second clock stops. The first reply counts.
pub async fn mark_replied(
    conn: &mut PgConnection,
    id: RequestId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"UPDATE requests SET replied_at = COALESCE(replied_at, $2) WHERE request_id = $1"#,
        id.0,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record a human reply"))?;
    Ok(())
}

/// The acknowledgement left: the first clock stops.
pub async fn mark_acknowledged(
    conn: &mut PgConnection,
    id: RequestId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"UPDATE requests SET acknowledged_at = COALESCE(acknowledged_at, $2)
           WHERE request_id = $1"#,
        id.0,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record an acknowledgement"))?;
    Ok(())
}

struct Row {
    request_id: i64,
    reference: String,
    requester_address: String,
    requester_name: Option<String>,
    subject: String,
    received_at: DateTime<Utc>,
    state: String,
    consultant: Option<String>,
    redirect_team: Option<String>,
    deadline: Option<Json<Deadline>>,
    next_step: Option<String>,
    next_step_at: Option<DateTime<Utc>>,
    route: String,
    route_because: String,
    urgent: bool,
    need_kinds: Vec<String>,
    milestone_from: Option<NaiveDate>,
    milestone_to: Option<NaiveDate>,
}

impl Row {
    fn impossible(&self, column: &'static str) -> Error {
        Error::Impossible { table: "requests", column, row: self.request_id }
    }

    fn state(&self) -> Result<State, Error> {
        let consultant =
            self.consultant.as_deref().and_then(|address| EmailAddress::parse(address).ok());
        let held = || consultant.clone().ok_or_else(|| self.impossible("consultant"));
        Ok(match self.state.as_str() {
            "new" => State::New,
            "assigned" => State::Assigned { to: held()? },
            "in_progress" => State::InProgress { by: held()? },
            "waiting_for_requester" => State::WaitingForRequester { asked_by: held()? },
            "redirected" => {
                let team = self.redirect_team.clone();
                let team = team.ok_or_else(|| self.impossible("redirect_team"))?;
                State::Redirected { by: held()?, team }
            }
            "closed" => State::Closed { by: held()? },
            "disputed" => State::Disputed { decided_by: consultant },
            _ => return Err(self.impossible("state")),
        })
    }

    fn owed(&self) -> Result<Option<Owed>, Error> {
        let Some(Json(deadline)) = &self.deadline else {
            return Ok(None);
        };
        let next_step = match (self.next_step.as_deref(), self.next_step_at) {
            (Some("remind"), Some(at)) => LadderStep::Remind { at },
            (Some("escalate"), Some(at)) => LadderStep::Escalate { at },
            (Some("summary"), None) => LadderStep::Summary,
            _ => return Err(self.impossible("next_step")),
        };
        Ok(Some(Owed { deadline: deadline.clone(), next_step }))
    }

    /// The request without its answers, which have a table of their own.
    fn into_request(self) -> Result<(RequestId, Request), Error> {
        let address = EmailAddress::parse(&self.requester_address)
            .map_err(|_| self.impossible("requester_address"))?;
        let need_kinds: Option<_> =
            self.need_kinds.iter().map(|name| NeedKind::from_name(name)).collect();
        let milestone = self.milestone_from.zip(self.milestone_to);
        let request = Request {
            state: self.state()?,
            owed: self.owed()?,
            need_kinds: need_kinds.ok_or_else(|| self.impossible("need_kinds"))?,
            route: Route::from_name(&self.route).ok_or_else(|| self.impossible("route"))?,
            milestone: milestone.map(|(from, to)| Days { from, to }),
            reference: Reference::stored(self.reference),
            requester: Person { name: self.requester_name.map(PersonName), address },
            subject: self.subject,
            received_at: self.received_at,
            answers: Answers::new(),
            route_because: self.route_because,
            urgent: self.urgent,
        };
        Ok((RequestId(self.request_id), request))
    }
}

async fn with_answers(
    conn: &mut PgConnection,
    rows: Vec<Row>,
) -> Result<Vec<(RequestId, Request)>, Error> {
    let mut requests = Vec::with_capacity(rows.len());
    for row in rows {
        let (id, mut request) = row.into_request()?;
        request.answers = answers::standing(conn, id).await?;
        requests.push((id, request));
    }
    Ok(requests)
}

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

pub async fn mark_digested(
    conn: &mut PgConnection,
    ids: &[RequestId],
    day: NaiveDate,
) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(r#"UPDATE requests SET digested_on = $2 WHERE request_id = ANY ($1)"#, &ids, day,)
        .execute(conn)
        .await
        .map_err(failed_to("mark requests as shown"))?;
    Ok(())
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
