//! A corpus of hostile mails, made by rule and not by hand: every attack in every place of a mail,
//! in several encodings, then read, answered, worked on by consultants, and listed by an operator.
//! `docs/hostile.md` tells the same in words; attacks on commands and keys are in `attacks`.

mod attacks;
mod letters;
mod mails;
mod monsters;

use std::collections::BTreeSet;

use mailtriage::mail;
use mailtriage::report::history::History;
use mailtriage::report::terminal;
use mailtriage::store::folders::Role;
use mailtriage::store::requests;
use mailtriage::triage::State;

use crate::support::scenario::{SETTINGS, Scenario};

use attacks::{ATTACKS, Place};
use letters::{Shape, assert_harmless};
use mails::{Hostile, crossed};

const SEED: u64 = 2026;
/// The corpus is shared out among so many desks, a test each, so that they run side by side.
const DESKS: usize = 3;
const GRACE: &str = "Grace Okafor <grace@example.org>";
const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const STAFF: [&str; 9] = [
    "ada@example.org",
    "grace@example.org",
    "ciso@example.org",
    "duty@example.org",
    "postmaster@example.org",
    "security@example.org",
    "dataprotection@example.org",
    "pat@requests.example",
    "bob@requests.example",
];
/// What a consultant does about one hostile request after the other.
const WORK: [(&str, &str); 8] = [
    ("assign me", ""),
    ("redirect data protection", "It is about personal data."),
    ("ask", "Which office is it?"),
    ("urgent", ""),
    ("reply", "We had a look and all is well."),
    ("note", "seen"),
    ("close", "done"),
    ("status", ""),
];

/// The shipped desk without limits, which have tests of their own; one team gets the mail itself.
async fn desk() -> Scenario {
    let settings = SETTINGS
        .replace("letters_a_day = 6", "letters_a_day = 5000")
        .replace("letters_an_hour = 200", "letters_an_hour = 5000")
        .replace("provoked_an_hour = 20", "provoked_an_hour = 5000")
        .replace(
            "when = \"personal data,",
            "address = \"dataprotection@example.org\"\nsend_original = true\nwhen = \"personal data,",
        );
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    let ask = "1. The Passport Office\n4. Advice";
    desk.receives("Pat <pat@requests.example>", "Passports", "", ask).await;
    desk.receives("Bob <bob@requests.example>", "close", "", ask).await;
    desk
}

/// Every letter since the last call is as it must be.
async fn letters_fit(
    desk: &mut Scenario,
    shape: &Shape,
    senders: &BTreeSet<String>,
) -> Vec<String> {
    let letters = desk.new_letters().await;
    for letter in &letters {
        shape.assert_fits(letter, senders);
    }
    let shown = |raw: &[u8]| mail::html_part(raw).unwrap_or_default();
    letters.iter().map(|one| format!("{} {} {}", one.subject, one.text, shown(&one.raw))).collect()
}

/// Nothing that a stranger wrote has changed what others asked for, or acted for a consultant.
async fn nobody_was_obeyed(desk: &Scenario) {
    assert_eq!(desk.finds("SELECT uid::text FROM inbound WHERE outcome IS NULL").await, "");
    for reference in ["SEC-2026-0001", "SEC-2026-0002"] {
        let request = desk.request(reference).await;
        assert!(request.state == State::New && request.owed.is_some(), "{reference}");
    }
    let decided = "SELECT kind || ' by ' || actor FROM events
                   WHERE actor IN ('ada@example.org', 'grace@example.org')";
    assert_eq!(desk.finds(decided).await, "");
}

