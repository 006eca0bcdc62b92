//! A mail server that follows a script: real IMAP bytes on a loopback port, faults included.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use mailtriage::imap::{Credential, Secret, Settings};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

/// For a test that would otherwise wait for a connection that never comes.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct FakeImap {
    port: u16,
    playing: JoinSet<()>,
}

/// One connection, from its start to its end. What is left unsaid at the end is a clean close.
#[derive(Clone, Default)]
pub(crate) struct Script {
    acts: Vec<Act>,
    /// Acts before the last change to TLS, and the certificate.
    before_tls: Option<(Vec<Act>, Arc<ServerConfig>)>,
}

#[derive(Clone)]
enum Act {
    Hear(String),
    Say(Vec<u8>),
    Pause(Duration),
    Hang,
}

impl Script {
    pub(crate) fn greets() -> Self {
        Self::default().says("* OK ready\r\n")
    }

    /// A server that can idle, after the login of [`FakeImap::settings`].
    pub(crate) fn logged_in() -> Self {
        Self::logged_in_with("IMAP4rev1 IDLE")
    }

    pub(crate) fn logged_in_with(capabilities: &str) -> Self {
        Self::greets()
            .on(r#"LOGIN "desk" "open sesame""#, "{tag} OK welcome\r\n")
            .on("CAPABILITY", &format!("* CAPABILITY {capabilities}\r\n{{tag}} OK\r\n"))
    }

    /// A folder of three mails, numbered 11 to 13, is open.
    pub(crate) fn in_inbox() -> Self {
        Self::logged_in().opens_inbox(7)
    }

    pub(crate) fn opens_inbox(self, uid_validity: u32) -> Self {
        self.on(
            r#"EXAMINE "INBOX""#,
            &format!(
                "* FLAGS (\\Answered \\Seen)\r\n* 3 EXISTS\r\n* 0 RECENT\r\n\
                 * OK [UIDVALIDITY {uid_validity}] valid\r\n* OK [UIDNEXT 14] next\r\n\
                 {{tag}} OK [READ-ONLY] opened\r\n"
            ),
        )
    }

    /// Answers to the question for the sizes of these mails, ten bytes each.
    pub(crate) fn gives_sizes(self, uid_set: &str, uids: &[u32]) -> Self {
        let mut sizes = String::new();
        for uid in uids {
            let (number, date) = (uid - 10, "20-Nov-2026 09:00:00 +0000");
            let size = format!("(UID {uid} RFC822.SIZE 10 INTERNALDATE \"{date}\")");
            write!(sizes, "* {number} FETCH {size}\r\n").unwrap();
        }
        let question = format!("UID FETCH {uid_set} (UID RFC822.SIZE INTERNALDATE)");
        self.on(&question, &format!("{sizes}{{tag}} OK done\r\n"))
    }

    pub(crate) fn hears_bodies(self, uid_set: &str) -> Self {
        self.hears(&format!("UID FETCH {uid_set} (UID INTERNALDATE RFC822.SIZE BODY.PEEK[])"))
    }

    /// Sends one mail of ten bytes.
    pub(crate) fn sends_mail(self, uid: u32) -> Self {
        self.says(&format!("{}Body of {uid})\r\n", mail_head(uid, 10)))
    }

    /// A NOOP and a search that finds these numbers.
    pub(crate) fn finds(self, criteria: &str, uids: &str) -> Self {
        self.on("NOOP", "{tag} OK\r\n")
            .on(&format!("UID SEARCH {criteria}"), &format!("* SEARCH{uids}\r\n{{tag}} OK\r\n"))
    }

    pub(crate) fn on(self, command: &str, answer: &str) -> Self {
        self.hears(command).says(answer)
    }

    pub(crate) fn hears(mut self, command: &str) -> Self {
        self.acts.push(Act::Hear(command.to_owned()));
        self
    }

    /// `{tag}` stands for the tag of the last command.
    pub(crate) fn says(self, text: &str) -> Self {
        self.says_bytes(text.as_bytes())
    }

    pub(crate) fn says_bytes(mut self, bytes: &[u8]) -> Self {
        self.acts.push(Act::Say(bytes.to_owned()));
        self
    }

    pub(crate) fn ok(self) -> Self {
        self.says("{tag} OK done\r\n")
    }

    pub(crate) fn pauses(mut self, pause: Duration) -> Self {
        self.acts.push(Act::Pause(pause));
        self
    }

    /// Says nothing more and waits until the client hangs up.
    pub(crate) fn hangs(mut self) -> Self {
        self.acts.push(Act::Hang);
        self
    }

    pub(crate) fn starts_tls(mut self, config: &Arc<ServerConfig>) -> Self {
        self.before_tls = Some((std::mem::take(&mut self.acts), Arc::clone(config)));
        self
    }

    pub(crate) fn then(mut self, other: Self) -> Self {
        self.acts.extend(other.acts);
        self
    }

    async fn play(self, mut stream: TcpStream) {
        let Some((before, config)) = self.before_tls else {
            play(&mut stream, self.acts).await;
            return stream.shutdown().await.unwrap_or_default();
        };
        play(&mut stream, before).await;
        match TlsAcceptor::from(config).accept(stream).await {
            Ok(mut stream) => {
                play(&mut stream, self.acts).await;
                stream.shutdown().await.unwrap_or_default();
            }
            Err(error) => assert!(self.acts.is_empty(), "the client refused TLS: {error}"),
        }
    }
}

/// `* 1 FETCH (UID 11 ... BODY[] {10}`, up to and with the line break before the mail.
pub(crate) fn mail_head(uid: u32, bytes: usize) -> String {
    format!(
        "* {} FETCH (UID {uid} INTERNALDATE \"20-Nov-2026 09:00:00 +0000\" RFC822.SIZE {bytes} \
         BODY[] {{{bytes}}}\r\n",
        uid - 10
    )
}

impl FakeImap {
    /// Serves one connection after the other, each by its own script.
    pub(crate) async fn start(scripts: impl IntoIterator<Item = Script>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let scripts: Vec<Script> = scripts.into_iter().collect();
        let mut playing = JoinSet::new();
        playing.spawn(async move {
            for script in scripts {
                let (stream, _) = listener.accept().await.unwrap();
                script.play(stream).await;
            }
        });
        Self { port, playing }
    }

