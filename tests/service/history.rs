//! The story of a request as `mailtriage requests show` tells it.

use mailtriage::report::history::History;
use mailtriage::store::requests;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";

async fn history(desk: &Scenario, reference: &str) -> History {
    let mut tx = desk.store.begin().await.unwrap();
    let id = requests::find(&mut tx, reference).await.unwrap().unwrap();
    History::read(&mut tx, id, &desk.desk.rules).await.unwrap()
}

/// A request that is asked about, chased, escalated, taken, bounced and disputed.
async fn eventful() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let plan = "Content-Type: multipart/mixed; boundary=x\n";
    let body = "--x\nContent-Type: text/plain\n\n1. The Passport Office\n4. A review\n--x\n\
                Content-Type: application/pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n\
                %PDF-1.7 and so on\n--x--";
    desk.receives("Pat Lee <pat@requests.example>", "Passports", plan, body).await;
    desk.is("2026-12-07 11:30");
    desk.receives(GRACE, "[SEC-2026-0001] close", "", "").await;
    desk.comes_to("2026-12-09 09:00").await;
    desk.comes_to("2026-12-09 17:01").await;
    desk.is("2026-12-10 10:00");
    desk.receives(GRACE, "[SEC-2026-0001] redirect data protection", VOUCHED, "It is a DPIA").await;
    let letters = desk.new_letters().await;
    let redirect = letters.iter().find(|letter| letter.kind == "redirected").unwrap();
    desk.is("2026-12-10 10:01");
    let more = format!(
        "Return-Path: <>\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\
         In-Reply-To: <{}>\n",
        redirect.message_id
    );
    let report = format!(
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; requests.example\n\n\
         Final-Recipient: rfc822; pat@requests.example\nAction: failed\nStatus: 5.2.2\n\n\
         --x\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{}>\n\n--x--",
        redirect.message_id
    );
    desk.receives("MAILER-DAEMON@requests.example", "Undelivered", &more, &report).await;
    desk.is("2026-12-10 12:00");
    desk.receives(
        "pat@requests.example",
        "Re: [SEC-2026-0001] Passports",
        "",
        "I disagree with your decision to send us away. Please look at it again.",
    )
    .await;
    desk
}

#[tokio::test]
async fn the_whole_story_is_told_in_order() {
    let desk = eventful().await;
    let text = history(&desk, "SEC-2026-0001").await.text(&desk.calendar);
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    insta::assert_snapshot!(text);
    desk.closes().await;
}

#[tokio::test]
async fn the_story_is_there_for_machines_too() {
    let desk = eventful().await;
    let history = history(&desk, "SEC-2026-0001").await;
    let story = serde_json::to_value(&history.entries).unwrap();
    let story = story.as_array().unwrap();
    let of = |what: &str| story.iter().filter(|entry| entry["what"] == what).count();
    assert!(of("mail") >= 5 && of("event") >= 4 && of("letter") >= 6);
    assert_eq!(story[0]["attachments"][0]["name"], "plan.pdf");
    let bounced = story.iter().find(|entry| entry["fate"] == "bounced").unwrap();
    assert_eq!(bounced["kind"], "redirected");
    assert!(bounced["because"].as_str().unwrap().starts_with("5.2.2"));
    let escalation = story.iter().find(|entry| entry["kind"] == "overdue").unwrap();
    assert_eq!(escalation["to"], "the CISO");
    let at: Vec<&str> = story.iter().map(|entry| entry["at"].as_str().unwrap()).collect();
    assert!(at.is_sorted());
    desk.closes().await;
}

#[tokio::test]
async fn a_letter_about_another_request_is_not_part_of_the_story() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("pat@requests.example", "Passports", "", "1. Us").await;
    desk.receives("noreply@requests.example", "Visas", "", "1. Us").await;
    desk.comes_to("2026-12-08 08:30").await;
    let ours = history(&desk, "SEC-2026-0001").await.text(&desk.calendar);
    assert!(ours.contains("digest, with other requests"), "{ours}");
    assert!(!ours.contains("no-reply or daemon address"));
    let theirs = history(&desk, "SEC-2026-0002").await.text(&desk.calendar);
    assert!(theirs.contains("not sent, by the rule: no-reply or daemon address"), "{theirs}");
    desk.closes().await;
}
