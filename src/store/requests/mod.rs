//! Table `requests`: one piece of asked-for help a row. Writing; finding is in `find`.

mod find;
mod row;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::calendar::Deadline;
use crate::mail::{EmailAddress, Person};
use crate::triage::{LadderStep, Provenance, Reference, Request, State};

use super::{Error, RequestId, failed_to, storable};

pub use find::{
    Damaged, Found, find, find_kept, lock, lock_due, newest, newest_id, open, reference,
    still_overdue,
};

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
    requester_name: Option<String>,
    provenance: Option<&'static str>,
    provenance_address: Option<&'a str>,
    provenance_name: Option<String>,
}

fn changeable(request: &Request) -> Changeable<'_> {
    let owed = request.owed.as_ref();
    let provenance = request.provenance.as_ref();
    let shown = |person: &Person| person.name.as_ref().map(|name| storable(&name.0));
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
        requester_name: shown(&request.requester),
        provenance: provenance.map(Provenance::name),
        provenance_address: provenance.map(|known| known.person().address.as_str()),
        provenance_name: provenance.and_then(|known| shown(known.person())),
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
             route_because, urgent, need_kinds, milestone_from, milestone_to, linked_to,
             writes_welsh, provenance, provenance_address, provenance_name)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                $19, $20, $21, $22, $23, $24)
        RETURNING request_id
        "#,
        request.reference.as_str(),
        request.requester.address.as_str(),
        row.requester_name,
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
        request.writes_welsh,
        row.provenance,
        row.provenance_address,
        row.provenance_name,
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
            urgent = $12, need_kinds = $13, milestone_from = $14, milestone_to = $15,
            writes_welsh = $16, requester_address = $17, requester_name = $18, provenance = $19,
            provenance_address = $20, provenance_name = $21
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
        request.writes_welsh,
        request.requester.address.as_str(),
        row.requester_name,
        row.provenance,
        row.provenance_address,
        row.provenance_name,
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

/// The next rung waits until then.
pub async fn postpone_step(
    conn: &mut PgConnection,
    id: RequestId,
    until: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE requests SET next_step_at = $2
        WHERE request_id = $1 AND next_step_at IS NOT NULL
        "#,
        id.0,
        until,
    )
    .execute(conn)
    .await
    .map_err(failed_to("postpone the next step of a request"))?;
    Ok(())
}
