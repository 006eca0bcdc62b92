//! Each way in which a mail server can break off, refuse or mislead: no mail is lost by it.

use std::time::Duration;

use mailtriage::imap::{Batch, Body, Error, One, OneByOne, Session, Step};
use tokio::time::Instant;

use crate::support::fake_imap::{FakeImap, Script, mail_head, movable, password};

const ALL: [u32; 3] = [11, 12, 13];
const NONE: [u32; 0] = [];

/// A session in the folder of [`Script::in_inbox`].
async fn in_inbox(server: &FakeImap) -> Session {
    let (settings, password) = (server.settings(), password());
    let mut session = movable(Session::connect(&settings, &password)).await.unwrap();
    let selected = session.select("INBOX").await.unwrap();
    assert_eq!((selected.uid_validity, selected.uid_next, selected.exists), (7, Some(14), 3));
    session
}

/// Fetches 11 to 13 from a server that goes on as `faulty` says.
async fn fetch_all(faulty: Script) -> Result<Batch, Error> {
    let server = FakeImap::start([Script::in_inbox().then(faulty)]).await;
    let mut session = in_inbox(&server).await;
    let fetched = movable(session.fetch(&ALL)).await;
    assert_eq!(session.is_open(), fetched.is_ok(), "a session is closed by its first error");
    drop(session);
    server.finish().await;
    fetched
}

async fn search(faulty: Script) -> Result<Vec<u32>, Error> {
    let server = FakeImap::start([Script::in_inbox().then(faulty)]).await;
    let mut session = in_inbox(&server).await;
    let found = movable(session.uids_after(10)).await;
    assert_eq!(session.is_open(), found.is_ok(), "a session is closed by its first error");
    drop(session);
    server.finish().await;
    found
}

fn uids(batch: &Batch) -> Vec<u32> {
    batch.mails.iter().map(|mail| mail.uid).collect()
}

fn asked_for_bodies() -> Script {
    Script::default().gives_sizes("11:13", &ALL).hears_bodies("11:13")
}

#[tokio::test]
async fn mails_come_in_order_with_their_dates() {
    let script = asked_for_bodies().sends_mail(13).sends_mail(11).sends_mail(12).ok();
    let batch = fetch_all(script).await.unwrap();
    assert_eq!((uids(&batch), batch.gone, batch.left), (ALL.to_vec(), vec![], vec![]));
    assert_eq!(batch.mails[0].body, Body::Full(b"Body of 11".to_vec()));
    assert_eq!(batch.mails[0].received_at.to_rfc3339(), "2026-11-20T09:00:00+00:00");
}

#[tokio::test]
async fn a_refused_fetch_is_an_error() {
    for answer in ["{tag} NO [UNAVAILABLE] later\r\n", "{tag} BAD what\r\n"] {
        let error = fetch_all(asked_for_bodies().sends_mail(11).says(answer)).await.unwrap_err();
        assert!(matches!(error, Error::Refused { step: Step::Fetch, .. }), "{error}");
        assert!(error.may_be_one_mail());
    }
}

