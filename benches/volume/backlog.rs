//! A full mailbox: from its first mail to the last acknowledgement, beside what the download alone
//! and the storing alone would take.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use mailtriage::imap::{Credential, Secret, Session, Settings};
use sqlx::PgConnection;

use crate::mails::Mails;
use crate::world::{self, DESK, PASSWORD, World, number, until};

const MBSYNC: &str = "
IMAPAccount desk
Host 127.0.0.1
Port {port}
User {user}
Pass {password}
SSLType None
AuthMechs LOGIN

IMAPStore remote
Account desk

MaildirStore local
Path {folder}/
Inbox {folder}/inbox

Channel desk
Far :remote:
Near :local:
Patterns INBOX
Sync Pull
Create Near
SyncState *
";

pub(crate) struct Figures {
    pub(crate) mails: usize,
    pub(crate) megabytes: f64,
    pub(crate) mbsync: Option<Duration>,
    pub(crate) copy: Duration,
    pub(crate) kept: Duration,
    pub(crate) read: Duration,
    pub(crate) acknowledged: Duration,
    pub(crate) commits: i64,
    pub(crate) syncs: i64,
    pub(crate) processor: f64,
    pub(crate) peak_memory: f64,
}

pub(crate) async fn measure(mails: usize) -> Figures {
    let world = World::starts().await;
    let labelled = Mails::labelled();
    let mut bytes = 0;
    for number in 0..mails {
        let raw = labelled.mail(number);
        bytes += raw.len();
        world.delivers(&raw);
    }
    // Whoever comes first makes Dovecot give each mail its number: neither of the two.
    look_in(&world, mails).await;
    let before = download(&world, "first");

    let mut conn = world.connect().await;
    let (commits, syncs) = (commits(&mut conn).await, syncs(&mut conn).await);
    let service = world.serves();
    let began = Instant::now();
    let kept = until(began, async || {
        number(&mut conn, "SELECT COALESCE(max(inbound_id), 0) FROM inbound").await
            >= i64::try_from(mails).expect("a count")
    })
    .await;
    let read = until(began, async || {
        number(&mut conn, "SELECT count(*) FROM inbound WHERE outcome IS NULL").await == 0
    })
    .await;
    let acknowledged = until(began, async || world.acknowledged() >= mails).await;
    let (processor, peak_memory) = (service.processor_time(), service.peak_memory());
    service.stops();
    let commits = self::commits(&mut conn).await - commits;
    let syncs = self::syncs(&mut conn).await - syncs;

    let copy = copied(&mut conn).await;
    let after = download(&world, "second");
    world.stops().await;
    Figures {
        mails,
        megabytes: f64::from(u32::try_from(bytes).expect("a size")) / 1e6,
        mbsync: before.min(after).or(before),
        copy,
        kept,
        read,
        acknowledged,
        commits,
        syncs,
        processor,
        peak_memory,
    }
}

async fn look_in(world: &World, mails: usize) {
    let text = format!(
        "host = '127.0.0.1'\nport = {}\ntls = 'none'\nuser = '{DESK}'",
        world.sandbox.dovecot.port()
    );
    let settings: Settings = toml::from_str(&text).expect("settings");
    let credential = Credential::Given(Secret::new(PASSWORD.to_owned()));
    let mut session = Session::connect(&settings, &credential).await.expect("a session");
    session.select("INBOX").await.expect("the inbox");
    let mut uids = session.uids_after(0).await.expect("a search");
    assert_eq!(uids.len(), mails);
    while !uids.is_empty() {
        uids = session.fetch(&uids).await.expect("mails").left;
    }
    session.logout().await.expect("a goodbye");
}

/// As `mbsync` does it when nothing else is asked of it: each mail is a file, forced to disk.
fn download(world: &World, name: &str) -> Option<Duration> {
    let program = world::mbsync()?;
    let folder = world.sandbox.folder().join(format!("mbsync-{name}"));
    fs::create_dir_all(&folder).expect("a folder");
    let text = MBSYNC
        .replace("{port}", &world.sandbox.dovecot.port().to_string())
        .replace("{user}", DESK)
        .replace("{password}", PASSWORD)
        .replace("{folder}", &folder.display().to_string());
    let file = folder.join("mbsyncrc");
    fs::write(&file, text).expect("its settings");
    let began = Instant::now();
    let mut command = Command::new(program);
    // It warns of the open password, which only this machine sees.
    command.stderr(Stdio::null());
    let ended = command.arg("-q").arg("-c").arg(&file).arg("desk").status();
    assert!(ended.expect("mbsync").success(), "mbsync could not download the mailbox");
    Some(began.elapsed())
}

async fn commits(conn: &mut PgConnection) -> i64 {
    sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *conn).await.expect("a look");
    let statement = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";
    number(conn, statement).await
}

async fn syncs(conn: &mut PgConnection) -> i64 {
    number(conn, "SELECT wal_sync FROM pg_stat_wal").await
}

/// The same rows into a table of the same shape, in one statement of PostgreSQL's own.
async fn copied(conn: &mut PgConnection) -> Duration {
    let mut rows = Vec::new();
    let mut out = conn.copy_out_raw("COPY inbound TO STDOUT (FORMAT binary)").await.expect("rows");
    while let Some(chunk) = futures_util::StreamExt::next(&mut out).await {
        rows.push(chunk.expect("rows"));
    }
    drop(out);
    let table = "CREATE TABLE copied (LIKE inbound INCLUDING ALL)";
    sqlx::query(table).execute(&mut *conn).await.expect("a table");
    let began = Instant::now();
    let mut into =
        conn.copy_in_raw("COPY copied FROM STDIN (FORMAT binary)").await.expect("a table");
    for chunk in rows {
        into.send(chunk).await.expect("rows");
    }
    into.finish().await.expect("rows");
    began.elapsed()
}
