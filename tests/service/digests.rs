//! The digest, told as stories: who is shown what, what the links in it do, what the chart counts.

use mailtriage::mail::html_part;
use mailtriage::store::folders::Role;
use mailtriage::store::ledger::Letter;

use crate::support::scenario::{SETTINGS, Scenario};

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";
const DOORS: &str = "The keypad on the door of our building is broken and the guards cannot close the gate. \
     Please send new door codes and repair the keypad on the door.";
const GRACE: &str = "grace@example.org";
const ADA: &str = "ada@example.org";

/// The example's settings, with these lines for Ada and these for Grace.
fn roster(ada: &str, grace: &str) -> String {
    let with = |text: String, address: &str, more: &str| {
        let line = format!("address = \"{address}\"\n");
        assert!(text.contains(&line));
        text.replacen(&line, &format!("{line}{more}\n"), 1)
    };
    with(with(SETTINGS.to_owned(), ADA, ada), GRACE, grace)
}

/// What each recipient of a digest is told to be new, such as `ada 2, grace 1`.
async fn digests(desk: &mut Scenario, at: &str) -> String {
    desk.comes_to(at).await;
    let letters = desk.new_letters().await;
    let shown = letters.iter().filter(|letter| letter.kind == "digest").map(|letter| {
        let (_, rest) = letter.text.split_once("New: ").unwrap();
        let new = rest.split('.').next().unwrap();
        format!("{} {new}", letter.recipient.split('@').next().unwrap())
    });
    shown.collect::<Vec<_>>().join(", ")
}

async fn asks(desk: &mut Scenario, at: &str, subject: &str) {
    desk.is(at);
    desk.receives("pat@requests.example", subject, "", ASKS).await;
}

#[tokio::test]
async fn each_consultant_is_shown_what_no_digest_has_shown_them() {
    let settings = roster(
        "absent = [{from = \"2026-12-09\", to = \"2026-12-10\"}]",
        "working_days = [\"mon\", \"wed\"]",
    );
    let mut desk = Scenario::opens_with("2026-12-07 08:00", &settings).await;
    asks(&mut desk, "2026-12-07 08:10", "Passports").await;
    assert_eq!(digests(&mut desk, "2026-12-07 08:30").await, "ada 1, grace 1");
    asks(&mut desk, "2026-12-07 12:00", "Visas").await;
    assert_eq!(digests(&mut desk, "2026-12-08 08:30").await, "ada 1", "Grace is not at work");
    asks(&mut desk, "2026-12-08 12:00", "Prisons").await;
    assert_eq!(digests(&mut desk, "2026-12-09 08:30").await, "grace 2", "Ada is away");
    // Nobody works on Thursday: somebody sees it all the same.
    assert_eq!(digests(&mut desk, "2026-12-10 08:30").await, "duty 3");
    assert_eq!(digests(&mut desk, "2026-12-11 08:30").await, "ada 1");
    assert_eq!(digests(&mut desk, "2026-12-14 08:30").await, "ada 0, grace 0");
    desk.closes().await;
}

#[tokio::test]
async fn who_reads_without_being_on_the_roster_gets_no_links() {
    let settings = roster("absent = [{from = \"2026-12-08\", to = \"2026-12-08\"}]", "")
        .replace("[[consultants]]\nname = \"Grace Okafor\"\naddress = \"grace@example.org\"\n", "")
        .replace("reference_prefix", "fallback = \"office@example.org\"\nreference_prefix");
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    asks(&mut desk, "2026-12-07 10:00", "Passports").await;
    desk.letters().await;
    desk.comes_to("2026-12-08 08:30").await;
    let letters = desk.new_letters().await;
    assert_eq!(letters[0].recipient, "office@example.org");
    let html = html_part(&letters[0].raw).unwrap();
    assert!(html.contains("SEC-2026-0001") && !html.contains("key-"), "{html}");
    assert!(!letters[0].text.contains("assign me"), "{}", letters[0].text);
    desk.closes().await;
}

