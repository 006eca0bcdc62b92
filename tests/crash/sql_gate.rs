//! Stands between a copy of the service and PostgreSQL, and sees every statement and every answer.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use std::collections::BTreeMap;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::task::TaskTracker;

use crate::copy::Copy;
use crate::points::{CONTENT_BEGINS, CONTENT_SETTLED, When};
use crate::trap::{Blow, Fate, Seen, Trap};

/// So many bytes of a statement's values tell for which lease it asks: that is the first value.
const NAME_OF_A_LEASE: usize = 64;

/// What is known of one connection.
struct Talk {
    copy: Arc<Copy>,
    trap: Arc<Trap>,
    life: u32,
    state: Mutex<State>,
}

struct State {
    prepared: BTreeMap<String, String>,
    /// The statements of the transaction under way, each after its first values.
    earlier: Vec<String>,
    /// Questions asked, the greeting counted as one. Each is answered by one `ReadyForQuery`.
    asked: u64,
    answered: u64,
    /// The answer that springs the trap.
    strike_at: Option<(u64, Blow)>,
    content_from: Option<u64>,
    settled_at: Option<u64>,
}

/// Listens in `folder` under the name that PostgreSQL's clients look for.
pub(crate) fn opens(
    folder: &Path,
    server: &Path,
    copy: &Arc<Copy>,
    trap: &Arc<Trap>,
) -> TaskTracker {
    let listener = UnixListener::bind(folder.join(".s.PGSQL.5432")).unwrap();
    let server = server.join(".s.PGSQL.5432");
    let (copy, trap) = (Arc::clone(copy), Arc::clone(trap));
    let tasks = TaskTracker::new();
    let connections = tasks.clone();
    tasks.spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let talk = Talk {
                life: copy.life(),
                copy: Arc::clone(&copy),
                trap: Arc::clone(&trap),
                state: Mutex::new(State {
                    prepared: BTreeMap::new(),
                    earlier: Vec::new(),
                    asked: 1,
                    answered: 0,
                    strike_at: None,
                    content_from: None,
                    settled_at: None,
                }),
            };
            let server = server.clone();
            connections.spawn(async move {
                if let Ok(server) = UnixStream::connect(server).await {
                    pass(client, server, talk).await;
                }
            });
        }
    });
    tasks
}

/// Ends when either side does, or when the trap has killed the client.
async fn pass(client: UnixStream, server: UnixStream, talk: Talk) {
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = questions(BufReader::new(from_client), to_server, &talk) => {}
        _ = answers(BufReader::new(from_server), to_client, &talk) => {}
    }
}

async fn questions(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    talk: &Talk,
) -> io::Result<Fate> {
    let greeting = body(&mut from).await?;
    to.write_all(&greeting).await?;
    loop {
        let kind = from.read_u8().await?;
        let body = body(&mut from).await?;
        if let Some((When::Before, blow)) = talk.hears(kind, body.get(4..).unwrap_or_default())
            && talk.trap.strike(&talk.copy, blow).await == Fate::Dead
        {
            return Ok(Fate::Dead);
        }
        to.write_all(&[&[kind], body.as_slice()].concat()).await?;
    }
}

async fn answers(
    mut from: BufReader<OwnedReadHalf>,
    mut to: OwnedWriteHalf,
    talk: &Talk,
) -> io::Result<Fate> {
    loop {
        let kind = from.read_u8().await?;
        let body = body(&mut from).await?;
        if kind == b'Z'
            && let Some(blow) = talk.is_answered(body.ends_with(b"I"))
            && talk.trap.strike(&talk.copy, blow).await == Fate::Dead
        {
            return Ok(Fate::Dead);
        }
        to.write_all(&[&[kind], body.as_slice()].concat()).await?;
    }
}

/// The length of a message and the message; the length counts itself.
async fn body(from: &mut BufReader<OwnedReadHalf>) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await?;
    let mut body = length.to_be_bytes().to_vec();
    body.resize(usize::try_from(length).unwrap().max(4), 0);
    from.read_exact(&mut body[4..]).await?;
    Ok(body)
}

impl Talk {
    /// A strike that comes after the answer is kept until then.
    fn hears(&self, kind: u8, body: &[u8]) -> Option<(When, Blow)> {
        let mut state = self.state.lock().unwrap();
        let said = match kind {
            b'P' => {
                let (name, rest) = word(body);
                state.prepared.insert(name, word(rest).0);
                None
            }
            b'B' => {
                let (name, values) = word(word(body).1);
                let values = &values[..values.len().min(NAME_OF_A_LEASE)];
                state.earlier.push(String::from_utf8_lossy(values).into_owned());
                state.prepared.get(&name).cloned()
            }
            b'Q' => Some(word(body).0),
            _ => None,
        };
        let next = state.asked + 1;
        if matches!(kind, b'Q' | b'S') {
            state.asked = next;
        }
        let statement = said?;
        let seen = Seen::Sql { statement: &statement, earlier: &state.earlier };
        let caught = self.trap.catches(&seen, self.life, &self.copy);
        if let Some((When::After | When::Half, blow)) = caught {
            state.strike_at = Some((next, blow));
        }
        if statement.contains(CONTENT_BEGINS) {
            state.content_from = Some(next);
        }
        let settles = state.earlier.iter().any(|one| one.contains(CONTENT_SETTLED));
        if statement == "COMMIT" && settles {
            state.settled_at = Some(next);
        }
        state.earlier.push(statement);
        caught
    }

    fn is_answered(&self, is_idle: bool) -> Option<Blow> {
        let mut state = self.state.lock().unwrap();
        state.answered += 1;
        let now = Some(state.answered);
        if is_idle {
            state.earlier.clear();
        }
        if state.content_from == now {
            self.copy.notes_content(true);
        }
        if state.settled_at == now {
            self.copy.notes_content(false);
        }
        let (at, blow) = state.strike_at?;
        (Some(at) == now).then_some(blow)
    }
}

/// Text up to its NUL, and what follows.
fn word(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let rest = bytes.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), rest)
}
