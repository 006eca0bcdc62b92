//! Work by mail, told as stories: what consultants order, and what nobody else can.

use mailtriage::store::folders::Role;
use mailtriage::triage::State;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const ADA: &str = "ada@example.org";

/// A desk with one request, whose letters have been read.
async fn with_a_request() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("Pat <pat@requests.example>", "Passports", "", "1. The Passport Office").await;
    desk.letters().await;
    desk
}

/// A command mail for which the trusted server vouches; then the letters that follow from it.
async fn order(desk: &mut Scenario, from: &str, subject: &str, body: &str) -> String {
    desk.receives(from, subject, VOUCHED, body).await;
    desk.letters().await
}

/// The text of the newest letter, on one line.
async fn text(desk: &mut Scenario) -> String {
    let text = desk.new_letters().await.pop().expect("a letter").text;
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first link of the newest digest for Grace that begins with this subject, as she sends it.
async fn link(desk: &mut Scenario, verb: &str) -> String {
    desk.comes_to("2026-12-08 08:30").await;
    let letters = desk.new_letters().await;
    let digest = letters.iter().rfind(|letter| letter.recipient == "grace@example.org").unwrap();
    let html = mailtriage::mail::html_part(&digest.raw).expect("an HTML part");
    subject_of_link(&html, verb)
}

fn subject_of_link(html: &str, verb: &str) -> String {
    let start = format!("subject=%5BSEC-2026-0001%5D%20{verb}");
    let (_, rest) = html.split_once(&start).expect("a link");
    let subject = format!("{start}{}", rest.split(['"', '&']).next().unwrap());
    let subject = subject.replace("subject=", "");
    subject.replace("%5B", "[").replace("%5D", "]").replace("%20", " ")
}

async fn state(desk: &Scenario) -> State {
    desk.request("SEC-2026-0001").await.state
}

#[tokio::test]
async fn a_consultant_takes_a_request_and_the_requester_learns_the_name() {
    let mut desk = with_a_request().await;
    let letters = order(&mut desk, GRACE, "Re: [SEC-2026-0001] assign me", "").await;
    insta::assert_snapshot!(letters, @r"
    consultant_named to pat@requests.example: Re: [SEC-2026-0001] Passports
    transcript to grace@example.org: Re: [SEC-2026-0001] Your command
    ");
    assert!(
        matches!(state(&desk).await, State::Assigned { to } if to.as_str() == "grace@example.org")
    );
    assert!(desk.request("SEC-2026-0001").await.owed.is_none());
    assert_eq!(desk.outcomes().await, "command 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_request_is_given_to_a_colleague_by_a_part_of_the_name() {
    let mut desk = with_a_request().await;
    let letters = order(&mut desk, GRACE, "[SEC-2026-0001] assign to Byron", "").await;
    insta::assert_snapshot!(letters, @r"
    consultant_named to pat@requests.example: Re: [SEC-2026-0001] Passports
    assignment to ada@example.org: [SEC-2026-0001] For you: Passports
    transcript to grace@example.org: Re: [SEC-2026-0001] Your command
    ");
    order(&mut desk, GRACE, "[SEC-2026-0001] assign Adda", "").await;
    assert!(
        matches!(state(&desk).await, State::Assigned { to } if to.as_str() == "ada@example.org")
    );
    desk.closes().await;
}

#[tokio::test]
async fn a_question_waits_for_the_requester_and_the_answer_restarts_the_clock() {
    let mut desk = with_a_request().await;
    let body = "Which office is it?\n\nAnd since when?\n\n-- \nGrace";
    desk.receives(GRACE, "[SEC-2026-0001] ask", VOUCHED, body).await;
    let question = desk.new_letters().await.remove(0);
    insta::assert_snapshot!(question.text);
    assert_eq!(question.recipient, "pat@requests.example");
    assert_eq!(state(&desk).await.name(), "waiting_for_requester");
    assert!(desk.request("SEC-2026-0001").await.owed.is_none());

    let reply = format!("In-Reply-To: <{}>\n", question.message_id);
    desk.receives("pat@requests.example", "Re: Passports", &reply, "Peterborough, since May").await;
    assert_eq!(state(&desk).await.name(), "in_progress");
    assert!(desk.request("SEC-2026-0001").await.owed.is_some());
    desk.closes().await;
}

#[tokio::test]
async fn a_redirect_says_why_and_where_and_how_to_disagree() {
    let mut desk = with_a_request().await;
    let body = "redirect Physical-Security – the question is about doors";
    desk.receives(GRACE, "Re: [SEC-2026-0001] Passports", VOUCHED, body).await;
    let letters = desk.new_letters().await;
    insta::assert_snapshot!(letters[0].text);
    assert!(
        matches!(state(&desk).await, State::Redirected { team, .. } if team == "physical security")
    );
    let raw = String::from_utf8_lossy(&letters[0].raw).into_owned();
    assert!(raw.contains("In-Reply-To: <mail-1@test.example>"), "it stands in their thread");
    assert!(!raw.contains("Auto-Submitted"), "a consultant's decision is no automatic mail");
    desk.closes().await;
}

#[tokio::test]
async fn a_reply_goes_out_from_the_team_without_signature_and_quotes() {
    let mut desk = with_a_request().await;
    let body = "reply Dear Pat,\n\nplease close the door.\n\nKind regards\nGrace\n\n\
                > close\n> spam";
    desk.receives(GRACE, "Re: [SEC-2026-0001] Passports", VOUCHED, body).await;
    let letters = desk.new_letters().await;
    insta::assert_snapshot!(letters[0].text);
    let raw = String::from_utf8_lossy(&letters[0].raw).into_owned();
    assert!(raw.contains("security@example.org"));
    assert!(desk.request("SEC-2026-0001").await.owed.is_none());
    assert_eq!(state(&desk).await.name(), "in_progress");
    desk.closes().await;
}

#[tokio::test]
async fn closing_and_reopening() {
    let mut desk = with_a_request().await;
    order(&mut desk, GRACE, "[SEC-2026-0001] close answered by phone", "").await;
    assert_eq!(state(&desk).await.name(), "closed");
    order(&mut desk, ADA, "[SEC-2026-0001] assign me", "").await;
    assert_eq!(state(&desk).await.name(), "closed", "what is closed is reopened first");
    let letters = order(&mut desk, GRACE, "[SEC-2026-0001] reopen", "").await;
    assert_eq!(letters, "transcript to grace@example.org: Re: [SEC-2026-0001] Your command\n");
    assert_eq!(state(&desk).await.name(), "in_progress");
    assert!(desk.request("SEC-2026-0001").await.owed.is_some(), "or nobody would be reminded");
    desk.closes().await;
}

#[tokio::test]
async fn several_commands_in_one_mail_are_answered_with_one_transcript() {
    let mut desk = with_a_request().await;
    desk.receives("bob@requests.example", "Visas", "", "1. Border\n4. Advice").await;
    desk.letters().await;
    let body = "- “Urgent”\n- note rang them\n\nstatus\ncolse\nSEC-2026-0002 spam\n\
                sec-2026-0099: close\nmerge SEC-2026-0002\nhelp\n\nThanks, Grace";
    desk.receives(GRACE, "Re: [SEC-2026-0001] Passports", VOUCHED, body).await;
    let letters = desk.new_letters().await;
    assert_eq!(letters[0].kind, "urgent_alert");
    assert_eq!(letters.len(), 2);
    insta::assert_snapshot!(letters[1].text);
    assert_eq!(desk.request("SEC-2026-0002").await.state.name(), "closed");
    assert_eq!(state(&desk).await.name(), "new");
    desk.closes().await;
}

#[tokio::test]
async fn a_mail_without_a_command_in_a_thread_is_explained_and_elsewhere_it_is_a_request() {
    let mut desk = with_a_request().await;
    let letters = order(&mut desk, GRACE, "Re: [SEC-2026-0001] Passports", "What is this?").await;
    assert_eq!(letters, "transcript to grace@example.org: Re: [SEC-2026-0001] Passports\n");
    order(&mut desk, GRACE, "A firewall", "Close to the door there is a firewall. Review it?")
        .await;
    assert_eq!(desk.request("SEC-2026-0002").await.requester.address.as_str(), "grace@example.org");
    assert_eq!(desk.outcomes().await, "command 1, request 2");
    desk.closes().await;
}

#[tokio::test]
async fn an_answer_to_a_digest_is_never_a_request() {
    let mut desk = with_a_request().await;
    desk.comes_to("2026-12-08 08:30").await;
    let digest = desk.new_letters().await.pop().unwrap();
    let reply = format!("{VOUCHED}In-Reply-To: <{}>\n", digest.message_id);
    let subject = format!("Re: {}", digest.subject);

    desk.receives(GRACE, &subject, &reply, "Close all that is old.").await;
    assert!(text(&mut desk).await.contains("Which request? Write its reference first"));
    desk.receives(GRACE, &subject, &reply, "SEC-2026-0001 assign me please").await;
    assert_eq!(state(&desk).await.name(), "assigned");
    assert_eq!(desk.outcomes().await, "command 2, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_consultant_who_writes_to_the_requester_orders_nothing() {
    let mut desk = with_a_request().await;
    let answer = format!(
        "From: {GRACE}\nTo: pat@requests.example\nCc: security@example.org\n\
         Subject: Re: [SEC-2026-0001] Passports\nMessage-ID: <a@example.org>\n{VOUCHED}\n\
         Close to the door there is a reader. Ask them."
    );
    desk.receives_raw(Role::Inbox, answer.as_bytes()).await;
    assert_eq!(desk.outcomes().await, "request 1, team_reply 1");
    assert_eq!(state(&desk).await.name(), "in_progress");
    desk.closes().await;
}

#[tokio::test]
async fn an_out_of_office_of_a_consultant_orders_nothing() {
    let mut desk = with_a_request().await;
    let more = format!("{VOUCHED}Auto-Submitted: auto-replied\n");
    desk.receives(GRACE, "Re: [SEC-2026-0001] assign me", &more, "close").await;
    assert_eq!(desk.outcomes().await, "auto_reply 1, request 1");
    assert_eq!(state(&desk).await, State::New);
    assert_eq!(desk.letters().await, "");
    desk.closes().await;
}

#[tokio::test]
async fn a_forged_sender_changes_nothing_and_the_roster_address_is_asked() {
    let none = "";
    let reply_to = "Reply-To: eve@evil.example\n";
    let failed = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n";
    let untrusted = "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org\n";
    let other = "Authentication-Results: mx.example.org; dkim=pass header.d=evil.example\n";
    let below = format!("{failed}{VOUCHED}");
    for more in [none, reply_to, failed, untrusted, other, &below] {
        let mut desk = with_a_request().await;
        desk.receives(GRACE, "[SEC-2026-0001] spam", more, "").await;
        assert_eq!(state(&desk).await, State::New, "{more}");
        assert_eq!(
            desk.letters().await,
            "confirm to grace@example.org: [SEC-2026-0001] Please confirm what you wrote to us\n",
            "{more}"
        );
        assert_eq!(desk.outcomes().await, "command 1, request 1");
        desk.closes().await;
    }
}

#[tokio::test]
async fn an_address_outside_the_roster_commands_nothing() {
    let mut desk = with_a_request().await;
    let more = "Authentication-Results: mx.example.org; dmarc=pass header.from=requests.example\n";
    desk.receives("pat@requests.example", "[SEC-2026-0001] spam", more, "").await;
    assert_eq!(state(&desk).await, State::New);
    assert_eq!(desk.outcomes().await, "follow_up 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_confirmed_command_is_carried_out() {
    let mut desk = with_a_request().await;
    desk.receives(GRACE, "Re: [SEC-2026-0001] Passports", "", "reply\nYes.\n\nGo on.").await;
    let confirm = desk.new_letters().await.remove(0);
    let html = mailtriage::mail::html_part(&confirm.raw).unwrap();
    assert!(html.contains("body=Yes.%0D%0A%0D%0AGo%20on."));

    let subject = subject_of_link(&html, "reply");
    desk.receives(GRACE, &subject, "", "Yes.\n\nGo on.").await;
    let letters = desk.new_letters().await;
    assert_eq!(letters[0].kind, "replied");
    assert!(letters[0].text.contains("  Yes.\n\n  Go on.\n"), "{}", letters[0].text);
    assert!(!letters[1].subject.contains("key-"), "{}", letters[1].subject);
    desk.closes().await;
}

#[tokio::test]
async fn a_link_works_once_for_its_consultant_request_and_command() {
    let mut desk = with_a_request().await;
    desk.receives("bob@requests.example", "Visas", "", "1. Border\n4. Advice").await;
    let subject = link(&mut desk, "redirect").await;

    desk.receives(ADA, &subject, "", "data protection").await;
    assert!(text(&mut desk).await.contains("made for another person"));
    desk.receives(GRACE, &subject.replace("0001", "0002"), "", "data protection").await;
    assert!(text(&mut desk).await.contains("made for another person"));
    desk.receives(GRACE, &subject.replace("redirect", "close"), "", "").await;
    assert!(text(&mut desk).await.contains("made for another person"));

    desk.receives(GRACE, &subject, "", "dta protection").await;
    assert!(text(&mut desk).await.contains("Did you mean data protection?"));
    desk.receives(GRACE, &subject, "", "data protection it is about a DPIA\n\nGrace").await;
    let letters = desk.new_letters().await;
    assert_eq!(letters[0].kind, "redirected");
    assert!(letters[0].text.contains("it is about a DPIA"));
    assert_eq!(state(&desk).await.name(), "redirected");

    order(&mut desk, GRACE, "[SEC-2026-0001] reopen", "").await;
    desk.receives(GRACE, &subject, "", "data protection").await;
    assert!(text(&mut desk).await.contains("The link was used before."));
    assert_eq!(state(&desk).await.name(), "in_progress");
    desk.closes().await;
}

#[tokio::test]
async fn a_link_works_for_a_week() {
    let mut desk = with_a_request().await;
    let subject = link(&mut desk, "close").await;
    desk.clock.set("2026-12-15T08:31:00Z".parse().unwrap());
    desk.receives(GRACE, &subject, "", "").await;
    assert!(text(&mut desk).await.contains("The link has expired."));
    assert_eq!(state(&desk).await, State::New);
    desk.closes().await;
}

#[tokio::test]
async fn a_replayed_command_changes_nothing() {
    let mut desk = with_a_request().await;
    let mail = |subject: &str, body: &str| {
        format!(
            "From: {GRACE}\nTo: security@example.org\nSubject: {subject}\n\
             Message-ID: <once@example.org>\n{VOUCHED}\n{body}\n"
        )
    };
    desk.receives_raw(Role::Inbox, mail("[SEC-2026-0001] close", "").as_bytes()).await;
    order(&mut desk, ADA, "[SEC-2026-0001] reopen", "").await;

    desk.receives_raw(Role::Inbox, mail("[SEC-2026-0001] close", "").as_bytes()).await;
    assert_eq!(desk.letters().await, "", "the same mail again");
    desk.receives_raw(Role::Inbox, mail("[SEC-2026-0001] close", "close").as_bytes()).await;
    assert!(desk.letters().await.starts_with("confirm to grace"), "the same id on another mail");
    assert_eq!(state(&desk).await.name(), "in_progress");
    assert_eq!(desk.outcomes().await, "command 3, duplicate 1, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn a_dispute_is_not_decided_by_the_one_whose_decision_is_disputed() {
    let mut desk = with_a_request().await;
    desk.receives(GRACE, "[SEC-2026-0001] redirect data protection", VOUCHED, "").await;
    let redirect = desk.new_letters().await.remove(0);
    let reply = format!("In-Reply-To: <{}>\n", redirect.message_id);
    let body = "I disagree with your decision to send us away. Please look at it again.";
    desk.receives("pat@requests.example", "Re: Passports", &reply, body).await;
    assert_eq!(state(&desk).await.name(), "disputed");
    desk.letters().await;

    for verb in ["close", "assign me", "reply no", "redirect data protection", "spam", "assign Ada"]
    {
        desk.receives(GRACE, &format!("[SEC-2026-0001] {verb}"), VOUCHED, "").await;
        assert!(text(&mut desk).await.contains("another consultant"), "{verb}");
        assert_eq!(state(&desk).await.name(), "disputed", "{verb}");
    }
    order(&mut desk, ADA, "[SEC-2026-0001] assign Grace", "").await;
    assert_eq!(state(&desk).await.name(), "disputed");
    order(&mut desk, ADA, "[SEC-2026-0001] assign me", "").await;
    order(&mut desk, GRACE, "[SEC-2026-0001] close", "").await;
    assert_eq!(
        state(&desk).await.name(),
        "assigned",
        "taken by Ada, still not for Grace to decide"
    );
    order(&mut desk, ADA, "[SEC-2026-0001] reply you are right", "").await;
    order(&mut desk, GRACE, "[SEC-2026-0001] close", "").await;
    assert_eq!(state(&desk).await.name(), "closed");
    desk.closes().await;
}

#[tokio::test]
async fn help_is_sent_to_whoever_is_on_the_roster() {
    let mut desk = with_a_request().await;
    desk.receives(GRACE, "help", "", "").await;
    insta::assert_snapshot!(desk.new_letters().await[0].text);
    desk.closes().await;
}
