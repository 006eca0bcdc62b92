//! Mail on its way into the database: none lost, none doubled, whatever the server does.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use mailtriage::clock::Clock;
use mailtriage::imap::{Backoff, Credential, Secret, Settings};
use mailtriage::sandbox::dovecot::{Dovecot, Encryption, User};
use mailtriage::worker::Bell;
use mailtriage::worker::fetch_mail::{FetchMail, Mailbox};
use mailtriage::worker::keep_lease::Holder;
use tokio_util::sync::CancellationToken;

use crate::support::fake_imap::{FakeImap, Script};
use crate::support::folder::passable_folder;
use crate::support::scenario::Scenario;

/// Far longer than anything here takes; a test that hangs ends here.
pub(crate) const LONGEST: Duration = Duration::from_mins(1);
const IT_RUNS_OUT: &str = "UPDATE leases SET held_until = held_until - interval '1 hour'";
const FOUND: &str =
    "SELECT format('%s %s%s', uid_validity, uid, CASE WHEN truncated THEN ' start' END)
                     FROM inbound ORDER BY inbound_id";
const POSITION: &str = "SELECT format('%s up to %s', uid_validity, last_uid) FROM folders";

/// A process that watches a mailbox and does not waste time between connections.
pub(crate) fn watcher(desk: &Scenario, imap: Settings, sent: Option<&str>) -> FetchMail {
    FetchMail {
        pulse: mailtriage::worker::pulse::Pulse::default(),
        store: desk.store.clone(),
        mailbox: Arc::new(Mailbox {
            name: "security".to_owned(),
            imap,
            credential: Credential::Given(Secret::new("open sesame".to_owned())),
            inbox: "INBOX".to_owned(),
            sent: sent.map(str::to_owned),
            read_since: None,
        }),
        clock: Arc::new(desk.clock.clone()),
        holder: Holder::new().unwrap(),
        unread: Bell::default(),
        backoff: Backoff { first: Duration::ZERO, longest: Duration::ZERO },
    }
}

pub(crate) async fn has(desk: &Scenario, count: usize) {
    loop {
        let stored: usize = desk.finds("SELECT count(*)::text FROM inbound").await.parse().unwrap();
        if stored >= count {
            return;
        }
    }
}

/// Runs until so many mails are stored, and ends as the service ends.
pub(crate) async fn fetches(desk: &Scenario, watcher: FetchMail, count: usize) {
    let stop = CancellationToken::new();
    let stopper = async {
        has(desk, count).await;
        stop.cancel();
    };
    let both = async { tokio::join!(Box::pin(watcher.run(stop.clone())), stopper) };
    tokio::time::timeout(LONGEST, both).await.unwrap();
}

pub(crate) fn request(number: u32) -> String {
    format!(
        "From: ada@requests.example\r\nTo: security@example.org\r\nSubject: Request {number}\r\n\
         Message-ID: <{number}@requests.example>\r\n\r\n1. Office {number}\r\n"
    )
}

/// The inbox, open, with these mails after the position.
pub(crate) fn inbox(uid_validity: u32, after: u32, uids: &[u32]) -> Script {
    let found = uids.iter().fold(String::new(), |found, uid| format!("{found} {uid}"));
    Script::logged_in().opens_inbox(uid_validity).finds(&format!("UID {}:*", after + 1), &found)
}

pub(crate) fn asks_for_sizes(script: Script, uids: &str) -> Script {
    script.hears(&format!("UID FETCH {uids} (UID RFC822.SIZE INTERNALDATE)"))
}

/// Answers both questions for these mails. The second number is the one in the mail.
pub(crate) fn hands_over(script: Script, set: &str, mails: &[(u32, u32)]) -> Script {
    let date = "INTERNALDATE \"07-Dec-2026 09:00:00 +0000\"";
    let (mut sizes, mut bodies) = (String::new(), String::new());
    for (uid, number) in mails {
        let raw = request(*number);
        let size = raw.len();
        write!(sizes, "* 1 FETCH (UID {uid} RFC822.SIZE {size} {date})\r\n").unwrap();
        let head = format!("* 1 FETCH (UID {uid} {date} RFC822.SIZE {size} BODY[] {{{size}}}");
        write!(bodies, "{head}\r\n{raw})\r\n").unwrap();
    }
    asks_for_sizes(script, set).says(&sizes).ok().hears_bodies(set).says(&bodies).ok()
}

