//! `[smtp]` in the settings file.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

/// How the relay is reached.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Name of the relay, such as `smtp.example.org`. Its certificate must carry this name.
    pub host: String,
    /// Usually 465 for `tls`, 587 for `starttls`.
    pub port: u16,
    /// How the connection is kept secret: `tls`, `starttls`, or `none` for a relay on this machine.
    #[serde(default)]
    pub tls: Tls,
    /// Certificates (PEM) of an authority that the system does not know.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// Whom to log in as. Without it no login takes place.
    #[serde(default)]
    pub user: Option<String>,
    /// Holds the password or token alone. It is read again for each connection, so that a renewed
    /// token counts at once. A secret never stands in the settings file itself.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// `password`, or `xoauth2` when the file holds an OAuth 2 token.
    #[serde(default)]
    pub auth: Auth,
    /// The name that we introduce ourselves with (EHLO). It should be this machine's full name.
    #[serde(default)]
    pub hello_name: Option<String>,
    /// Seconds to wait for the connection, its encryption and the relay's greeting.
    #[serde(default = "default_connect_timeout")]
    pub connect_timeout_seconds: u64,
    /// Seconds to wait for the answer to one command.
    #[serde(default = "default_command_timeout")]
    pub command_timeout_seconds: u64,
    /// Seconds to wait for the answer to the content. Short waits lead to letters of unknown fate:
    /// RFC 5321 asks for ten minutes.
    #[serde(default = "default_content_timeout")]
    pub content_timeout_seconds: u64,
    /// Whether automatic answers go out with an empty return path, as RFC 3834 asks. A relay that
    /// refuses it gets the team's address instead; `false` saves the question.
    #[serde(default = "default_null_return_path")]
    pub null_return_path: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tls {
    /// Encrypted from the first byte.
    #[default]
    Tls,
    /// Begins in the open and must be encrypted before anything is said.
    Starttls,
    /// In the open, to this machine alone.
    None,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Auth {
    #[default]
    Password,
    Xoauth2,
}

/// Names the key and says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`smtp.{key}`: {problem}")]
pub struct InvalidSettings {
    pub key: &'static str,
    pub problem: &'static str,
}

impl Settings {
    /// What the types alone cannot say.
    pub fn check(&self) -> Result<(), InvalidSettings> {
        let wrong = |key, problem| Err(InvalidSettings { key, problem });
        if self.host.is_empty() || !self.host.chars().all(is_host_character) {
            return wrong("host", "give the name of the relay, such as `smtp.example.org`");
        }
        if self.tls == Tls::None && !is_loopback(&self.host) {
            return wrong(
                "tls",
                "`none` would send letters in the open; it is for a relay on this machine \
                 (`localhost`), use `tls` or `starttls`",
            );
        }
        if self.password_file.is_some() && self.user.is_none() {
            return wrong("user", "say whom the password in `password_file` belongs to");
        }
        if self.auth == Auth::Xoauth2 && self.user.is_none() {
            return wrong("user", "say whose mailbox the token is for");
        }
        let hello_name = self.hello_name.as_deref();
        if hello_name.is_some_and(|name| name.is_empty() || !name.chars().all(is_host_character)) {
            return wrong("hello_name", "give the full name of this machine, or leave the key out");
        }
        for (key, seconds) in [
            ("connect_timeout_seconds", self.connect_timeout_seconds),
            ("command_timeout_seconds", self.command_timeout_seconds),
            ("content_timeout_seconds", self.content_timeout_seconds),
        ] {
            if !(1..=3600).contains(&seconds) {
                return wrong(key, "give a number from 1 to 3600");
            }
        }
        Ok(())
    }

    pub(crate) fn connect_timeout(&self) -> Duration {
        Duration::from_secs(self.connect_timeout_seconds)
    }

    pub(crate) fn command_timeout(&self) -> Duration {
        Duration::from_secs(self.command_timeout_seconds)
    }

    pub(crate) fn content_timeout(&self) -> Duration {
        Duration::from_secs(self.content_timeout_seconds)
    }
}

fn is_host_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn default_connect_timeout() -> u64 {
    30
}

fn default_command_timeout() -> u64 {
    60
}

fn default_content_timeout() -> u64 {
    600
}

fn default_null_return_path() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(more: &str) -> Settings {
        toml::from_str(&format!("port = 25\n{more}")).unwrap()
    }

    fn problem(more: &str) -> String {
        settings(more).check().unwrap_err().to_string()
    }

    #[test]
    fn few_keys_are_enough() {
        let settings = settings("host = 'smtp.example.org'");
        assert_eq!(settings.check(), Ok(()));
        assert_eq!(settings.tls, Tls::Tls);
        assert!(settings.null_return_path);
    }

    #[test]
    fn only_this_machine_may_be_spoken_to_in_the_open() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "::1"] {
            assert_eq!(settings(&format!("host = '{host}'\ntls = 'none'")).check(), Ok(()));
        }
        insta::assert_snapshot!(
            problem("host = '10.0.0.1'\ntls = 'none'"),
            @"`smtp.tls`: `none` would send letters in the open; it is for a relay on this machine (`localhost`), use `tls` or `starttls`"
        );
    }

    #[test]
    fn what_does_not_fit_together_is_named() {
        let cases = [
            ("host = ''", "`smtp.host`"),
            ("host = 'a\\nb'", "`smtp.host`"),
            ("host = 'a'\npassword_file = 'x'", "`smtp.user`"),
            ("host = 'a'\nauth = 'xoauth2'", "`smtp.user`"),
            ("host = 'a'\nhello_name = \"a\\r\\nQUIT\"", "`smtp.hello_name`"),
            ("host = 'a'\ncommand_timeout_seconds = 0", "`smtp.command_timeout_seconds`"),
        ];
        for (more, key) in cases {
            assert!(problem(more).starts_with(key), "{more}");
        }
    }

    #[test]
    fn an_unknown_key_is_refused() {
        let parsed = toml::from_str::<Settings>("host = 'a'\nport = 1\npassword = 'x'");
        assert!(parsed.unwrap_err().to_string().contains("unknown field `password`"));
    }
}
