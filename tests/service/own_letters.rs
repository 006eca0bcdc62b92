//! Replies that quote our letter without any mark: only the requester's words are read.

use std::fmt::Write;

use mailtriage::intake::Question;
use mailtriage::mail::{self, html_part};
use mailtriage::store::folders::Role;
use mailtriage::store::ledger::Letter;
use mailtriage::triage::Request;

use crate::support::scenario::Scenario;

const FIRST: &str = "1. The Passport Office\n2. Ministers asked\n4. A review of our approach";
const ADA: &str = "Ada <ada@requests.example>";

/// A request with open questions, and the acknowledgement that asks for them.
async fn asked() -> (Scenario, Letter, String) {
    let mut desk = Scenario::opens("2026-11-24 10:00").await;
    desk.receives(ADA, "Passports", "", FIRST).await;
    let letter = desk.new_letters().await.pop().unwrap();
    let text = mail::read(&letter.raw).text();
    assert!(text.contains("Who is the work for?"), "it quotes the questions: {text}");
    (desk, letter, text)
}

/// What the requester answers, as a mail program without quote marks sends it.
async fn replies(desk: &mut Scenario, letter: &Letter, kind: &str, body: &str) -> Request {
    let raw = format!(
        "From: {ADA}\nTo: security@example.org\nSubject: Re: {}\nMessage-ID: <reply@test.example>\n\
         In-Reply-To: {}\nContent-Type: text/{kind}; charset=utf-8\n\n{body}\n",
        letter.subject, letter.message_id,
    );
    desk.receives_raw(Role::Inbox, raw.as_bytes()).await;
    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");
    desk.request("SEC-2026-0001").await
}

fn text(request: &Request, question: Question) -> Option<&str> {
    request.answers.get(&question).map(|answer| answer.text.as_str())
}

#[tokio::test]
async fn an_answer_on_top_of_our_unmarked_letter_is_read_alone() {
    let (mut desk, letter, ours) = asked().await;
    let body = format!(
        "5. Somebody who knows kiosks\n6. 18 January 2027\n\nAda\n\n{}",
        ours.replace(". ", ".\n")
    );
    let request = replies(&mut desk, &letter, "plain", &body).await;

    assert_eq!(text(&request, Question::WorkFor), Some("The Passport Office"));
    assert_eq!(text(&request, Question::Need), Some("A review of our approach"));
    assert_eq!(text(&request, Question::Skills), Some("Somebody who knows kiosks"));
    assert_eq!(text(&request, Question::Milestone), Some("18 January 2027"));
    assert_eq!(text(&request, Question::Consequence), None, "our words are no answer");
    let stored = desk.finds("SELECT convert_from(raw, 'UTF8') FROM inbound").await;
    assert!(stored.contains("Who is the work for?"), "what is stored stays whole");
    desk.closes().await;
}

#[tokio::test]
async fn answers_typed_among_our_unmarked_words_are_read() {
    let (mut desk, letter, ours) = asked().await;
    let mut body = String::new();
    for line in ours.lines() {
        writeln!(body, "{line}").unwrap();
        if line.contains("What skills or experience") {
            writeln!(body, "Somebody who knows kiosks").unwrap();
        }
        if line.contains("When is the next project milestone") {
            writeln!(body, "18 January 2027").unwrap();
        }
    }
    let request = replies(&mut desk, &letter, "plain", &body).await;

    assert_eq!(text(&request, Question::Skills), Some("Somebody who knows kiosks"));
    assert_eq!(text(&request, Question::Milestone), Some("18 January 2027"));
    assert_eq!(text(&request, Question::WorkFor), Some("The Passport Office"));
    assert_eq!(text(&request, Question::Consequence), None);
    desk.closes().await;
}

#[tokio::test]
async fn our_html_below_an_answer_is_told_from_it() {
    let (mut desk, letter, _) = asked().await;
    let html = html_part(&letter.raw).unwrap();
    let body =
        format!("<div>5. Somebody who knows kiosks</div><div>6. 18 January 2027</div>{html}");
    let request = replies(&mut desk, &letter, "html", &body).await;

    assert_eq!(text(&request, Question::Skills), Some("Somebody who knows kiosks"));
    assert_eq!(text(&request, Question::Milestone), Some("18 January 2027"));
    assert_eq!(text(&request, Question::Consequence), None);
    desk.closes().await;
}