/// Reads, answers, works on and lists every hostile mail of one share.
async fn tries(part: usize) {
    let mails: Vec<Hostile> = crossed(SEED).into_iter().skip(part).step_by(DESKS).collect();
    let mut desk = desk().await;
    let shape = Shape::of(&desk.desk.templates, &STAFF);
    let senders = mails.iter().filter_map(|hostile| mail::read(&hostile.raw).from);
    let senders: BTreeSet<String> = senders.map(|from| from.address.as_str().to_owned()).collect();
    let is_own = |address: &String| address.contains("zq") && address.ends_with("@evil.example");
    assert!(
        senders.iter().all(is_own),
        "what a name or a local part holds is no sender: {senders:?}"
    );

    for hostile in &mails {
        desk.stores(Role::Inbox, &hostile.raw).await;
    }
    desk.reads().await;
    nobody_was_obeyed(&desk).await;
    let shown = letters_fit(&mut desk, &shape, &senders).await;
    for place in [Place::FromName, Place::Subject, Place::NumberedAnswer, Place::LabelledAnswer] {
        let there: Vec<&Hostile> = mails.iter().filter(|mail| mail.place == place).collect();
        let hidden: Vec<&str> = there
            .iter()
            .filter(|mail| !shown.iter().any(|letter| letter.contains(&mail.marker)))
            .map(|mail| mail.name.as_str())
            .collect();
        // Else the letters would be harmless because they are empty.
        assert!(hidden.len() * 4 <= there.len(), "{place:?} is not shown: {hidden:?}");
    }

    consultants_work(&mut desk).await;
    letters_fit(&mut desk, &shape, &senders).await;
    requesters_disagree(&mut desk).await;
    letters_fit(&mut desk, &shape, &senders).await;
    for at in ["2026-12-08 08:30", "2026-12-09 09:00", "2026-12-09 17:01", "2026-12-10 09:00"] {
        desk.comes_to(at).await;
        let written = letters_fit(&mut desk, &shape, &senders).await;
        assert!(!written.is_empty(), "{at}");
    }
    terminals_stay_calm(&desk).await;
    desk.closes().await;
}

async fn references(desk: &Scenario) -> Vec<String> {
    let found =
        desk.finds("SELECT reference FROM requests WHERE request_id > 2 ORDER BY request_id");
    found.await.lines().map(str::to_owned).collect()
}

async fn consultants_work(desk: &mut Scenario) {
    for (number, reference) in references(desk).await.iter().enumerate() {
        let (command, words) = WORK.iter().cycle().nth(number).unwrap();
        let raw = format!(
            "From: {GRACE}\nTo: security@example.org\nSubject: [{reference}] {command}\n\
             Message-ID: <work-{number}@example.org>\n{VOUCHED}\n{words}\n"
        );
        desk.stores(Role::Inbox, raw.as_bytes()).await;
    }
    desk.reads().await;
    let done = "SELECT count(*)::text FROM inbound WHERE outcome = 'command'";
    assert!(desk.finds(done).await.parse::<usize>().unwrap() > 50);
}

/// The words of a dispute go to the CISO.
async fn requesters_disagree(desk: &mut Scenario) {
    let decided = "SELECT reference || ' ' || requester_address FROM requests
                   WHERE state IN ('redirected', 'closed') ORDER BY request_id";
    for (number, line) in desk.finds(decided).await.lines().enumerate() {
        let (reference, requester) = line.split_once(' ').unwrap();
        let (_, attack) = ATTACKS.iter().cycle().nth(number).unwrap();
        let head = format!(
            "From: {requester}\nTo: security@example.org\nSubject: Re: [{reference}]\n\
             Message-ID: <dispute-{number}@evil.example>\n\nI disagree with your decision. "
        );
        desk.stores(Role::Inbox, &[head.as_bytes(), attack, b"\n"].concat()).await;
    }
    desk.reads().await;
    let told = "SELECT count(*)::text FROM outbox WHERE kind = 'dispute_notice'";
    assert!(desk.finds(told).await.parse::<usize>().unwrap() >= 5);
}

