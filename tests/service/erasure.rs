//! What is deleted by age, and what is left of a person who was erased.

use mailtriage::clock::Clock;
use mailtriage::mail::EmailAddress;
use mailtriage::store;
use mailtriage::store::folders::Role;
use mailtriage::worker::erase::{Erased, Wanted, erase};
use mailtriage::worker::retention::{self, Keep};

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const PRIYA: &str = "\"Raman, Priya\" <Priya.Raman@requests.example>";

async fn erases(desk: &Scenario, even_open: bool) -> anyhow::Result<Erased> {
    let address = EmailAddress::parse("priya.raman@requests.example").unwrap();
    let mut tx = desk.store.begin().await.unwrap();
    let wanted = Wanted { address: &address, even_open };
    match erase(&mut tx, &wanted, desk.clock.now()).await {
        Ok(erased) => {
            store::commit(tx).await.unwrap();
            Ok(erased)
        }
        Err(error) => {
            store::roll_back(tx).await.unwrap();
            Err(error)
        }
    }
}

/// Every place of the database that holds one of the words, in any table. Mails and letters are
/// looked through as bytes and as their readers see them.
async fn places(desk: &Scenario, words: &[&str]) -> Vec<String> {
    let mut conn = desk.store.connect().await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT table_name::text, column_name::text FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name <> '_sqlx_migrations' ORDER BY 1, 2",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    assert!(columns.len() > 60, "the catalogue is read");
    let mut found = Vec::new();
    for (table, column) in columns {
        let statement = format!(
            "SELECT CASE WHEN pg_typeof(\"{column}\") = 'bytea'::regtype
                    THEN encode(\"{column}\"::text::bytea, 'escape')
                    ELSE \"{column}\"::text END
             FROM \"{table}\" WHERE \"{column}\" IS NOT NULL"
        );
        let values: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&mut *conn).await.unwrap();
        let holds = |text: &str| words.iter().any(|word| text.to_lowercase().contains(word));
        if values.iter().any(|value| holds(value)) {
            found.push(format!("{table}.{column}"));
        }
    }
    for table in ["inbound", "outbox"] {
        let statement = format!("SELECT raw FROM {table}");
        let raws: Vec<Vec<u8>> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(statement)).fetch_all(&mut *conn).await.unwrap();
        for raw in raws {
            let mail = mailtriage::mail::read(&raw);
            let lines: Vec<&str> = mail.lines.iter().map(|line| line.text.as_str()).collect();
            let bytes = String::from_utf8_lossy(&raw);
            let text = format!("{}\n{}\n{bytes}", mail.subject, lines.join("\n"));
            if words.iter().any(|word| text.to_lowercase().contains(word)) {
                found.push(format!("a mail in {table}"));
            }
        }
    }
    found
}

/// A desk at which Priya asked, wrote on, disagreed, and is named by others.
async fn with_traces() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("Bob <bob@requests.example>", "Visas", "", "1. Border Force\n4. Advice").await;
    desk.receives(PRIYA, "Passports of Priya Raman", "", "1. The Passport Office\n4. Zebras").await;
    desk.comes_to("2026-12-08 08:30").await;
    let close = "close Priya Raman was answered by phone.";
    desk.receives(GRACE, "[SEC-2026-0002] Passports", VOUCHED, close).await;
    desk.receives(
        "bob@requests.example",
        "Re: [SEC-2026-0001] Visas",
        "Cc: Priya Raman <priya.raman@requests.example>\n",
        "Priya Raman can tell you more.\n\n> Zebras are grey, wrote priya.raman@requests.example",
    )
    .await;
    let encoded = "From: bob@requests.example\nSubject: =?utf-8?B?UHJpeWEgUmFtYW4=?=\n\
                   Message-ID: <encoded@test.example>\nContent-Type: text/plain\n\
                   Content-Transfer-Encoding: quoted-printable\n\nAsk Priya R=\naman, please.\n";
    desk.receives_raw(Role::Inbox, encoded.as_bytes()).await;
    desk
}

