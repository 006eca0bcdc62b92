//! A request as letters show it.

use chrono::NaiveDate;

use crate::intake::Question;
use crate::triage::decide::holder;
use crate::triage::letters::Due;
use crate::triage::names::team_for;
use crate::triage::{AnswerShown, Request, RequestSummary, Rules};

pub fn summarise(request: &Request, rules: &Rules) -> RequestSummary {
    let consultant = request.state.consultant().map(|address| {
        let known = rules.policy.consultant(address).map(|consultant| consultant.name.0.clone());
        known.unwrap_or_else(|| address.as_str().to_owned())
    });
    RequestSummary {
        reference: request.reference.clone(),
        requester: request.requester.clone(),
        provenance: request.provenance.clone(),
        subject: request.subject.clone(),
        received_at: request.received_at,
        received_on: rules.calendar.local_day(request.received_at),
        state: request.state.clone(),
        consultant,
        is_away: false,
        is_new: false,
        due: request.owed.as_ref().map(|owed| Due {
            on: owed.deadline.due_on,
            at: owed.deadline.due_at,
            explanation: owed.deadline.explanation.text(),
        }),
        answers: Question::ALL
            .into_iter()
            .map(|question| {
                let answer = request.answers.get(&question);
                AnswerShown {
                    question,
                    text: answer.map(|answer| answer.text.clone()),
                    sure: answer.is_some_and(|answer| answer.confidence >= rules.policy.sure_from),
                }
            })
            .collect(),
        milestone: request.milestone,
        route: request.route,
        route_because: request.route_because.clone(),
        suggested_team: suggested(request, rules.calendar.local_day(request.received_at), rules),
        urgent: request.urgent,
        writes_welsh: request.writes_welsh,
        unacknowledged: request.unacknowledged.clone().filter(|_| request.owed.is_some()),
    }
}

/// As seen on that day, on which not everybody may be at work.
pub fn summarise_on(request: &Request, day: NaiveDate, rules: &Rules) -> RequestSummary {
    let is_away = holder(request, rules).is_some_and(|consultant| !consultant.works_on(day));
    let suggested_team = suggested(request, day, rules);
    RequestSummary { is_away, suggested_team, ..summarise(request, rules) }
}

fn suggested(request: &Request, day: NaiveDate, rules: &Rules) -> Option<String> {
    team_for(request.route, day, &rules.policy).map(|team| team.name.clone())
}
