//! A small mail server inside this process: takes mail for the users of the sandbox and puts it into
//! their mailboxes.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use mailin::{Action, Handler, Response, Session, SessionBuilder};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use crate::mail::EmailAddress;

use super::maildir::Maildirs;

const NAME: &str = "sandbox.invalid";
/// Longer lines are no mail. The limit of RFC 5321 is 1,000.
const LONGEST_LINE: u64 = 1 << 20;
const LARGEST_MAIL: usize = 50 << 20;

/// Tells the time that the sandbox lives in; the demo runs ahead of the real one.
pub type Now = Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>;

/// Who a mail was from and for, as the sending program said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Envelope {
    /// `None` is the null return path, `MAIL FROM:<>`.
    pub from: Option<EmailAddress>,
    pub to: Vec<EmailAddress>,
    pub at: DateTime<Utc>,
}

/// A running server. It ends when dropped; mail under way is then not taken.
pub struct SmtpServer {
    port: u16,
    accepted: Arc<Mutex<Vec<Envelope>>>,
    stop: CancellationToken,
    connections: TaskTracker,
}

impl SmtpServer {
    /// Takes mail for `users`, whose mailboxes exist. Everybody else does not.
    pub async fn start(maildirs: Maildirs, users: &[String], now: Now) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        let accepted = Arc::<Mutex<Vec<Envelope>>>::default();
        let reception = Reception {
            maildirs,
            users: users.iter().cloned().collect(),
            now,
            accepted: Arc::clone(&accepted),
            mail: Mail::default(),
        };
        let server = Self {
            port,
            accepted,
            stop: CancellationToken::new(),
            connections: TaskTracker::new(),
        };
        let (stop, connections) = (server.stop.clone(), server.connections.clone());
        server.connections.spawn(async move {
            while let Some(connected) = stop.run_until_cancelled(listener.accept()).await {
                match connected {
                    Ok((stream, from)) => {
                        let conversation = converse(stream, from, reception.clone());
                        let stop = stop.clone();
                        connections.spawn(async move {
                            stop.run_until_cancelled(conversation).await;
                        });
                    }
                    Err(error) => warn!("sandbox: could not take an SMTP connection: {error}"),
                }
            }
        });
        Ok(server)
    }

    /// Where SMTP is spoken, on 127.0.0.1, without TLS and without login.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// All mails taken so far, oldest first.
    pub fn accepted(&self) -> Vec<Envelope> {
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub async fn stop(self) {
        self.stop.cancel();
        self.connections.close();
        self.connections.wait().await;
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn converse(stream: TcpStream, from: SocketAddr, reception: Reception) {
    let session = SessionBuilder::new(NAME).build(from.ip(), reception);
    if let Err(error) = serve(stream, session).await {
        debug!("sandbox: an SMTP connection broke off: {error}");
    }
}

async fn serve(stream: TcpStream, mut session: Session<Reception>) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    stream.write_all(&session.greeting().buffer()?).await?;
    let mut in_mail = false;
    loop {
        let mut line = Vec::new();
        (&mut stream).take(LONGEST_LINE).read_until(b'\n', &mut line).await?;
        if !line.ends_with(b"\n") {
            return Ok(());
        }
        if !in_mail {
            line = with_named_null_sender(line);
        }
        let response = session.process(&line);
        in_mail = response.code == 354 || (in_mail && response.action == Action::NoReply);
        stream.write_all(&response.buffer()?).await?;
        if response.action == Action::Close {
            return Ok(());
        }
    }
}

/// Stands for the null return path inside mailin, whose parser takes `<>` for a syntax error.
/// No address of ours: it has no domain.
const NULL_SENDER: &str = "null-return-path";

fn with_named_null_sender(line: Vec<u8>) -> Vec<u8> {
    const NULL: &[u8] = b"MAIL FROM:<>";
    match line.split_at_checked(NULL.len()) {
        Some((command, rest)) if command.eq_ignore_ascii_case(NULL) => {
            [format!("MAIL FROM:<{NULL_SENDER}>").as_bytes(), rest].concat()
        }
        _ => line,
    }
}

/// What one connection may do.
#[derive(Clone)]
struct Reception {
    maildirs: Maildirs,
    users: BTreeSet<String>,
    now: Now,
    accepted: Arc<Mutex<Vec<Envelope>>>,
    mail: Mail,
}

/// The mail that is being taken.
#[derive(Clone, Default)]
struct Mail {
    /// The name that the client gave itself.
    client: String,
    from: Option<EmailAddress>,
    to: Vec<EmailAddress>,
    raw: Vec<u8>,
}

impl Handler for Reception {
    fn helo(&mut self, _ip: IpAddr, domain: &str) -> Response {
        self.mail = Mail { client: domain.to_owned(), ..Mail::default() };
        mailin::response::OK
    }

    fn mail(&mut self, _ip: IpAddr, domain: &str, from: &str) -> Response {
        self.mail = Mail { client: domain.to_owned(), ..Mail::default() };
        if from == NULL_SENDER {
            return mailin::response::OK;
        }
        match EmailAddress::parse(from) {
            Ok(from) => {
                self.mail.from = Some(from);
                mailin::response::OK
            }
            Err(_) => mailin::response::BAD_MAILBOX,
        }
    }

    fn rcpt(&mut self, to: &str) -> Response {
        match EmailAddress::parse(to) {
            Ok(to) if self.mailbox_of(&to).is_some() => {
                self.mail.to.push(to);
                mailin::response::OK
            }
            Ok(_) => mailin::response::NO_MAILBOX,
            Err(_) => mailin::response::BAD_MAILBOX,
        }
    }

    fn data(&mut self, line: &[u8]) -> io::Result<()> {
        // One line more than allowed is kept, and tells `data_end`.
        if self.mail.raw.len() <= LARGEST_MAIL {
            self.mail.raw.extend_from_slice(line);
        }
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let mail = std::mem::take(&mut self.mail);
        // Any other error would leave mailin waiting for more of the mail: it must close.
        if mail.raw.len() > LARGEST_MAIL {
            return Response::custom(421, "Mail too large".to_owned());
        }
        match self.take(mail) {
            Ok(()) => mailin::response::OK,
            Err(error) => {
                warn!("sandbox: could not deliver a mail: {error}");
                mailin::response::NO_SERVICE
            }
        }
    }
}

impl Reception {
    fn mailbox_of(&self, address: &EmailAddress) -> Option<&String> {
        self.users.iter().find(|user| user.eq_ignore_ascii_case(address.as_str()))
    }

    fn take(&self, mail: Mail) -> io::Result<()> {
        let at = (self.now)();
        let return_path = mail.from.as_ref().map_or("", EmailAddress::as_str);
        let trace = format!(
            "Return-Path: <{return_path}>\r\nReceived: from {} by {NAME} with ESMTP; {}\r\n",
            mail.client,
            at.to_rfc2822()
        );
        let raw = [trace.as_bytes(), &mail.raw].concat();
        let mailboxes: BTreeSet<&String> =
            mail.to.iter().filter_map(|to| self.mailbox_of(to)).collect();
        for mailbox in mailboxes {
            self.maildirs.deliver(mailbox, "INBOX", &raw, at)?;
        }
        let envelope = Envelope { from: mail.from, to: mail.to, at };
        self.accepted.lock().unwrap_or_else(PoisonError::into_inner).push(envelope);
        Ok(())
    }
}
