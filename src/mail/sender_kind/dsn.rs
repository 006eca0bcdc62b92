//! Delivery status reports: RFC 3464 where a mail server keeps it, and the older kinds in prose.

use super::super::bytes::headers::Headers;
use super::super::text::phrases::{List, list, plain};
use super::super::text::searched::{Searched, count};
use super::super::{EmailAddress, MessageId};
use super::{Bounce, BounceAction, Evidence, wording};
use crate::mail::message::OWN_MARK;

pub(super) fn read(evidence: &Evidence<'_>) -> Option<Bounce> {
    let original = evidence.content.original.as_ref();
    if let Some(status) = &evidence.content.delivery_status {
        let mut bounce = read_fields(status);
        bounce.original_message_id = original_id(evidence, original);
        bounce.original_token = token(original);
        let diagnosed = bounce.status.is_none();
        if diagnosed {
            bounce.status = status_code(evidence.text);
        }
        return Some(bounce);
    }
    let why = prose_rule(evidence)?;
    Some(Bounce {
        why,
        action: action_in_prose(evidence),
        status: status_code(evidence.text),
        recipient: recipient_in_prose(evidence),
        original_message_id: original_id(evidence, original).or_else(|| id_in_prose(evidence.text)),
        original_token: token(original),
    })
}

/// The groups of fields, one for the report and one for each recipient. The worst news counts.
fn read_fields(status: &str) -> Bounce {
    let mut found: Option<Bounce> = None;
    for group in status.split("\n\n") {
        let (fields, _) = Headers::split(group.trim_start().as_bytes());
        let Some(action) = fields.first("action").and_then(action) else { continue };
        let bounce = Bounce {
            why: "multipart/report: delivery-status".to_owned(),
            action,
            status: fields
                .first("status")
                .and_then(status_code)
                .or_else(|| fields.first("diagnostic-code").and_then(status_code)),
            recipient: ["final-recipient", "original-recipient", "x-actual-recipient"]
                .iter()
                .filter_map(|name| fields.first(name))
                .find_map(typed_address),
            original_message_id: None,
            original_token: None,
        };
        let is_worse = found.as_ref().is_none_or(|found| weight(action) > weight(found.action));
        if is_worse {
            found = Some(bounce);
        }
    }
    found.unwrap_or_else(|| Bounce {
        why: "multipart/report: delivery-status".to_owned(),
        action: BounceAction::Failed,
        status: status_code(status),
        recipient: address_in(status),
        original_message_id: None,
        original_token: None,
    })
}

fn token(original: Option<&Headers>) -> Option<String> {
    original?.first(OWN_MARK).map(str::to_owned)
}

fn action(value: &str) -> Option<BounceAction> {
    let word = value.split([' ', '(', ';']).next().unwrap_or_default().to_ascii_lowercase();
    match word.as_str() {
        "failed" | "failure" => Some(BounceAction::Failed),
        "delayed" => Some(BounceAction::Delayed),
        "delivered" => Some(BounceAction::Delivered),
        "relayed" => Some(BounceAction::Relayed),
        "expanded" => Some(BounceAction::Expanded),
        _ => None,
    }
}

fn weight(action: BounceAction) -> u8 {
    match action {
        BounceAction::Failed => 4,
        BounceAction::Delayed => 3,
        BounceAction::Expanded => 2,
        BounceAction::Relayed => 1,
        BounceAction::Delivered => 0,
    }
}

/// `rfc822; ada@example.org`
fn typed_address(value: &str) -> Option<EmailAddress> {
    let address = value.split_once(';').map_or(value, |(_, address)| address);
    EmailAddress::parse(address.trim().trim_matches(['<', '>', '"'])).ok()
}

/// The first enhanced status code (RFC 3463), such as `5.1.1`.
fn status_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|word| word.len() > 4).find_map(
        |word| {
            let word = word.trim_matches('.');
            let mut parts = word.split('.');
            let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
            let is_code = matches!(class, "2" | "4" | "5")
                && [subject, detail].iter().all(|part| (1..=3).contains(&part.len()))
                && parts.next().is_none();
            is_code.then(|| word.to_owned())
        },
    )
}

