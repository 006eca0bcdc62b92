//! One command, then its whole answer: read until our own tag, or fail.
//!
//! The library's own commands take a refusal, or a connection that breaks, for the end of the list.
//! Here each of them is an error, and each wait has a deadline.

use std::io;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use async_imap::imap_proto::{MailboxDatum, RequestId, Response, Status};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout, timeout_at};

use crate::imap::error::{Error, Step};
use crate::imap::settings::Settings;
use crate::imap::wire::{self, Wire};

/// For an answer that holds no mail. Two million search results fit in.
const SMALL_ANSWER: u64 = 16 * 1024 * 1024;

/// What to do with the parts of an answer that come before its end.
pub(super) type Take<'a> = &'a mut (dyn FnMut(&Response<'_>) + Send);

/// A connection that is logged in. After an error it is of no use: half an answer may be left in it.
#[derive(Debug)]
pub(super) struct Dialogue {
    session: async_imap::Session<Wire>,
    host: String,
    silence: Duration,
    answer: Duration,
    answer_by: Instant,
    exists: u32,
    changed: bool,
}

/// One reply of the server.
pub(super) enum Heard {
    Continue,
    Data,
    Done { tag: RequestId, is_ok: bool },
}

impl Dialogue {
    pub(super) fn new(session: async_imap::Session<Wire>, settings: &Settings) -> Self {
        Self {
            session,
            host: settings.host.clone(),
            silence: settings.limits.silence(),
            answer: settings.limits.answer(),
            answer_by: Instant::now(),
            exists: 0,
            changed: false,
        }
    }

    pub(super) fn certificate_ends(&self) -> Option<DateTime<Utc>> {
        self.session.get_ref().certificate_ends()
    }

    /// Sends a command and reads its answer to the end. A refusal is an error.
    pub(super) async fn ask(
        &mut self,
        step: Step,
        command: &str,
        take: Take<'_>,
    ) -> Result<(), Error> {
        let tag = self.say(step, command).await?;
        self.finish(step, &tag, take).await
    }

    /// [`Self::ask`] for an answer of up to `bytes`.
    pub(super) async fn ask_for(
        &mut self,
        bytes: u64,
        command: &str,
        take: Take<'_>,
    ) -> Result<(), Error> {
        let tag = self.say(Step::Fetch, command).await?;
        self.session.get_mut().allow(bytes.saturating_add(SMALL_ANSWER));
        self.finish(Step::Fetch, &tag, take).await
    }

    /// Sends a command. Its answer must be read before the next one.
    pub(super) async fn say(&mut self, step: Step, command: &str) -> Result<RequestId, Error> {
        self.answer_by = Instant::now() + self.answer;
        self.session.get_mut().allow(SMALL_ANSWER);
        let said = timeout(self.silence, self.session.run_command(command)).await;
        match said {
            Ok(Ok(tag)) => Ok(tag),
            Ok(Err(_)) => Err(self.closed(step)),
            Err(_) => Err(self.timeout(step)),
        }
    }

    /// Sends a line that is not a command, such as the end of IDLE.
    pub(super) async fn say_untagged(&mut self, step: Step, line: &str) -> Result<(), Error> {
        self.answer_by = Instant::now() + self.answer;
        let said = timeout(self.silence, self.session.run_command_untagged(line)).await;
        match said {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.closed(step)),
            Err(_) => Err(self.timeout(step)),
        }
    }

    /// Sends the bytes that the server asked for with `+`, and the line break after them.
    pub(super) async fn send(&mut self, step: Step, bytes: &[u8]) -> Result<(), Error> {
        let wire = self.session.get_mut();
        let sent = timeout(self.answer, async {
            wire.write_all(bytes).await?;
            wire.write_all(b"\r\n").await?;
            wire.flush().await
        });
        match sent.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) => Err(self.closed(step)),
            Err(_) => Err(self.timeout(step)),
        }
    }

    pub(super) async fn finish(
        &mut self,
        step: Step,
        tag: &RequestId,
        take: Take<'_>,
    ) -> Result<(), Error> {
        loop {
            match self.hear(step, take).await? {
                Heard::Data => {}
                Heard::Done { tag: theirs, is_ok } if theirs == *tag => {
                    return if is_ok { Ok(()) } else { Err(self.refused(step)) };
                }
                Heard::Done { .. } | Heard::Continue => return Err(self.protocol(step)),
            }
        }
    }

    /// The next reply, which must come soon: silence is an error, slow progress is not.
    pub(super) async fn hear(&mut self, step: Step, take: Take<'_>) -> Result<Heard, Error> {
        loop {
            let before = self.session.get_ref().received();
            let patience = self.answer_by.min(Instant::now() + self.silence);
            if let Ok(heard) = timeout_at(patience, self.next(step, take)).await {
                return heard;
            }
            let is_silent = self.session.get_ref().received() == before;
            if is_silent || Instant::now() >= self.answer_by {
                return Err(self.timeout(step));
            }
        }
    }

    /// The next reply, whenever it comes. To stop waiting loses nothing: what has arrived stays in
    /// the buffer of the stream.
    pub(super) async fn next(&mut self, step: Step, take: Take<'_>) -> Result<Heard, Error> {
        // The parser panics on `INTERNALDATE NIL` and on a status text that begins with a letter
        // beyond ASCII. A strange server must not end the service.
        let read = AssertUnwindSafe(self.session.read_response()).catch_unwind().await;
        let reply = match read {
            Ok(Ok(Some(reply))) => reply,
            Ok(Ok(None)) => return Err(self.closed(step)),
            Ok(Err(error)) => return Err(self.fault(step, &error)),
            Err(_panic) => return Err(self.protocol(step)),
        };
        match reply.parsed() {
            Response::Continue(_) => Ok(Heard::Continue),
            Response::Done { tag, status, .. } => {
                Ok(Heard::Done { tag: tag.clone(), is_ok: *status == Status::Ok })
            }
            Response::Data { status: Status::Bye, .. } if step != Step::LogOut => {
                Err(self.closed(step))
            }
            data => {
                self.count(data);
                take(data);
                Ok(Heard::Data)
            }
        }
    }

    /// Keeps up with the number of mails, to know news from repetition.
    fn count(&mut self, data: &Response<'_>) {
        match data {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.changed |= *count != self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
    }

    /// Whether the server has spoken of other mails than at the last [`Self::forget_changes`].
    pub(super) fn has_changed(&self) -> bool {
        self.changed
    }

    pub(super) fn forget_changes(&mut self) {
        self.changed = false;
    }

    fn fault(&self, step: Step, error: &io::Error) -> Error {
        match error.kind() {
            wire::TOO_MUCH => Error::TooMuch { host: self.host.clone(), step },
            // The library's own kind for a reply that it cannot parse.
            io::ErrorKind::Other => self.protocol(step),
            _ => self.closed(step),
        }
    }

    pub(super) fn protocol(&self, step: Step) -> Error {
        Error::Protocol { host: self.host.clone(), step }
    }

    pub(super) fn incomplete(&self, step: Step) -> Error {
        Error::Incomplete { host: self.host.clone(), step }
    }

    fn refused(&self, step: Step) -> Error {
        Error::Refused { host: self.host.clone(), step }
    }

    fn closed(&self, step: Step) -> Error {
        Error::Closed { host: self.host.clone(), step }
    }

    pub(super) fn timeout(&self, step: Step) -> Error {
        Error::Timeout { host: self.host.clone(), step }
    }
}
