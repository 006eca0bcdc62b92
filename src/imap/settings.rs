//! How to reach the mailbox, and how long to wait for it.

use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::imap::Error;

/// The protocol lets a server drop a client that idles for half an hour.
const LONGEST_IDLE_SECONDS: u64 = 28 * 60;
/// The parser refuses a reply of 512 MiB, and a reply must hold a whole mail.
const LARGEST_MAIL_MB: u32 = 256;
/// A longer list of mails makes a command that some servers refuse to read.
const LARGEST_BATCH: usize = 500;

/// `[imap]` in the settings file.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the mail server, as its certificate has it.
    pub host: String,

    /// 993, or 143 with `starttls` and `none`, unless given.
    pub port: Option<u16>,

    /// How the connection is protected: `tls` (from the first byte), `starttls`, or `none`, which
    /// is only for a server on this machine.
    #[serde(default)]
    pub tls: Tls,

    /// A file of PEM certificates to trust besides those of the operating system.
    pub ca_file: Option<PathBuf>,

    pub user: String,

    /// How to log in: `password`, or `xoauth2` with an access token.
    #[serde(default)]
    pub auth: Auth,

    /// Holds the password or the access token alone. It is read again for each connection, so that
    /// another program can keep a token fresh.
    pub password_file: Option<PathBuf>,

    #[serde(default)]
    pub limits: Limits,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    #[default]
    Tls,
    StartTls,
    None,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    Password,
    Xoauth2,
}

/// How long to wait and how much to take at once. Every key may be left out.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest wait for a connection, and again for TLS.
    pub connect_seconds: u64,

    /// Longest silence of the server while it owes us an answer.
    pub silence_seconds: u64,

    /// Longest time for one answer in all, however steadily it trickles in.
    pub answer_seconds: u64,

    /// Longest wait for new mail before we look for ourselves. At most 1,680 (28 minutes).
    pub idle_seconds: u64,

    /// The same for a server that cannot announce new mail (no IDLE).
    pub poll_seconds: u64,

    /// Of a larger mail only the header and the start of the text are fetched.
    pub largest_mail_mb: u32,

    /// Memory for mails that are fetched together.
    pub batch_mb: u32,

    /// How many mails are fetched together.
    pub batch_mails: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect_seconds: 20,
            silence_seconds: 60,
            answer_seconds: 15 * 60,
            idle_seconds: 5 * 60,
            poll_seconds: 60,
            largest_mail_mb: 50,
            batch_mb: 16,
            batch_mails: 200,
        }
    }
}

impl Limits {
    pub(super) fn connect(&self) -> Duration {
        Duration::from_secs(self.connect_seconds)
    }

    pub(super) fn silence(&self) -> Duration {
        Duration::from_secs(self.silence_seconds)
    }

    pub(super) fn answer(&self) -> Duration {
        Duration::from_secs(self.answer_seconds)
    }

    pub(super) fn idle(&self) -> Duration {
        Duration::from_secs(self.idle_seconds)
    }

    pub(super) fn poll(&self) -> Duration {
        Duration::from_secs(self.poll_seconds)
    }

    pub(super) fn largest_mail(&self) -> u64 {
        u64::from(self.largest_mail_mb) * 1_000_000
    }

    pub(super) fn batch(&self) -> u64 {
        u64::from(self.batch_mb) * 1_000_000
    }
}

