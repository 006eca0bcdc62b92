//! The whole service, on real servers and on the real clock: mail in over SMTP, out over SMTP, read
//! over IMAP.

use std::process::Stdio;
use std::time::Duration;

use mailtriage::store::{Store, ledger};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::support::world::World;

const REQUEST: &str = "1. The Passport Office\n2. Ministers asked\n4. A review of our approach";
/// Far longer than anything here takes; a test that hangs ends here.
const LONGEST: Duration = Duration::from_mins(1);

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_is_acknowledged_in_the_requesters_mailbox() {
    let world = World::starts().await;
    let mut priya = world.reader("priya@requests.example").await;
    let desk = world.opens_desk().await;

    world.writes("priya@requests.example", "Passports", REQUEST).await;
    let letters = tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();

    assert!(letters[0].contains("Subject: Re: [SEC-20"), "{}", letters[0]);
    assert!(letters[0].contains("Auto-Submitted: auto-replied"));
    assert!(letters[0].contains("Return-Path: <>"));
    desk.stop().await.unwrap();
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_is_acknowledged_once_each_by_two_services_together() {
    let world = World::starts().await;
    let (mut priya, mut tom) =
        (world.reader("priya@requests.example").await, world.reader("tom@requests.example").await);
    for number in 0..5 {
        world.writes("priya@requests.example", &format!("First {number}"), REQUEST).await;
        world.writes("tom@requests.example", &format!("Second {number}"), REQUEST).await;
    }
    let (one, other) = (world.opens_desk().await, world.opens_desk().await);

    tokio::time::timeout(LONGEST, priya.gets(5)).await.unwrap();
    tokio::time::timeout(LONGEST, tom.gets(5)).await.unwrap();
    one.stop().await.unwrap();
    other.stop().await.unwrap();

    assert_eq!((priya.waiting().await, tom.waiting().await), (0, 0));
    let store = world.store().await;
    let mut conn = store.connect().await.unwrap();
    assert_eq!(ledger::outcomes(&mut conn).await.unwrap(), [("request".to_owned(), 10)]);
    drop(conn);
    store.close().await;
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_survives_being_killed_and_ends_when_told_to() {
    let world = World::starts().await;
    // With no database address it runs its own.
    let settings = world.settings_file(|text| {
        text.lines().filter(|line| !line.starts_with("url")).collect::<Vec<_>>().join("\n")
    });
    let settings = settings.to_str().unwrap();
    let mut priya = world.reader("priya@requests.example").await;

    let mut first = serve(settings).await;
    world.writes("priya@requests.example", "Before", REQUEST).await;
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();
    first.kill().await.unwrap();

    world.writes("priya@requests.example", "After", REQUEST).await;
    let second = serve(settings).await;
    let letters = tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();
    assert!(letters[0].contains("0002] After"), "{}", letters[0]);

    let ended = end(second).await;
    assert!(ended.success(), "{ended}");
    assert_eq!(priya.waiting().await, 0);
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_names_no_address_no_subject_and_no_word_of_a_mail() {
    let world = World::starts().await;
    let settings = world.settings_file(|text| text);
    let mut priya = world.reader("priya@requests.example").await;
    let mut child = command(settings.to_str().unwrap()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();

    world.writes("priya@requests.example", "Passports", REQUEST).await;
    world.writes("nobody-knows@requests.example", "Visas", REQUEST).await;
    tokio::time::timeout(LONGEST, priya.gets(1)).await.unwrap();
    assert!(end(child).await.success());

    let mut log = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        log.push_str(&line);
        log.push('\n');
    }
    assert!(log.contains("the desk is open") && log.contains("is request"), "{log}");
    for secret in ["priya", "nobody-knows", "Passports", "Visas", "Ministers", "desk.example"] {
        assert!(!log.contains(secret), "`{secret}` stands in the log:\n{log}");
    }
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_hears_that_it_is_ready_and_goes_on_working() {
    let world = World::starts().await;
    let settings = world.settings_file(|text| text);
    let socket = world.sandbox.folder().join("notify");
    let supervisor = tokio::net::UnixDatagram::bind(&socket).unwrap();

    let mut child = command(settings.to_str().unwrap());
    let child = child.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "200000").spawn().unwrap();
    let mut heard = Vec::new();
    while !heard.contains(&"WATCHDOG=1".to_owned()) {
        let mut bytes = [0; 256];
        let length =
            tokio::time::timeout(LONGEST, supervisor.recv(&mut bytes)).await.unwrap().unwrap();
        heard.push(String::from_utf8_lossy(&bytes[..length]).trim().to_owned());
    }
    assert_eq!(heard[0], "READY=1");
    assert!(end(child).await.success());
    world.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_may_bring_the_database_up_to_date_at_once() {
    let world = World::starts().await;
    let url = world.sandbox.postgres.url();
    let (one, two) = (Store::open(&url, 2).await.unwrap(), Store::open(&url, 2).await.unwrap());
    let (first, second) = tokio::join!(one.migrate(), two.migrate());
    first.unwrap();
    second.unwrap();
    one.close().await;
    two.close().await;
    world.ends().await;
}

fn command(settings: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mailtriage"));
    command
        .args(["serve", "--config", settings])
        .env_remove("DATABASE_URL")
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// Starts the program and waits until it says that the desk is open.
async fn serve(settings: &str) -> Child {
    let mut child = command(settings).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut heard = String::new();
    loop {
        let line = tokio::time::timeout(LONGEST, lines.next_line()).await.unwrap().unwrap();
        assert!(line.is_some(), "it did not start:\n{heard}");
        let line = line.unwrap();
        if line.contains("the desk is open") {
            break;
        }
        heard.push_str(&line);
    }
    // Goes on reading, so that the program can go on writing.
    #[expect(clippy::disallowed_methods, reason = "ends with the test")]
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    child
}

async fn end(mut child: Child) -> std::process::ExitStatus {
    let id = child.id().unwrap().to_string();
    let told = Command::new("kill").args(["-TERM", &id]).status().await.unwrap();
    assert!(told.success());
    tokio::time::timeout(LONGEST, child.wait()).await.unwrap().unwrap()
}
