//! Many requests, a full mailbox, mails that are hard to swallow: short forms of what
//! `benches/volume` measures.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};

use mailtriage::intake::Reader;
use mailtriage::store::folders::Role;
use mailtriage::store::schema;
use mailtriage::tagger::{Judge, Said};
use mailtriage::worker::Progress;
use mailtriage::worker::patient_reader::PatientReader;
use mailtriage::worker::read_inbound::ReadInbound;
use tokio::task::JoinSet;

use crate::support::scenario::{CONNECTIONS, Scenario, database};

/// Copies of the first request: two hundred are due with it, four hundred in some months, and the
/// others were closed long ago.
const MANY: &str = "
    INSERT INTO requests
        (reference, requester_address, subject, received_at, state, consultant, due_on, due_at,
         deadline, next_step, next_step_at, route, route_because, urgent, need_kinds, writes_welsh)
    SELECT 'SEC-2026-' || lpad(number::text, 7, '0'), requester_address, subject, received_at,
           CASE WHEN is_open THEN 'new' ELSE 'closed' END,
           CASE WHEN is_open THEN NULL ELSE 'ada@example.org' END,
           CASE WHEN is_open THEN due_on + later END,
           CASE WHEN is_open THEN due_at + later * interval '1 day' END,
           CASE WHEN is_open THEN deadline END,
           CASE WHEN is_open THEN next_step END,
           CASE WHEN is_open THEN next_step_at + later * interval '1 day' END,
           route, route_because, urgent, need_kinds, writes_welsh
    FROM requests,
         (SELECT number, number <= 600 AS is_open, CASE WHEN number <= 200 THEN 0 ELSE 60 END AS later
          FROM generate_series(1, 20000) AS number) AS numbered";
const THEIRS: [&str; 4] = [
    "INSERT INTO events (request_id, at, kind, detail)
     SELECT request_id, received_at, 'opened', '' FROM requests WHERE request_id > 1",
    "INSERT INTO promises (request_id, due_on, due_at, kept)
     SELECT request_id, COALESCE(due_on, '2025-03-03'), COALESCE(due_at, '2025-03-03 17:00+00'),
            CASE WHEN due_on IS NULL THEN true END
     FROM requests WHERE request_id > 1",
    "INSERT INTO answers
        (request_id, inbound_id, question, text, layout, confidence, recorded_at)
     SELECT request_id, 1, 'need', 'A review', 'numbered', 1, received_at
     FROM requests WHERE request_id > 1",
    "INSERT INTO outbox
        (request_id, kind, recipient, to_requester, null_return_path, message_id, subject, raw,
         text, written_at, state, attempts, next_attempt_at, settled_at)
     SELECT request_id, 'acknowledgement', 'ada@requests.example', true, true, request_id::text,
            '', '', '', '2025-03-01', 'sent', 1, '2025-03-01', '2025-03-01'
     FROM requests WHERE request_id > 1",
];
/// Tables that were read from end to end since the counts began anew, though that was forbidden.
/// PostgreSQL does so where no index fits the question. Small tables it would read whole by itself.
const READ_WHOLE: &str = "
    SELECT format('%s: %s rows', relname, seq_tup_read) FROM pg_stat_user_tables
    WHERE relname IN ('requests', 'events', 'answers', 'promises', 'outbox', 'inbound')
      AND seq_tup_read > 1000
    ORDER BY relname";
/// A connection keeps its counts to itself for up to a minute, unless it is told this.
const HANDS_OVER: &str = "SELECT pg_stat_force_next_flush()";

/// On all that the pool may hold, which lends each of them to one at a time.
async fn on_each_connection(desk: &Scenario, statement: &'static str) {
    let mut all = Vec::new();
    for _ in 0..CONNECTIONS {
        all.push(desk.store.connect().await.unwrap());
    }
    for conn in &mut all {
        sqlx::query(statement).execute(&mut **conn).await.unwrap();
    }
}

