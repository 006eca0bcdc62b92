//! What the schedule costs with many open requests: a look that finds nothing due, a thousand that
//! are due at once, the digest, the summary, and the count of the health page.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use mailtriage::clock::{Clock, SetClock};
use mailtriage::letter::Keyring;
use mailtriage::postgres::Server;
use mailtriage::settings::Settings;
use mailtriage::store::{Store, watch};
use mailtriage::worker::climb_ladder::ClimbLadder;
use mailtriage::worker::daily_jobs::DailyJobs;
use mailtriage::worker::desk::Desk;
use mailtriage::worker::{Bell, Progress};

const SETTINGS: &str = include_str!("../../config/example.toml");
const DUE: i64 = 1_000;
const LOOKS: u32 = 20;

pub(crate) struct Figures {
    pub(crate) open: usize,
    pub(crate) idle_look: Duration,
    pub(crate) remind: Duration,
    pub(crate) escalate: Duration,
    pub(crate) digest_and_summary: Duration,
    pub(crate) health: Duration,
}

pub(crate) async fn measure(open: usize) -> Figures {
    let server = Server::scratch(Path::new(env!("CARGO_TARGET_TMPDIR"))).await;
    let server = server.expect("a database");
    let store = Store::open(&server.url(), 8).await.expect("a store");
    store.migrate().await.expect("the tables");
    let settings = Settings::parse(SETTINGS).expect("the example");
    let rules = Arc::new(settings.rules().expect("the rules"));
    let at = |text: &str| text.parse::<DateTime<Utc>>().expect("an instant");
    let clock = SetClock::at(at("2026-12-09T08:00:00Z"));
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let desk = Desk {
        rules: Arc::clone(&rules),
        templates: Arc::new(settings.templates().expect("the letters")),
        keyring: Arc::new(Keyring::new(b"a secret of the bench, 32 bytes long")),
    };
    let (outbox, store2) = (Bell::default(), store.clone());
    let ladder = ClimbLadder {
        store: store.clone(),
        desk: desk.clone(),
        clock: Arc::clone(&shared),
        outbox: outbox.clone(),
    };
    let daily = DailyJobs { store: store2, desk, clock: shared, outbox };

    let deadline = rules.calendar.reply_due(at("2026-12-07T10:00:00Z"));
    let deadline = serde_json::to_value(&deadline).expect("a deadline");
    fill(&store, open, &deadline).await;
    let idle_look = look(&ladder, &daily).await / LOOKS;
    clock.set(at("2026-12-09T09:30:00Z"));
    let remind = climb(&ladder).await;
    clock.set(at("2026-12-10T09:30:00Z"));
    let escalate = climb(&ladder).await;
    let began = Instant::now();
    while daily.step().await.expect("the daily jobs") == Progress::Worked {}
    let digest_and_summary = began.elapsed();
    let mut conn = store.connect().await.expect("a connection");
    let (now, began) = (clock.now(), Instant::now());
    let counted = watch::work(&mut conn, (now, now.date_naive(), now - TimeDelta::days(1))).await;
    let health = began.elapsed();
    assert!(counted.expect("the work").open >= i64::try_from(open).expect("a count"));
    drop(conn);
    store.close().await;
    server.stop().await;
    Figures { open, idle_look, remind, escalate, digest_and_summary, health }
}

/// Looks that find nothing due: what the service does every 15 seconds.
async fn look(ladder: &ClimbLadder, daily: &DailyJobs) -> Duration {
    let began = Instant::now();
    for _ in 0..LOOKS {
        assert_eq!(ladder.step().await.expect("a look"), Progress::Idle);
        assert_eq!(daily.step().await.expect("a look"), Progress::Idle);
    }
    began.elapsed()
}

async fn climb(ladder: &ClimbLadder) -> Duration {
    let began = Instant::now();
    assert_eq!(ladder.step().await.expect("the ladder"), Progress::Worked);
    let took = began.elapsed();
    assert_eq!(ladder.step().await.expect("the ladder"), Progress::Idle, "all in one step");
    took
}

/// The first thousand are due now, the others in some months.
async fn fill(store: &Store, open: usize, deadline: &serde_json::Value) {
    let mut conn = store.connect().await.expect("a connection");
    let open = i64::try_from(open).expect("a count");
    sqlx::query(include_str!("open_requests.sql"))
        .bind(open)
        .bind(DUE)
        .bind(deadline)
        .execute(&mut *conn)
        .await
        .expect("requests");
    for statement in [
        "INSERT INTO events (request_id, at, kind, detail)
         SELECT request_id, received_at, 'opened', 'by the bench' FROM requests",
        "INSERT INTO promises (request_id, due_on, due_at)
         SELECT request_id, due_on, due_at FROM requests",
        "VACUUM ANALYZE",
    ] {
        sqlx::query(statement).execute(&mut *conn).await.expect("rows");
    }
}
