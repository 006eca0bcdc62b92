//! Whether a mail tells of something that cannot wait two working days.

use chrono::{Days as Step, NaiveDate};

use crate::calendar::Days;

use super::Route;
use super::phrases::Heard;

/// The point at which the writer is stuck lies within a day.
const BY_TOMORROW: &str = "tomorrow|tonight|today|first thing|this morning|this afternoon|this evening|within hours|\
    in an hour|in two hours|end of the day|end of day|close of play|by noon|midnight|any hour|\
    straight away|immediately|right now";
const ASKS_FOR_IT: &str = "tomorrow at|tonight or|call tonight|go live tonight|tonight or tomorrow|so late|any hour|\
    ring me|call me now|right now|as soon as you get this|short notice|cannot wait|can't wait|\
    before tomorrow|by tomorrow|by tonight|goes live tomorrow|live tomorrow|\
    first thing tomorrow|within the hour|drop everything";

pub(super) fn of(
    route: Route,
    heard: &Heard,
    milestone: Option<Days>,
    written_on: NaiveDate,
) -> bool {
    if route == Route::Incident {
        return true;
    }
    if route != Route::Consultancy && route != Route::None {
        return false;
    }
    let by_tomorrow = heard.first_of(BY_TOMORROW).is_some();
    let asks = heard.all_of(ASKS_FOR_IT).len();
    let tomorrow = written_on.checked_add_days(Step::new(1)).unwrap_or(written_on);
    let is_due = milestone.is_some_and(|days| days.from >= written_on && days.to <= tomorrow);
    (is_due && by_tomorrow && asks >= 1) || asks >= 3
}
