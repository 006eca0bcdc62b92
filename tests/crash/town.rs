//! One PostgreSQL, one Dovecot and one relay for all lanes. A lane is a desk with its own database,
//! mailbox, people, and copies of the service behind gates.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mailtriage::clock::{Clock, SystemClock};
use mailtriage::mail;
use mailtriage::sandbox::Sandbox;
use mailtriage::sandbox::dovecot::User;
use mailtriage::store::{Connection, Store};
use mailtriage::worker::{Bell, pause_for};
use tokio_util::sync::CancellationToken;

use crate::copy::Copy;
use crate::mails::{Kind, Mail, Writers};
use crate::trap::Trap;
use crate::{imap_gate, smtp_gate, sql_gate};

const PASSWORD: &str = "sandbox";
pub(crate) const MOST_COPIES: usize = 3;
/// Requesters of each desk.
const PEOPLE: usize = 3;
/// How often the database is asked whether all is done.
const LOOK_EVERY: Duration = Duration::from_millis(200);
const MOST_TRIES: u32 = 12;

pub(crate) struct Town {
    sandbox: Sandbox,
}

impl Town {
    pub(crate) async fn founded(lanes: Range<usize>) -> Self {
        let names = lanes.clone().flat_map(|lane| {
            let staff = ["security", "ada", "ciso", "duty", "operator"].map(str::to_owned);
            let people = (0..PEOPLE).map(|number| format!("person{number}"));
            staff.into_iter().chain(people).map(move |name| address(&name, lane))
        });
        let users: Vec<User> =
            names.map(|name| User { name, password: PASSWORD.to_owned() }).collect();
        let sandbox = Sandbox::start(&users, Arc::new(|| SystemClock.now())).await.unwrap();

        let template = Store::open(&sandbox.postgres.url(), 2).await.unwrap();
        template.migrate().await.unwrap();
        for copy in 0..MOST_COPIES {
            says(&template, &format!("CREATE ROLE copy_{copy} SUPERUSER LOGIN")).await;
        }
        template.close().await;
        let url = sandbox.postgres.url().replace("/mailtriage?", "/postgres?");
        let founder = Store::open(&url, 1).await.unwrap();
        for lane in lanes {
            says(&founder, &format!("CREATE DATABASE lane_{lane} TEMPLATE mailtriage")).await;
        }
        founder.close().await;
        Self { sandbox }
    }

    pub(crate) async fn ends(self) {
        self.sandbox.stop().await.unwrap();
    }
}

fn people_of(lane: usize) -> Vec<String> {
    (0..PEOPLE).map(|number| address(&format!("person{number}"), lane)).collect()
}

/// A statement of the harness, whose parts are its own.
async fn says(store: &Store, statement: &str) {
    let mut conn = store.connect().await.unwrap();
    let statement = sqlx::AssertSqlSafe(statement.to_owned());
    sqlx::raw_sql(statement).execute(&mut *conn).await.unwrap();
}

fn address(name: &str, lane: usize) -> String {
    format!("{name}@lane{lane}.example")
}

pub(crate) struct Lane {
    pub(crate) town: Arc<Town>,
    pub(crate) number: usize,
    pub(crate) store: Store,
    pub(crate) trap: Arc<Trap>,
    pub(crate) copies: Vec<Arc<Copy>>,
    pub(crate) writers: Writers,
    /// Every mail that lies in the mailbox.
    pub(crate) delivered: Vec<Mail>,
    /// The name of each letter that has arrived, by its file.
    opened: BTreeMap<PathBuf, String>,
    /// How far the desk lives ahead of the computer's clock. `None`: the program as it is.
    pub(crate) ahead: Option<TimeDelta>,
}