/// Each request stands in one section; a milestone before the deadline comes first and is flagged.
#[tokio::test]
async fn the_sections_of_a_morning() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for subject in ["Late", "Today", "Taken", "Asked", "Moving"] {
        desk.receives("pat@requests.example", subject, "", ASKS).await;
    }
    desk.is("2026-12-08 10:00");
    desk.receives("pat@requests.example", "Near", "", "4. Advice\n6. 10 December 2026").await;
    let vouched = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
    for (subject, body) in [
        ("[SEC-2026-0003] assign ada", ""),
        ("[SEC-2026-0004] ask", "Which one?"),
        ("[SEC-2026-0005] reply", "We have begun."),
    ] {
        desk.receives(GRACE, subject, vouched, body).await;
    }
    desk.comes_to("2026-12-09 08:30").await;
    asks(&mut desk, "2026-12-09 12:00", "Unhurried").await;
    desk.receives("pat@requests.example", "Soon", "", "4. Advice\n6. 10 December 2026").await;
    desk.new_letters().await;

    desk.comes_to("2026-12-10 08:30").await;
    let mut letters = desk.new_letters().await;
    letters.retain(|letter| letter.recipient == GRACE);
    let text = &letters.iter().find(|letter| letter.kind == "digest").unwrap().text;
    let shown = text.lines().filter(|line| {
        line.starts_with("SEC-") || line.ends_with(')') && line.to_uppercase() == **line
    });
    let shown: Vec<&str> = shown.map(|line| line.split(": ").next().unwrap()).collect();
    insta::assert_snapshot!(shown.join("\n"), @r"
    OVERDUE (2)
    SEC-2026-0001
    SEC-2026-0002
    DUE TODAY (1)
    SEC-2026-0006
    NEW SINCE YOUR LAST DIGEST (2)
    SEC-2026-0008 (new)
    SEC-2026-0007 (new)
    IN PROGRESS WITH YOU (1)
    SEC-2026-0005
    WAITING FOR THE REQUESTER (1)
    SEC-2026-0004
    ASSIGNED, REQUESTER NOT YET CONTACTED (1)
    SEC-2026-0003
    ");
    assert_eq!(text.matches("(milestone before our deadline)").count(), 1, "{text}");
    assert!(
        text.contains("Answers: 2 of 6. Open: who it is for, importance, consequence, skills.")
    );
    desk.closes().await;
}

/// Subject and body of the mail that a link in Grace's newest digest begins.
fn tapped(letters: &[Letter], verb: &str) -> (String, String) {
    let digest = letters.iter().rfind(|letter| letter.recipient == GRACE).unwrap();
    let html = html_part(&digest.raw).unwrap().replace("&amp;", "&").replace("&#x2f;", "/");
    let start = format!("?subject=%5BSEC-2026-0001%5D%20{verb}");
    let (_, rest) = html.split_once(&start).expect("a link");
    let link = format!("[SEC-2026-0001] {verb}{}", rest.split('"').next().unwrap());
    let (subject, body) = link.split_once("&body=").unwrap_or((&link, ""));
    (decoded(subject), decoded(body))
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(code, 16).unwrap());
        bytes.extend(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap().replace("\r\n", "\n")
}

/// A desk with one request, and Grace's digest with it.
async fn morning(body: &str) -> (Scenario, Vec<Letter>) {
    morning_with(SETTINGS, body).await
}

async fn morning_with(settings: &str, body: &str) -> (Scenario, Vec<Letter>) {
    let mut desk = Scenario::opens_with("2026-12-07 10:00", settings).await;
    desk.receives("Pat <pat@requests.example>", "Our request", "", body).await;
    desk.comes_to("2026-12-08 08:30").await;
    let letters = desk.new_letters().await;
    (desk, letters)
}

#[tokio::test]
async fn links_may_be_sent_as_they_stand_or_say_what_is_missing() {
    let (mut desk, letters) = morning(ASKS).await;

    let (subject, body) = tapped(&letters, "assign%20key");
    desk.receives(GRACE, &subject, "", &body).await;
    let refused = desk.new_letters().await.pop().unwrap();
    assert!(refused.text.contains("Not done: assign\n"), "{}", refused.text);
    assert!(refused.text.contains("There are: Ada Byron"), "{}", refused.text);
    // The link was not used up by that.
    desk.receives(GRACE, &subject, "", &body.replacen("NAME", "Ada", 1)).await;
    assert!(desk.letters().await.contains("assignment to ada@example.org"));

    // Both links that assign share one key: one letter assigns a request once.
    let (subject, body) = tapped(&letters, "assign%20me");
    assert_eq!(body, "Send this mail as it stands to take SEC-2026-0001.");
    desk.receives(GRACE, &subject, "", &body).await;
    assert!(desk.letters().await.starts_with("confirm to grace@example.org"));
    desk.comes_to("2026-12-09 08:30").await;
    let next = desk.new_letters().await;
    let (subject, body) = tapped(&next, "assign%20me");
    desk.receives(GRACE, &subject, "", &body).await;
    assert!(desk.letters().await.contains("consultant_named to pat@requests.example"));

    let (subject, body) = tapped(&letters, "ask");
    desk.receives(GRACE, &subject, "", &body).await;
    let asked = desk.new_letters().await.remove(0);
    assert_eq!(asked.kind, "asked");
    assert!(asked.text.contains("- Why is the work important?"), "{}", asked.text);
    assert!(!asked.text.contains("Who is the work for?"), "that is answered: {}", asked.text);

    let (subject, body) = tapped(&letters, "close");
    desk.receives(GRACE, &subject, "", &body).await;
    let closed = desk.new_letters().await.remove(0);
    assert!(closed.text.contains("We have done what you asked for."), "{}", closed.text);
    assert_eq!(desk.outcomes().await, "command 6, request 1");
    desk.closes().await;
}

#[tokio::test]
async fn the_redirect_link_names_the_suggested_team_and_the_reason() {
    let (mut desk, letters) = morning(DOORS).await;
    let digest = letters.iter().rfind(|letter| letter.recipient == GRACE).unwrap();
    let text = digest.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("Suggested team: physical security, because it is about doors"),
        "{text}"
    );
    let (subject, body) = tapped(&letters, "redirect");
    desk.receives(GRACE, &subject, "", &body).await;
    let letter = desk.new_letters().await.remove(0);
    assert_eq!(letter.kind, "redirected");
    assert!(letter.text.contains("it is about doors, buildings and guards\n"), "{}", letter.text);
    assert!(letter.text.contains("physicalsecurity@example.org"), "{}", letter.text);
    desk.closes().await;
}

