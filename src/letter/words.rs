//! Facts in plain English: questions, days, states, teams.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use crate::calendar::long_day;
use crate::intake::{Question, Route};
use crate::letter::text::one_line;
use crate::triage::State;

/// Longest name of a day off.
const LONGEST_TITLE: usize = 100;

/// The six questions in the words of the guidance that requesters have read.
pub(crate) fn question(question: Question) -> &'static str {
    match question {
        Question::WorkFor => "Who is the work for?",
        Question::Importance => "Why is the work important?",
        Question::Consequence => "What happens if the work is not done (or not done on time)?",
        Question::Need => "What is your need?",
        Question::Skills => "What skills or experience does the work need (known or predicted)?",
        Question::Milestone => {
            "When is the next project milestone that needs cyber consultancy input or involvement?"
        }
    }
}

/// Examples beside an open question, where the guidance gives some.
pub(crate) fn hint(question: Question) -> &'static str {
    match question {
        Question::Need => {
            "for example accreditation on an existing contract, guidance or advice, \
             review of a proposed approach"
        }
        Question::WorkFor
        | Question::Importance
        | Question::Consequence
        | Question::Skills
        | Question::Milestone => "",
    }
}

/// A question by one word or two, for lists.
pub(crate) fn short(question: Question) -> &'static str {
    match question {
        Question::WorkFor => "who it is for",
        Question::Importance => "importance",
        Question::Consequence => "consequence",
        Question::Need => "need",
        Question::Skills => "skills",
        Question::Milestone => "milestone",
    }
}

/// Without the year where it is the year of `today`.
pub(crate) fn day(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { day.format("%A %-d %B").to_string() } else { long_day(day) }
}

/// When the reply is due, seen from `today`.
pub(crate) fn due(on: NaiveDate, today: NaiveDate) -> String {
    if on == today {
        "due today".to_owned()
    } else if on < today {
        format!("overdue since {}", day(on, today))
    } else if Some(on) == today.succ_opt() {
        format!("due tomorrow, {}", day(on, today))
    } else {
        format!("due {}", day(on, today))
    }
}

/// Which days were left out when the deadline was counted, in one sentence. Empty when none was,
/// or when the explanation is of a shape that we do not know.
pub(crate) fn left_out(explanation: &str, due_on: NaiveDate) -> String {
    let this_year = format!(" {}", due_on.year());
    let mut left_out: Vec<String> = Vec::new();
    for (day, reason) in not_counted(explanation) {
        let shown = match reason.split_once('(') {
            Some((_, title)) => {
                format!("{} ({}", day.replace(&this_year, ""), one_line(title, LONGEST_TITLE))
            }
            None => format!("the {}", one_line(reason, LONGEST_TITLE)),
        };
        if left_out.last() != Some(&shown) {
            left_out.push(shown);
        }
    }
    match left_out.split_last() {
        None => String::new(),
        Some((only, [])) => format!("We count working days only and left out {only}."),
        Some((last, before)) => {
            format!("We count working days only and left out {} and {last}.", before.join(", "))
        }
    }
}

/// Each day that an explanation leaves out, and why.
pub(crate) fn not_counted(explanation: &str) -> impl Iterator<Item = (&str, &str)> {
    let days = explanation.lines().filter_map(|line| line.strip_prefix("- "));
    days.filter_map(|day| day.split_once(": not counted, "))
}

/// How long the reply has been overdue.
pub(crate) fn how_long(since: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let hours = (now - since).num_hours();
    match hours {
        ..1 => "less than an hour".to_owned(),
        1 => "1 hour".to_owned(),
        2..48 => format!("{hours} hours"),
        48.. => format!("{} days", hours / 24),
    }
}

/// The state as the second half of a sentence. `consultant` is a name or an address.
pub(crate) fn state(state: &State, consultant: &str) -> String {
    match state {
        State::New => "new, nobody has taken it yet".to_owned(),
        State::Assigned { .. } => format!("assigned to {consultant}"),
        State::InProgress { .. } => format!("in progress with {consultant}"),
        State::WaitingForRequester { .. } => {
            format!("waiting for the requester; {consultant} asked")
        }
        State::Redirected { team, .. } => format!("redirected to {team} by {consultant}"),
        State::Closed { .. } => format!("closed by {consultant}"),
        State::Disputed { decided_by: Some(_) } => {
            format!("disputed; {consultant} made the decision")
        }
        State::Disputed { decided_by: None } => "disputed".to_owned(),
    }
}