impl Lane {
    pub(crate) async fn opens(town: Arc<Town>, number: usize, copies: usize) -> Self {
        let server = town.sandbox.postgres.url();
        let url = server.replace("/mailtriage?", &format!("/lane_{number}?"));
        let store = Store::open(&url, 2).await.unwrap();
        says(&store, WITNESS).await;
        let trap = Arc::<Trap>::default();
        let mut lane = Self {
            store,
            trap,
            copies: Vec::new(),
            writers: Writers::new(people_of(number), &address("security", number)),
            delivered: Vec::new(),
            opened: BTreeMap::new(),
            ahead: None,
            town,
            number,
        };
        for copy in 0..copies {
            let copy = lane.copy(copy, &server).await;
            lane.copies.push(copy);
        }
        lane
    }

    async fn copy(&self, number: usize, server: &str) -> Arc<Copy> {
        let folder = self.folder().join(format!("copy-{number}"));
        fs::create_dir_all(&folder).unwrap();
        let copy = Arc::new(Copy::new(folder.join("mailtriage.toml")));
        let (_, socket) = server.split_once("host=").unwrap();
        let socket = Path::new(socket.split('&').next().unwrap());

        // What the gates do ends with the runtime.
        sql_gate::opens(&folder, socket, &copy, &self.trap);
        let sandbox = &self.town.sandbox;
        let (imap, _) = imap_gate::opens(sandbox.dovecot.port(), &copy, &self.trap).await;
        let (smtp, _) = smtp_gate::opens(sandbox.smtp.port(), &copy, &self.trap).await;
        let url = format!(
            "postgres:///lane_{}?host={}&port=5432&user=copy_{number}&sslmode=disable",
            self.number,
            folder.display()
        );
        let password = folder.join("password");
        fs::write(&password, PASSWORD).unwrap();
        let text = SETTINGS
            .replace("{folder}", &self.folder().display().to_string())
            .replace("{password}", &password.display().to_string())
            .replace("{lane}", &format!("lane{}.example", self.number))
            .replace("{imap}", &imap.to_string())
            .replace("{smtp}", &smtp.to_string())
            .replace("{database}", &url);
        fs::write(&copy.settings, text).unwrap();
        copy
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.town.sandbox.folder().join(format!("lane-{}", self.number))
    }

    /// The copies end now: the gates keep them as long as the test lasts, and other desks need the
    /// machine.
    pub(crate) async fn ends(self) {
        self.copies.iter().for_each(|copy| copy.dies());
        self.store.close().await;
    }

