//! Waiting for mail on servers that announce it early, late, wrongly or never.

use std::time::Duration;

use mailtriage::imap::{Error, Session, Step, WokenBy};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::support::fake_imap::{FakeImap, Script, movable, password};

const NONE: [u32; 0] = [];
const LONG: Duration = Duration::from_hours(24);
const IDLE_CYCLE: Duration = Duration::from_mins(5);
const POLL_CYCLE: Duration = Duration::from_mins(1);

/// A session that waits at a server which goes on as the script says.
async fn waiting_at(script: Script) -> (FakeImap, Session) {
    let server = FakeImap::start([script]).await;
    let mut session = Session::connect(&server.settings(), &password()).await.unwrap();
    session.select("INBOX").await.unwrap();
    (server, session)
}

async fn woken_by(script: Script) -> WokenBy {
    let (server, mut session) = waiting_at(Script::in_inbox().then(script)).await;
    let woken_by = movable(session.wait(&CancellationToken::new(), LONG)).await;
    assert_eq!(session.is_open(), !matches!(woken_by, WokenBy::Lost(_)));
    drop(session);
    server.finish().await;
    woken_by
}

fn idles() -> Script {
    Script::default().on("IDLE", "+ idling\r\n")
}

fn done() -> Script {
    Script::default().hears("DONE").ok()
}

#[tokio::test]
async fn new_mail_wakes() {
    let woken_by = woken_by(idles().says("* OK Still here\r\n* 4 EXISTS\r\n").then(done())).await;
    assert!(matches!(woken_by, WokenBy::NewMail), "{woken_by:?}");
}

#[tokio::test]
async fn new_mail_announced_before_the_server_idles_wakes() {
    let script = Script::default().on("IDLE", "* 4 EXISTS\r\n+ idling\r\n").then(done());
    let woken_by = woken_by(script).await;
    assert!(matches!(woken_by, WokenBy::NewMail), "{woken_by:?}");
}

#[tokio::test]
async fn new_mail_announced_during_another_command_wakes_at_once() {
    let script = Script::in_inbox()
        .on("NOOP", "{tag} OK\r\n")
        .on("UID SEARCH UID 14:*", "* SEARCH\r\n* 4 EXISTS\r\n{tag} OK\r\n")
        .finds("UID 14:*", " 14")
        .on("IDLE", "* 4 EXISTS\r\n+ idling\r\n")
        .then(done());
    let (server, mut session) = waiting_at(script).await;
    assert_eq!(session.uids_after(13).await.unwrap(), NONE);
    let stop = CancellationToken::new();
    assert!(matches!(session.wait(&stop, LONG).await, WokenBy::NewMail));
    assert_eq!(session.uids_after(13).await.unwrap(), [14]);
    // What is known already (4 EXISTS) is no news, or a chatty server would wake us for ever.
    tokio::time::pause();
    assert!(matches!(session.wait(&stop, LONG).await, WokenBy::Timer));
    drop(session);
    server.finish().await;
}

#[tokio::test]
async fn a_deleted_mail_does_not_hide_a_new_one() {
    let script = idles().says("* 3 EXPUNGE\r\n* 3 EXISTS\r\n").then(done());
    let woken_by = woken_by(script).await;
    assert!(matches!(woken_by, WokenBy::NewMail), "{woken_by:?}");
}

#[tokio::test]
async fn a_goodbye_or_a_closed_connection_is_no_quiet_end() {
    for script in [idles(), idles().says("* BYE going down\r\n").hangs()] {
        let woken_by = woken_by(script).await;
        let WokenBy::Lost(error) = woken_by else {
            panic!("taken for {woken_by:?}");
        };
        assert!(matches!(error, Error::Closed { step: Step::AnnounceMail, .. }), "{error}");
    }
}

