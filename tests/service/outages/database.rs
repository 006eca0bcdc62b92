//! The database: full, deadlocked, stopped and started, at every write and under load.

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Duration;

use mailtriage::clock::Clock;
use mailtriage::sandbox::dovecot::{Dovecot, Encryption, User};
use mailtriage::settings::Settings;
use mailtriage::store::Store;
use mailtriage::store::folders::Role;
use mailtriage::worker::{Bell, Progress, pause_for};
use tokio_util::sync::CancellationToken;

use super::faults::{Faults, WAYS};
use crate::fetching::{LONGEST, request, watcher};
use crate::health::until;
use crate::support::fake_smtp::FakeSmtp;
use crate::support::folder::passable_folder;
use crate::support::post::Post;
use crate::support::program::Program;
use crate::support::scenario::Scenario;
use crate::support::world::World;

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";

/// One mail for each write from its reading to the end of its letter, and for each way to fail.
#[tokio::test]
async fn whichever_write_fails_a_mail_is_read_once_and_answered_once() {
    let mut post = Post::opens(FakeSmtp::obedient().await).await;
    let faults = Faults::install(&post.desk.store).await;
    let sender = post.another_sender().await;
    let reader = post.desk.reader();
    let (mut mails, mut failed) = (0, 0);
    for way in WAYS {
        // Two of them differ in nothing but their number from the first.
        let stride = if way.starts_with("40") { 4 } else { 1 };
        for at in (1..).step_by(stride) {
            mails += 1;
            let mail = format!(
                "From: r{mails}@requests.example\nTo: security@example.org\nSubject: Mail {mails}\n\
                 Message-ID: <{mails}@requests.example>\n\n{ASKS}\n"
            );
            post.desk.stores(Role::Inbox, mail.as_bytes()).await;
            faults.arm(at, way).await;
            loop {
                let steps = [reader.step().await, sender.step().await];
                failed += steps.iter().filter(|step| step.is_err()).count();
                if steps.iter().all(|step| matches!(step, Ok(Progress::Idle))) {
                    break;
                }
            }
            post.minutes_pass(1);
            if !faults.disarm().await {
                assert!(at > 10, "reading and answering a mail takes more writes than {at}");
                break;
            }
        }
    }

    assert_eq!(post.desk.outcomes().await, format!("request {mails}"), "and none was set aside");
    let mut arrived = BTreeMap::<String, usize>::new();
    for mail in post.relay.taken() {
        *arrived.entry(mail.to.join(" ")).or_default() += 1;
    }
    let letters_about_fate = arrived.remove("postmaster@example.org").unwrap_or_default();
    assert_eq!(arrived.len(), mails, "nobody waits for an answer");
    assert!(arrived.values().all(|count| *count == 1), "nobody is answered twice");
    // Also where the relay's yes could not be noted at once: it is noted afterwards.
    let states = "SELECT string_agg(DISTINCT state, ' ') FROM outbox";
    assert_eq!((post.desk.finds(states).await.as_str(), letters_about_fate), ("sent", 0));
    assert!(failed >= 20, "only {failed} steps met a fault");
    assert_eq!(post.desk.finds("SELECT count(*)::text FROM reading_attempts").await, "0");
    post.closes().await;
}

