//! Letters that come back, told as stories.

use crate::support::fake_smtp::{FakeSmtp, Step, Trouble};
use crate::support::post::Post;
use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const PAT: &str = "Pat <pat@requests.example>";

/// A request that Grace has taken; the letter that tells Pat so.
async fn with_a_letter() -> (Scenario, mailtriage::store::ledger::Letter) {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", "1. The Passport Office").await;
    desk.receives(GRACE, "[SEC-2026-0001] assign me", VOUCHED, "").await;
    let letters = desk.new_letters().await;
    let named = letters.into_iter().find(|letter| letter.kind == "consultant_named").unwrap();
    (desk, named)
}

/// A report of the usual form about a letter (RFC 3464).
async fn reports(desk: &mut Scenario, action: &str, status: &str, original: &str) {
    let more = "Return-Path: <>\nMIME-Version: 1.0\n\
                Content-Type: multipart/report; report-type=delivery-status; boundary=b\n";
    let body = format!(
        "--b\nContent-Type: text/plain\n\nAbout your mail.\n--b\n\
         Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.requests.example\n\n\
         Final-Recipient: rfc822; pat@requests.example\nAction: {action}\nStatus: {status}\n\
         --b\nContent-Type: message/rfc822\n\n{original}\n--b--"
    );
    desk.receives("mailer-daemon@mx.requests.example", "Report", more, &body).await;
}

fn original(id: &str) -> String {
    format!("From: security@example.org\nMessage-ID: <{id}>\nSubject: x\n\nx")
}

async fn marked(desk: &Scenario) -> String {
    desk.finds("SELECT address FROM unreachable").await
}

