//! "Please look at this": mails that somebody passes on, told as stories.

use mailtriage::intake::Question;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const FORWARD: &str = "Please look at this.\n\n---------- Forwarded message ---------\n\
    From: Pat Doe <pat@requests.example>\nDate: Mon, 7 Dec 2026 at 09:00\nSubject: Passports\n\
    To: <grace@example.org>\n\n1. The Passport Office\n2. Ministers asked\n\
    3. We miss the launch\n4. A review of our approach\n5. Cloud\n6. 18 January 2027\n";

#[tokio::test]
async fn the_person_in_the_mail_that_a_consultant_passes_on_is_the_requester() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(GRACE, "Fwd: Passports", VOUCHED, FORWARD).await;

    let request = desk.request("SEC-2026-0001").await;
    assert_eq!(request.requester.address.as_str(), "pat@requests.example");
    assert_eq!(request.answers[&Question::WorkFor].text, "The Passport Office");
    let letter = desk.new_letters().await.remove(0);
    assert_eq!(letter.recipient, "pat@requests.example");
    assert_eq!(letter.subject, "Re: [SEC-2026-0001] Passports");
    assert!(letter.text.contains("Grace Okafor passed your mail on to us."), "{}", letter.text);

    desk.comes_to("2026-12-08 08:30").await;
    let digest = desk.new_letters().await.remove(0).text;
    let digest = digest.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        digest.contains("taken from the mail that Grace Okafor (grace@example.org) forwarded"),
        "{digest}"
    );

    let thread = format!("In-Reply-To: <{}>\n", letter.message_id);
    desk.receives("pat@requests.example", "Re: Passports", &thread, "2. Ministers\n5. Cloud").await;
    desk.receives(
        GRACE,
        "Re: Fwd: Passports",
        "In-Reply-To: <mail-1@test.example>\n",
        "It is big.",
    )
    .await;
    assert_eq!(desk.outcomes().await, "follow_up 2, request 1", "both take part");
    desk.closes().await;
}

#[tokio::test]
async fn an_attached_mail_is_passed_on_too_and_answers_to_it_find_the_request() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let more = format!("{VOUCHED}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n");
    let body = "--x\nContent-Type: text/plain\n\nPlease look at this.\n--x\n\
        Content-Type: message/rfc822\n\nFrom: Pat Doe <pat@requests.example>\nSubject: Passports\n\
        Message-ID: <pats@requests.example>\n\n1. The Passport Office\n2. Ministers asked\n\
        3. We miss the launch\n4. A review of our approach\n--x--";
    desk.receives(GRACE, "Passports", &more, body).await;
    let letter = desk.new_letters().await.remove(0);
    assert_eq!(letter.recipient, "pat@requests.example");
    assert!(String::from_utf8_lossy(&letter.raw).contains("In-Reply-To: <pats@requests.example>"));
    assert_eq!(desk.request("SEC-2026-0001").await.answers.len(), 4, "the attached mail is read");

    let thread = "In-Reply-To: <pats@requests.example>\n";
    desk.receives("pat@requests.example", "Re: Passports", thread, "2. Ministers\n5. Cloud").await;
    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn nobody_makes_us_write_to_a_third_person_by_a_mail_they_typed() {
    let others = "Authentication-Results: mx.example.org; dmarc=pass header.from=else.example\n";
    for (from, more) in [(GRACE, ""), ("Eve <eve@else.example>", others), ("eve@else.example", "")]
    {
        let mut desk = Scenario::opens("2026-12-07 10:00").await;
        desk.receives(from, "Fwd: Passports", more, FORWARD).await;
        let letters = desk.new_letters().await;
        assert_eq!(letters.len(), 1);
        let sender = mailtriage::mail::read(format!("From: {from}\n\n").as_bytes()).from.unwrap();
        assert_eq!(letters[0].recipient, sender.address.as_str());
        let text = &letters[0].text;
        assert!(
            text.contains("You passed on a mail of Pat Doe. We write to you about it"),
            "{text}"
        );

        // The note tells the consultant the word to write.
        desk.receives(GRACE, "[SEC-2026-0001] requester pat@requests.example", VOUCHED, "").await;
        assert_eq!(
            desk.letters().await,
            "acknowledgement to pat@requests.example: Re: [SEC-2026-0001] Passports\n\
             transcript to grace@example.org: Re: [SEC-2026-0001] Your command\n"
        );
        let requester = desk.request("SEC-2026-0001").await.requester;
        assert_eq!(requester.name.unwrap().0, "Pat Doe", "the name that stood beside the address");
        desk.closes().await;
    }
}

#[tokio::test]
async fn a_wrong_requester_is_corrected_and_taken_back() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(GRACE, "Fwd: Passports", VOUCHED, FORWARD).await;
    desk.letters().await;
    desk.receives(GRACE, "[SEC-2026-0001] requester Bo Ek <bo@requests.example>", VOUCHED, "")
        .await;
    let letters = desk.new_letters().await;
    assert_eq!(letters[0].recipient, "bo@requests.example");
    insta::assert_snapshot!(letters[1].text);

    desk.receives(GRACE, "[SEC-2026-0001] requester pat@requests.example", VOUCHED, "").await;
    assert_eq!(
        desk.letters().await,
        "transcript to grace@example.org: Re: [SEC-2026-0001] Your command\n",
        "Pat has an acknowledgement"
    );
    desk.receives(GRACE, "[SEC-2026-0001] reply", VOUCHED, "Hello").await;
    assert!(desk.letters().await.starts_with("replied to pat@requests.example"));
    desk.closes().await;
}

#[tokio::test]
async fn a_requester_must_be_a_person_elsewhere() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("eve@else.example", "Doors", "", "4. Advice").await;
    desk.letters().await;
    for (words, expected) in [
        ("", "Who asks?"),
        ("Pat", "Who asks?"),
        ("security@example.org", "an address of our own"),
        ("no-reply@requests.example", "Nobody reads mail to"),
        ("Eve@else.example", "is the requester of SEC-2026-0001 already"),
    ] {
        desk.receives(GRACE, &format!("[SEC-2026-0001] requester {words}"), VOUCHED, "").await;
        let letters = desk.new_letters().await;
        assert_eq!(letters.len(), 1);
        assert!(letters[0].text.contains(expected), "{}", letters[0].text);
    }
    assert_eq!(desk.request("SEC-2026-0001").await.requester.address.as_str(), "eve@else.example");
    desk.closes().await;
}

#[tokio::test]
async fn a_consultant_who_passes_on_what_the_team_wrote_names_nobody() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for author in ["security@example.org", "ada@example.org", "noreply@else.example"] {
        let body = FORWARD.replace("pat@requests.example", author);
        desk.receives(GRACE, "Fwd: Passports", VOUCHED, &body).await;
        let letter = desk.new_letters().await.remove(0);
        assert_eq!(letter.recipient, "grace@example.org", "{author}");
    }
    desk.closes().await;
}
