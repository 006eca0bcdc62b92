//! What goes out once a working day: the digest, the CISO summary, and a warning when the
//! bank-holiday data ends.
//!
//! A job's row in `daily_runs` is written in the transaction that writes its letters, so each job
//! runs once a day however many processes there are. A job that was missed runs later the same
//! working day; a day that was missed altogether is not made up for, because a consultant's next
//! digest shows as new everything since the last one that they were sent.

use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc};
use tracing::{error, info};

use crate::clock::Clock;
use crate::mail::{EmailAddress, Person};
use crate::store::requests::{self, Damaged, Found};
use crate::store::{self, PgConnection, RequestId, Store};
use crate::store::{daily_runs, digests, promises};
use crate::triage::digest::{self, Week};
use crate::triage::letters::Thread;
use crate::triage::summary::summarise_on;
use crate::triage::{Content, Letter, Request, Rules};
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

/// A letter of a job.
struct Prepared {
    letter: Letter,
    /// The newest request that its reader knows when it is a digest and has been written.
    marks: Option<RequestId>,
}

impl Prepared {
    fn new(to: Person, content: Content) -> Self {
        let letter = Letter { to, about: None, thread: Thread::default(), content };
        Self { letter, marks: None }
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
            Job::Digest => self.digests(&mut tx, today, now).await?,
            Job::Summary => self.summary(&mut tx, today, now).await?,
            Job::HolidayData => self.holiday_data(today),
        };
        let mut written = 0;
        for Prepared { letter, marks } in &letters {
            if self.post(&mut tx, letter, now).await? {
                written += 1;
                if let Some(newest) = marks {
                    digests::record(&mut tx, &letter.to.address, today, *newest).await?;
                }
            }
        }
        store::commit(tx).await?;

