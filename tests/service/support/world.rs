//! The whole service on real servers: PostgreSQL, Dovecot, SMTP, and the settings that join them.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mailtriage::app::{self, Pace, Parts, Service};
use mailtriage::clock::{Clock, SystemClock};
use mailtriage::imap::{self, Credential, Secret, Session};
use mailtriage::letter::Keyring;
use mailtriage::sandbox::Sandbox;
use mailtriage::sandbox::dovecot::User;
use mailtriage::settings::Settings;
use mailtriage::smtp::OutgoingLetter;
use mailtriage::store::Store;
use tokio_util::sync::CancellationToken;

pub(crate) const DESK: &str = "security@desk.example";
const PASSWORD: &str = "sandbox";
const SETTINGS: &str = r#"
data_dir = "{folder}/data"

[team]
name = "Security Consultancy Team"
address = "security@desk.example"
ciso = "ciso@desk.example"
duty = "duty@desk.example"
operator = "operator@desk.example"
incidents = "incidents@desk.example"
data_protection = "dataprotection@desk.example"

[[consultants]]
name = "Ada Byron"
address = "ada@desk.example"

[[mailboxes]]
name = "security"
sent = "Sent"

[mailboxes.imap]
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "security@desk.example"
password_file = "{folder}/password"

[smtp]
host = "127.0.0.1"
port = {smtp}
tls = "none"

[database]
url = "{database}"

[health]
listen = "127.0.0.1:0"
"#;

pub(crate) struct World {
    pub(crate) sandbox: Sandbox,
    pub(crate) settings: Settings,
}

/// A person with a mailbox, who looks into it by IMAP.
pub(crate) struct Reader {
    session: Session,
    seen: u32,
}

impl World {
    pub(crate) async fn starts() -> Self {
        let names = ["security", "ada", "ciso", "duty", "operator"]
            .map(|name| format!("{name}@desk.example"));
        let people = ["priya", "tom"].map(|name| format!("{name}@requests.example"));
        let users: Vec<User> = names
            .into_iter()
            .chain(people)
            .map(|name| User { name, password: PASSWORD.to_owned() })
            .collect();
        let sandbox = Sandbox::start(&users, Arc::new(|| SystemClock.now())).await.unwrap();
        let text = settings_text(&sandbox);
        Self { settings: Settings::parse(&text).unwrap(), sandbox }
    }

    /// The settings as a file, for the program itself.
    pub(crate) fn settings_file(&self, change: impl Fn(String) -> String) -> PathBuf {
        let path = self.sandbox.folder().join("mailtriage.toml");
        fs::write(&path, change(settings_text(&self.sandbox))).unwrap();
        path
    }

    pub(crate) async fn store(&self) -> Store {
        let store = Store::open(&self.sandbox.postgres.url(), app::CONNECTIONS).await.unwrap();
        store.migrate().await.unwrap();
        store
    }

    /// The service, in this process.
    pub(crate) async fn opens_desk(&self) -> Service {
        Service::start(Parts {
            store: self.store().await,
            rules: Arc::new(self.settings.rules().unwrap()),
            templates: Arc::new(self.settings.templates().unwrap()),
            keyring: Arc::new(Keyring::new(&self.settings.secret().unwrap())),
            mailboxes: self.settings.mailboxes().unwrap(),
            mailer: Arc::new(app::mailer(&self.settings).unwrap()),
            clock: Arc::new(SystemClock),
            pace: Pace::default(),
            nightly: None,
        })
        .unwrap()
    }

    /// Sends a mail to the desk over SMTP, as a mail program would.
    pub(crate) async fn writes(&self, from: &str, subject: &str, body: &str) {
        let number = self.sandbox.smtp.accepted().len();
        let raw = format!(
            "From: {from}\r\nTo: {DESK}\r\nSubject: {subject}\r\n\
             Message-ID: <{number}-{}@test.example>\r\n\r\n{}\r\n",
            SystemClock.now().timestamp_micros(),
            body.replace('\n', "\r\n"),
        );
        let letter =
            OutgoingLetter { to: DESK, from, null_return_path: false, raw: raw.as_bytes() };
        app::mailer(&self.settings).unwrap().send(&letter).await.unwrap();
    }

    pub(crate) async fn reader(&self, address: &str) -> Reader {
        let text = format!(
            "host = '127.0.0.1'\nport = {}\ntls = 'none'\nuser = '{address}'",
            self.sandbox.dovecot.port()
        );
        let settings: imap::Settings = toml::from_str(&text).unwrap();
        let credential = Credential::Given(Secret::new(PASSWORD.to_owned()));
        let mut session = Session::connect(&settings, &credential).await.unwrap();
        session.select("INBOX").await.unwrap();
        Reader { session, seen: 0 }
    }

    pub(crate) async fn ends(self) {
        self.sandbox.stop().await.unwrap();
    }
}

impl Reader {
    /// Waits for so many further mails, as a mail program does.
    pub(crate) async fn gets(&mut self, count: usize) -> Vec<String> {
        let never = CancellationToken::new();
        let mut mails = Vec::new();
        while mails.len() < count {
            let uids = self.session.uids_after(self.seen).await.unwrap();
            if uids.is_empty() {
                self.session.wait(&never, Duration::from_secs(20)).await;
                continue;
            }
            for mail in self.session.fetch(&uids).await.unwrap().mails {
                self.seen = mail.uid;
                mails.push(String::from_utf8_lossy(mail.body.bytes()).into_owned());
            }
        }
        assert_eq!(mails.len(), count);
        mails
    }

    /// How many mails there are that have not been looked at.
    pub(crate) async fn waiting(&mut self) -> usize {
        self.session.uids_after(self.seen).await.unwrap().len()
    }
}

fn settings_text(sandbox: &Sandbox) -> String {
    let folder = sandbox.folder();
    fs::write(folder.join("password"), PASSWORD).unwrap();
    SETTINGS
        .replace("{folder}", &folder.display().to_string())
        .replace("{imap}", &sandbox.dovecot.port().to_string())
        .replace("{smtp}", &sandbox.smtp.port().to_string())
        .replace("{database}", &sandbox.postgres.url())
}
