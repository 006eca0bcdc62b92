//! Waiting for new mail. Whatever ends the wait is only a reason to search again.

use std::time::Duration;

use async_imap::imap_proto::{RequestId, Response};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::imap::dialogue::{Dialogue, Heard};
use crate::imap::error::{Error, Step};
use crate::imap::session::Session;

const STEP: Step = Step::AnnounceMail;
/// A service that stops does not wait long for a server's goodbye.
const PATIENCE_WHEN_STOPPING: Duration = Duration::from_secs(3);

/// Why a wait ended. All but `Stopped` call for a search, after `Lost` on a new connection.
#[derive(Debug)]
pub enum WokenBy {
    NewMail,
    Timer,
    Stopped,
    Lost(Error),
}

impl Session {
    /// Waits until the server announces mail, `stop` is cancelled, or `longest` or the limit in the
    /// settings has passed. Search again after every return: a server may announce late or never.
    pub async fn wait(&mut self, stop: &CancellationToken, longest: Duration) -> WokenBy {
        let start = Instant::now();
        let mut dialogue = match self.take(STEP) {
            Ok(dialogue) => dialogue,
            Err(error) => return WokenBy::Lost(error),
        };
        // Announced while we were busy with other commands, and not announced again.
        if dialogue.has_changed() {
            self.dialogue = Some(dialogue);
            return WokenBy::NewMail;
        }
        if self.can_idle {
            let until = start + longest.min(self.limits.idle());
            match idle(&mut dialogue, stop, until).await {
                Ok(Some(woken_by)) => {
                    self.dialogue = Some(dialogue);
                    return woken_by;
                }
                Ok(None) => self.can_idle = false,
                Err(_) if stop.is_cancelled() => return WokenBy::Stopped,
                Err(error) => return WokenBy::Lost(error),
            }
        }
        self.dialogue = Some(dialogue);
        pause(stop, start + longest.min(self.limits.poll())).await
    }
}

/// `None` when the server refuses to idle.
async fn idle(
    dialogue: &mut Dialogue,
    stop: &CancellationToken,
    until: Instant,
) -> Result<Option<WokenBy>, Error> {
    let tag = dialogue.say(STEP, "IDLE").await?;
    match stop.run_until_cancelled(accepted(dialogue, &tag)).await {
        Some(Ok(true)) => {}
        Some(Ok(false)) => return Ok(None),
        Some(Err(error)) => return Err(error),
        None => return Err(dialogue.timeout(STEP)),
    }
    let woken_by = listen(dialogue, stop, until).await?;
    dialogue.say_untagged(STEP, "DONE").await?;
    let mut ignore = |_: &Response<'_>| {};
    let ending = dialogue.finish(STEP, &tag, &mut ignore);
    match woken_by {
        WokenBy::Stopped => match timeout(PATIENCE_WHEN_STOPPING, ending).await {
            Ok(ended) => ended?,
            Err(_) => return Err(dialogue.timeout(STEP)),
        },
        WokenBy::NewMail | WokenBy::Timer | WokenBy::Lost(_) => ending.await?,
    }
    Ok(Some(woken_by))
}

/// Mail that is announced before the server says `+` counts: it is not announced again.
async fn accepted(dialogue: &mut Dialogue, tag: &RequestId) -> Result<bool, Error> {
    loop {
        match dialogue.hear(STEP, &mut |_| {}).await? {
            Heard::Data => {}
            Heard::Continue => return Ok(true),
            Heard::Done { tag: theirs, is_ok: false } if theirs == *tag => return Ok(false),
            Heard::Done { .. } => return Err(dialogue.protocol(STEP)),
        }
    }
}

/// The clock is our own: a server that keeps saying "still here" does not start it anew.
async fn listen(
    dialogue: &mut Dialogue,
    stop: &CancellationToken,
    until: Instant,
) -> Result<WokenBy, Error> {
    let mut ignore = |_: &Response<'_>| {};
    while !dialogue.has_changed() {
        let heard = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(WokenBy::Stopped),
            heard = timeout_at(until, dialogue.next(STEP, &mut ignore)) => heard,
        };
        match heard {
            Err(_) => return Ok(WokenBy::Timer),
            Ok(Err(error)) => return Err(error),
            Ok(Ok(Heard::Data | Heard::Continue)) => {}
            Ok(Ok(Heard::Done { .. })) => return Err(dialogue.protocol(STEP)),
        }
    }
    Ok(WokenBy::NewMail)
}

async fn pause(stop: &CancellationToken, until: Instant) -> WokenBy {
    match timeout_at(until, stop.cancelled()).await {
        Ok(()) => WokenBy::Stopped,
        Err(_) => WokenBy::Timer,
    }
}
