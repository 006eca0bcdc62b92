//! The private Dovecot and the mail server before it.

use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use mailtriage::mail::EmailAddress;
use mailtriage::sandbox::Sandbox;
use mailtriage::sandbox::dovecot::{Dovecot, Encryption, User};
use mailtriage::sandbox::smtp_server::Envelope;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::support::conversation::Conversation;
use crate::support::folder::passable_folder;

fn desk() -> User {
    User { name: "desk@example.org".to_owned(), password: "correct horse".to_owned() }
}

fn christmas_eve() -> DateTime<Utc> {
    "2026-12-24T15:00:07Z".parse().unwrap()
}

#[tokio::test]
async fn a_delivered_mail_is_seen_over_imap_with_the_time_of_its_delivery() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    let mut imap = Conversation::with(dovecot.port()).await;
    let login = imap.imap("LOGIN desk@example.org \"correct horse\"").await;
    assert!(login.contains("tag OK"), "{login}");
    assert!(imap.imap("SELECT INBOX").await.contains("* 0 EXISTS"));

    imap.say("tag IDLE").await;
    imap.hear_until("+ ").await;
    let mail = b"Subject: Zu\xc3\xa4ngste\r\n\r\nHello\r\n";
    dovecot.maildirs().deliver("desk@example.org", "INBOX", mail, christmas_eve()).unwrap();
    imap.hear_until("* 1 EXISTS").await;
    imap.say("DONE").await;
    imap.hear_until("tag OK").await;

    let fetched = imap.imap("FETCH 1 (INTERNALDATE RFC822.SIZE BODY.PEEK[])").await;
    assert!(fetched.contains("INTERNALDATE \"24-Dec-2026 15:00:07 +0000\""), "{fetched}");
    assert!(fetched.contains("Zuängste"), "{fetched}");
    assert!(fetched.contains(&format!("RFC822.SIZE {}", mail.len())), "{fetched}");
    assert!(imap.imap("STATUS Sent (MESSAGES)").await.contains("MESSAGES 0"));
    dovecot.stop().await;
}

#[tokio::test]
async fn mails_of_one_moment_keep_their_order() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    for number in 1..=12 {
        let mail = format!("Subject: {number}\r\n\r\nHello\r\n");
        let user = "desk@example.org";
        dovecot.maildirs().deliver(user, "INBOX", mail.as_bytes(), christmas_eve()).unwrap();
    }
    let mut imap = Conversation::with(dovecot.port()).await;
    imap.imap("LOGIN desk@example.org \"correct horse\"").await;
    imap.imap("EXAMINE INBOX").await;
    let fetched = imap.imap("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").await;
    let subjects: Vec<&str> =
        fetched.lines().filter_map(|line| line.strip_prefix("Subject: ")).collect();
    let expected: Vec<String> = (1..=12).map(|number: i32| number.to_string()).collect();
    assert_eq!(subjects, expected);
}

#[tokio::test]
async fn dovecot_leaves_no_process_and_refuses_a_wrong_password() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    let mut imap = Conversation::with(dovecot.port()).await;
    let refused = imap.imap("LOGIN desk@example.org wrong").await;
    assert!(refused.contains("tag NO [AUTHENTICATIONFAILED]"), "{refused}");

    dovecot.stop().await;
    assert_eq!(imap.hear().await, "");
    assert!(folder.path().join("dovecot/mail/desk@example.org/new").exists());
}

#[tokio::test]
async fn dovecot_ends_with_its_process() {
    let folder = passable_folder();
    let mut service = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "sandbox::keeps_dovecot_until_killed", "--ignored", "--nocapture"])
        .env("MAIL_FOLDER", folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = std::io::BufReader::new(service.stdout.take().unwrap()).lines();
    let ready = lines.map(Result::unwrap).find(|line| line.contains("ready ")).unwrap();
    let port: u16 = ready.rsplit(' ').next().unwrap().parse().unwrap();
    Conversation::with(port).await.imap("LOGIN desk@example.org \"correct horse\"").await;

    service.kill().unwrap();
    service.wait().unwrap();
    while TcpStream::connect(("127.0.0.1", port)).await.is_ok() {}
}

#[tokio::test]
#[ignore = "another test runs it as a process of its own and kills it"]
async fn keeps_dovecot_until_killed() {
    let folder = std::env::var_os("MAIL_FOLDER").unwrap();
    let dovecot = Dovecot::start(Path::new(&folder), &[desk()], Encryption::Off).await.unwrap();
    println!("\nready {}", dovecot.port());
    std::io::stdin().lines().for_each(drop);
}

