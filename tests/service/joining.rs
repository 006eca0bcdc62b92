//! Two requests become one, told as stories.

use mailtriage::intake::Question;
use mailtriage::triage::State;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const PAT: &str = "Pat <pat@requests.example>";

/// Pat wrote on Monday, and again on Tuesday instead of answering.
async fn with_two_requests() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", "1. The Passport Office\n5. Cloud").await;
    desk.is("2026-12-08 10:00");
    let body = "1. The Passport Office in Newport\n4. A review\n6. 18 January 2027";
    desk.receives(PAT, "Passports, once more", "", body).await;
    desk.letters().await;
    desk
}

/// A command mail that is vouched for; then the text of its transcript on one line.
async fn order(desk: &mut Scenario, subject: &str, body: &str) -> String {
    desk.receives(GRACE, subject, VOUCHED, body).await;
    let transcript = desk.new_letters().await.pop().expect("a transcript");
    transcript.text.split_whitespace().collect::<Vec<_>>().join(" ")
}

async fn due(desk: &Scenario, reference: &str) -> String {
    desk.request(reference)
        .await
        .owed
        .map(|owed| owed.deadline.due_on.to_string())
        .unwrap_or_default()
}

#[tokio::test]
async fn the_later_answer_and_the_earlier_day_count() {
    for (subject, kept, gone) in [
        ("[SEC-2026-0001] merge SEC-2026-0002", "SEC-2026-0001", "SEC-2026-0002"),
        ("[SEC-2026-0002] merge SEC-2026-0001", "SEC-2026-0002", "SEC-2026-0001"),
    ] {
        let mut desk = with_two_requests().await;
        let transcript = order(&mut desk, subject, "").await;
        assert!(transcript.contains("The requester has not been told"), "{transcript}");
        let request = desk.request(kept).await;
        assert_eq!(request.answers[&Question::WorkFor].text, "The Passport Office in Newport");
        assert_eq!(request.answers[&Question::Skills].text, "Cloud");
        assert_eq!(request.answers[&Question::Need].text, "A review");
        assert_eq!(request.milestone.unwrap().from.to_string(), "2027-01-18");
        assert_eq!(due(&desk, kept).await, "2026-12-09", "the day of Monday's mail");
        assert_eq!(desk.request(gone).await.state.name(), "closed");
        assert_eq!(due(&desk, gone).await, "");
        desk.closes().await;
    }
}

#[tokio::test]
async fn nobody_but_the_consultant_is_written_to() {
    let mut desk = with_two_requests().await;
    desk.receives(GRACE, "[SEC-2026-0001] merge SEC-2026-0002", VOUCHED, "").await;
    insta::assert_snapshot!(desk.new_letters().await.remove(0).text);
    assert_eq!(desk.letters().await, "");
    desk.closes().await;
}

#[tokio::test]
async fn what_names_the_merged_request_comes_to_the_kept_one() {
    let mut desk = with_two_requests().await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;

    desk.receives(
        PAT,
        "Re: [SEC-2026-0002] Passports",
        "",
        "Sorry, I forgot:\n\n2. Ministers asked\n4. A review",
    )
    .await;
    let thread = "In-Reply-To: <mail-2@test.example>\n";
    desk.receives(
        PAT,
        "Re: Passports, once more",
        thread,
        "And:\n\n3. We miss the launch\n4. A review of it",
    )
    .await;

    let kept = desk.request("SEC-2026-0001").await;
    assert_eq!(kept.answers[&Question::Importance].text, "Ministers asked");
    assert_eq!(kept.answers[&Question::Consequence].text, "We miss the launch");
    assert_eq!(desk.outcomes().await, "command 1, follow_up 2, request 2");

    let transcript = order(&mut desk, "[SEC-2026-0002] assign me", "").await;
    assert!(transcript.contains("SEC-2026-0001 is assigned to you"), "{transcript}");
    let state = desk.request("SEC-2026-0001").await.state;
    assert!(matches!(state, State::Assigned { to } if to.as_str() == "grace@example.org"));
    desk.closes().await;
}

#[tokio::test]
async fn who_takes_part_in_one_takes_part_in_both() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", "1. The Passport Office").await;
    desk.receives(PAT, "Visas", "Cc: bob@requests.example\n", "4. A review").await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;

    desk.receives("bob@requests.example", "Re: [SEC-2026-0001]", "", "4. Advice\n5. Cloud").await;
    assert_eq!(desk.request("SEC-2026-0001").await.answers[&Question::Skills].text, "Cloud");
    desk.closes().await;
}

