//! A mail in hand: parsed and read before the transaction that decides about it.

use std::sync::Arc;

use anyhow::ensure;

use crate::intake::Reading;
use crate::mail::{self, IncomingMail, SenderKind};
use crate::store::folders::Role;
use crate::store::inbound::{self, Unread};
use crate::store::{PgConnection, RequestId, Store, copies, outbox};
use crate::worker::reception::Reception;

/// A reply quotes the newest of our letters; older ones are quoted in those.
const MOST_OF_OURS: i64 = 20;
/// While one process reads, nobody else writes to a requester but by hand.
const MOST_READINGS: u32 = 5;

/// A mail, with what identifies it and what it says.
pub(super) struct InHand<'a> {
    pub(super) stored: &'a Unread,
    pub(super) mail: Arc<IncomingMail>,
    pub(super) raw: Vec<u8>,
    pub(super) digest: Vec<u8>,
    /// Why it can only be set aside.
    pub(super) unreadable: Option<String>,
    words: Option<Words>,
    readings: u32,
}

/// What a mail tells in its writer's words: those of our letters in its thread are left out.
pub(super) struct Words {
    pub(super) mail: Arc<IncomingMail>,
    pub(super) reading: Reading,
}

/// The words of the mail must be read first, which is not done inside a transaction.
#[derive(Debug, thiserror::Error)]
#[error("the mail is not read yet")]
pub(super) struct NotRead;

impl Reception<'_> {
    /// Parses a mail, and reads its words when they are likely to count.
    pub(super) async fn take_in_hand<'m>(
        &self,
        store: &Store,
        stored: &'m Unread,
        most_attempts: i32,
    ) -> anyhow::Result<InHand<'m>> {
        let mut conn = store.connect().await?;
        let raw = inbound::raw(&mut conn, stored.id).await?;
        drop(conn);
        let too_often = stored.attempts >= most_attempts;
        // On a thread of its own: a long mail must not hold up the other workers.
        let parse = move || {
            let (mail, unreadable) = parsed(&raw, too_often);
            (mail, unreadable, mail::content_digest(&raw), raw)
        };
        let (mail, unreadable, digest, raw) = tokio::task::spawn_blocking(parse).await?;
        let mail = Arc::new(mail);
        let mut in_hand =
            InHand { stored, mail, raw, digest, unreadable, words: None, readings: 0 };
        if self.words_count(store, &in_hand).await? {
            self.read_words(store, &mut in_hand).await?;
        }
        Ok(in_hand)
    }

    /// A guess that saves time: words that are needed after all are read then.
    async fn words_count(&self, store: &Store, in_hand: &InHand<'_>) -> anyhow::Result<bool> {
        let (policy, mail) = (&self.desk.rules.policy, &in_hand.mail);
        let from = mail.from.as_ref().map(|person| &person.address);
        let is_outside =
            from.is_some_and(|from| !policy.is_ours(from) && policy.consultant(from).is_none());
        if in_hand.unreadable.is_some()
            || in_hand.stored.role == Role::Sent
            || mail.sender_kind != SenderKind::Person
            || !mail.own_tokens.is_empty()
            || !is_outside
        {
            return Ok(false);
        }
        let Some(id) = &mail.message_id else {
            return Ok(true);
        };
        let mut conn = store.connect().await?;
        Ok(!copies::is_known(&mut conn, id.as_str()).await?)
    }

    /// Reads what the mail says in the thread in which it stands now.
    pub(super) async fn read_words(
        &self,
        store: &Store,
        in_hand: &mut InHand<'_>,
    ) -> anyhow::Result<()> {
        in_hand.readings += 1;
        ensure!(in_hand.readings <= MOST_READINGS, "the thread of the mail changes all the time");
        let mut conn = store.connect().await?;
        let thread = self.thread_of(&mut conn, &in_hand.mail).await?;
        let mail = their_words(&mut conn, in_hand, thread).await?;
        drop(conn);
        let written_on = self.desk.rules.calendar.local_day(in_hand.stored.received_at);
        let reading = self.reader.read(&mail, written_on).await?;
        in_hand.words = Some(Words { mail, reading });
        Ok(())
    }

    /// The words that were read, unless the thread has changed since.
    pub(super) async fn words_of<'h>(
        &self,
        conn: &mut PgConnection,
        in_hand: &'h InHand<'_>,
        thread: Option<RequestId>,
    ) -> anyhow::Result<&'h Words> {
        let theirs = their_words(conn, in_hand, thread).await?;
        let same = |words: &&Words| Arc::ptr_eq(&words.mail, &theirs) || words.mail == theirs;
        Ok(in_hand.words.as_ref().filter(same).ok_or(NotRead)?)
    }
}

async fn their_words(
    conn: &mut PgConnection,
    in_hand: &InHand<'_>,
    thread: Option<RequestId>,
) -> anyhow::Result<Arc<IncomingMail>> {
    let Some(id) = in_hand.stored.request.or(thread) else {
        return Ok(Arc::clone(&in_hand.mail));
    };
    let ours = outbox::texts_to_requester(conn, id, MOST_OF_OURS).await?;
    // Long mails and letters are not compared to their end, so this takes no time.
    Ok(Arc::new(IncomingMail::clone(&in_hand.mail).without_ours(&ours)))
}

/// The mail, and why it can only be set aside. Of what failed too often, the header alone is read:
/// the rest may be what ended the process.
fn parsed(raw: &[u8], too_often: bool) -> (IncomingMail, Option<String>) {
    if too_often {
        return (mail::read_header(raw), Some("reading it failed three times".to_owned()));
    }
    match mail::read_or_unreadable(raw) {
        Ok(mail) => (mail, None),
        Err(unreadable) => (mail::read_header(raw), Some(unreadable.to_string())),
    }
}