#[tokio::test]
async fn a_new_connection_and_a_new_process_go_on_where_the_last_one_stopped() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([
        // Ends when there is nothing more to say.
        hands_over(inbox(7, 0, &[11, 12]), "11:12", &[(11, 1), (12, 2)]),
        hands_over(inbox(7, 12, &[13]), "13", &[(13, 3)]).hangs(),
        hands_over(inbox(7, 13, &[14]), "14", &[(14, 4)]).hangs(),
    ])
    .await;

    fetches(&desk, watcher(&desk, server.settings(), None), 3).await;
    assert_eq!(desk.finds(POSITION).await, "7 up to 13");
    fetches(&desk, watcher(&desk, server.settings(), None), 4).await;
    assert_eq!(desk.finds(FOUND).await, "7 11\n7 12\n7 13\n7 14");
    assert_eq!(desk.finds(POSITION).await, "7 up to 14");
    server.finish().await;
    desk.closes().await;
}

#[tokio::test]
async fn a_server_that_went_back_to_an_earlier_state_hides_no_new_mail() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([
        hands_over(inbox(7, 0, &[21, 22]), "21:22", &[(21, 1), (22, 2)]),
        // The same UIDVALIDITY, and the next number is 14: below what we know.
        hands_over(inbox(7, 0, &[11, 12, 13]), "11:13", &[(11, 1), (12, 2), (13, 3)]).hangs(),
    ])
    .await;

    fetches(&desk, watcher(&desk, server.settings(), None), 5).await;
    desk.reads().await;

    assert_eq!(desk.outcomes().await, "duplicate 2, request 3");
    assert_eq!(desk.finds(POSITION).await, "7 up to 13");
    server.finish().await;
    desk.letters().await;
    desk.closes().await;
}

#[tokio::test]
async fn mails_that_are_numbered_anew_are_known_again() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([
        hands_over(inbox(7, 0, &[11, 12]), "11:12", &[(11, 1), (12, 2)]),
        hands_over(inbox(8, 0, &[1, 2, 3]), "1:3", &[(1, 1), (2, 2), (3, 3)]).hangs(),
    ])
    .await;

    fetches(&desk, watcher(&desk, server.settings(), None), 5).await;
    desk.reads().await;

    assert_eq!(desk.outcomes().await, "duplicate 2, request 3");
    assert_eq!(desk.new_letters().await.len(), 3, "no second acknowledgement");
    assert_eq!(desk.finds(POSITION).await, "8 up to 3");
    server.finish().await;
    desk.closes().await;
}