        self.outbox.ring();
        let job = job.name();
        info!(job, letters = written, "daily job `{job}` of {day}: {written} letters");
        Ok(true)
    }

    /// A letter that cannot be written keeps no other from its reader: the operator is told.
    async fn post(
        &self,
        conn: &mut PgConnection,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        store::begin_part(conn).await?;
        let posted = self.desk.post(conn, None, letter, now).await;
        let Err(failure) = store::end_part(conn, posted).await? else {
            return Ok(true);
        };
        // Then the whole job is done again, and no letter is left out.
        if store::may_pass(&failure) {
            return Err(failure);
        }
        let name = letter.content.kind().name().replace('_', " ");
        error!("a {name} could not be written: {failure:#}");
        let what = format!("The {name} to {}", letter.to.address.as_str());
        self.desk.report_failure(conn, what, &failure, now).await?;
        Ok(false)
    }

    async fn digests(
        &self,
        conn: &mut PgConnection,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Prepared>> {
        // In this order: what is opened in between is new in the next digest, and not lost to both.
        // Requests are opened by one process at a time, so none with a lower number comes later.
        let newest = requests::newest_id(conn).await?;
        let found = requests::open(conn, MOST_IN_A_DIGEST).await?;
        let shown = i64::try_from(found.requests.len() + found.damaged.len());
        let open = self.those_read(conn, found, now).await?;
        let weeks = promises::weeks(conn, digest::first_week(today), now).await?;
        // What did not fit stays new.
        let is_whole = shown.is_ok_and(|shown| shown < MOST_IN_A_DIGEST);
        let newest = newest.filter(|_| is_whole);

        let readers = self.desk.rules.policy.at_work(today);
        let as_seen_by = |reader: &Person, open: &[(RequestId, Request)]| {
            let open: Vec<(&Request, bool)> =
                open.iter().map(|(_, request)| (request, true)).collect();
            let consultant = self.desk.rules.policy.consultant(&reader.address);
            let digest = digest::digest((consultant, today), &open, &weeks, &self.desk.rules);
            Prepared::new(reader.clone(), Content::Digest(digest)).letter
        };
        let open = match readers.first() {
            Some(reader) => {
                let try_out = |open: &[(RequestId, Request)]| as_seen_by(reader, open);
                self.those_written(conn, open, try_out, now).await?
            }
            None => open,
        };
        let mut letters = Vec::new();
        for reader in readers {
            let letter = self.digest(conn, (reader, today), &open, &weeks).await?;
            letters.extend(letter.map(|letter| Prepared { marks: newest, ..letter }));
        }
        Ok(letters)
    }

    /// Requests whose rows can be read. The operator is told of the others.
    async fn those_read(
        &self,
        conn: &mut PgConnection,
        found: Found,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<(RequestId, Request)>> {
        for Damaged { reference, error } in found.damaged {
            error!(request = %reference, "{reference} is left out of the daily letters: {error}");
            let what = format!("{reference} in the daily letters");
            self.desk.report_failure(conn, what, &error.into(), now).await?;
        }
        Ok(found.requests)
    }

    /// Requests that can be written about. The operator is told of the others, which are looked for
    /// only when a letter about all fails.
    async fn those_written(
        &self,
        conn: &mut PgConnection,
        requests: Vec<(RequestId, Request)>,
        letter_about: impl Fn(&[(RequestId, Request)]) -> Letter + Send,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<(RequestId, Request)>> {
        if self.desk.can_write(&letter_about(&requests), now).is_ok() {
            return Ok(requests);
        }
        let mut written = Vec::new();
        let mut failed = Vec::new();
        for one in &requests {
            match self.desk.can_write(&letter_about(std::slice::from_ref(one)), now) {
                Ok(()) => written.push(one.clone()),
                Err(failure) => failed.push((&one.1.reference, failure)),
            }
        }
        // Where none can be written about, the letter is to blame, and that is told.
        if written.is_empty() {
            return Ok(requests);
        }
        for (reference, failure) in failed {
            error!(request = %reference, "{reference} cannot be written about: {failure:#}");
            let what = format!("{reference} in the daily letters");
            self.desk.report_failure(conn, what, &failure, now).await?;
        }
        Ok(written)
    }

    /// The digest of one reader, when there is anything in it.
    async fn digest(
        &self,
        conn: &mut PgConnection,
        (reader, today): (Person, NaiveDate),
        open: &[(RequestId, Request)],
        weeks: &[Week],
    ) -> anyhow::Result<Option<Prepared>> {
        let rules = &self.desk.rules;
        let consultant = rules.policy.consultant(&reader.address);
        let former = consultant.into_iter().flat_map(|consultant| &consultant.former_addresses);
        let addresses: Vec<&EmailAddress> = former.chain([&reader.address]).collect();
        let shown = digests::shown_up_to(conn, &addresses).await?;
        let open: Vec<(&Request, bool)> =
            open.iter().map(|(id, request)| (request, Some(*id) > shown)).collect();

        let digest = digest::digest((consultant, today), &open, weeks, rules);

        let empty = digest.is_empty();
        Ok((!empty).then(|| Prepared::new(reader, Content::Digest(digest))))
    }

    async fn summary(
        &self,
        conn: &mut PgConnection,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Prepared>> {
        let rules = &self.desk.rules;
        if !rules.policy.ladder.summary {
            return Ok(Vec::new());
        }
        let overdue = requests::still_overdue(conn).await?;
        let overdue = self.those_read(conn, overdue, now).await?;
        let letter_to = |to: Person, requests: &[(RequestId, Request)]| {
            let requests = requests.iter();
            let requests =
                requests.map(|(_, request)| summarise_on(request, today, rules)).collect();
            Prepared::new(to, Content::OverdueSummary { requests, today })
        };
        let readers = rules.policy.escalated_to();
        let Some(reader) = readers.first().filter(|_| !overdue.is_empty()) else {
            return Ok(Vec::new());
        };
        let letter_about = |requests: &[_]| letter_to(reader.clone(), requests).letter;
        let overdue = self.those_written(conn, overdue, letter_about, now).await?;
        Ok(readers.into_iter().map(|to| letter_to(to, &overdue)).collect())
    }

    fn holiday_data(&self, today: NaiveDate) -> Vec<Prepared> {
        let rules = &self.desk.rules;
        let days_left = rules.calendar.days_until_data_ends(today);
        if days_left > WARN_DAYS {
            return Vec::new();
        }
        let operator = rules.policy.person(&rules.policy.team.operator);
        let on = today + TimeDelta::days(days_left);
        vec![Prepared::new(operator, Content::HolidayDataEnds { on, days_left })]
    }
}
