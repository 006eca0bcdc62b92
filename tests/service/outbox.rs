//! Letters on their way: sent once, in order, tried again, given up.

use std::collections::BTreeMap;

use mailtriage::worker::Progress;

use crate::support::fake_smtp::{FakeSmtp, Fault, Step, Trouble};
use crate::support::post::Post;

const LATER: Trouble = Trouble::Answer("451 4.3.0 try later");
const NEVER: Trouble = Trouble::Answer("550 5.1.1 no such user");

#[tokio::test]
async fn an_acknowledgement_that_left_stops_the_first_clock() {
    let mut post = Post::opens(FakeSmtp::obedient().await).await;
    post.desk.receives("ada@requests.example", "Passports", "", "1. The Passport Office").await;
    let acknowledged = "SELECT COALESCE(acknowledged_at::text, 'not yet') FROM requests";
    assert_eq!(post.desk.finds(acknowledged).await, "not yet");

    post.minutes_pass(3);
    post.sends().await;

    assert_eq!(post.taken(), ["Re: [SEC-2026-0001] Passports"]);
    let mail = &post.relay.taken()[0];
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("", ["ada@requests.example".to_owned()].as_slice())
    );
    assert_eq!(post.outbox().await, "acknowledgement to ada@requests.example: sent, attempts 1");
    assert_eq!(post.desk.finds(acknowledged).await, "2026-12-07 10:03:00+00");
    post.sends().await;
    assert_eq!(post.relay.taken().len(), 1);
    post.closes().await;
}

#[tokio::test]
async fn a_letter_leaves_at_once_by_a_process_whose_clock_is_minutes_behind() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    post.writes("ada@example.org", "digest").await;
    post.minutes_pass(-12);
    post.sends().await;
    assert_eq!(post.outbox().await, "digest to ada@example.org: sent, attempts 1");
    post.closes().await;
}

#[tokio::test]
async fn a_letter_that_is_to_come_later_is_tried_for_two_days_and_given_up() {
    let relay = FakeSmtp::always(Step::Recipient("ada@example.org"), LATER).await;
    let post = Post::opens(relay).await;
    post.writes("ada@example.org", "digest").await;

    let mut waits = Vec::new();
    loop {
        post.sends().await;
        let wait = post
            .desk
            .finds(
                "SELECT (extract(epoch FROM next_attempt_at - written_at) / 60)::int::text
                 FROM outbox WHERE state = 'waiting'",
            )
            .await;
        let Ok(minutes) = wait.parse::<i64>() else { break };
        let passed: i64 = waits.iter().sum();
        waits.push(minutes - passed);
        // A moment before, nothing happens.
        let asked = post.relay.commands().len();
        post.minutes_pass(minutes - passed - 1);
        post.sends().await;
        assert_eq!(post.relay.commands().len(), asked);
        post.minutes_pass(1);
    }

    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360, 360, 360, 360]);
    insta::assert_snapshot!(post.outbox().await, @r"
    digest to ada@example.org: given_up, attempts 16
    sender_problem to postmaster@example.org: sent, attempts 1
    ");
    post.closes().await;
}

