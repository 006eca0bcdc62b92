//! The escalation ladder, told as stories: who hears of a promise, when, and what ends it.

use mailtriage::store::folders::Role;

use crate::support::folder::passable_folder;
use crate::support::scenario::{SETTINGS, Scenario};

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";

fn with(settings: &str, replace: &str, by: &str) -> String {
    assert!(settings.contains(replace), "the example no longer holds {replace}");
    settings.replacen(replace, by, 1)
}

/// The kinds of letters of the ladder that are written at that time, and to whom.
async fn climbs(desk: &mut Scenario, at: &str) -> Vec<String> {
    desk.comes_to(at).await;
    let ladder = ["reminder", "overdue", "overdue_summary", "urgent_alert", "set_aside"];
    let letters = desk.new_letters().await.into_iter();
    let letters = letters.filter(|letter| ladder.contains(&letter.kind.as_str()));
    letters.map(|letter| format!("{} {}", letter.kind, letter.recipient)).collect()
}

#[tokio::test]
async fn the_assignee_is_reminded_or_who_stands_in_for_them() {
    // Grace has the request. On the due day she is at work, away, or nobody is.
    let away =
        "address = \"grace@example.org\"\nabsent = [{from = \"2026-12-10\", to = \"2026-12-11\"}]";
    let grace_away = with(SETTINGS, "address = \"grace@example.org\"", away);
    let both_away = with(
        &grace_away,
        "address = \"ada@example.org\"",
        "address = \"ada@example.org\"\nworking_days = [\"mon\", \"tue\", \"wed\"]",
    );
    for (settings, expected) in [
        (SETTINGS, "reminder grace@example.org"),
        (&grace_away, "reminder ada@example.org"),
        (&both_away, "reminder duty@example.org"),
    ] {
        let mut desk = Scenario::opens_with("2026-12-07 10:00", settings).await;
        desk.receives("pat@requests.example", "Passports", "", ASKS).await;
        desk.receives(GRACE, "[SEC-2026-0001] assign me", VOUCHED, "").await;
        desk.is("2026-12-08 10:00");
        let more = "In-Reply-To: <mail-1@test.example>\n";
        desk.receives("pat@requests.example", "Re: Passports", more, "One thing more.").await;
        desk.new_letters().await;
        desk.comes_to("2026-12-10 09:00").await;
        let letters = desk.new_letters().await;
        let reminders: Vec<_> = letters.iter().filter(|one| one.kind == "reminder").collect();
        assert_eq!(reminders.len(), 1, "{expected}");
        assert_eq!(format!("reminder {}", reminders[0].recipient), expected);
        let is_away = reminders[0].text.contains("who is away today");
        assert_eq!(is_away, settings != SETTINGS, "{}", reminders[0].text);
        desk.closes().await;
    }
}

#[tokio::test]
async fn times_and_recipients_are_settings() {
    let settings = with(
        SETTINGS,
        "remind_at = \"09:00\"",
        "remind_at = \"09:00\"\nremind_days_before = 1\nescalate_after_hours = 16\n\
         escalate_to = [\"ciso@example.org\", \"deputy@example.org\"]\n\
         alert_to = [\"duty@example.org\", \"night@example.org\"]\nsummary = false",
    );
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    desk.receives("pat@requests.example", "Passports", "", ASKS).await;
    desk.receives(GRACE, "[SEC-2026-0001] urgent", VOUCHED, "").await;
    assert_eq!(
        climbs(&mut desk, "2026-12-07 10:00").await,
        ["urgent_alert duty@example.org", "urgent_alert night@example.org"]
    );
    let both = ["reminder ada@example.org", "reminder grace@example.org"];
    assert_eq!(climbs(&mut desk, "2026-12-08 09:00").await, both, "a working day before");
    assert_eq!(climbs(&mut desk, "2026-12-09 17:00").await, [""; 0]);
    assert_eq!(
        climbs(&mut desk, "2026-12-10 09:00").await,
        ["overdue ciso@example.org", "overdue deputy@example.org"]
    );
    assert_eq!(climbs(&mut desk, "2026-12-11 09:30").await, [""; 0], "no summary");
    desk.closes().await;
}