#[tokio::test]
async fn the_schedule_reads_no_table_from_end_to_end() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Review", "", "1. The Passport Office").await;
    desk.meddles(MANY).await;
    for statement in THEIRS {
        desk.meddles(statement).await;
    }
    desk.letters().await;
    desk.meddles("ANALYZE").await;
    // On each connection by itself: a new setting of the server reaches them only some time later.
    on_each_connection(&desk, "SET enable_seqscan = off").await;
    // What the preparations have read must not be handed over after the counts began anew.
    on_each_connection(&desk, HANDS_OVER).await;
    desk.meddles("SELECT pg_stat_reset()").await;

    desk.comes_to("2026-12-09 09:30").await;
    let kinds = |letters: String| -> BTreeSet<String> {
        letters
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    };
    let letters = desk.letters().await;
    assert!(letters.lines().count() < 12, "all in one letter to each: {letters}");
    assert_eq!(kinds(letters), BTreeSet::from(["digest", "reminder"].map(str::to_owned)));
    desk.comes_to("2026-12-10 09:30").await;
    let letters = desk.letters().await;
    assert!(letters.lines().count() < 12, "{letters}");
    let expected = ["digest", "overdue", "overdue_summary"].map(str::to_owned);
    assert_eq!(kinds(letters), BTreeSet::from(expected));

    on_each_connection(&desk, HANDS_OVER).await;
    assert_eq!(desk.finds(READ_WHOLE).await, "");
    desk.closes().await;
}

/// Each is acknowledged as far as an hour allows, none is lost, and the operator hears what to do.
#[tokio::test]
async fn a_full_mailbox_is_answered_as_far_as_an_hour_allows() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for number in 0..230 {
        let mail = format!(
            "From: person{number}@requests.example\nTo: security@example.org\nSubject: Review\n\
             Message-ID: <{number}@requests.example>\n\n1. The Passport Office"
        );
        desk.stores(Role::Inbox, mail.as_bytes()).await;
    }
    desk.reads().await;

    assert_eq!(desk.outcomes().await, "request 230");
    let letters = desk.new_letters().await;
    let withheld = letters.iter().filter(|letter| letter.withheld_by.is_some()).count();
    assert_eq!((letters.len(), withheld), (231, 30), "200 acknowledged, one notice");
    let owed = "SELECT count(*)::text FROM requests WHERE due_at IS NOT NULL";
    assert_eq!(desk.finds(owed).await, "230", "the clock runs for each");
    let notice = "SELECT text FROM outbox WHERE kind = 'letters_withheld'";
    let notice = desk.finds(notice).await;
    for words in ["letters_an_hour", "read_since", "letters resend --withheld-by"] {
        assert!(notice.contains(words), "{notice}");
    }
    desk.closes().await;
}

#[tokio::test]
async fn hard_mails_are_requests_like_all_others_and_stay_small() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let head = |from: &str, subject: &str| {
        format!(
            "From: {from}@requests.example\nTo: security@example.org\nSubject: {subject}\n\
             Message-ID: <{from}@requests.example>\n"
        )
    };
    let mut files = head("files", "Many files");
    files.push_str("Content-Type: multipart/mixed; boundary=b\n\n--b\n\n1. The Passport Office\n");
    for number in 0..5_000 {
        write!(files, "--b\nContent-Type: application/pdf; name=f{number}\n\nx\n").unwrap();
    }
    files.push_str("--b--\n");
    let hard = [
        files,
        head("subject", &"Review ".repeat(150_000)) + "\n1. The Passport Office\n",
        head("line", "One line") + "\n" + &"Could you review our design, ".repeat(70_000),
        head("word", "One word") + "\n" + &"review".repeat(350_000),
    ];
    for mail in &hard {
        desk.stores(Role::Inbox, mail.as_bytes()).await;
    }
    desk.reads().await;

    assert_eq!(desk.outcomes().await, "request 4");
    let letters = desk.new_letters().await;
    let sent = letters.iter().filter(|letter| letter.kind == "acknowledgement");
    assert_eq!(sent.filter(|letter| letter.withheld_by.is_none()).count(), 4);
    let longest = "SELECT max(octet_length(raw))::text FROM outbox";
    let longest: usize = desk.finds(longest).await.parse().unwrap();
    assert!(longest < 200_000, "a letter of {longest} bytes");
    desk.comes_to("2026-12-09 09:30").await;
    assert!(desk.letters().await.contains("digest"), "the digest can be written with them");
    desk.closes().await;
}

