//! A relay on this machine that does as it is told, well and badly.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of tests may fail loudly; clippy allows it in test functions only"
)]

use std::collections::{BTreeMap, VecDeque};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use mailtriage::smtp::{Auth, Mailer, Settings, Tls};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// What a relay does instead of saying yes.
#[derive(Clone, Copy)]
pub(crate) enum Deed {
    Say(&'static str),
    HangUp,
    StaySilent,
}

/// A relay on this machine. Each deed happens once, at the next use of its verb; `.` is the end of
/// the content and `connect` the greeting.
pub(crate) struct Relay {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
    deeds: Arc<Mutex<BTreeMap<&'static str, VecDeque<Deed>>>>,
    certificate: tempfile::NamedTempFile,
    _connections: JoinSet<()>,
}

#[derive(Clone)]
struct Desk {
    heard: Arc<Mutex<Vec<String>>>,
    deeds: Arc<Mutex<BTreeMap<&'static str, VecDeque<Deed>>>>,
    tls: TlsAcceptor,
    mode: Tls,
}

impl Relay {
    pub(crate) async fn start(mode: Tls) -> Self {
        Self::start_until(mode, None).await
    }

    /// With a certificate that ends on that day.
    pub(crate) async fn start_until(mode: Tls, end: Option<(i32, u8, u8)>) -> Self {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut wanted = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        if let Some((year, month, day)) = end {
            wanted.not_after = rcgen::date_time_ymd(year, month, day);
        }
        let signed = wanted.self_signed(&key).unwrap();
        let certificate = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(certificate.path(), signed.pem()).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = tokio_rustls::rustls::crypto::aws_lc_rs::default_provider();
        let config = ServerConfig::builder_with_provider(Arc::new(provider))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![signed.der().clone()], private)
            .unwrap();

        let desk = Desk {
            heard: Arc::default(),
            deeds: Arc::default(),
            tls: TlsAcceptor::from(Arc::new(config)),
            mode,
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (heard, deeds) = (Arc::clone(&desk.heard), Arc::clone(&desk.deeds));
        let mut connections = JoinSet::new();
        connections.spawn(async move {
            let mut served = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                served.spawn(desk.clone().serve(stream));
            }
        });
        Self { port, heard, deeds, certificate, _connections: connections }
    }

    pub(crate) fn will(&self, verb: &'static str, deed: Deed) -> &Self {
        self.deeds.lock().unwrap().entry(verb).or_default().push_back(deed);
        self
    }

    pub(crate) fn heard(&self) -> String {
        self.heard.lock().unwrap().join("\n")
    }

    pub(crate) fn settings(&self, mode: Tls) -> Settings {
        Settings {
            host: "localhost".to_owned(),
            port: self.port,
            tls: mode,
            ca_file: (mode != Tls::None).then(|| self.certificate.path().to_owned()),
            user: None,
            password_file: None,
            auth: Auth::Password,
            hello_name: Some("desk.example.org".to_owned()),
            connect_timeout_seconds: 10,
            command_timeout_seconds: 10,
            content_timeout_seconds: 10,
            null_return_path: true,
        }
    }

    pub(crate) fn mailer(&self) -> Mailer {
        Mailer::new(self.settings(Tls::None), None).unwrap()
    }
}

impl Desk {
    async fn serve(self, stream: TcpStream) {
        self.note("(connected)");
        if self.mode == Tls::Tls {
            let Ok(stream) = self.tls.accept(stream).await else { return };
            self.talk(BufReader::new(stream), true).await;
            return;
        }
        if let Some(stream) = self.talk(BufReader::new(stream), true).await {
            let Ok(stream) = self.tls.accept(stream.into_inner()).await else { return };
            self.talk(BufReader::new(stream), false).await;
        }
    }

    /// Talks until the client leaves, or until it asks for STARTTLS: then the stream comes back.
    async fn talk<S>(&self, mut stream: BufReader<S>, greets: bool) -> Option<BufReader<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        if greets && !self.answer(&mut stream, "connect", "220 relay.example.org").await {
            return None;
        }
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let line = line.trim_end();
            self.note(line);
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let usual = match verb.as_str() {
                "EHLO" => "250-relay.example.org\r\n250-STARTTLS\r\n250 AUTH PLAIN XOAUTH2",
                "STARTTLS" => "220 go on",
                "AUTH" => "235 welcome",
                "DATA" => "354 go on",
                "QUIT" => "221 goodbye",
                _ => "250 yes",
            };
            if !self.answer(&mut stream, &verb, usual).await {
                return None;
            }
            match verb.as_str() {
                "STARTTLS" => return Some(stream),
                "QUIT" => return None,
                "DATA" if self.content_follows() => {
                    self.content(&mut stream).await?;
                    if !self.answer(&mut stream, ".", "250 taken").await {
                        return None;
                    }
                }
                _ => {}
            }
        }
    }

    async fn content<S: AsyncRead + Unpin>(&self, stream: &mut BufReader<S>) -> Option<()> {
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            self.note(format!("| {}", line.trim_end()).trim_end());
            if line == ".\r\n" {
                return Some(());
            }
        }
    }

    /// Whether the conversation goes on.
    async fn answer<S>(&self, stream: &mut BufReader<S>, verb: &str, usual: &str) -> bool
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let deed = self.deeds.lock().unwrap().get_mut(verb).and_then(VecDeque::pop_front);
        let words = match deed {
            None => usual,
            Some(Deed::Say(words)) => words,
            Some(Deed::HangUp) => return false,
            Some(Deed::StaySilent) => {
                // Ends when the client has had enough.
                let mut rest = Vec::new();
                drop(stream.read_to_end(&mut rest).await);
                return false;
            }
        };
        self.note(&format!("    {words}"));
        stream.write_all(format!("{words}\r\n").as_bytes()).await.is_ok()
    }

    /// Whether the last answer, the one to DATA, asked for the content.
    fn content_follows(&self) -> bool {
        self.heard.lock().unwrap().last().expect("an answer was noted").contains("354")
    }

    fn note(&self, line: &str) {
        self.heard.lock().unwrap().push(line.to_owned());
    }
}
