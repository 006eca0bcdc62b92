//! Sending: hands one letter to the mail relay and says what became of it.
//!
//! A sender first calls [`Mailer::prepare`], which goes as far as the relay's yes to the recipient.
//! It then notes that the content is about to go out, and calls [`Ready::finish`]. Whatever breaks
//! before that note has surely not been taken by the relay; whatever breaks after it and before the
//! relay's answer may have been ([`SendError::Unknown`]) and is never sent again blindly.
//!
//! The relay's words may name people. They are in no `Display` and no `Debug`; see
//! [`SendError::words`].

mod connection;
mod error;
mod line_stream;
mod mailer;
mod settings;
mod standing;
mod tls_fault;
mod wire;

pub use error::{SendError, Stage, Trouble};
pub use mailer::{Mailer, Ready, SetupError};
pub use settings::{Auth, InvalidSettings, Settings, Tls};
pub use standing::Standing;

/// One letter as it goes to the relay.
#[derive(Clone, Copy)]
pub struct OutgoingLetter<'a> {
    pub to: &'a str,
    /// The address that bounces go to, unless the return path is null.
    pub from: &'a str,
    /// Asks for `MAIL FROM:<>`.
    pub null_return_path: bool,
    /// Headers and body, with CRLF line ends.
    pub raw: &'a [u8],
}
