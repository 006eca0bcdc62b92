//! A mail server that misbehaves on demand, and records what it was told.
//!
//! It speaks real SMTP on a free port. Each connection follows its own plan, so that a test can let
//! the first attempt fail and the second succeed.

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// When something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    Hello,
    Auth,
    MailFrom,
    /// Every recipient.
    RcptTo,
    /// This recipient only.
    Recipient(&'static str),
    Data,
    /// After the mail and its final dot.
    FinalDot,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Such as `451 4.3.0 try later`. The conversation goes on.
    Answer(&'static str),
    /// Says nothing more, but keeps the connection.
    Silence,
    /// Closes the connection instead of answering. At the final dot: the mail is not taken.
    HangUp,
    /// At the final dot: takes the mail and closes the connection instead of saying so.
    TakeAndHangUp,
    /// At the final dot: takes the mail and says nothing more.
    TakeAndSilence,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) at: Step,
    pub(crate) trouble: Trouble,
}

/// A mail that the server took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Empty for the null return path.
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// As it was sent, without the final dot and without dot-stuffing.
    pub(crate) raw: String,
}

#[derive(Default)]
struct Record {
    connections: usize,
    commands: Vec<String>,
    taken: Vec<Taken>,
}

pub(crate) struct FakeSmtp {
    port: u16,
    record: Arc<Mutex<Record>>,
    /// Dropping it ends the server.
    _tasks: JoinSet<()>,
}

impl FakeSmtp {
    /// Takes every mail.
    pub(crate) async fn obedient() -> Self {
        Self::with_plan(|_| None).await
    }

    /// The same trouble in every connection.
    pub(crate) async fn always(at: Step, trouble: Trouble) -> Self {
        Self::with_plan(move |_| Some(Fault { at, trouble })).await
    }

    /// Trouble in the first connection, none in later ones.
    pub(crate) async fn once(at: Step, trouble: Trouble) -> Self {
        Self::with_plan(move |before| (before == 0).then_some(Fault { at, trouble })).await
    }

    /// `plan` gets the number of connections before this one.
    pub(crate) async fn with_plan(plan: impl Fn(usize) -> Option<Fault> + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let record = Arc::new(Mutex::new(Record::default()));
        let shared = Arc::clone(&record);
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let before = shared.lock().unwrap().connections;
                shared.lock().unwrap().connections += 1;
                let talk = Talk {
                    stream: BufReader::new(stream),
                    fault: plan(before),
                    record: Arc::clone(&shared),
                    mail: Taken::default(),
                };
                connections.spawn(talk.hold());
            }
        });
        Self { port, record, _tasks: tasks }
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn connections(&self) -> usize {
        self.record.lock().unwrap().connections
    }

    /// Every command of every connection, in the order heard.
    pub(crate) fn commands(&self) -> Vec<String> {
        self.record.lock().unwrap().commands.clone()
    }

    pub(crate) fn taken(&self) -> Vec<Taken> {
        self.record.lock().unwrap().taken.clone()
    }
}

/// One connection.
struct Talk {
    stream: BufReader<TcpStream>,
    fault: Option<Fault>,
    record: Arc<Mutex<Record>>,
    mail: Taken,
}

/// The connection is over: the server hung up, or the client did.
struct Over;

impl Talk {
    async fn hold(mut self) {
        // However it ends, it ends: what was heard is on record.
        if let Err(Over) = self.talk().await {
            drop(self);
        }
    }

