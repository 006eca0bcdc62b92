//! What commands and the demo print of requests.

pub mod history;
mod telling;
pub mod terminal;

use chrono::{DateTime, Utc};
use comfy_table::{ContentArrangement, Table, presets};

use crate::calendar::WorkingCalendar;
use crate::triage::Request;

/// Reference, requester, answers, due, state.
pub fn table<'a>(
    requests: impl Iterator<Item = &'a Request>,
    calendar: &WorkingCalendar,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::UTF8_HORIZONTAL_ONLY)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(["reference", "requester", "subject", "answers", "reply due", "state"]);
    for request in requests {
        let due = match &request.owed {
            Some(owed) => short(owed.deadline.due_at, calendar),
            None => "nothing owed".to_owned(),
        };
        let urgent = if request.urgent { ", urgent" } else { "" };
        table.add_row([
            request.reference.as_str().to_owned(),
            request.requester.address.as_str().to_owned(),
            request.subject.chars().take(44).collect(),
            format!("{}/6", request.answers.len()),
            due,
            format!("{}{urgent}", request.state.name().replace('_', " ")),
        ]);
    }
    table.to_string()
}

/// An instant as a short local day and time.
pub fn short(at: DateTime<Utc>, calendar: &WorkingCalendar) -> String {
    let (day, time) = (calendar.local_day(at), calendar.local_time(at));
    format!("{} {}", day.format("%a %-d %b %Y"), time.format("%H:%M"))
}
