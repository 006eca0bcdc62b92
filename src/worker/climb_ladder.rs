//! The escalation ladder: reminders and overdue notices, each once a request.
//!
//! Found by an index on the instant of the next rung, so the cost grows with what is due.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tracing::info;

use crate::clock::Clock;
use crate::store::{PgConnection, Store, leases, requests};
use crate::triage::decide::Event;
use crate::triage::letters::Thread;
use crate::triage::summary::summarise;
use crate::triage::{Content, LadderStep, Letter, RequestSummary, Rules};
use crate::worker::desk::Desk;
use crate::worker::{Bell, Progress, end};

/// Requests a transaction. All that become overdue at the same moment are one mail to the CISO.
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
        for id in &due {
            let event = Event::StepReached { now };
            let decision = self.desk.handle(conn, *id, (event, None), now).await?;
            let step = decision.request.owed.as_ref().map(|owed| owed.next_step);
            if step == Some(LadderStep::Summary) {
                overdue.push(summarise(&decision.request, &self.desk.rules));
            }
        }
        let escalated = overdue.len();
        if !overdue.is_empty() {
            let letter = overdue_notice(overdue, now, &self.desk.rules);
            self.desk.post(conn, None, &letter, now).await?;
        }
        let reminded = due.len() - escalated;
        info!(reminded, escalated, "ladder: {reminded} reminded, {escalated} escalated");
        Ok(Progress::Worked)
    }
}

fn overdue_notice(requests: Vec<RequestSummary>, at: DateTime<Utc>, rules: &Rules) -> Letter {
    Letter {
        to: rules.policy.person(&rules.policy.team.ciso),
        about: None,
        thread: Thread::default(),
        content: Content::Overdue { requests, at },
    }
}

pub(super) fn is_working_time(rules: &Rules, now: DateTime<Utc>) -> bool {
    let ladder = &rules.policy.ladder;
    rules.calendar.is_working_time(now, ladder.working_from, ladder.working_until)
}
