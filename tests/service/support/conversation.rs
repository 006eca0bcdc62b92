//! A plain conversation over TCP, line by line.

use std::net::Ipv4Addr;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub(crate) struct Conversation(BufReader<TcpStream>);

impl Conversation {
    /// Connects to a server on this machine and hears its greeting.
    pub(crate) async fn with(port: u16) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.unwrap();
        let mut conversation = Self(BufReader::new(stream));
        conversation.hear().await;
        conversation
    }

    pub(crate) async fn say(&mut self, line: &str) {
        self.0.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
    }

    /// The next line, or nothing when the server has hung up.
    pub(crate) async fn hear(&mut self) -> String {
        let mut line = Vec::new();
        if self.0.read_until(b'\n', &mut line).await.is_err() {
            line.clear();
        }
        String::from_utf8(line).unwrap().trim_end().to_owned()
    }

    /// Sends one IMAP command and hears all up to its end.
    pub(crate) async fn imap(&mut self, command: &str) -> String {
        self.say(&format!("tag {command}")).await;
        self.hear_until("tag ").await
    }

    /// Sends one SMTP command and hears the answer, which may have several lines.
    pub(crate) async fn smtp(&mut self, command: &str) -> String {
        self.say(command).await;
        loop {
            let line = self.hear().await;
            if line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    pub(crate) async fn hear_until(&mut self, beginning: &str) -> String {
        let mut heard = String::new();
        loop {
            let line = self.hear().await;
            assert!(!line.is_empty() || !heard.is_empty(), "the server hung up");
            heard.push_str(&line);
            heard.push('\n');
            if line.starts_with(beginning) {
                return heard;
            }
        }
    }
}
