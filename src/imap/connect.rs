//! From a host name to a session that is logged in.

use std::io;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use async_imap::error::Error as LibraryError;
use async_imap::imap_proto::{Response, Status};
use async_imap::{Authenticator, Client};
use futures_util::FutureExt;
use rustls_platform_verifier::Verifier;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

use crate::imap::error::{Error, Step, TlsFault};
use crate::imap::settings::{Auth, Credential, Secret, Settings, Tls};
use crate::imap::wire::Wire;

pub(super) async fn log_in(
    settings: &Settings,
    credential: &Credential,
) -> Result<async_imap::Session<Wire>, Error> {
    settings.check()?;
    let secret = credential.read().await?;
    let stream = reach(settings).await?;
    let client = match settings.tls {
        Tls::Tls => greeted(settings, protect(settings, stream).await?).await?,
        Tls::None => greeted(settings, Wire::plain(stream)).await?,
        Tls::StartTls => {
            let stream = start_tls(settings, stream).await?;
            Client::new(protect(settings, stream).await?)
        }
    };
    match settings.auth {
        Auth::Password => with_password(settings, client, &secret).await,
        Auth::Xoauth2 => with_token(settings, client, &secret).await,
    }
}

async fn reach(settings: &Settings) -> Result<TcpStream, Error> {
    let host = || settings.host.clone();
    let failed = |source| Error::Connect { host: host(), source };
    let connecting = timeout(settings.limits.connect(), async {
        let found = lookup_host((settings.host.as_str(), settings.port())).await;
        let found = found.map_err(|source| Error::Unknown { host: host(), source })?;
        // What the name server calls `localhost` need not be this machine.
        let addresses: Vec<SocketAddr> =
            found.filter(|a| settings.tls != Tls::None || a.ip().is_loopback()).collect();
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        Ok(stream)
    });
    connecting.await.unwrap_or_else(|_| Err(failed(io::ErrorKind::TimedOut.into())))
}

async fn protect(settings: &Settings, stream: TcpStream) -> Result<Wire, Error> {
    let failed = |fault| Error::Tls { host: settings.host.clone(), fault };
    let config = client_config(settings)?;
    let name =
        ServerName::try_from(settings.host.clone()).map_err(|_| failed(TlsFault::WrongName))?;
    let shaking_hands = TlsConnector::from(Arc::new(config)).connect(name, stream);
    match timeout(settings.limits.connect(), shaking_hands).await {
        Ok(Ok(stream)) => Ok(Wire::protected(stream)),
        Ok(Err(error)) => Err(failed(TlsFault::of(&error))),
        Err(_) => Err(Error::Timeout { host: settings.host.clone(), step: Step::StartTls }),
    }
}

