//! Whom a consultant means by the name that they typed.

use chrono::NaiveDate;

use crate::intake::Route;
use crate::triage::Consultant;
use crate::triage::policy::{OtherTeam, Policy};

/// By address, whole name, or a part of the name that only one consultant has. The error says who
/// there is.
pub(super) fn consultant_named<'a>(
    typed: &str,
    policy: &'a Policy,
) -> Result<&'a Consultant, String> {
    let typed = typed.trim().to_lowercase();
    let whole = policy.consultants.iter().find(|one| {
        one.name.0.to_lowercase() == typed || one.address.as_str().to_lowercase() == typed
    });
    if let Some(one) = whole {
        return Ok(one);
    }
    let has_part = |one: &&Consultant| {
        let name = one.name.0.to_lowercase();
        let local = one.address.local_part().to_lowercase();
        name.split_whitespace().any(|part| part == typed) || local == typed
    };
    let mut found = policy.consultants.iter().filter(has_part);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(format!(
            "More than one consultant is called {typed}. Write the whole name: {}.",
            names(policy.consultants.iter().map(|one| one.name.0.as_str()))
        )),
        (None, _) => Err(unknown(
            &typed,
            "consultant",
            policy.consultants.iter().map(|one| one.name.0.as_str()),
        )),
    }
}

/// The team whose name the words begin with, and the reason behind it.
pub(super) fn team_at_start<'a>(
    typed: &str,
    policy: &'a Policy,
    today: NaiveDate,
) -> Result<(&'a OtherTeam, String), String> {
    let valid = policy.teams.iter().filter(move |team| team.is_valid_on(today));
    let all = || valid.clone().map(|team| team.name.as_str());
    if policy.teams.is_empty() {
        return Err("The settings name no team to redirect to. Use `reply` instead.".to_owned());
    }
    let words: Vec<&str> = typed.split_whitespace().collect();
    let words = match words.split_first() {
        Some((first, rest)) if first.eq_ignore_ascii_case("to") => rest,
        _ => words.as_slice(),
    };
    if words.is_empty() {
        return Err(format!("To which team? There are: {}.", names(all())));
    }
    let found = policy
        .teams
        .iter()
        .filter_map(|team| Some((team, behind(words, &team.name)?)))
        .max_by_key(|(team, _)| team.name.len());
    match found {
        Some((team, rest)) if team.is_valid_on(today) => Ok((team, reason(&rest))),
        Some((team, _)) => Err(not_valid(team, today, &names(all()))),
        None => Err(unknown(words.first().copied().unwrap_or_default(), "team", all())),
    }
}

/// Why nobody is sent to that team today, and where to send them instead.
fn not_valid(team: &OtherTeam, today: NaiveDate, others: &str) -> String {
    let name = &team.name;
    let long = |day: NaiveDate| day.format("%-d %B %Y").to_string();
    let why = match (team.valid_from, team.valid_to) {
        (Some(from), _) if today < from => format!("{name} takes requests from {} on.", long(from)),
        (_, Some(to)) => format!("{name} has taken no requests since {}.", long(to)),
        _ => format!("{name} takes no requests now."),
    };
    match &team.instead {
        Some(instead) => format!("{why} Send them to {instead} instead: redirect {instead}"),
        None => format!("{why} There are: {others}."),
    }
}

/// The team of the settings that a route means: the one with the topic in its name that takes
/// requests on that day.
pub(super) fn team_for(route: Route, day: NaiveDate, policy: &Policy) -> Option<&OtherTeam> {
    let topics: &[&str] = match route {
        Route::Incident => &["incident"],
        Route::PhysicalSecurity => &["physical", "buildings"],
        Route::PersonnelSecurity => &["personnel", "vetting"],
        Route::DataProtection => &["data protection", "privacy"],
        Route::Consultancy | Route::OtherTeam | Route::None => &[],
    };
    policy.teams.iter().filter(|team| team.is_valid_on(day)).find(|team| {
        let name = plain(&team.name);
        topics.iter().any(|topic| name.contains(&plain(topic)))
    })
}

/// The words behind the name. `physical-security` is written with a dash as often as not.
fn behind(words: &[&str], name: &str) -> Option<String> {
    let name = plain(name);
    (1..=words.len().min(6)).rev().find_map(|end| {
        let (start, rest) = words.split_at_checked(end)?;
        (plain(&start.join(" ")) == name).then(|| rest.join(" "))
    })
}

fn plain(text: &str) -> String {
    text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn reason(rest: &str) -> String {
    rest.trim_start_matches(|c: char| c.is_whitespace() || "-–—:,;".contains(c)).to_owned()
}

fn unknown<'a>(typed: &str, what: &str, known: impl Iterator<Item = &'a str> + Clone) -> String {
    let near = |name: &str| {
        let parts = name.split_whitespace().chain([name]);
        parts.map(|part| strsim::osa_distance(&part.to_lowercase(), &typed.to_lowercase())).min()
    };
    let nearest = known.clone().filter_map(|name| Some((near(name)?, name))).min();
    let hint = match nearest {
        Some((distance, name)) if distance <= 2 => format!(" Did you mean {name}?"),
        _ => String::new(),
    };
    format!("There is no {what} called {typed}.{hint} There are: {}.", names(known))
}

fn names<'a>(known: impl Iterator<Item = &'a str>) -> String {
    known.collect::<Vec<_>>().join(", ")
}
