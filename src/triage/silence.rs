//! When an automatic letter to a requester must not go out (RFC 3834, and what loops have taught).

use crate::mail::EmailAddress;
use crate::triage::Policy;

/// What is known when a letter to a requester is about to be put into the outbox.
pub struct Facts {
    /// Letters to this requester in the last 24 hours.
    pub to_them: i64,
    /// Letters to all requesters in the last hour.
    pub to_all: i64,
    /// A letter to them came back, and no mail has come from them since.
    pub is_unreachable: bool,
}

/// The rule that withholds a letter to `address`, if one does.
pub fn withheld_by(address: &EmailAddress, facts: &Facts, policy: &Policy) -> Option<&'static str> {
    if policy.is_ours(address) {
        Some("own address")
    } else if is_machine(address) {
        Some("no-reply or daemon address")
    } else if facts.is_unreachable {
        Some("unreachable address")
    } else if facts.to_them >= i64::from(policy.limits.letters_a_day) {
        Some("budget of the correspondent")
    } else if facts.to_all >= i64::from(policy.limits.letters_an_hour) {
        Some("global breaker")
    } else {
        None
    }
}

/// Addresses that no person reads.
pub fn is_machine(address: &EmailAddress) -> bool {
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
