//! Loop safety: machines that never stop answering, wired to desks, fall silent.

use chrono::TimeDelta;
use mailtriage::clock::Clock;

use crate::support::robots::{Bounces, Gateway, Manners, PostOffice, Quotes, Robot};
use crate::support::scenario::{SETTINGS, Scenario};

const DESK: &str = "security@example.org";
const OTHER: &str = "help@other.example";
/// Automatic letters that one correspondent gets in a day, as the settings say.
const A_DAY: usize = 6;
/// No conversation is longer: then nobody has anything to answer.
const MOST_ROUNDS: usize = 60;
const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const ASKS: &str = "1. The Passport Office\n4. A review of our design";

/// The shipped settings, without the breaker where many machines are tried at once.
fn settings() -> String {
    SETTINGS.replace("letters_an_hour = 200", "letters_an_hour = 5000")
}

/// The settings of another team that has the same service.
fn other_settings() -> String {
    settings()
        .replace("security@example.org", OTHER)
        .replace("@example.org", "@other.example")
        .replace("\"SEC\"", "\"HLP\"")
}

fn every_manner() -> Vec<Manners> {
    let marks = [
        "",
        "Auto-Submitted: auto-replied\n",
        "Precedence: bulk\n",
        "X-Auto-Response-Suppress: All\n",
        "Return-Path: <>\n",
    ];
    let mut all = Vec::new();
    for marks in marks {
        for keeps_subject in [true, false] {
            for keeps_thread in [true, false] {
                for quotes in [Quotes::Nothing, Quotes::Marked, Quotes::Bare] {
                    all.push(Manners { marks, keeps_subject, keeps_thread, quotes });
                }
            }
        }
    }
    all
}

#[tokio::test]
async fn whatever_a_vacation_responder_looks_like_it_falls_silent() {
    let desk = Scenario::opens_with("2026-12-07 10:00", &settings()).await;
    let mut post = PostOffice::new(vec![(DESK, desk)]);
    for (number, manners) in every_manner().into_iter().enumerate() {
        let address = format!("v{number}@requests.example");
        post.desks[0].1.receives(&address, "Passports", "", ASKS).await;
        post.robots.push(Robot { from: address.clone(), address, manners });
    }

    let rounds = post.carries(MOST_ROUNDS).await;

    assert!(rounds < MOST_ROUNDS, "still not silent");
    for robot in &post.robots {
        let (got, Manners { marks, keeps_subject, keeps_thread, quotes }) =
            (post.got(&robot.address), robot.manners);
        let is_known = marks.starts_with("Auto-Submitted") || marks.starts_with("Return-Path");
        // One acknowledgement is the end where the answer is known as a machine's, or as one more
        // mail in the thread; else the budget is. Our own words about disagreement, given back as
        // theirs, read as a dispute: once.
        let most = match (is_known, keeps_thread || keeps_subject, quotes) {
            (true, _, _) | (false, true, Quotes::Nothing | Quotes::Marked) => 1,
            (false, true, Quotes::Bare) => 2,
            (false, false, _) => A_DAY,
        };
        assert!(got <= most, "{got} letters: {marks:?} {keeps_subject} {keeps_thread}");
        if got == A_DAY {
            assert_eq!(post.rules_for(&robot.address), ["budget of the correspondent"]);
        }
    }
    assert!(post.withheld.iter().any(|(_, rule)| rule == "budget of the correspondent"));

    // It stays silent: nobody is left who has something to answer.
    let before = post.carried.len();
    let desk = &mut post.desks[0].1;
    desk.clock.set(desk.clock.now() + TimeDelta::days(2));
    post.carries(MOST_ROUNDS).await;
    assert_eq!(post.carried.len(), before);
    post.closes().await;
}

