//! Attacks on the desk by mail, a row each: what is tried, what the mail becomes, and which letters
//! follow. None changes a request, and none is explained to the forger. `docs/attacks.md` tells the
//! same in words.

mod hidden;
mod keys;

use mailtriage::mail;
use mailtriage::store::folders::Role;
use mailtriage::triage::State;

use crate::support::scenario::{SETTINGS, Scenario};

const GRACE: &str = "Grace Okafor <grace@example.org>";
const VOUCHED: &str =
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.org\n";
const FAILED: &str = "Authentication-Results: mx.example.org; dmarc=fail header.from=example.org\n";
const CLOSE: &str = "[SEC-2026-0001] close";

/// What follows from a row: the outcome, and the letters as `kind to whom`.
const CONFIRM: &str = "confirm to grace@example.org";
const EXPLAINED: &str = "transcript to grace@example.org";

struct Attack {
    name: &'static str,
    mail: String,
    outcome: &'static str,
    letters: String,
    /// Words in the last letter.
    told: &'static str,
}

/// A mail from `from` to the desk with more header lines.
fn mail_from(from: &str, more: &str, subject: &str, body: &str) -> String {
    format!("From: {from}\nTo: security@example.org\nSubject: {subject}\n{more}\n{body}\n")
}

fn refused(name: &'static str, mail: String) -> Attack {
    Attack { name, mail, outcome: "command", letters: CONFIRM.to_owned(), told: "" }
}

/// The mail is no command at all: its sender is nobody on the roster.
fn strangers(name: &'static str, mail: String, address: &str) -> Attack {
    let letters = format!("acknowledgement to {address}");
    Attack { name, mail, outcome: "request", letters, told: "" }
}

/// The mail is the consultant's own, and what somebody hid in it is no command.
fn unheard(name: &'static str, mail: String) -> Attack {
    let told = "no command";
    Attack { name, mail, outcome: "command", letters: EXPLAINED.to_owned(), told }
}

/// The shipped desk without limits, which have tests of their own. Grace had another address.
async fn desk() -> Scenario {
    let settings = SETTINGS
        .replace("letters_a_day = 6", "letters_a_day = 1000")
        .replace("provoked_an_hour = 20", "provoked_an_hour = 1000")
        .replace(
            "address = \"grace@example.org\"",
            "address = \"grace@example.org\"\nformer_addresses = [\"grace@old.example\"]",
        );
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    let ask = "1. The Passport Office\n4. Advice";
    desk.receives("Pat <pat@requests.example>", "Passports", "", ask).await;
    desk.receives("Bob <bob@requests.example>", "close", "", ask).await;
    desk.letters().await;
    desk
}

/// Makes each attack in turn. Refused attacks leave nothing behind, so one desk serves for all.
async fn repel(desk: &mut Scenario, attacks: Vec<Attack>) {
    for (number, attack) in attacks.into_iter().enumerate() {
        let name = attack.name;
        let id = format!("Message-ID: <{number}.{}@attacks.example>\n", name.replace(' ', "-"));
        let has_id = attack.mail.to_lowercase().contains("message-id:");
        let raw = if has_id { attack.mail } else { format!("{id}{}", attack.mail) };
        desk.receives_raw(Role::Inbox, raw.as_bytes()).await;

        let outcome = "SELECT outcome FROM inbound ORDER BY inbound_id DESC LIMIT 1";
        assert_eq!(desk.finds(outcome).await, attack.outcome, "{name}");
        let because = "SELECT because FROM inbound ORDER BY inbound_id DESC LIMIT 1";
        assert!(!desk.finds(because).await.is_empty(), "{name}: recorded with its reason");
        let written = desk.new_letters().await;
        let letters: Vec<String> = written
            .iter()
            .map(|letter| format!("{} to {}", letter.kind, letter.recipient))
            .collect();
        assert_eq!(letters.join(", "), attack.letters, "{name}");
        let text = written.last().map_or("", |letter| letter.text.as_str());
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.to_lowercase().contains(attack.told), "{name}: {text}");
        for letter in &written {
            assert_one_recipient(&letter.raw, &letter.recipient, name);
        }
        for reference in ["SEC-2026-0001", "SEC-2026-0002"] {
            let request = desk.request(reference).await;
            assert_eq!(request.state, State::New, "{name}");
            assert!(request.owed.is_some(), "{name}: the reply is still owed");
        }
    }
}

