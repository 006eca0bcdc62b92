//! Mailbox and ledger, compared: what is missing is found, read once, and told once.

use std::sync::Arc;
use std::time::Duration;

use mailtriage::clock::{Clock, SystemClock};
use mailtriage::letter::Keyring;
use mailtriage::store::{Store, ledger};
use mailtriage::worker::desk::Desk;
use mailtriage::worker::nightly::{Ledger, Nightly, Plan};
use mailtriage::worker::{Bell, Progress, pause_for};
use tokio_util::sync::CancellationToken;

use crate::support::program::{Program, types};
use crate::support::world::World;

const REQUEST: &str = "1. The Passport Office\n4. A review of our approach";
const LONGEST: Duration = Duration::from_mins(1);

/// Waits until the mails have these outcomes.
async fn until_outcomes(store: &Store, expected: &str) {
    let never = CancellationToken::new();
    let waiting = async {
        loop {
            let mut conn = store.connect().await.unwrap();
            let outcomes = ledger::outcomes(&mut conn).await.unwrap();
            drop(conn);
            let shown: Vec<String> =
                outcomes.iter().map(|(outcome, count)| format!("{outcome} {count}")).collect();
            if shown.join(", ") == expected {
                return;
            }
            // The service is another process: nothing rings when it has read a mail.
            pause_for(Duration::from_millis(100), &Bell::default(), &never).await;
        }
    };
    tokio::time::timeout(LONGEST, waiting).await.expect("the mails never got these outcomes");
}

async fn meddles(store: &Store, statement: &'static str) {
    let mut conn = store.connect().await.unwrap();
    sqlx::query(statement).execute(&mut *conn).await.unwrap();
}

async fn letters(store: &Store, kind: &str) -> Vec<ledger::Letter> {
    let mut conn = store.connect().await.unwrap();
    let letters = ledger::written_after(&mut conn, 0).await.unwrap();
    letters.into_iter().filter(|letter| letter.kind == kind).collect()
}