/// The id of the mail that was not delivered: from its copy, else from the thread of the report.
fn original_id(evidence: &Evidence<'_>, original: Option<&Headers>) -> Option<MessageId> {
    let value = original.and_then(|original| original.first("message-id"));
    let thread = ["in-reply-to", "references"].iter().find_map(|name| evidence.headers.first(name));
    let value = value.or(thread)?;
    // Of a whole thread the last id is the mail that was answered.
    let last = value.rsplit('<').next().unwrap_or(value);
    MessageId::parse(last.split('>').next().unwrap_or(last))
}

fn id_in_prose(text: &str) -> Option<MessageId> {
    text.lines().find_map(|line| {
        let (name, value) = line.trim().split_once(':')?;
        let is_id = name.eq_ignore_ascii_case("message-id") && value.contains('@');
        if is_id { MessageId::parse(value) } else { None }
    })
}

/// The rule by which a mail without report parts is a bounce: who sent it, and what it says.
fn prose_rule(evidence: &Evidence<'_>) -> Option<String> {
    if evidence.headers.has("x-failed-recipients") {
        return Some("X-Failed-Recipients".to_owned());
    }
    let content_type = evidence.header("content-type");
    let local: String = evidence.local_part().chars().filter(char::is_ascii_alphanumeric).collect();
    let is_daemon = local.starts_with("mailerdaemon") || local.starts_with("maildaemon");
    let is_postmaster = local == "postmaster" || local.starts_with("microsoftexchange");
    let is_machine = is_daemon
        || is_postmaster
        || evidence.has_null_path()
        || evidence.headers.has("x-ms-exchange-message-is-ndr")
        || evidence.header("auto-submitted").starts_with("auto-");
    let in_words =
        || reads_as_report(evidence).then(|| "the wording of a delivery report".to_owned());
    if !is_machine {
        return in_words();
    }
    if content_type.contains("report-type") && content_type.contains("delivery-status") {
        return Some("multipart/report: delivery-status".to_owned());
    }
    if evidence.headers.has("x-ms-exchange-message-is-ndr") {
        return Some("X-MS-Exchange-Message-Is-Ndr".to_owned());
    }
    let subject = evidence.subject.to_lowercase();
    if SUBJECTS.iter().any(|start| subject.starts_with(start)) {
        return Some("the subject of a delivery report".to_owned());
    }
    (is_daemon && says_undelivered(evidence.text))
        .then(|| "From: MAILER-DAEMON".to_owned())
        .or_else(in_words)
}

const SUBJECTS: [&str; 25] = [
    "undeliverable",
    "undelivered mail",
    "undeliverable mail",
    "delivery status notification",
    "delivery failure",
    "delivery has failed",
    "delivery notification",
    "delivery delayed",
    "failure notice",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery",
    "mail system error",
    "message delivery failure",
    "message could not be delivered",
    "returned mail",
    "returned to sender",
    "warning: message",
    "warning: could not send",
    "mail could not be delivered",
    "unzustellbar",
    "non remis",
    "no se puede entregar",
    "onbestelbaar",
    "ni ellir danfon",
];

