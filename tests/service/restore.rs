//! A backup that was made in the middle of the work, put back: nobody is answered twice.

use std::path::Path;
use std::time::Duration;

use chrono::TimeDelta;
use mailtriage::clock::{Clock, SystemClock};
use mailtriage::store::Store;
use mailtriage::worker::{Bell, pause_for};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

use crate::support::program::{Program, types};
use crate::support::world::World;

const REQUEST: &str = "1. The Passport Office\n4. A review of our approach";
const LONGEST: Duration = Duration::from_mins(1);
const FOUND: &str = "SELECT COALESCE(string_agg(line, ', ' ORDER BY line), '') FROM (
    SELECT format('%s %s %s', kind, state, count(*)) AS line FROM outbox
        WHERE kind IN ('acknowledgement', 'overdue') GROUP BY kind, state
    UNION ALL
    SELECT format('mails %s %s', COALESCE(outcome, 'unread'), count(*)) FROM inbound GROUP BY outcome
) AS lines";

async fn runs(program: &str, arguments: &[&str]) {
    let done = Command::new(program).args(arguments).output().await.unwrap();
    assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&done.stderr));
}

async fn shown(store: &Store) -> String {
    let mut conn = store.connect().await.unwrap();
    sqlx::query_scalar(FOUND).fetch_one(&mut *conn).await.unwrap()
}

async fn until(store: &Store, expected: &str) {
    let never = CancellationToken::new();
    let waiting = async {
        while shown(store).await != expected {
            // The service is another process: nothing rings when it has worked.
            pause_for(Duration::from_millis(100), &Bell::default(), &never).await;
        }
    };
    if tokio::time::timeout(LONGEST, waiting).await.is_err() {
        assert_eq!(shown(store).await, expected);
    }
}

async fn put_back(world: &World, dump: &Path) -> (Store, std::path::PathBuf) {
    let old = world.sandbox.postgres.url();
    let new = old.replacen("/mailtriage?", "/restored?", 1);
    assert_ne!(old, new, "the address names the database");
    let store = Store::open(&old, 1).await.unwrap();
    let mut conn = store.connect().await.unwrap();
    sqlx::query("CREATE DATABASE restored").execute(&mut *conn).await.unwrap();
    drop(conn);
    store.close().await;
    runs("psql", &["--quiet", "-v", "ON_ERROR_STOP=1", "-d", &new, "-f", dump.to_str().unwrap()])
        .await;
    let settings = world.settings_file(|text| text.replace(&old, &new));
    (Store::open(&new, 4).await.unwrap(), settings)
}

/// In the middle of the work: one letter waits, one is under way.
async fn leaves_letters_unsent(store: &Store) {
    let mut conn = store.connect().await.unwrap();
    for state in ["'waiting', NULL", "'sending', 'a process that is no more'"] {
        let statement = format!(
            "INSERT INTO outbox (kind, recipient, to_requester, null_return_path, message_id,
                subject, raw, text, written_at, state, claimed_by, attempts, next_attempt_at,
                content_began_at)
             SELECT 'overdue', 'priya@requests.example', false, true, 'm-' || random(), subject, raw,
                text, written_at, {state}, 1, written_at, written_at FROM outbox LIMIT 1"
        );
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut *conn).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_put_back_answers_nobody_twice() {
    let world = World::starts().await;
    let store = world.store().await;
    let mut priya = world.reader("priya@requests.example").await;
    let mut tom = world.reader("tom@requests.example").await;
    let settings = world.settings_file(|text| text);
    let program = Program::serves(&settings).await;
    world.writes("priya@requests.example", "Before the backup", REQUEST).await;
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();
    until(&store, "acknowledgement sent 1, mails request 1").await;
    assert!(program.ends().await.0.success());

    leaves_letters_unsent(&store).await;
    let dump = world.sandbox.folder().join("dump.sql");
    let made_at = SystemClock.now() - TimeDelta::seconds(1);
    runs("pg_dump", &["-f", dump.to_str().unwrap(), "-d", &world.sandbox.postgres.url()]).await;
    let mut conn = store.connect().await.unwrap();
    sqlx::query("DELETE FROM outbox WHERE kind = 'overdue'").execute(&mut *conn).await.unwrap();
    drop(conn);

    // What the backup knows nothing of.
    let program = Program::serves(&settings).await;
    world.writes("tom@requests.example", "After the backup", REQUEST).await;
    let first = tokio::time::timeout(LONGEST, tom.gets(1)).await.unwrap().remove(0);
    until(&store, "acknowledgement sent 2, mails request 2").await;
    assert!(program.ends().await.0.success());
    store.close().await;

    let (restored, settings) = put_back(&world, &dump).await;
    let since = made_at.to_rfc3339();
    let said = types(&["restored", "--since", &since], &settings).await;
    assert_eq!((said.code, said.error.as_str()), (0, ""));
    assert!(said.out.contains("letters of the backup are held back"), "{}", said.out);
    let program = Program::serves(&settings).await;
    let said = types(&["restored", "--since", &since], &settings).await;
    assert!(said.error.contains("stop `mailtriage serve` first"), "{}", said.error);
    until(
        &restored,
        "acknowledgement sent 1, acknowledgement unknown 1, mails request 2, overdue unknown 2",
    )
    .await;

    // Tom answers the letter that the restored database never sent. It proves that he has it.
    let (_, rest) = first.split_once("Message-ID:").unwrap();
    let name = rest.split(['<', '>']).nth(1).unwrap();
    let subject = format!("Thank you\r\nIn-Reply-To: <{name}>");
    world.writes("tom@requests.example", &subject, "That is all.").await;
    until(
        &restored,
        "acknowledgement sent 2, mails follow_up 1, mails request 2, overdue unknown 2",
    )
    .await;

    // New mail is answered as ever, and what was sent before is sent to nobody again.
    world.writes("priya@requests.example", "After it was put back", REQUEST).await;
    let answer = tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap().remove(0);
    assert!(answer.contains("After it was put back"), "{answer}");
    assert!(program.ends().await.0.success());
    assert_eq!((priya.waiting().await, tom.waiting().await), (0, 0));
    restored.close().await;
    world.ends().await;
}
