//! When an automatic letter to a requester must not go out (RFC 3834, and what loops have taught).

use crate::mail::EmailAddress;
use crate::triage::letters::Occasion;
use crate::triage::{LetterKind, Policy};

/// The operator is told when this rule begins to withhold letters.
pub const BREAKER: &str = "global breaker";
/// The hourly limit of provoked letters, so many times, is the daily one: a loop that goes on for a
/// day falls silent, a forger cannot silence us for longer.
const HOURS_A_DAY: i64 = 3;

/// What is known when an automatic letter to a requester is about to be put into the outbox.
pub struct Facts {
    /// Letters to this requester in the last 24 hours.
    pub to_them: i64,
    /// Letters to all requesters in the last hour.
    pub to_all: i64,
    /// Whether they were acknowledged for another request that grew from the same mail of ours.
    pub acknowledged_in_thread: bool,
}

/// Letters of one kind to one person of the team for mails that anybody may have sent.
pub struct Provoked {
    pub in_the_hour: i64,
    pub in_the_day: i64,
    /// Of those of the day, the ones for requests of the same requester.
    pub by_them: i64,
}

/// The rule that withholds a letter to a requester, if one does.
pub fn withheld_by(address: &EmailAddress, facts: &Facts, policy: &Policy) -> Option<&'static str> {
    if policy.is_ours(address) {
        Some("own address")
    } else if is_machine(address) {
        Some("no-reply or daemon address")
    } else if facts.acknowledged_in_thread {
        Some("one acknowledgement a thread")
    } else if facts.to_them >= i64::from(policy.limits.letters_a_day) {
        Some("budget of the correspondent")
    } else if facts.to_all >= i64::from(policy.limits.letters_an_hour) {
        Some(BREAKER)
    } else {
        None
    }
}

/// The rule that withholds an answer to somebody of the team, if one does: the mail may be forged, or
/// a machine's.
pub fn answer_withheld_by(
    (address, occasion): (&EmailAddress, Occasion),
    provoked: &Provoked,
    policy: &Policy,
) -> Option<&'static str> {
    let an_hour = i64::from(policy.limits.provoked_an_hour);
    if policy.is_ours(address) {
        Some("own address")
    } else if occasion == Occasion::Repeated {
        Some("one explanation a thread")
    } else if provoked.in_the_hour >= an_hour || provoked.in_the_day >= HOURS_A_DAY * an_hour {
        Some("budget of the consultant")
    } else {
        None
    }
}

/// The rule that withholds a notice to the team, if one does. The digest shows the request all the
/// same.
pub fn notice_withheld_by(
    (address, kind): (&EmailAddress, LetterKind),
    provoked: &Provoked,
    policy: &Policy,
) -> Option<&'static str> {
    // People talk; nobody raises this many alarms.
    let is_alarm = kind != LetterKind::FollowUp;
    if policy.is_ours(address) {
        Some("own address")
    } else if is_alarm && provoked.by_them >= i64::from(policy.limits.letters_a_day) {
        Some("notices about one requester")
    } else if provoked.in_the_hour >= i64::from(policy.limits.provoked_an_hour) {
        Some("notices in one hour")
    } else {
        None
    }
}

/// Addresses that no person reads.
fn is_machine(address: &EmailAddress) -> bool {
    const NAMES: [&str; 9] = [
        "mailer-daemon",
        "postmaster",
        "noreply",
        "donotreply",
        "bounce",
        "bounces",
        "nobody",
        "listserv",
        "majordomo",
    ];
    let local = address.local_part().to_lowercase();
    // `bounces+123@`, `no-reply@`, `do_not_reply.hr@`
    let first = local.split('+').next().unwrap_or_default();
    let name: String = first.chars().filter(|c| !matches!(c, '-' | '_' | '.')).collect();
    NAMES.contains(&first)
        || NAMES.contains(&name.as_str())
        || name.starts_with("noreply")
        || name.starts_with("donotreply")
        || name.ends_with("noreply")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_are_known_by_their_address() {
        let cases = [
            ("noreply@example.org", true),
            ("no-reply@example.org", true),
            ("do_not_reply.hr@example.org", true),
            ("MAILER-DAEMON@example.org", true),
            ("bounces+ada=example.org@lists.example", true),
            ("jira.noreply@example.org", true),
            ("ada@example.org", false),
            ("noreen.reply@example.org", false),
            ("bob.post.master@example.org", false),
        ];
        for (address, expected) in cases {
            assert_eq!(is_machine(&EmailAddress::parse(address).unwrap()), expected, "{address}");
        }
    }
}
