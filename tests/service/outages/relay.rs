//! A relay that refuses all, for days; that breaks off in the middle; and what the operator learns.

use mailtriage::clock::Clock;
use mailtriage::store::watch;

use crate::support::fake_smtp::{FakeSmtp, Fault, Step, Trouble};
use crate::support::post::Post;

async fn refused_for_minutes(post: &Post) -> Option<i64> {
    let mut conn = post.desk.store.connect().await.unwrap();
    let now = post.desk.clock.now();
    let work = watch::work(&mut conn, (now, now.date_naive(), now)).await.unwrap();
    work.refused_since.map(|since| (now - since).num_minutes())
}

/// Nobody is to blame but the relay: nothing is given up, however long it takes, and the operator
/// hears of it by mail as soon as mail works.
#[tokio::test]
async fn a_relay_that_refuses_our_address_for_days_delays_letters_and_loses_none() {
    let refused = Trouble::Answer("550 5.7.1 not allowed to send as this address");
    let plan =
        move |before| (before < 40).then_some(Fault { at: Step::MailFrom, trouble: refused });
    let mut post = Post::opens(FakeSmtp::with_plan(plan).await).await;
    post.writes("ada@example.org", "one").await;
    post.writes("ada@example.org", "two").await;
    post.writes("grace@example.org", "three").await;
    let mut rounds = 0;
    loop {
        post.sends().await;
        if post.relay.connections() > 40 {
            break;
        }
        rounds += 1;
        assert_eq!(post.taken().len(), 0);
        post.minutes_pass(90);
    }
    assert!(rounds >= 39, "one letter asks for all: {rounds}");
    let mut taken = post.taken();
    let told = taken.pop().unwrap();
    taken.sort_unstable();
    assert_eq!(taken, ["one", "three", "two"]);
    assert!(
        told.contains("The mail relay took no letters until Wednesday 9 December 2026"),
        "{told}"
    );
    let letters = post.desk.new_letters().await;
    let outage = letters.iter().find(|letter| letter.kind == "outage").unwrap();
    assert_eq!(outage.recipient, "postmaster@example.org");
    insta::assert_snapshot!(outage.text);
    assert_eq!(letters.iter().filter(|letter| letter.kind == "outage").count(), 1, "told once");
    assert_eq!(refused_for_minutes(&post).await, None);
    post.closes().await;
}

#[tokio::test]
async fn the_health_page_knows_how_long_letters_wait_also_after_a_restart() {
    let post = Post::opens(FakeSmtp::always(Step::Greeting, Trouble::HangUp).await).await;
    post.writes("ada@example.org", "one").await;
    assert_eq!(refused_for_minutes(&post).await, None, "not asked yet");
    post.sends().await;
    post.minutes_pass(120);
    // Another process, or the same after a restart, knows nothing of the refusals before.
    let other = post.another_sender().await;
    other.step().await.unwrap();
    assert_eq!(refused_for_minutes(&post).await, Some(120));
    post.closes().await;
}

#[tokio::test]
async fn a_short_absence_is_not_worth_a_letter() {
    let post = Post::opens(FakeSmtp::once(Step::Greeting, Trouble::HangUp).await).await;
    post.writes("ada@example.org", "one").await;
    post.sends().await;
    post.minutes_pass(59);
    post.sends().await;
    assert_eq!(post.taken(), ["one"]);
    assert_eq!(refused_for_minutes(&post).await, None);
    post.closes().await;
}

/// "Service not available, closing transmission channel", at any step, with other letters behind.
#[tokio::test]
async fn a_relay_that_closes_in_the_middle_gets_each_letter_once() {
    for at in
        [Step::Greeting, Step::Hello, Step::MailFrom, Step::RcptTo, Step::Data, Step::FinalDot]
    {
        let closing = Trouble::Answer("421 4.3.2 closing for maintenance");
        let post = Post::opens(FakeSmtp::once(at, closing).await).await;
        for (to, subject) in [("ada", "one"), ("grace", "two"), ("duty", "three")] {
            post.writes(&format!("{to}@example.org"), subject).await;
        }
        for _ in 0..3 {
            post.sends().await;
            post.minutes_pass(2);
        }
        let mut taken = post.taken();
        taken.sort_unstable();
        assert_eq!(taken, ["one", "three", "two"], "{at:?}");
        let states = "SELECT string_agg(DISTINCT state, ' ') FROM outbox";
        assert_eq!(post.desk.finds(states).await, "sent", "{at:?}: a 421 is an answer");
        post.closes().await;
    }
}

/// A letter is only put off for hours. One that waits for longer was written before the clock was
/// set back.
#[tokio::test]
async fn a_clock_that_is_set_back_by_a_day_holds_no_letter_up() {
    let later = Trouble::Answer("451 4.3.0 try later");
    let post = Post::opens(FakeSmtp::once(Step::RcptTo, later).await).await;
    post.writes("ada@example.org", "one").await;
    post.sends().await;
    assert_eq!(post.taken().len(), 0);
    post.minutes_pass(-24 * 60);
    post.writes("grace@example.org", "two").await;
    post.sends().await;
    let mut taken = post.taken();
    taken.sort_unstable();
    assert_eq!(taken, ["one", "two"]);
    post.closes().await;
}