/// Made for each connection, so that certificates renewed on disk are seen.
fn client_config(settings: &Settings) -> Result<ClientConfig, Error> {
    let failed = |fault| Error::Tls { host: settings.host.clone(), fault };
    let mut roots = Vec::new();
    if let Some(file) = &settings.ca_file {
        let found = CertificateDer::pem_file_iter(file).map_err(|_| Error::CaFile)?;
        roots = found.collect::<Result<_, _>>().map_err(|_| Error::CaFile)?;
        if roots.is_empty() {
            return Err(Error::CaFile);
        }
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
        .map_err(|_| failed(TlsFault::NoRoots))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| failed(TlsFault::Broken))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

/// The server speaks first. A greeting that lets us in without a login is refused: somebody
/// between us could have sent it.
async fn greeted(settings: &Settings, wire: Wire) -> Result<Client<Wire>, Error> {
    let mut client = Client::new(wire);
    let greeting = attempt(settings, Step::Greet, client.read_response()).await?;
    let is_welcome = match greeting {
        Ok(Some(reply)) => matches!(reply.parsed(), Response::Data { status: Status::Ok, .. }),
        Ok(None) => return Err(Error::Closed { host: settings.host.clone(), step: Step::Greet }),
        Err(error) => return Err(broken(settings, Step::Greet, &error)),
    };
    if is_welcome {
        Ok(client)
    } else {
        Err(Error::Refused { host: settings.host.clone(), step: Step::Greet })
    }
}

/// What the server has sent beyond its `OK` is thrown away with the client: it was not protected.
async fn start_tls(settings: &Settings, stream: TcpStream) -> Result<TcpStream, Error> {
    let mut client = greeted(settings, Wire::plain(stream)).await?;
    let asking = client.run_command_and_check_ok("STARTTLS", None);
    match attempt(settings, Step::StartTls, asking).await? {
        Ok(()) => {}
        Err(LibraryError::No(_) | LibraryError::Bad(_)) => {
            let fault = TlsFault::NotOffered;
            return Err(Error::Tls { host: settings.host.clone(), fault });
        }
        Err(error) => return Err(not_logged_in(settings, Step::StartTls, &error)),
    }
    client
        .into_inner()
        .into_plain()
        .ok_or(Error::Protocol { host: settings.host.clone(), step: Step::StartTls })
}

async fn with_password(
    settings: &Settings,
    client: Client<Wire>,
    password: &Secret,
) -> Result<async_imap::Session<Wire>, Error> {
    let logging_in = client.login(&settings.user, password.expose());
    attempt(settings, Step::LogIn, logging_in)
        .await?
        .map_err(|(error, _)| not_logged_in(settings, Step::LogIn, &error))
}

async fn with_token(
    settings: &Settings,
    client: Client<Wire>,
    token: &Secret,
) -> Result<async_imap::Session<Wire>, Error> {
    let bearer = format!("user={}\x01auth=Bearer {}\x01\x01", settings.user, token.expose());
    let mut answers = TokenAnswers { bearer: Some(bearer), status: None };
    let logging_in = client.authenticate("XOAUTH2", &mut answers);
    match attempt(settings, Step::LogIn, logging_in).await? {
        Ok(session) => Ok(session),
        Err((error, _)) => Err(match not_logged_in(settings, Step::LogIn, &error) {
            Error::LoginRefused { host, .. } => {
                Error::LoginRefused { host, status: answers.status }
            }
            other => other,
        }),
    }
}

/// The first challenge gets the token. A second one is the server's complaint about it, and wants
/// an empty answer before the refusal comes.
struct TokenAnswers {
    bearer: Option<String>,
    status: Option<String>,
}

impl Authenticator for &mut TokenAnswers {
    type Response = String;

    fn process(&mut self, challenge: &[u8]) -> String {
        if let Some(bearer) = self.bearer.take() {
            return bearer;
        }
        let complaint: Option<serde_json::Value> = serde_json::from_slice(challenge).ok();
        self.status = complaint
            .as_ref()
            .and_then(|complaint| complaint.get("status")?.as_str())
            .filter(|status| status.len() <= 3 && status.bytes().all(|b| b.is_ascii_digit()))
            .map(ToOwned::to_owned);
        String::new()
    }
}

/// Runs one step before the login is complete: with a deadline, and without the parser's panics.
async fn attempt<T>(
    settings: &Settings,
    step: Step,
    work: impl Future<Output = T>,
) -> Result<T, Error> {
    let limit: Duration = settings.limits.silence();
    match timeout(limit, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_panic)) => Err(Error::Protocol { host: settings.host.clone(), step }),
        Err(_) => Err(Error::Timeout { host: settings.host.clone(), step }),
    }
}

fn not_logged_in(settings: &Settings, step: Step, error: &LibraryError) -> Error {
    let host = settings.host.clone();
    match error {
        LibraryError::Io(error) => broken(settings, step, error),
        LibraryError::ConnectionLost => Error::Closed { host, step },
        LibraryError::No(answer) if is_about_the_server(answer) => Error::Refused { host, step },
        LibraryError::No(_) | LibraryError::Bad(_) | LibraryError::Validate(_) => {
            Error::LoginRefused { host, status: None }
        }
        _ => Error::Protocol { host, step },
    }
}

/// Response codes of RFC 5530 that say "not now", which the library leaves in the text. The
/// password need not be wrong then.
fn is_about_the_server(answer: &str) -> bool {
    ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"].iter().any(|code| answer.contains(code))
}

fn broken(settings: &Settings, step: Step, error: &io::Error) -> Error {
    let host = settings.host.clone();
    match error.kind() {
        io::ErrorKind::Other => Error::Protocol { host, step },
        _ => Error::Closed { host, step },
    }
}