    async fn talk(&mut self) -> Result<(), Over> {
        self.answer(Step::Greeting, "220 fake.example ESMTP").await?;
        loop {
            let line = self.hear().await?;
            self.record.lock().unwrap().commands.push(line.clone());
            let verb = line.get(..4).unwrap_or(&line).to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let offers = "250-fake.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN XOAUTH2";
                    self.answer(Step::Hello, offers).await?;
                }
                "HELO" => self.answer(Step::Hello, "250 fake.example").await?,
                "AUTH" => self.answer(Step::Auth, "235 2.7.0 welcome").await?,
                "MAIL" => {
                    self.mail = Taken { from: address_in(&line), ..Taken::default() };
                    self.answer(Step::MailFrom, "250 2.1.0 ok").await?;
                }
                "RCPT" => self.hear_recipient(address_in(&line)).await?,
                "DATA" => self.hear_mail().await?,
                "RSET" | "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("500 5.5.1 what?").await?,
            }
        }
    }

    async fn hear_recipient(&mut self, recipient: String) -> Result<(), Over> {
        let refused = self.fault.is_some_and(
            |fault| matches!(fault.at, Step::Recipient(one) if recipient.eq_ignore_ascii_case(one)),
        );
        if let (true, Some(fault)) = (refused, self.fault) {
            return self.cause(fault.trouble).await;
        }
        if !self.has_fault_at(Step::RcptTo) {
            self.mail.to.push(recipient);
        }
        self.answer(Step::RcptTo, "250 2.1.5 ok").await
    }

    async fn hear_mail(&mut self) -> Result<(), Over> {
        if self.mail.to.is_empty() {
            return self.say("503 5.5.1 no recipient").await;
        }
        let refused = self.has_fault_at(Step::Data);
        self.answer(Step::Data, "354 go on").await?;
        if refused {
            return Ok(());
        }
        loop {
            let line = self.hear().await?;
            if line == "." {
                break;
            }
            self.mail.raw.push_str(line.strip_prefix('.').unwrap_or(&line));
            self.mail.raw.push_str("\r\n");
        }
        let trouble = self.fault.filter(|fault| fault.at == Step::FinalDot);
        let takes = match trouble.map(|fault| fault.trouble) {
            None | Some(Trouble::TakeAndHangUp | Trouble::TakeAndSilence) => true,
            Some(Trouble::Answer(answer)) => answer.starts_with('2'),
            Some(Trouble::HangUp | Trouble::Silence) => false,
        };
        if takes {
            let mail = std::mem::take(&mut self.mail);
            self.record.lock().unwrap().taken.push(mail);
        }
        self.answer(Step::FinalDot, "250 2.0.0 taken").await
    }

    fn has_fault_at(&self, step: Step) -> bool {
        self.fault.is_some_and(|fault| fault.at == step)
    }

    async fn answer(&mut self, step: Step, usual: &str) -> Result<(), Over> {
        match self.fault {
            Some(fault) if fault.at == step => self.cause(fault.trouble).await,
            _ => self.say(usual).await,
        }
    }

    async fn cause(&mut self, trouble: Trouble) -> Result<(), Over> {
        match trouble {
            Trouble::Answer(answer) => self.say(answer).await,
            Trouble::HangUp | Trouble::TakeAndHangUp => Err(Over),
            Trouble::Silence | Trouble::TakeAndSilence => {
                // Until the client gives up.
                let mut unheard = Vec::new();
                self.stream.read_to_end(&mut unheard).await.map_err(|_| Over)?;
                Err(Over)
            }
        }
    }

    async fn say(&mut self, line: &str) -> Result<(), Over> {
        let line = format!("{line}\r\n");
        self.stream.write_all(line.as_bytes()).await.map_err(|_| Over)
    }

    async fn hear(&mut self) -> Result<String, Over> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => Err(Over),
            Ok(_) => Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned()),
        }
    }
}

/// What stands between the angle brackets.
fn address_in(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or("", |(address, _)| address).to_owned()
}

#[tokio::test]
async fn it_does_what_the_plan_says() {
    use super::conversation::Conversation;

    let server = FakeSmtp::once(Step::FinalDot, Trouble::TakeAndHangUp).await;
    for _ in 0..2 {
        let mut smtp = Conversation::with(server.port()).await;
        assert_eq!(smtp.smtp("EHLO me").await, "250 AUTH PLAIN LOGIN XOAUTH2");
        assert_eq!(smtp.smtp("MAIL FROM:<>").await, "250 2.1.0 ok");
        assert_eq!(smtp.smtp("RCPT TO:<ada@example.org>").await, "250 2.1.5 ok");
        assert_eq!(smtp.smtp("DATA").await, "354 go on");
        smtp.say("Subject: x\r\n\r\n..dot").await;
        let answer = smtp.smtp(".").await;
        let expected = if server.connections() == 1 { "" } else { "250 2.0.0 taken" };
        assert_eq!(answer, expected);
    }
    let raw = "Subject: x\r\n\r\n.dot\r\n".to_owned();
    let mail = Taken { from: String::new(), to: vec!["ada@example.org".to_owned()], raw };
    assert_eq!(server.taken(), [mail.clone(), mail]);

    let server =
        FakeSmtp::always(Step::Recipient("eve@example.org"), Trouble::Answer("550 5.1.1 no")).await;
    let mut smtp = Conversation::with(server.port()).await;
    smtp.smtp("MAIL FROM:<a@example.org>").await;
    assert_eq!(smtp.smtp("RCPT TO:<eve@example.org>").await, "550 5.1.1 no");
    assert_eq!(smtp.smtp("RCPT TO:<ada@example.org>").await, "250 2.1.5 ok");
    assert_eq!(server.commands().len(), 3);
}

#[tokio::test]
async fn it_can_fall_silent_or_hang_up() {
    use super::conversation::Conversation;
    use std::time::Duration;

    for trouble in [Trouble::Silence, Trouble::TakeAndSilence, Trouble::HangUp] {
        let server = FakeSmtp::always(Step::FinalDot, trouble).await;
        let mut smtp = Conversation::with(server.port()).await;
        smtp.smtp("MAIL FROM:<a@example.org>").await;
        smtp.smtp("RCPT TO:<ada@example.org>").await;
        assert_eq!(smtp.smtp("DATA").await, "354 go on");
        smtp.say("Subject: x\r\n.").await;
        if trouble == Trouble::HangUp {
            assert_eq!(smtp.hear().await, "");
        } else {
            let answer = tokio::time::timeout(Duration::from_millis(50), smtp.hear()).await;
            assert!(answer.is_err());
        }
        while trouble == Trouble::TakeAndSilence && server.taken().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(server.taken().len(), usize::from(trouble == Trouble::TakeAndSilence));
    }

    let server = FakeSmtp::obedient().await;
    let mut smtp = Conversation::with(server.port()).await;
    assert_eq!(smtp.smtp("DATA").await, "503 5.5.1 no recipient");
}
