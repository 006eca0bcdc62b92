//! What the command `help` is answered with: the table that the parser reads, and the teams.

use chrono::{DateTime, Utc};

use crate::command::syntax::TABLE;
use crate::triage::Rules;

pub(super) fn help(rules: &Rules, at: DateTime<Utc>) -> String {
    let today = rules.calendar.local_day(at);
    let mut lines =
        vec!["Write commands into the subject or one a line at the top of a mail.".to_owned()];
    lines.extend(TABLE.iter().map(|row| format!("{}: {}", row.form, row.meaning)));
    lines.push("To name another request, write its reference before the command.".to_owned());
    let valid = rules.policy.teams.iter().filter(|team| team.is_valid_on(today));
    let teams: Vec<String> = valid.map(|team| format!("- {}: {}", team.name, team.when)).collect();
    if !teams.is_empty() {
        lines.push("Teams for redirect:".to_owned());
        lines.extend(teams);
    }
    lines.join("\n")
}