    /// Settings of a client that knows this server, with `more` lines.
    pub(crate) fn settings_with(&self, more: &str) -> Settings {
        let port = self.port;
        toml::from_str(&format!("port = {port}\nuser = 'desk'\n{more}")).unwrap()
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings_with("host = '127.0.0.1'\ntls = 'none'")
    }

    /// Ends the test: every script was played to its end, and the client said what it should.
    pub(crate) async fn finish(mut self) {
        let ended = tokio::time::timeout(PATIENCE, self.playing.join_next()).await;
        ended.expect("the client made fewer connections than the script has").unwrap().unwrap();
    }
}

/// What a worker waits for must be able to move between threads.
pub(crate) fn movable<Work: Future + Send>(work: Work) -> Work {
    work
}

pub(crate) fn password() -> Credential {
    Credential::Given(Secret::new("open sesame".to_owned()))
}

async fn play(stream: impl AsyncRead + AsyncWrite + Unpin, acts: Vec<Act>) {
    let mut stream = BufReader::new(stream);
    let mut tag = String::new();
    for act in acts {
        match act {
            Act::Hear(expected) => {
                let mut line = String::new();
                stream.read_line(&mut line).await.unwrap();
                let line = line.trim_end_matches("\r\n");
                // A tag is a letter and four digits. `DONE` and answers to challenges have none.
                let (said_tag, command) = match line.split_once(' ') {
                    Some((tag, command)) if tag.len() == 5 && tag.starts_with('A') => {
                        (tag, command)
                    }
                    _ => ("", line),
                };
                assert_eq!(command, expected, "the client said something else");
                if !said_tag.is_empty() {
                    said_tag.clone_into(&mut tag);
                }
            }
            Act::Say(bytes) => {
                let bytes = replaced(&bytes, &tag);
                // A client that has seen enough may be gone already.
                if stream.write_all(&bytes).await.is_err() {
                    return;
                }
                stream.flush().await.unwrap_or_default();
            }
            Act::Pause(pause) => {
                let nothing = std::future::pending::<()>();
                assert!(tokio::time::timeout(pause, nothing).await.is_err());
            }
            Act::Hang => {
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).await.unwrap_or_default();
                return;
            }
        }
    }
}

fn replaced(bytes: &[u8], tag: &str) -> Vec<u8> {
    match String::from_utf8(bytes.to_owned()) {
        Ok(text) => text.replace("{tag}", tag).into_bytes(),
        Err(_) => bytes.to_owned(),
    }
}
