//! A mail server that breaks off at each stage, is put back from a backup, or lets nobody in.

use std::sync::Arc;

use mailtriage::clock::Clock;
use mailtriage::worker::Bell;
use mailtriage::worker::fetch_mail::FetchMail;
use mailtriage::worker::watch_over::WatchOver;

use crate::fetching::{asks_for_sizes, fetches, hands_over, inbox, watcher};
use crate::support::fake_imap::{FakeImap, Script, mail_head};
use crate::support::scenario::Scenario;

const FOUND: &str = "SELECT string_agg(uid::text, ' ' ORDER BY inbound_id) FROM inbound";

fn watch_over(desk: &Scenario, fetch: &FetchMail) -> WatchOver {
    WatchOver {
        store: desk.store.clone(),
        desk: desk.desk.clone(),
        clock: Arc::new(desk.clock.clone()),
        outbox: Bell::default(),
        mailboxes: Arc::new(vec![(*fetch.mailbox).clone()]),
        since: desk.clock.now(),
    }
}

/// The first connection breaks; the second finds everything.
#[tokio::test]
async fn wherever_a_server_breaks_off_each_mail_comes_once() {
    let login = r#"LOGIN "desk" "open sesame""#;
    let examine = r#"EXAMINE "INBOX""#;
    let searched = || inbox(7, 0, &[11, 12]);
    let hangs_up_in_a_mail = || {
        let sizes = "* 1 FETCH (UID 11 RFC822.SIZE 99 INTERNALDATE \"07-Dec-2026 09:00:00 +0000\")\r\n\
                     * 2 FETCH (UID 12 RFC822.SIZE 99 INTERNALDATE \"07-Dec-2026 09:00:00 +0000\")\r\n";
        asks_for_sizes(searched(), "11:12").says(sizes).ok().hears_bodies("11:12")
    };
    let stories: Vec<(&str, Script)> = vec![
        ("a greeting that says goodbye", Script::default().says("* BYE too many connections\r\n")),
        ("half a greeting", Script::default().says("* OK rea")),
        ("a busy login", Script::greets().on(login, "{tag} NO [UNAVAILABLE] not now\r\n")),
        ("a goodbye after the login", Script::greets().on(login, "* BYE maintenance\r\n")),
        ("no word after the login", Script::greets().on(login, "{tag} OK\r\n").hears("CAPABILITY")),
        ("closing at the folder", Script::logged_in().hears(examine)),
        ("a refused folder", Script::logged_in().on(examine, "{tag} NO no such folder\r\n")),
        ("a goodbye at the folder", Script::logged_in().on(examine, "* BYE\r\n")),
        (
            "a folder nobody can parse",
            Script::logged_in().on(examine, "* OK [UIDVALIDITY seven] valid\r\n{tag} OK\r\n"),
        ),
        (
            "closing at the search",
            Script::in_inbox().on("NOOP", "{tag} OK\r\n").hears("UID SEARCH UID 1:*"),
        ),
        (
            "half a search",
            Script::in_inbox()
                .on("NOOP", "{tag} OK\r\n")
                .hears("UID SEARCH UID 1:*")
                .says("* SEARCH 11"),
        ),
    ];
    for (story, broken) in stories {
        let desk = Scenario::opens("2026-12-07 10:00").await;
        let well = hands_over(searched(), "11:12", &[(11, 1), (12, 2)]).hangs();
        let server = FakeImap::start([broken, well]).await;
        fetches(&desk, watcher(&desk, server.settings(), None), 2).await;
        desk.reads().await;
        assert_eq!(desk.finds(FOUND).await, "11 12", "{story}");
        assert_eq!(desk.outcomes().await, "request 2", "{story}");
        server.finish().await;
        desk.closes().await;
    }

    // Half a literal, and half the bytes of a mail: then the mails are asked for one by one.
    for half in [mail_head(11, 99), format!("{}From: ada", mail_head(11, 99)), "* 1 FET".to_owned()]
    {
        let desk = Scenario::opens("2026-12-07 10:00").await;
        let alone = hands_over(Script::in_inbox(), "11", &[(11, 1)]);
        let well = hands_over(alone, "12", &[(12, 2)]).hangs();
        let server = FakeImap::start([hangs_up_in_a_mail().says(&half), well]).await;
        fetches(&desk, watcher(&desk, server.settings(), None), 2).await;
        desk.reads().await;
        assert_eq!(desk.finds(FOUND).await, "11 12", "{half}");
        assert_eq!(desk.outcomes().await, "request 2", "{half}");
        server.finish().await;
        desk.closes().await;
    }
}

