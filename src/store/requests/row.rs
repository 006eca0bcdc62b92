//! A row of table `requests` as the request that the desk knows.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use serde_json::Value;
use sqlx::types::Json;

use crate::calendar::{Days, Deadline};
use crate::intake::{Answers, NeedKind, Route};
use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, Person};
use crate::store::{Error, RequestId};
use crate::triage::{LadderStep, Owed, Provenance, Reference, Request, State};

pub(super) struct Row {
    pub(super) request_id: i64,
    pub(super) reference: String,
    pub(super) requester_address: String,
    pub(super) requester_name: Option<String>,
    pub(super) subject: String,
    pub(super) received_at: DateTime<Utc>,
    pub(super) state: String,
    pub(super) consultant: Option<String>,
    pub(super) redirect_team: Option<String>,
    /// Looked into row by row, so that one that is damaged spoils no other.
    pub(super) deadline: Option<Json<Value>>,
    pub(super) next_step: Option<String>,
    pub(super) next_step_at: Option<DateTime<Utc>>,
    pub(super) route: String,
    pub(super) route_because: String,
    pub(super) urgent: bool,
    pub(super) writes_welsh: bool,
    pub(super) unacknowledged: Option<String>,
    pub(super) need_kinds: Vec<String>,
    pub(super) milestone_from: Option<NaiveDate>,
    pub(super) milestone_to: Option<NaiveDate>,
    pub(super) provenance: Option<String>,
    pub(super) provenance_address: Option<String>,
    pub(super) provenance_name: Option<String>,
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
        let deadline: Deadline =
            Deadline::deserialize(deadline).map_err(|_| self.impossible("deadline"))?;
        let next_step = match (self.next_step.as_deref(), self.next_step_at) {
            (Some("remind"), Some(at)) => LadderStep::Remind { at },
            (Some("escalate"), Some(at)) => LadderStep::Escalate { at },
            (Some("summary"), None) => LadderStep::Summary,
            _ => return Err(self.impossible("next_step")),
        };
        Ok(Some(Owed { deadline, next_step }))
    }

    fn provenance(&self) -> Result<Option<Provenance>, Error> {
        let (Some(how), Some(address)) = (&self.provenance, &self.provenance_address) else {
            return Ok(None);
        };
        let address =
            EmailAddress::parse(address).map_err(|_| self.impossible("provenance_address"))?;
        let person = Person { name: self.provenance_name.clone().map(PersonName), address };
        Provenance::stored(how, person).map(Some).ok_or_else(|| self.impossible("provenance"))
    }

    /// The answers have a table of their own.
    pub(super) fn into_request(self, answers: Answers) -> Result<(RequestId, Request), Error> {
        let address = EmailAddress::parse(&self.requester_address)
            .map_err(|_| self.impossible("requester_address"))?;
        let need_kinds: Option<_> =
            self.need_kinds.iter().map(|name| NeedKind::from_name(name)).collect();
        let milestone = self.milestone_from.zip(self.milestone_to);
        let request = Request {
            state: self.state()?,
            owed: self.owed()?,
            provenance: self.provenance()?,
            need_kinds: need_kinds.ok_or_else(|| self.impossible("need_kinds"))?,
            route: Route::from_name(&self.route).ok_or_else(|| self.impossible("route"))?,
            milestone: milestone.map(|(from, to)| Days { from, to }),
            reference: Reference::stored(self.reference),
            requester: Person { name: self.requester_name.map(PersonName), address },
            subject: self.subject,
            received_at: self.received_at,
            answers,
            route_because: self.route_because,
            urgent: self.urgent,
            writes_welsh: self.writes_welsh,
            unacknowledged: self.unacknowledged,
        };
        Ok((RequestId(self.request_id), request))
    }
}
