//! The mailbox against a real server.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mailtriage::imap::{
    Body, Credential, Error, Fetched, Secret, Session, Settings, Step, WokenBy,
};
use mailtriage::sandbox::dovecot::{Dovecot, Encryption, User};
use rcgen::CertifiedKey;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::conversation::Conversation;
use crate::support::folder::passable_folder;

/// A server with one mailbox.
struct Server {
    dovecot: Dovecot,
    folder: TempDir,
}

impl Server {
    async fn start() -> Self {
        Self::start_with(Encryption::Off).await
    }

    async fn start_with(encryption: Encryption) -> Self {
        let folder = passable_folder();
        let desk = User { name: "desk".to_owned(), password: "open sesame".to_owned() };
        let dovecot = Dovecot::start(folder.path(), &[desk], encryption).await.unwrap();
        Self { dovecot, folder }
    }

    async fn connect(&self) -> Session {
        self.connect_with("").await
    }

    async fn connect_with(&self, limits: &str) -> Session {
        let port = self.dovecot.port();
        let host = format!("host = '127.0.0.1'\nport = {port}\ntls = 'none'");
        log_in(&format!("{host}\nlimits = {{ {limits} }}")).await.unwrap()
    }

    /// Another program, which knows nothing of our code.
    async fn conversation(&self) -> Conversation {
        let mut conversation = Conversation::with(self.dovecot.port()).await;
        let answer = conversation.imap("LOGIN desk \"open sesame\"").await;
        assert!(answer.contains("tag OK"), "{answer}");
        conversation
    }
}

async fn log_in(settings: &str) -> Result<Session, Error> {
    let settings: Settings = toml::from_str(&format!("user = 'desk'\n{settings}")).unwrap();
    let password = Credential::Given(Secret::new("open sesame".to_owned()));
    Session::connect(&settings, &password).await
}

fn day(day: u32) -> DateTime<Utc> {
    format!("2026-11-{day:02}T09:30:00Z").parse().unwrap()
}

fn mail(subject: &str) -> Vec<u8> {
    format!("From: ada@example.org\r\nSubject: {subject}\r\n\r\nGood morning.\r\n").into_bytes()
}

/// All mails after `last_uid`, and how many batches they came in.
async fn fetch_all(session: &mut Session, last_uid: u32) -> (Vec<Fetched>, usize) {
    let mut left = session.uids_after(last_uid).await.unwrap();
    let (mut mails, mut batches) = (Vec::new(), 0);
    while !left.is_empty() {
        let batch = session.fetch(&left).await.unwrap();
        assert!(batch.gone.is_empty());
        assert!(batch.left.len() < left.len());
        mails.extend(batch.mails);
        left = batch.left;
        batches += 1;
    }
    (mails, batches)
}

#[tokio::test]
async fn mails_arrive_whole_in_order_and_with_their_dates() {
    let server = Server::start().await;
    let mut session = server.connect().await;
    // The second is older than the first: the order is that of arrival, not of dates.
    for (subject, on) in [("one", 20), ("two", 18), ("three", 21)] {
        session.append("INBOX", &mail(subject), day(on)).await.unwrap();
    }
    let selected = session.select("INBOX").await.unwrap();
    assert_eq!((selected.exists, selected.uid_next), (3, Some(4)));

    let (mails, _) = fetch_all(&mut session, 0).await;
    let seen: Vec<_> = mails.iter().map(|mail| (mail.uid, mail.received_at)).collect();
    assert_eq!(seen, [(1, day(20)), (2, day(18)), (3, day(21))]);
    assert_eq!(mails[1].body, Body::Full(mail("two")));
    assert_eq!(usize::try_from(mails[1].size).unwrap(), mail("two").len());

    assert_eq!(session.uids_after(2).await.unwrap(), [3]);
    assert_eq!(session.uids_after(3).await.unwrap(), Vec::<u32>::new());
    assert_eq!(session.uids_since(0, day(20).date_naive()).await.unwrap(), [1, 3]);
    session.logout().await.unwrap();
}

#[tokio::test]
async fn people_still_see_their_mail_as_new() {
    let server = Server::start().await;
    let mut session = server.connect_with("largest_mail_mb = 1").await;
    session.append("INBOX", &mail("one"), day(20)).await.unwrap();
    session.select("INBOX").await.unwrap();
    assert_eq!(fetch_all(&mut session, 0).await.0.len(), 1);
    assert!(session.fetch_start(1).await.unwrap().is_some());
    session.logout().await.unwrap();
    let mut other = server.conversation().await;
    assert!(other.imap("SELECT INBOX").await.contains("tag OK"));
    let flags = other.imap("FETCH 1 FLAGS").await;
    assert!(flags.contains("\\Recent") && !flags.contains("\\Seen"), "{flags}");
}

#[tokio::test]
async fn a_wait_ends_when_mail_arrives() {
    let server = Server::start().await;
    let mut watcher = server.connect().await;
    let mut writer = server.connect().await;
    watcher.select("INBOX").await.unwrap();
    assert_eq!(watcher.uids_after(0).await.unwrap(), Vec::<u32>::new());

    let stop = CancellationToken::new();
    let start = Instant::now();
    let arriving = async {
        writer.append("INBOX", &mail("hurry"), day(20)).await.unwrap();
    };
    let (woken_by, ()) = tokio::join!(watcher.wait(&stop, Duration::from_mins(1)), arriving);
    assert!(matches!(woken_by, WokenBy::NewMail), "{woken_by:?}");
    assert!(start.elapsed() < Duration::from_secs(10));
    assert_eq!(watcher.uids_after(0).await.unwrap(), [1]);

    stop.cancel();
    let woken_by = watcher.wait(&stop, Duration::from_mins(1)).await;
    assert!(matches!(woken_by, WokenBy::Stopped), "{woken_by:?}");
}

