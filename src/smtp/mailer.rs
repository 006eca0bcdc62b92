//! Hands letters to the relay, several over one connection where the relay allows it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use lettre::transport::smtp;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::smtp::connection::{Connection, Way};
use crate::smtp::standing::{Record, Standing};
use crate::smtp::wire::{self, Checked};
use crate::smtp::{InvalidSettings, OutgoingLetter, SendError, Settings, Stage, Tls};

/// Letters over one connection. Many relays end a connection after a hundred.
const LETTERS_A_CONNECTION: u32 = 50;

pub struct Mailer {
    settings: Settings,
    hello: ClientId,
    tls: Option<TlsParameters>,
    secret: Option<Secret>,
    /// Open connections on which no letter is under way.
    idle: Mutex<Vec<Connection>>,
    record: Record,
}

/// Where password or token come from.
enum Secret {
    Given(String),
    InFile(PathBuf),
}

#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Settings(#[from] InvalidSettings),

    #[error("could not read `smtp.ca_file` {path:?}")]
    CaFile { path: PathBuf, source: std::io::Error },

    #[error("`smtp.ca_file` {path:?} holds no certificate in PEM form")]
    NoCertificate { path: PathBuf },

    #[error("could not prepare TLS for `smtp.host`")]
    Tls { source: smtp::Error },
}

impl Mailer {
    /// `secret` is a password or token from elsewhere than `password_file`, such as the
    /// environment; it goes before the file.
    pub fn new(settings: Settings, secret: Option<String>) -> Result<Self, SetupError> {
        settings.check()?;
        let secret = match (secret, &settings.password_file) {
            (Some(secret), _) => Some(Secret::Given(secret)),
            (None, Some(file)) => Some(Secret::InFile(file.clone())),
            (None, None) if settings.user.is_some() => {
                let problem = "say where the password of `user` stands";
                return Err(InvalidSettings { key: "password_file", problem }.into());
            }
            (None, None) => None,
        };
        let hello = match &settings.hello_name {
            Some(name) => ClientId::Domain(name.clone()),
            None => ClientId::default(),
        };
        let tls = match settings.tls {
            Tls::Tls | Tls::Starttls => Some(tls(&settings)?),
            Tls::None => None,
        };
        Ok(Self {
            settings,
            hello,
            tls,
            secret,
            idle: Mutex::new(Vec::new()),
            record: Record::default(),
        })
    }