#[tokio::test]
async fn a_refusal_for_good_ends_one_letter_and_no_other() {
    let relay = FakeSmtp::always(Step::Recipient("eve@requests.example"), NEVER).await;
    let mut post = Post::opens(relay).await;
    post.desk.receives("eve@requests.example", "First", "", "1. The Passport Office").await;
    post.desk.receives("bob@requests.example", "Second", "", "1. The Border").await;

    post.sends().await;
    post.minutes_pass(60 * 24 * 7);
    post.sends().await;

    insta::assert_snapshot!(post.outbox().await, @r"
    acknowledgement to eve@requests.example: given_up, attempts 1
    acknowledgement to bob@requests.example: sent, attempts 1
    cannot_reach to ada@example.org: sent, attempts 1
    cannot_reach to grace@example.org: sent, attempts 1
    sender_problem to postmaster@example.org: sent, attempts 1
    ");
    let acknowledged = "SELECT string_agg(requester_address, ' ') FROM requests
                        WHERE acknowledged_at IS NOT NULL";
    assert_eq!(post.desk.finds(acknowledged).await, "bob@requests.example");
    let words = "SELECT last_error FROM outbox WHERE last_error IS NOT NULL";
    assert!(post.desk.finds(words).await.contains("no such user"));
    post.closes().await;
}

#[tokio::test]
async fn a_notice_that_the_operator_cannot_get_leads_to_no_further_notice() {
    let post = Post::opens(FakeSmtp::always(Step::RcptTo, NEVER).await).await;
    post.writes("ada@example.org", "digest").await;
    post.sends().await;
    insta::assert_snapshot!(post.outbox().await, @r"
    digest to ada@example.org: given_up, attempts 1
    sender_problem to postmaster@example.org: given_up, attempts 1
    ");
    post.closes().await;
}

#[tokio::test]
async fn later_letters_wait_for_the_first_to_the_same_recipient_only() {
    let post = Post::opens(FakeSmtp::once(Step::Recipient("ada@example.org"), LATER).await).await;
    for subject in ["one", "two", "three"] {
        post.writes("ada@example.org", subject).await;
    }
    post.writes("grace@example.org", "other").await;

    post.sends().await;
    assert_eq!(post.taken(), ["other"]);
    post.minutes_pass(1);
    post.sends().await;
    assert_eq!(post.taken(), ["other", "one", "two", "three"]);
    post.closes().await;
}

#[tokio::test]
async fn a_relay_that_is_away_costs_no_attempt() {
    let away =
        |before| (before < 5).then_some(Fault { at: Step::Greeting, trouble: Trouble::HangUp });
    let post = Post::opens(FakeSmtp::with_plan(away).await).await;
    post.writes("ada@example.org", "one").await;
    post.writes("grace@example.org", "two").await;

    for _ in 0..5 {
        post.sends().await;
        assert_eq!(post.taken().len(), 0);
        assert_eq!(
            post.outbox().await,
            "digest to ada@example.org: waiting, attempts 0\n\
             digest to grace@example.org: waiting, attempts 0"
        );
        post.minutes_pass(1);
    }
    assert_eq!(post.relay.connections(), 5, "one letter asks for all");
    post.sends().await;
    assert_eq!(post.taken(), ["one", "two"]);
    post.closes().await;
}

#[tokio::test]
async fn a_relay_that_lets_nobody_in_costs_no_attempt() {
    let closed = Trouble::Answer("530 5.7.0 log in first");
    let post = Post::opens(FakeSmtp::once(Step::MailFrom, closed).await).await;
    post.writes("ada@example.org", "one").await;
    post.sends().await;
    assert_eq!(post.outbox().await, "digest to ada@example.org: waiting, attempts 0");
    post.minutes_pass(1);
    post.sends().await;
    assert_eq!(post.outbox().await, "digest to ada@example.org: sent, attempts 1");
    post.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_senders_at_once_send_each_letter_once_and_in_order() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    let other = post.another_sender().await;
    for number in 0..5 {
        for name in ["ada", "bob", "eve", "joe", "kim", "lee", "mia", "sue"] {
            post.writes(&format!("{name}@example.org"), &format!("{name} {number}")).await;
        }
    }

    let another = async { while other.step().await.unwrap() == Progress::Worked {} };
    tokio::join!(post.sends(), another);
    // Who finds nothing to claim may be gone while the last letters are with the other.
    post.sends().await;

    let mut numbers: BTreeMap<String, String> = BTreeMap::new();
    for subject in post.taken() {
        let (name, number) = subject.split_once(' ').unwrap();
        numbers.entry(name.to_owned()).or_default().push_str(number);
    }
    assert_eq!(numbers.len(), 8);
    assert!(numbers.values().all(|numbers| numbers == "01234"), "{numbers:?}");
    post.closes().await;
}

#[tokio::test]
async fn a_letter_that_a_rule_withholds_is_never_sent() {
    let mut post = Post::opens(FakeSmtp::obedient().await).await;
    for number in 0..7 {
        let subject = format!("Request {number}");
        post.desk.receives("ada@requests.example", &subject, "", "1. The Passport Office").await;
    }
    post.sends().await;
    post.minutes_pass(60 * 24 * 7);
    post.sends().await;
    assert_eq!(post.relay.taken().len(), 6);
    let withheld = "SELECT withheld_by FROM outbox WHERE state = 'withheld'";
    assert_eq!(post.desk.finds(withheld).await, "budget of the correspondent");
    post.closes().await;
}
