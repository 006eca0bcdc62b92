//! Keyed names of our own mails, so that a mail which comes back is known as ours and no stranger
//! can make one up.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use hmac::digest::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::mail::MessageId;

/// First part of each Message-ID. A letter comes first because some filters distrust ids that
/// begin with a digit.
const PREFIX: &str = "triage";
/// 128 bits: more than anybody can guess, short enough for one header line.
const MAC_BYTES: usize = 16;
const NONCE_BYTES: usize = 10;

/// Makes and recognises the keyed parts of our mails: the Message-ID, and the token in a header
/// of its own, because some providers replace the Message-ID.
#[derive(Clone)]
pub struct Keyring {
    key: Hmac<Sha256>,
}

/// What a key is used for. Two uses never give the same bytes.
#[derive(Clone, Copy)]
pub(super) enum Use {
    MessageId,
    HeaderToken,
    ActionKey,
    Nonce,
}

impl Keyring {
    pub fn new(secret: &[u8]) -> Self {
        let digest = Sha256::digest(secret);
        let mut block = Key::<Hmac<Sha256>>::default();
        for (place, byte) in block.iter_mut().zip(digest) {
            *place = byte;
        }
        Self { key: Hmac::new(&block) }
    }

    /// A nonce that belongs to one thing, so that the thing gets the same id each time.
    pub fn nonce_for(&self, what: &str) -> [u8; NONCE_BYTES] {
        let mut nonce = [0; NONCE_BYTES];
        for (place, byte) in nonce.iter_mut().zip(self.digest(Use::Nonce, what)) {
            *place = byte;
        }
        nonce
    }

    /// The id of a new mail: `triage.NONCE.MAC@domain`. The nonce is random, or [`Self::nonce_for`].
    pub fn message_id(&self, nonce: [u8; NONCE_BYTES], domain: &str) -> MessageId {
        let domain = domain.to_lowercase();
        let nonce = base32(&nonce);
        let mac = self.mac(Use::MessageId, &format!("{nonce}@{domain}"));
        MessageId::made(format!("{PREFIX}.{nonce}.{mac}@{domain}"))
    }

    /// Whether [`Keyring::message_id`] made this id with the same secret.
    pub fn is_ours(&self, id: &MessageId) -> bool {
        let id = id.as_str().to_lowercase();
        let Some((local, domain)) = id.rsplit_once('@') else {
            return false;
        };
        let mut parts = local.split('.');
        let (Some(PREFIX), Some(nonce), Some(mac), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        self.is_mac_of(mac, Use::MessageId, &format!("{nonce}@{domain}"))
    }

    /// The value of the header `X-Mailtriage-Token`: it names the mail it was written for, so a
    /// token that was copied into another mail still says where it comes from.
    pub fn token(&self, id: &MessageId) -> String {
        format!("{} {}", self.mac(Use::HeaderToken, id.as_str()), id.as_str())
    }

    pub fn token_is_ours(&self, token: &str) -> bool {
        self.message_id_in(token).is_some()
    }

    /// The id of our mail that the token was written for. `None` when the token is not ours.
    pub fn message_id_in(&self, token: &str) -> Option<MessageId> {
        let (mac, id) = token.trim().split_once(char::is_whitespace)?;
        let id = MessageId::parse(id)?;
        self.is_mac_of(mac, Use::HeaderToken, id.as_str()).then_some(id)
    }

    pub(super) fn mac(&self, purpose: Use, text: &str) -> String {
        let short: Vec<u8> = self.digest(purpose, text).into_iter().take(MAC_BYTES).collect();
        base32(&short)
    }

    fn digest(&self, purpose: Use, text: &str) -> Vec<u8> {
        let label: &[u8] = match purpose {
            Use::MessageId => b"message-id\0",
            Use::HeaderToken => b"header-token\0",
            Use::ActionKey => b"action-key\0",
            Use::Nonce => b"nonce\0",
        };
        let mac = self.key.clone().chain_update(label).chain_update(text).finalize();
        mac.into_bytes().to_vec()
    }

    pub(super) fn is_mac_of(&self, mac: &str, purpose: Use, text: &str) -> bool {
        let expected = self.mac(purpose, text);
        expected.as_bytes().ct_eq(mac.to_lowercase().as_bytes()).into()
    }
}

fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes).to_lowercase()
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keyring(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; 10] = [7; 10];

    fn ours() -> Keyring {
        Keyring::new(b"a secret of the desk")
    }

    #[test]
    fn an_id_is_short_lower_case_and_begins_with_a_letter() {
        let id = ours().message_id(NONCE, "Example.ORG");
        insta::assert_snapshot!(id.as_str());
        assert_eq!(id.as_str(), id.as_str().to_lowercase());
    }

    #[test]
    fn only_the_holder_of_the_secret_makes_ids_that_count() {
        let id = ours().message_id(NONCE, "example.org");
        assert!(ours().is_ours(&id));
        assert!(!Keyring::new(b"another secret").is_ours(&id));
    }

    #[test]
    fn a_changed_id_is_not_ours() {
        let id = ours().message_id(NONCE, "example.org");
        let strangers = [
            id.as_str().replace("example.org", "example.net"),
            id.as_str().replacen("triage.", "triage.a", 1),
            id.as_str().replace("triage.", ""),
            format!("x.{}", id.as_str()),
            "ada@example.org".to_owned(),
            "no at sign".to_owned(),
        ];
        for stranger in strangers {
            assert!(!ours().is_ours(&MessageId::parse(&stranger).unwrap()), "{stranger}");
        }
    }

    #[test]
    fn a_token_names_the_mail_it_was_written_for() {
        let id = ours().message_id(NONCE, "example.org");
        let token = ours().token(&id);
        assert!(ours().token_is_ours(&token));
        assert_eq!(ours().message_id_in(&token), Some(id.clone()));

        let other = ours().message_id([8; 10], "example.org");
        let moved = token.replace(id.as_str(), other.as_str());
        assert!(!ours().token_is_ours(&moved));
        assert!(!Keyring::new(b"another secret").token_is_ours(&token));
        assert!(!ours().token_is_ours(""));
    }

    #[test]
    fn the_mac_of_an_id_is_no_token() {
        let id = ours().message_id(NONCE, "example.org");
        let mac = id.as_str().split(['.', '@']).nth(2).unwrap();
        assert!(!ours().token_is_ours(&format!("{mac} {}", id.as_str())));
    }

    #[test]
    fn debug_hides_the_key() {
        assert_eq!(format!("{:?}", ours()), "Keyring(***)");
    }
}
