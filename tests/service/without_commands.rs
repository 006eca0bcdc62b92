//! What the service notices when people just write mail.

use mailtriage::store::folders::Role;
use mailtriage::triage::State;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const PAT: &str = "Pat <pat@requests.example>";
const QUESTION: &str = "1. The Passport Office\n4. A review of our approach";

async fn with_a_request() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", QUESTION).await;
    desk.letters().await;
    desk
}

/// A mail of the team to Pat, wherever it is seen.
async fn writes(desk: &mut Scenario, role: Role, from: &str, more: &str) {
    let mail = format!(
        "From: {from}\nTo: pat@requests.example\nSubject: Re: Passports\n\
         Message-ID: <answer-{}@example.org>\nIn-Reply-To: <mail-1@test.example>\n{more}\n\
         This one is for the estates team, not for us.",
        from.len()
    );
    desk.receives_raw(role, mail.as_bytes()).await;
}

async fn held_by(desk: &Scenario) -> String {
    let request = desk.request("SEC-2026-0001").await;
    let by = request.state.consultant().map_or("nobody", |address| address.as_str()).to_owned();
    let owed = if request.owed.is_some() { "owed" } else { "not owed" };
    format!("{} {by}, {owed}", request.state.name())
}

#[tokio::test]
async fn an_answer_with_the_mailbox_in_copy_is_a_reply_and_takes_the_request() {
    let mut desk = with_a_request().await;
    let copied = format!("Cc: security@example.org\n{VOUCHED}");
    writes(&mut desk, Role::Inbox, GRACE, &copied).await;
    assert_eq!(held_by(&desk).await, "in_progress grace@example.org, not owed");
    assert_eq!(desk.letters().await, "");
    assert_eq!(
        desk.finds("SELECT reference FROM requests WHERE replied_at IS NOT NULL").await,
        "SEC-2026-0001"
    );
    desk.closes().await;
}

#[tokio::test]
async fn an_answer_in_the_sent_folder_is_a_reply_of_its_sender_or_of_the_team() {
    for (from, holder) in
        [(GRACE, "grace@example.org"), ("security@example.org", "security@example.org")]
    {
        let mut desk = with_a_request().await;
        writes(&mut desk, Role::Sent, from, "").await;
        assert_eq!(held_by(&desk).await, format!("in_progress {holder}, not owed"));
        assert_eq!(desk.outcomes().await, "request 1, team_reply 1");
        desk.closes().await;
    }
}

#[tokio::test]
async fn who_answers_a_request_of_a_colleague_leaves_it_with_them() {
    let mut desk = with_a_request().await;
    desk.receives("ada@example.org", "[SEC-2026-0001] assign me", VOUCHED, "").await;
    let copied = format!("Cc: security@example.org\n{VOUCHED}");
    writes(&mut desk, Role::Inbox, GRACE, &copied).await;
    assert_eq!(held_by(&desk).await, "in_progress ada@example.org, not owed");
    desk.closes().await;
}

#[tokio::test]
async fn no_reminder_and_no_escalation_follow_an_answer() {
    let mut desk = with_a_request().await;
    writes(&mut desk, Role::Sent, "security@example.org", "").await;
    for at in ["2026-12-09 09:00", "2026-12-09 17:00", "2026-12-10 09:00"] {
        desk.comes_to(at).await;
    }
    let letters = desk.letters().await;
    assert!(!letters.contains("reminder") && !letters.contains("overdue"), "{letters}");
    desk.closes().await;
}

#[tokio::test]
async fn a_mail_to_somebody_else_is_no_reply() {
    let mut desk = with_a_request().await;
    let mail = "From: grace@example.org\nTo: colleague@else.example\nSubject: Re: Passports\n\
                Message-ID: <x@example.org>\nIn-Reply-To: <mail-1@test.example>\n\nWhat do you think?";
    desk.receives_raw(Role::Sent, mail.as_bytes()).await;
    assert_eq!(held_by(&desk).await, "new nobody, owed");
    desk.closes().await;
}

#[tokio::test]
async fn an_out_of_office_answer_of_a_consultant_changes_nothing_wherever_it_goes() {
    for (role, more) in [
        (Role::Inbox, "Cc: security@example.org\nAuto-Submitted: auto-replied\n"),
        (Role::Sent, "Auto-Submitted: auto-replied\n"),
        (Role::Inbox, "Cc: security@example.org\nX-Autoreply: yes\nPrecedence: auto_reply\n"),
    ] {
        let mut desk = with_a_request().await;
        writes(&mut desk, role, GRACE, more).await;
        assert_eq!(held_by(&desk).await, "new nobody, owed", "{more}");
        assert_eq!(desk.outcomes().await, "auto_reply 1, request 1", "{more}");
        assert_eq!(desk.letters().await, "");
        desk.closes().await;
    }
}

