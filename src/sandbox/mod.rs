//! A whole world in one temporary folder: database, mailboxes and mail server, for the demo and the
//! tests. Everything is real, private to this machine, and gone afterwards.

pub mod dovecot;
pub mod maildir;
pub mod smtp_server;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Context;
use tempfile::TempDir;

use crate::postgres::{Durability, Server};

use dovecot::{Dovecot, Encryption, User};
use smtp_server::{Now, SmtpServer};

/// The running world. Dropping it ends everything and waits; in `async` code prefer
/// [`Sandbox::stop`].
pub struct Sandbox {
    // The order is the order of dropping: who delivers first, the folder last.
    pub smtp: SmtpServer,
    pub dovecot: Dovecot,
    pub postgres: Server,
    folder: TempDir,
}

impl Sandbox {
    /// `users` are mail addresses; each gets a mailbox and can log in with its address. `now` is
    /// the time at which mail arrives.
    pub async fn start(users: &[User], now: Now) -> anyhow::Result<Self> {
        // Others may pass through, as the users of PostgreSQL and Dovecot must when we are root.
        let folder = tempfile::Builder::new()
            .prefix("mailtriage-")
            .permissions(fs::Permissions::from_mode(0o711))
            .tempdir()
            .context("could not make a temporary folder")?;
        let data_dir = folder.path().join("postgres");
        let (postgres, dovecot) = tokio::join!(
            Server::start(&data_dir, Durability::Throwaway),
            Dovecot::start(folder.path(), users, Encryption::Off),
        );
        let (postgres, dovecot) = (postgres?, dovecot?);
        let addresses: Vec<String> = users.iter().map(|user| user.name.clone()).collect();
        let smtp = SmtpServer::start(dovecot.maildirs().clone(), &addresses, now)
            .await
            .context("could not start the SMTP server of the sandbox")?;
        Ok(Self { smtp, dovecot, postgres, folder })
    }

    /// A folder that goes with the sandbox.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Ends everything and removes the folder.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.smtp.stop().await;
        tokio::join!(self.dovecot.stop(), self.postgres.stop());
        self.folder.close().context("could not remove the temporary folder")
    }
}