/// Whatever a human does that reaches the requester ends the ladder, wherever it stands.
#[tokio::test]
async fn any_human_reply_ends_the_ladder() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for number in 1..=7 {
        desk.receives("pat@requests.example", &format!("Request {number}"), "", ASKS).await;
    }
    let of_team = |from: &str, number: u32, more: &str| {
        format!(
            "From: {from}\nTo: pat@requests.example\n{more}Subject: Re: Request {number}\n\
             Message-ID: <reply-{number}@example.org>\nIn-Reply-To: <mail-{number}@test.example>\n\n\
             We look at it.\n"
        )
    };
    let sent = of_team("security@example.org", 1, "");
    desk.receives_raw(Role::Sent, sent.as_bytes()).await;
    let vouched = format!("Cc: security@example.org\n{VOUCHED}");
    let copied = of_team("ada@example.org", 2, &vouched);
    desk.receives_raw(Role::Inbox, copied.as_bytes()).await;
    for (number, order) in [(3, "assign me"), (4, "ask"), (5, "redirect incident"), (6, "close")] {
        let subject = format!("[SEC-2026-000{number}] {order}");
        desk.receives(GRACE, &subject, VOUCHED, "Which one?").await;
    }
    desk.letters().await;
    // Only the seventh is left; after its reminder and its notice, a late reply ends it, too.
    let both = ["reminder ada@example.org", "reminder grace@example.org"];
    assert_eq!(climbs(&mut desk, "2026-12-09 09:00").await, both);
    assert_eq!(climbs(&mut desk, "2026-12-09 17:00").await, ["overdue ciso@example.org"]);
    assert_eq!(climbs(&mut desk, "2026-12-10 09:00").await, ["overdue_summary ciso@example.org"]);
    desk.receives(GRACE, "[SEC-2026-0007] reply", VOUCHED, "Sorry for the wait.").await;
    assert_eq!(climbs(&mut desk, "2026-12-11 09:00").await, [""; 0]);
    desk.closes().await;
}

/// A template of the team fails for one request only. It holds nobody else up, the operator hears of
/// it, and it is made up for as soon as it works.
#[tokio::test]
async fn a_request_whose_letter_fails_is_set_aside_and_tried_again() {
    let folder = passable_folder();
    let wording = "{% for request in section.requests %}{{ request.reference }}\n\
                   {% if request.subject == \"Broken\" %}{{ request.nothing.there }}{% endif %}\n\
                   {% endfor %}";
    std::fs::write(folder.path().join("overdue.txt"), wording).unwrap();
    let setting = format!("templates_dir = \"{}\"", folder.path().display());
    let settings = with(SETTINGS, "# templates_dir = \"/etc/mailtriage/templates\"", &setting);
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    for subject in ["One", "Broken", "Three"] {
        desk.receives("pat@requests.example", subject, "", ASKS).await;
    }
    climbs(&mut desk, "2026-12-09 09:00").await;

    desk.comes_to("2026-12-09 17:00").await;
    let letters = desk.new_letters().await;
    let shown: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    assert_eq!(shown, ["set_aside", "overdue"]);
    assert_eq!(letters[0].recipient, "postmaster@example.org");
    assert!(letters[0].text.contains("about SEC-2026-0002"), "{}", letters[0].text);
    assert!(letters[0].text.contains("overdue.txt"), "{}", letters[0].text);
    assert_eq!(letters[1].text.matches("SEC-2026-000").count(), 2, "{}", letters[1].text);
    let events = "SELECT kind FROM events WHERE request_id = 2 ORDER BY event_id";
    assert_eq!(desk.finds(events).await, "opened\nreminded\nset_aside");

    // Tried again each hour of working time, without a word more.
    assert_eq!(climbs(&mut desk, "2026-12-09 17:30").await, [""; 0]);
    let summary = ["overdue_summary ciso@example.org"];
    assert_eq!(climbs(&mut desk, "2026-12-10 09:00").await, summary);
    desk.meddles("UPDATE requests SET subject = 'Mended' WHERE request_id = 2").await;
    assert_eq!(climbs(&mut desk, "2026-12-10 10:00").await, ["overdue ciso@example.org"]);
    assert_eq!(desk.finds(events).await, "opened\nreminded\nset_aside\nescalated");
    desk.closes().await;
}

#[tokio::test]
async fn a_former_address_replies_but_does_not_command() {
    let settings = with(
        SETTINGS,
        "address = \"grace@example.org\"",
        "address = \"grace@example.org\"\nformer_addresses = [\"grace@old.example\"]",
    );
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    desk.receives("pat@requests.example", "Passports", "", ASKS).await;
    desk.letters().await;
    let vouched = "Authentication-Results: mx.example.org; dmarc=pass header.from=old.example\n";
    desk.receives("grace@old.example", "[SEC-2026-0001] close", vouched, "").await;
    insta::assert_snapshot!(
        desk.letters().await,
        @"confirm to grace@example.org: [SEC-2026-0001] Please confirm what you wrote to us"
    );
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "new");

    let reply = format!(
        "From: grace@old.example\nTo: pat@requests.example\nCc: security@example.org\n{vouched}\
         Subject: Re: Passports\nMessage-ID: <reply@old.example>\n\
         In-Reply-To: <mail-1@test.example>\n\nWe look at it.\n"
    );
    desk.receives_raw(Role::Inbox, reply.as_bytes()).await;
    let request = desk.request("SEC-2026-0001").await;
    assert!(request.owed.is_none());
    assert_eq!(request.state.consultant().unwrap().as_str(), "grace@example.org");
    desk.closes().await;
}