    /// What time the desk believes it is.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + self.ahead.unwrap_or_default()
    }

    /// The Sent folder comes first, because it is looked at when the inbox has mail.
    pub(crate) fn deliver(&mut self, kinds: &[Kind]) {
        let now = self.now();
        let mut mails: Vec<Mail> =
            kinds.iter().map(|kind| self.writers.write(*kind, now)).collect();
        mails.sort_by_key(|mail| mail.folder != "Sent");
        let desk = address("security", self.number);
        for mail in mails {
            let (raw, at) = (mail.raw.as_bytes(), mail.received_at);
            let maildirs = self.town.sandbox.dovecot.maildirs();
            maildirs.deliver(&desk, mail.folder, raw, at).unwrap();
            self.delivered.push(mail);
        }
    }

    /// Everybody's inbox but the desk's: how many copies of each letter lie there.
    pub(crate) fn arrived(&mut self) -> BTreeMap<String, usize> {
        let staff = ["ada", "ciso", "duty", "operator"].map(|name| address(name, self.number));
        for user in staff.into_iter().chain(people_of(self.number)) {
            let mailbox = self.town.sandbox.dovecot.maildirs().mailbox_path(&user);
            for entry in fs::read_dir(mailbox.join("new")).unwrap() {
                let path = entry.unwrap().path();
                self.opened.entry(path).or_insert_with_key(|path| {
                    let id = mail::read(&fs::read(path).unwrap()).message_id;
                    id.map(|id| id.as_str().to_owned()).unwrap_or_default()
                });
            }
        }
        let mut arrived = BTreeMap::new();
        for id in self.opened.values() {
            *arrived.entry(id.clone()).or_default() += 1;
        }
        arrived
    }

    /// On a machine with much to do, a connection may take long.
    pub(crate) async fn conn(&self) -> Connection {
        for _ in 1..MOST_TRIES {
            if let Ok(conn) = self.store.connect().await {
                return conn;
            }
        }
        self.store.connect().await.unwrap()
    }

    /// Each delivered mail has its outcome, and no letter waits.
    pub(crate) async fn is_done(&self) -> bool {
        let mut conn = self.conn().await;
        let open: i64 = sqlx::query_scalar(
            "SELECT $1 - (SELECT count(*) FROM inbound WHERE outcome IS NOT NULL)
                  + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))",
        )
        .bind(i64::try_from(self.delivered.len()).unwrap())
        .fetch_one(&mut *conn)
        .await
        .unwrap();
        open == 0
    }

    pub(crate) async fn written(&self) -> usize {
        let mut conn = self.conn().await;
        let count = sqlx::query_scalar("SELECT count(*) FROM outbox").fetch_one(&mut *conn).await;
        usize::try_from(count.unwrap_or(0_i64)).unwrap()
    }

    pub(crate) async fn comes_to_rest(&self) {
        while !self.is_done().await {
            waits(LOOK_EVERY).await;
        }
    }

    /// Who holds the mailbox, if anybody does, and since which handing over.
    pub(crate) async fn holder(&self) -> Option<(String, i64)> {
        let mut conn = self.conn().await;
        sqlx::query_as(
            "SELECT holder, epoch FROM leases
             WHERE name = 'mailbox:security' AND held_until >= clock_timestamp()",
        )
        .fetch_optional(&mut *conn)
        .await
        .unwrap()
    }

    /// The end of what the copies have logged, for a failure that nobody expected.
    pub(crate) fn last_words(&self) -> String {
        let mut shown = String::new();
        for copy in &self.copies {
            let log = fs::read_to_string(&copy.log).unwrap_or_default();
            let lines: Vec<&str> = log.lines().rev().take(12).collect();
            shown.extend(lines.into_iter().rev().flat_map(|line| ["\n    ", line]));
        }
        shown
    }
}

/// Lets time pass, for real: the service outside cannot be told to hurry.
pub(crate) async fn waits(time: Duration) {
    pause_for(time, &Bell::default(), &CancellationToken::new()).await;
}

/// Writes down, behind the back of the service, under whose lease each mail was stored and by whom.
const WITNESS: &str = "
    CREATE TABLE witness (
        number bigint GENERATED ALWAYS AS IDENTITY, by_whom text, epoch bigint, is_held boolean
    );
    CREATE FUNCTION bear_witness() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO witness (by_whom, epoch, is_held)
        SELECT session_user, epoch, held_until >= clock_timestamp()
        FROM leases WHERE name = 'mailbox:security';
        RETURN NEW;
    END $$;
    CREATE TRIGGER witness AFTER INSERT ON inbound FOR EACH ROW EXECUTE FUNCTION bear_witness();
";

const SETTINGS: &str = r#"
data_dir = "{folder}/data"

[team]
name = "Security Consultancy Team"
address = "security@{lane}"
ciso = "ciso@{lane}"
duty = "duty@{lane}"
operator = "operator@{lane}"
incidents = "incidents@{lane}"
data_protection = "dataprotection@{lane}"

[[consultants]]
name = "Ada Byron"
address = "ada@{lane}"

[[mailboxes]]
name = "security"
sent = "Sent"

[mailboxes.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "security@{lane}"
password_file = "{password}"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"

[limits]
letters_a_day = 100000
letters_an_hour = 100000
provoked_an_hour = 100000

[database]
url = "{database}"

# It would only take time here: many copies share the machine.
[reader]
model = "off"

[health]
listen = "off"
"#;