#[tokio::test]
async fn a_responder_at_the_address_of_a_consultant_or_of_the_duty_falls_silent() {
    for (marks, keeps_subject, keeps_thread) in [
        (VOUCHED, true, true),
        (VOUCHED, true, false),
        (VOUCHED, false, false),
        ("", true, true),
        ("", true, false),
        ("", false, false),
    ] {
        let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings()).await;
        let urgent = format!("{ASKS}\n\nUrgent: we were hacked this morning, please call at once.");
        desk.receives("pat@requests.example", "Urgent: help", "", &urgent).await;
        desk.receives("bob@requests.example", "Passports", "", ASKS).await;
        desk.receives("Grace <grace@example.org>", "[SEC-2026-0002] assign me", VOUCHED, "").await;
        desk.comes_to("2026-12-08 08:30").await;
        let mut post = PostOffice::new(vec![(DESK, desk)]);
        let manners = Manners { marks, keeps_subject, keeps_thread, quotes: Quotes::Bare };
        for address in
            ["grace@example.org", "ada@example.org", "duty@example.org", "ciso@example.org"]
        {
            let from = match address {
                "duty@example.org" => "officer@example.org",
                same => same,
            };
            post.robots.push(Robot { address: address.to_owned(), from: from.to_owned(), manners });
        }

        let rounds = post.carries(4 * MOST_ROUNDS).await;

        assert!(rounds < 4 * MOST_ROUNDS, "{marks} {keeps_subject} {keeps_thread}");
        assert!(post.carried.len() <= 70, "{} {marks}{keeps_subject}", post.carried.len());
        for (robot, most) in [
            ("grace@example.org", 25),
            ("ada@example.org", 25),
            ("duty@example.org", 7),
            ("officer@example.org", A_DAY),
            ("ciso@example.org", 2 * A_DAY + 1),
        ] {
            assert!(post.got(robot) <= most, "{robot} got {} {marks}", post.got(robot));
        }
        post.closes().await;
    }
}

#[tokio::test]
async fn two_desks_that_ask_each_other_fall_silent_through_any_gateway() {
    for (gateway, most) in
        [(Gateway::Honest, 2), (Gateway::StripsMarks, 4), (Gateway::StripsAll, 2 * A_DAY)]
    {
        let mut ours = Scenario::opens_with("2026-12-07 10:00", &settings()).await;
        let mut theirs = Scenario::opens_with("2026-12-07 10:00", &other_settings()).await;
        // A person of each team writes to the other from the shared mailbox.
        ours.receives(OTHER, "Passports", "", ASKS).await;
        theirs.receives(DESK, "Visas", "", ASKS).await;
        let mut post = PostOffice::new(vec![(DESK, ours), (OTHER, theirs)]);
        post.gateway = gateway;

        let rounds = post.carries(MOST_ROUNDS).await;

        assert!(rounds < MOST_ROUNDS, "{gateway:?}");
        let between = post.got(DESK) + post.got(OTHER);
        assert!(between <= most, "{gateway:?}: {between} letters");
        if gateway == Gateway::StripsAll {
            assert_eq!(post.rules_for(OTHER), ["budget of the correspondent"]);
        }
        post.closes().await;
    }
}

/// The whole menagerie: a bound for all of it together, and each letter withheld has its rule.
#[tokio::test]
async fn desks_responders_bouncing_servers_and_a_list_wired_together_fall_silent() {
    let mut ours = Scenario::opens_with("2026-12-07 10:00", &settings()).await;
    let mut theirs = Scenario::opens_with("2026-12-07 10:00", &other_settings()).await;
    let askers = [
        "v1@requests.example",
        "v2@requests.example",
        "gone@bounces.example",
        "gone@prose.example",
        "team@lists.example",
    ];
    for asker in askers {
        ours.receives(asker, "Passports", "", ASKS).await;
        theirs.receives(asker, "Visas", "", ASKS).await;
    }
    ours.receives(OTHER, "Passports", "", ASKS).await;
    theirs.receives(DESK, "Visas", "", ASKS).await;
    let mut post = PostOffice::new(vec![(DESK, ours), (OTHER, theirs)]);
    post.gateway = Gateway::StripsAll;
    post.bouncing =
        vec![("gone@bounces.example", Bounces::AsReport), ("gone@prose.example", Bounces::AsProse)];
    post.list =
        ("team@lists.example", vec![DESK, OTHER, "v1@requests.example", "gone@prose.example"]);
    for (address, keeps_thread) in [("v1@requests.example", false), ("v2@requests.example", true)] {
        let manners =
            Manners { marks: "", keeps_subject: false, keeps_thread, quotes: Quotes::Bare };
        post.robots.push(Robot { address: address.to_owned(), from: address.to_owned(), manners });
    }

    let rounds = post.carries(3 * MOST_ROUNDS).await;

    assert!(rounds < 3 * MOST_ROUNDS);
    // Both desks, six correspondents and the postmaster, each with a budget of six.
    assert!(post.carried.len() <= 2 * 7 * A_DAY, "{} letters", post.carried.len());
    let rules = ["budget of the correspondent", "no-reply or daemon address", "own address"];
    for (_, rule) in &post.withheld {
        assert!(rules.contains(&rule.as_str()), "{rule}");
    }
    post.closes().await;
}

