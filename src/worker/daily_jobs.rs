//! What goes out once a working day: the digest, the CISO summary, and a warning when the
//! bank-holiday data ends.
//!
//! A job's row in `daily_runs` is written in the transaction that writes its letters, so each job
//! runs once a day however many processes there are. A job that was missed runs later the same
//! working day; a day that was missed altogether is not made up for, because the next digest shows
//! everything that no digest has shown.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use tracing::info;

use crate::clock::Clock;
use crate::mail::Person;
use crate::store::{self, PgConnection, RequestId, Store, daily_runs, requests};
use crate::triage::letters::{Digest, Thread};
use crate::triage::summary::summarise;
use crate::triage::{Content, Letter, Request, RequestSummary, Rules, State};
use crate::worker::climb_ladder::is_working_time;
use crate::worker::desk::Desk;
use crate::worker::{Bell, Progress};

/// Open requests that a digest looks at; far more than a team can have in hand.
const MOST_IN_A_DIGEST: i64 = 2_000;
/// When the warning about the bank-holiday data begins; it comes once a week.
const WARN_DAYS: i64 = 90;

#[derive(Clone)]
pub struct DailyJobs {
    pub store: Store,
    pub desk: Desk,
    pub clock: Arc<dyn Clock>,
    pub outbox: Bell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Job {
    Digest,
    Summary,
    HolidayData,
}

impl Job {
    const ALL: [Self; 3] = [Self::Digest, Self::Summary, Self::HolidayData];

    fn name(self) -> &'static str {
        match self {
            Self::Digest => "digest",
            Self::Summary => "overdue_summary",
            Self::HolidayData => "holiday_data",
        }
    }

    fn time(self, rules: &Rules) -> NaiveTime {
        match self {
            Self::Digest => rules.policy.ladder.digest_at,
            Self::Summary | Self::HolidayData => rules.policy.ladder.summary_at,
        }
    }

    /// The day that the run counts for: the warning counts for a week.
    fn run_day(self, today: NaiveDate) -> NaiveDate {
        match self {
            Self::Digest | Self::Summary => today,
            Self::HolidayData => {
                today - TimeDelta::days(i64::from(today.weekday().num_days_from_monday()))
            }
        }
    }
}