#[tokio::test]
async fn who_turns_to_the_ciso_with_a_decision_disputes_it() {
    let mut desk = with_a_request().await;
    desk.receives(GRACE, "[SEC-2026-0001] close", VOUCHED, "").await;
    desk.letters().await;
    desk.is("2026-12-10 10:00");
    let more = "Cc: The CISO <CISO@example.org>\n";
    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", more, "We need this before the launch.")
        .await;

    let letters = desk.new_letters().await;
    let shown: Vec<String> =
        letters.iter().map(|letter| format!("{} to {}", letter.kind, letter.recipient)).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    dispute_received to pat@requests.example
    dispute_notice to ciso@example.org
    dispute_raised to ada@example.org
    ");
    assert!(letters[1].text.contains("They wrote to you too"), "{}", letters[1].text);
    assert!(letters[1].text.contains("Closed by Grace Okafor."), "{}", letters[1].text);
    assert!(letters[2].text.contains("We need this before the launch."), "{}", letters[2].text);
    let request = desk.request("SEC-2026-0001").await;
    assert!(
        matches!(request.state, State::Disputed { decided_by: Some(by) } if by.as_str() == "grace@example.org")
    );
    assert_eq!(request.owed.unwrap().deadline.due_on.to_string(), "2026-12-14");

    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", more, "And one more thing.").await;
    assert_eq!(desk.letters().await, "", "it is disputed already");
    desk.closes().await;
}

#[tokio::test]
async fn the_ciso_in_copy_is_no_dispute_when_nothing_was_decided_or_it_was_always_so() {
    let more = "Cc: ciso@example.org\n";
    let mut desk = with_a_request().await;
    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", more, "One more thing.").await;
    desk.receives(GRACE, "[SEC-2026-0001] ask", VOUCHED, "Which office?").await;
    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", more, "The one in Newport.").await;
    assert_eq!(held_by(&desk).await, "in_progress grace@example.org, owed");
    assert_eq!(desk.outcomes().await, "command 1, follow_up 2, request 1");
    desk.closes().await;

    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", more, QUESTION).await;
    desk.receives(GRACE, "[SEC-2026-0001] assign me", VOUCHED, "").await;
    desk.receives(PAT, "Re: [SEC-2026-0001] Passports", more, "Thank you.").await;
    assert_eq!(desk.outcomes().await, "command 1, follow_up 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn somebody_else_in_the_thread_disputes_nothing_by_a_copy() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "Cc: bob@requests.example\n", QUESTION).await;
    desk.receives(GRACE, "[SEC-2026-0001] close", VOUCHED, "").await;
    let more = "Cc: ciso@example.org\n";
    desk.receives("bob@requests.example", "Re: [SEC-2026-0001]", more, "For your files.").await;
    assert_eq!(desk.outcomes().await, "command 1, follow_up 1, request 1");
    desk.closes().await;
}

const FOOTER: &str = "\n_______________________________________________\n\
    Security mailing list -- security@lists.example.org\n\
    To unsubscribe send an email to security-leave@lists.example.org\n";

fn copy(more: &str, subject: &str, footer: &str) -> String {
    format!(
        "From: {PAT}\n{more}Subject: {subject}\nMessage-ID: <one@requests.example>\n\n{QUESTION}\n{footer}"
    )
}

#[tokio::test]
async fn one_mail_through_alias_list_and_copy_is_one_request() {
    let direct = copy("To: security@example.org\n", "Passports", "");
    let alias = copy("To: cyberconsultancy@example.org\nReceived: from alias\n", "Passports", "");
    let footer = copy("To: security@lists.example.org\n", "[security] Passports", FOOTER);
    let list = copy(
        "To: security@lists.example.org\nList-Id: <security.lists.example.org>\nPrecedence: list\n",
        "[security] Passports",
        FOOTER,
    );
    for (copies, expected) in [
        ([&direct, &alias, &footer], "duplicate 2, request 1"),
        ([&footer, &direct, &alias], "duplicate 2, request 1"),
        ([&direct, &list, &list], "duplicate 2, request 1"),
    ] {
        let mut desk = Scenario::opens("2026-12-07 10:00").await;
        for copy in copies {
            desk.receives_raw(Role::Inbox, copy.as_bytes()).await;
        }
        assert_eq!(desk.outcomes().await, expected);
        assert_eq!(desk.new_letters().await.len(), 1, "one acknowledgement");
        desk.closes().await;
    }
}

#[tokio::test]
async fn a_mail_that_says_more_under_the_same_name_is_read() {
    let first = copy("To: security@example.org\n", "Passports", "");
    for more in ["\nPS: it is urgent for the minister.\n", "\n5. Cloud\n"] {
        let other = copy("To: security@example.org\n", "Passports", more);
        let mut desk = Scenario::opens("2026-12-07 10:00").await;
        desk.receives_raw(Role::Inbox, first.as_bytes()).await;
        desk.receives_raw(Role::Inbox, other.as_bytes()).await;
        assert_eq!(desk.outcomes().await, "request 2", "{other}");
        desk.closes().await;
    }
}
