//! Attacks with keys and mails that were stolen, copied or made up.

use chrono::TimeDelta;
use mailtriage::clock::Clock;
use mailtriage::command::Verb;
use mailtriage::letter::Grant;
use mailtriage::mail::{self, EmailAddress, MessageId};
use mailtriage::store::folders::Role;
use mailtriage::triage::Reference;

use super::{Attack, CLOSE, GRACE, desk, mail_from, refused, repel, strangers};

#[tokio::test]
async fn keys_and_mails_that_were_stolen_or_made_up() {
    let mut desk = desk().await;
    let now = desk.clock.now();
    let key = |consultant: &str, number: i64, verb: Verb, hours: i64| {
        let grant = Grant {
            consultant: &EmailAddress::parse(consultant).unwrap(),
            reference: &Reference::new("SEC", 2026, number),
            verb,
        };
        let letter = MessageId::parse(&format!("{consultant}{number}{hours}@example.org")).unwrap();
        desk.desk.keyring.action_key(&grant, &letter, now + TimeDelta::hours(hours))
    };
    let with = |key: &str| mail_from(GRACE, "", &format!("{CLOSE} {key}"), "");
    let own = key("grace@example.org", 1, Verb::Close, 24);
    let end = if own.ends_with('a') { "b" } else { "a" };
    let forged = format!("{}{end}", &own[..own.len() - 1]);
    let refused = |name, key: &str, told| Attack { told, ..refused(name, with(key)) };
    let other = "made for another person, request or command";
    let attacks = vec![
        refused("a forged key", &forged, other),
        refused("half a key", &own[..20], "no server that we trust"),
        refused(
            "the key of another consultant",
            &key("ada@example.org", 1, Verb::Close, 24),
            other,
        ),
        refused("a key for another request", &key("grace@example.org", 2, Verb::Close, 24), other),
        refused("a key for another command", &key("grace@example.org", 1, Verb::Ask, 24), other),
        refused(
            "an expired key",
            &key("grace@example.org", 1, Verb::Close, -1),
            "the link has expired",
        ),
        strangers(
            "the key of a removed consultant",
            mail_from(
                "rex@example.org",
                "",
                &format!("{CLOSE} {}", key("rex@example.org", 1, Verb::Close, 24)),
                "",
            ),
            "rex@example.org",
        ),
        strangers(
            "a stolen key, used by a stranger",
            mail_from("eve@evil.example", "", &format!("{CLOSE} {own}"), ""),
            "eve@evil.example",
        ),
    ];
    let note = key("grace@example.org", 1, Verb::Note, 24);
    let former = key("grace@example.org", 1, Verb::Note, 25);
    repel(&mut desk, attacks).await;

    // A link works once, and for the person's former address too.
    let noted = |key: &str, id: &str, from: &str, words: &str| {
        let id = format!("Message-ID: <{id}@example.org>\n");
        mail_from(from, &id, &format!("[SEC-2026-0001] note {key}"), words)
    };
    for (key, id, from) in [(&note, "one", GRACE), (&former, "two", "grace@old.example")] {
        desk.receives_raw(Role::Inbox, noted(key, id, from, "seen").as_bytes()).await;
        let letters = desk.new_letters().await;
        assert!(letters[0].text.contains("Noted") && letters[0].recipient == "grace@example.org");
    }
    let replays = vec![
        Attack {
            name: "the same mail again",
            outcome: "duplicate",
            letters: String::new(),
            told: "",
            mail: noted(&note, "one", GRACE, "seen"),
        },
        Attack {
            told: "the link was used before",
            ..super::refused("the same link in another mail", noted(&note, "three", GRACE, "again"))
        },
        Attack {
            told: "the link was used before",
            ..super::refused(
                "the same id on another mail",
                noted(&note, "one", GRACE, "other words"),
            )
        },
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