#[tokio::test]
async fn a_long_thread_stays_one_request_with_short_letters() {
    const MAILS: usize = 150;
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let id = |number: usize| format!("<{number}@requests.example>");
    for number in 0..MAILS {
        let before: Vec<String> = (0..number).map(id).collect();
        let answers = match number.checked_sub(1) {
            Some(last) => {
                format!("In-Reply-To: {}\nReferences: {}\n", id(last), before.join("\n "))
            }
            None => String::new(),
        };
        let mail = format!(
            "From: ada@requests.example\nTo: security@example.org\nSubject: Re: Talk\n\
             Message-ID: {}\n{answers}\nPart {number} of our question.\n",
            id(number)
        );
        desk.stores(Role::Inbox, mail.as_bytes()).await;
    }
    desk.reads().await;

    assert_eq!(desk.outcomes().await, format!("follow_up {}, request 1", MAILS - 1));
    let longest = "SELECT max(octet_length(raw))::text FROM outbox";
    let longest: usize = desk.finds(longest).await.parse().unwrap();
    assert!(longest < 100_000, "a letter of {longest} bytes");
    desk.closes().await;
}

/// A network that is asked and answers when it is told to.
struct Waits {
    asked: SyncSender<()>,
    go_on: Mutex<Receiver<()>>,
}

impl Judge for Waits {
    fn judge(&self, _: &str, _: &[&str]) -> Option<Said> {
        self.asked.send(()).unwrap();
        self.go_on.lock().unwrap().recv().unwrap();
        None
    }
}

/// A desk whose process reads a mail and goes on when it is told to.
async fn in_the_middle_of_a_mail() -> (Scenario, JoinSet<anyhow::Result<Progress>>, SyncSender<()>)
{
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let mail = b"From: ada@requests.example\nSubject: Help\n\nCould you review our design, please?";
    desk.stores(Role::Inbox, mail).await;
    let (asked, was_asked) = sync_channel(9);
    let (go_on, told) = sync_channel(9);
    let network = Reader::by_cues().with_model(Arc::new(Waits { asked, go_on: Mutex::new(told) }));
    let reader = ReadInbound { reader: PatientReader::new(network), ..desk.reader() };
    let mut reading = JoinSet::new();
    reading.spawn(async move { reader.step().await });
    tokio::task::spawn_blocking(move || was_asked.recv()).await.unwrap().unwrap();
    (desk, reading, go_on)
}

/// A long mail must neither hold locks nor run into the limit of a transaction that does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_waits_in_a_transaction_while_a_mail_is_read() {
    let (desk, mut reading, go_on) = in_the_middle_of_a_mail().await;

    let open =
        "SELECT count(*)::text FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'";
    assert_eq!(desk.finds(open).await, "0");
    assert_eq!(desk.reader().step().await.unwrap(), Progress::Idle, "another process stands by");
    go_on.send(()).unwrap();
    assert_eq!(reading.join_next().await.unwrap().unwrap().unwrap(), Progress::Worked);
    assert_eq!(desk.outcomes().await, "request 1");
    desk.closes().await;
}

/// A process that was paused while it read finds that another has taken over.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_under_a_lost_lease_is_void() {
    let (desk, mut reading, go_on) = in_the_middle_of_a_mail().await;

    let runs_out = "UPDATE leases SET held_until = held_until - interval '1 hour'
                    WHERE name = 'read_inbound'";
    desk.meddles(runs_out).await;
    desk.reads().await;
    assert_eq!(desk.outcomes().await, "request 1");
    go_on.send(()).unwrap();
    let late = reading.join_next().await.unwrap().unwrap().unwrap_err();
    assert!(late.to_string().contains("another process"), "{late:#}");
    assert_eq!(desk.outcomes().await, "request 1", "and the mail is not read twice");
    desk.closes().await;
}

#[tokio::test]
async fn a_server_without_lz4_serves_as_well() {
    let (server, store) = database().await;
    let mut conn = store.connect().await.unwrap();
    for statement in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
        sqlx::query(statement).execute(&mut *conn).await.unwrap();
    }
    schema::without_lz4().run(&mut *conn).await.unwrap();

    let compressed = "SELECT count(*) FROM pg_attribute WHERE attcompression = 'l'";
    let compressed: i64 = sqlx::query_scalar(compressed).fetch_one(&mut *conn).await.unwrap();
    assert_eq!(compressed, 0);
    // The same migrations by name and checksum: a server with lz4 takes over.
    drop(conn);
    store.migrate().await.unwrap();
    store.close().await;
    server.stop().await;
}
