//! A desk without mail servers: mails are put where the fetcher would put them, letters are read
//! where the sender would find them. Everything between is the real thing, on a real PostgreSQL.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mailtriage::calendar::WorkingCalendar;
use mailtriage::clock::{Clock, SetClock};
use mailtriage::intake::Reader;
use mailtriage::letter::Keyring;
use mailtriage::postgres::Server;
use mailtriage::settings::Settings;
use mailtriage::store::folders::{self, Role};
use mailtriage::store::inbound::{self, NewMail};
use mailtriage::store::ledger::{self, Letter};
use mailtriage::store::{self, Store, requests};
use mailtriage::triage::{Request, Rules};
use mailtriage::worker::climb_ladder::ClimbLadder;
use mailtriage::worker::daily_jobs::DailyJobs;
use mailtriage::worker::desk::Desk;
use mailtriage::worker::keep_lease::Holder;
use mailtriage::worker::patient_reader::PatientReader;
use mailtriage::worker::read_inbound::ReadInbound;
use mailtriage::worker::{Bell, Progress};

use super::program::{self, Said};

/// The example that is shipped is the desk of most stories.
pub(crate) const SETTINGS: &str = include_str!("../../../config/example.toml");

/// So many connections may the pool of a scenario hold.
pub(crate) const CONNECTIONS: u32 = 8;

pub(crate) struct Scenario {
    pub(crate) store: Store,
    pub(crate) clock: SetClock,
    pub(crate) calendar: WorkingCalendar,
    pub(crate) desk: Desk,
    read: ReadInbound,
    ladder: ClimbLadder,
    daily: DailyJobs,
    last_uid: u32,
    last_letter: i64,
    server: Server,
    settings: String,
}

/// A database server of its own, made from a template that all tests share.
pub(crate) async fn database() -> (Server, Store) {
    let server = Server::scratch(Path::new(env!("CARGO_TARGET_TMPDIR"))).await.unwrap();
    let store = Store::open(&server.url(), CONNECTIONS).await.unwrap();
    store.migrate().await.unwrap();
    (server, store)
}

impl Scenario {
    /// Opens the desk at a local time such as `2026-12-24 09:00`.
    pub(crate) async fn opens(at: &str) -> Self {
        Self::opens_with(at, SETTINGS).await
    }

    /// A desk of other settings, with a key of its own for each address.
    pub(crate) async fn opens_with(at: &str, settings: &str) -> Self {
        let (server, store) = database().await;
        let text = settings;
        let settings = Settings::parse(text).unwrap();
        let secret = format!("a secret of the tests for {}", settings.team.address.as_str());
        let rules = settings.rules().unwrap();
        let calendar = rules.calendar.clone();
        let clock = SetClock::at(instant(&calendar, at));
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let desk = Desk {
            rules: Arc::new(rules),
            templates: Arc::new(settings.templates().unwrap()),
            keyring: Arc::new(Keyring::new(secret.as_bytes())),
        };
        let outbox = Bell::default();
        Self {
            read: ReadInbound {
                store: store.clone(),
                desk: desk.clone(),
                reader: PatientReader::new(Reader::by_cues()),
                clock: shared.clone(),
                outbox: outbox.clone(),
                holder: Holder::new().unwrap(),
            },
            ladder: ClimbLadder {
                store: store.clone(),
                desk: desk.clone(),
                clock: shared.clone(),
                outbox: outbox.clone(),
            },
            daily: DailyJobs { store: store.clone(), desk: desk.clone(), clock: shared, outbox },
            desk,
            store,
            clock,
            calendar,
            last_uid: 0,
            last_letter: 0,
            settings: text
                .replace("\n[database]\n", &format!("\n[database]\nurl = {:?}\n", server.url())),
            server,
        }
    }

    /// Other settings from now on.
    pub(crate) fn uses(&mut self, rules: Arc<Rules>) {
        self.desk.rules = Arc::clone(&rules);
        self.read.desk.rules = Arc::clone(&rules);
        self.ladder.desk.rules = Arc::clone(&rules);
        self.daily.desk.rules = rules;
    }

    /// A plain mail in the inbox, now. `more` are further header lines.
    pub(crate) async fn receives(&mut self, from: &str, subject: &str, more: &str, body: &str) {
        let number = self.last_uid + 1;
        let mail = format!(
            "From: {from}\nTo: security@example.org\nSubject: {subject}\n\
             Message-ID: <mail-{number}@test.example>\n{more}\n{body}\n"
        );
        self.receives_raw(Role::Inbox, mail.as_bytes()).await;
    }