fn nightly(world: &World, store: &Store) -> Nightly {
    let midnight = chrono::NaiveTime::MIN;
    Nightly {
        store: store.clone(),
        desk: Desk {
            rules: Arc::new(world.settings.rules().unwrap()),
            templates: Arc::new(world.settings.templates().unwrap()),
            keyring: Arc::new(Keyring::new(&world.settings.secret().unwrap())),
        },
        clock: Arc::new(SystemClock),
        outbox: Bell::default(),
        mailboxes: Arc::new(world.settings.mailboxes().unwrap()),
        plan: Plan {
            ledger: Ledger { compare_at: midnight, ..Ledger::default() },
            ..Plan::default()
        },
        not_before: Arc::default(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_the_ledger_lacks_is_found_read_and_told_once() {
    let world = World::starts().await;
    let store = world.store().await;
    let settings = world.settings_file(|text| text);
    // Without nights of its own.
    let desk = world.opens_desk().await;
    for number in 0..3 {
        world.writes("priya@requests.example", &format!("Mail {number}"), REQUEST).await;
    }
    until_outcomes(&store, "request 3").await;
    let said = types(&["ledger", "--compare"], &settings).await;
    assert_eq!((said.code, said.error.as_str()), (0, ""), "{}", said.out);
    assert!(said.out.contains("in the mailbox               3"), "{}", said.out);

    // As if the second mail had been passed over, and the number of another been lost.
    meddles(&store, "UPDATE inbound SET uid = 900 WHERE uid = 2").await;
    let (one, other) = (nightly(&world, &store), nightly(&world, &store));
    let (one, other) = tokio::join!(one.step(), other.step());
    assert_eq!((one.unwrap(), other.unwrap()), (Progress::Worked, Progress::Worked));
    let told = letters(&store, "ledger_mismatch").await;
    assert_eq!(told.len(), 1, "two processes, one letter");
    assert_eq!(told[0].recipient, "operator@desk.example");
    insta::assert_snapshot!(told[0].text);
    assert_eq!(nightly(&world, &store).step().await.unwrap(), Progress::Idle, "once a day");

    let said = types(&["ledger", "--compare"], &settings).await;
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.error.contains("mailbox and ledger differ"), "{}", said.error);
    world.writes("priya@requests.example", "Another", REQUEST).await;
    until_outcomes(&store, "duplicate 1, request 4").await;
    assert_eq!(types(&["ledger", "--compare"], &settings).await.code, 0);
    desk.stop().await.unwrap();
    store.close().await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_stands_for_another_mail_has_the_folder_read_again() {
    let world = World::starts().await;
    let store = world.store().await;
    let settings = world.settings_file(|text| text);
    let program = Program::serves(&settings).await;
    for number in 0..2 {
        world.writes("priya@requests.example", &format!("Mail {number}"), REQUEST).await;
    }
    until_outcomes(&store, "request 2").await;
    // As if number 1 had been given to another mail, received at another time.
    meddles(
        &store,
        "UPDATE inbound SET received_at = received_at - interval '1 day' WHERE uid = 1",
    )
    .await;

    let said = types(&["ledger", "--compare", "--json"], &settings).await;
    assert_eq!(said.code, 1);
    let object: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(object["compared"][0]["changed"], 1, "{}", said.out);
    assert_eq!(object["compared"][0]["unknown"], 0);
    assert_eq!(object["outcomes"][0]["outcome"], "request");

    world.writes("priya@requests.example", "Third", REQUEST).await;
    until_outcomes(&store, "duplicate 2, request 3").await;
    assert_eq!(letters(&store, "acknowledgement").await.len(), 3, "nobody is answered twice");
    assert_eq!(types(&["ledger", "--compare"], &settings).await.code, 0);
    assert!(program.ends().await.0.success());
    store.close().await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_waits_too_long_is_told_and_listed() {
    let world = World::starts().await;
    let store = world.store().await;
    let settings = world.settings_file(|text| text);
    let desk = world.opens_desk().await;
    world.writes("priya@requests.example", "Passports", REQUEST).await;
    until_outcomes(&store, "request 1").await;
    desk.stop().await.unwrap();
    meddles(
        &store,
        "UPDATE inbound SET outcome = NULL, read_at = NULL, stored_at = stored_at - interval '1 hour'",
    )
    .await;

    assert_eq!(nightly(&world, &store).step().await.unwrap(), Progress::Worked);
    let told = letters(&store, "ledger_mismatch").await;
    assert!(
        told[0].text.contains("1 mail has waited for more than 30 minutes"),
        "{}",
        told[0].text
    );
    let said = types(&["ledger"], &settings).await;
    assert_eq!(said.code, 0, "only a comparison fails");
    assert!(said.out.contains("without an outcome") && said.out.contains("tried 0 times"));
    let said = types(&["ledger", "--compare"], &settings).await;
    assert_eq!(said.code, 1);
    assert!(
        said.error.contains("mails without an outcome for more than 30 minutes: 1"),
        "{}",
        said.error
    );
    assert!(SystemClock.now() > told[0].written_at);
    store.close().await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_looks_after_mails_and_letters_by_hand() {
    let world = World::starts().await;
    let store = world.store().await;
    let settings = world.settings_file(|text| text);
    let mut priya = world.reader("priya@requests.example").await;
    let program = Program::serves(&settings).await;
    world.writes("priya@requests.example", "Passports", REQUEST).await;
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();
    let failed = "UPDATE inbound SET outcome = 'quarantined', because = 'reading it failed'";
    meddles(&store, failed).await;

    let said = types(&["quarantine", "list"], &settings).await.out;
    assert!(
        said.contains("reading it failed") && said.contains("mails that are set aside: 1"),
        "{said}"
    );
    let said = types(&["quarantine", "show", "1"], &settings).await.out;
    assert!(said.contains("Subject: Passports") && !said.contains("Passport Office"), "{said}");
    let said = types(&["quarantine", "show", "1", "--content"], &settings).await.out;
    assert!(said.contains("Passport Office"), "{said}");
    let said = types(&["quarantine", "retry", "1"], &settings).await;
    assert_eq!((said.code, said.error.as_str()), (0, ""));
    until_outcomes(&store, "request 1").await;
    assert_eq!(letters(&store, "acknowledgement").await.len(), 1, "one request, one answer");

    meddles(&store, failed).await;
    let said = types(&["quarantine", "release", "1", "--as", "quarantined"], &settings).await;
    assert!(said.error.contains("type one of"), "{}", said.error);
    types(&["quarantine", "release", "1", "--as", "bulk"], &settings).await;
    until_outcomes(&store, "bulk 1").await;
    let said = types(&["quarantine", "retry", "1"], &settings).await;
    assert!(said.error.contains("no mail 1 is set aside"), "{}", said.error);
    let listed = types(&["requests"], &settings).await.out;
    let reference = listed.split_whitespace().find(|word| word.starts_with("SEC-")).unwrap();
    let told = types(&["requests", "show", reference], &settings).await.out;
    assert!(told.contains("The operator had mail 1 read again."), "{told}");
    assert!(told.contains("The operator settled mail 1, which was set aside, as bulk."), "{told}");

    meddles(&store, "UPDATE outbox SET state = 'unknown' WHERE kind = 'acknowledgement'").await;
    let said = types(&["letters", "list"], &settings).await.out;
    assert!(said.contains("acknowledgement to priya@requests.example: unknown"), "{said}");
    let said = types(&["letters", "resend", "1"], &settings).await;
    assert!(said.code == 1 && said.error.contains("--may-arrive-twice"), "{}", said.error);
    let said = types(&["letters", "settle", "1", "--as", "given-up"], &settings).await;
    assert_eq!((said.code, said.error.as_str()), (0, ""));
    let said = types(&["letters", "show", "1"], &settings).await.out;
    assert!(said.contains("given up") && said.contains("Subject: Re: [SEC-"), "{said}");
    let said = types(&["letters", "resend", "1"], &settings).await;
    assert_eq!((said.code, said.error.as_str()), (0, ""));
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();

    let (ended, log) = program.ends().await;
    assert!(ended.success());
    for secret in ["priya", "Passport", "review of our", "desk.example"] {
        assert!(!log.contains(secret), "`{secret}` stands in the log:\n{log}");
    }
    store.close().await;
    world.ends().await;
}
