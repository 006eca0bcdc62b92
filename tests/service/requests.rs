//! What becomes of mail, told as stories.

use mailtriage::intake::Question;
use mailtriage::store::folders::Role;
use mailtriage::triage::State;

use crate::support::scenario::Scenario;

const NUMBERED: &str = "1. The Passport Office\n2. Ministers asked\n3. We miss the launch\n\
                        4. A review of our approach\n5. Cloud\n6. 18 January 2027";

#[tokio::test]
async fn a_request_gets_a_reference_a_deadline_and_an_acknowledgement() {
    let mut desk = Scenario::opens("2026-12-24 15:00").await;

    desk.receives("Ada <ada@requests.example>", "Passports", "", NUMBERED).await;

    let request = desk.request("SEC-2026-0001").await;
    assert_eq!(request.answers.len(), 6);
    assert_eq!(request.owed.unwrap().deadline.due_on.to_string(), "2026-12-30");
    insta::assert_snapshot!(desk.letters().await, @r"
    acknowledgement to ada@requests.example: Re: [SEC-2026-0001] Passports
    ");
    assert_eq!(desk.outcomes().await, "request 1");
    desk.closes().await;
}

#[tokio::test]
async fn an_unanswered_request_is_chased_once_christmas_is_over() {
    let mut desk = Scenario::opens("2026-12-24 15:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;
    desk.letters().await;

    for day in ["25", "26", "27", "28"] {
        desk.comes_to(&format!("2026-12-{day} 12:00")).await;
        assert_eq!(desk.letters().await, "", "nobody is disturbed on 2026-12-{day}");
    }
    desk.comes_to("2026-12-29 08:30").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    digest to ada@example.org: Requests on Tuesday 29 December 2026
    digest to grace@example.org: Requests on Tuesday 29 December 2026
    ");
    desk.comes_to("2026-12-30 09:00").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    reminder to ada@example.org: [SEC-2026-0001] Reply due today: Passports
    reminder to grace@example.org: [SEC-2026-0001] Reply due today: Passports
    digest to ada@example.org: Requests on Wednesday 30 December 2026, 1 due today
    digest to grace@example.org: Requests on Wednesday 30 December 2026, 1 due today
    ");
    desk.comes_to("2026-12-30 16:59").await;
    assert_eq!(desk.letters().await, "");
    desk.comes_to("2026-12-30 17:00").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    overdue to ciso@example.org: [SEC-2026-0001] Reply overdue: Passports
    ");
    desk.comes_to("2026-12-30 23:00").await;
    assert_eq!(desk.letters().await, "");
    desk.comes_to("2026-12-31 09:05").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    digest to ada@example.org: Requests on Thursday 31 December 2026, 1 overdue
    digest to grace@example.org: Requests on Thursday 31 December 2026, 1 overdue
    overdue_summary to ciso@example.org: Still overdue on Thursday 31 December 2026: 1 request
    ");
    desk.closes().await;
}

#[tokio::test]
async fn each_consultant_is_reminded_once_of_all_that_is_due() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for number in 1..=9 {
        let from = format!("person{number}@requests.example");
        desk.receives(&from, &format!("Question {number}"), "", NUMBERED).await;
    }
    desk.comes_to("2026-12-08 09:00").await;
    desk.letters().await;

    desk.comes_to("2026-12-09 09:00").await;
    let letters = desk.letters().await;
    let reminders: Vec<&str> =
        letters.lines().filter(|line| line.starts_with("reminder")).collect();
    insta::assert_snapshot!(reminders.join("\n"), @r"
    reminder to ada@example.org: 9 replies due today
    reminder to grace@example.org: 9 replies due today
    ");
    desk.closes().await;
}

#[tokio::test]
async fn after_an_outage_each_letter_goes_out_once_and_in_working_time() {
    let mut desk = Scenario::opens("2026-12-24 15:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;
    desk.receives("bob@requests.example", "Visas", "", "1. Border\n4. Advice").await;
    desk.letters().await;

    // Nothing ran over the due day. It is the evening of the day after when the service is back.
    desk.comes_to("2026-12-31 22:00").await;
    assert_eq!(desk.letters().await, "");
    // 1 January is a bank holiday, the 2nd and 3rd a weekend.
    desk.comes_to("2027-01-01 10:00").await;
    assert_eq!(desk.letters().await, "");
    desk.comes_to("2027-01-04 08:00").await;
    insta::assert_snapshot!(desk.letters().await, @r"
    reminder to ada@example.org: 2 replies overdue
    reminder to grace@example.org: 2 replies overdue
    overdue to ciso@example.org: 2 replies overdue
    ");
    desk.comes_to("2027-01-04 08:15").await;
    assert_eq!(desk.letters().await, "");
    desk.closes().await;
}

#[tokio::test]
async fn an_answer_from_the_sent_folder_stops_the_clock() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;
    desk.letters().await;

    let answer = "From: security@example.org\nTo: ada@requests.example\nSubject: Re: Passports\n\
                  Message-ID: <answer@example.org>\nIn-Reply-To: <mail-1@test.example>\n\nHello";
    desk.receives_raw(Role::Sent, answer.as_bytes()).await;

    let request = desk.request("SEC-2026-0001").await;
    assert!(request.owed.is_none());
    assert_eq!(request.state.name(), "in_progress");
    desk.comes_to("2026-12-09 17:30").await;
    assert!(!desk.letters().await.contains("overdue"));
    assert_eq!(desk.outcomes().await, "request 1, team_reply 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_consultant_who_answers_with_the_mailbox_in_copy_takes_the_request() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;

    let answer = "From: Grace <grace@example.org>\nTo: ada@requests.example\n\
                  Cc: security@example.org\nSubject: Re: Passports [SEC-2026-0001]\n\
                  Message-ID: <answer@example.org>\n\
                  Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n\n\
                  I am on it.";
    desk.receives_raw(Role::Inbox, answer.as_bytes()).await;

    let request = desk.request("SEC-2026-0001").await;
    assert!(
        matches!(&request.state, State::InProgress { by } if by.as_str() == "grace@example.org")
    );
    assert!(request.owed.is_none());
    desk.closes().await;
}

#[tokio::test]
async fn a_follow_up_fills_open_questions_and_is_not_acknowledged_again() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", "1. The Passport Office").await;
    desk.letters().await;

    let reply = "In-Reply-To: <mail-1@test.example>\n";
    let body = "Sorry, I forgot:\n\n2. Ministers asked\n4. A review";
    desk.receives("ADA@requests.example", "Re: Passports", reply, body).await;

    let request = desk.request("SEC-2026-0001").await;
    assert_eq!(request.answers[&Question::Importance].text, "Ministers asked");
    assert_eq!(request.answers[&Question::WorkFor].text, "The Passport Office");
    assert_eq!(desk.letters().await, "");
    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_stranger_who_quotes_a_reference_opens_a_request_of_their_own() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;

    let more = "In-Reply-To: <mail-1@test.example>\n";
    desk.receives("eve@elsewhere.example", "Re: [SEC-2026-0001]", more, "5. Anything else").await;

    let theirs = desk.request("SEC-2026-0002").await;
    assert_eq!(theirs.requester.address.as_str(), "eve@elsewhere.example");
    assert_eq!(desk.request("SEC-2026-0001").await.answers[&Question::Skills].text, "Cloud");
    desk.closes().await;
}

#[tokio::test]
async fn a_disagreement_starts_a_new_clock_and_the_ciso_hears_of_it() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;
    let answer = "From: grace@example.org\nTo: ada@requests.example\nCc: security@example.org\n\
                  Subject: Re: Passports\nMessage-ID: <no@example.org>\n\
                  Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n\
                  In-Reply-To: <mail-1@test.example>\n\nThis is not for us.";
    desk.receives_raw(Role::Inbox, answer.as_bytes()).await;
    desk.letters().await;

    desk.clock.set("2026-12-11T10:00:00Z".parse().unwrap());
    let body = "I disagree with your decision to turn down my request. Please look at it again.";
    let reply = "In-Reply-To: <no@example.org>\n";
    desk.receives("ada@requests.example", "Re: Passports", reply, body).await;

    let request = desk.request("SEC-2026-0001").await;
    assert_eq!(request.state.name(), "disputed");
    assert_eq!(request.owed.unwrap().deadline.due_on.to_string(), "2026-12-15");
    insta::assert_snapshot!(desk.letters().await, @r"
    dispute_received to ada@requests.example: Re: [SEC-2026-0001] Passports
    dispute_notice to ciso@example.org: [SEC-2026-0001] Decision disputed: Passports
    ");
    desk.closes().await;
}

#[tokio::test]
async fn machines_are_never_answered() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for (more, subject) in [
        ("Auto-Submitted: auto-replied\n", "Out of office"),
        ("Precedence: bulk\nList-Id: <news.vendor.example>\n", "Newsletter"),
        (
            "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n",
            "Undelivered",
        ),
    ] {
        desk.receives("someone@else.example", subject, more, "text").await;
    }
    // A machine that passes for a person in all but its address is withheld at the outbox.
    desk.receives("no-reply@else.example", "Question", "", NUMBERED).await;

    insta::assert_snapshot!(desk.letters().await, @r"
    acknowledgement to no-reply@else.example: Re: [SEC-2026-0001] Question WITHHELD no-reply or daemon address
    ");
    desk.closes().await;
}

#[tokio::test]
async fn a_correspondent_who_writes_without_end_gets_no_more_than_the_budget() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for number in 0..8 {
        desk.receives("ada@requests.example", &format!("Question {number}"), "", NUMBERED).await;
    }
    let letters = desk.new_letters().await;
    let withheld: Vec<_> = letters.iter().map(|letter| letter.withheld_by.as_deref()).collect();
    assert_eq!(withheld[..6], [None; 6]);
    assert_eq!(withheld[6..], [Some("budget of the correspondent"); 2]);
    desk.closes().await;
}

#[tokio::test]
async fn a_copy_is_a_duplicate_but_a_reused_message_id_is_not() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let mail = |received: &str, body: &str| {
        format!(
            "Received: from {received}\nFrom: ada@requests.example\nSubject: Passports\n\
             Message-ID: <same@test.example>\n\n{body}\n"
        )
    };
    for raw in [mail("here", NUMBERED), mail("a list", NUMBERED), mail("here", "Something else")] {
        desk.receives_raw(Role::Inbox, raw.as_bytes()).await;
    }
    assert_eq!(desk.outcomes().await, "duplicate 1, request 2");
    desk.closes().await;
}

#[tokio::test]
async fn without_a_message_id_the_content_and_the_instant_tell_a_copy() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let mail = format!("From: ada@requests.example\nSubject: Passports\n\n{NUMBERED}\n");
    desk.receives_raw(Role::Inbox, mail.as_bytes()).await;
    desk.receives_raw(Role::Inbox, mail.as_bytes()).await;
    assert_eq!(desk.outcomes().await, "duplicate 1, request 1");

    desk.clock.set("2026-12-08T10:00:00Z".parse().unwrap());
    desk.receives_raw(Role::Inbox, mail.as_bytes()).await;
    assert_eq!(desk.outcomes().await, "duplicate 1, request 2");
    desk.closes().await;
}