#[tokio::test]
async fn nothing_of_an_erased_person_is_left_and_all_can_still_be_counted() {
    let desk = with_traces().await;
    let words = ["priya", "raman", "zebra"];
    assert!(places(&desk, &words).await.len() > 10, "there is much to erase");
    let before = desk.outcomes().await;
    let closed = "SELECT concat_ws(' ', reference, state, received_at, replied_at) FROM requests
                  WHERE reference = 'SEC-2026-0002'";
    let request = desk.finds(closed).await;

    let erased = erases(&desk, false).await.unwrap();
    assert_eq!((erased.requests, erased.own_mails, erased.closed), (1, 1, 0));
    assert!(erased.other_mails >= 3 && erased.letters >= 3, "{erased:?}");

    assert_eq!(places(&desk, &words).await, Vec::<String>::new());
    assert_eq!(desk.outcomes().await, before);
    assert_eq!(desk.finds(closed).await, request);
    let bob =
        desk.finds("SELECT requester_address FROM requests WHERE reference = 'SEC-2026-0001'");
    assert_eq!(bob.await, "bob@requests.example");
    let kept = desk
        .finds("SELECT convert_from(raw, 'UTF8') FROM inbound WHERE message_id = 'mail-4@test.example'")
        .await;
    assert!(kept.contains("(erased) can tell you more."), "{kept}");
    assert_eq!(erases(&desk, false).await.unwrap().requests, 0, "a second time finds nothing");
    desk.closes().await;
}

#[tokio::test]
async fn an_erased_mail_that_comes_again_is_known_and_stays_erased() {
    let mut desk = with_traces().await;
    erases(&desk, false).await.unwrap();
    // As after a mailbox was numbered anew.
    let again = format!(
        "From: {PRIYA}\nTo: security@example.org\nSubject: Passports of Priya Raman\n\
         Message-ID: <mail-2@test.example>\n\n1. The Passport Office\n4. Zebras\n"
    );
    desk.receives_raw(Role::Inbox, again.as_bytes()).await;
    assert!(desk.outcomes().await.contains("duplicate 1"), "{}", desk.outcomes().await);
    assert_eq!(places(&desk, &["priya", "raman", "zebra"]).await, Vec::<String>::new());
    desk.closes().await;
}

#[tokio::test]
async fn an_open_request_is_erased_only_on_purpose() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PRIYA, "Passports", "", "1. The Passport Office").await;
    let refused = erases(&desk, false).await.unwrap_err().to_string();
    assert!(refused.contains("SEC-2026-0001 still open"), "{refused}");
    assert!(!places(&desk, &["priya"]).await.is_empty(), "nothing was changed");

    assert_eq!(erases(&desk, true).await.unwrap().closed, 1);
    assert_eq!(places(&desk, &["priya"]).await, Vec::<String>::new());
    let left = desk.finds("SELECT concat_ws(' ', state, withheld_by) FROM outbox").await;
    assert_eq!(left, "withheld erased", "the acknowledgement had not left yet");
    desk.letters().await;
    desk.comes_to("2026-12-09 17:00").await;
    assert!(!desk.letters().await.contains("SEC-2026-0001"), "nobody is reminded of it");
    desk.closes().await;
}

#[tokio::test]
async fn what_is_old_is_deleted_and_what_is_open_stays() {
    let mut desk = with_traces().await;
    desk.meddles("UPDATE outbox SET state = 'sent', settled_at = written_at").await;
    let keep = Keep {
        raw_mail_months: Some(6),
        letters_months: Some(12),
        requests_months: Some(12),
        events_months: Some(24),
    };
    assert_eq!(
        retention::count(&desk.store, &keep, desk.clock.now()).await.unwrap().to_string(),
        "0 raw mail, 0 letters, 0 requests, 0 events"
    );
    desk.is("2027-12-10 10:00");
    let outcomes = desk.outcomes().await;
    let counted = retention::count(&desk.store, &keep, desk.clock.now()).await.unwrap();
    let deleted = retention::delete(&desk.store, &keep, desk.clock.now()).await.unwrap();
    assert_eq!(counted, deleted);
    assert!(deleted.to_string().contains("1 requests, 0 events"), "{deleted}");
    assert_eq!(desk.finds("SELECT sum(length(raw))::text FROM inbound").await, "0");
    assert_eq!(desk.finds("SELECT sum(length(raw))::text FROM outbox").await, "0");
    assert_eq!(desk.outcomes().await, outcomes);
    let subjects = desk.finds("SELECT subject FROM requests ORDER BY request_id").await;
    assert!(subjects.starts_with("Visas\n\n"), "the open one stays: {subjects}");

    desk.is("2029-01-10 10:00");
    let later = retention::delete(&desk.store, &keep, desk.clock.now()).await.unwrap();
    assert!(later.to_string().starts_with("0 raw mail, 0 letters, 0 requests"), "{later}");
    assert!(!later.to_string().ends_with(" 0 events"), "{later}");
    desk.letters().await;
    desk.closes().await;
}
