//! Attacks with keys and mails that were stolen, copied or made up.

use chrono::TimeDelta;
use mailtriage::clock::Clock;
use mailtriage::command::Verb;
use mailtriage::letter::Grant;
use mailtriage::mail::{self, EmailAddress, MessageId};
use mailtriage::store::folders::Role;
use mailtriage::triage::Reference;

use crate::support::scenario::Scenario;

use super::{Attack, CLOSE, GRACE, desk, mail_from, refused, repel, strangers};

/// A key that we made, for so many hours from now.
fn key(desk: &Scenario, consultant: &str, number: i64, (verb, hours): (Verb, i64)) -> String {
    let grant = Grant {
        consultant: &EmailAddress::parse(consultant).unwrap(),
        reference: &Reference::new("SEC", 2026, number),
        verb,
    };
    let letter = MessageId::parse(&format!("{consultant}{number}{hours}@example.org")).unwrap();
    desk.desk.keyring.action_key(&grant, &letter, desk.clock.now() + TimeDelta::hours(hours))
}

#[tokio::test]
async fn keys_that_were_stolen_or_made_up() {
    let mut desk = desk().await;
    let (grace, ada, rex) = ("grace@example.org", "ada@example.org", "rex@example.org");
    let own = key(&desk, grace, 1, (Verb::Close, 24));
    let end = if own.ends_with('a') { 'b' } else { 'a' };
    let short: String = own.chars().take(own.len() - 1).collect();
    let half: String = own.chars().take(20).collect();
    let other = "made for another person, request or command";
    let rows = [
        ("a forged key", format!("{short}{end}"), other),
        ("half a key", half, "no server that we trust"),
        ("the key of another consultant", key(&desk, ada, 1, (Verb::Close, 24)), other),
        ("a key for another request", key(&desk, grace, 2, (Verb::Close, 24)), other),
        ("a key for another command", key(&desk, grace, 1, (Verb::Ask, 24)), other),
        ("an expired key", key(&desk, grace, 1, (Verb::Close, -1)), "the link has expired"),
    ];
    let with = |from: &str, key: &str| mail_from(from, "", &format!("{CLOSE} {key}"), "");
    let mut attacks: Vec<Attack> = rows
        .into_iter()
        .map(|(name, key, told)| Attack { told, ..refused(name, with(GRACE, &key)) })
        .collect();
    let theirs = key(&desk, rex, 1, (Verb::Close, 24));
    attacks.push(strangers("the key of a removed consultant", with(rex, &theirs), rex));
    let eve = "eve@evil.example";
    attacks.push(strangers("a stolen key, used by a stranger", with(eve, &own), eve));
    repel(&mut desk, attacks).await;
    desk.closes().await;
}

#[tokio::test]
async fn links_and_mails_that_are_sent_again() {
    let mut desk = desk().await;
    let note = key(&desk, "grace@example.org", 1, (Verb::Note, 24));
    let former = key(&desk, "grace@example.org", 1, (Verb::Note, 25));
    let noted = |key: &str, id: &str, from: &str, words: &str| {
        let id = format!("Message-ID: <{id}@example.org>\n");
        mail_from(from, &id, &format!("[SEC-2026-0001] note {key}"), words)
    };
    // A link works once, and for the person's former address too.
    for (key, id, from) in [(&note, "one", GRACE), (&former, "two", "grace@old.example")] {
        desk.receives_raw(Role::Inbox, noted(key, id, from, "seen").as_bytes()).await;
        let letters = desk.new_letters().await;
        assert!(letters[0].text.contains("Noted") && letters[0].recipient == "grace@example.org");
    }
    let used = |name, mail| Attack { told: "the link was used before", ..refused(name, mail) };
    let replays = vec![
        Attack {
            name: "the same mail again",
            outcome: "duplicate",
            letters: String::new(),
            told: "",
            mail: noted(&note, "one", GRACE, "seen"),
        },
        used("the same link in another mail", noted(&note, "three", GRACE, "again")),
        used("the same id on another mail", noted(&note, "one", GRACE, "other words")),
    ];
    repel(&mut desk, replays).await;
    desk.closes().await;
}

#[tokio::test]
async fn links_of_confirm_letters_are_as_narrow_as_others() {
    let mut desk = desk().await;
    desk.receives(GRACE, CLOSE, "", "").await;
    let html = mail::html_part(&desk.new_letters().await[0].raw).unwrap();
    let (_, rest) = html.split_once("close%20key-").expect("a link that confirms");
    let key = format!("key-{}", rest.split(['"', '&']).next().unwrap());
    let told = "made for another person, request or command";
    let attacks = vec![
        Attack {
            told,
            letters: "confirm to ada@example.org".to_owned(),
            ..refused(
                "by another consultant",
                mail_from("Ada <ada@example.org>", "", &format!("{CLOSE} {key}"), ""),
            )
        },
        Attack {
            told,
            ..refused(
                "for another command",
                mail_from(GRACE, "", &format!("[SEC-2026-0001] spam {key}"), ""),
            )
        },
        Attack {
            told,
            ..refused(
                "for another request",
                mail_from(GRACE, "", &format!("[SEC-2026-0002] close {key}"), ""),
            )
        },
    ];
    repel(&mut desk, attacks).await;
    let start = desk.clock.now();
    desk.clock.set(start + TimeDelta::days(8));
    let late = Attack {
        told: "the link has expired",
        ..refused("a week later", mail_from(GRACE, "", &format!("{CLOSE} {key}"), ""))
    };
    repel(&mut desk, vec![late]).await;
    desk.clock.set(start);
    desk.receives(GRACE, &format!("{CLOSE} {key}"), "", "").await;
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "closed", "and in time it works");
    desk.closes().await;
}
