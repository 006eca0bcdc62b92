//! The escalation ladder: reminders and overdue notices, each once a request.
//!
//! Found by an index on the instant of the next rung, so the cost grows with what is due. A request
//! whose step fails is set aside and keeps no other from its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use tracing::info;

use crate::clock::Clock;
use crate::mail::Person;
use crate::store::{self, PgConnection, RequestId, Store, leases, requests};
use crate::triage::decide::{Event, reminded};
use crate::triage::letters::Thread;
use crate::triage::summary::summarise_on;
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

/// What one letter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rung {
    Reminder,
    Overdue,
}

/// What each recipient is told, and of which requests.
type Notices = BTreeMap<(Rung, Person), Several>;
type Several = Vec<(RequestId, RequestSummary)>;

/// A request that has climbed, and who hears of it.
struct Climbed {
    rung: Rung,
    to: Vec<Person>,
    summary: RequestSummary,
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

        let mut notices = Notices::new();
        let (mut reminded, mut escalated, mut failed) = (0, 0, 0);
        for id in due {
            store::begin_part(conn).await?;
            let climbed = self.climb_one(conn, id, now).await;
            match store::end_part(conn, climbed).await? {
                Ok(Climbed { rung, to, summary }) => {
                    *(if rung == Rung::Overdue { &mut escalated } else { &mut reminded }) += 1;
                    for to in to {
                        notices.entry((rung, to)).or_default().push((id, summary.clone()));
                    }
                }
                // Then the whole step is done again, and no request is to blame.
                Err(failure) if store::may_pass(&failure) => return Err(failure),
                Err(failure) => {
                    failed += 1;
                    self.desk.set_aside(conn, id, &failure, now).await?;
                }
            }
        }
        for ((rung, to), requests) in notices {
            self.tell(conn, (rung, to), requests, now).await?;
        }
        info!(
            reminded,
            escalated,
            failed,
            "ladder: {reminded} reminded, {escalated} escalated, {failed} failed"
        );
        Ok(Progress::Worked)
    }

    /// Fails when the letter about the request alone could not be written.
    async fn climb_one(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Climbed> {
        let rules = &self.desk.rules;
        let today = rules.calendar.local_day(now);
        let event = Event::StepReached { now };
        let request = self.desk.handle(conn, id, (event, None), now).await?.request;
        let summary = summarise_on(&request, today, rules);
        let step = request.owed.as_ref().map(|owed| owed.next_step);
        let (rung, to) = if step == Some(LadderStep::Summary) {
            (Rung::Overdue, rules.policy.escalated_to())
        } else {
            (Rung::Reminder, reminded(&request, today, rules))
        };
        let first = to.first().cloned().context("nobody to tell")?;
        let (_, letter) = self.letter((rung, first), vec![(id, summary.clone())], now);
        self.desk.can_write(&letter, now)?;
        Ok(Climbed { rung, to, summary })
    }

    /// In one letter, or in one for each request where a letter about all cannot be written.
    async fn tell(
        &self,
        conn: &mut PgConnection,
        (rung, to): (Rung, Person),
        requests: Several,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (about, together) = self.letter((rung, to.clone()), requests.clone(), now);
        if self.desk.can_write(&together, now).is_ok() {
            return self.desk.post(conn, about, &together, now).await;
        }
        for one in requests {
            let (about, alone) = self.letter((rung, to.clone()), vec![one], now);
            self.desk.post(conn, about, &alone, now).await?;
        }
        Ok(())
    }

    /// The letter, and the request it is about when that is only one.
    fn letter(
        &self,
        (rung, to): (Rung, Person),
        requests: Several,
        at: DateTime<Utc>,
    ) -> (Option<RequestId>, Letter) {
        let (id, about) = match requests.as_slice() {
            [(id, one)] => (Some(*id), Some(one.reference.clone())),
            _ => (None, None),
        };
        let requests = requests.into_iter().map(|(_, request)| request).collect();
        let rules = &self.desk.rules;
        let content = match rung {
            Rung::Reminder => Content::Reminder { requests, today: rules.calendar.local_day(at) },
            Rung::Overdue => {
                Content::Overdue { requests, at, summed_up: rules.policy.ladder.summary }
            }
        };
        (id, Letter { to, about, thread: Thread::default(), content })
    }
}

pub(super) fn is_working_time(rules: &Rules, now: DateTime<Utc>) -> bool {
    let ladder = &rules.policy.ladder;
    rules.calendar.is_working_time(now, ladder.working_from, ladder.working_until)
}