/// What an operator types shows no control character of a stranger, and JSON stays a line an object.
async fn terminals_stay_calm(desk: &Scenario) {
    let mut tx = desk.store.begin().await.unwrap();
    for reference in references(desk).await {
        let id = requests::find(&mut tx, &reference).await.unwrap().unwrap();
        let history = History::read(&mut tx, id, &desk.desk.rules).await.unwrap();
        assert_harmless(&terminal::shown(&history.text(&desk.calendar)), &reference);
        let story = serde_json::to_value(&history.entries).unwrap();
        let line = terminal::json_line(&story);
        assert!(line.is_ascii() || !line.contains(letters::is_harmful), "{line}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap(), story);
    }
    drop(tx);
    for command in [
        &["requests", "--limit", "500"][..],
        &["requests", "--limit", "500", "--json"],
        &["requests", "show", "SEC-2026-0020"],
        &["requests", "show", "SEC-2026-0021", "--json"],
        &["requests", "--withheld"],
        &["ledger"],
        &["ledger", "--json"],
        &["letters", "list", "--state", "waiting"],
        &["letters", "show", "30"],
        &["quarantine", "list"],
    ] {
        let said = desk.types(command).await;
        assert_eq!(said.code, 0, "{command:?}: {}", said.error);
        assert_harmless(&said.out, &format!("{command:?}"));
        if command.contains(&"--json") {
            let is_object = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
            assert!(said.out.lines().all(is_object), "{command:?}");
        }
    }
}

#[tokio::test]
async fn hostile_mails_are_read_answered_and_obeyed_by_nobody_first_share() {
    tries(0).await;
}

#[tokio::test]
async fn hostile_mails_are_read_answered_and_obeyed_by_nobody_second_share() {
    tries(1).await;
}

#[tokio::test]
async fn hostile_mails_are_read_answered_and_obeyed_by_nobody_last_share() {
    tries(2).await;
}

#[tokio::test]
async fn monsters_are_read_in_bounds_and_obeyed_by_nobody() {
    let mut desk = desk().await;
    let shape = Shape::of(&desk.desk.templates, &STAFF);
    let mails = monsters::all();
    let senders = mails.iter().filter_map(|(_, raw)| mail::read(raw).from);
    let senders: BTreeSet<String> = senders.map(|from| from.address.as_str().to_owned()).collect();
    letters_fit(&mut desk, &shape, &senders).await;
    for (name, raw) in mails {
        desk.receives_raw(Role::Inbox, &raw).await;
        for letter in desk.new_letters().await {
            shape.assert_fits(&letter, &senders);
            assert!(letter.raw.len() < 100_000, "{name}: a letter of {} bytes", letter.raw.len());
        }
    }
    nobody_was_obeyed(&desk).await;
    consultants_work_on_monsters(&mut desk).await;
    for at in ["2026-12-08 08:30", "2026-12-09 09:00", "2026-12-09 17:01", "2026-12-10 09:00"] {
        desk.comes_to(at).await;
        letters_fit(&mut desk, &shape, &senders).await;
    }
    for command in [&["quarantine", "list"][..], &["requests"], &["requests", "--json"]] {
        assert_harmless(&desk.types(command).await.out, &format!("{command:?}"));
    }
    let set_aside = "SELECT inbound_id::text FROM inbound WHERE outcome = 'quarantined'";
    let set_aside = desk.finds(set_aside).await;
    assert!(set_aside.lines().count() >= 2, "{set_aside}");
    for id in set_aside.lines() {
        let said = desk.types(&["quarantine", "show", id, "--content"]).await;
        assert_harmless(&said.out, id);
    }
    desk.closes().await;
}

/// A mail that a letter passes on stays a part of its own.
async fn consultants_work_on_monsters(desk: &mut Scenario) {
    for reference in references(desk).await.iter().step_by(3) {
        desk.receives(GRACE, &format!("[{reference}] redirect data protection"), VOUCHED, "").await;
    }
    let passed_on = "SELECT count(*)::text FROM outbox WHERE kind = 'handed_over'";
    assert!(desk.finds(passed_on).await.parse::<usize>().unwrap() >= 5);
}

#[test]
fn the_corpus_is_large_and_its_mails_differ() {
    let mails = crossed(SEED);
    assert!(mails.len() >= 200, "{}", mails.len());
    let different: BTreeSet<&Vec<u8>> = mails.iter().map(|hostile| &hostile.raw).collect();
    assert_eq!(different.len(), mails.len());
    assert!(crossed(SEED).iter().zip(&mails).all(|(one, other)| one.raw == other.raw));
    assert!(crossed(SEED + 1).iter().zip(&mails).any(|(one, other)| one.raw != other.raw));
}

/// `mailtriage read` needs no desk, and prints what it read.
#[tokio::test]
async fn reading_hostile_files_leaves_the_terminal_alone() {
    let folder = tempfile::tempdir().unwrap();
    let crossed = crossed(SEED).into_iter().map(|hostile| hostile.raw);
    let mails: Vec<Vec<u8>> =
        crossed.chain(monsters::all().into_iter().map(|(_, raw)| raw)).collect();
    for (number, raw) in mails.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}\u{1b}[2J.eml")), raw).unwrap();
    }
    for json in [true, false] {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_mailtriage"));
        command.args(["read", "--model", "off"]).args(json.then_some("--json")).arg(folder.path());
        let output = command.output().await.unwrap();
        assert!(output.status.success());
        let out = String::from_utf8(output.stdout).unwrap();
        assert_harmless(&out, "mailtriage read");
        if json {
            assert_eq!(out.lines().count(), mails.len());
            for line in out.lines() {
                let object: serde_json::Value = serde_json::from_str(line).unwrap();
                assert!(object["kind"].is_string(), "{line}");
            }
        }
    }
}
