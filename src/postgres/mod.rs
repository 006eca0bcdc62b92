//! A private PostgreSQL server, for those who bring none: it lives in one folder, listens on a Unix
//! socket that only its owner can reach, and ends when the process that started it ends.
//!
//! No connection is made here; [`Server::url`] is what a client needs.

pub mod account;
pub mod keeper;
mod cluster;
mod installed;
mod scratch;
mod successor;
pub mod socket_folder;

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tracing::info;

use account::Account;
use cluster::Cluster;
use keeper::{Keeper, Recipe, Signal};
use socket_folder::SocketFolder;
use successor::{Inheritance, Successor};

/// Name of the superuser and of the database.
const OWNER: &str = "mailtriage";
/// Only part of the socket's file name; nothing listens on a port.
const PORT: &str = "5432";
/// Recovery after a crash may have to replay a lot of write-ahead log.
const LONGEST_START: Duration = Duration::from_mins(2);
/// A server that ends so many times before it was ready once has a fault that waiting cannot mend.
const MOST_DEATHS_AT_START: u32 = 3;
const PAUSE_BETWEEN_LOOKS: Duration = Duration::from_millis(3);

/// What must survive when the machine loses power.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Everything that was committed.
    Durable,
    /// Nothing: for tests and the demo. Ends at once, and loses data only with the machine.
    Throwaway,
}

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "no PostgreSQL server is installed: install one (on Debian and Ubuntu the package \
         `postgresql`), or set `database.url` to a server that runs elsewhere"
    )]
    NotInstalled,

    #[error(
        "the database in {} was written by PostgreSQL {version}, which is not installed: install \
         the package `postgresql-{version}`, or move the data with pg_upgrade", folder.display()
    )]
    OtherVersion { folder: PathBuf, version: String },

    #[error(
        "{} holds other files: give the database an empty folder of its own", folder.display()
    )]
    NotOurs { folder: PathBuf },

    #[error("PostgreSQL did not start, see {}; it ends with: {last_words}", log.display())]
    NotStarted { log: PathBuf, last_words: String },

    #[error("could not {doing}")]
    Failed { doing: String, source: io::Error },
}

/// Turns the error of a call into one that says what we were doing.
fn failed(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Error {
    let doing = doing.into();
    move |source| Error::Failed { doing, source }
}

/// A running server. Dropping it stops the server and waits; in `async` code prefer [`Server::stop`].
pub struct Server {
    // The order is the order of dropping: server first, then its folders, last the lock.
    /// `None` when another process of ours was first.
    keeper: Option<Keeper>,
    _successor: Option<Successor>,
    socket: SocketFolder,
    /// A folder that goes with the server.
    _scratch: Option<TempDir>,
    _lock: Option<File>,
}

impl Server {
    /// Starts a server over `data_dir`, which it makes when there is none.
    ///
    /// When another process keeps a server over the same folder, that one is shared, and taken over
    /// at the same address when that process ends. A server left behind by a killed process is
    /// stopped first.
    pub async fn start(data_dir: &Path, durability: Durability) -> Result<Self, Error> {
        let data_dir = data_dir.to_owned();
        in_the_background(move || start(&data_dir, durability)).await
    }

    /// Starts a throwaway server with an empty database; its files go when it stops.
    ///
    /// `cache` keeps a template from call to call, so that `initdb` runs once and not each time.
    pub async fn scratch(cache: &Path) -> Result<Self, Error> {
        let cache = cache.to_owned();
        in_the_background(move || scratch::start(&cache)).await
    }

    /// The address of database `mailtriage`, in the form that libpq and sqlx take.
    pub fn url(&self) -> String {
        url_of(self.socket.path())
    }

    /// Process id of the server. `None` when another process of ours keeps it, or when it is just
    /// being started again.
    pub fn process_id(&self) -> Option<u32> {
        self.keeper.as_ref()?.process_id()
    }

    /// Ends the server in good order and waits for it.
    pub async fn stop(self) {
        // Only a panic while dropping could fail here, and it was reported by then.
        drop(tokio::task::spawn_blocking(move || drop(self)).await);
    }
}

/// The address of the server that runs over this folder now, if one does.
pub fn url_of_running(data_dir: &Path) -> Option<String> {
    let data_dir = data_dir.canonicalize().ok()?;
    cluster::socket_of_ready_server(&data_dir.join("cluster")).map(|socket| url_of(&socket))
}

/// Name and version of the server programs that [`Server::start`] would use.
pub fn installed_version() -> Result<String, Error> {
    let newest = installed::all().into_iter().next().ok_or(Error::NotInstalled)?;
    Ok(format!("PostgreSQL {}", newest.major))
}

fn url_of(socket: &Path) -> String {
    let host = percent_encoded(socket);
    format!("postgres:///{OWNER}?host={host}&port={PORT}&user={OWNER}&sslmode=disable")
}

async fn in_the_background(
    work: impl FnOnce() -> Result<Server, Error> + Send + 'static,
) -> Result<Server, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(ended) => Err(failed("start PostgreSQL")(io::Error::other(ended))),
    }
}

