//! Mail addresses, checked once and hidden from logs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One mailbox, such as `ada@example.gov.uk`. The domain is in lower case; the part before the
/// `@` stays as it was written, for only its own server knows whether case matters there.
///
/// `Debug` hides the local part: addresses are personal data, and `Debug` is what reaches logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(String);

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a mail address: expected something like `name@example.org`")]
pub struct InvalidAddress;

impl EmailAddress {
    pub fn parse(text: &str) -> Result<Self, InvalidAddress> {
        let address: lettre::Address = text.trim().parse().map_err(|_| InvalidAddress)?;
        Ok(Self(format!("{}@{}", address.user(), address.domain().to_lowercase())))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn local_part(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(local, _)| local)
    }

    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether both name the same mailbox for all practical purposes: case is ignored.
    pub fn is_same(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "***@{}", self.domain())
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = InvalidAddress;

    fn try_from(text: String) -> Result<Self, InvalidAddress> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0
    }
}

/// An address with the name beside it, as a header gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct Person {
    /// Without quotes and control characters.
    pub name: Option<PersonName>,
    pub address: EmailAddress,
}

/// A person's name. Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
pub struct PersonName(pub String);

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Person {
    /// The name where there is one, else the address.
    pub fn shown(&self) -> &str {
        self.name.as_ref().map_or(self.address.as_str(), |name| name.0.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_the_domain_only() {
        let address = EmailAddress::parse("Ada.Lovelace@Example.ORG").unwrap();
        assert_eq!(address.as_str(), "Ada.Lovelace@example.org");
        assert_eq!(format!("{address:?}"), "***@example.org");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "ada", "@example.org", "ada@", "a b@example.org", "ada@example.org\r\nBcc: x@y.z"]
        {
            assert_eq!(EmailAddress::parse(text), Err(InvalidAddress), "{text}");
        }
    }
}