#[tokio::test]
async fn whichever_write_fails_the_schedule_writes_each_letter_once() {
    let mut desk = Scenario::opens("2026-01-05 10:00").await;
    let faults = Faults::install(&desk.store).await;
    let first: chrono::NaiveDate = "2026-01-05".parse().unwrap();
    let weeks: Vec<_> = (0..200)
        .map(|week| first + chrono::TimeDelta::weeks(week))
        .filter(|monday| monday.iter_days().take(4).all(|day| desk.calendar.is_working_day(day)))
        .collect();
    let mut mondays = weeks.into_iter();
    for way in ["53100", "ended"] {
        for at in 1.. {
            let monday = mondays.next().expect("fewer writes than weeks");
            desk.is(&format!("{monday} 10:00"));
            desk.receives("pat@requests.example", "Passports", "", ASKS).await;
            desk.letters().await;
            faults.arm(at, way).await;
            let mut kinds = Vec::new();
            for (day, time) in [(1, "08:30"), (2, "09:00"), (2, "17:00"), (3, "09:00")] {
                desk.is(&format!("{} {time}", monday + chrono::TimeDelta::days(day)));
                let (ladder, daily) = desk.schedulers();
                loop {
                    let steps = [ladder.step().await, daily.step().await];
                    if steps.iter().all(|step| matches!(step, Ok(Progress::Idle))) {
                        break;
                    }
                }
                let letters = desk.new_letters().await;
                let count = |kind| letters.iter().filter(|letter| letter.kind == kind).count();
                kinds.push(["digest", "reminder", "overdue", "overdue_summary"].map(count));
                assert_eq!(letters.len(), kinds.last().unwrap().iter().sum::<usize>(), "{monday}");
            }
            let expected = [[2, 0, 0, 0], [2, 2, 0, 0], [0, 0, 1, 0], [2, 0, 0, 1]];
            assert_eq!(kinds, expected, "write {at}, {way}");
            let fired = faults.disarm().await;
            let reference = desk.finds("SELECT max(reference) FROM requests").await;
            desk.receives(GRACE, &format!("[{reference}] close"), VOUCHED, "").await;
            desk.letters().await;
            if !fired {
                assert!(at > 15, "the schedule of a request takes more writes than {at}");
                break;
            }
        }
    }
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whichever_write_fails_a_mail_is_fetched_once() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let faults = Faults::install(&desk.store).await;
    let folder = passable_folder();
    let user = User { name: "desk".to_owned(), password: "open sesame".to_owned() };
    let server = Dovecot::start(folder.path(), &[user], Encryption::Off).await.unwrap();
    let settings: mailtriage::imap::Settings = toml::from_str(&format!(
        "host = '127.0.0.1'\nport = {}\ntls = 'none'\nuser = 'desk'",
        server.port()
    ))
    .unwrap();
    let watcher = watcher(&desk, settings.clone(), None);
    let credential = watcher.mailbox.credential.clone();
    let stop = CancellationToken::new();
    let watching = tokio::spawn(watcher.run(stop.clone()));
    let mut mailbox = mailtriage::imap::Session::connect(&settings, &credential).await.unwrap();
    let (mut mails, mut fired) = (0, 0);
    for way in WAYS {
        for at in 1..=6 {
            faults.arm(at, way).await;
            mails += 1;
            let raw = request(mails);
            mailbox.append("INBOX", raw.as_bytes(), desk.clock.now()).await.unwrap();
            let stored = async {
                loop {
                    let stored = desk.finds("SELECT count(*)::text FROM inbound").await;
                    let polled =
                        desk.finds("SELECT COALESCE(max(last_uid), 0)::text FROM folders").await;
                    if (stored, polled) == (mails.to_string(), mails.to_string()) {
                        return;
                    }
                }
            };
            tokio::time::timeout(LONGEST, stored).await.expect("the mail was never stored");
            fired += usize::from(faults.disarm().await);
        }
    }
    stop.cancel();
    watching.await.unwrap();
    desk.reads().await;
    assert_eq!(desk.outcomes().await, format!("request {mails}"));
    assert!(fired >= 3 * WAYS.len(), "only {fired} faults were met");
    server.stop().await;
    desk.closes().await;
}

fn kill(signal: &str, process_id: u32) {
    let killed = Command::new("kill").args([signal, &process_id.to_string()]).status().unwrap();
    assert!(killed.success());
}

async fn count(store: &Store, statement: &'static str) -> Option<i64> {
    let mut conn = store.connect().await.ok()?;
    sqlx::query_scalar(statement).fetch_one(&mut *conn).await.ok()
}

/// Looks again and again, also while the database is away.
async fn until_count(store: &Store, statement: &'static str, at_least: i64) {
    let never = CancellationToken::new();
    let counting = async {
        while count(store, statement).await.is_none_or(|found| found < at_least) {
            pause_for(Duration::from_millis(20), &Bell::default(), &never).await;
        }
    };
    tokio::time::timeout(2 * LONGEST, counting).await.expect("it never came so far");
}

