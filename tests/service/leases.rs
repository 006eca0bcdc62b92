//! Leases: one holder at a time, and nothing that a former holder still writes.

use chrono::TimeDelta;
use mailtriage::clock::Clock;
use mailtriage::store::folders::{self, Role};
use mailtriage::store::inbound::{self, NewMail};
use mailtriage::store::leases::{self, Lease};
use mailtriage::store::{self, Error};

use crate::support::scenario::Scenario;

const MAILBOX: &str = "mailbox:security";
const IT_RUNS_OUT: &str =
    "UPDATE leases SET held_until = clock_timestamp() - interval '1 millisecond'";

async fn takes(desk: &Scenario, holder: &str) -> Option<i64> {
    let mut conn = desk.store.connect().await.unwrap();
    let lease = leases::take_or_keep(&mut conn, MAILBOX, holder, 60.0).await.unwrap();
    lease.map(|lease| lease.epoch)
}

fn lease(epoch: i64) -> Lease {
    Lease { name: MAILBOX.to_owned(), epoch }
}

async fn is_guarded(desk: &Scenario, epoch: i64) -> bool {
    let mut tx = desk.store.begin().await.unwrap();
    let guarded = leases::guard(&mut tx, &lease(epoch)).await;
    store::roll_back(tx).await.unwrap();
    match guarded {
        Err(Error::LeaseLost { name }) => {
            assert_eq!(name, MAILBOX);
            false
        }
        held => {
            held.unwrap();
            true
        }
    }
}

#[tokio::test]
async fn a_lease_has_one_holder_until_it_runs_out_or_is_released() {
    let desk = Scenario::opens("2026-12-07 10:00").await;

    assert_eq!(takes(&desk, "one").await, Some(1));
    assert_eq!(takes(&desk, "two").await, None);
    assert_eq!(takes(&desk, "one").await, Some(1), "kept under the same epoch");
    assert!(is_guarded(&desk, 1).await);

    desk.meddles(IT_RUNS_OUT).await;
    assert!(!is_guarded(&desk, 1).await, "nobody needs to have taken it over");
    assert_eq!(takes(&desk, "two").await, Some(2));
    assert_eq!(takes(&desk, "one").await, None);

    let mut conn = desk.store.connect().await.unwrap();
    leases::release(&mut conn, &lease(1)).await.unwrap();
    assert!(is_guarded(&desk, 2).await, "who has lost a lease cannot release it");
    leases::release(&mut conn, &lease(2)).await.unwrap();
    drop(conn);
    assert_eq!(takes(&desk, "one").await, Some(3));
    desk.closes().await;
}

#[tokio::test]
async fn a_lease_that_ran_out_comes_back_under_another_epoch() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    assert_eq!(takes(&desk, "one").await, Some(1));
    desk.meddles(IT_RUNS_OUT).await;
    assert_eq!(takes(&desk, "one").await, Some(2));
    assert!(!is_guarded(&desk, 1).await);
    assert!(is_guarded(&desk, 2).await);
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_ask_at_once_one_gets_it() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    for round in 1..=5 {
        let (a, b, c, d) = tokio::join!(
            takes(&desk, "one"),
            takes(&desk, "two"),
            takes(&desk, "three"),
            takes(&desk, "four"),
        );
        let taken: Vec<i64> = [a, b, c, d].into_iter().flatten().collect();
        assert_eq!(taken, [round]);
        desk.meddles(IT_RUNS_OUT).await;
        desk.meddles("UPDATE leases SET holder = 'nobody'").await;
    }
    desk.closes().await;
}

#[tokio::test]
async fn a_batch_under_an_old_lease_is_refused_whole() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    takes(&desk, "one").await;
    desk.meddles(IT_RUNS_OUT).await;
    takes(&desk, "two").await;

    for (epoch, stored) in [(1, "0"), (2, "1")] {
        let mut tx = desk.store.begin().await.unwrap();
        let place = folders::position(&mut tx, "security", "INBOX", Role::Inbox).await.unwrap();
        let guarded = leases::guard(&mut tx, &lease(epoch)).await;
        if guarded.is_ok() {
            let mails = [mail(&desk)];
            let now = desk.clock.now();
            inbound::insert_batch(&mut tx, place.folder, 7, &mails, now).await.unwrap();
            folders::move_to(&mut tx, place.folder, 7, 11).await.unwrap();
            store::commit(tx).await.unwrap();
        }
        assert_eq!(desk.finds("SELECT count(*)::text FROM inbound").await, stored);
    }
    desk.closes().await;
}

fn mail(desk: &Scenario) -> NewMail {
    NewMail {
        uid: 11,
        received_at: desk.clock.now(),
        size_bytes: 3,
        truncated: false,
        raw: b"a:b".to_vec(),
    }
}

/// Whoever writes under a lease keeps others from taking it until the transaction ends.
#[tokio::test(flavor = "multi_thread")]
async fn a_lease_cannot_be_taken_over_while_its_holder_writes() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    takes(&desk, "one").await;
    let mut tx = desk.store.begin().await.unwrap();
    leases::guard(&mut tx, &lease(1)).await.unwrap();

    let mut conn = desk.store.connect().await.unwrap();
    sqlx::query("SET lock_timeout = '50ms'").execute(&mut *conn).await.unwrap();
    let renewal = sqlx::query(IT_RUNS_OUT).execute(&mut *conn).await;
    assert!(renewal.unwrap_err().to_string().contains("lock timeout"));
    store::commit(tx).await.unwrap();
    sqlx::query(IT_RUNS_OUT).execute(&mut *conn).await.unwrap();
    drop(conn);
    assert_eq!(takes(&desk, "two").await, Some(2));
    desk.closes().await;
}

#[tokio::test]
async fn clocks_of_processes_do_not_matter() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    assert_eq!(takes(&desk, "one").await, Some(1));
    // Ten years off, either way.
    for days in [3_650, -7_300] {
        desk.clock.set(desk.clock.now() + TimeDelta::days(days));
        assert_eq!(takes(&desk, "two").await, None);
        assert!(is_guarded(&desk, 1).await);
    }
    desk.closes().await;
}

#[tokio::test]
async fn a_task_is_done_by_one_transaction_at_a_time() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let (mut one, mut two) = (desk.store.begin().await.unwrap(), desk.store.begin().await.unwrap());
    assert!(leases::alone_at(&mut one, "read").await.unwrap());
    assert!(!leases::alone_at(&mut two, "read").await.unwrap());
    assert!(leases::alone_at(&mut two, "climb").await.unwrap());
    store::commit(one).await.unwrap();
    assert!(leases::alone_at(&mut two, "read").await.unwrap());
    drop(two);
    desk.closes().await;
}

#[tokio::test]
async fn processes_that_are_long_dead_are_forgotten() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    takes(&desk, "one").await;
    let mut conn = desk.store.connect().await.unwrap();
    for holder in ["old", "new"] {
        let name = leases::process_name(holder);
        leases::take_or_keep(&mut conn, &name, holder, 60.0).await.unwrap().unwrap();
    }
    drop(conn);
    desk.meddles(
        "UPDATE leases SET held_until = held_until - interval '2 days'
         WHERE name IN ('process:old', 'mailbox:security')",
    )
    .await;
    let mut conn = desk.store.connect().await.unwrap();
    leases::forget_dead_processes(&mut conn).await.unwrap();
    drop(conn);
    let left = desk.finds("SELECT name FROM leases ORDER BY name").await;
    assert_eq!(left, "mailbox:security\nprocess:new");
    desk.closes().await;
}