#[tokio::test]
async fn a_letter_that_comes_back_is_told_to_its_consultant_once() {
    let (mut desk, letter) = with_a_letter().await;
    reports(&mut desk, "failed", "5.1.1", &original(&letter.message_id)).await;

    let told = desk.new_letters().await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        (told[0].kind.as_str(), told[0].recipient.as_str()),
        ("cannot_reach", "grace@example.org")
    );
    insta::assert_snapshot!(told[0].text);
    assert_eq!(marked(&desk).await, "pat@requests.example");
    let record = "SELECT format('%s: %s %s', kind, action, status)
                  FROM delivery_reports JOIN outbox USING (outbox_id)";
    assert_eq!(desk.finds(record).await, "consultant_named: failed 5.1.1");
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "assigned");

    desk.receives(GRACE, "[SEC-2026-0001] reply", VOUCHED, "Hello?").await;
    let reply = desk.new_letters().await.remove(0);
    assert_eq!(reply.withheld_by, None, "a person may still try");
    reports(&mut desk, "failed", "5.1.1", &original(&reply.message_id)).await;
    assert_eq!(desk.letters().await, "", "once a request");
    assert_eq!(desk.outcomes().await, "bounce 2, command 2, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn automatic_letters_wait_until_mail_comes_from_the_address() {
    let (mut desk, letter) = with_a_letter().await;
    reports(&mut desk, "failed", "5.1.1", &original(&letter.message_id)).await;
    desk.letters().await;
    let body = "I disagree with your decision. Please look at it again.";

    desk.meddles("INSERT INTO unreachable VALUES ('bob@requests.example', '2026-12-01T00:00Z')")
        .await;
    desk.receives("Eve <eve@else.example>", "Hi", "", "1. Eve").await;
    desk.receives(GRACE, "[SEC-2026-0002] requester bob@requests.example", VOUCHED, "").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    acknowledgement to eve@else.example: Re: [SEC-2026-0002] Hi
    acknowledgement to bob@requests.example: Re: [SEC-2026-0002] Hi WITHHELD unreachable address
    transcript to grace@example.org: Re: [SEC-2026-0002] Your command
    ");

    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", "", body).await;
    insta::assert_snapshot!(desk.letters().await, @r"
    dispute_received to pat@requests.example: Re: [SEC-2026-0001] Passports
    dispute_notice to ciso@example.org: [SEC-2026-0001] Decision disputed: Passports
    ");
    assert_eq!(marked(&desk).await, "bob@requests.example");
    desk.closes().await;
}

#[tokio::test]
async fn news_that_is_no_failure_changes_nothing_and_is_kept() {
    let (mut desk, letter) = with_a_letter().await;
    for (action, status) in [("delayed", "4.4.1"), ("delivered", "2.0.0"), ("relayed", "2.0.0")] {
        reports(&mut desk, action, status, &original(&letter.message_id)).await;
    }
    assert_eq!(desk.letters().await, "");
    assert_eq!(marked(&desk).await, "");
    assert_eq!(
        desk.finds("SELECT action FROM delivery_reports ORDER BY inbound_id").await,
        "delayed"
    );
    assert_eq!(desk.outcomes().await, "auto_reply 2, bounce 1, command 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_letter_that_could_not_be_delivered_in_time_is_told_but_the_address_may_be_good() {
    let (mut desk, letter) = with_a_letter().await;
    reports(&mut desk, "failed", "4.4.7", &original(&letter.message_id)).await;
    assert!(desk.letters().await.starts_with("cannot_reach to grace@example.org"));
    assert_eq!(marked(&desk).await, "");
    desk.closes().await;
}

#[tokio::test]
async fn a_report_without_our_key_marks_nothing() {
    let (mut desk, letter) = with_a_letter().await;
    let forged = letter.message_id.replacen("triage.", "triage.a", 1);
    let token = format!("{}\nX-Mailtriage-Token: {} {forged}", original("x@y"), "a".repeat(26));
    let strangers = [
        original(&forged),
        original("mail-1@test.example"),
        "Subject: none\n\nx".to_owned(),
        token,
    ];
    for original in &strangers {
        reports(&mut desk, "failed", "5.1.1", original).await;
    }
    let prose = "Return-Path: <>\nX-Failed-Recipients: pat@requests.example\n";
    desk.receives(
        "mailer-daemon@mx.else.example",
        "Undelivered Mail",
        prose,
        "550 5.1.1 no such user",
    )
    .await;
    assert_eq!(desk.letters().await, "");
    assert_eq!(marked(&desk).await, "");
    assert_eq!(desk.finds("SELECT 'one' FROM delivery_reports").await, "");
    assert_eq!(desk.outcomes().await, "bounce 5, command 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_provider_that_renames_mails_leaves_our_mark_alone() {
    let (mut desk, letter) = with_a_letter().await;
    let token =
        desk.desk.keyring.token(&mailtriage::mail::MessageId::made(letter.message_id.clone()));
    let renamed = format!(
        "From: a@b.c\nMessage-ID: <0102@provider.example>\nX-Mailtriage-Token: {token}\n\nx"
    );
    reports(&mut desk, "failed", "5.1.1", &renamed).await;
    assert!(desk.letters().await.starts_with("cannot_reach to grace@example.org"));
    desk.closes().await;
}

#[tokio::test]
async fn an_old_report_in_prose_counts_by_the_id_in_it() {
    let (mut desk, letter) = with_a_letter().await;
    let body = format!(
        "This message was created automatically by mail delivery software.\n\n\
         A message that you sent could not be delivered. This is a permanent error.\n\n\
         pat@requests.example\n  550 5.1.1 User unknown\n\nMessage-ID: <{}>\n",
        letter.message_id
    );
    desk.receives("Mailer-Daemon@mx.else.example", "Mail delivery failed", "", &body).await;
    assert!(desk.letters().await.starts_with("cannot_reach to grace@example.org"));
    assert_eq!(marked(&desk).await, "pat@requests.example");
    desk.closes().await;
}

#[tokio::test]
async fn a_letter_to_the_team_that_comes_back_is_told_to_the_operator() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", "1. The Passport Office").await;
    desk.comes_to("2026-12-08 08:30").await;
    let letters = desk.new_letters().await;
    let digest = letters.iter().find(|letter| letter.kind == "digest").unwrap();
    reports(&mut desk, "failed", "5.1.1", &original(&digest.message_id)).await;
    reports(&mut desk, "failed", "5.1.1", &original(&digest.message_id)).await;
    assert_eq!(
        desk.letters().await,
        format!(
            "sender_problem to postmaster@example.org: Letter {} could not be sent\n",
            digest.outbox_id
        )
    );
    desk.closes().await;
}

#[tokio::test]
async fn an_address_that_the_relay_does_not_know_counts_like_a_report() {
    for (answer, told, marks) in [
        (
            "550 5.1.1 <pat@requests.example>: no such user",
            "cannot_reach to grace@example.org",
            true,
        ),
        ("554 5.7.1 relay access denied", "sender_problem to postmaster@example.org", false),
    ] {
        let relay =
            FakeSmtp::always(Step::Recipient("pat@requests.example"), Trouble::Answer(answer))
                .await;
        let mut post = Post::opens(relay).await;
        post.desk.receives(PAT, "Passports", "", "1. The Passport Office").await;
        post.desk.receives(GRACE, "[SEC-2026-0001] assign me", VOUCHED, "").await;
        post.desk.letters().await;
        post.sends().await;
        let letters = post.desk.letters().await;
        assert!(letters.contains(told), "{letters}");
        assert_eq!(letters.contains("cannot_reach"), marks, "{letters}");
        assert_eq!(marked(&post.desk).await, if marks { "pat@requests.example" } else { "" });
        post.closes().await;
    }
}
