//! Keys in the links of letters to consultants: who has one was sent it by us.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;

use crate::command::Verb;
use crate::letter::tokens::{Keyring, Use};
use crate::mail::{EmailAddress, MessageId};
use crate::triage::Reference;

/// First part of each key; the parser of commands knows it.
const PREFIX: &str = "key-";
/// Four bytes in base 32: the minute in which the key ends.
const EXPIRY: usize = 7;
const NONCE: usize = 8;

/// What a key allows, once.
pub struct Grant<'a> {
    pub consultant: &'a EmailAddress,
    pub reference: &'a Reference,
    pub verb: Verb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRefused {
    #[error("The link was made for another person, request or command.")]
    NotForThis,
    #[error("The link has expired.")]
    Expired,
}

impl Keyring {
    /// A key that no other letter holds.
    pub fn action_key(
        &self,
        grant: &Grant<'_>,
        letter: &MessageId,
        expires_at: DateTime<Utc>,
    ) -> String {
        let minute = u32::try_from(expires_at.timestamp() / 60).unwrap_or(u32::MAX);
        let expiry = BASE32_NOPAD.encode(&minute.to_be_bytes()).to_lowercase();
        let nonce: String = self.mac(Use::ActionKey, letter.as_str()).chars().take(NONCE).collect();
        let mac = self.mac(Use::ActionKey, &signed(grant, &format!("{expiry}{nonce}")));
        format!("{PREFIX}{expiry}{nonce}{mac}")
    }

    /// Whether the key allows this now. Whether it was used before is for the store to say.
    pub fn check_action_key(
        &self,
        key: &str,
        grant: &Grant<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), KeyRefused> {
        let key = key.to_lowercase();
        let parts = key.strip_prefix(PREFIX).and_then(|rest| rest.split_at_checked(EXPIRY + NONCE));
        let (head, mac) = parts.ok_or(KeyRefused::NotForThis)?;
        if !self.is_mac_of(mac, Use::ActionKey, &signed(grant, head)) {
            return Err(KeyRefused::NotForThis);
        }
        let expiry = head.get(..EXPIRY).unwrap_or_default().to_uppercase();
        let minute = BASE32_NOPAD.decode(expiry.as_bytes()).ok();
        let minute = minute.and_then(|bytes| bytes.try_into().ok()).map(u32::from_be_bytes);
        match minute {
            Some(minute) if now.timestamp() / 60 < i64::from(minute) => Ok(()),
            _ => Err(KeyRefused::Expired),
        }
    }
}

fn signed(grant: &Grant<'_>, head: &str) -> String {
    let consultant = grant.consultant.as_str().to_lowercase();
    format!("{consultant}\0{}\0{}\0{head}", grant.reference, grant.verb.name())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_key_allows_one_person_one_command_on_one_request_for_some_time() {
        let keyring = Keyring::new(b"a secret of the desk");
        let (ada, grace) = (
            EmailAddress::parse("ada@example.org").unwrap(),
            EmailAddress::parse("Grace@example.org").unwrap(),
        );
        let (first, second) = (Reference::new("SEC", 2026, 1), Reference::new("SEC", 2026, 2));
        let letter = MessageId::made("letter@example.org".to_owned());
        let now: DateTime<Utc> = "2026-12-07T10:00:00Z".parse().unwrap();
        let grant = |consultant, reference, verb| Grant { consultant, reference, verb };
        let ours = grant(&grace, &first, Verb::Close);

        let key = keyring.action_key(&ours, &letter, now + TimeDelta::hours(1));

        let check = |key: &str, grant: &Grant<'_>, at| keyring.check_action_key(key, grant, at);
        assert_eq!(check(&key, &ours, now), Ok(()));
        assert_eq!(check(&key.to_uppercase(), &ours, now), Ok(()));
        for other in [
            grant(&ada, &first, Verb::Close),
            grant(&grace, &second, Verb::Close),
            grant(&grace, &first, Verb::Spam),
        ] {
            assert_eq!(check(&key, &other, now), Err(KeyRefused::NotForThis));
        }
        assert_eq!(check(&key, &ours, now + TimeDelta::hours(1)), Err(KeyRefused::Expired));
        let later = key.replacen(key.get(4..11).unwrap(), "7777777", 1);
        assert_eq!(check(&later, &ours, now), Err(KeyRefused::NotForThis));
        for broken in ["", "key-", "key-ä", key.get(..30).unwrap()] {
            assert_eq!(check(broken, &ours, now), Err(KeyRefused::NotForThis), "{broken}");
        }
        let other_letter = MessageId::made("other@example.org".to_owned());
        assert_ne!(keyring.action_key(&ours, &other_letter, now + TimeDelta::hours(1)), key);
    }
}
