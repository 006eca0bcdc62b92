//! What can be asked of a mailbox: open a folder, find mails, store one, say goodbye.
//!
//! Nothing here changes a flag: folders are opened with EXAMINE, because people read them too.

use async_imap::imap_proto::{Capability, MailboxDatum, Response, ResponseCode};
use chrono::{DateTime, NaiveDate, Utc};

use crate::imap::connect::log_in;
use crate::imap::dialogue::{Dialogue, Heard};
use crate::imap::error::{Error, Step};
use crate::imap::folder::encode_folder;
use crate::imap::settings::{Credential, Limits, Settings};

/// A connection that is logged in.
///
/// After an error it is closed, and every further call says so. The same happens when a call is
/// abandoned half-way, because half an answer would stay in the connection.
#[derive(Debug)]
pub struct Session {
    pub(super) dialogue: Option<Dialogue>,
    pub(super) limits: Limits,
    pub(super) can_idle: bool,
    host: String,
}

/// A folder as it was when it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// A UID means something only together with this number.
    pub uid_validity: u32,
    pub uid_next: Option<u32>,
    pub exists: u32,
}

impl Session {
    pub async fn connect(settings: &Settings, credential: &Credential) -> Result<Self, Error> {
        let mut dialogue = Dialogue::new(log_in(settings, credential).await?, settings);
        let can_idle = match offers_idle(&mut dialogue).await {
            Ok(can_idle) => can_idle,
            // Some servers list what they can do in a way that the parser does not read. They are
            // served all the same, by asking for new mail now and then.
            Err(Error::Protocol { .. }) => {
                dialogue = Dialogue::new(log_in(settings, credential).await?, settings);
                false
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            dialogue: Some(dialogue),
            limits: settings.limits.clone(),
            can_idle,
            host: settings.host.clone(),
        })
    }

    /// Opens a folder for reading only. `folder` is the name as people see it.
    pub async fn select(&mut self, folder: &str) -> Result<Selected, Error> {
        let mut dialogue = self.take(Step::OpenFolder)?;
        let (mut uid_validity, mut uid_next, mut exists) = (None, None, None);
        let mut take = |data: &Response<'_>| match data {
            Response::Data { outcome, .. } => match outcome.code {
                Some(ResponseCode::UidValidity(number)) => uid_validity = Some(number),
                Some(ResponseCode::UidNext(number)) => uid_next = Some(number),
                _ => {}
            },
            Response::MailboxData(MailboxDatum::Exists(count)) => exists = Some(*count),
            _ => {}
        };
        let command = format!("EXAMINE {}", encode_folder(folder));
        dialogue.ask(Step::OpenFolder, &command, &mut take).await?;
        let (Some(uid_validity), Some(exists)) = (uid_validity, exists) else {
            return Err(dialogue.incomplete(Step::OpenFolder));
        };
        dialogue.forget_changes();
        self.dialogue = Some(dialogue);
        Ok(Selected { uid_validity, uid_next, exists })
    }

    /// All mails after `last_uid`, in order. 0 asks for every mail of the folder.
    pub async fn uids_after(&mut self, last_uid: u32) -> Result<Vec<u32>, Error> {
        self.search_after(last_uid, "").await
    }

    /// The mails after `last_uid` that came on `day` or later, in the server's own time zone.
    pub async fn uids_since(&mut self, last_uid: u32, day: NaiveDate) -> Result<Vec<u32>, Error> {
        self.search_after(last_uid, &day.format(" SINCE %-d-%b-%Y").to_string()).await
    }

    async fn search_after(&mut self, last_uid: u32, more: &str) -> Result<Vec<u32>, Error> {
        let Some(first) = last_uid.checked_add(1) else {
            return Ok(Vec::new());
        };
        let mut dialogue = self.take(Step::Search)?;
        let mut uids = search(&mut dialogue, &format!("UID {first}:*{more}")).await?;
        // `*` is the last mail, even when its number is below ours.
        uids.retain(|uid| *uid > last_uid);
        self.dialogue = Some(dialogue);
        Ok(uids)
    }

    /// Puts a mail into a folder, unread.
    pub async fn append(
        &mut self,
        folder: &str,
        mail: &[u8],
        received_at: DateTime<Utc>,
    ) -> Result<(), Error> {
        let mut dialogue = self.take(Step::Append)?;
        let (folder, length) = (encode_folder(folder), mail.len());
        let date = received_at.format("%d-%b-%Y %H:%M:%S +0000");
        let command = format!("APPEND {folder} \"{date}\" {{{length}}}");
        let tag = dialogue.say(Step::Append, &command).await?;
        loop {
            match dialogue.hear(Step::Append, &mut |_| {}).await? {
                Heard::Data => {}
                Heard::Continue => break,
                Heard::Done { .. } => {
                    return Err(Error::Refused { host: self.host.clone(), step: Step::Append });
                }
            }
        }
        dialogue.send(Step::Append, mail).await?;
        dialogue.finish(Step::Append, &tag, &mut |_| {}).await?;
        self.dialogue = Some(dialogue);
        Ok(())
    }

    /// Ends the session. A server that has hung up before is not an error.
    pub async fn logout(mut self) -> Result<(), Error> {
        let mut dialogue = self.take(Step::LogOut)?;
        match dialogue.ask(Step::LogOut, "LOGOUT", &mut |_| {}).await {
            Err(Error::Closed { .. }) => Ok(()),
            ended => ended,
        }
    }

    /// When the server's certificate ends. `None` without TLS.
    pub fn certificate_ends(&self) -> Option<DateTime<Utc>> {
        self.dialogue.as_ref()?.certificate_ends()
    }

    pub fn is_open(&self) -> bool {
        self.dialogue.is_some()
    }

    /// Takes the connection out for one command. Who succeeds puts it back.
    pub(super) fn take(&mut self, step: Step) -> Result<Dialogue, Error> {
        self.dialogue.take().ok_or_else(|| Error::Closed { host: self.host.clone(), step })
    }
}

async fn offers_idle(dialogue: &mut Dialogue) -> Result<bool, Error> {
    let mut found = false;
    let mut take = |data: &Response<'_>| {
        if let Response::Capabilities(all) = data {
            found |= all.iter().any(
                |one| matches!(one, Capability::Atom(name) if name.eq_ignore_ascii_case("IDLE")),
            );
        }
    };
    dialogue.ask(Step::ListCapabilities, "CAPABILITY", &mut take).await?;
    Ok(found)
}

/// UIDs in order. Some servers show what has come or gone only after a NOOP.
pub(super) async fn search(dialogue: &mut Dialogue, criteria: &str) -> Result<Vec<u32>, Error> {
    dialogue.ask(Step::LookForChanges, "NOOP", &mut |_| {}).await?;
    // What is announced from here on may be missing from the result.
    dialogue.forget_changes();
    let mut uids = Vec::new();
    let mut take = |data: &Response<'_>| {
        if let Response::MailboxData(MailboxDatum::Search(found)) = data {
            uids.extend_from_slice(found);
        }
    };
    dialogue.ask(Step::Search, &format!("UID SEARCH {criteria}"), &mut take).await?;
    uids.sort_unstable();
    uids.dedup();
    Ok(uids)
}