/// A report from an address that could be anybody's: several of its set phrases, and no person in it.
fn reads_as_report(evidence: &Evidence<'_>) -> bool {
    static SIGNS: List = list!(
        "did not reach some or all; did not reach the following; not reach the intended; following recipient; \
            could not be delivered; couldn't be delivered; cannot be delivered; can't be delivered; was not delivered to; wasn't delivered to; couldn't deliver; could not deliver; wasn't found at; was not found at; no longer exist; not been delivered; hasn't been delivered; \
            has not reached; unable to deliver; failed to deliver; delivery has failed; delivery failed; delivery is delayed; delivery of your message; problem delivering; delivery fails; will retry; we will keep; have kept trying; kept trying; given up; returned below; is returned; returned to you; \
            can't take any; cannot accept; not accepting; mail loop; lookup of; dns error; response was; responded with; said: 5; said: 4; host unknown; domain not found; address not found; no longer accepts; \
            permanent fatal; permanent error; \
            undeliverable; refused by the recipient; rejected by the recipient; was rejected by; was refused by; no further attempt; \
            will be retried; will continue to be attempted; will keep trying; warning message only; not need to resend; do not need to send it again; \
            reason: ; mail system at; diagnostic; remote server; user unknown; mailbox full; mailbox is full; over quota; mailbox unavailable; \
            no such user; does not exist; nicht zugestellt; nicht zustellbar; unzustellbar; konnte nicht; zustellversuch; postfach; empfängers; pas pu être remis; échec de la remise; \
            no se ha podido entregar; non è stato possibile; kon niet worden; kunde inte levereras; kunne ikke leveres; ni ellid danfon"
    );
    let own = evidence.subject_and_words;
    let own_signs = count(own, SIGNS);
    if own_signs == 0 {
        return false;
    }
    // What a report says of one recipient may look like the quote of a mail.
    let signs = if own_signs >= 2 {
        let whole = plain(evidence.text);
        count(&Searched::new(&whole), SIGNS) + usize::from(status_code(&whole).is_some())
    } else {
        own_signs + usize::from(status_code(own.text).is_some())
    };
    if signs < 2 {
        return false;
    }
    let local = evidence.local_part();
    let is_daemon = ["daemon", "mailer", "postmaster", "bounce", "maildelivery"]
        .iter()
        .any(|name| local.contains(name))
        || super::is_no_reply(&local);
    // Some daemons say "I". Nobody at such an address is in need of help.
    let is_person = wording::asks_for_help(evidence.words)
        || own.text.contains('?')
        || !is_daemon && wording::speaks_of_self(evidence.words);
    let enough = match (is_daemon, address_in(evidence.text)) {
        (true, _) => 2,
        (false, Some(_)) => 3,
        (false, None) => 4,
    };
    !is_person && signs >= enough
}

fn says_undelivered(text: &str) -> bool {
    let text = text.to_lowercase();
    ["deliver", "undeliverable", "zugestellt", "recipient", "mailbox"]
        .iter()
        .any(|word| text.contains(word))
}

fn action_in_prose(evidence: &Evidence<'_>) -> BounceAction {
    let text = format!("{} {}", evidence.subject, evidence.text).to_lowercase();
    let is_delay = [
        "delayed",
        "has not yet been delivered",
        "not yet been delivered",
        "will continue to",
        "will keep trying",
        "still being retried",
        "attempts will continue",
        "will be retried",
    ]
    .iter()
    .any(|words| text.contains(words));
    let is_final = ["given up", "permanent error", "permanent failure", "permanently"]
        .iter()
        .any(|words| text.contains(words));
    let is_success = ["(success)", "(relay)", "successfully delivered", "successfully relayed"]
        .iter()
        .any(|words| text.contains(words));
    match (is_delay, is_final) {
        (true, false) => BounceAction::Delayed,
        (false, false) if is_success => BounceAction::Delivered,
        _ => BounceAction::Failed,
    }
}

fn recipient_in_prose(evidence: &Evidence<'_>) -> Option<EmailAddress> {
    let failed = evidence.headers.first("x-failed-recipients");
    failed.and_then(address_in).or_else(|| address_in(evidence.text))
}

fn address_in(text: &str) -> Option<EmailAddress> {
    if !text.contains('@') {
        return None;
    }
    text.split(|c: char| c.is_whitespace() || "<>()[],;:\"".contains(c))
        .filter(|word| word.contains('@'))
        .find_map(|word| EmailAddress::parse(word.trim_matches('.')).ok())
}
