//! Letters whose sender or relay breaks off: none is sent twice, none is forgotten.

use mailtriage::clock::Clock;
use mailtriage::store::folders::Role;
use mailtriage::store::outbox::{self, Settlement};
use mailtriage::worker::Progress;

use crate::support::fake_smtp::{FakeSmtp, Step, Trouble};
use crate::support::post::Post;

const ALL_LEASES_RUN_OUT: &str = "UPDATE leases SET held_until = held_until - interval '1 day'";

#[tokio::test]
async fn a_letter_of_unknown_fate_is_not_sent_again() {
    for trouble in [Trouble::TakeAndHangUp, Trouble::HangUp] {
        let mut post = Post::opens(FakeSmtp::once(Step::FinalDot, trouble).await).await;
        post.desk.receives("ada@requests.example", "Passports", "", "1. The Office").await;
        post.sends().await;
        post.minutes_pass(60 * 24 * 7);
        post.sends().await;

        assert_eq!(
            post.outbox().await,
            "acknowledgement to ada@requests.example: unknown, attempts 1\n\
             sender_problem to postmaster@example.org: sent, attempts 1"
        );
        post.closes().await;
    }
}

#[tokio::test]
async fn a_copy_that_comes_back_shows_that_the_letter_was_sent() {
    let mut post = Post::opens(FakeSmtp::once(Step::FinalDot, Trouble::TakeAndHangUp).await).await;
    post.desk.receives("ada@requests.example", "Passports", "", "1. The Passport Office").await;
    post.sends().await;

    let copy = post.relay.taken()[0].raw.clone();
    post.desk.receives_raw(Role::Sent, copy.as_bytes()).await;

    assert_eq!(post.desk.outcomes().await, "own_mail 1, request 1");
    insta::assert_snapshot!(post.outbox().await, @r"
    acknowledgement to ada@requests.example: sent, attempts 1
    sender_problem to postmaster@example.org: sent, attempts 1
    ");
    let acknowledged = "SELECT COALESCE(acknowledged_at::text, 'not yet') FROM requests";
    assert_eq!(post.desk.finds(acknowledged).await, "2026-12-07 10:00:00+00");
    post.closes().await;
}

#[tokio::test]
async fn letters_of_a_process_that_died_are_free_when_its_lease_runs_out() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    let other = post.another_sender().await;
    post.writes("ada@example.org", "one").await;
    let mut conn = post.desk.store.connect().await.unwrap();
    let now = post.desk.clock.now();
    let claimed = outbox::claim(&mut conn, other.holder.as_str(), now, 20).await.unwrap();
    assert_eq!(claimed.len(), 1);

    // While its lease holds, nobody else touches the letter.
    post.sends().await;
    assert_eq!(post.outbox().await, "digest to ada@example.org: sending, attempts 1");

    drop(conn);
    post.desk.meddles(ALL_LEASES_RUN_OUT).await;
    let third = post.another_sender().await;
    assert_eq!(third.step().await.unwrap(), Progress::Worked);
    assert_eq!(post.outbox().await, "digest to ada@example.org: sent, attempts 2");
    post.closes().await;
}

#[tokio::test]
async fn a_process_that_died_over_the_content_leaves_a_letter_of_unknown_fate() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    let other = post.another_sender().await;
    post.writes("ada@example.org", "one").await;
    post.writes("ada@example.org", "two").await;
    let (holder, now) = (other.holder.as_str(), post.desk.clock.now());
    let mut conn = post.desk.store.connect().await.unwrap();
    let claimed = outbox::claim(&mut conn, holder, now, 20).await.unwrap();
    assert!(outbox::begin_content(&mut conn, claimed[0].id, holder, now).await.unwrap());
    drop(conn);

    post.desk.meddles(ALL_LEASES_RUN_OUT).await;
    let third = post.another_sender().await;
    while third.step().await.unwrap() == Progress::Worked {}
    assert_eq!(post.taken().first().unwrap(), "two");
    insta::assert_snapshot!(post.outbox().await, @r"
    digest to ada@example.org: unknown, attempts 1
    digest to ada@example.org: sent, attempts 1
    sender_problem to postmaster@example.org: sent, attempts 1
    ");

    // It was only slow: what it knows now counts.
    let mut conn = post.desk.store.connect().await.unwrap();
    let claim = (claimed[0].id, holder);
    let late = outbox::settle(&mut conn, claim, Settlement::GivenUp, None, now).await.unwrap();
    assert!(!late, "the claim is gone");
    assert!(outbox::settle(&mut conn, claim, Settlement::Sent, None, now).await.unwrap());
    drop(conn);
    assert!(post.outbox().await.starts_with("digest to ada@example.org: sent, attempts 1"));
    post.closes().await;
}

#[tokio::test]
async fn a_process_whose_lease_ran_out_neither_claims_nor_sends() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    post.writes("ada@example.org", "one").await;
    let now = post.desk.clock.now();
    let mut conn = post.desk.store.connect().await.unwrap();
    let claimed = outbox::claim(&mut conn, post.holder(), now, 20).await.unwrap();

    post.desk.meddles(ALL_LEASES_RUN_OUT).await;
    let id = claimed[0].id;
    assert!(!outbox::begin_content(&mut conn, id, post.holder(), now).await.unwrap());
    drop(conn);
    post.sends().await;
    assert_eq!(post.taken().len(), 0);
    assert_eq!(post.outbox().await, "digest to ada@example.org: waiting, attempts 1");
    post.closes().await;
}

#[tokio::test]
async fn a_step_that_failed_half_way_strands_no_letter() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    for name in ["ada", "bob", "eve"] {
        post.writes(&format!("{name}@example.org"), name).await;
    }
    // The database is lost after the claim: nothing can be noted, so nothing may be sent.
    post.desk
        .meddles("ALTER TABLE outbox ADD CONSTRAINT broken CHECK (content_began_at IS NULL)")
        .await;
    let sender = post.another_sender().await;
    assert!(sender.step().await.is_err());
    assert_eq!(post.taken().len(), 0);

    post.desk.meddles("ALTER TABLE outbox DROP CONSTRAINT broken").await;
    while sender.step().await.unwrap() == Progress::Worked {}
    assert_eq!(post.taken(), ["ada", "bob", "eve"]);
    post.closes().await;
}

#[tokio::test]
async fn an_answer_that_cannot_be_noted_is_of_unknown_fate() {
    let post = Post::opens(FakeSmtp::obedient().await).await;
    post.writes("ada@example.org", "one").await;
    post.desk.meddles("ALTER TABLE outbox ADD CONSTRAINT broken CHECK (state <> 'sent')").await;
    let sender = post.another_sender().await;
    assert!(sender.step().await.is_err());
    assert_eq!(post.taken(), ["one"]);

    post.desk.meddles("ALTER TABLE outbox DROP CONSTRAINT broken").await;
    while sender.step().await.unwrap() == Progress::Worked {}
    insta::assert_snapshot!(post.outbox().await, @r"
    digest to ada@example.org: unknown, attempts 1
    sender_problem to postmaster@example.org: sent, attempts 1
    ");
    assert_eq!(post.taken().len(), 2);
    post.closes().await;
}
