//! Outbox -> relay. Claim, send without a transaction or a connection, settle.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::{FutureExt, StreamExt, stream};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use crate::clock::Clock;
use crate::smtp::{Mailer, OutgoingLetter, SendError};
use crate::store::outbox::{Claimed, Settlement};
use crate::store::reports::Reported;
use crate::store::{self, OutboxId, PgConnection, Store, outbox, requests};
use crate::triage::letters::Outage;
use crate::triage::{Content, LetterKind};
use crate::worker::desk::Desk;
use crate::worker::keep_lease::Holder;
use crate::worker::reports::News;
use crate::worker::{Bell, Progress, pause_for};

/// Letters claimed at once; one recipient has at most one among them.
const BATCH: i64 = 20;
/// A backlog goes over several connections at once; few letters go one after the other. Some relays
/// take no more than three connections of one client.
const MOST_LANES: usize = 3;
const LETTERS_A_LANE: usize = 6;
/// When to ask a relay again that takes no letters at all.
const PAUSE_OF_THE_RELAY: TimeDelta = TimeDelta::seconds(15);
/// Less than a service that stops may take.
const LONGEST_WAY_TO_NOTE: Duration = Duration::from_secs(30);
const PAUSE_TO_NOTE: Duration = Duration::from_millis(500);
/// The operator is told of a relay that took no letters for so long.
const LONG_SILENCE: TimeDelta = TimeDelta::hours(1);
/// Attempts before a letter is given up, over about two days.
const MOST_ATTEMPTS: i32 = 16;

#[derive(Clone)]
pub struct SendOutbox {
    pub store: Store,
    pub desk: Desk,
    pub mailer: Arc<Mailer>,
    pub clock: Arc<dyn Clock>,
    /// Names this process in claims.
    pub holder: Holder,
}

impl SendOutbox {
    /// Sends the letters that may go now. When the relay takes none, those that are left wait.
    pub async fn step(&self) -> anyhow::Result<Progress> {
        self.take_over().await?;
        let mut conn = self.store.connect().await?;
        let holder = self.holder.as_str();
        let letters = outbox::claim(&mut conn, holder, self.clock.now(), BATCH).await?;
        drop(conn);
        if letters.is_empty() {
            self.mailer.hang_up().await;
            return Ok(Progress::Idle);
        }
        let relay_refuses = AtomicBool::new(false);
        let lanes = letters.len().div_ceil(LETTERS_A_LANE).min(MOST_LANES);
        let sent: Vec<_> =
            letters.iter().map(|one| self.send(one, &relay_refuses).boxed()).collect();
        // Each letter comes to its end, also when another fails.
        let sent: Vec<anyhow::Result<()>> = stream::iter(sent).buffered(lanes).collect().await;
        sent.into_iter().collect::<anyhow::Result<()>>()?;
        if relay_refuses.into_inner() {
            // What it holds against us may hold against these connections only.
            self.mailer.hang_up().await;
            return Ok(Progress::Idle);
        }
        Ok(Progress::Worked)
    }

    async fn send(&self, letter: &Claimed, relay_refuses: &AtomicBool) -> anyhow::Result<()> {
        if relay_refuses.load(Ordering::Relaxed) {
            return self.postpone(letter, None).await;
        }
        let Some(sent) = self.attempt(letter).await? else {
            warn!(outbox.id = letter.id.0, "letter {} is no longer ours to send", letter.id.0);
            return Ok(());
        };
        match sent {
            Err(error) if error.concerns_the_relay() => {
                warn!("the mail relay takes no letters now: {error}");
                relay_refuses.store(true, Ordering::Relaxed);
                self.postpone(letter, error.words()).await
            }
            sent => {
                self.settle_patiently(letter, &sent).await?;
                match letter.postponed_at {
                    Some(_) => self.tell_of_silence().await,
                    None => Ok(()),
                }
            }
        }
    }

    /// The relay hears us again. Only now a letter can tell the operator that it did not. Whoever
    /// notices first tells, for all letters that were put off.
    async fn tell_of_silence(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let ended = outbox::end_postponement(&mut tx).await?;
        if let Some((since, letters)) = ended.filter(|(since, _)| now - since >= LONG_SILENCE) {
            warn!("the mail relay took no letters for {} minutes", (now - since).num_minutes());
            let calendar = &self.desk.rules.calendar;
            let (since, until) = (calendar.day_and_time(since), calendar.day_and_time(now));
            let outage = Outage::RelayAway { since, until, letters };
            self.desk.tell_of_outage(&mut tx, outage, now).await?;
        }
        store::commit(tx).await?;
        Ok(())
    }