impl DailyJobs {
    /// Runs the jobs whose time has come today.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        let now = self.clock.now();
        let rules = &self.desk.rules;
        if !is_working_time(rules, now) {
            return Ok(Progress::Idle);
        }
        let today = rules.calendar.local_day(now);
        let time = rules.calendar.local_time(now);
        let mut progress = Ok(Progress::Idle);
        for job in Job::ALL.into_iter().filter(|job| time >= job.time(rules)) {
            // A job that fails keeps no other from running.
            match self.run_once(job, (today, now)).await {
                Ok(true) => progress = progress.and(Ok(Progress::Worked)),
                Ok(false) => {}
                Err(error) => {
                    progress = Err(error.context(format!("daily job `{}`", job.name())));
                }
            }
        }
        progress
    }

    /// False when the job has run already.
    async fn run_once(
        &self,
        job: Job,
        (today, now): (NaiveDate, DateTime<Utc>),
    ) -> anyhow::Result<bool> {
        let day = job.run_day(today);
        let mut conn = self.store.connect().await?;
        if daily_runs::has_run(&mut conn, job.name(), day).await? {
            return Ok(false);
        }
        drop(conn);

        let mut tx = self.store.begin().await?;
        if !daily_runs::claim(&mut tx, job.name(), day, now).await? {
            return Ok(false);
        }
        let letters = match job {
            Job::Digest => self.digests(&mut tx, today).await?,
            Job::Summary => self.summary(&mut tx, today).await?,
            Job::HolidayData => self.holiday_data(today),
        };
        for letter in &letters {
            self.desk.post(&mut tx, None, letter, now).await?;
        }
        store::commit(tx).await?;

        self.outbox.ring();
        let (job, letters) = (job.name(), letters.len());
        info!(job, letters, "daily job `{job}` of {day}: {letters} letters");
        Ok(true)
    }

    async fn digests(
        &self,
        conn: &mut PgConnection,
        today: NaiveDate,
    ) -> anyhow::Result<Vec<Letter>> {
        // In this order: what is opened in between is new in the next digest, and not lost to both.
        let new: BTreeSet<RequestId> = requests::undigested(conn).await?.into_iter().collect();
        let open = requests::open(conn, MOST_IN_A_DIGEST).await?;
        let is_whole = i64::try_from(open.len()).is_ok_and(|shown| shown < MOST_IN_A_DIGEST);
        let shown: BTreeSet<RequestId> = open.iter().map(|(id, _)| *id).collect();
        // What is new and not open any more needs no showing. What did not fit stays new.
        let done = new.iter().filter(|id| is_whole || shown.contains(id)).copied();
        requests::mark_digested(conn, &done.collect::<Vec<_>>(), today).await?;

        let rules = &self.desk.rules;
        let letters = rules.policy.everyone().into_iter().filter_map(|consultant| {
            let digest = sort_out(&open, &new, (&consultant, today), rules);
            (!is_empty(&digest)).then(|| Letter {
                to: consultant,
                about: None,
                thread: Thread::default(),
                content: Content::Digest(digest),
            })
        });
        Ok(letters.collect())
    }

    async fn summary(
        &self,
        conn: &mut PgConnection,
        today: NaiveDate,
    ) -> anyhow::Result<Vec<Letter>> {
        let rules = &self.desk.rules;
        let overdue = requests::still_overdue(conn).await?;
        let requests: Vec<RequestSummary> =
            overdue.iter().map(|(_, request)| summarise(request, rules)).collect();
        if requests.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Letter {
            to: rules.policy.person(&rules.policy.team.ciso),
            about: None,
            thread: Thread::default(),
            content: Content::OverdueSummary { requests, today },
        }])
    }

    fn holiday_data(&self, today: NaiveDate) -> Vec<Letter> {
        let rules = &self.desk.rules;
        let days_left = rules.calendar.days_until_data_ends(today);
        if days_left > WARN_DAYS {
            return Vec::new();
        }
        vec![Letter {
            to: rules.policy.person(&rules.policy.team.operator),
            about: None,
            thread: Thread::default(),
            content: Content::HolidayDataEnds { on: today + TimeDelta::days(days_left), days_left },
        }]
    }
}

/// Each request goes into the first section that fits.
fn sort_out(
    open: &[(RequestId, Request)],
    new: &BTreeSet<RequestId>,
    (consultant, today): (&Person, NaiveDate),
    rules: &Rules,
) -> Digest {
    let mut digest = Digest {
        today,
        overdue: Vec::new(),
        due_today: Vec::new(),
        disputed: Vec::new(),
        new: Vec::new(),
        yours: Vec::new(),
        waiting_for_requester: Vec::new(),
        others: Vec::new(),
    };
    let mut sorted: Vec<_> = open.iter().collect();
    sorted.sort_by_key(|(id, request)| (pressing_day(request), *id));
    for (id, request) in sorted {
        let due_on = request.owed.as_ref().map(|owed| owed.deadline.due_on);
        let theirs = request.state.consultant().is_some_and(|by| by.is_same(&consultant.address));
        let waiting = matches!(request.state, State::WaitingForRequester { .. });
        let section = if due_on.is_some_and(|due| due < today) {
            &mut digest.overdue
        } else if due_on == Some(today) {
            &mut digest.due_today
        } else if matches!(request.state, State::Disputed { .. }) {
            &mut digest.disputed
        } else if new.contains(id) {
            &mut digest.new
        } else if theirs && !waiting {
            &mut digest.yours
        } else if waiting {
            &mut digest.waiting_for_requester
        } else {
            &mut digest.others
        };
        section.push(summarise(request, rules));
    }
    digest
}

/// The earlier of the day a reply is due and the first day the milestone can mean.
fn pressing_day(request: &Request) -> NaiveDate {
    let due = request.owed.as_ref().map_or(NaiveDate::MAX, |owed| owed.deadline.due_on);
    request.milestone.map_or(due, |days| due.min(days.from))
}

fn is_empty(digest: &Digest) -> bool {
    let Digest {
        today: _,
        overdue,
        due_today,
        disputed,
        new,
        yours,
        waiting_for_requester,
        others,
    } = digest;
    [overdue, due_today, disputed, new, yours, waiting_for_requester, others]
        .into_iter()
        .all(Vec::is_empty)
}
