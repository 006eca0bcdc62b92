//! As whom a helper process runs: as ourselves, unless we are root.
//!
//! PostgreSQL refuses to run as root, and no other helper should.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::keeper::Signal;

/// Variables that would bend what a helper does: other settings, or our own talk with systemd.
const UNWANTED: [&str; 10] = [
    "LISTEN_FDS",
    "LISTEN_PID",
    "NOTIFY_SOCKET",
    "PGCLIENTENCODING",
    "PGDATA",
    "PGDATESTYLE",
    "PGHOST",
    "PGOPTIONS",
    "PGPORT",
    "PGTZ",
];

/// The user that a helper process runs as, and that owns its files.
#[derive(Debug, Clone)]
pub struct Account {
    drops_to: Option<Identity>,
    has_setpriv: bool,
}

#[derive(Debug, Clone, Copy)]
struct Identity {
    user: u32,
    group: u32,
}

impl Account {
    /// Root hands over to the owner of `folder` (or of the part of its path that exists), so that
    /// nobody is locked out of their own files. Where that is root too, to the first of `users`
    /// that exists.
    pub fn for_folder(folder: &Path, users: &[&str]) -> io::Result<Self> {
        let drops_to = if owner_of_new_files()?.user == 0 {
            Some(match owner(folder)? {
                Identity { user: 0, .. } => first_known(users)?,
                identity => identity,
            })
        } else {
            None
        };
        Ok(Self { drops_to, has_setpriv: has_setpriv() })
    }

    /// Gives one file or folder to the account. Does nothing unless we are root.
    pub fn own(&self, path: &Path) -> io::Result<()> {
        self.drops_to.map_or(Ok(()), |to| chown(path, Some(to.user), Some(to.group)))
    }

    /// Gives a folder and everything in it to the account. Follows no symbolic link.
    pub fn own_all(&self, folder: &Path) -> io::Result<()> {
        if self.drops_to.is_none() {
            return Ok(());
        }
        self.own(folder)?;
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                self.own_all(&entry.path())?;
            } else if !kind.is_symlink() {
                self.own(&entry.path())?;
            }
        }
        Ok(())
    }

    /// Makes a folder that only this account can use.
    pub fn make_private(&self, folder: &Path) -> io::Result<()> {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        self.own(folder)
    }

    /// The name of the user and of the group, for programs that take no numbers.
    pub fn names(&self) -> io::Result<(String, String)> {
        let identity = match self.drops_to {
            Some(identity) => identity,
            None => owner_of_new_files()?,
        };
        let user = name_of("passwd", identity.user);
        let group = name_of("group", identity.group);
        user.zip(group).ok_or_else(|| {
            io::Error::other(format!("the user with the id {} has no name", identity.user))
        })
    }

    /// A command that runs as this account and gets `signal` when the **thread** that spawns it
    /// ends. It stands in a process group of its own, so that Ctrl-C in a terminal reaches us alone
    /// and we decide when it ends.
    pub(crate) fn command(&self, program: &Path, signal: Signal) -> Command {
        let mut command = if self.has_setpriv {
            let mut command = Command::new("setpriv");
            if let Some(to) = self.drops_to {
                command.arg("--reuid").arg(to.user.to_string());
                command.arg("--regid").arg(to.group.to_string());
                command.arg("--clear-groups");
            }
            command.arg("--pdeathsig").arg(signal.name()).arg("--").arg(program);
            command
        } else {
            let mut command = Command::new(program);
            if let Some(to) = self.drops_to {
                command.uid(to.user).gid(to.group);
            }
            command
        };
        for name in UNWANTED {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").current_dir("/").process_group(0).stdin(Stdio::null());
        command
    }
}

/// Tells who we are: asking the kernel directly would take unsafe code.
fn owner_of_new_files() -> io::Result<Identity> {
    let file = tempfile::tempfile()?.metadata()?;
    Ok(Identity { user: file.uid(), group: file.gid() })
}

fn has_setpriv() -> bool {
    let tried = Command::new("setpriv").arg("--version").stdout(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

fn owner(folder: &Path) -> io::Result<Identity> {
    let absolute = std::path::absolute(folder)?;
    let nearest = absolute.ancestors().find_map(|path| path.metadata().ok());
    let nearest = nearest.ok_or(io::ErrorKind::NotFound)?;
    Ok(Identity { user: nearest.uid(), group: nearest.gid() })
}

fn first_known(users: &[&str]) -> io::Result<Identity> {
    let known = users.iter().find_map(|user| look_up(user));
    known.ok_or_else(|| io::Error::other(format!("this system has no user {}", users.join(", "))))
}

fn look_up(user: &str) -> Option<Identity> {
    let line = entry("passwd", user)?;
    // name:password:user id:group id:...
    let mut ids = line.split(':').skip(2);
    Some(Identity { user: ids.next()?.parse().ok()?, group: ids.next()?.parse().ok()? })
}

fn name_of(database: &str, id: u32) -> Option<String> {
    let line = entry(database, &id.to_string())?;
    line.split(':').next().map(str::to_owned)
}

/// Asks `getent`, which knows users of a directory service too.
fn entry(database: &str, key: &str) -> Option<String> {
    let answer = Command::new("getent").args([database, key]).output().ok()?;
    String::from_utf8(answer.stdout).ok().filter(|line| line.contains(':'))
}