/// Stopped in good order and killed, while mails are fetched, read and answered.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_stops_and_starts_under_load_costs_no_mail_and_no_letter() {
    const MAILS: i64 = 40;
    let mut world = World::starts().await;
    let many = "[limits]\nletters_a_day = 1000\n\n[health]";
    let settings = world.settings_file(|text| text.replace("[health]", many));
    world.settings = Settings::parse(&std::fs::read_to_string(settings).unwrap()).unwrap();
    let store = world.store().await;
    let desk = world.opens_desk().await;
    for number in 0..MAILS {
        world.writes("priya@requests.example", &format!("Mail {number}"), ASKS).await;
        if number % 12 == 5 {
            let signal = if number % 24 == 5 { "-INT" } else { "-KILL" };
            if let Some(process_id) = world.sandbox.postgres.process_id() {
                kill(signal, process_id);
            }
        }
    }
    let read = "SELECT count(*) FROM inbound WHERE outcome IS NOT NULL";
    until_count(&store, read, MAILS).await;
    if let Some(process_id) = world.sandbox.postgres.process_id() {
        kill("-KILL", process_id);
    }
    let settled = "SELECT count(*) FROM outbox WHERE kind = 'acknowledgement'
                   AND state NOT IN ('waiting', 'sending')";
    until_count(&store, settled, MAILS).await;

    let requests = "SELECT count(*) FROM requests";
    assert_eq!(count(&store, requests).await, Some(MAILS), "one request a mail");
    let twice = "SELECT count(*) FROM (SELECT FROM outbox WHERE kind = 'acknowledgement'
                 GROUP BY request_id HAVING count(*) <> 1) AS twice";
    assert_eq!(count(&store, twice).await, Some(0));
    let went = "SELECT count(*) FROM outbox
                WHERE kind = 'acknowledgement' AND state IN ('sent', 'unknown')";
    let went = count(&store, went).await.unwrap();
    let unknown = "SELECT count(*) FROM outbox
                   WHERE kind = 'acknowledgement' AND state = 'unknown'";
    let unknown = count(&store, unknown).await.unwrap();
    let to_requesters =
        world.sandbox.smtp.accepted().into_iter().filter(|envelope| {
            envelope.to.iter().any(|to| to.as_str().ends_with("@requests.example"))
        });
    let arrived = i64::try_from(to_requesters.count()).unwrap();
    assert!(arrived <= went && arrived >= went - unknown, "{arrived} of {went}, {unknown} unknown");
    assert!(unknown <= 4, "one letter at most is under way at each end of the database");
    desk.stop().await.unwrap();
    store.close().await;
    world.ends().await;
}

/// Nothing can be stored for a while. The log says what to do, the health page shows who fails, and
/// all goes on by itself.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_with_the_mend_and_passes() {
    let world = World::starts().await;
    let settings = world.settings_file(|text| text);
    let store = world.store().await;
    let mut conn = store.connect().await.unwrap();
    let full = "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'could not extend file: No space left on device'
                      USING ERRCODE = '53100'; END $$;
                CREATE TRIGGER is_full BEFORE INSERT ON inbound EXECUTE FUNCTION is_full();";
    sqlx::raw_sql(full).execute(&mut *conn).await.unwrap();
    let mut program = Program::serves(&settings).await;
    let at = program.health_page().await;
    let mut priya = world.reader("priya@requests.example").await;
    world.writes("priya@requests.example", "Passports", ASKS).await;

    let line = program.says("store a batch of mails").await;
    assert!(line.contains("the disk of the database is full: make room there"), "{line}");
    assert!(line.contains("No space left on device"), "{line}");
    let failing = "mailtriage_worker_failures{worker=\"fetch_mail:security\"}";
    until(&at, "/metrics", |_, body| {
        body.contains(failing) && !body.contains(&format!("{failing} 0.0"))
    })
    .await;
    let ready = until(&at, "/readyz", |status, _| status == 503).await;
    assert!(ready.contains("has never been read to its end"), "{ready}");

    sqlx::raw_sql("DROP TRIGGER is_full ON inbound").execute(&mut *conn).await.unwrap();
    tokio::time::timeout(LONGEST, priya.gets(1)).await.expect("it is answered afterwards");
    until(&at, "/readyz", |status, _| status == 200).await;
    assert_eq!(priya.waiting().await, 0, "once");
    drop(conn);
    assert!(program.ends().await.0.success());
    store.close().await;
    world.ends().await;
}
