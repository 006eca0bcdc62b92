//! One conversation with the relay. Every wait in it has an end.

use std::io;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use lettre::transport::smtp::response::{Response, Severity};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use crate::certificate;
use crate::smtp::line_stream::LineStream;
use crate::smtp::wire::Checked;
use crate::smtp::{Auth, SendError, Settings, Stage, Tls};

/// How long a relay may take over our goodbye.
const GOODBYE: Duration = Duration::from_secs(5);

pub(crate) struct Connection {
    smtp: AsyncSmtpConnection,
    command_timeout: Duration,
    content_timeout: Duration,
    /// Letters that went over this connection.
    pub(crate) letters: u32,
    /// When the relay's certificate ends.
    pub(crate) certificate_ends: Option<DateTime<Utc>>,
}

/// What it takes to open a connection.
pub(crate) struct Way<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) hello: &'a ClientId,
    /// `None` for a connection in the open.
    pub(crate) tls: Option<&'a TlsParameters>,
}

impl Connection {
    pub(crate) async fn open(way: &Way<'_>) -> Result<Self, SendError> {
        let settings = way.settings;
        // The mail library panics on a greeting that holds a line of blanks only. A strange relay
        // must not end the service.
        let opening = AssertUnwindSafe(greet(way)).catch_unwind();
        let smtp = timeout(settings.connect_timeout(), opening)
            .await
            .map_err(|_| SendError::timed_out(Stage::Connecting))?
            .unwrap_or_else(|_| {
                Err(SendError::without_answer(Stage::Connecting, "the greeting made no sense"))
            })?;
        let certificate = way.tls.and_then(|_| smtp.peer_certificate().ok());
        Ok(Self {
            certificate_ends: certificate.and_then(|bytes| certificate::ends_at(&bytes)),
            smtp,
            command_timeout: settings.command_timeout(),
            content_timeout: settings.content_timeout(),
            letters: 0,
        })
    }

    pub(crate) async fn log_in(
        &mut self,
        auth: Auth,
        credentials: &Credentials,
    ) -> Result<(), SendError> {
        let mechanisms: &[Mechanism] = match auth {
            Auth::Password => &[Mechanism::Plain, Mechanism::Login],
            Auth::Xoauth2 => &[Mechanism::Xoauth2],
        };
        let stage = Stage::LoggingIn;
        let login = timeout(self.command_timeout, self.smtp.auth(mechanisms, credentials)).await;
        let answer = login
            .map_err(|_| SendError::timed_out(stage))?
            .map_err(|error| SendError::from_smtp(stage, &error))?;
        expect(&answer, stage, Severity::PositiveCompletion)
    }

    /// Names sender and recipient.
    pub(crate) async fn address(&mut self, letter: &Checked<'_>) -> Result<(), SendError> {
        let server = self.smtp.server_info();
        let mut parameters = Vec::new();
        if letter.needs_utf8_addresses {
            if !server.supports_feature(Extension::SmtpUtfEight) {
                let reason = "the relay takes no address outside ASCII";
                return Err(SendError::refused_by_us(Stage::Recipient, reason));
            }
            parameters.push(MailParameter::SmtpUtfEight);
        }
        if letter.needs_eight_bits {
            if !server.supports_feature(Extension::EightBitMime) {
                return Err(SendError::Unsendable("the relay takes no letter outside ASCII"));
            }
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        let sender = Mail::new(letter.from.clone(), parameters);
        let answer = self.command(Stage::Sender, sender).await?;
        expect(&answer, Stage::Sender, Severity::PositiveCompletion)?;
        let recipient = Rcpt::new(letter.to.clone(), Vec::new());
        let answer = self.command(Stage::Recipient, recipient).await?;
        expect(&answer, Stage::Recipient, Severity::PositiveCompletion)
    }

    /// Sends the content and waits for the relay's word that it has taken it.
    pub(crate) async fn content(&mut self, content: &[u8]) -> Result<(), SendError> {
        let answer = self.command(Stage::Data, Data).await?;
        expect(&answer, Stage::Data, Severity::PositiveIntermediate)?;

        self.letters += 1;
        let stage = Stage::Content;
        let answer = timeout(self.content_timeout, self.smtp.message(content))
            .await
            .map_err(|_| SendError::timed_out(stage))?
            .map_err(|error| SendError::from_smtp(stage, &error))?;
        expect(&answer, stage, Severity::PositiveCompletion)
    }

    /// Takes back what was begun. Whether the connection can be used again.
    pub(crate) async fn reset(&mut self) -> bool {
        self.command(Stage::Sender, Rset).await.is_ok()
    }

    pub(crate) async fn say_goodbye(mut self) {
        // The relay has what it needs; whether it says goodbye too changes nothing.
        drop(timeout(GOODBYE, self.smtp.quit()).await);
    }

    async fn command(
        &mut self,
        stage: Stage,
        command: impl std::fmt::Display,
    ) -> Result<Response, SendError> {
        timeout(self.command_timeout, self.smtp.command(command))
            .await
            .map_err(|_| SendError::timed_out(stage))?
            .map_err(|error| SendError::from_smtp(stage, &error))
    }
}

async fn greet(way: &Way<'_>) -> Result<AsyncSmtpConnection, SendError> {
    let settings = way.settings;
    let relay = (settings.host.as_str(), settings.port);
    let failed = |error| SendError::from_smtp(Stage::Connecting, &error);
    let addresses = lookup_host(relay).await.map_err(|error| {
        let reason = format!(
            "could not find the address of {}: is `host` right, and does DNS work here? ({error})",
            settings.host
        );
        SendError::without_answer(Stage::Connecting, reason)
    })?;
    let addresses: Vec<SocketAddr> = addresses.collect();
    let in_the_open = async {
        let stream = TcpStream::connect(addresses.as_slice()).await?;
        // The end of a letter is a small write after a large one. Held back until the relay confirms
        // the large one, it would cost each letter 40 milliseconds.
        stream.set_nodelay(true)?;
        Ok(Box::new(LineStream::new(stream)))
    };
    let not_connected =
        |error: io::Error| SendError::without_answer(Stage::Connecting, error.to_string());
    match (settings.tls, way.tls) {
        (Tls::Starttls, Some(tls)) => {
            let stream = in_the_open.await.map_err(not_connected)?;
            let opened = AsyncSmtpConnection::connect_with_transport(stream, way.hello).await;
            let mut smtp = opened.map_err(failed)?;
            smtp.starttls(tls.clone(), way.hello).await.map_err(failed)?;
            Ok(smtp)
        }
        (Tls::None, _) => {
            let stream = in_the_open.await.map_err(not_connected)?;
            AsyncSmtpConnection::connect_with_transport(stream, way.hello).await.map_err(failed)
        }
        (_, tls) => AsyncSmtpConnection::connect_tokio1(relay, None, way.hello, tls.cloned(), None)
            .await
            .map_err(failed),
    }
}

/// A yes of the wrong kind means that we and the relay have lost step.
fn expect(answer: &Response, stage: Stage, severity: Severity) -> Result<(), SendError> {
    if answer.code().severity == severity {
        Ok(())
    } else {
        Err(SendError::without_answer(stage, "the relay answered something else than we asked"))
    }
}