#[tokio::test]
async fn dovecot_speaks_tls_when_asked_to() {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(issued.cert.der().clone()).unwrap();
    let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let encryption =
        Encryption::On { certificate: issued.cert.pem(), key: issued.signing_key.serialize_pem() };
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], encryption).await.unwrap();

    let tcp = TcpStream::connect(("127.0.0.1", dovecot.tls_port().unwrap())).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let tls = TlsConnector::from(Arc::new(client)).connect(name, tcp).await.unwrap();
    let mut greeting = String::new();
    BufReader::new(tls).read_line(&mut greeting).await.unwrap();
    assert!(greeting.starts_with("* OK"), "{greeting}");
    let mut plain = Conversation::with(dovecot.port()).await;
    assert!(plain.imap("CAPABILITY").await.contains("STARTTLS"));
}

#[tokio::test]
async fn mail_that_is_sent_arrives_in_the_mailbox_at_the_time_of_the_sandbox() {
    let sandbox = Sandbox::start(&[desk()], Arc::new(christmas_eve)).await.unwrap();

    let mut smtp = Conversation::with(sandbox.smtp.port()).await;
    assert_eq!(smtp.smtp("EHLO relay.example.org").await, "250 8BITMIME");
    assert_eq!(smtp.smtp("MAIL FROM:<ada@example.org>").await, "250 OK");
    assert_eq!(smtp.smtp("RCPT TO:<nobody@example.org>").await, "550 Mailbox unavailable");
    assert_eq!(smtp.smtp("RCPT TO:<Desk@Example.org>").await, "250 OK");
    assert!(smtp.smtp("DATA").await.starts_with("354 "));
    smtp.say("Subject: Hello\r\n\r\nMAIL FROM:<>\r\n..dots\r\nZ\u{fc}rich").await;
    assert_eq!(smtp.smtp(".").await, "250 OK");
    assert_eq!(smtp.smtp("mail from:<> BODY=8BITMIME").await, "250 OK");
    assert_eq!(smtp.smtp("RCPT TO:<desk@example.org>").await, "250 OK");
    assert!(smtp.smtp("DATA").await.starts_with("354 "));
    assert_eq!(smtp.smtp("Subject: Bounce\r\n\r\n.").await, "250 OK");
    assert_eq!(smtp.smtp("QUIT").await, "221 Goodbye");

    let address = |text| EmailAddress::parse(text).unwrap();
    let (from, at) = (Some(address("ada@example.org")), christmas_eve());
    assert_eq!(
        sandbox.smtp.accepted(),
        [
            Envelope { from, to: vec![address("Desk@example.org")], at },
            Envelope { from: None, to: vec![address("desk@example.org")], at },
        ]
    );

    let mut imap = Conversation::with(sandbox.dovecot.port()).await;
    imap.imap("LOGIN desk@example.org \"correct horse\"").await;
    assert!(imap.imap("EXAMINE INBOX").await.contains("* 2 EXISTS"));
    let fetched = imap.imap("FETCH 1 (INTERNALDATE BODY.PEEK[])").await;
    assert!(fetched.contains("INTERNALDATE \"24-Dec-2026 15:00:07 +0000\""), "{fetched}");
    let (_, raw) = fetched.split_once("}\n").unwrap();
    let (raw, _) = raw.split_once(")\n").unwrap();
    insta::assert_snapshot!(raw, @"
    Return-Path: <ada@example.org>
    Received: from relay.example.org by sandbox.invalid with ESMTP; Thu, 24 Dec 2026 15:00:07 +0000
    Subject: Hello

    MAIL FROM:<>
    .dots
    Zürich
    ");
    sandbox.stop().await.unwrap();
}

#[tokio::test]
async fn a_sandbox_leaves_nothing_even_when_it_is_dropped() {
    let sandbox = Sandbox::start(&[desk()], Arc::new(christmas_eve)).await.unwrap();
    let postgres = sandbox.postgres.process_id().unwrap();
    let mailbox = sandbox.dovecot.maildirs().mailbox_path("desk@example.org");
    let mut imap = Conversation::with(sandbox.dovecot.port()).await;
    let mut smtp = Conversation::with(sandbox.smtp.port()).await;
    assert!(mailbox.exists());

    drop(sandbox);
    assert!(!Path::new(&format!("/proc/{postgres}/cwd")).exists());
    assert!(!mailbox.ancestors().nth(3).unwrap().exists());
    assert_eq!(imap.hear().await, "");
    assert_eq!(smtp.hear().await, "");
}
