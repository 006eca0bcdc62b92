//! The careful way through mails of which one has broken a session.

use crate::imap::error::Error;
use crate::imap::fetch::Fetched;
use crate::imap::session::Session;
use crate::imap::settings::{Credential, Settings};

/// How often a whole mail is asked for before its start will do.
const TRIES: usize = 2;

/// What became of one mail.
#[derive(Debug)]
pub enum One {
    Found(Fetched),
    Gone,
    /// The server cannot hand it over, not even its start, in a way that we can read. A person must
    /// look at it in the mailbox.
    Unreadable(Error),
}

/// Fetches mails one at a time, on a new connection after each failure, so that a mail that the
/// server or the parser stumbles over does not hold up the others.
#[derive(Debug)]
pub struct OneByOne<'a> {
    settings: &'a Settings,
    credential: &'a Credential,
    folder: &'a str,
    uid_validity: u32,
    session: Option<Session>,
}

impl<'a> OneByOne<'a> {
    /// `uid_validity` is the one that the numbers belong to.
    pub fn new(
        settings: &'a Settings,
        credential: &'a Credential,
        folder: &'a str,
        uid_validity: u32,
    ) -> Self {
        Self { settings, credential, folder, uid_validity, session: None }
    }

    /// An error means that the server as a whole is out of reach or has changed, not that this mail
    /// is strange.
    pub async fn fetch(&mut self, uid: u32) -> Result<One, Error> {
        for _ in 0..TRIES {
            let Ok(mut batch) = self.open().await?.fetch(&[uid]).await else {
                continue;
            };
            return Ok(batch.mails.pop().map_or(One::Gone, One::Found));
        }
        match self.open().await?.fetch_start(uid).await {
            Ok(found) => Ok(found.map_or(One::Gone, One::Found)),
            Err(error) => self.open().await.map(|_| One::Unreadable(error)),
        }
    }

    /// The session for further use, when the last mail has left it open.
    pub fn into_session(self) -> Option<Session> {
        self.session.filter(Session::is_open)
    }

    async fn open(&mut self) -> Result<&mut Session, Error> {
        let session = match self.session.take().filter(Session::is_open) {
            Some(session) => session,
            None => self.connect().await?,
        };
        Ok(self.session.insert(session))
    }

    async fn connect(&self) -> Result<Session, Error> {
        let mut session = Session::connect(self.settings, self.credential).await?;
        let selected = session.select(self.folder).await?;
        if selected.uid_validity != self.uid_validity {
            return Err(Error::Renumbered { host: self.settings.host.clone() });
        }
        Ok(session)
    }
}
