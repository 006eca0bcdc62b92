//! The escalation ladder: reminders and overdue notices, each once a request.
//!
//! Found by an index on the instant of the next rung, so the cost grows with what is due.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::info;

use crate::clock::Clock;
use crate::mail::Person;
use crate::store::{PgConnection, RequestId, Store, leases, requests};
use crate::triage::decide::{Event, reminded};
use crate::triage::letters::Thread;
use crate::triage::summary::summarise;
use crate::triage::{Content, LadderStep, Letter, RequestSummary, Rules};
use crate::worker::desk::Desk;
use crate::worker::{Bell, Progress, end};

/// Requests a transaction. All that become overdue at the same moment are one mail to the CISO, and
/// all that are due one reminder to each consultant.
const BATCH: i64 = 1_000;

#[derive(Clone)]
pub struct ClimbLadder {
    pub store: Store,
    pub desk: Desk,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
}

impl ClimbLadder {
    /// Takes every request whose next rung is reached one rung up. Does nothing outside working
    /// time: what is due then waits for the next working morning.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let now = self.clock.now();
        if !is_working_time(&self.desk.rules, now) {
            return Ok(Progress::Idle);
        }
        let mut tx = self.store.begin().await?;
        let done = self.climb(&mut tx, now).await;
        let progress = end(tx, done).await?;
        if progress == Progress::Worked {
            self.outbox.ring();
        }
        Ok(progress)
    }

    async fn climb(&self, conn: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<Progress> {
        // Two processes would each find some of what is overdue now: two mails to the CISO.
        if !leases::alone_at(conn, "climb_ladder").await? {
            return Ok(Progress::Idle);
        }
        let due = requests::lock_due(conn, now, BATCH).await?;
        if due.is_empty() {
            return Ok(Progress::Idle);
        }

        let mut overdue = Vec::new();
        let mut reminders = Reminders::new();
        for id in &due {
            let event = Event::StepReached { now };
            let decision = self.desk.handle(conn, *id, (event, None), now).await?;
            let step = decision.request.owed.as_ref().map(|owed| owed.next_step);
            let summary = summarise(&decision.request, &self.desk.rules);
            if step == Some(LadderStep::Summary) {
                overdue.push((*id, summary));
            } else {
                for to in reminded(&decision.request, &self.desk.rules) {
                    reminders.entry(to).or_default().push((*id, summary.clone()));
                }
            }
        }
        let escalated = overdue.len();
        for (to, requests) in reminders {
            let (about, letter) = reminder(to, requests, now, &self.desk.rules);
            self.desk.post(conn, about, &letter, now).await?;
        }
        if !overdue.is_empty() {
            let (about, letter) = overdue_notice(overdue, now, &self.desk.rules);
            self.desk.post(conn, about, &letter, now).await?;
        }
        let reminded = due.len() - escalated;
        info!(reminded, escalated, "ladder: {reminded} reminded, {escalated} escalated");
        Ok(Progress::Worked)
    }
}

type Several = Vec<(RequestId, RequestSummary)>;

/// What each recipient is reminded of.
type Reminders = BTreeMap<Person, Several>;

/// The letter, and the request it is about when that is only one.
fn reminder(
    to: Person,
    requests: Several,
    now: DateTime<Utc>,
    rules: &Rules,
) -> (Option<RequestId>, Letter) {
    let today = rules.calendar.local_day(now);
    about_several(to, requests, |requests| Content::Reminder { requests, today })
}

fn overdue_notice(
    requests: Several,
    at: DateTime<Utc>,
    rules: &Rules,
) -> (Option<RequestId>, Letter) {
    let ciso = rules.policy.person(&rules.policy.team.ciso);
    about_several(ciso, requests, |requests| Content::Overdue { requests, at })
}

fn about_several(
    to: Person,
    requests: Several,
    content: impl FnOnce(Vec<RequestSummary>) -> Content,
) -> (Option<RequestId>, Letter) {
    let (id, about) = match requests.as_slice() {
        [(id, one)] => (Some(*id), Some(one.reference.clone())),
        _ => (None, None),
    };
    let content = content(requests.into_iter().map(|(_, request)| request).collect());
    (id, Letter { to, about, thread: Thread::default(), content })
}

pub(super) fn is_working_time(rules: &Rules, now: DateTime<Utc>) -> bool {
    let ladder = &rules.policy.ladder;
    rules.calendar.is_working_time(now, ladder.working_from, ladder.working_until)
}