    /// Takes back what a dead process had in hand, and what an earlier step of our own let go of
    /// when it failed.
    async fn take_over(&self) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        let lost = outbox::recover_claims(&mut tx, self.holder.as_str(), self.clock.now()).await?;
        for (id, kind) in &lost {
            warn!(outbox.id = id.0, "letter {} may have been taken: its sender broke off", id.0);
            let reason = "the service stopped while the letter went out";
            self.tell_operator(&mut tx, *id, kind, reason).await?;
        }
        store::commit(tx).await?;
        Ok(())
    }

    /// The relay, not the letter, is to blame: this was no attempt.
    async fn postpone(&self, letter: &Claimed, words: Option<&str>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut conn = self.store.connect().await?;
        let claim = (letter.id, self.holder.as_str());
        let at = now + PAUSE_OF_THE_RELAY;
        outbox::settle(&mut conn, claim, Settlement::Postponed { at }, words, now).await?;
        Ok(())
    }

    /// What the relay said is known to nobody else. When the database is away for a moment it is noted
    /// afterwards; else the letter would be of unknown fate.
    async fn settle_patiently(
        &self,
        letter: &Claimed,
        sent: &Result<(), SendError>,
    ) -> anyhow::Result<()> {
        let never = CancellationToken::new();
        let until = Instant::now() + LONGEST_WAY_TO_NOTE;
        loop {
            match self.settle(letter, sent).await {
                Err(error) if store::may_pass(&error) && Instant::now() < until => {
                    let id = letter.id.0;
                    warn!(outbox.id = id, "what became of letter {id} is noted later: {error:#}");
                    pause_for(PAUSE_TO_NOTE, &Bell::default(), &never).await;
                }
                done => return done,
            }
        }
    }

    async fn settle(&self, letter: &Claimed, sent: &Result<(), SendError>) -> anyhow::Result<()> {
        let now = self.clock.now();
        let settlement = settlement_of(sent, letter.attempts, now);
        let words = sent.as_ref().err().and_then(SendError::words);

        let mut tx = self.store.begin().await?;
        let claim = (letter.id, self.holder.as_str());
        if !outbox::settle(&mut tx, claim, settlement, words, now).await? {
            warn!(outbox.id = letter.id.0, "letter {} was taken over meanwhile", letter.id.0);
            return Ok(());
        }
        let acknowledged = letter.kind == LetterKind::Acknowledgement.name();
        if let (Settlement::Sent, true, Some(request)) = (settlement, acknowledged, letter.request)
        {
            requests::mark_acknowledged(&mut tx, request, now).await?;
        }
        if let (Settlement::GivenUp, Some(status)) = (settlement, words.and_then(bad_address)) {
            self.lose(&mut tx, letter, status).await?;
        }
        if let (Err(error), Settlement::GivenUp | Settlement::Unknown) = (sent, settlement) {
            self.tell_operator(&mut tx, letter.id, &letter.kind, &error.to_string()).await?;
        }
        store::commit(tx).await?;

        let id = letter.id.0;
        info!(outbox.id = id, "letter {id} `{}`: {settlement:?}", letter.kind);
        Ok(())
    }

    /// The relay says at once what other servers say in a report.
    async fn lose(
        &self,
        conn: &mut PgConnection,
        letter: &Claimed,
        status: &str,
    ) -> anyhow::Result<()> {
        let reported = Reported {
            id: letter.id,
            request: letter.request,
            kind: letter.kind.clone(),
            recipient: letter.recipient.clone(),
        };
        let news = News {
            letter: &reported,
            told: format!("refused ({status})"),
            is_lost: true,
            is_gone: true,
            inbound: None,
        };
        self.desk.hear(conn, &news, self.clock.now()).await
    }

    /// Everything up to the content may be repeated. Before the content goes over the wire the row
    /// says so: from then on a lost answer means that the letter may have been taken.
    ///
    /// `None` when the claim has been lost: then nothing of the content was sent.
    async fn attempt(&self, letter: &Claimed) -> anyhow::Result<Option<Result<(), SendError>>> {
        let envelope = OutgoingLetter {
            to: &letter.recipient,
            from: self.desk.rules.policy.team.address.as_str(),
            null_return_path: letter.null_return_path,
            raw: &letter.raw,
        };
        let ready = match self.mailer.prepare(&envelope).await {
            Ok(ready) => ready,
            Err(error) => return Ok(Some(Err(error))),
        };
        let mut conn = self.store.connect().await?;
        let now = self.clock.now();
        let ours = outbox::begin_content(&mut conn, letter.id, self.holder.as_str(), now).await?;
        drop(conn);
        Ok(if ours { Some(ready.finish().await) } else { None })
    }

    /// Not about notices to the operator themselves: a broken relay must not write for ever.
    async fn tell_operator(
        &self,
        conn: &mut PgConnection,
        id: OutboxId,
        kind: &str,
        reason: &str,
    ) -> anyhow::Result<()> {
        if kind == LetterKind::SenderProblem.name() {
            return Ok(());
        }
        let content = Content::SenderProblem {
            outbox_id: id.0,
            kind: kind.to_owned(),
            reason: reason.to_owned(),
        };
        self.desk.tell_operator(conn, content, self.clock.now()).await
    }
}

fn settlement_of(sent: &Result<(), SendError>, attempts: i32, now: DateTime<Utc>) -> Settlement {
    match sent {
        Ok(()) => Settlement::Sent,
        Err(SendError::Unknown(_)) => Settlement::Unknown,
        Err(SendError::Transient(_)) if attempts < MOST_ATTEMPTS => {
            Settlement::TryAgain { at: retry_at(now, attempts) }
        }
        Err(SendError::Transient(_) | SendError::Permanent(_) | SendError::Unsendable(_)) => {
            Settlement::GivenUp
        }
    }
}

/// The status by which a server says that there is no such address (RFC 3463, section 3.2). Other
/// refusals may be about us.
fn bad_address(words: &str) -> Option<&str> {
    let is_edge = |c: char| c.is_whitespace() || "#-(),;:".contains(c);
    words.split(is_edge).find(|word| {
        word.strip_prefix("5.1.").is_some_and(|detail| {
            (1..=2).contains(&detail.len()) && detail.bytes().all(|byte| byte.is_ascii_digit())
        })
    })
}

/// One minute, two, four, ... up to six hours.
fn retry_at(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.saturating_sub(1)).unwrap_or(0).min(9);
    let minutes = (1_i64 << doublings).min(360);
    now + TimeDelta::minutes(minutes)
}
