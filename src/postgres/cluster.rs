//! The files of a private server: made whole or not at all, and never used by two servers.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

use super::account::Account;
use super::installed::{self, Installed};
use super::keeper::Signal;
use super::{Durability, Error, OWNER, PAUSE_BETWEEN_LOOKS, PORT, failed};

const LONGEST_WAIT_FOR_LEFTOVER: Duration = Duration::from_mins(1);

/// For every server: private, in UTC, and without mail text in the log. The log may name the
/// statement's place in our code, but neither its values nor the row that was in the way.
const SETTINGS: [&str; 9] = [
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_error_statement=panic",
    "log_error_verbosity=terse",
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "logging_collector=off",
];

/// For a throwaway server: nothing is forced to disk and nothing stays in shared memory.
const THROWAWAY_SETTINGS: [&str; 7] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "dynamic_shared_memory_type=mmap",
    "shared_buffers=32MB",
    "max_wal_senders=0",
    "wal_level=minimal",
];

pub(super) struct Cluster {
    folder: PathBuf,
    installed: Installed,
}

impl Cluster {
    /// The caller holds the lock over `data_dir`.
    pub(super) fn open_or_create(
        data_dir: &Path,
        account: &Account,
        durability: Durability,
    ) -> Result<Self, Error> {
        let folder = data_dir.join("cluster");
        let mut installed = installed::all().into_iter();
        if let Ok(version) = fs::read_to_string(folder.join("PG_VERSION")) {
            let version = version.trim().to_owned();
            let mut installed = installed.peekable();
            installed.peek().ok_or(Error::NotInstalled)?;
            let fitting = installed.find(|installed| installed.major.to_string() == version);
            let other = || Error::OtherVersion { folder: data_dir.to_owned(), version };
            return Ok(Self { folder, installed: fitting.ok_or_else(other)? });
        }
        let newest = installed.next().ok_or(Error::NotInstalled)?;
        create(data_dir, &folder, &newest, account, durability)?;
        Ok(Self { folder, installed: newest })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.installed.program(name)
    }

    pub(super) fn server_arguments(&self, socket: &Path, durability: Durability) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec!["-D".into(), self.folder.clone().into()];
        let mut socket_setting = OsString::from("unix_socket_directories=");
        socket_setting.push(quoted(socket));
        arguments.extend(["-c".into(), socket_setting, "-c".into(), format!("port={PORT}").into()]);
        for setting in SETTINGS.iter().chain(settings_for(durability)) {
            arguments.extend(["-c".into(), (*setting).into()]);
        }
        arguments
    }

    /// Whether the server with this process id takes connections.
    pub(super) fn is_ready(&self, process_id: Option<u32>) -> bool {
        let note = Note::read(&self.folder);
        note.is_some_and(|note| note.is_ready && Some(note.process_id) == process_id)
    }

    /// Ends a server whose owner was killed. Usually it is ending already.
    pub(super) fn stop_leftover_server(&self) -> Result<(), Error> {
        let deadline = Instant::now() + LONGEST_WAIT_FOR_LEFTOVER;
        let mut asked = false;
        while let Some(leftover) = Note::read(&self.folder).filter(|note| note.is_ours) {
            if !asked {
                // When it fails, the server has ended between our look and our signal.
                asked = Signal::Int.send_to(leftover.process_id).is_ok();
            }
            if Instant::now() > deadline {
                let source = io::Error::new(io::ErrorKind::TimedOut, "it does not end");
                return Err(failed(format!("end process {}", leftover.process_id))(source));
            }
            thread::sleep(PAUSE_BETWEEN_LOOKS);
        }
        Ok(())
    }
}

/// Where a server over this folder can be reached, once it takes connections.
pub(super) fn socket_of_ready_server(folder: &Path) -> Option<PathBuf> {
    let note = Note::read(folder)?;
    (note.is_ready && note.is_ours).then_some(note.socket)
}

/// What a running server writes into `postmaster.pid`.
struct Note {
    process_id: u32,
    socket: PathBuf,
    is_ready: bool,
    /// The process exists and works in this folder. A number alone may be another's by now.
    is_ours: bool,
}

impl Note {
    fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join("postmaster.pid")).ok()?;
        // Process id, data folder, start time, port, socket folder, address, memory key, state.
        let mut lines = text.lines();
        let process_id: u32 = lines.next()?.trim().parse().ok()?;
        let socket = PathBuf::from(lines.nth(3)?);
        let is_ready = lines.nth(2).is_some_and(|state| state.trim() == "ready");
        let works_in = fs::read_link(format!("/proc/{process_id}/cwd"));
        let is_ours = works_in.is_ok_and(|works_in| works_in == folder);
        Some(Self { process_id, socket, is_ready, is_ours })
    }
}

/// Makes the files in a folder beside and renames it last, so that whoever is killed in the middle
/// leaves nothing that looks like a database.
fn create(
    data_dir: &Path,
    folder: &Path,
    installed: &Installed,
    account: &Account,
    durability: Durability,
) -> Result<(), Error> {
    if let Err(error) = remove_unfinished(data_dir) {
        // The `initdb` of a killed process may still be cleaning up. It is in nobody's way.
        warn!("could not remove an unfinished database: {error}");
    }
    let new = tempfile::Builder::new()
        .prefix(UNFINISHED)
        .tempdir_in(data_dir)
        .map_err(failed(format!("make a folder in {}", data_dir.display())))?;
    account.own(new.path()).map_err(failed("hand over a folder"))?;

    let mut initdb = account.command(&installed.program("initdb"), Signal::Term);
    initdb.arg("-D").arg(new.path()).args(["--username", OWNER, "--encoding=UTF8", "--locale=C"]);
    initdb.args(["--auth-local=trust", "--auth-host=reject"]);
    if durability == Durability::Throwaway {
        initdb.args(["--no-sync", "--wal-segsize=1"]);
    }
    run(&mut initdb, "").map_err(failed("make a database with initdb"))?;

    // One server process without a socket: the database is part of the files before they count.
    let mut postgres = account.command(&installed.program("postgres"), Signal::Term);
    postgres.arg("--single").arg("-D").arg(new.path());
    for setting in settings_for(durability) {
        postgres.arg("-c").arg(setting);
    }
    postgres.arg("postgres");
    run(&mut postgres, &format!("CREATE DATABASE {OWNER}\n")).map_err(failed("create database"))?;

    let new = new.keep();
    fs::rename(&new, folder)
        .and_then(|()| File::open(data_dir)?.sync_all())
        .map_err(failed("put the new database in its place"))
}

const UNFINISHED: &str = "unfinished-";

fn remove_unfinished(data_dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data_dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

fn settings_for(durability: Durability) -> &'static [&'static str] {
    match durability {
        Durability::Durable => &[],
        Durability::Throwaway => &THROWAWAY_SETTINGS,
    }
}

/// A list of folders is parted by commas, so a folder with a comma or a space needs quotes.
fn quoted(folder: &Path) -> OsString {
    let mut quoted = OsString::from("\"");
    quoted.push(folder.to_string_lossy().replace('"', "\"\"").as_str());
    quoted.push("\"");
    quoted
}

fn run(command: &mut Command, input: &str) -> io::Result<()> {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input.as_bytes())?;
    }
    let ended = child.wait_with_output()?;
    if ended.status.success() {
        return Ok(());
    }
    Err(io::Error::other(String::from_utf8_lossy(&ended.stderr).trim().to_owned()))
}
