//! The queue of unread mail: in order, one process at a time, and nobody held up for long.

use mailtriage::store::folders::Role;
use mailtriage::store::{attempts, inbound};
use mailtriage::worker::Progress;
use mailtriage::worker::read_inbound::ReadInbound;

use crate::support::scenario::Scenario;

const OUTCOMES: &str =
    "SELECT format('%s %s', inbound_id, COALESCE(outcome, 'unread')) FROM inbound ORDER BY 1";

fn mail(id: u32, subject: &str, more: &str) -> String {
    format!(
        "From: ada@requests.example\nTo: security@example.org\nSubject: {subject}\n\
         Message-ID: <{id}@requests.example>\n{more}\n1. The Passport Office"
    )
}

async fn reads(reader: &ReadInbound) {
    while reader.step().await.unwrap() == Progress::Worked {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_readers_at_once_see_what_the_other_has_read() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    // More than a batch apart: a mail, its copy, and what refers to it.
    for round in 0..4 {
        for id in 0..40 {
            let more =
                if round < 3 { "" } else { &format!("In-Reply-To: <{id}@requests.example>\n") };
            let id = if round < 3 { id } else { 1_000 + id };
            desk.stores(Role::Inbox, mail(id, &format!("Request {id}"), more).as_bytes()).await;
        }
    }

    let (one, other) = (desk.reader(), desk.reader());
    tokio::join!(reads(&one), reads(&other));
    reads(&one).await;

    assert_eq!(desk.outcomes().await, "duplicate 80, follow_up 40, request 40");
    let left = "SELECT count(*)::text FROM reading_attempts";
    assert_eq!(desk.finds(left).await, "0");
    desk.closes().await;
}

#[tokio::test]
async fn a_failure_that_passes_costs_no_mail_and_no_order() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.stores(Role::Inbox, mail(1, "First", "").as_bytes()).await;
    let answer = mail(2, "Re: First", "In-Reply-To: <1@requests.example>\n");
    desk.stores(Role::Inbox, answer.as_bytes()).await;
    desk.meddles("ALTER TABLE requests ADD CONSTRAINT broken CHECK (subject <> 'First')").await;
    let reader = desk.reader();
    for _ in 0..3 {
        assert!(reader.step().await.is_err());
        assert_eq!(desk.finds(OUTCOMES).await, "1 unread\n2 unread", "the answer waits");
    }

    desk.meddles("ALTER TABLE requests DROP CONSTRAINT broken").await;
    reads(&reader).await;
    // Three tries were too many for it; it is acknowledged all the same, and the answer finds it.
    assert_eq!(desk.finds(OUTCOMES).await, "1 quarantined\n2 follow_up");
    assert!(desk.letters().await.contains("acknowledgement to ada@requests.example"));
    desk.closes().await;
}

#[tokio::test]
async fn a_mail_that_cannot_even_be_set_aside_holds_nobody_up_for_ever() {
    let desk = &mut Scenario::opens("2026-12-07 10:00").await;
    desk.meddles("ALTER TABLE requests ADD CONSTRAINT broken CHECK (subject <> 'Poison')").await;
    for (id, subject) in [(1, "First"), (2, "Poison"), (3, "Third")] {
        desk.stores(Role::Inbox, mail(id, subject, "").as_bytes()).await;
    }
    let reader = desk.reader();
    for _ in 0..20 {
        // Where nothing else waits it is tried again, in vain.
        drop(reader.step().await);
    }
    assert_eq!(desk.finds(OUTCOMES).await, "1 request\n2 unread\n3 request");
    desk.stores(Role::Inbox, mail(4, "Fourth", "").as_bytes()).await;
    assert_eq!(reader.step().await.unwrap(), Progress::Worked);

    desk.meddles("ALTER TABLE requests DROP CONSTRAINT broken").await;
    reads(&reader).await;
    assert_eq!(desk.finds(OUTCOMES).await, "1 request\n2 quarantined\n3 request\n4 request");
}

/// The count is kept whatever becomes of the try, so a mail that ends the process runs out of tries.
#[tokio::test]
async fn a_try_that_ends_the_process_is_counted() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for id in [1, 2] {
        desk.stores(Role::Inbox, mail(id, "Help", "").as_bytes()).await;
    }
    for _ in 0..3 {
        let mut conn = desk.store.connect().await.unwrap();
        let unread = inbound::unread(&mut conn, 1, 0..=3).await.unwrap();
        attempts::count_attempts(&mut conn, &[unread[0].id]).await.unwrap();
        // The process is gone, and with it what it had begun.
    }
    reads(&desk.reader()).await;
    assert_eq!(desk.finds(OUTCOMES).await, "1 quarantined\n2 request");
    desk.closes().await;
}

#[tokio::test]
async fn a_copy_and_a_mail_of_ours_that_are_set_aside_ask_for_nothing() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives_raw(Role::Inbox, mail(1, "Help", "").as_bytes()).await;
    assert!(desk.letters().await.contains("acknowledgement to ada@requests.example"));

    desk.stores(Role::Inbox, mail(1, "Help", "").as_bytes()).await;
    let ours = "From: security@example.org\nTo: ada@requests.example\nSubject: Re: Help\n\nYes.\n";
    desk.stores(Role::Sent, ours.as_bytes()).await;
    desk.meddles(
        "INSERT INTO reading_attempts SELECT inbound_id, 3 FROM inbound WHERE outcome IS NULL",
    )
    .await;
    reads(&desk.reader()).await;

    assert_eq!(desk.finds(OUTCOMES).await, "1 request\n2 quarantined\n3 quarantined");
    assert_eq!(desk.finds("SELECT reference FROM requests").await, "SEC-2026-0001");
    let told = "quarantined to postmaster@example.org";
    assert_eq!(desk.letters().await.lines().filter(|line| line.starts_with(told)).count(), 2);
    desk.closes().await;
}
