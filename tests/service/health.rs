//! The health page of the running program, asked over HTTP as a monitor does.

use std::time::Duration;

use mailtriage::worker::{Bell, pause_for};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::support::program::Program;
use crate::support::world::World;

const LONGEST: Duration = Duration::from_mins(1);

/// Status, headers and body.
pub(crate) async fn get(at: &str, path: &str) -> (u16, String, String) {
    let mut stream = TcpStream::connect(at).await.unwrap();
    let question = format!("GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n");
    stream.write_all(question.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head and a body");
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, head.to_lowercase(), body.to_owned())
}

/// Asks again until the page says so: what it shows is some seconds old.
pub(crate) async fn until(at: &str, path: &str, found: impl Fn(u16, &str) -> bool) -> String {
    let never = CancellationToken::new();
    let asking = async {
        loop {
            let (status, _, body) = get(at, path).await;
            if found(status, &body) {
                return body;
            }
            // The page is in another process: nothing rings when it changes.
            pause_for(Duration::from_millis(200), &Bell::default(), &never).await;
        }
    };
    tokio::time::timeout(LONGEST, asking).await.expect("the page never said so")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_tells_how_the_service_does_and_names_nobody() {
    let world = World::starts().await;
    let settings = world.settings_file(|text| text);
    let mut priya = world.reader("priya@requests.example").await;
    let mut program = Program::serves(&settings).await;
    let at = program.health_page().await;

    world.writes("priya@requests.example", "Passports", "1. The Passport Office").await;
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();

    let ready = until(&at, "/readyz", |status, _| status == 200).await;
    let ready: Value = serde_json::from_str(&ready).unwrap();
    let names: Vec<&str> = ready["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part["name"].as_str().unwrap())
        .collect();
    let expected = ["database", "mailbox:security", "sent:security", "reading", "relay"];
    assert_eq!(names, expected);

    let (status, head, body) = get(&at, "/healthz").await;
    assert_eq!(status, 200, "{body}");
    assert!(head.contains("application/json"));
    for worker in
        ["climb_ladder", "daily_jobs", "fetch_mail:security", "read_inbound", "send_outbox"]
    {
        assert!(body.contains(worker), "{worker} is missing: {body}");
    }

    let numbers =
        until(&at, "/metrics", |_, body| body.contains("mailtriage_requests_open 1.0")).await;
    let (_, head, _) = get(&at, "/metrics").await;
    assert!(head.contains("application/openmetrics-text; version=1.0.0"), "{head}");
    assert!(numbers.ends_with("# EOF\n"));
    for line in [
        "mailtriage_database_up 1.0",
        "mailtriage_inbound_unread 0.0",
        "mailtriage_outbox_letters{state=\"given_up\"} 0.0",
        "mailtriage_relay_refusals 0.0",
        "mailtriage_credential_readable{credential=\"imap:security\"} 1.0",
        "mailtriage_mailbox_poll_age_seconds{mailbox=\"security\"}",
        "mailtriage_worker_success_age_seconds{worker=\"send_outbox\"}",
    ] {
        assert!(numbers.contains(line), "{line} is missing:\n{numbers}");
    }
    for secret in ["priya", "Passport", "desk.example", "requests.example"] {
        assert!(!format!("{ready}{body}{numbers}").contains(secret), "`{secret}` is on the page");
    }
    assert!(program.ends().await.0.success());
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_gone_and_a_database_that_is_too_old_are_seen() {
    let world = World::starts().await;
    let nowhere = "port = 1\ntls = \"none\"\n\n[database]";
    let smtp = format!("port = {}\ntls = \"none\"\n\n[database]", world.sandbox.smtp.port());
    let settings = world.settings_file(|text| text.replace(&smtp, nowhere));
    let mut program = Program::serves(&settings).await;
    let at = program.health_page().await;

    world.writes("priya@requests.example", "Passports", "1. The Passport Office").await;
    let refused = |body: &str| {
        body.contains("mailtriage_outbox_letters{state=\"waiting\"} 1.0")
            && !body.contains("mailtriage_relay_refusals 0.0")
    };
    until(&at, "/metrics", |_, body| refused(body)).await;
    let (_, _, ready) = get(&at, "/readyz").await;
    assert!(ready.contains("takes no letters: refused or not reached"), "{ready}");

    let store = world.store().await;
    let mut conn = store.connect().await.unwrap();
    let newest = "DELETE FROM _sqlx_migrations \
                  WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    sqlx::query(newest).execute(&mut *conn).await.unwrap();
    drop(conn);
    let body = until(&at, "/readyz", |status, _| status == 503).await;
    assert!(body.contains("the database lacks 1 changes: `mailtriage migrate`"), "{body}");
    assert_eq!(get(&at, "/healthz").await.0, 200, "a restart would not mend the database");
    assert!(program.ends().await.0.success());
    store.close().await;
    world.ends().await;
}
