//! The digest: what one consultant reads each working morning.

use chrono::{Datelike, NaiveDate, TimeDelta};

use crate::triage::summary::summarise_on;
use crate::triage::{Consultant, Request, RequestSummary, Rules, State};

/// How many weeks the chart shows, this one included.
pub const WEEKS: i64 = 8;

/// The working day's mail to one consultant.
#[derive(Clone, PartialEq)]
pub struct Digest {
    pub today: NaiveDate,
    /// Each request stands in the first section that fits; each section is sorted by the earlier
    /// of reply due and milestone.
    pub overdue: Vec<RequestSummary>,
    pub due_today: Vec<RequestSummary>,
    pub disputed: Vec<RequestSummary>,
    /// New since the last digest that this consultant was sent.
    pub new: Vec<RequestSummary>,
    /// In progress with this consultant.
    pub yours: Vec<RequestSummary>,
    pub waiting_for_requester: Vec<RequestSummary>,
    /// Assigned to this consultant or another, who has not written to the requester yet.
    pub assigned: Vec<RequestSummary>,
    /// Everything else that is open.
    pub others: Vec<RequestSummary>,
    /// The last [`WEEKS`] weeks, oldest first.
    pub weeks: Vec<Week>,
}

/// What became of the replies that were due in one week.
///
/// A promise is *kept* when a human replied before close of business on the due day. Asking, giving
/// the request to a consultant, redirecting and closing reply, too, because the requester is told.
/// It is *missed* when the reply came later, or has not come and is overdue. What is not due yet, and
/// what was closed as spam before it was due, is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Week {
    pub monday: NaiveDate,
    pub kept: i64,
    pub missed: i64,
}

impl Digest {
    pub fn is_empty(&self) -> bool {
        self.sections().into_iter().all(Vec::is_empty)
    }

    /// How many the consultant has not seen before, in whichever section they stand.
    pub fn count_new(&self) -> usize {
        self.sections().into_iter().flatten().filter(|request| request.is_new).count()
    }

    /// The same for those whose decision is disputed.
    pub fn count_disputed(&self) -> usize {
        let all = self.sections().into_iter().flatten();
        all.filter(|request| matches!(request.state, State::Disputed { .. })).count()
    }

    pub fn empty(today: NaiveDate) -> Self {
        Self {
            today,
            overdue: Vec::new(),
            due_today: Vec::new(),
            disputed: Vec::new(),
            new: Vec::new(),
            yours: Vec::new(),
            waiting_for_requester: Vec::new(),
            assigned: Vec::new(),
            others: Vec::new(),
            weeks: Vec::new(),
        }
    }

    fn sections(&self) -> [&Vec<RequestSummary>; 8] {
        let Self {
            today: _,
            overdue,
            due_today,
            disputed,
            new,
            yours,
            waiting_for_requester,
            assigned,
            others,
            weeks: _,
        } = self;
        [overdue, due_today, disputed, new, yours, waiting_for_requester, assigned, others]
    }
}

/// The Monday of the first week of the chart.
pub fn first_week(today: NaiveDate) -> NaiveDate {
    monday(today) - TimeDelta::weeks(WEEKS - 1)
}

/// The digest of a day. Each open request comes with whether it is new to the reader, who is `None`
/// when the digest goes to somebody who is not on the roster.
pub fn digest(
    (reader, today): (Option<&Consultant>, NaiveDate),
    open: &[(&Request, bool)],
    counted: &[Week],
    rules: &Rules,
) -> Digest {
    let mut digest = Digest { weeks: weeks(today, counted), ..Digest::empty(today) };
    let mut sorted = open.to_vec();
    sorted.sort_by_key(|(request, _)| pressing_day(request));
    for (request, is_new) in sorted {
        let section = section(&mut digest, request, is_new, reader);
        section.push(RequestSummary { is_new, ..summarise_on(request, today, rules) });
    }
    digest
}

/// The first section that fits.
fn section<'a>(
    digest: &'a mut Digest,
    request: &Request,
    is_new: bool,
    reader: Option<&Consultant>,
) -> &'a mut Vec<RequestSummary> {
    let due_on = request.owed.as_ref().map(|owed| owed.deadline.due_on);
    if due_on.is_some_and(|due| due < digest.today) {
        return &mut digest.overdue;
    }
    if due_on == Some(digest.today) {
        return &mut digest.due_today;
    }
    if matches!(request.state, State::Disputed { .. }) {
        return &mut digest.disputed;
    }
    if is_new {
        return &mut digest.new;
    }
    match &request.state {
        State::InProgress { by } if reader.is_some_and(|reader| reader.writes_from(by)) => {
            &mut digest.yours
        }
        State::WaitingForRequester { .. } => &mut digest.waiting_for_requester,
        State::Assigned { .. } => &mut digest.assigned,
        State::New
        | State::InProgress { .. }
        | State::Redirected { .. }
        | State::Closed { .. }
        | State::Disputed { .. } => &mut digest.others,
    }
}

/// The earlier of the day a reply is due and the first day the milestone can mean.
fn pressing_day(request: &Request) -> NaiveDate {
    let due = request.owed.as_ref().map_or(NaiveDate::MAX, |owed| owed.deadline.due_on);
    request.milestone.map_or(due, |days| due.min(days.from))
}

/// Weeks in which nothing was due are weeks, too.
fn weeks(today: NaiveDate, counted: &[Week]) -> Vec<Week> {
    let mondays = (0..WEEKS).map(|week| first_week(today) + TimeDelta::weeks(week));
    let week = |monday| {
        let counted = counted.iter().find(|week| week.monday == monday).copied();
        counted.unwrap_or(Week { monday, kept: 0, missed: 0 })
    };
    mondays.map(week).collect()
}

fn monday(day: NaiveDate) -> NaiveDate {
    day - TimeDelta::days(day.weekday().num_days_from_monday().into())
}