#[tokio::test]
async fn a_server_that_breaks_off_costs_no_mail() {
    let all = [(11, 1), (12, 2)];
    let asked = |script| {
        let sizes = "* 1 FETCH (UID 11 RFC822.SIZE 99 INTERNALDATE \"07-Dec-2026 09:00:00 +0000\")\r\n\
                     * 2 FETCH (UID 12 RFC822.SIZE 99 INTERNALDATE \"07-Dec-2026 09:00:00 +0000\")\r\n";
        asks_for_sizes(script, "11:12").says(sizes).ok().hears_bodies("11:12")
    };
    let one_by_one = || {
        let script = Script::in_inbox();
        hands_over(hands_over(script, "11", &all[..1]), "12", &all[1..]).hangs()
    };
    let all_at_once = || hands_over(inbox(7, 0, &[11, 12]), "11:12", &all).hangs();
    let stories: [(Script, Script); 7] = [
        (Script::default(), all_at_once()),
        (Script::default().says("hello\r\n"), all_at_once()),
        (Script::greets().hears(r#"LOGIN "desk" "open sesame""#), all_at_once()),
        (Script::in_inbox().on("NOOP", "* BYE come again\r\n"), all_at_once()),
        (Script::in_inbox().on("NOOP", "{tag} BAD what\r\n"), all_at_once()),
        // In the middle of a mail.
        (
            asked(inbox(7, 0, &[11, 12])).says("* 1 FETCH (UID 11 BODY[] {99}\r\nFrom: ad"),
            one_by_one(),
        ),
        (asked(inbox(7, 0, &[11, 12])).says("* 1 FETCH (UID (((\r\n").ok(), one_by_one()),
    ];
    for (number, (broken, well)) in stories.into_iter().enumerate() {
        let desk = Scenario::opens("2026-12-07 10:00").await;
        let server = FakeImap::start([broken, well]).await;
        fetches(&desk, watcher(&desk, server.settings(), None), 2).await;
        desk.reads().await;
        assert_eq!(desk.finds(FOUND).await, "7 11\n7 12", "story {number}");
        assert_eq!(desk.outcomes().await, "request 2", "story {number}");
        server.finish().await;
        desk.closes().await;
    }
}

#[tokio::test]
async fn a_mail_that_vanishes_is_passed_over() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let gone = asks_for_sizes(inbox(7, 0, &[11, 12]), "11:12");
    let date = "INTERNALDATE \"07-Dec-2026 09:00:00 +0000\"";
    let raw = request(2);
    let size = raw.len();
    let script = gone
        .says(&format!("* 1 FETCH (UID 12 RFC822.SIZE {size} {date})\r\n"))
        .ok()
        .hears_bodies("12")
        .says(&format!(
            "* 1 FETCH (UID 12 {date} RFC822.SIZE {size} BODY[] {{{size}}}\r\n{raw})\r\n"
        ))
        .ok()
        .finds("UID 11", "")
        .hangs();
    let server = FakeImap::start([script]).await;
    fetches(&desk, watcher(&desk, server.settings(), None), 1).await;
    assert_eq!(desk.finds(FOUND).await, "7 12");
    assert_eq!(desk.finds(POSITION).await, "7 up to 12");
    desk.closes().await;
}

#[tokio::test]
async fn a_mail_that_cannot_be_fetched_holds_nobody_up_and_a_human_is_told() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let breaks = || asks_for_sizes(Script::in_inbox(), "12");
    let server = FakeImap::start([
        asks_for_sizes(inbox(7, 0, &[11, 12, 13]), "11:13"),
        asks_for_sizes(hands_over(Script::in_inbox(), "11", &[(11, 1)]), "12"),
        breaks(),
        breaks(),
        hands_over(Script::in_inbox(), "13", &[(13, 3)]).hangs(),
    ])
    .await;

    fetches(&desk, watcher(&desk, server.settings(), None), 3).await;
    desk.reads().await;

    assert_eq!(desk.finds(FOUND).await, "7 11\n7 12 start\n7 13");
    assert_eq!(desk.outcomes().await, "quarantined 1, request 2");
    assert!(desk.letters().await.contains("quarantined to postmaster@example.org"));
    server.finish().await;
    desk.closes().await;
}

/// Each round: all at once, twice alone, its start, and a look at whether the server still answers.
fn round_in_vain() -> [Script; 5] {
    let breaks = || asks_for_sizes(Script::in_inbox(), "11");
    let all = asks_for_sizes(inbox(7, 0, &[11]), "11");
    [all, breaks(), breaks(), breaks(), Script::in_inbox().hangs()]
}

#[tokio::test]
async fn a_server_that_hands_over_nothing_makes_no_mail_unreadable() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let well = hands_over(inbox(7, 0, &[11]), "11", &[(11, 1)]).hangs();
    let rounds = (0..9).flat_map(|_| round_in_vain());
    let server = FakeImap::start(rounds.chain([well])).await;
    fetches(&desk, watcher(&desk, server.settings(), None), 1).await;
    desk.reads().await;
    assert_eq!(desk.outcomes().await, "request 1");
    server.finish().await;
    desk.closes().await;
}

