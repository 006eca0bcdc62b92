//! Stands between a copy of the service and the mailbox, and sees every command and every answer.

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

struct Talk {
    copy: Arc<Copy>,
    trap: Arc<Trap>,
    life: u32,
    strike_at: Mutex<Option<Awaited>>,
}

/// The line of the server that springs the trap.
enum Awaited {
    Answer {
        tag: String,
        blow: Blow,
    },
    /// Half of it goes over.
    Mail {
        blow: Blow,
    },
}

/// Where the copy finds its mailbox.
pub(crate) async fn opens(server: u16, copy: &Arc<Copy>, trap: &Arc<Trap>) -> (u16, TaskTracker) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (copy, trap) = (Arc::clone(copy), Arc::clone(trap));
    let tasks = TaskTracker::new();
    let connections = tasks.clone();
    tasks.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (copy, trap) = (Arc::clone(&copy), Arc::clone(&trap));
            let talk = Talk { life: copy.life(), copy, trap, strike_at: Mutex::new(None) };
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
    while let Some(line) = line(&mut from).await? {
        if let Some(blow) = talk.hears(&String::from_utf8_lossy(&line))
            && talk.trap.strike(&talk.copy, blow).await == Fate::Dead
        {
            return Ok(Fate::Dead);
        }
        to.write_all(&line).await?;
    }
    Ok(Fate::Dead)
}

async fn answers(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    talk: &Talk,
) -> io::Result<Fate> {
    while let Some(line) = line(&mut from).await? {
        let mut rest = line.as_slice();
        if let Some((sent, blow)) = talk.is_answered(&line) {
            to.write_all(&line[..sent]).await?;
            rest = &line[sent..];
            if talk.trap.strike(&talk.copy, blow).await == Fate::Dead {
                return Ok(Fate::Dead);
            }
        }
        to.write_all(rest).await?;
    }
    Ok(Fate::Dead)
}

/// `None` when the speaker has hung up.
async fn line(from: &mut BufReader<OwnedReadHalf>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    from.read_until(b'\n', &mut line).await?;
    Ok((!line.is_empty()).then_some(line))
}

impl Talk {
    fn hears(&self, line: &str) -> Option<Blow> {
        let (tag, command) = line.split_once(' ')?;
        let (when, blow) = self.trap.catches(&Seen::Imap(command), self.life, &self.copy)?;
        let mut strike_at = self.strike_at.lock().unwrap();
        match when {
            When::Before => return Some(blow),
            When::After => *strike_at = Some(Awaited::Answer { tag: format!("{tag} "), blow }),
            When::Half => *strike_at = Some(Awaited::Mail { blow }),
        }
        None
    }

    /// How much of the line still goes over before the blow.
    fn is_answered(&self, line: &[u8]) -> Option<(usize, Blow)> {
        let mut strike_at = self.strike_at.lock().unwrap();
        let (sent, blow) = match strike_at.as_ref()? {
            Awaited::Answer { tag, blow } if line.starts_with(tag.as_bytes()) => (0, *blow),
            Awaited::Mail { blow } if line.starts_with(b"* ") => (line.len() / 2, *blow),
            _ => return None,
        };
        *strike_at = None;
        Some((sent, blow))
    }
}