#[tokio::test]
async fn a_refused_search_is_an_error() {
    for answer in ["{tag} BAD what\r\n", "{tag} NO [SERVERBUG] sorry\r\n"] {
        let script = Script::default().on("NOOP", "{tag} OK\r\n").on("UID SEARCH UID 11:*", answer);
        let error = search(script).await.unwrap_err();
        assert!(matches!(error, Error::Refused { step: Step::Search, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_connection_that_ends_after_one_of_three_mails_is_an_error() {
    let error = fetch_all(asked_for_bodies().sends_mail(11)).await.unwrap_err();
    assert!(matches!(error, Error::Closed { step: Step::Fetch, .. }), "{error}");
}

#[tokio::test]
async fn a_connection_that_ends_within_a_mail_is_an_error() {
    let half = format!("{}Body", mail_head(11, 10));
    let error = fetch_all(asked_for_bodies().says(&half)).await.unwrap_err();
    assert!(matches!(error, Error::Closed { step: Step::Fetch, .. }), "{error}");
}

#[tokio::test]
async fn a_connection_that_ends_during_a_search_is_an_error() {
    let script = Script::default()
        .on("NOOP", "{tag} OK\r\n")
        .on("UID SEARCH UID 11:*", "* SEARCH 11 12\r\n");
    let error = search(script).await.unwrap_err();
    assert!(matches!(error, Error::Closed { step: Step::Search, .. }), "{error}");
}

#[tokio::test]
async fn an_answer_with_a_foreign_tag_is_an_error() {
    let script = Script::default().on("NOOP", "A9999 OK\r\n");
    let error = search(script).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { step: Step::LookForChanges, .. }), "{error}");
}

#[tokio::test]
async fn the_last_mail_is_not_found_again() {
    // `11:*` means the last mail when all numbers are below.
    assert_eq!(search(Script::default().finds("UID 11:*", " 10")).await.unwrap(), NONE);
    assert_eq!(search(Script::default().finds("UID 11:*", "")).await.unwrap(), NONE);
    assert_eq!(search(Script::default().finds("UID 11:*", " 13 11 12 11")).await.unwrap(), ALL);
}

#[tokio::test]
async fn a_mail_deleted_since_the_search_is_reported_as_gone() {
    let script = Script::default()
        .gives_sizes("11:13", &ALL)
        .hears_bodies("11:13")
        .sends_mail(11)
        .sends_mail(13)
        .ok()
        .on("NOOP", "* VANISHED 12\r\n{tag} OK\r\n")
        .on("UID SEARCH UID 12", "* SEARCH\r\n{tag} OK\r\n");
    let batch = fetch_all(script).await.unwrap();
    assert_eq!((uids(&batch), batch.gone), (vec![11, 13], vec![12]));
}

#[tokio::test]
async fn mails_that_are_gone_before_their_size_is_known_are_reported_too() {
    let script = Script::default()
        .gives_sizes("11:13", &[12])
        .hears_bodies("12")
        .sends_mail(12)
        .ok()
        .on("NOOP", "* 1 EXPUNGE\r\n* 2 EXPUNGE\r\n{tag} OK\r\n")
        .on("UID SEARCH UID 11,13", "* SEARCH\r\n{tag} OK\r\n");
    let batch = fetch_all(script).await.unwrap();
    assert_eq!((uids(&batch), batch.gone), (vec![12], vec![11, 13]));
}

#[tokio::test]
async fn a_mail_left_out_by_the_server_is_never_taken_for_gone() {
    let script = asked_for_bodies().sends_mail(11).sends_mail(13).ok().finds("UID 12", " 12");
    let error = fetch_all(script).await.unwrap_err();
    assert!(matches!(error, Error::Incomplete { step: Step::Fetch, .. }), "{error}");
    assert!(error.may_be_one_mail());
}

#[tokio::test]
async fn an_answer_that_cannot_be_parsed_says_nothing_about_the_mail() {
    let script = asked_for_bodies()
        .says("* 1 FETCH (UID 11 BODY.PEEK[] {30}\r\nSubject: about ada@example.org)\r\n")
        .hangs();
    let error = fetch_all(script).await.unwrap_err();
    assert!(matches!(error, Error::Protocol { step: Step::Fetch, .. }));
    let shown = format!("{error:?} {error}");
    assert!(shown.contains("127.0.0.1") && shown.contains("hand over mail"), "{shown}");
    assert!(!shown.contains("ada") && !shown.contains("Subject"), "{shown}");
}

#[tokio::test]
async fn answers_that_make_the_parser_panic_are_errors() {
    for answer in ["* 1 FETCH (UID 11 INTERNALDATE NIL)\r\n", "* OK [UNSEEN 1]é\r\n"] {
        let error = fetch_all(asked_for_bodies().says(answer).hangs()).await.unwrap_err();
        assert!(matches!(error, Error::Protocol { step: Step::Fetch, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_is_given_up() {
    let server = FakeImap::start([Script::in_inbox().then(asked_for_bodies()).hangs()]).await;
    let mut session = in_inbox(&server).await;
    tokio::time::pause();
    let start = Instant::now();
    let error = session.fetch(&ALL).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { step: Step::Fetch, .. }), "{error}");
    assert!(start.elapsed() <= Duration::from_mins(2));
    server.finish().await;
}

/// A mail that comes in pieces of ten bytes, with less than a second between them.
fn trickle(pieces: usize) -> Script {
    let piece = |script: Script, _| script.says("1234567890").pauses(Duration::from_millis(300));
    let mail = Script::default().gives_sizes("11", &[11]).hears_bodies("11");
    let mail = mail.says(&mail_head(11, pieces * 10));
    (0..pieces).fold(Script::in_inbox().then(mail), piece).says(")\r\n").ok()
}

#[tokio::test]
async fn a_slow_server_is_given_time_but_not_for_ever() {
    let server = FakeImap::start([trickle(5), trickle(20)]).await;
    let limits = "limits = { silence_seconds = 1, answer_seconds = 3 }";
    let settings = server.settings_with(&format!("host = '127.0.0.1'\ntls = 'none'\n{limits}"));
    let mut session = Session::connect(&settings, &password()).await.unwrap();
    session.select("INBOX").await.unwrap();
    assert_eq!(session.fetch(&[11]).await.unwrap().mails[0].body.bytes().len(), 50);

    let mut session = Session::connect(&settings, &password()).await.unwrap();
    session.select("INBOX").await.unwrap();
    let error = session.fetch(&[11]).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { step: Step::Fetch, .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn a_session_is_closed_by_a_call_that_is_abandoned() {
    let server = FakeImap::start([Script::in_inbox().then(asked_for_bodies()).hangs()]).await;
    let mut session = in_inbox(&server).await;
    let limit = Duration::from_millis(50);
    assert!(tokio::time::timeout(limit, session.fetch(&ALL)).await.is_err());
    let error = session.uids_after(0).await.unwrap_err();
    assert!(matches!(error, Error::Closed { .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_sends_more_than_it_announced_is_given_up() {
    let huge = 40 * 1024 * 1024;
    let script = asked_for_bodies().says(&mail_head(11, huge)).says_bytes(&vec![b'x'; huge]);
    let error = fetch_all(script).await.unwrap_err();
    assert!(matches!(error, Error::TooMuch { step: Step::Fetch, .. }), "{error}");
}

#[tokio::test]
async fn news_about_flags_in_between_is_no_mail() {
    let script = asked_for_bodies()
        .says(&"* 2 FETCH (FLAGS (\\Seen))\r\n".repeat(150))
        .says("* 3 RECENT\r\n* OK still here\r\n")
        .says("* 9 FETCH (UID 99 BODY[] {3}\r\nnot)\r\n")
        .says("* 1 FETCH (UID 11 FLAGS (\\Seen))\r\n")
        .sends_mail(11)
        .sends_mail(12)
        .sends_mail(13)
        .ok();
    assert_eq!(uids(&fetch_all(script).await.unwrap()), ALL);
}

#[tokio::test]
async fn a_new_numbering_is_seen() {
    let again = Script::logged_in().opens_inbox(8);
    let server = FakeImap::start([Script::in_inbox(), again.clone(), again]).await;
    drop(in_inbox(&server).await);
    let mut session = Session::connect(&server.settings(), &password()).await.unwrap();
    assert_eq!(session.select("INBOX").await.unwrap().uid_validity, 8);
    drop(session);

    let (settings, password) = (server.settings(), password());
    let error = OneByOne::new(&settings, &password, "INBOX", 7).fetch(11).await.unwrap_err();
    assert!(matches!(error, Error::Renumbered { .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn a_folder_without_numbers_is_an_error() {
    let script = Script::logged_in().on(r#"EXAMINE "INBOX""#, "* 3 EXISTS\r\n{tag} OK\r\n");
    let server = FakeImap::start([script]).await;
    let mut session = Session::connect(&server.settings(), &password()).await.unwrap();
    let error = session.select("INBOX").await.unwrap_err();
    assert!(matches!(error, Error::Incomplete { step: Step::OpenFolder, .. }), "{error}");
    server.finish().await;
}

/// A connection on which this one mail breaks the session.
fn breaks_on(uid: u32, with: &str) -> Script {
    let set = uid.to_string();
    Script::in_inbox().gives_sizes(&set, &[uid]).hears_bodies(&set).says(with)
}

fn asked_for_start(uid: u32) -> Script {
    let items = "UID BODY.PEEK[HEADER]<0.262144> BODY.PEEK[TEXT]<0.262144>";
    Script::default()
        .gives_sizes(&uid.to_string(), &[uid])
        .hears(&format!("UID FETCH {uid} ({items})"))
}

#[tokio::test]
async fn one_strange_mail_does_not_hold_up_the_others() {
    let strange = "* 1 FETCH (UID 11 BODY.PEEK[] {4}\r\nmail)\r\n";
    let next = Script::default().gives_sizes("12", &[12]).hears_bodies("12").sends_mail(12).ok();
    let server = FakeImap::start([
        breaks_on(11, strange).hangs(),
        breaks_on(11, "{tag} NO cannot\r\n").hangs(),
        Script::in_inbox().then(asked_for_start(11)).says(strange).hangs(),
        Script::in_inbox().then(next),
    ])
    .await;
    let (settings, password) = (server.settings(), password());
    let mut carefully = OneByOne::new(&settings, &password, "INBOX", 7);
    let one = movable(carefully.fetch(11)).await.unwrap();
    assert!(matches!(one, One::Unreadable(Error::Protocol { step: Step::Fetch, .. })), "{one:?}");
    let One::Found(mail) = carefully.fetch(12).await.unwrap() else {
        panic!("mail 12 is an ordinary mail");
    };
    assert_eq!((mail.uid, mail.body.bytes()), (12, &b"Body of 12"[..]));
    assert!(carefully.into_session().is_some());
    server.finish().await;
}

#[tokio::test]
async fn the_start_of_a_mail_will_do_when_the_whole_cannot_be_had() {
    let start =
        "* 1 FETCH (UID 11 BODY[HEADER]<0> {10}\r\nSubject: a BODY[TEXT]<0> {4}\r\ntext)\r\n";
    let server = FakeImap::start([
        breaks_on(11, &format!("{}Bo", mail_head(11, 10))),
        breaks_on(11, ""),
        Script::in_inbox().then(asked_for_start(11)).says(start).ok(),
    ])
    .await;
    let (settings, password) = (server.settings(), password());
    let one = OneByOne::new(&settings, &password, "INBOX", 7).fetch(11).await.unwrap();
    let One::Found(mail) = one else {
        panic!("the start is there");
    };
    assert_eq!(mail.body, Body::Truncated(b"\r\ntext".to_vec()));
    server.finish().await;
}
