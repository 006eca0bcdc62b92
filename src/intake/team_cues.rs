//! Cues of the settings: phrases by which a team of this house is known.

use super::Route;
use super::cues;
use super::incident;
use super::phrases::Heard;

/// A team of the settings, with the phrases that speak for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TeamCues {
    name: String,
    route: Route,
    phrases: Vec<String>,
}

impl TeamCues {
    pub(super) fn new(name: &str, cues: &[String]) -> Self {
        let route = match name.to_lowercase().replace(['-', '_'], " ").trim() {
            "incident" | "incidents" => Route::Incident,
            "physical security" => Route::PhysicalSecurity,
            "personnel security" => Route::PersonnelSecurity,
            "data protection" => Route::DataProtection,
            _ => Route::OtherTeam,
        };
        let phrases = cues.iter().map(|cue| cues::words(cue).join(" "));
        let phrases = phrases.filter(|phrase| !phrase.is_empty()).collect();
        Self { name: name.to_owned(), route, phrases }
    }
}

/// The first team with a cue in what is asked for, or with two in the mail. An incident must be
/// going on besides.
pub(super) fn named_by(
    teams: &[TeamCues],
    heard: &Heard,
    asked: &Heard,
) -> Option<(Route, String)> {
    if teams.iter().all(|team| team.phrases.is_empty()) {
        return None;
    }
    teams.iter().find_map(|team| {
        let phrases = || team.phrases.iter().map(String::as_str);
        let named: Vec<&str> = phrases().filter(|phrase| heard.holds(phrase)).collect();
        let is_asked = phrases().any(|phrase| asked.holds(phrase));
        let is_theirs = match team.route {
            Route::Incident => !named.is_empty() && incident::is_now(heard),
            _ => is_asked || named.len() >= 2,
        };
        is_theirs.then(|| {
            let shown: Vec<String> = named.iter().take(3).map(|cue| format!("“{cue}”")).collect();
            (team.route, format!("it is for {} ({})", team.name, shown.join(", ")))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_known_by_the_cues_of_the_settings() {
        let teams = [
            TeamCues::new("Facilities", &["desk move".to_owned(), "coffee machine".to_owned()]),
            TeamCues::new("physical-security", &["Visitor hut".to_owned()]),
            TeamCues::new("incident", &["tannoy code nine".to_owned()]),
            TeamCues::new("nobody", &["...".to_owned()]),
        ];
        for (whole, need, expected, reason) in [
            ("The coffee machine leaks.", "Mend the coffee machine", Some("Facilities"), "asked"),
            ("The coffee machine leaks.", "Review it", None, "named once"),
            ("A desk move, and a coffee machine.", "", Some("Facilities"), "named twice"),
            ("The hut", "Guard the visitor hut", Some("physical-security"), "one of the five"),
            ("Tannoy code nine, right now!", "", Some("incident"), "it is going on"),
            ("We wrote about tannoy code nine.", "tannoy code nine", None, "a topic"),
        ] {
            let whole = format!("{whole} {need}");
            let found = named_by(&teams, &Heard::new(&whole), &Heard::new(need));
            let name = found.as_ref().map(|(_, because)| because.as_str());
            assert_eq!(name.is_some(), expected.is_some(), "{reason}");
            assert!(name.is_none_or(|because| because.contains(expected.unwrap())), "{reason}");
        }
        let (route, because) =
            named_by(&teams, &Heard::new("the desk move"), &Heard::new("desk move")).unwrap();
        assert_eq!(route, Route::OtherTeam);
        assert_eq!(because, "it is for Facilities (“desk move”)");
    }
}