#[tokio::test]
async fn a_lone_mail_that_cannot_be_fetched_for_long_is_told_to_a_human() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start((0..10).flat_map(|_| round_in_vain())).await;
    fetches(&desk, watcher(&desk, server.settings(), None), 1).await;
    desk.reads().await;
    assert_eq!(desk.outcomes().await, "quarantined 1");
    assert!(desk.letters().await.contains("quarantined to postmaster@example.org"));
    server.finish().await;
    desk.closes().await;
}

#[tokio::test]
async fn trouble_with_the_sent_folder_does_not_hold_up_requests() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let server = FakeImap::start([
        Script::logged_in().on(r#"EXAMINE "Sent""#, "{tag} NO there is none\r\n"),
        hands_over(inbox(7, 0, &[11]), "11", &[(11, 1)]).hangs(),
    ])
    .await;
    fetches(&desk, watcher(&desk, server.settings(), Some("Sent")), 1).await;
    assert_eq!(desk.finds(FOUND).await, "7 11");
    server.finish().await;
    desk.closes().await;
}

async fn dovecot(folder: &std::path::Path) -> (Dovecot, Settings) {
    let user = User { name: "desk".to_owned(), password: "open sesame".to_owned() };
    let server = Dovecot::start(folder, &[user], Encryption::Off).await.unwrap();
    let text = format!(
        "host = '127.0.0.1'\nport = {}\ntls = 'none'\nuser = 'desk'\n\
         [limits]\nlargest_mail_mb = 1\nbatch_mails = 100",
        server.port()
    );
    (server, toml::from_str(&text).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_of_two_thousand_survives_a_process_that_is_killed_again_and_again() {
    let desk = Scenario::opens("2026-12-07 10:00").await;
    let folder = passable_folder();
    let (server, imap) = dovecot(folder.path()).await;
    for number in 0..2_000 {
        let raw = request(number);
        server.maildirs().deliver("desk", "INBOX", raw.as_bytes(), desk.clock.now()).unwrap();
    }

    for killed_at in [1, 101, 650, 1_333] {
        let watcher = watcher(&desk, imap.clone(), Some("Sent"));
        let run = Box::pin(watcher.run(CancellationToken::new()));
        tokio::select! {
            () = run => panic!("it was not told to stop"),
            () = has(&desk, killed_at) => {}
        }
        desk.meddles(IT_RUNS_OUT).await;
    }
    fetches(&desk, watcher(&desk, imap, Some("Sent")), 2_000).await;

    let stored = "SELECT format('%s %s %s', count(*), count(DISTINCT uid), count(DISTINCT raw))
                  FROM inbound";
    assert_eq!(desk.finds(stored).await, "2000 2000 2000");
    server.stop().await;
    desk.closes().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn both_folders_are_watched_and_a_large_mail_is_read_by_its_start() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let folder = passable_folder();
    let (server, imap) = dovecot(folder.path()).await;
    let (mail, now) = (server.maildirs(), desk.clock.now());
    let large = request(1) + &"A long line of an attached log file.\r\n".repeat(40_000);
    mail.deliver("desk", "INBOX", large.as_bytes(), now).unwrap();
    let answer = "From: security@example.org\r\nTo: ada@requests.example\r\nSubject: Re: 1\r\n\
                  Message-ID: <a@example.org>\r\n\r\nHello\r\n";
    mail.deliver("desk", "Sent", answer.as_bytes(), now).unwrap();

    fetches(&desk, watcher(&desk, imap, Some("Sent")), 2).await;
    desk.reads().await;

    let stored = "SELECT format('%s %s %s', role, truncated, octet_length(raw) < size_bytes)
                  FROM inbound JOIN folders USING (folder_id) ORDER BY role";
    assert_eq!(desk.finds(stored).await, "inbox t t\nsent f f");
    assert_eq!(desk.outcomes().await, "request 1, team_reply 1");
    assert!(desk.letters().await.contains("acknowledgement to ada@requests.example"));
    server.stop().await;
    desk.closes().await;
}