/// The team that seems the right one, where it is not the consultancy.
pub(crate) fn other_team(route: Route) -> Option<&'static str> {
    match route {
        Route::Consultancy => None,
        Route::Incident => Some("the security incident team"),
        Route::PhysicalSecurity => Some("physical security"),
        Route::PersonnelSecurity => Some("personnel security"),
        Route::DataProtection => Some("data protection"),
        Route::OtherTeam => Some("another team"),
        Route::None => Some("nobody: it may be no request"),
    }
}

/// Directories write "Okonkwo, Chidi (HMCTS)"; people are greeted as "Chidi Okonkwo". A name that is
/// not clearly of that form stays as it is.
pub(super) fn natural_name(name: &str) -> String {
    const AFTER_THE_NAME: [&str; 8] = ["phd", "mbe", "obe", "cbe", "kc", "jr", "sr", "esq"];
    let plain = name.split_once('(').map_or(name, |(before, _)| before).trim();
    let Some((last, first)) = plain.split_once(',') else {
        return name.to_owned();
    };
    let (last, first) = (last.trim(), first.trim());
    let is_name = |part: &str| {
        let letters = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’' | '.');
        let words = part.split_whitespace().count();
        (1..=3).contains(&words) && part.chars().all(letters)
    };
    let title = first.trim_end_matches('.').to_lowercase();
    if is_name(last) && is_name(first) && !AFTER_THE_NAME.contains(&title.as_str()) {
        format!("{first} {last}")
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{BankHolidays, Rules, WorkingCalendar};

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_due_day_is_told_from_today() {
        let cases = [
            ("2026-12-30", "due today"),
            ("2026-12-31", "due tomorrow, Thursday 31 December"),
            ("2027-01-04", "due Monday 4 January 2027"),
            ("2026-12-29", "overdue since Tuesday 29 December"),
        ];
        for (on, expected) in cases {
            assert_eq!(due(date(on), date("2026-12-30")), expected);
        }
    }

    fn explained(received_at: &str) -> String {
        let calendar = WorkingCalendar::new(Rules::default(), BankHolidays::shipped().unwrap());
        let deadline = calendar.reply_due(received_at.parse().unwrap());
        left_out(&deadline.explanation.text(), deadline.due_on)
    }

    #[test]
    fn days_off_are_told_in_one_sentence() {
        let told = [
            explained("2026-12-24T15:00:00Z"),
            explained("2026-12-30T15:00:00Z"),
            explained("2026-11-20T15:00:00Z"),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        We count working days only and left out Friday 25 December (Christmas Day), the weekend and Monday 28 December (Boxing Day, substitute day).
        We count working days only and left out Friday 1 January (New Year’s Day) and the weekend.
        We count working days only and left out the weekend.
        ");
        assert_eq!(explained("2026-11-23T15:00:00Z"), "");
        assert_eq!(left_out("because we say so", date("2026-12-30")), "");
    }

    #[test]
    fn names_of_directories_are_turned_round() {
        let cases = [
            ("Okonkwo, Chidi", "Chidi Okonkwo"),
            ("O’Neill-Price, Mary Ann (HMCTS)", "Mary Ann O’Neill-Price"),
            ("Priya Raman", "Priya Raman"),
            ("Raman, PhD", "Raman, PhD"),
            ("Team A, B and C, floor 4", "Team A, B and C, floor 4"),
            ("Visits Team, 2nd floor", "Visits Team, 2nd floor"),
            ("Priya Raman (HMPPS)", "Priya Raman (HMPPS)"),
            (",", ","),
        ];
        for (name, expected) in cases {
            assert_eq!(natural_name(name), expected);
        }
    }

    #[test]
    fn lateness_is_told_in_hours_and_then_in_days() {
        let since: DateTime<Utc> = "2026-12-30T17:00:00Z".parse().unwrap();
        let cases = [(5, "less than an hour"), (60, "1 hour"), (180, "3 hours"), (4320, "3 days")];
        for (minutes, expected) in cases {
            assert_eq!(how_long(since, since + chrono::TimeDelta::minutes(minutes)), expected);
        }
    }
}