    /// Goes as far as the relay's yes to the recipient. Nothing of the content is sent.
    ///
    /// Dropping the result gives the letter up and closes the connection.
    pub async fn prepare<'a>(
        &'a self,
        letter: &OutgoingLetter<'a>,
    ) -> Result<Ready<'a>, SendError> {
        let null_return_path = letter.null_return_path && self.settings.null_return_path;
        let checked = wire::checked(&OutgoingLetter { null_return_path, ..*letter })?;
        let prepared = self.prepare_checked(letter, &checked).await;
        self.record.note(&prepared);
        prepared
    }

    async fn prepare_checked<'a>(
        &'a self,
        letter: &OutgoingLetter<'a>,
        checked: &Checked<'a>,
    ) -> Result<Ready<'a>, SendError> {
        match self.address(checked).await {
            // Some relays refuse the null return path to users who have logged in. With our
            // address the letter still says that a machine wrote it.
            Err(error) if checked.from.is_none() && error.refuses_the_sender() => {
                let letter = OutgoingLetter { null_return_path: false, ..*letter };
                self.address(&wire::checked(&letter)?).await
            }
            done => done,
        }
    }

    async fn address<'a>(&'a self, letter: &Checked<'a>) -> Result<Ready<'a>, SendError> {
        if let Some(mut connection) = self.idle_connection() {
            match connection.address(letter).await {
                Ok(()) => return Ok(self.ready(connection, letter)),
                // The relay closed it since the last letter, and most likely the others too.
                Err(error) if error.is_about_a_lost_connection() => drop(self.all_idle()),
                Err(error) => return Err(self.refused(connection, error).await),
            }
        }
        let mut connection = self.open().await?;
        match connection.address(letter).await {
            Ok(()) => Ok(self.ready(connection, letter)),
            Err(error) => Err(self.refused(connection, error).await),
        }
    }

    /// Both steps at once, for a sender that keeps no note in between.
    pub async fn send(&self, letter: &OutgoingLetter<'_>) -> Result<(), SendError> {
        self.prepare(letter).await?.finish().await
    }

    /// What the last letters met with.
    pub fn standing(&self) -> Standing {
        self.record.standing()
    }

    /// Whether the relay can be reached and lets us in. Sends nothing.
    pub async fn check(&self) -> Result<(), SendError> {
        self.open().await?.say_goodbye().await;
        Ok(())
    }

    /// Says goodbye on all connections that wait for a next letter: when there is none for now,
    /// and before the process ends.
    pub async fn hang_up(&self) {
        for connection in self.all_idle() {
            connection.say_goodbye().await;
        }
    }

    async fn open(&self) -> Result<Connection, SendError> {
        let way = Way { settings: &self.settings, hello: &self.hello, tls: self.tls.as_ref() };
        let mut connection = Connection::open(&way).await?;
        self.record.see_certificate(connection.certificate_ends);
        if let Some(credentials) = self.credentials().await? {
            connection.log_in(self.settings.auth, &credentials).await?;
        }
        Ok(connection)
    }

    async fn credentials(&self) -> Result<Option<Credentials>, SendError> {
        let (Some(user), Some(secret)) = (&self.settings.user, &self.secret) else {
            return Ok(None);
        };
        let secret = match secret {
            Secret::Given(secret) => secret.clone(),
            Secret::InFile(file) => read_secret(file).await?,
        };
        Ok(Some(Credentials::new(user.clone(), secret)))
    }

    fn ready<'a>(&'a self, connection: Connection, letter: &Checked<'a>) -> Ready<'a> {
        Ready { mailer: self, connection, content: letter.content }
    }

    /// Keeps a connection on which only one letter was refused.
    async fn refused(&self, mut connection: Connection, error: SendError) -> SendError {
        if !error.is_about_a_lost_connection() && connection.reset().await {
            self.keep(connection);
        }
        error
    }

    fn keep(&self, connection: Connection) {
        if connection.letters < LETTERS_A_CONNECTION {
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }

    fn idle_connection(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn all_idle(&self) -> Vec<Connection> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Shows where the relay is and nothing of the login.
impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<mailer to {}:{}>", self.settings.host, self.settings.port)
    }
}

/// A letter whose recipient the relay has accepted. Its content has not been sent.
#[must_use = "the letter is sent by `finish`"]
pub struct Ready<'a> {
    mailer: &'a Mailer,
    connection: Connection,
    content: &'a [u8],
}

impl Ready<'_> {
    /// Sends the content. An answer to it that stays away is [`SendError::Unknown`].
    pub async fn finish(mut self) -> Result<(), SendError> {
        match self.connection.content(self.content).await {
            Ok(()) => {
                self.mailer.keep(self.connection);
                Ok(())
            }
            Err(error @ SendError::Unknown(_)) => Err(error),
            Err(error) => Err(self.mailer.refused(self.connection, error).await),
        }
    }
}

async fn read_secret(file: &Path) -> Result<String, SendError> {
    let text = tokio::fs::read_to_string(file).await.map_err(|error| {
        let reason = format!("could not read `smtp.password_file`: {error}");
        SendError::without_answer(Stage::LoggingIn, reason)
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn tls(settings: &Settings) -> Result<TlsParameters, SetupError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let pem = std::fs::read(path)
            .map_err(|source| SetupError::CaFile { path: path.clone(), source })?;
        let certificate = Certificate::from_pem(&pem)
            .ok()
            .filter(|_| String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE"))
            .ok_or_else(|| SetupError::NoCertificate { path: path.clone() })?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build_rustls().map_err(|source| SetupError::Tls { source })
}
