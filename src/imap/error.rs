//! What can go wrong between us and a mail server, in our own words.
//!
//! The texts of the library and of the server are left out on purpose: they can hold passwords,
//! addresses and whole mails.

use std::fmt;
use std::io;

use tokio_rustls::rustls;

use crate::imap::settings::InvalidSettings;

/// After any of these the session is closed: connect again.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("mailbox settings do not work")]
    Settings(#[from] InvalidSettings),

    #[error("could not read the password file")]
    Credential(#[source] io::Error),

    #[error("could not read `ca_file`: expected PEM certificates")]
    CaFile,

    #[error("could not find the address of {host}: is `host` right, and does DNS work here?")]
    Unknown { host: String, source: io::Error },

    #[error("could not connect to {host}")]
    Connect { host: String, source: io::Error },

    #[error("could not protect the connection to {host}: {fault}")]
    Tls { host: String, fault: TlsFault },

    /// A person must look at the password or token.
    #[error(
        "{host} refused the user or the password{}: look into `user` and `password_file`",
        shown(status.as_deref())
    )]
    LoginRefused {
        host: String,
        /// What the server says about an access token, such as `401`.
        status: Option<String>,
    },

    #[error("{host} refused to {step}{}", hint(*step))]
    Refused { host: String, step: Step },

    #[error("{host} gave an answer that cannot be read, when asked to {step}")]
    Protocol { host: String, step: Step },

    #[error("{host} sent far more than it announced, when asked to {step}")]
    TooMuch { host: String, step: Step },

    #[error("{host} left out part of the answer, when asked to {step}")]
    Incomplete { host: String, step: Step },

    #[error("{host} took too long to {step}")]
    Timeout { host: String, step: Step },

    #[error("{host} closed the connection, when asked to {step}")]
    Closed { host: String, step: Step },

    /// The numbers of the mails have changed their meaning since they were found.
    #[error("{host} has numbered the mails of the folder anew")]
    Renumbered { host: String },
}

impl Error {
    /// Whether a single strange mail can be the cause, so that it is worth asking for the same
    /// mails [one by one](crate::imap::OneByOne).
    pub fn may_be_one_mail(&self) -> bool {
        match self {
            Self::Refused { step, .. }
            | Self::Protocol { step, .. }
            | Self::TooMuch { step, .. }
            | Self::Incomplete { step, .. }
            | Self::Timeout { step, .. }
            | Self::Closed { step, .. } => *step == Step::Fetch,
            Self::Settings(_)
            | Self::Credential(_)
            | Self::CaFile
            | Self::Unknown { .. }
            | Self::Connect { .. }
            | Self::Tls { .. }
            | Self::LoginRefused { .. }
            | Self::Renumbered { .. } => false,
        }
    }
}

fn hint(step: Step) -> &'static str {
    match step {
        Step::OpenFolder => {
            ": was it renamed or removed? `inbox` and `sent` name it in the settings"
        }
        Step::LogIn => ": it is busy or closed for a while",
        _ => "",
    }
}

fn shown(status: Option<&str>) -> String {
    status.map(|status| format!(" (status {status})")).unwrap_or_default()
}

/// What the server was asked to do when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greet,
    StartTls,
    LogIn,
    ListCapabilities,
    OpenFolder,
    LookForChanges,
    Search,
    Fetch,
    AnnounceMail,
    Append,
    LogOut,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greet => "greet us",
            Self::StartTls => "start TLS",
            Self::LogIn => "log us in",
            Self::ListCapabilities => "say what it can do",
            Self::OpenFolder => "open the folder",
            Self::LookForChanges => "look for changes",
            Self::Search => "search the folder",
            Self::Fetch => "hand over mail",
            Self::AnnounceMail => "announce new mail",
            Self::Append => "store a mail",
            Self::LogOut => "log us out",
        })
    }
}

/// Why TLS failed, as far as somebody can do something about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsFault {
    Expired,
    NotYetValid,
    WrongName,
    UnknownIssuer,
    Certificate,
    NotTls,
    NotOffered,
    NoRoots,
    Broken,
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Expired => "its certificate has expired; who runs the server must renew it",
            Self::NotYetValid => {
                "its certificate is not valid yet; is the clock of this machine right?"
            }
            Self::WrongName => "its certificate is for another name than `host`",
            Self::UnknownIssuer => {
                "nobody we trust has signed its certificate (`ca_file` adds a private authority)"
            }
            Self::Certificate => "its certificate is not acceptable",
            Self::NotTls => "it does not speak TLS on this port (`tls = \"starttls\"`?)",
            Self::NotOffered => "it does not offer STARTTLS",
            Self::NoRoots => "this machine has no list of trusted certificates",
            Self::Broken => "the handshake was broken off",
        })
    }
}

impl TlsFault {
    pub(super) fn of(error: &io::Error) -> Self {
        use rustls::CertificateError as Fault;
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match tls {
            Some(rustls::Error::InvalidCertificate(fault)) => match fault {
                Fault::Expired | Fault::ExpiredContext { .. } => Self::Expired,
                Fault::NotValidYet | Fault::NotValidYetContext { .. } => Self::NotYetValid,
                Fault::NotValidForName | Fault::NotValidForNameContext { .. } => Self::WrongName,
                Fault::UnknownIssuer => Self::UnknownIssuer,
                _ => Self::Certificate,
            },
            Some(rustls::Error::InvalidMessage(_)) => Self::NotTls,
            _ => Self::Broken,
        }
    }
}
