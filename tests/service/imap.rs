//! The mailbox against a real server.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use mailtriage::imap::{Body, Error, Fetched, Session, Step, WokenBy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use crate::support::dovecot::Dovecot;

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
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session_with("").await;
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

/// What the server says to another program, which knows nothing of our code.
async fn other_client(dovecot: &Dovecot, commands: &[&str]) -> String {
    let port = dovecot.settings_with("").port();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let said = format!("a LOGIN desk secret\r\nb {}\r\nz LOGOUT\r\n", commands.join("\r\nb "));
    stream.write_all(said.as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    assert!(!answers.contains("b NO") && !answers.contains("b BAD"), "{answers}");
    answers
}

#[tokio::test]
async fn people_still_see_their_mail_as_new() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session_with("limits = { largest_mail_mb = 1 }").await;
    session.append("INBOX", &mail("one"), day(20)).await.unwrap();
    session.select("INBOX").await.unwrap();
    assert_eq!(fetch_all(&mut session, 0).await.0.len(), 1);
    assert!(session.fetch_start(1).await.unwrap().is_some());
    session.logout().await.unwrap();
    let flags = other_client(&dovecot, &["SELECT INBOX", "FETCH 1 FLAGS"]).await;
    let flags = flags.lines().find(|line| line.starts_with("* 1 FETCH")).unwrap();
    assert!(flags.contains("\\Recent") && !flags.contains("\\Seen"), "{flags}");
}

#[tokio::test]
async fn a_wait_ends_when_mail_arrives() {
    let dovecot = Dovecot::start().await;
    let mut watcher = dovecot.session_with("").await;
    let mut writer = dovecot.session_with("").await;
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
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session_with("").await;
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
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session_with("limits = { largest_mail_mb = 1 }").await;
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
    let dovecot = Dovecot::start().await;
    let name = "Entwürfe & \"Pläne\" 台北";
    let mut session = dovecot.session_with("").await;
    let error = session.select(name).await.unwrap_err();
    assert!(matches!(error, Error::Refused { step: Step::OpenFolder, .. }), "{error}");

    let create = r#"CREATE "Entw&APw-rfe &- \"Pl&AOQ-ne\" &U,BTFw-""#;
    other_client(&dovecot, &[create]).await;
    let mut session = dovecot.session_with("").await;
    session.append(name, &mail("one"), day(20)).await.unwrap();
    assert_eq!(session.select(name).await.unwrap().exists, 1);
    assert_eq!(fetch_all(&mut session, 0).await.0[0].body, Body::Full(mail("one")));
}

#[tokio::test]
async fn a_deleted_mail_is_reported_as_gone() {
    let dovecot = Dovecot::start().await;
    let mut session = dovecot.session_with("").await;
    for subject in ["one", "two", "three"] {
        session.append("INBOX", &mail(subject), day(20)).await.unwrap();
    }
    session.select("INBOX").await.unwrap();
    assert_eq!(session.uids_after(0).await.unwrap(), [1, 2, 3]);
    let delete = ["SELECT INBOX", r"STORE 2 +FLAGS.SILENT (\Deleted)", "EXPUNGE"];
    other_client(&dovecot, &delete).await;
    let batch = session.fetch(&[1, 2, 3]).await.unwrap();
    let uids: Vec<u32> = batch.mails.iter().map(|mail| mail.uid).collect();
    assert_eq!((uids, batch.gone, batch.left), (vec![1, 3], vec![2], vec![]));
}
