//! `mailtriage deadline explain 2026-12-24T15:00`: when a reply would be due, and why.

use anyhow::bail;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::calendar::WorkingCalendar;

/// `when` is a day, a day and a time on the team's wall clock, or an instant with its offset.
pub(super) fn explain(when: &str, calendar: &WorkingCalendar) -> anyhow::Result<String> {
    let received_at = instant(when.trim(), calendar)?;
    Ok(calendar.reply_due(received_at).explanation.text())
}

fn instant(when: &str, calendar: &WorkingCalendar) -> anyhow::Result<DateTime<Utc>> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(when) {
        return Ok(instant.with_timezone(&Utc));
    }
    let (day, time) = when.split_once(['T', 't', ' ']).unwrap_or((when, "00:00"));
    let Ok(day) = day.parse::<NaiveDate>() else {
        bail!(
            "`{when}` is not a time of receipt: type a day such as `2026-12-24`, a day and a time \
             such as `2026-12-24T15:00`, or an instant with its offset such as \
             `2026-12-24T15:00:00+00:00`"
        );
    };
    let Ok(time) = time.trim().parse::<NaiveTime>() else {
        bail!("`{when}` has no time that I can read: type it as in `{day}T15:00`");
    };
    Ok(calendar.at_local(day, time))
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::calendar::{BankHolidays, Rules, WorkingCalendar};

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::new(Rules::default(), BankHolidays::shipped().unwrap())
    }

    #[test]
    fn every_way_to_write_a_time_of_receipt_is_understood() {
        let cases = [
            ("2026-12-24T15:00", "Thursday 24 December 2026 at 15:00", "local time"),
            ("2026-12-24 15:00:30", "Thursday 24 December 2026 at 15:00", "a space will do"),
            ("2026-12-24", "Thursday 24 December 2026 at 00:00", "a day alone"),
            ("2026-07-15T23:30:00Z", "Thursday 16 July 2026 at 00:30", "UTC, in summer"),
            ("2026-07-15T23:30:00+01:00", "Wednesday 15 July 2026 at 23:30", "an offset"),
            (" 2026-07-15T23:30 ", "Wednesday 15 July 2026 at 23:30", "local time in summer"),
        ];
        for (when, expected, why) in cases {
            let text = explain(when, &calendar()).unwrap();
            assert!(text.contains(expected), "{when}, {why}:\n{text}");
        }
    }

    #[test]
    fn nonsense_is_answered_with_what_to_type() {
        let cases = [
            ("soon", "type a day such as `2026-12-24`"),
            ("24/12/2026", "type a day such as `2026-12-24`"),
            ("2026-02-30", "type a day such as `2026-12-24`"),
            ("", "type a day such as `2026-12-24`"),
            ("2026-12-24T25:00", "type it as in `2026-12-24T15:00`"),
        ];
        for (when, advice) in cases {
            let error = explain(when, &calendar()).unwrap_err().to_string();
            assert!(error.contains(advice), "{when}: {error}");
        }
    }
}
