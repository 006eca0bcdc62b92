//! Message-IDs (RFC 5322, section 3.6.4).

use std::fmt;

/// A Message-ID without its angle brackets. Compared byte for byte, as RFC 5322 says.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessageId(String);

impl MessageId {
    /// The longest id we keep. Real ones are far shorter; a longer one is cut so that it can stand
    /// in an index.
    pub const LONGEST: usize = 900;

    /// `None` where nothing is left after brackets, white space and control characters are gone.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        if text.len() <= Self::LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return (!text.is_empty()).then(|| Self(text.to_owned()));
        }
        let id: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .take(Self::LONGEST)
            .collect();
        (!id.is_empty()).then_some(Self(id))
    }

    /// An id that we made ourselves, so nothing needs cleaning.
    pub fn made(id: String) -> Self {
        Self(id)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Ids often hold a name or a host; logs show their length only.
impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<message id of {} bytes>", self.0.len())
    }
}