#[tokio::test]
async fn to_reopen_the_merged_request_parts_them_again() {
    let mut desk = with_two_requests().await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;
    let transcript = order(&mut desk, "[SEC-2026-0002] reopen", "").await;
    assert!(transcript.contains("It was part of SEC-2026-0001"), "{transcript}");
    assert_eq!(desk.request("SEC-2026-0002").await.state.name(), "in_progress");

    desk.receives(
        PAT,
        "Re: [SEC-2026-0002] Passports",
        "",
        "Sorry, I forgot:\n\n2. Ministers asked\n4. A review",
    )
    .await;
    let parted = desk.request("SEC-2026-0002").await;
    assert_eq!(parted.answers[&Question::Importance].text, "Ministers asked");
    assert!(!desk.request("SEC-2026-0001").await.answers.contains_key(&Question::Importance));
    desk.closes().await;
}

#[tokio::test]
async fn a_chain_of_merges_ends_at_the_last_one() {
    let mut desk = with_two_requests().await;
    desk.receives(PAT, "Third", "", "4. Advice").await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;
    order(&mut desk, "[SEC-2026-0003] merge SEC-2026-0001", "").await;
    desk.receives(
        PAT,
        "Re: [SEC-2026-0002] Passports",
        "",
        "Sorry, I forgot:\n\n2. Ministers asked\n4. A review",
    )
    .await;
    let last = desk.request("SEC-2026-0003").await;
    assert_eq!(last.answers[&Question::Importance].text, "Ministers asked");
    let again = order(&mut desk, "[SEC-2026-0003] merge SEC-2026-0002", "").await;
    assert!(again.contains("SEC-2026-0002 is part of SEC-2026-0003 already"), "{again}");
    desk.closes().await;
}

#[tokio::test]
async fn who_holds_one_holds_both_and_what_was_waited_for_has_come() {
    let mut desk = with_two_requests().await;
    order(&mut desk, "[SEC-2026-0002] assign me", "").await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "assigned");
    assert_eq!(due(&desk, "SEC-2026-0001").await, "2026-12-09", "Monday's mail has no answer yet");
    desk.closes().await;

    let mut desk = with_two_requests().await;
    order(&mut desk, "[SEC-2026-0001] ask", "Which office?").await;
    order(&mut desk, "[SEC-2026-0001] merge SEC-2026-0002", "").await;
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "in_progress");
    assert_eq!(due(&desk, "SEC-2026-0001").await, "2026-12-10");
    desk.closes().await;
}

#[tokio::test]
async fn what_cannot_be_merged_is_explained_and_stays() {
    let mut desk = with_two_requests().await;
    desk.receives("eve@else.example", "Other", "", "1. Somebody else").await;
    let cases = [
        ("[SEC-2026-0001] merge SEC-2026-0001", "cannot be merged with itself"),
        ("[SEC-2026-0001] merge SEC-2026-0099", "There is no request SEC-2026-0099."),
        ("[SEC-2026-0001] merge", "With which request?"),
        ("[SEC-2026-0001] merge the other one", "With which request?"),
        ("[SEC-2026-0001] merge SEC-2026-0003", "Different people asked"),
    ];
    for (subject, expected) in cases {
        let transcript = order(&mut desk, subject, "").await;
        assert!(transcript.contains("Not done") && transcript.contains(expected), "{transcript}");
    }
    order(&mut desk, "[SEC-2026-0002] close", "").await;
    for subject in ["[SEC-2026-0001] merge SEC-2026-0002", "[SEC-2026-0002] merge SEC-2026-0001"] {
        let transcript = order(&mut desk, subject, "").await;
        assert!(transcript.contains("SEC-2026-0002 is closed. Reopen it first"), "{transcript}");
    }
    assert_eq!(desk.request("SEC-2026-0001").await.state, State::New);
    assert_eq!(desk.request("SEC-2026-0003").await.state, State::New);
    desk.closes().await;
}

#[tokio::test]
async fn a_dispute_is_not_merged_away() {
    let mut desk = with_two_requests().await;
    order(&mut desk, "[SEC-2026-0002] redirect data protection", "").await;
    let body = "I disagree with your decision to send us away. Please look at it again.";
    desk.receives(PAT, "Re: [SEC-2026-0002] Passports", "", body).await;

    desk.receives("ada@example.org", "[SEC-2026-0001] merge SEC-2026-0002", VOUCHED, "").await;
    let transcript = desk.new_letters().await.pop().unwrap().text;
    assert!(transcript.contains("The other way round is possible"), "{transcript}");
    let barred = order(&mut desk, "[SEC-2026-0002] merge SEC-2026-0001", "").await;
    assert!(barred.contains("another consultant must look at it"), "{barred}");

    desk.receives("ada@example.org", "[SEC-2026-0002] merge SEC-2026-0001", VOUCHED, "").await;
    assert_eq!(desk.request("SEC-2026-0002").await.state.name(), "disputed");
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "closed");
    desk.closes().await;
}
