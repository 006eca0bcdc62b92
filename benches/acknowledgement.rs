//! How long a requester waits for the acknowledgement, and how much memory the idle service takes.
//!
//! The very program, on real servers and the real clock: mail goes in over SMTP, lies in Dovecot,
//! is announced by IDLE, and the acknowledgement goes out over SMTP into another mailbox. Every
//! commit is forced to disk. Beside it stands what Dovecot alone needs to announce a mail to any client.
//!
//! Run it with `make bench`, or `cargo bench --bench acknowledgement -- --bench`.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up must say so and stop")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mailtriage::clock::{Clock, SystemClock};
use mailtriage::imap::{Credential, Secret, Session, Settings};
use mailtriage::postgres::{Durability, Server};
use mailtriage::sandbox::Sandbox;
use mailtriage::sandbox::dovecot::User;
use tokio_util::sync::CancellationToken;

const DESK: &str = "security@desk.example";
const REQUESTER: &str = "priya@requests.example";
const PASSWORD: &str = "sandbox";
const MAILS: usize = 100;
const LONGEST: Duration = Duration::from_secs(30);
const SETTINGS: &str = include_str!("../src/demo/settings.toml");
const REQUEST: &[u8] = include_bytes!("../src/demo/mails/01-numbered.eml");

fn main() {
    // `cargo test --benches` asks for a quick look only.
    let thorough = std::env::args().any(|argument| argument == "--bench");
    let mails = if thorough { MAILS } else { 3 };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(measure(mails));
}

async fn measure(mails: usize) {
    let user = |name: &str| User { name: name.to_owned(), password: PASSWORD.to_owned() };
    let users = [user(DESK), user(REQUESTER)];
    let sandbox = Sandbox::start(&users, Arc::new(|| SystemClock.now())).await.expect("a sandbox");
    let announced = announcements(&sandbox, mails.min(20)).await;

    let folder = sandbox.folder().join("durable");
    let database = Server::start(&folder, Durability::Durable).await.expect("a database");
    let mut service = serve(&sandbox, &database);
    // The first mail pays for connections and caches; it is not counted.
    let mut waits = Vec::new();
    for number in 0..=mails {
        waits.push(acknowledged(&sandbox, number).await);
    }
    waits.remove(0);
    let memory = resident_memory(service.id());
    service.kill().expect("the service ends");
    service.wait().expect("the service ends");
    database.stop().await;
    sandbox.stop().await.expect("the sandbox ends");

    let (wait, idle) = (spread(waits), spread(announced));
    let mut out = std::io::stdout();
    writeln!(
        out,
        "announcement of a mail by Dovecot (IDLE):  median {:>6.0?}, worst {:>6.0?}\n\
         delivery to acknowledgement, {mails} mails:     median {:>6.0?}, p95 {:>6.0?}, worst {:>6.0?}\n\
         ratio of the medians:                      {:.2}\n\
         resident memory of the idle service:       {:.1} MiB",
        idle.0,
        idle.2,
        wait.0,
        wait.1,
        wait.2,
        wait.0.as_secs_f64() / idle.0.as_secs_f64(),
        memory / 1024.0,
    )
    .expect("standard output");
}

/// From a delivery to the moment when a waiting client hears of it.
async fn announcements(sandbox: &Sandbox, count: usize) -> Vec<Duration> {
    let text = format!(
        "host = '127.0.0.1'\nport = {}\ntls = 'none'\nuser = '{REQUESTER}'",
        sandbox.dovecot.port()
    );
    let settings: Settings = toml::from_str(&text).expect("settings");
    let credential = Credential::Given(Secret::new(PASSWORD.to_owned()));
    let mut session = Session::connect(&settings, &credential).await.expect("a session");
    session.select("INBOX").await.expect("the inbox");
    let (never, maildirs) = (CancellationToken::new(), sandbox.dovecot.maildirs().clone());
    let mut waits = Vec::new();
    for _ in 0..count {
        let maildirs = maildirs.clone();
        // The delivery must come when the wait has begun.
        let delivery = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(100));
            maildirs.deliver(REQUESTER, "INBOX", REQUEST, SystemClock.now()).expect("a delivery");
            Instant::now()
        });
        session.wait(&never, LONGEST).await;
        let woken = Instant::now();
        waits.push(woken.duration_since(delivery.join().expect("a delivery")));
        session.uids_after(0).await.expect("a search");
    }
    waits
}

fn serve(sandbox: &Sandbox, database: &Server) -> Child {
    let folder = sandbox.folder();
    let password_file = folder.join("password");
    fs::write(&password_file, PASSWORD).expect("a password file");
    let text = SETTINGS
        .replace("{data_dir}", &folder.display().to_string())
        .replace("{password_file}", &password_file.display().to_string())
        .replace("{imap_port}", &sandbox.dovecot.port().to_string())
        .replace("{smtp_port}", &sandbox.smtp.port().to_string())
        .replace("{database_url}", &database.url())
        + "\n[limits]\nletters_a_day = 100000\nletters_an_hour = 1000000\n";
    let file = folder.join("bench.toml");
    fs::write(&file, text).expect("a settings file");
    let mut child = Command::new(env!("CARGO_BIN_EXE_mailtriage"))
        .arg("serve")
        .arg("--config")
        .arg(&file)
        .env_remove("DATABASE_URL")
        .stderr(Stdio::piped())
        .spawn()
        .expect("the service");
    let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
    lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("the desk is open"))
        .expect("the service starts");
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    child
}

/// From the delivery into Dovecot to the delivery of the acknowledgement.
async fn acknowledged(sandbox: &Sandbox, number: usize) -> Duration {
    let before = sandbox.smtp.accepted().len();
    let mut raw = format!("Message-ID: <{number}@bench.example>\r\n").into_bytes();
    raw.extend_from_slice(REQUEST);
    let maildirs = sandbox.dovecot.maildirs();
    maildirs.deliver(DESK, "INBOX", &raw, SystemClock.now()).expect("a delivery");
    let delivered = Instant::now();
    while sandbox.smtp.accepted().len() == before {
        assert!(delivered.elapsed() < LONGEST, "mail {number} was not acknowledged");
        tokio::task::yield_now().await;
        std::thread::sleep(Duration::from_millis(1));
    }
    delivered.elapsed()
}

/// Median, what nineteen of twenty stay below, and worst.
fn spread(mut waits: Vec<Duration>) -> (Duration, Duration, Duration) {
    waits.sort_unstable();
    let at = |index: usize| waits.get(index).copied().unwrap_or_default();
    (at(waits.len() / 2), at(waits.len() * 19 / 20), at(waits.len().saturating_sub(1)))
}

/// In KiB, as the kernel tells.
fn resident_memory(process: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("a line VmRSS");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}
