//! Delivers mail into Maildir folders, the way that Dovecot reads them.

use std::fs::{self, File, FileTimes};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use chrono::{DateTime, Utc};

use crate::postgres::account::Account;

/// The mailboxes of all users below one folder.
#[derive(Clone)]
pub struct Maildirs {
    root: PathBuf,
    account: Account,
    delivered: Arc<AtomicU64>,
}

impl Maildirs {
    pub(super) fn new(root: PathBuf, account: Account) -> Self {
        Self { root, account, delivered: Arc::default() }
    }

    pub fn mailbox_path(&self, user: &str) -> PathBuf {
        self.root.join(user)
    }

    pub(super) fn make_root(&self) -> io::Result<()> {
        self.account.make_private(&self.root)
    }

    pub(super) fn create(&self, user: &str, folder: &str) -> io::Result<()> {
        let path = self.folder_path(user, folder);
        self.account.make_private(&self.mailbox_path(user))?;
        self.account.make_private(&path)?;
        ["tmp", "new", "cur"]
            .into_iter()
            .try_for_each(|part| self.account.make_private(&path.join(part)))
    }

    /// Puts a mail into a folder (`INBOX`, `Sent`) in one step, so that no reader sees half of it.
    ///
    /// The file's time is `received_at`, because that is what Dovecot reports as INTERNALDATE.
    pub fn deliver(
        &self,
        user: &str,
        folder: &str,
        raw: &[u8],
        received_at: DateTime<Utc>,
    ) -> io::Result<()> {
        let path = self.folder_path(user, folder);
        let name = self.unique_name(received_at, raw.len())?;
        let unfinished = path.join("tmp").join(&name);

        let mut file = File::create_new(&unfinished)?;
        file.write_all(raw)?;
        let time = SystemTime::from(received_at);
        file.set_times(FileTimes::new().set_accessed(time).set_modified(time))?;
        self.account.own(&unfinished)?;
        fs::rename(&unfinished, path.join("new").join(&name))
    }

    fn folder_path(&self, user: &str, folder: &str) -> PathBuf {
        let mailbox = self.mailbox_path(user);
        if folder.eq_ignore_ascii_case("INBOX") {
            mailbox
        } else {
            mailbox.join(format!(".{}", folder.replace('/', ".")))
        }
    }

    /// Dovecot gives out UIDs in the order of seconds, then microseconds, then the rest. The
    /// counter keeps mails of the same moment in order, the random part keeps processes apart.
    fn unique_name(&self, received_at: DateTime<Utc>, size: usize) -> io::Result<String> {
        let seconds = received_at.timestamp();
        let micros = received_at.timestamp_subsec_micros();
        let number = self.delivered.fetch_add(1, Ordering::Relaxed);
        let random = getrandom::u64().map_err(io::Error::other)?;
        let process = process::id();
        Ok(format!("{seconds}.M{micros:06}Q{number:08}P{process}R{random:016x}.sandbox,S={size}"))
    }
}