#[tokio::test]
async fn a_colleague_whom_the_requester_copied_in_may_write_on() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "Cc: bob@requests.example\n", NUMBERED)
        .await;

    let reply = "In-Reply-To: <mail-1@test.example>\n";
    desk.receives("bob@requests.example", "Re: Passports", reply, "One more thing.").await;

    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn our_own_letters_are_known_by_their_key_alone() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;
    let letter = desk.new_letters().await.remove(0);

    desk.receives_raw(Role::Inbox, &letter.raw).await;
    desk.receives_raw(Role::Sent, &letter.raw).await;
    desk.receives("eve@else.example", "Hello", "X-Mailtriage-Token: mt-forged\n", NUMBERED).await;

    assert_eq!(desk.outcomes().await, "own_mail 2, request 2");
    desk.closes().await;
}

#[tokio::test]
async fn an_urgent_request_alerts_the_duty_address_at_once_even_at_night() {
    let mut desk = Scenario::opens("2026-12-26 03:00").await;
    let body = "Our server is being encrypted by ransomware right now. Please help immediately.";
    desk.receives("ada@requests.example", "URGENT: ransomware", "", body).await;

    insta::assert_snapshot!(desk.letters().await, @r"
    acknowledgement to ada@requests.example: Re: [SEC-2026-0001] URGENT: ransomware
    urgent_alert to duty@example.org: [SEC-2026-0001] Urgent: URGENT: ransomware
    ");
    desk.closes().await;
}

#[tokio::test]
async fn strange_mail_becomes_a_request_or_goes_to_quarantine_and_holds_nobody_up() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let nested = format!(
        "From: deep@requests.example\nMessage-ID: <deep@x>\n{}\n\nhelp",
        "Content-Type: message/rfc822\n\n".repeat(60)
    );
    let strange: [&[u8]; 7] = [
        b"",
        b"\0\0\0\xff\xfe",
        b"no header at all, only words",
        b"Subject: nobody\n\nI have no sender.",
        b"From: nul@requests.example\nSubject: a\0b\n\n1. c\0d",
        b"From: enc@requests.example\nContent-Type: text/plain; charset=klingon\n\nhelp \xe4\xf6",
        nested.as_bytes(),
    ];
    for raw in strange {
        desk.stores(Role::Inbox, raw).await;
    }
    desk.receives("ada@requests.example", "Passports", "", NUMBERED).await;

    let outcomes = desk.outcomes().await;
    assert!(!outcomes.contains("unread"), "{outcomes}");
    insta::assert_snapshot!(outcomes, @"quarantined 4, request 4");
    desk.closes().await;
}
