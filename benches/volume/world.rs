//! The sandbox of the bench, a durable database beside it, and the very program on both.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mailtriage::clock::{Clock, SystemClock};
use mailtriage::postgres::{Durability, Server};
use mailtriage::sandbox::Sandbox;
use mailtriage::sandbox::dovecot::User;
use sqlx::{Connection, PgConnection};

use crate::mails;

pub(crate) const DESK: &str = "security@desk.example";
pub(crate) const PASSWORD: &str = "sandbox";
const SETTINGS: &str = include_str!("../../src/demo/settings.toml");
/// What the service gets besides: the bench is the flood that these limits are for.
const MORE: &str = "\n[limits]\nletters_a_day = 100000\nletters_an_hour = 100000\n";
const PAUSE: Duration = Duration::from_millis(20);
const LONGEST: Duration = Duration::from_mins(30);

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    /// Everything that was committed survives, as where the service is at work.
    pub(crate) database: Server,
}

/// The running program.
pub(crate) struct Service {
    child: Child,
}

impl World {
    pub(crate) async fn starts() -> Self {
        let ours = ["security", "ada", "grace", "ciso", "duty", "operator"];
        let user = |name| User { name, password: PASSWORD.to_owned() };
        let ours = ours.into_iter().map(|name| user(format!("{name}@desk.example")));
        let users: Vec<User> = ours.chain(mails::people()).collect();
        let now = Arc::new(|| SystemClock.now());
        let sandbox = Sandbox::start(&users, now).await.expect("a sandbox");
        let folder = sandbox.folder().join("durable");
        let database = Server::start(&folder, Durability::Durable).await.expect("a database");
        Self { sandbox, database }
    }

    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.database.url()).await.expect("a connection")
    }

    pub(crate) fn delivers(&self, raw: &[u8]) {
        let maildirs = self.sandbox.dovecot.maildirs();
        maildirs.deliver(DESK, "INBOX", raw, SystemClock.now()).expect("a delivery");
    }

    /// Letters that the mail server took for somebody outside the team.
    pub(crate) fn acknowledged(&self) -> usize {
        let is_outside = |to: &mailtriage::mail::EmailAddress| to.domain() == "requests.example";
        self.sandbox.smtp.accepted().iter().filter(|one| one.to.iter().any(is_outside)).count()
    }

    pub(crate) fn serves(&self) -> Service {
        // Another version to compare with.
        let program = std::env::var_os("PROGRAM");
        let program = program.unwrap_or_else(|| env!("CARGO_BIN_EXE_mailtriage").into());
        let child = Command::new(program)
            .args(["serve", "--config"])
            .arg(self.settings_file())
            .env_remove("DATABASE_URL")
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.expect("the service");
        let mut lines = BufReader::new(child.stderr.take().expect("its log")).lines();
        lines
            .by_ref()
            .map_while(Result::ok)
            .find(|line| line.contains("the desk is open"))
            .expect("the service starts");
        std::thread::spawn(move || {
            let told = lines.map_while(Result::ok);
            let troubles = told.filter(|line| line.contains("WARN") || line.contains("ERROR"));
            troubles.for_each(|line| drop(writeln_err(&line)));
        });
        Service { child }
    }

    pub(crate) fn settings_file(&self) -> PathBuf {
        let folder = self.sandbox.folder();
        let password = folder.join("password");
        fs::write(&password, PASSWORD).expect("a password file");
        let text = SETTINGS
            .replace("{data_dir}", &folder.display().to_string())
            .replace("{password_file}", &password.display().to_string())
            .replace("{imap_port}", &self.sandbox.dovecot.port().to_string())
            .replace("{smtp_port}", &self.sandbox.smtp.port().to_string())
            .replace("{database_url}", &self.database.url())
            + MORE;
        let file = folder.join("bench.toml");
        fs::write(&file, text).expect("a settings file");
        file
    }

    pub(crate) async fn stops(self) {
        self.database.stop().await;
        self.sandbox.stop().await.expect("the sandbox ends");
    }
}

impl Service {
    /// The most memory that it ever had, in MiB.
    pub(crate) fn peak_memory(&self) -> f64 {
        memory(self.child.id(), "VmHWM:")
    }

    /// Seconds of processor time that it has used.
    pub(crate) fn processor_time(&self) -> f64 {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = fs::read_to_string(path).expect("its times");
        let after_name = stat.rsplit(") ").next().expect("its times");
        let ticks =
            after_name.split(' ').skip(11).take(2).filter_map(|one| one.parse::<f64>().ok());
        ticks.sum::<f64>() / 100.0
    }

    pub(crate) fn stops(mut self) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("the service is told to end");
        self.child.wait().expect("the service ends");
    }
}

pub(crate) fn memory(process: u32, what: &str) -> f64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("its status");
    let line = status.lines().find(|line| line.starts_with(what)).expect("a line of memory");
    let kib = line.split_whitespace().nth(1).and_then(|number| number.parse::<f64>().ok());
    kib.expect("a number") / 1024.0
}

/// Waits until it is so, and tells how long after `began` that was.
pub(crate) async fn until(began: Instant, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    while !is_so().await {
        assert!(began.elapsed() < LONGEST, "it took too long");
        tokio::task::yield_now().await;
        std::thread::sleep(PAUSE);
    }
    began.elapsed()
}

pub(crate) async fn number(conn: &mut PgConnection, statement: &'static str) -> i64 {
    sqlx::query_scalar(statement).fetch_one(conn).await.expect("a number")
}

fn writeln_err(line: &str) -> std::io::Result<()> {
    use std::io::Write;
    writeln!(std::io::stderr(), "{line}")
}

/// Where `mbsync` is, when it is installed.
pub(crate) fn mbsync() -> Option<&'static Path> {
    let places = ["/usr/bin/mbsync", "/usr/local/bin/mbsync"];
    places.into_iter().map(Path::new).find(|path| path.exists())
}
