//! What the templates of the digest may show: the sections, and the chart of promises kept.

use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use crate::calendar::long_day;
use crate::letter::links::Linker;
use crate::letter::request_view::{Section, Seen, section};
use crate::triage::digest::{Digest, Week};

/// One row of the chart, as a bar and as words.
#[derive(Serialize)]
struct WeekView {
    /// Such as `2 November`.
    monday: String,
    kept: i64,
    missed: i64,
    /// Widths of the two parts of the bar, in percent of the longest.
    kept_width: i64,
    missed_width: i64,
}

pub(super) fn digest(digest: &Digest, linker: &Linker<'_>) -> Value {
    let sections: Vec<Section> = [
        ("Overdue", &digest.overdue),
        ("Due today", &digest.due_today),
        ("Disputed", &digest.disputed),
        ("New since your last digest", &digest.new),
        ("In progress with you", &digest.yours),
        ("Waiting for the requester", &digest.waiting_for_requester),
        ("Assigned, requester not yet contacted", &digest.assigned),
        ("All other open requests", &digest.others),
    ]
    .into_iter()
    .filter(|(_, requests)| !requests.is_empty())
    .map(|(name, requests)| section(name, requests, linker, Seen::On(digest.today)))
    .collect();
    let (kept, missed) = digest
        .weeks
        .iter()
        .fold((0, 0), |(kept, missed), week| (kept + week.kept, missed + week.missed));
    context! {
        today => long_day(digest.today),
        overdue => digest.overdue.len(),
        due_today => digest.due_today.len(),
        disputed => digest.count_disputed(),
        new => digest.count_new(),
        sections => Serde(sections),
        kept,
        missed,
        weeks => Serde(weeks(&digest.weeks)),
    }
}

/// Empty when nothing was due in any of them.
fn weeks(weeks: &[Week]) -> Vec<WeekView> {
    let longest = weeks.iter().map(|week| week.kept + week.missed).max().unwrap_or(0);
    if longest == 0 {
        return Vec::new();
    }
    // What is there is seen, however little of the whole it is.
    let width = |count: i64| if count == 0 { 0 } else { (100 * count / longest).max(2) };
    weeks
        .iter()
        .map(|week| WeekView {
            monday: week.monday.format("%-d %B").to_string(),
            kept: week.kept,
            missed: week.missed,
            kept_width: width(week.kept),
            missed_width: width(week.missed),
        })
        .collect()
}
