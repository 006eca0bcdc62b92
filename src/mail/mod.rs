//! What a mail is: raw bytes become an [`IncomingMail`], and reading never fails.

pub mod address;
pub mod authentication;
pub mod message_id;
mod digest;
mod files;
mod html_part;
mod reference;
mod bytes;
mod text;
mod message;
mod body;
mod sender_kind;

use chrono::{DateTime, FixedOffset};

use text::ours;

pub use address::{EmailAddress, InvalidAddress, Person, PersonName};
pub use bytes::charset::is_unseen;
pub use digest::content_digest;
pub use files::{File, files};
pub use html_part::html_part;
pub use message::{Unreadable, read, read_header, read_or_unreadable};
pub use message_id::MessageId;
pub use reference::references_in;

/// A mail as its reader sees it. Every field is best effort: a strange mail has gaps, never errors.
#[derive(Clone, PartialEq)]
pub struct IncomingMail {
    /// The author: the first usable address of `From`, else of `Sender`, else of `Return-Path`.
    pub from: Option<Person>,
    /// Whether programs may differ about who wrote what: `From` names several people, or a header
    /// stands twice that must stand once. A server that checked a signature may have read the other.
    pub is_ambiguous: bool,
    pub reply_to: Vec<Person>,
    pub to: Vec<Person>,
    pub cc: Vec<Person>,
    /// Decoded, on one line, without control characters.
    pub subject: String,
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    /// What the sender's clock said (`Date`). The service judges by the server's INTERNALDATE.
    pub written_at: Option<DateTime<FixedOffset>>,
    /// The readable text, each line with its origin.
    pub lines: Vec<Line>,
    pub attachments: Vec<Attachment>,
    /// Mails of others that the sender passes on, as far as their authors can be told.
    pub passed_on: Vec<PassedOn>,
    pub sender_kind: SenderKind,
    /// The values of all `Authentication-Results` headers, topmost first, unfolded.
    pub authentication_results: Vec<String>,
    /// Values of our own marker header, if any. Only a valid keyed token counts.
    pub own_tokens: Vec<String>,
}

/// A mail of somebody else that was passed on.
#[derive(Clone, PartialEq, Eq)]
pub struct PassedOn {
    pub author: Person,
    /// Known when the mail was attached.
    pub message_id: Option<MessageId>,
}

/// One line of the readable text.
///
/// HTML arrives flattened: an item of an ordered list begins with `1. `, of an unordered list with
/// `- `, nested items are indented by two spaces a level; a row of a table is one line, its cells
/// parted by a tab (`\t`), a line break inside a cell is U+2028; a quoted block is marked by its
/// origin, not by `>`.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// Without quote marks (`> `), without trailing white space.
    pub text: String,
    pub origin: Origin,
}

/// Whose words a line holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The sender's new words.
    Own,
    /// Quoted from an earlier mail, so many levels deep (1 or more).
    Quoted(u8),
    /// "On Monday, Ada wrote:", or a block of `From:/Sent:/To:/Subject:` lines.
    QuoteHeader,
    Signature,
    /// A legal notice, a warning of the mail gateway, an advert of the mail program.
    Boilerplate,
    /// Below "Forwarded message": the words of somebody else, passed on.
    Forwarded,
}

#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Without any path. `None` where the mail gives no name.
    pub name: Option<String>,
    /// Such as `application/pdf`, in lower case.
    pub content_type: String,
    /// Size of the decoded content.
    pub bytes: u64,
}

/// Who or what wrote the mail, as far as headers and form tell.
#[derive(Clone, PartialEq, Eq)]
pub enum SenderKind {
    Person,
    /// A machine's answer: out of office, ticket system, delivery or read receipt.
    AutoReply {
        why: String,
    },
    /// A delivery status report.
    Bounce(Bounce),
    /// Newsletter, mailing list, marketing.
    Bulk {
        why: String,
    },
    Spam {
        why: String,
    },
}

/// What a delivery status report says (RFC 3464).
#[derive(Clone, PartialEq, Eq)]
pub struct Bounce {
    /// The header or rule that shows that this is a report.
    pub why: String,
    pub action: BounceAction,
    /// Enhanced status code such as `5.1.1` (RFC 3463).
    pub status: Option<String>,
    pub recipient: Option<EmailAddress>,
    pub original_message_id: Option<MessageId>,
    /// What stood in our marker header of the mail that was not delivered. Only a valid keyed token
    /// counts.
    pub original_token: Option<String>,
}

/// The `Action` field of RFC 3464, section 2.3.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BounceAction {
    Failed,
    Delayed,
    Delivered,
    Relayed,
    Expanded,
}

impl BounceAction {
    /// The word of the RFC.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Delayed => "delayed",
            Self::Delivered => "delivered",
            Self::Relayed => "relayed",
            Self::Expanded => "expanded",
        }
    }
}

impl IncomingMail {
    /// The sender's new words, line by line, without signature, quotes and notices.
    pub fn own_words(&self) -> String {
        text_of(&self.lines, |origin| origin == Origin::Own)
    }

    /// With the words of these letters of ours marked as quoted, where the mail program did not.
    #[must_use]
    pub fn without_ours(mut self, letters: &[String]) -> Self {
        ours::mark(&mut self.lines, letters);
        self
    }

    /// All readable text, quotes included.
    pub fn text(&self) -> String {
        text_of(&self.lines, |_| true)
    }
}

fn text_of(lines: &[Line], is_wanted: impl Fn(Origin) -> bool) -> String {
    let wanted: Vec<&str> =
        lines.iter().filter(|line| is_wanted(line.origin)).map(|line| line.text.as_str()).collect();
    wanted.join("\n").trim().to_owned()
}

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod passed_on_tests;
