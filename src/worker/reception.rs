//! Finds out what one inbound mail is, and gives it its one outcome with all that follows.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::intake::{Answers, Kind, Reading, Route};
use crate::mail::{self, EmailAddress, IncomingMail, MessageId, Person, SenderKind};
use crate::store::folders::Role;
use crate::store::inbound::{Outcome, Settled, Unread, settle};
use crate::store::{PgConnection, RequestId};
use crate::store::{outbox, reports, requests, threads};
use crate::triage::decide::Event;
use crate::triage::letters::Thread;
use crate::triage::open::Opening;
use crate::triage::{Content, Policy, Provenance};
use crate::worker::command_mail::CommandMail;
use crate::worker::copies::{duplicate, exact_copy};
use crate::worker::desk::Desk;
use crate::worker::in_hand::{InHand, Words};
use crate::worker::patient_reader::PatientReader;

/// A mail to a whole department does not make all of it take part.
const MOST_COPIED: usize = 20;

pub(super) struct Reception<'a> {
    pub(super) desk: &'a Desk,
    pub(super) reader: &'a PatientReader,
    pub(super) now: DateTime<Utc>,
}

/// What a mail turned out to be.
pub(super) struct Found {
    outcome: Outcome,
    because: String,
    request: Option<RequestId>,
}

impl Found {
    pub(super) fn new(outcome: Outcome, because: impl Into<String>) -> Self {
        Self { outcome, because: because.into(), request: None }
    }

    pub(super) fn of(self, request: Option<RequestId>) -> Self {
        Self { request, ..self }
    }
}

