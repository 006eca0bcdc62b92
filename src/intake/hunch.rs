//! What the trained network makes of a mail as a whole, beside the rules: whose matter it is, and
//! whether it can wait.
//!
//! Rules know words; people tell of harm and of doors in ever new ones. So both have a say: the
//! network gives each team a share, and what a rule says makes its team so much likelier.

use crate::tagger::Judge;

use super::judged::Judged;
use super::route::Routed;
use super::{Question, Route};

/// In the order in which the network gives their shares.
const TEAMS: [Route; Question::ALL.len()] = [
    Route::Consultancy,
    Route::Incident,
    Route::PhysicalSecurity,
    Route::PersonnelSecurity,
    Route::DataProtection,
    Route::OtherTeam,
];

/// How many times likelier a team is when a rule names it. That no rule found one tells less.
const NAMED: f32 = 15.0;
const LEFT_OVER: f32 = 4.0;
/// No rule found a team, and what is asked for is a consultant's work.
const ADVISES: f32 = 12.0;
/// From this chance on a mail is urgent.
const URGENT: f32 = 0.5;
/// So many sentences are weighed to find the one that tells most.
const MOST_WEIGHED: usize = 8;
/// Nobody reads a longer quote, in letters.
const LONGEST_QUOTE: usize = 120;

/// The team that both together speak for.
pub(super) fn route(judged: &Judged, judge: &dyn Judge, ruled: Routed) -> Routed {
    let share = |at: usize| judged.said.route.get(at).copied().unwrap_or_default();
    let weight = |at: usize, team: Route| {
        let by_rule = match team {
            team if team != ruled.route => 1.0,
            Route::Consultancy if ruled.asks_for_advice => ADVISES,
            Route::Consultancy => LEFT_OVER,
            _ => NAMED,
        };
        share(at) * by_rule
    };
    let weights = TEAMS.into_iter().enumerate().map(|(at, team)| (at, team, weight(at, team)));
    let Some((at, team, _)) = weights.max_by(|one, other| one.2.total_cmp(&other.2)) else {
        return ruled;
    };
    if team == ruled.route {
        return ruled;
    }
    let because = called(team).map(|called| {
        let telling =
            telling(judged, judge, at).map_or(String::new(), |text| format!(": “{text}”"));
        format!("it reads like {called}{telling}")
    });
    Routed { route: team, because: because.unwrap_or_default(), ..ruled }
}

/// Whether the mail reads like one that cannot wait. Who shouts at the wrong door, for a password or
/// a parcel, raises no alarm.
pub(super) fn is_urgent(judged: &Judged, route: Route) -> bool {
    route != Route::OtherTeam && judged.said.urgent >= URGENT
}

fn called(team: Route) -> Option<&'static str> {
    match team {
        Route::Consultancy | Route::None => None,
        Route::Incident => Some("an incident"),
        Route::PhysicalSecurity => Some("a matter of doors, buildings and guards"),
        Route::PersonnelSecurity => Some("a matter of vetting and conduct"),
        Route::DataProtection => Some("a matter of personal data"),
        Route::OtherTeam => Some("something for another team"),
    }
}

/// The sentence that speaks most for the team when it is asked about alone.
fn telling(judged: &Judged, judge: &dyn Judge, team: usize) -> Option<String> {
    let words = |text: &&str| text.split_whitespace().count() >= 4;
    let sentences = judged.sentences().filter(words).take(MOST_WEIGHED);
    let weighed = sentences.filter_map(|text| {
        let share = judge.judge("", &[text])?.route.get(team).copied()?;
        Some((share, text))
    });
    let (_, text) = weighed.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    let quote: String = text.chars().take(LONGEST_QUOTE).collect();
    Some(if quote.len() < text.len() { format!("{quote}…") } else { quote })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::intake::testing::Oracle;
    use crate::intake::{Reader, Reading, read};
    use crate::mail;

    use super::*;

    fn reading(oracle: Oracle, body: &str) -> Reading {
        let raw = format!("From: ada@office.example\r\nSubject: x\r\n\r\n{body}\r\n");
        let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        let reader = Reader::by_cues().with_model(std::sync::Arc::new(oracle));
        read(&reader, &mail::read(raw.as_bytes()), monday)
    }

    #[test]
    fn the_network_finds_what_no_rule_has_words_for_and_says_why() {
        let body = "I hope you are all well. The glow from the plant room is not ours.";
        let oracle = Oracle::default().route("glow", 1).urgent(0.9);
        let reading = reading(oracle, body);
        assert_eq!(reading.route, Route::Incident);
        let because = "it reads like an incident: “The glow from the plant room is not ours.”";
        assert_eq!(reading.route_because, because);
        assert!(reading.urgent);
    }

    #[test]
    fn a_rule_with_strong_words_outweighs_a_doubtful_network() {
        let body =
            "Our server is being encrypted by ransomware right now. Please help immediately.";
        let reading = reading(Oracle::default(), body);
        assert_eq!(reading.route, Route::Incident);
        assert!(reading.route_because.contains("happening now"), "{}", reading.route_because);
    }
}