fn assert_one_recipient(raw: &[u8], recipient: &str, name: &str) {
    let read = mail::read(raw);
    let to: Vec<&str> = read.to.iter().map(|person| person.address.as_str()).collect();
    assert_eq!(to, [recipient], "{name}");
    assert!(read.cc.is_empty(), "{name}");
    let head = String::from_utf8_lossy(raw).to_lowercase();
    let head = head.split("\r\n\r\n").next().unwrap();
    assert!(!head.contains("\nbcc:"), "{name}: {head}");
}

#[tokio::test]
async fn senders_who_only_look_like_a_consultant() {
    let pass = |domain: &str| {
        format!("Authentication-Results: mx.example.org; dmarc=pass header.from={domain}\n")
    };
    let evil = pass("evil.example");
    let eve = "eve@evil.example";
    let (homoglyph, longer) = ("grace@xn--exmple-4nf.org", "grace@example.org.evil.example");
    let (below, rex) = ("grace@mail.example.org", "rex@example.org");
    let named = format!("\"grace@example.org\" <{eve}>");
    let encoded = format!("=?utf-8?q?Grace_=3Cgrace=40example=2Eorg=3E?= <{eve}>");
    // What it is, From, further headers, and who the stranger is.
    let rows = [
        ("a homoglyph", homoglyph, pass("xn--exmple-4nf.org"), homoglyph),
        ("a longer domain", longer, evil.clone(), longer),
        ("a sub-domain", below, pass("mail.example.org"), below),
        ("a display name that is an address", &named, evil.clone(), eve),
        ("a display name in an encoded word", &encoded, evil.clone(), eve),
        ("a Sender on the roster", eve, format!("{evil}Sender: {GRACE}\n"), eve),
        ("a Reply-To on the roster", eve, format!("{evil}Reply-To: {GRACE}\n"), eve),
        ("a removed consultant", rex, VOUCHED.to_owned(), rex),
        ("a stranger who orders", eve, evil.clone(), eve),
    ];
    let attacks = rows.into_iter().map(|(name, from, more, who)| {
        strangers(name, mail_from(from, &more, CLOSE, "close"), who)
    });
    let mut desk = desk().await;
    repel(&mut desk, attacks.collect()).await;
    desk.closes().await;
}

#[tokio::test]
async fn senders_of_whom_nothing_is_proven() {
    let evil = "eve@evil.example";
    let both = format!("{GRACE}, {evil}");
    let ids = "Message-ID: <a@example.org>\nMessage-ID: <b@example.org>\n";
    let rows = [
        ("no proof at all", GRACE, String::new()),
        ("a former address", "grace@old.example", String::new()),
        ("an encoded word alone", "=?utf-8?q?Grace_=3Cgrace=40example=2Eorg=3E?=", String::new()),
        ("answers go elsewhere", GRACE, format!("{FAILED}Reply-To: {evil}\nSender: {evil}\n")),
        ("two From headers", GRACE, format!("{VOUCHED}From: bob@example.org\n")),
        ("From names two people", &both, VOUCHED.to_owned()),
        ("a subject above a signed one", GRACE, format!("{VOUCHED}Subject: Lunch\n")),
        ("a second Message-ID", GRACE, format!("{VOUCHED}{ids}")),
    ];
    let mut attacks: Vec<Attack> = rows
        .into_iter()
        .map(|(name, from, more)| refused(name, mail_from(from, &more, CLOSE, "")))
        .collect();
    let sent_on = mail_from(GRACE, VOUCHED, CLOSE, "");
    let sent_on = sent_on.replace("To: security@example.org", "To: eve@evil.example");
    attacks.push(refused("a signed mail to others, sent on", sent_on));
    let mut desk = desk().await;
    repel(&mut desk, attacks).await;
    desk.closes().await;
}

