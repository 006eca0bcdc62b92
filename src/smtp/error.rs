//! Why a letter was not sent, sorted by what the caller does next.

use std::error::Error as _;
use std::fmt;

use lettre::transport::smtp;

use crate::smtp::tls_fault;

/// What the caller does next depends on the variant alone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Not taken. Try again later.
    #[error("not sent yet, try later: {0}")]
    Transient(Trouble),

    /// Not taken, and it never will be.
    #[error("refused for good: {0}")]
    Permanent(Trouble),

    /// The letter cannot be put on the wire. Nothing was sent.
    #[error("cannot be sent: {0}")]
    Unsendable(&'static str),

    /// The content was on its way when the answer stayed away. The relay may have taken it.
    #[error("sent or not, nobody knows: {0}")]
    Unknown(Trouble),
}

/// How far the conversation with the relay had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Connecting,
    LoggingIn,
    Sender,
    Recipient,
    /// `DATA`: nothing of the content has been sent.
    Data,
    /// From the first byte of the content to the relay's answer.
    Content,
}

/// What went wrong, where. The relay's own words stay out of `Display` and `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Trouble {
    stage: Stage,
    /// The relay's answer.
    code: Option<u16>,
    /// Our own words, where the relay gave no answer.
    reason: String,
    words: Option<String>,
}

/// Longest words of a relay that are kept.
const LONGEST_WORDS: usize = 2_000;
/// Answers that ask for another login. They are about our settings, not about the letter.
const ABOUT_THE_LOGIN: [u16; 5] = [530, 534, 535, 538, 454];
/// "Service not available, closing transmission channel."
const CLOSING: u16 = 421;

impl SendError {
    /// What the relay said, for the database. It may name the recipient, so never for a log.
    pub fn words(&self) -> Option<&str> {
        self.trouble().and_then(|trouble| trouble.words.as_deref())
    }

    pub fn stage(&self) -> Option<Stage> {
        self.trouble().map(|trouble| trouble.stage)
    }

    /// The three digits that the relay answered with.
    pub fn code(&self) -> Option<u16> {
        self.trouble().and_then(|trouble| trouble.code)
    }

    /// Whether the relay or our settings are to blame: it cannot be reached, does not let us in,
    /// or does not take us as a sender. Other letters would fare the same, so the caller should
    /// pause rather than use up the attempts of each.
    pub fn concerns_the_relay(&self) -> bool {
        let about_login = self.code().is_some_and(|code| ABOUT_THE_LOGIN.contains(&code));
        about_login || self.stage().is_some_and(|stage| stage <= Stage::Sender)
    }

    pub(crate) fn refuses_the_sender(&self) -> bool {
        matches!(self, Self::Permanent(trouble) if trouble.stage == Stage::Sender)
    }

    /// Whether the connection is gone, so that a new one may do better.
    pub(crate) fn is_about_a_lost_connection(&self) -> bool {
        match self {
            Self::Transient(trouble) => matches!(trouble.code, None | Some(CLOSING)),
            Self::Permanent(_) | Self::Unsendable(_) | Self::Unknown(_) => false,
        }
    }

    fn trouble(&self) -> Option<&Trouble> {
        match self {
            Self::Transient(trouble) | Self::Permanent(trouble) | Self::Unknown(trouble) => {
                Some(trouble)
            }
            Self::Unsendable(_) => None,
        }
    }

    pub(crate) fn timed_out(stage: Stage) -> Self {
        Self::without_answer(stage, "no answer in time")
    }

    /// Nothing that can be understood came back.
    pub(crate) fn without_answer(stage: Stage, reason: impl Into<String>) -> Self {
        let trouble = Trouble { stage, code: None, reason: reason.into(), words: None };
        match stage {
            Stage::Content => Self::Unknown(trouble),
            Stage::Connecting
            | Stage::LoggingIn
            | Stage::Sender
            | Stage::Recipient
            | Stage::Data => Self::Transient(trouble),
        }
    }

    /// A refusal of our own, before asking the relay.
    pub(crate) fn refused_by_us(stage: Stage, reason: &str) -> Self {
        Self::Permanent(Trouble { stage, code: None, reason: reason.to_owned(), words: None })
    }

    pub(crate) fn from_smtp(stage: Stage, error: &smtp::Error) -> Self {
        let source = error.source().map(ToString::to_string);
        let Some(code) = error.status().map(u16::from) else {
            return Self::from_our_side(stage, error, source);
        };
        let words = source.map(|words| words.chars().take(LONGEST_WORDS).collect());
        let trouble = Trouble { stage, code: Some(code), reason: String::new(), words };
        let is_about_us = stage <= Stage::LoggingIn || ABOUT_THE_LOGIN.contains(&code);
        if error.is_permanent() && !is_about_us {
            Self::Permanent(trouble)
        } else {
            Self::Transient(trouble)
        }
    }

    /// The relay gave no usable answer. Errors of socket and TLS speak of hosts and certificates
    /// only; an answer that could not be parsed is the relay's words.
    fn from_our_side(stage: Stage, error: &smtp::Error, source: Option<String>) -> Self {
        let words = error.is_response().then(|| source.clone()).flatten();
        if let Some(fault) = tls_fault::of(error) {
            return Self::without_answer(stage, fault);
        }
        let reason = match source {
            Some(source) if !error.is_response() && !error.is_client() => source,
            Some(_) if error.is_response() => "the connection was lost".to_owned(),
            _ => "the relay does not offer what we need".to_owned(),
        };
        let mut error = Self::without_answer(stage, reason);
        if let Self::Transient(trouble) | Self::Unknown(trouble) = &mut error {
            trouble.words = words.map(|words| words.chars().take(LONGEST_WORDS).collect());
        }
        error
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            Some(code) => write!(f, "the relay answered {code} {}", self.stage),
            None if self.stage <= Stage::LoggingIn => write!(f, "{}: {}", self.stage, self.reason),
            None => write!(f, "{} {}", self.reason, self.stage),
        }
    }
}

impl fmt::Debug for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{self}>")
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connecting => "while connecting",
            Self::LoggingIn => "while logging in",
            Self::Sender => "to MAIL FROM",
            Self::Recipient => "to RCPT TO",
            Self::Data => "to DATA",
            Self::Content => "to the content",
        })
    }
}