/// What is wrong with the settings of a mailbox. Each message says what to change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSettings {
    #[error(
        "`tls = \"none\"` is only for a server on this machine: use `tls` or `starttls`, or set \
         `host` to `localhost`, `127.0.0.1` or `::1`"
    )]
    Unprotected,

    #[error("`host` is not the name or the address of a server")]
    Host,

    #[error("`user` is empty or holds a control character")]
    User,

    #[error("`limits.{0}` must be at least 1")]
    Zero(&'static str),

    #[error("`limits.{key}` must be at most {largest}")]
    TooLarge { key: &'static str, largest: u64 },
}

impl Settings {
    /// Finds what the types cannot: keys that do not go together, and numbers that cannot work.
    pub fn check(&self) -> Result<(), InvalidSettings> {
        if self.host.is_empty() || self.host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(InvalidSettings::Host);
        }
        if self.tls == Tls::None && !self.is_loopback() {
            return Err(InvalidSettings::Unprotected);
        }
        if self.user.is_empty() || self.user.chars().any(char::is_control) {
            return Err(InvalidSettings::User);
        }
        self.limits.check()
    }

    pub fn port(&self) -> u16 {
        self.port.unwrap_or(match self.tls {
            Tls::Tls => 993,
            Tls::StartTls | Tls::None => 143,
        })
    }

    fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl Limits {
    fn check(&self) -> Result<(), InvalidSettings> {
        let batch_mails = u64::try_from(self.batch_mails).unwrap_or(u64::MAX);
        let largest_mail = u64::from(self.largest_mail_mb);
        let numbers = [
            ("connect_seconds", self.connect_seconds, 3_600),
            ("silence_seconds", self.silence_seconds, 3_600),
            ("answer_seconds", self.answer_seconds, 86_400),
            ("idle_seconds", self.idle_seconds, LONGEST_IDLE_SECONDS),
            ("poll_seconds", self.poll_seconds, LONGEST_IDLE_SECONDS),
            ("largest_mail_mb", largest_mail, u64::from(LARGEST_MAIL_MB)),
            ("batch_mb", u64::from(self.batch_mb), u64::from(LARGEST_MAIL_MB)),
            ("batch_mails", batch_mails, LARGEST_BATCH as u64),
        ];
        for (key, value, largest) in numbers {
            if value == 0 {
                return Err(InvalidSettings::Zero(key));
            }
            if value > largest {
                return Err(InvalidSettings::TooLarge { key, largest });
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Settings {
    /// Without the user, which is often a mail address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("host", &self.host)
            .field("port", &self.port())
            .field("tls", &self.tls)
            .field("auth", &self.auth)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// A password or token. Hidden in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Where the password or token comes from.
#[derive(Clone, Debug)]
pub enum Credential {
    /// From the environment, or known to a test.
    Given(Secret),

    /// Read for each connection.
    InFile(PathBuf),
}

impl Credential {
    pub(super) async fn read(&self) -> Result<Secret, Error> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::InFile(path) => read_secret(path).await,
        }
    }
}

/// A line break at the end is not part of the secret: every editor leaves one.
async fn read_secret(path: &Path) -> Result<Secret, Error> {
    let text = tokio::fs::read_to_string(path).await.map_err(Error::Credential)?;
    Ok(Secret(text.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Settings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn three_keys_are_enough() {
        let settings = settings("host = 'mail.example.org'\nuser = 'desk'\npassword_file = '/p'");
        assert_eq!(settings.check(), Ok(()));
        assert_eq!((settings.port(), settings.tls, settings.auth), (993, Tls::Tls, Auth::Password));
    }

    #[test]
    fn the_port_follows_from_the_protection() {
        assert_eq!(settings("host = 'a'\nuser = 'u'\ntls = 'starttls'").port(), 143);
        assert_eq!(settings("host = '::1'\nuser = 'u'\ntls = 'none'").port(), 143);
        assert_eq!(settings("host = 'a'\nuser = 'u'\nport = 1993").port(), 1993);
    }

    #[test]
    fn a_password_never_crosses_the_network_in_the_clear() {
        for (host, expected) in [
            ("localhost", Ok(())),
            ("LOCALHOST", Ok(())),
            ("127.0.0.1", Ok(())),
            ("127.8.8.8", Ok(())),
            ("::1", Ok(())),
            ("10.0.0.1", Err(InvalidSettings::Unprotected)),
            ("mail.example.org", Err(InvalidSettings::Unprotected)),
            ("localhost.example.org", Err(InvalidSettings::Unprotected)),
        ] {
            let text = format!("host = '{host}'\nuser = 'desk'\ntls = 'none'");
            assert_eq!(settings(&text).check(), expected, "{host}");
        }
        assert!(InvalidSettings::Unprotected.to_string().contains("use `tls` or `starttls`"));
    }

    #[test]
    fn numbers_that_cannot_work_are_named() {
        for (line, message) in [
            ("idle_seconds = 0", "`limits.idle_seconds` must be at least 1"),
            ("idle_seconds = 1740", "`limits.idle_seconds` must be at most 1680"),
            ("batch_mails = 0", "`limits.batch_mails` must be at least 1"),
            ("largest_mail_mb = 600", "`limits.largest_mail_mb` must be at most 256"),
        ] {
            let text = format!("host = 'a'\nuser = 'u'\n[limits]\n{line}");
            assert_eq!(settings(&text).check().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn unknown_keys_and_words_are_refused() {
        for line in ["colour = 'red'", "tls = 'maybe'", "auth = 'ntlm'", "limits = { hurry = 1 }"] {
            let text = format!("host = 'a'\nuser = 'u'\n{line}");
            assert!(toml::from_str::<Settings>(&text).is_err(), "{line}");
        }
    }

    #[test]
    fn secrets_and_users_stay_out_of_debug() {
        let settings = settings("host = 'a'\nuser = 'desk@example.org'");
        let secret = Credential::Given(Secret::new("hunter2".to_owned()));
        let shown = format!("{settings:?} {secret:?}");
        assert!(!shown.contains("desk@") && !shown.contains("hunter2"), "{shown}");
    }
}
