//! Working days, and when a reply is due.

pub mod written_dates;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// First and last day that a phrase can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    pub from: NaiveDate,
    pub to: NaiveDate,
}