#[tokio::test]
async fn the_breaker_holds_back_letters_and_tells_the_operator_once_an_hour() {
    let settings = SETTINGS.replace("letters_an_hour = 200", "letters_an_hour = 5");
    let mut desk = Scenario::opens_with("2026-12-07 10:05", &settings).await;
    for number in 1..=9 {
        desk.receives(&format!("p{number}@requests.example"), "Passports", "", ASKS).await;
    }
    let letters = desk.letters().await;
    assert_eq!(letters.matches("WITHHELD global breaker").count(), 4);
    assert_eq!(letters.matches("letters_withheld to postmaster@example.org").count(), 1);
    assert_eq!(desk.outcomes().await, "request 9", "the requests are there all the same");

    desk.is("2026-12-07 10:50");
    desk.receives("late@requests.example", "Passports", "", ASKS).await;
    assert!(!desk.letters().await.contains("letters_withheld"), "once an hour");
    desk.is("2026-12-07 11:06");
    desk.receives("later@requests.example", "Passports", "", ASKS).await;
    assert!(!desk.letters().await.contains("WITHHELD"), "there is room again");

    desk.comes_to("2026-12-08 08:30").await;
    let digest = desk.new_letters().await.remove(0).text;
    let digest = digest.split_whitespace().collect::<Vec<_>>().join(" ");
    let marked = digest.matches("not acknowledged, by the rule: global breaker").count();
    assert_eq!(marked, 5, "a human sees who got nothing: {digest}");
    desk.closes().await;
}

#[test]
fn the_shipped_breaker_is_a_breaker() {
    assert!(SETTINGS.contains("\nletters_an_hour = 200\n"));
    assert_eq!(mailtriage::triage::policy::Limits::default().letters_an_hour, 200);
}

/// Forged mails from the roster make us write to the consultant; not without end.
#[tokio::test]
async fn forged_command_mails_do_not_flood_the_consultant() {
    for (subject, body, kind) in [
        ("help", "", "transcript"),
        ("[SEC-2026-0001] status", "", "transcript"),
        ("[SEC-2026-0001] frobnicate", "", "transcript"),
        ("Re: [SEC-2026-0001] Passports", "I am away.", "transcript"),
        ("[SEC-2026-0001] close", "", "confirm"),
    ] {
        let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings()).await;
        desk.receives("pat@requests.example", "Passports", "", ASKS).await;
        desk.letters().await;
        for minute in 0..25 {
            desk.is(&format!("2026-12-07 10:{minute:02}"));
            desk.receives("Grace <grace@example.org>", subject, "", body).await;
        }
        let letters = desk.letters().await;
        let count = letters.matches(&format!("{kind} to grace@example.org")).count();
        assert_eq!(count, 25, "each is recorded: {subject} {letters}");
        let withheld = letters.matches("WITHHELD budget of the consultant").count();
        assert_eq!(withheld, 5, "20 an hour: {subject}");
        assert_eq!(desk.outcomes().await, "command 25, request 1");

        // The true consultant still gets an answer to every order.
        desk.receives("Grace <grace@example.org>", "[SEC-2026-0001] note hi", VOUCHED, "").await;
        assert!(!desk.letters().await.contains("WITHHELD"), "{subject}");
        desk.closes().await;
    }
}
