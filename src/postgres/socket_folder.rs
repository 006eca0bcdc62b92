//! A folder for sockets: private, and with a path short enough.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::account::Account;

/// The operating system allows 107 bytes; the longest name that a helper puts behind it has 24.
const LONGEST: usize = 80;

/// Where the sockets of a helper lie.
pub enum SocketFolder {
    InsideData(PathBuf),
    /// Because the path of the data is too long.
    Elsewhere(TempDir),
}

impl SocketFolder {
    /// Makes `inside`, or a folder elsewhere that goes when this value is dropped.
    pub fn make(inside: PathBuf, account: &Account) -> io::Result<Self> {
        if inside.as_os_str().len() <= LONGEST {
            account.make_private(&inside)?;
            return Ok(Self::InsideData(inside));
        }
        // Not in the usual place for temporary files, whose path may be long too. Mode 0700.
        let elsewhere = tempfile::Builder::new().prefix("mailtriage-").tempdir_in("/tmp")?;
        account.own(elsewhere.path())?;
        Ok(Self::Elsewhere(elsewhere))
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::InsideData(path) => path,
            Self::Elsewhere(folder) => folder.path(),
        }
    }
}