#[tokio::test]
async fn a_wait_ends_by_our_own_clock() {
    let script = Script::in_inbox().then(idles()).then(done()).then(idles()).then(done());
    let (server, mut session) = waiting_at(script).await;
    tokio::time::pause();
    let stop = CancellationToken::new();
    let start = Instant::now();
    assert!(matches!(session.wait(&stop, LONG).await, WokenBy::Timer));
    assert!(start.elapsed() >= IDLE_CYCLE && start.elapsed() < IDLE_CYCLE * 2);

    let start = Instant::now();
    let shorter = Duration::from_secs(90);
    assert!(matches!(session.wait(&stop, shorter).await, WokenBy::Timer));
    assert!(start.elapsed() >= shorter && start.elapsed() < IDLE_CYCLE);
    drop(session);
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_keeps_talking_does_not_make_a_wait_longer() {
    let talk =
        |script: Script, _| script.pauses(Duration::from_millis(100)).says("* OK Still here\r\n");
    let script = (0..20).fold(Script::in_inbox().then(idles()), talk).then(done());
    let server = FakeImap::start([script]).await;
    let more = "host = '127.0.0.1'\ntls = 'none'\nlimits = { idle_seconds = 1 }";
    let mut session = Session::connect(&server.settings_with(more), &password()).await.unwrap();
    session.select("INBOX").await.unwrap();
    let start = Instant::now();
    let woken_by = session.wait(&CancellationToken::new(), LONG).await;
    assert!(matches!(woken_by, WokenBy::Timer), "{woken_by:?}");
    // The talk lasts two seconds. A clock that it starts anew would end the wait after three.
    assert!(start.elapsed() < Duration::from_millis(2_900), "{:?}", start.elapsed());
    drop(session);
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_never_answers_the_end_of_idle_is_given_up() {
    let (server, mut session) =
        waiting_at(Script::in_inbox().then(idles()).hears("DONE").hangs()).await;
    tokio::time::pause();
    let woken_by = session.wait(&CancellationToken::new(), LONG).await;
    assert!(matches!(woken_by, WokenBy::Lost(Error::Timeout { .. })), "{woken_by:?}");
    server.finish().await;
}

#[tokio::test]
async fn a_server_that_refuses_to_idle_is_polled() {
    for refusal in ["{tag} NO not here\r\n", "{tag} BAD what\r\n"] {
        let script = Script::in_inbox().on("IDLE", refusal).finds("UID 14:*", "");
        let (server, mut session) = waiting_at(script).await;
        let stop = CancellationToken::new();
        tokio::time::pause();
        for _ in 0..2 {
            let start = Instant::now();
            assert!(matches!(session.wait(&stop, LONG).await, WokenBy::Timer));
            assert!(start.elapsed() >= POLL_CYCLE && start.elapsed() < IDLE_CYCLE);
        }
        tokio::time::resume();
        assert_eq!(session.uids_after(13).await.unwrap(), NONE, "the session is still good");
        drop(session);
        server.finish().await;
    }
}

#[tokio::test]
async fn a_server_without_idle_is_polled() {
    let script = Script::logged_in_with("IMAP4rev1 UIDPLUS").opens_inbox(7).hangs();
    let (server, mut session) = waiting_at(script).await;
    tokio::time::pause();
    let start = Instant::now();
    assert!(matches!(session.wait(&CancellationToken::new(), LONG).await, WokenBy::Timer));
    assert!(start.elapsed() >= POLL_CYCLE && start.elapsed() < IDLE_CYCLE);
    drop(session);
    server.finish().await;
}

#[tokio::test]
async fn a_list_of_capabilities_that_cannot_be_read_costs_only_idle() {
    // Two spaces, as a large provider sends them.
    let unreadable = Script::logged_in_with("IMAP4rev1  SASL-IR IDLE");
    let again = Script::greets()
        .on(r#"LOGIN "desk" "open sesame""#, "{tag} OK welcome\r\n")
        .opens_inbox(7)
        .hangs();
    let server = FakeImap::start([unreadable, again]).await;
    let mut session = Session::connect(&server.settings(), &password()).await.unwrap();
    session.select("INBOX").await.unwrap();
    tokio::time::pause();
    assert!(matches!(session.wait(&CancellationToken::new(), LONG).await, WokenBy::Timer));
    drop(session);
    server.finish().await;
}

#[tokio::test]
async fn stopping_ends_a_wait_politely() {
    let script = Script::in_inbox().then(idles()).then(done()).on("LOGOUT", "{tag} OK\r\n");
    let (server, mut session) = waiting_at(script).await;
    tokio::time::pause();
    let stop = CancellationToken::new();
    let later = async {
        let minute = Duration::from_mins(1);
        assert!(tokio::time::timeout(minute, std::future::pending::<()>()).await.is_err());
        stop.cancel();
    };
    let (woken_by, ()) = tokio::join!(session.wait(&stop, LONG), later);
    assert!(matches!(woken_by, WokenBy::Stopped), "{woken_by:?}");
    assert!(session.logout().await.is_ok());
    server.finish().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_a_server_that_hangs() {
    let (server, mut session) = waiting_at(Script::in_inbox().hears("IDLE").hangs()).await;
    let stop = CancellationToken::new();
    stop.cancel();
    tokio::time::pause();
    let start = Instant::now();
    assert!(matches!(session.wait(&stop, LONG).await, WokenBy::Stopped));
    assert!(start.elapsed() < Duration::from_secs(5));
    server.finish().await;
}