    /// Any bytes, in any folder, now; then everything that waits is read.
    pub(crate) async fn receives_raw(&mut self, role: Role, raw: &[u8]) {
        self.stores(role, raw).await;
        self.reads().await;
    }

    /// What reads mail in another process.
    pub(crate) fn reader(&self) -> ReadInbound {
        ReadInbound { holder: Holder::new().unwrap(), ..self.read.clone() }
    }

    /// Reads everything that waits.
    pub(crate) async fn reads(&self) {
        while self.read.step().await.unwrap() == Progress::Worked {}
    }

    pub(crate) async fn stores(&mut self, role: Role, raw: &[u8]) {
        self.last_uid += 1;
        let name = match role {
            Role::Inbox => "INBOX",
            Role::Sent => "Sent",
        };
        let mail = NewMail {
            uid: self.last_uid,
            received_at: self.clock.now(),
            size_bytes: u32::try_from(raw.len()).unwrap(),
            truncated: false,
            raw: raw.to_vec(),
        };
        let mut tx = self.store.begin().await.unwrap();
        let place = folders::position(&mut tx, "security", name, role).await.unwrap();
        inbound::insert_batch(&mut tx, place.folder, 1, &[mail], self.clock.now()).await.unwrap();
        store::commit(tx).await.unwrap();
    }

    /// Moves the clock to a local time, and nothing happens.
    pub(crate) fn is(&self, at: &str) {
        self.clock.set(instant(&self.calendar, at));
    }

    /// What does the scheduled work in another process.
    pub(crate) fn schedulers(&self) -> (ClimbLadder, DailyJobs) {
        (self.ladder.clone(), self.daily.clone())
    }

    /// Moves the clock to a local time and does what is due then, once.
    pub(crate) async fn comes_to(&mut self, at: &str) {
        self.is(at);
        while self.ladder.step().await.unwrap() == Progress::Worked {}
        while self.daily.step().await.unwrap() == Progress::Worked {}
    }

    /// Every letter written since the last call: kind, recipient, subject.
    pub(crate) async fn letters(&mut self) -> String {
        let mut shown = String::new();
        for letter in self.new_letters().await {
            let withheld = letter.withheld_by.map(|rule| format!(" WITHHELD {rule}"));
            writeln!(
                shown,
                "{} to {}: {}{}",
                letter.kind,
                letter.recipient,
                letter.subject,
                withheld.unwrap_or_default()
            )
            .unwrap();
        }
        shown
    }

    pub(crate) async fn new_letters(&mut self) -> Vec<Letter> {
        let mut conn = self.store.connect().await.unwrap();
        let letters = ledger::written_after(&mut conn, self.last_letter).await.unwrap();
        self.last_letter = letters.last().map_or(self.last_letter, |letter| letter.outbox_id);
        letters
    }

    /// How many mails have each outcome.
    pub(crate) async fn outcomes(&self) -> String {
        let mut conn = self.store.connect().await.unwrap();
        let outcomes = ledger::outcomes(&mut conn).await.unwrap();
        let shown: Vec<String> =
            outcomes.iter().map(|(outcome, count)| format!("{outcome} {count}")).collect();
        shown.join(", ")
    }

    pub(crate) async fn request(&self, reference: &str) -> Request {
        let mut tx = self.store.begin().await.unwrap();
        let id = requests::find(&mut tx, reference).await.unwrap().expect("no such request");
        requests::lock(&mut tx, id).await.unwrap()
    }

    /// What a statement finds, a line a row, for what no part of the service needs to look up.
    pub(crate) async fn finds(&self, statement: &'static str) -> String {
        let mut conn = self.store.connect().await.unwrap();
        let rows: Vec<String> = sqlx::query_scalar(statement).fetch_all(&mut *conn).await.unwrap();
        rows.join("\n")
    }

    /// Changes the database behind the back of the service, such as to let time pass there.
    pub(crate) async fn meddles(&self, statement: &'static str) {
        let mut conn = self.store.connect().await.unwrap();
        sqlx::query(statement).execute(&mut *conn).await.unwrap();
    }

    /// A command that an operator types, on this desk's database.
    pub(crate) async fn types(&self, command: &[&str]) -> Said {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mailtriage.toml");
        std::fs::write(&path, &self.settings).unwrap();
        program::types(command, &path).await
    }

    pub(crate) async fn closes(self) {
        self.store.close().await;
        self.server.stop().await;
    }
}

fn instant(calendar: &WorkingCalendar, at: &str) -> DateTime<Utc> {
    let (day, time) = at.split_once(' ').expect("a day and a time");
    calendar.at_local(day.parse().unwrap(), time.parse().unwrap())
}