#[tokio::test]
async fn requesters_do_not_order_and_nobody_replies_in_the_name_of_the_team() {
    let answer = |from: &str| {
        format!(
            "From: {from}\nTo: pat@requests.example\nCc: security@example.org\n\
             Subject: Re: [SEC-2026-0001] Passports\n\nSorted.\n"
        )
    };
    let more = "Authentication-Results: mx.example.org; dmarc=pass header.from=requests.example\n";
    let attacks = vec![
        Attack {
            name: "the requester orders",
            outcome: "follow_up",
            letters: String::new(),
            told: "",
            mail: mail_from("pat@requests.example", more, &format!("Re: {CLOSE}"), "close"),
        },
        Attack {
            name: "a mail in a consultant's name to the requester",
            outcome: "team_reply",
            letters: EXPLAINED.to_owned(),
            told: "the reply is still owed",
            mail: answer(GRACE),
        },
        Attack {
            name: "a mail in the desk's name to the requester",
            outcome: "team_reply",
            letters: String::new(),
            told: "",
            mail: answer("security@example.org"),
        },
    ];
    let mut desk = desk().await;
    repel(&mut desk, attacks).await;
    desk.closes().await;
}

/// What headers say that were forged, or that say nothing of the sender.
const UNPROVEN: [(&str, &str); 12] = [
    ("of another server", "mx.evil.example; dmarc=pass header.from=example.org"),
    ("of a longer name", "mx.example.org.evil.example; dmarc=pass header.from=example.org"),
    ("in a comment", "mx.example.org; spf=pass (x;\n dmarc=pass header.from=example.org) x=y"),
    (
        "in quotes",
        "mx.example.org; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=example.org\"",
    ),
    ("said twice", "mx.example.org; dmarc=pass header.from=evil.example header.from=example.org"),
    ("DKIM of another domain", "mx.example.org; dkim=pass header.d=evil.example"),
    ("DKIM of a longer domain", "mx.example.org; dkim=pass header.d=notexample.org"),
    ("DKIM of all", "mx.example.org; dkim=pass header.d=org"),
    (
        "DKIM aligned, DMARC failed",
        "mx.example.org; dkim=pass header.d=example.org; dmarc=fail header.from=example.org",
    ),
    ("SPF alone", "mx.example.org; spf=pass smtp.mailfrom=grace@example.org"),
    ("DMARC of another domain", "mx.example.org; dmarc=pass header.from=evil.example"),
    ("no server's name", "dmarc=pass header.from=example.org"),
];

#[tokio::test]
async fn results_of_authentication_that_prove_nothing() {
    let results = |value: &str| format!("Authentication-Results: {value}\n");
    let forged = |name, more: &str| refused(name, mail_from(GRACE, more, CLOSE, ""));
    let part = format!(
        "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n\n--x\n\
         Content-Type: message/rfc822\n\nFrom: {GRACE}\n{VOUCHED}Subject: {CLOSE}\n\nclose\n--x--"
    );
    let elsewhere = results("mx.evil.example; dmarc=pass header.from=example.org");
    let mut attacks = vec![
        forged("below that of the trusted server", &format!("{FAILED}{VOUCHED}")),
        forged("of another server, above", &format!("{elsewhere}{FAILED}")),
        forged("in a forwarded part", &part),
        forged("under another header", &format!("X-{VOUCHED}")),
    ];
    attacks.extend(UNPROVEN.map(|(name, value)| forged(name, &results(value))));
    let mut desk = desk().await;
    repel(&mut desk, attacks).await;

    // The honest ones count, however they are written.
    for (number, value) in [
        "MX.Example.org 1; DMARC=Pass (p=none)\n header.from=Example.ORG",
        "mx.example.org (a (nested) comment); dkim=pass header.d=example.org header.s=a",
    ]
    .into_iter()
    .enumerate()
    {
        let id = format!("{}Message-ID: <honest-{number}@example.org>\n", results(value));
        let raw = mail_from(GRACE, &id, "[SEC-2026-0001] note seen", "");
        desk.receives_raw(Role::Inbox, raw.as_bytes()).await;
        assert!(desk.new_letters().await[0].text.contains("Noted"), "{value}");
    }
    desk.closes().await;
}