/// The wait for new mail ends in every bad way; what came meanwhile is found by the next connection.
#[tokio::test]
async fn however_a_wait_ends_the_next_mail_is_found() {
    let waits = || hands_over(inbox(7, 0, &[11]), "11", &[(11, 1)]).hears("IDLE");
    let stories = [
        ("closed before it began", waits()),
        ("closed while waiting", waits().says("+ idling\r\n")),
        ("goodbye", waits().says("+ idling\r\n* BYE bye\r\n")),
        ("an answer that cannot be parsed", waits().says("+ idling\r\n* 2 FETCH (((\r\n")),
        ("half an announcement", waits().says("+ idling\r\n* 2 EXI")),
        ("ended by the server", waits().says("+ idling\r\n{tag} OK enough\r\n")),
        ("an announcement, and no answer to the end", {
            waits().says("+ idling\r\n* 4 EXISTS\r\n").hears("DONE")
        }),
        // After a second of silence, and a second for the answer that never comes.
        ("a server that hangs", waits().says("+ idling\r\n").hangs()),
    ];
    for (story, broken) in stories {
        let desk = Scenario::opens("2026-12-07 10:00").await;
        let well = hands_over(inbox(7, 11, &[12]), "12", &[(12, 2)]).hangs();
        let server = FakeImap::start([broken, well]).await;
        let settings = server.settings_with(
            "host = '127.0.0.1'\ntls = 'none'\n[limits]\nidle_seconds = 1\nsilence_seconds = 1",
        );
        fetches(&desk, watcher(&desk, settings, None), 2).await;
        desk.reads().await;
        assert_eq!(desk.finds(FOUND).await, "11 12", "{story}");
        assert_eq!(desk.outcomes().await, "request 2", "{story}");
        server.finish().await;
        desk.closes().await;
    }
}

/// With its old numbering and lower numbers, or numbered anew: everything is read again, nobody is
/// answered again, and the operator learns it once.
#[tokio::test]
async fn a_server_that_was_put_back_is_read_again_and_the_operator_is_told_once() {
    for (uid_validity, because) in [
        (7, "has gone back to an earlier state of the folder INBOX"),
        (8, "has numbered anew the folder INBOX"),
    ] {
        let mut desk = Scenario::opens("2026-12-07 10:00").await;
        let restored = inbox(uid_validity, 0, &[11, 12, 13]);
        let server = FakeImap::start([
            hands_over(inbox(7, 0, &[21, 22]), "21:22", &[(21, 1), (22, 2)]),
            hands_over(restored, "11:13", &[(11, 1), (12, 2), (13, 3)]).hangs(),
        ])
        .await;
        let fetch = watcher(&desk, server.settings(), None);
        let watch = watch_over(&desk, &fetch);
        fetches(&desk, fetch, 5).await;
        desk.reads().await;
        watch.step().await.unwrap();
        watch.step().await.unwrap();
        assert_eq!(desk.outcomes().await, "duplicate 2, request 3");
        let letters = desk.new_letters().await;
        let kinds: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
        let acknowledged = ["acknowledgement"; 3];
        assert_eq!(kinds, [&acknowledged[..], &["outage"]].concat());
        let told = letters.last().unwrap();
        assert_eq!(told.recipient, "postmaster@example.org");
        assert!(told.text.contains(because), "{}", told.text);
        server.finish().await;
        desk.closes().await;
    }
}

/// A folder that was renamed, or a server that lets nobody in: the operator is told after an hour,
/// once a day, and not again when all is well.
#[tokio::test]
async fn a_folder_that_nobody_can_read_is_told_once_a_day() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([
        Script::logged_in().on(r#"EXAMINE "Sent""#, "{tag} NO there is none\r\n"),
        hands_over(inbox(7, 0, &[11]), "11", &[(11, 1)]).hangs(),
    ])
    .await;
    let fetch = watcher(&desk, server.settings(), Some("Sent"));
    let watch = watch_over(&desk, &fetch);
    fetches(&desk, fetch, 1).await;
    server.finish().await;
    desk.reads().await;
    desk.letters().await;

    let mut told = Vec::new();
    for at in ["2026-12-07 10:30", "2026-12-07 11:05", "2026-12-07 16:00", "2026-12-08 11:00"] {
        desk.is(at);
        // The inbox is read well all the time.
        desk.meddles("UPDATE folders SET polled_at = '2026-12-08 11:00+00' WHERE role = 'inbox'")
            .await;
        watch.step().await.unwrap();
        told.push(desk.letters().await);
    }
    let subject = "outage to postmaster@example.org: \
                   The mailbox has not been read since Monday 7 December 2026 at 10:00\n";
    assert_eq!(told, ["", subject, "", subject]);

    // And the inbox, when nobody is let in.
    desk.is("2026-12-08 12:30");
    watch.step().await.unwrap();
    let letters = desk.new_letters().await;
    assert_eq!(letters.len(), 1);
    insta::assert_snapshot!(letters[0].text);
    desk.closes().await;
}

/// What was not read while this process was down is no news.
#[tokio::test]
async fn a_process_that_was_away_itself_blames_no_server() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([inbox(7, 0, &[]).hangs()]).await;
    let fetch = watcher(&desk, server.settings(), None);
    desk.receives("pat@requests.example", "Passports", "", "1. The Passport Office").await;
    desk.letters().await;
    desk.meddles("UPDATE folders SET polled_at = '2026-12-04 10:00+00'").await;
    let watch = watch_over(&desk, &fetch);
    watch.step().await.unwrap();
    desk.is("2026-12-07 10:59");
    watch.step().await.unwrap();
    assert_eq!(desk.letters().await, "");
    desk.is("2026-12-07 11:00");
    watch.step().await.unwrap();
    assert!(desk.letters().await.contains("since Friday 4 December 2026 at 10:00"));
    desk.closes().await;
}