#[tokio::test]
async fn a_large_backlog_comes_in_batches() {
    let server = Server::start().await;
    let mut session = server.connect().await;
    session.select("INBOX").await.unwrap();
    for number in 0..2_000 {
        session.append("INBOX", &mail(&number.to_string()), day(20)).await.unwrap();
    }
    let (mails, batches) = fetch_all(&mut session, 0).await;
    assert_eq!((mails.len(), batches), (2_000, 10));
    for (number, fetched) in mails.iter().enumerate() {
        assert_eq!(fetched.body.bytes(), mail(&number.to_string()), "mail {number}");
    }
}

#[tokio::test]
async fn of_a_large_mail_the_start_is_fetched() {
    let server = Server::start().await;
    let mut session = server.connect_with("largest_mail_mb = 1").await;
    let mut large = mail("large");
    large.extend("0123456789abcdef0123456789abcdef\r\n".repeat(40_000).bytes());
    for mail in [mail("before"), large.clone(), mail("after")] {
        session.append("INBOX", &mail, day(20)).await.unwrap();
    }
    session.select("INBOX").await.unwrap();
    let (mails, batches) = fetch_all(&mut session, 0).await;
    assert_eq!((mails.len(), batches), (3, 1));
    assert_eq!(mails[1].size as usize, large.len());
    let Body::Truncated(start) = &mails[1].body else {
        panic!("a mail of {} bytes came whole", large.len());
    };
    assert!(start.len() > 262_144 && large.starts_with(start));
    assert_eq!(mails[2].body, Body::Full(mail("after")));
}

#[tokio::test]
async fn folders_have_names_in_any_language() {
    let server = Server::start().await;
    let name = "Entwürfe & \"Pläne\" 台北";
    let mut session = server.connect().await;
    let error = session.select(name).await.unwrap_err();
    assert!(matches!(error, Error::Refused { step: Step::OpenFolder, .. }), "{error}");

    let create = r#"CREATE "Entw&APw-rfe &- \"Pl&AOQ-ne\" &U,BTFw-""#;
    assert!(server.conversation().await.imap(create).await.contains("tag OK"));
    let mut session = server.connect().await;
    session.append(name, &mail("one"), day(20)).await.unwrap();
    assert_eq!(session.select(name).await.unwrap().exists, 1);
    assert_eq!(fetch_all(&mut session, 0).await.0[0].body, Body::Full(mail("one")));
}

#[tokio::test]
async fn a_deleted_mail_is_reported_as_gone() {
    let server = Server::start().await;
    let mut session = server.connect().await;
    for subject in ["one", "two", "three"] {
        session.append("INBOX", &mail(subject), day(20)).await.unwrap();
    }
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids_after(0).await.unwrap(), [1, 2, 3]);
    let mut other = server.conversation().await;
    other.imap("SELECT INBOX").await;
    other.imap(r"STORE 2 +FLAGS.SILENT (\Deleted)").await;
    assert!(other.imap("EXPUNGE").await.contains("* 2 EXPUNGE"));
    let batch = session.fetch(&[1, 2, 3]).await.unwrap();
    let uids: Vec<u32> = batch.mails.iter().map(|mail| mail.uid).collect();
    assert_eq!((uids, batch.gone, batch.left), (vec![1, 3], vec![2], vec![]));
}

#[tokio::test]
async fn a_folder_made_anew_is_numbered_anew() {
    let server = Server::start().await;
    let mut other = server.conversation().await;
    let mut session = server.connect().await;
    let before = session.select("Sent").await.unwrap().uid_validity;
    assert!(other.imap("RENAME Sent Old").await.contains("tag OK"));
    other.imap("CREATE Sent").await;
    assert_ne!(session.select("Sent").await.unwrap().uid_validity, before);
}

#[tokio::test]
async fn both_ways_to_tls_lead_to_the_mailbox() {
    let CertifiedKey { cert, signing_key } =
        rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let encryption = Encryption::On { certificate: cert.pem(), key: signing_key.serialize_pem() };
    let server = Server::start_with(encryption).await;
    let ca_file = server.folder.path().join("ca.pem");
    std::fs::write(&ca_file, cert.pem()).unwrap();
    for (tls, port) in
        [("tls", server.dovecot.tls_port().unwrap()), ("starttls", server.dovecot.port())]
    {
        let settings = format!("host = 'localhost'\nport = {port}\ntls = '{tls}'");
        let trusting = format!("{settings}\nca_file = '{}'", ca_file.display());
        let mut session = log_in(&trusting).await.unwrap();
        assert_eq!(session.select("INBOX").await.unwrap().exists, 0, "{tls}");
        let error = log_in(&settings).await.unwrap_err();
        assert!(matches!(error, Error::Tls { .. }), "{tls}: {error}");
    }
}
