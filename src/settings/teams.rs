//! What the sections `[[teams]]` must agree on among themselves.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::triage::policy::OtherTeam;

/// What can be judged without knowing the day.
pub(super) fn check(teams: &[OtherTeam]) -> Result<(), String> {
    let mut names = BTreeSet::new();
    for team in teams {
        let problem = |what: &str| Err(format!("[[teams]] `{}`: {what}", team.name));
        if !names.insert(team.name.to_lowercase()) {
            return problem("a second team has this name");
        }
        if team.send_original && team.address.is_none() {
            return problem("`send_original` needs an `address` to send it to");
        }
        if team.valid_from.zip(team.valid_to).is_some_and(|(from, to)| to < from) {
            return problem("`valid_to` must not be earlier than `valid_from`");
        }
        if let Some(instead) = &team.instead
            && (*instead == team.name || !teams.iter().any(|other| other.name == *instead))
        {
            return problem(&format!("`instead` names `{instead}`, which is no other team"));
        }
    }
    Ok(())
}

/// The teams that consultants can name, but requesters cannot be sent to on that day, nor to a team
/// instead.
pub fn dead_ends(teams: &[OtherTeam], day: NaiveDate) -> Vec<&OtherTeam> {
    let is_valid =
        |name: &String| teams.iter().any(|team| team.name == *name && team.is_valid_on(day));
    teams
        .iter()
        .filter(|team| !team.is_valid_on(day) && !team.instead.as_ref().is_some_and(is_valid))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn teams(text: &str) -> Vec<OtherTeam> {
        #[derive(serde::Deserialize)]
        struct File {
            teams: Vec<OtherTeam>,
        }
        let text = text.replace("[[teams]]", "[[teams]]\ncontact = 'x'\nwhen = 'y'");
        toml::from_str::<File>(&text).unwrap().teams
    }

    #[test]
    fn teams_that_contradict_themselves_are_named() {
        let cases = [
            ("[[teams]]\nname='a'\n[[teams]]\nname='A'", "`A`: a second team"),
            ("[[teams]]\nname='a'\nsend_original=true", "`a`: `send_original` needs"),
            ("[[teams]]\nname='a'\nvalid_from='2026-02-01'\nvalid_to='2026-01-31'", "`valid_to`"),
            ("[[teams]]\nname='a'\ninstead='b'", "`instead` names `b`"),
            ("[[teams]]\nname='a'\ninstead='a'", "`instead` names `a`"),
        ];
        for (text, expected) in cases {
            let problem = check(&teams(text)).unwrap_err();
            assert!(problem.contains(expected), "{problem}");
        }
        let good = "[[teams]]\nname='a'\ninstead='b'\nvalid_to='2026-01-31'\n[[teams]]\nname='b'\n\
                    address='b@example.org'\nsend_original=true\nformer_addresses=['c@example.org']";
        assert_eq!(check(&teams(good)), Ok(()));
    }

    #[test]
    fn a_team_that_ended_needs_one_that_takes_over() {
        let teams = teams(
            "[[teams]]\nname='a'\nvalid_to='2026-01-31'\ninstead='b'\n\
             [[teams]]\nname='b'\nvalid_to='2026-06-30'\n[[teams]]\nname='c'",
        );
        let names = |day: &str| {
            let found = dead_ends(&teams, day.parse().unwrap());
            found.iter().map(|team| team.name.clone()).collect::<Vec<_>>()
        };
        assert!(names("2026-01-31").is_empty());
        assert!(names("2026-02-01").is_empty());
        assert_eq!(names("2026-07-01"), ["a", "b"]);
    }
}