#[tokio::test]
async fn a_team_that_takes_no_requests_on_the_day_of_the_digest_is_not_suggested() {
    let name = "name = \"physical security\"\n";
    assert!(SETTINGS.contains(name));
    for (last_day, is_suggested) in [("2026-12-07", false), ("2026-12-08", true)] {
        let ends = format!("{name}valid_to = \"{last_day}\"\ninstead = \"incident\"\n");
        let (desk, letters) = morning_with(&SETTINGS.replacen(name, &ends, 1), DOORS).await;
        let digest = letters.iter().rfind(|letter| letter.recipient == GRACE).unwrap();
        let raw = String::from_utf8_lossy(&digest.raw);
        let body = html_part(&digest.raw).unwrap_or_else(|| raw.into_owned());
        assert_eq!(
            body.contains(">Redirect to physical security<"),
            is_suggested,
            "until {last_day}"
        );
        desk.closes().await;
    }
}

/// Eight requests of one Monday, due on Wednesday 9 December at 17:00, and what became of them.
#[tokio::test]
async fn the_chart_counts_promises_kept_and_missed() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for number in 1..=8 {
        desk.receives("pat@requests.example", &format!("Request {number}"), "", ASKS).await;
    }
    let vouched = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
    let story = [
        // Kept: each tells the requester something in time.
        ("2026-12-08 10:00", "[SEC-2026-0001] redirect physical security"),
        ("2026-12-08 10:00", "[SEC-2026-0002] close"),
        ("2026-12-09 16:59", "[SEC-2026-0003] assign me"),
        // Neither: no promise was owed to spam.
        ("2026-12-09 16:59", "[SEC-2026-0004] spam"),
        // A note tells nobody anything.
        ("2026-12-09 16:59", "[SEC-2026-0005] note thinking about it"),
        // Missed: on time is before close of business.
        ("2026-12-09 17:00", "[SEC-2026-0006] assign me"),
        ("2026-12-10 09:00", "[SEC-2026-0007] reply Sorry, late."),
        // The eighth is not answered at all.
    ];
    for (at, subject) in story {
        desk.is(at);
        desk.receives(GRACE, subject, vouched, "").await;
    }
    // The answer of the first is disputed: a new promise, which is not due yet.
    desk.is("2026-12-10 10:00");
    let raw = "From: pat@requests.example\nTo: security@example.org\n\
               Subject: Re: [SEC-2026-0001] Request 1\nMessage-ID: <dispute@requests.example>\n\n\
               I disagree with your decision to redirect this. Please look at it again.\n";
    desk.receives_raw(Role::Inbox, raw.as_bytes()).await;
    assert_eq!(desk.request("SEC-2026-0001").await.state.name(), "disputed");
    desk.new_letters().await;

    desk.comes_to("2026-12-11 08:30").await;
    let text = desk.new_letters().await.pop().unwrap().text;
    let chart: Vec<&str> = text.lines().filter(|line| line.starts_with("- week of")).collect();
    assert_eq!(chart.len(), 8, "{text}");
    assert_eq!(chart[7], "- week of 7 December: 3 kept, 4 missed");
    assert_eq!(chart[0], "- week of 19 October: nothing was due");
    assert!(text.contains("Kept: 3. Missed: 4."), "{text}");

    // The dispute is due on Monday: it stands among what is due and is counted as a dispute.
    desk.comes_to("2026-12-14 08:30").await;
    let text = desk.new_letters().await.pop().unwrap().text;
    assert!(text.contains("Due today: 1. Disputed: 1."), "{text}");

    desk.comes_to("2026-12-18 08:30").await;
    let text = desk.new_letters().await.pop().unwrap().text;
    assert!(text.contains("week of 7 December: 3 kept, 4 missed"), "{text}");
    assert!(text.contains("week of 14 December: 0 kept, 1 missed"), "the dispute: {text}");
    desk.closes().await;
}

/// A hundred thousand old promises, and a few of the last eight weeks: the cost goes by the few.
#[tokio::test]
async fn the_chart_is_found_by_an_index() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    asks(&mut desk, "2026-12-07 10:00", "Passports").await;
    desk.meddles(
        "INSERT INTO promises (request_id, due_on, due_at, kept)
         SELECT 1, date '2020-01-01' + n % 2000, timestamptz '2020-01-01' + n % 2000 * interval '1 day',
                n % 7 <> 0
         FROM generate_series(1, 100000) AS n",
    )
    .await;
    desk.meddles("ANALYZE promises").await;
    let plan = desk
        .finds("EXPLAIN SELECT count(*) FILTER (WHERE kept) FROM promises WHERE due_on >= '2026-10-19'")
        .await;
    assert!(plan.contains("promises_due_idx"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
    desk.closes().await;
}