fn start(data_dir: &Path, durability: Durability) -> Result<Server, Error> {
    let account = account_for(data_dir).map_err(failed("find a user to run PostgreSQL as"))?;
    if holds_other_files(data_dir) {
        return Err(Error::NotOurs { folder: data_dir.to_owned() });
    }
    account
        .make_private(data_dir)
        .map_err(failed(format!("make the folder {}", data_dir.display())))?;
    let data_dir = data_dir
        .canonicalize()
        .map_err(failed(format!("find the folder {}", data_dir.display())))?;

    let lock = open_lock(&data_dir, &account)?;
    let deadline = Instant::now() + LONGEST_START;
    loop {
        match lock.try_lock() {
            Ok(()) => return start_alone(&data_dir, &account, durability, lock),
            Err(TryLockError::Error(error)) => {
                return Err(failed(format!("lock {}", data_dir.display()))(error));
            }
            Err(TryLockError::WouldBlock) => {}
        }
        if let Some(socket) = cluster::socket_of_ready_server(&data_dir.join("cluster")) {
            info!("another process of ours keeps this database, sharing it");
            let successor = Successor::wait(Inheritance { data_dir, account, durability })
                .map_err(failed("start a thread"))?;
            return Ok(Server {
                keeper: None,
                _successor: Some(successor),
                socket: SocketFolder::InsideData(socket),
                _scratch: None,
                _lock: None,
            });
        }
        if Instant::now() > deadline {
            return Err(not_started(&data_dir.join("server.log")));
        }
        thread::sleep(PAUSE_BETWEEN_LOOKS);
    }
}

/// Whoever holds the lock on this file keeps the server. The lock goes with the process.
fn open_lock(data_dir: &Path, account: &Account) -> Result<File, Error> {
    let path = data_dir.join("lock");
    File::create(&path)
        .and_then(|lock| account.own(&path).map(|()| lock))
        .map_err(failed(format!("open {}", path.display())))
}

/// The caller holds the lock: no other process of ours works in this folder.
fn start_alone(
    data_dir: &Path,
    account: &Account,
    durability: Durability,
    lock: File,
) -> Result<Server, Error> {
    let cluster = Cluster::open_or_create(data_dir, account, durability)?;
    cluster.stop_leftover_server()?;
    let socket = SocketFolder::make(data_dir.join("socket"), account)
        .map_err(failed("make a folder for the socket"))?;

    let log = data_dir.join("server.log");
    let keeper = Keeper::start(Recipe {
        account: account.clone(),
        program: cluster.program("postgres"),
        arguments: cluster.server_arguments(socket.path(), durability),
        log: log.clone(),
        ending: match durability {
            Durability::Durable => Signal::Int,
            Durability::Throwaway => Signal::Quit,
        },
    })
    .map_err(failed("start PostgreSQL"))?;

    let deadline = Instant::now() + LONGEST_START;
    while !cluster.is_ready(keeper.process_id()) {
        if keeper.deaths() >= MOST_DEATHS_AT_START || Instant::now() > deadline {
            return Err(not_started(&log));
        }
        thread::sleep(PAUSE_BETWEEN_LOOKS);
    }
    Ok(Server { keeper: Some(keeper), _successor: None, socket, _scratch: None, _lock: Some(lock) })
}

fn not_started(log: &Path) -> Error {
    Error::NotStarted { log: log.to_owned(), last_words: keeper::last_words(log) }
}

fn account_for(data_dir: &Path) -> io::Result<Account> {
    Account::for_folder(data_dir, &["postgres", "nobody"])
}

/// We are about to change owner and mode: not of a folder that somebody uses for something else.
fn holds_other_files(folder: &Path) -> bool {
    let ours = ["lock", "cluster"].iter().any(|name| folder.join(name).exists());
    !ours && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn percent_encoded(path: &Path) -> String {
    let encode = |byte: &u8| match *byte {
        plain if plain.is_ascii_alphanumeric() || b"/-_.".contains(&plain) => {
            char::from(plain).to_string()
        }
        other => format!("%{other:02X}"),
    };
    path.as_os_str().as_bytes().iter().map(encode).collect()
}
