//! Stands between a copy of the service and the relay, and sees every command, content and answer.

use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use crate::copy::Copy;
use crate::points::When;
use crate::trap::{Blow, Fate, Seen, Trap};

/// Our letters are longer.
const HALF_A_CONTENT: usize = 20;

struct Talk {
    copy: Arc<Copy>,
    trap: Arc<Trap>,
    life: u32,
    /// The next answer springs the trap.
    strike_at_answer: Mutex<Option<Blow>>,
}

/// Where the copy finds its relay.
pub(crate) async fn opens(server: u16, copy: &Arc<Copy>, trap: &Arc<Trap>) -> (u16, TaskTracker) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (copy, trap) = (Arc::clone(copy), Arc::clone(trap));
    let tasks = TaskTracker::new();
    let connections = tasks.clone();
    tasks.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (copy, trap) = (Arc::clone(&copy), Arc::clone(&trap));
            let strike_at_answer = Mutex::new(None);
            let talk = Talk { life: copy.life(), copy, trap, strike_at_answer };
            connections.spawn(async move {
                if let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)).await {
                    pass(client, server, talk).await;
                }
            });
        }
    });
    (port, tasks)
}

async fn pass(client: TcpStream, server: TcpStream, talk: Talk) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = commands(BufReader::new(from_client), to_server, &talk) => {}
        _ = answers(BufReader::new(from_server), to_client, &talk) => {}
    }
}

async fn commands(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    talk: &Talk,
) -> io::Result<Fate> {
    // Lines of the content so far, while one goes over.
    let mut content: Option<usize> = None;
    let mut at_half = None;
    loop {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(Fate::Dead);
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end();
        content = content.map(|lines| lines + 1);
        let blow = if content.is_some() && text != "." {
            at_half.take_if(|_| content == Some(HALF_A_CONTENT))
        } else {
            let (now, later) = talk.hears(text);
            at_half = later;
            content = text.eq_ignore_ascii_case("DATA").then_some(0);
            now
        };
        if let Some(blow) = blow
            && talk.trap.strike(&talk.copy, blow).await == Fate::Dead
        {
            return Ok(Fate::Dead);
        }
        to.write_all(&line).await?;
    }
}

async fn answers(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    talk: &Talk,
) -> io::Result<Fate> {
    loop {
        let mut line = Vec::new();
        from.read_until(b'\n', &mut line).await?;
        if line.is_empty() {
            return Ok(Fate::Dead);
        }
        let is_last = line.get(3) == Some(&b' ');
        let blow = is_last.then(|| talk.strike_at_answer.lock().unwrap().take()).flatten();
        if let Some(blow) = blow
            && talk.trap.strike(&talk.copy, blow).await == Fate::Dead
        {
            return Ok(Fate::Dead);
        }
        to.write_all(&line).await?;
    }
}

impl Talk {
    /// The blow that falls now, and the one that falls in the middle of the content.
    fn hears(&self, command: &str) -> (Option<Blow>, Option<Blow>) {
        let command = command.to_ascii_uppercase();
        match self.trap.catches(&Seen::Smtp(&command), self.life, &self.copy) {
            Some((When::Before, blow)) => (Some(blow), None),
            Some((When::Half, blow)) => (None, Some(blow)),
            Some((When::After, blow)) => {
                *self.strike_at_answer.lock().unwrap() = Some(blow);
                (None, None)
            }
            None => (None, None),
        }
    }
}
