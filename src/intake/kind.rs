//! What kind of mail a person wrote: a request, more words in a thread, or a dispute.

use crate::mail::{IncomingMail, MessageId, Origin, SenderKind};

use super::found::Found;
use super::prose_cues::holds;
use super::{Kind, Question};

pub(super) fn of(mail: &IncomingMail, found: &Found) -> Kind {
    match mail.sender_kind {
        SenderKind::AutoReply { .. } => return Kind::AutoReply,
        SenderKind::Bounce(_) => return Kind::Bounce,
        SenderKind::Bulk { .. } => return Kind::Bulk,
        SenderKind::Spam { .. } => return Kind::Spam,
        SenderKind::Person => {}
    }
    let own_words = mail.own_words();
    let disagreement = disagreement(&own_words);
    let in_thread = is_in_thread(mail, found);
    if disagreement >= if in_thread { 2 } else { 4 } {
        return Kind::Dispute;
    }
    if in_thread || goes_on(&own_words, found) { Kind::FollowUp } else { Kind::Request }
}

/// The mail answers one of ours, as far as it tells itself: our own ids are known to the store.
fn is_in_thread(mail: &IncomingMail, found: &Found) -> bool {
    let ours: Vec<&str> =
        mail.to.iter().chain(&mail.cc).map(|person| person.address.domain()).collect();
    let is_ours = |id: &MessageId| {
        let domain = id.as_str().rsplit('@').next().unwrap_or_default().trim_end_matches('>');
        ours.iter().any(|ours| ours.eq_ignore_ascii_case(domain))
    };
    if mail.in_reply_to.iter().chain(&mail.references).any(is_ours) {
        return true;
    }
    let is_reply = mail.subject.to_lowercase().trim_start().starts_with("re:");
    if is_reply && has_reference(&mail.subject) {
        return true;
    }
    let quotes_us =
        mail.lines.iter().filter(|line| line.origin == Origin::QuoteHeader).any(|line| {
            ours.iter()
                .any(|ours| line.text.to_lowercase().contains(&format!("@{}", ours.to_lowercase())))
        });
    is_reply
        && quotes_us
        && found.len() < 4
        && !(mail.in_reply_to.is_empty() && mail.references.is_empty())
}

/// `[SEC-2026-0042]`: letters, a year, a number.
fn has_reference(subject: &str) -> bool {
    subject.split(['[', ']', '(', ')', ' ']).any(|word| {
        let mut parts = word.split('-');
        let is_reference = |prefix: &str, year: &str, number: &str| {
            prefix.len() >= 2
                && prefix.chars().all(|letter| letter.is_ascii_uppercase())
                && year.len() == 4
                && year.chars().chain(number.chars()).all(|letter| letter.is_ascii_digit())
                && number.len() >= 2
        };
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(prefix), Some(year), Some(number), None) => is_reference(prefix, year, number),
            _ => false,
        }
    })
}

/// Words that go on from an earlier talk, where no header tells.
const GOES_ON: &[(&str, u8)] = &[
    ("further to our", 2),
    ("further to my", 2),
    ("further to your", 2),
    ("following our", 1),
    ("following on from", 1),
    ("as promised", 2),
    ("as discussed", 1),
    ("as agreed on", 1),
    ("thanks for coming back", 2),
    ("thank you for coming back", 2),
    ("thanks for getting back", 2),
    ("thanks for your reply", 2),
    ("thank you for your reply", 2),
    ("you asked me", 1),
    ("you suggested", 2),
    ("you also wanted", 2),
    ("any news", 2),
    ("any update", 2),
    ("any progress", 2),
    ("chasing", 1),
    ("my last email", 2),
    ("my last e mail", 2),
    ("my earlier", 2),
    ("our conversation", 1),
    ("our chat", 1),
    ("your questions", 0),
];

fn goes_on(own_words: &str, found: &Found) -> bool {
    let points: u8 =
        GOES_ON.iter().filter(|(cue, _)| holds(own_words, cue)).map(|(_, weight)| weight).sum();
    let is_whole_request = found.len() >= 4 || found.answers.contains_key(&Question::WorkFor);
    points >= if is_whole_request { 5 } else { 3 }
}

/// Turns of phrase by which people disagree with what they were told.
const DISAGREES: &[(&str, u8)] = &[
    ("reconsider", 3),
    ("think again", 3),
    ("look again", 2),
    ("look at this again", 3),
    ("not accept", 3),
    ("don't accept", 3),
    ("doesn't accept", 3),
    ("disagree", 3),
    ("we disagree", 3),
    ("dispute", 3),
    ("challenge this", 3),
    ("challenge that", 3),
    ("challenge the decision", 4),
    ("appeal", 3),
    ("appeal against", 4),
    ("complain", 3),
    ("complaint", 3),
    ("escalate", 3),
    ("escalating", 3),
    ("escalation", 3),
    ("somebody more senior", 3),
    ("someone more senior", 3),
    ("more senior", 2),
    ("your manager", 2),
    ("ciso", 2),
    ("the ciso's", 2),
    ("decision to", 1),
    ("your decision", 2),
    ("that decision", 2),
    ("this decision", 2),
    ("overturn", 3),
    ("overturned", 3),
    ("not happy", 2),
    ("unhappy", 2),
    ("not satisfied", 2),
    ("dissatisfied", 3),
    ("disappointed", 2),
    ("disappointing", 2),
    ("surprised", 1),
    ("absolute joke", 3),
    ("a joke", 2),
    ("ridiculous", 2),
    ("nonsense", 2),
    ("unacceptable", 3),
    ("not acceptable", 3),
    ("not good enough", 2),
    ("isn't help", 3),
    ("is not help", 3),
    ("no help", 1),
    ("fobbed off", 3),
    ("passed us", 2),
    ("passed me", 2),
    ("passed around", 2),
    ("sent us away", 3),
    ("send us away", 3),
    ("sent away", 2),
    ("turned us away", 3),
    ("turned away", 3),
    ("turned down", 2),
    ("refused", 2),
    ("refuse to", 2),
    ("declined", 2),
    ("decline to", 2),
    ("rejected", 2),
    ("closed it", 1),
    ("closed my", 2),
    ("closed our", 2),
    ("closed the request", 2),
    ("reopen", 2),
    ("re open", 2),
    ("wrong team", 2),
    ("not a cyber matter", 3),
    ("who made that call", 3),
    ("you've misread", 3),
    ("you have misread", 3),
    ("misunderstood", 2),
    ("have read to the end", 2),
    ("can't have read", 3),
    ("reserves all of its rights", 2),
    ("i object", 3),
    ("we object", 3),
    ("asked twice", 2),
    ("out of scope", 2),
    ("second look", 2),
];

fn disagreement(own_words: &str) -> u8 {
    DISAGREES
        .iter()
        .filter(|(cue, _)| holds(own_words, cue))
        .fold(0, |points: u8, (_, weight)| points.saturating_add(*weight))
}
