//! What letters carry: files of consultants, and the mail that is handed over.

use std::sync::Arc;

use crate::support::scenario::Scenario;

const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const GRACE: &str = "Grace Okafor <grace@example.org>";
const PAT: &str = "Pat <pat@requests.example>";

async fn with_a_request() -> Scenario {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives(PAT, "Passports", "", "1. The Passport Office").await;
    desk.letters().await;
    desk
}

/// The settings of the example, with these lines for the team `physical security`.
fn with_team(desk: &mut Scenario, change: impl FnOnce(&mut mailtriage::triage::Policy)) {
    let mut rules = (*desk.desk.rules).clone();
    change(&mut rules.policy);
    let rules = Arc::new(rules);
    desk.uses(rules);
}

fn hands_over(policy: &mut mailtriage::triage::Policy) {
    let team = policy.teams.iter_mut().find(|team| team.name == "physical security").unwrap();
    team.address = Some(address("doors@estates.example"));
    team.former_addresses = vec![address("locks@estates.example")];
    team.send_original = true;
}

fn address(text: &str) -> mailtriage::mail::EmailAddress {
    mailtriage::mail::EmailAddress::parse(text).unwrap()
}

/// A reply with a plan and a film.
async fn replies_with_files(desk: &mut Scenario, film: &str) {
    let more = format!("{VOUCHED}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n");
    let body = format!(
        "--x\nContent-Type: text/plain\n\nreply See the plan.\n--x\n\
         Content-Type: application/pdf; name=plan.pdf\n\
         Content-Disposition: attachment; filename=plan.pdf\n\n%PDF\n--x\n\
         Content-Type: video/mp4; name=film.mp4\n\
         Content-Disposition: attachment; filename=film.mp4\n\n{film}\n--x--"
    );
    desk.receives(GRACE, "Re: [SEC-2026-0001] Passports", &more, &body).await;
}

#[tokio::test]
async fn the_files_of_a_reply_go_to_the_requester_as_far_as_they_fit() {
    let mut desk = with_a_request().await;
    with_team(&mut desk, |policy| policy.limits.enclosed_mb = 1);
    replies_with_files(&mut desk, &"frame ".repeat(200_000)).await;
    let letters = desk.new_letters().await;
    assert!(letters[0].text.contains("Attached: plan.pdf"), "{}", letters[0].text);
    let reply = mailtriage::mail::read(&letters[0].raw);
    let names: Vec<_> = reply.attachments.iter().filter_map(|file| file.name.as_deref()).collect();
    assert_eq!(names, ["plan.pdf"]);
    assert_eq!(mailtriage::mail::files(&letters[0].raw)[0].content, b"%PDF");
    let transcript = &letters[1].text;
    assert!(transcript.contains("Passed on: plan.pdf."), "{transcript}");
    assert!(transcript.contains("because 1 MB is the most: film.mp4."), "{transcript}");
    desk.closes().await;
}

#[tokio::test]
async fn a_redirect_hands_the_original_over_when_the_settings_say_so() {
    let mut desk = with_a_request().await;
    with_team(&mut desk, hands_over);
    desk.receives(GRACE, "[SEC-2026-0001] redirect physical security doors", VOUCHED, "").await;
    let letters = desk.new_letters().await;
    assert!(letters[0].text.contains("We have sent them your mail"), "{}", letters[0].text);
    assert_eq!(letters[1].recipient, "doors@estates.example");
    insta::assert_snapshot!(letters[1].text);
    let raw = String::from_utf8(letters[1].raw.clone()).unwrap();
    assert!(raw.contains("Content-Type: message/rfc822"), "{raw}");
    assert!(raw.contains("Message-ID: <mail-1@test.example>"), "{raw}");
    assert!(letters[2].text.contains("They get the original mail"), "{}", letters[2].text);
    desk.closes().await;
}

#[tokio::test]
async fn of_a_mail_that_is_too_large_only_the_headers_are_handed_over() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n";
    let plan = "bG9uZyBsb25nIGxvbmcg\n".repeat(100_000);
    let body = format!(
        "--x\nContent-Type: text/plain\n\n4. Advice\n--x\nContent-Type: application/pdf\n\
         Content-Transfer-Encoding: base64\n\n{plan}\n--x--"
    );
    desk.receives(PAT, "Doors", more, &body).await;
    desk.letters().await;
    with_team(&mut desk, |policy| {
        hands_over(policy);
        policy.limits.enclosed_mb = 1;
    });
    desk.receives(GRACE, "[SEC-2026-0001] redirect physical security", VOUCHED, "").await;
    let letter = desk.new_letters().await.remove(1);
    assert!(letter.text.contains("the headers of the original mail"), "{}", letter.text);
    let raw = String::from_utf8(letter.raw).unwrap();
    assert!(raw.contains("text/rfc822-headers") && !raw.contains("bG9uZy"));
    desk.closes().await;
}

#[tokio::test]
async fn what_the_other_team_writes_reaches_the_consultant_and_opens_nothing() {
    let mut desk = with_a_request().await;
    with_team(&mut desk, hands_over);
    desk.receives(GRACE, "[SEC-2026-0001] redirect physical security", VOUCHED, "").await;
    let letter = desk.new_letters().await.remove(1);
    let thread = format!("In-Reply-To: <{}>\n", letter.message_id);
    for from in ["doors@estates.example", "Old desk <LOCKS@estates.example>"] {
        desk.receives(from, "Re: A request", &thread, "1. Which door is it?").await;
        assert_eq!(
            desk.letters().await.replace("Old desk", "doors@estates.example"),
            "follow_up to grace@example.org: [SEC-2026-0001] doors@estates.example wrote: Passports\n"
        );
    }
    let request = desk.request("SEC-2026-0001").await;
    assert_eq!(request.state.name(), "redirected");
    assert!(request.owed.is_none());
    assert_eq!(desk.outcomes().await, "command 1, follow_up 2, request 1");

    desk.receives("doors@estates.example", "A question of our own", "", "4. Advice").await;
    assert_eq!(desk.request("SEC-2026-0002").await.state.name(), "new");
    desk.closes().await;
}

#[tokio::test]
async fn nobody_is_sent_to_a_team_that_is_no_more() {
    let mut desk = with_a_request().await;
    with_team(&mut desk, |policy| {
        for team in &mut policy.teams {
            match team.name.as_str() {
                "physical security" => {
                    team.valid_to = Some("2026-12-06".parse().unwrap());
                    team.instead = Some("incident".to_owned());
                }
                "personnel security" => team.valid_from = Some("2026-12-08".parse().unwrap()),
                "data protection" => team.valid_to = Some("2026-12-07".parse().unwrap()),
                _ => {}
            }
        }
    });
    for (team, expected) in [
        (
            "physical security",
            "has taken no requests since 6 December 2026. Send them to incident instead: redirect incident",
        ),
        (
            "personnel security",
            "takes requests from 8 December 2026 on. There are: incident, data protection.",
        ),
    ] {
        desk.receives(GRACE, &format!("[SEC-2026-0001] redirect {team}"), VOUCHED, "").await;
        let text = desk.new_letters().await.pop().unwrap().text;
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(expected), "{text}");
        assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "new");
    }
    desk.receives(GRACE, "[SEC-2026-0001] redirect data protection", VOUCHED, "").await;
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "redirected", "its last day");
    desk.closes().await;
}