impl Reception<'_> {
    /// Makes true what follows from a mail. Fails with [`NotRead`] before it has decided anything
    /// when the words of the mail count and were not read.
    ///
    /// [`NotRead`]: crate::worker::in_hand::NotRead
    pub(super) async fn receive(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Outcome> {
        let found = match &in_hand.unreadable {
            Some(reason) => self.quarantine(conn, in_hand, reason).await?,
            None => self.recognise(conn, in_hand).await?,
        };

        self.settle(conn, in_hand, &found).await?;
        Ok(found.outcome)
    }

    async fn settle(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        found: &Found,
    ) -> anyhow::Result<()> {
        let message_id = in_hand.mail.message_id.as_ref();
        if let (Some(request), Some(message_id)) = (found.request, message_id) {
            threads::add_mail(conn, request, message_id).await?;
        }
        let settled = Settled {
            outcome: found.outcome,
            because: &found.because,
            request: found.request,
            message_id: message_id.map(MessageId::as_str),
            digest: Some(&in_hand.digest),
        };
        settle(conn, in_hand.stored.id, &settled, self.now).await?;
        Ok(())
    }

    /// Asks the questions in the order in which an answer makes the later ones pointless.
    async fn recognise(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Found> {
        if let Some(found) = self.own_mail(conn, in_hand).await? {
            return Ok(found);
        }
        if let Some(found) = duplicate(conn, in_hand).await? {
            return Ok(found);
        }
        if let (Some(from), SenderKind::Person | SenderKind::AutoReply { .. }) =
            (&in_hand.mail.from, &in_hand.mail.sender_kind)
        {
            reports::mark_reachable(conn, &from.address).await?;
        }
        if let Some(found) = self.machine_mail(conn, in_hand).await? {
            return Ok(found);
        }
        let commands = self.commands_in(conn, in_hand).await?;
        let is_certain = commands.as_ref().is_some_and(CommandMail::is_certain);
        if !is_certain && let Some(found) = self.team_reply(conn, in_hand).await? {
            return Ok(found);
        }
        if let Some(commands) = commands {
            return self.command_mail(conn, in_hand, &commands).await;
        }
        match &in_hand.mail.from {
            Some(from) => self.persons_mail(conn, in_hand, from).await,
            None => {
                let reason = "no sender address could be read";
                self.tell_operator(conn, in_hand.stored, reason).await?;
                Ok(Found::new(Outcome::Quarantined, reason))
            }
        }
    }

    /// Our own letters come back as copies: in the Sent folder, through lists and aliases.
    async fn own_mail(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Option<Found>> {
        let keyring = &self.desk.keyring;
        let ours = in_hand.mail.message_id.as_ref().filter(|id| keyring.is_ours(id));
        if let Some(id) = ours {
            outbox::settle_unknown_as_sent(conn, id.as_str()).await?;
            return Ok(Some(Found::new(Outcome::OwnMail, "keyed Message-ID")));
        }
        self.desk.learns_what_arrived(conn, &in_hand.mail).await?;
        let marked = in_hand.mail.own_tokens.iter().any(|token| keyring.token_is_ours(token));
        Ok(marked.then(|| Found::new(Outcome::OwnMail, "keyed token")))
    }

    async fn machine_mail(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Option<Found>> {
        Ok(match &in_hand.mail.sender_kind {
            SenderKind::Person => None,
            SenderKind::AutoReply { why } => {
                let request = self.thread_of(conn, &in_hand.mail).await?;
                Some(Found::new(Outcome::AutoReply, why).of(request))
            }
            SenderKind::Bounce(bounce) => Some(self.report(conn, in_hand, bounce).await?),
            SenderKind::Bulk { why } | SenderKind::Spam { why } => {
                Some(Found::new(Outcome::Bulk, why))
            }
        })
    }

    /// A mail from the team to the requester stops the reply clock: one in the Sent folder, or one
    /// of a consultant with the mailbox in copy.
    async fn team_reply(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
    ) -> anyhow::Result<Option<Found>> {
        let policy = &self.desk.rules.policy;
        let mail = &in_hand.mail;
        let from = mail.from.as_ref().map(|person| &person.address);
        let from_us = from.is_some_and(|from| policy.is_ours(from));
        let consultant = from.and_then(|from| policy.consultant(from));
        let in_sent = in_hand.stored.role == Role::Sent;
        if !in_sent && !from_us && consultant.is_none() {
            return Ok(None);
        }
        let by = consultant.map_or(&policy.team.address, |consultant| &consultant.address);

        if let Some(id) = self.thread_of(conn, mail).await? {
            let requester = requests::lock(conn, id).await?.requester.address;
            let mut recipients = mail.to.iter().chain(&mail.cc);
            if recipients.any(|person| person.address.is_same(&requester)) {
                if let Some(found) = self.unproven_reply(conn, in_hand, (id, consultant)).await? {
                    return Ok(Some(found));
                }
                let event = Event::TeamReplied { by: by.clone(), at: in_hand.stored.received_at };
                let inbound = Some(in_hand.stored.id);
                self.desk.handle(conn, id, (event, inbound), self.now).await?;
                let because = if in_sent { "in the Sent folder" } else { "sender is on the team" };
                return Ok(Some(Found::new(Outcome::TeamReply, because).of(Some(id))));
            }
        }
        // What the team sends to others is none of our business; it is never a request.
        Ok(in_sent.then(|| Found::new(Outcome::TeamReply, "in the Sent folder, of no request")))
    }

    async fn persons_mail(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        from: &Person,
    ) -> anyhow::Result<Found> {
        let received_at = in_hand.stored.received_at;
        let thread = self.thread_of(conn, &in_hand.mail).await?;
        let Words { mail, reading } = self.words_of(conn, in_hand, thread).await?;
        let written = (&**mail, reading);
        if let Some(id) = in_hand.stored.request {
            self.write_on(conn, in_hand, (id, from), written).await?;
            let because = "read again after it was set aside";
            return Ok(Found::new(Outcome::Request, because).of(Some(id)));
        }
        if let Some(id) = thread
            && let Some(found) = self.write_on(conn, in_hand, (id, from), written).await?
        {
            return Ok(found);
        }

        let asker = self.asker(conn, in_hand, from).await?;
        let because = match (&asker.provenance, thread) {
            (_, Some(_)) => "names another request, but its sender takes no part in it",
            (Some(Provenance::ForwardedBy(_)), None) => "a consultant passes on what a person asks",
            (_, None) => "a person asks",
        };
        let mut copied = copied(&in_hand.mail, &self.desk.rules.policy);
        copied.push(from.address.clone());
        let opening = Opening {
            reference: self.desk.next_reference(conn, received_at).await?,
            requester: asker.person,
            provenance: asker.provenance,
            copied,
            subject: in_hand.mail.subject.clone(),
            received_at,
            reading,
            thread: asker.thread,
        };
        let inbound = in_hand.stored.id;
        let id = self.desk.open(conn, inbound, (opening, thread), self.now).await?;
        if let Some(original) = asker.original {
            threads::add_mail(conn, id, &original).await?;
        }
        Ok(Found::new(Outcome::Request, because).of(Some(id)))
    }

    /// The request that a mail refers to: by one of its mails' ids, else by the reference in the
    /// subject. Who may write on in it is another question.
    pub(super) async fn thread_of(
        &self,
        conn: &mut PgConnection,
        mail: &IncomingMail,
    ) -> anyhow::Result<Option<RequestId>> {
        let ids: Vec<MessageId> =
            mail.in_reply_to.iter().chain(mail.references.iter().rev()).cloned().collect();
        if let Some(id) = threads::requests_of(conn, &ids).await?.first() {
            return Ok(Some(*id));
        }
        let prefix = &self.desk.rules.policy.team.reference_prefix;
        for reference in mail::references_in(&mail.subject, prefix) {
            if let Some(id) = requests::find_kept(conn, &reference).await? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }

    /// Sets a mail aside that cannot be read. It still starts the clock and is acknowledged when
    /// its headers tell who wrote it.
    async fn quarantine(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        reason: &str,
    ) -> anyhow::Result<Found> {
        let stored = in_hand.stored;
        let copied_from = exact_copy(conn, in_hand).await?.and_then(|(_, request)| request);
        let mut found = Found::new(Outcome::Quarantined, reason).of(stored.request.or(copied_from));
        if found.request.is_none()
            && let Some(from) = self.may_ask(in_hand)
        {
            let opening = Opening {
                reference: self.desk.next_reference(conn, stored.received_at).await?,
                requester: from.clone(),
                provenance: None,
                copied: copied(&in_hand.mail, &self.desk.rules.policy),
                subject: in_hand.mail.subject.clone(),
                received_at: stored.received_at,
                reading: &nothing_read(),
                thread: answering(&in_hand.mail),
            };
            let id = self.desk.open(conn, stored.id, (opening, None), self.now).await?;
            found = found.of(Some(id));
        }
        self.tell_operator(conn, stored, reason).await?;
        Ok(found)
    }

    /// Who asks in a mail that nobody could read, judged by where it came from alone: people do,
    /// machines and we ourselves do not.
    fn may_ask<'a>(&self, in_hand: &'a InHand<'_>) -> Option<&'a Person> {
        let is_person = matches!(in_hand.mail.sender_kind, SenderKind::Person);
        let from = in_hand.mail.from.as_ref().filter(|_| is_person)?;
        let ours =
            in_hand.stored.role == Role::Sent || self.desk.rules.policy.is_ours(&from.address);
        (!ours).then_some(from)
    }

    async fn tell_operator(
        &self,
        conn: &mut PgConnection,
        stored: &Unread,
        reason: &str,
    ) -> anyhow::Result<()> {
        let content = Content::Quarantined {
            inbound_id: stored.id.0,
            mailbox: stored.mailbox.clone(),
            reason: reason.to_owned(),
        };
        self.desk.tell_operator(conn, content, self.now).await
    }
}

/// What is known of a mail that could not be read.
fn nothing_read() -> Reading {
    Reading {
        kind: Kind::Request,
        answers: Answers::new(),
        need_kinds: BTreeSet::new(),
        milestone: None,
        route: Route::Consultancy,
        route_because: String::new(),
        urgent: false,
        welsh: false,
    }
}

/// Who may write on in the request besides the requester: people whom the requester put into the
/// first mail. Our own addresses and consultants have their own ways.
fn copied(mail: &IncomingMail, policy: &Policy) -> Vec<EmailAddress> {
    let people = mail.to.iter().chain(&mail.cc).map(|person| &person.address);
    let others = people.filter(|one| !policy.is_ours(one) && policy.consultant(one).is_none());
    others.take(MOST_COPIED).cloned().collect()
}

/// The thread of an answer to this mail.
pub(super) fn answering(mail: &IncomingMail) -> Thread {
    let references = mail.references.iter().chain(&mail.message_id).cloned().collect();
    Thread { in_reply_to: mail.message_id.clone(), references, subject: Some(mail.subject.clone()) }
}
