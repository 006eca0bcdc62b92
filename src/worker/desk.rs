//! The desk: the only place that changes a request or puts a letter into the outbox.
//!
//! Every function works inside the caller's transaction: state, answers, journal and letters
//! become true together or not at all.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};

use crate::command::Verb;
use crate::letter::{Frame, Keyring, OutgoingMail, Templates};
use crate::mail::MessageId;
use crate::store::outbox::NewLetter;
use crate::store::{InboundId, PgConnection, RequestId};
use crate::store::{answers, disputes, events, outbox, promises, requests, threads};
use crate::triage::decide::{Event, decide};
use crate::triage::letters::Thread;
use crate::triage::open::{Opening, open};
use crate::triage::orders::{self, Done, Order};
use crate::triage::silence::{Facts, withheld_by};
use crate::triage::{Consultant, Decision, Letter, Owed, Reference, Rules, State};

/// What the desk decides and writes with.
#[derive(Clone)]
pub struct Desk {
    pub rules: Arc<Rules>,
    pub templates: Arc<Templates>,
    pub keyring: Arc<Keyring>,
}

/// One command of a consultant, and the mail that held it.
pub struct Ordered<'a> {
    pub by: &'a Consultant,
    pub at: DateTime<Utc>,
    pub verb: Verb,
    pub words: &'a str,
    pub inbound: InboundId,
}

impl Desk {
    /// Opens a request for a mail and acknowledges it.
    pub async fn open(
        &self,
        conn: &mut PgConnection,
        inbound: InboundId,
        (opening, linked_to): (Opening<'_>, Option<RequestId>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<RequestId> {
        let copied = opening.copied.clone();

        let decision = open(opening, &self.rules);

        let request = &decision.request;
        let id = requests::insert(conn, request, linked_to).await?;
        if let Some(owed) = &request.owed {
            promises::begin(conn, id, owed).await?;
        }
        for (question, answer) in &request.answers {
            answers::record(conn, (id, inbound), *question, answer, now).await?;
        }
        for address in copied.iter().chain([&request.requester.address]) {
            threads::add_participant(conn, id, address).await?;
        }
        self.follow_through(conn, (id, Some(inbound)), &decision, now).await?;
        Ok(id)
    }

    /// Applies an event to a request we know.
    pub async fn handle(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        (event, inbound): (Event<'_>, Option<InboundId>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<Decision> {
        let before = requests::lock(conn, id).await?;
        let (standing, owed) = (before.answers.clone(), before.owed.clone());
        let at = event.at();

        let decision = decide(before, event, &self.rules);

        requests::save(conn, id, &decision.request).await?;
        follow_promise(conn, id, (owed.as_ref(), at), &decision).await?;
        if let State::Disputed { decided_by: Some(decider) } = &decision.request.state {
            disputes::set_decider(conn, id, Some(decider)).await?;
        }
        if let Some(inbound) = inbound {
            let new = decision.request.answers.iter();
            for (question, answer) in new.filter(|(q, answer)| standing.get(q) != Some(answer)) {
                answers::record(conn, (id, inbound), *question, answer, now).await?;
            }
        }
        self.follow_through(conn, (id, inbound), &decision, now).await?;
        Ok(decision)
    }

    /// Carries out the order of a consultant. The answer is for the transcript: what was done, or
    /// why not.
    pub async fn carry_out(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        ordered: &Ordered<'_>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Result<String, String>> {
        let before = requests::lock(conn, id).await?;
        let decider = disputes::decider(conn, id).await?;
        let references = threads::written_by_them(conn, id).await?;
        let owed = before.owed.clone();
        let order = Order {
            by: ordered.by,
            at: ordered.at,
            verb: ordered.verb,
            words: ordered.words,
            disputed: decider.as_ref(),
            thread: Thread {
                in_reply_to: references.last().cloned(),
                references,
                subject: Some(before.subject.clone()),
            },
        };
        let Done { decision, result } = match orders::carry_out(before, &order, &self.rules) {
            Ok(done) => done,
            Err(reason) => return Ok(Err(reason)),
        };

        requests::save(conn, id, &decision.request).await?;
        if decider.is_some() && orders::settles_dispute(ordered.verb) {
            disputes::set_decider(conn, id, None).await?;
        }
        follow_promise(conn, id, (owed.as_ref(), ordered.at), &decision).await?;
        self.follow_through(conn, (id, Some(ordered.inbound)), &decision, now).await?;
        Ok(Ok(result))
    }

    async fn follow_through(
        &self,
        conn: &mut PgConnection,
        (id, inbound): (RequestId, Option<InboundId>),
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        for entry in &decision.journal {
            events::append(conn, id, entry, inbound, now).await?;
        }
        for letter in &decision.letters {
            self.post(conn, Some(id), letter, now).await?;
        }
        Ok(())
    }

    /// Puts a letter into the outbox, or records the rule that withholds it.
    pub async fn post(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let kind = letter.content.kind();
        let (message_id, mail) = self.written(letter, now)?;
        let withheld = if kind.is_to_requester() {
            let address = &letter.to.address;
            let (day, hour) = (now - TimeDelta::days(1), now - TimeDelta::hours(1));
            let (to_them, to_all) = outbox::written_since(conn, address, day, hour).await?;
            withheld_by(address, &Facts { to_them, to_all }, &self.rules.policy)
        } else {
            None
        };

        let new = NewLetter {
            request,
            kind: kind.name(),
            recipient: &letter.to.address,
            to_requester: kind.is_to_requester(),
            null_return_path: mail.null_return_path,
            message_id: message_id.as_str(),
            subject: &mail.subject,
            raw: &mail.raw,
            text: &mail.text,
            withheld_by: withheld,
        };
        outbox::insert(conn, &new, now).await?;
        if let Some(request) = request {
            threads::add_mail(conn, request, &message_id).await?;
        }
        Ok(())
    }

    /// The letter in words, as a mail.
    pub(super) fn written(
        &self,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(MessageId, OutgoingMail)> {
        let message_id = self.new_message_id()?;
        let policy = &self.rules.policy;
        let frame = Frame {
            team: &policy.team,
            consultants: &policy.consultants,
            teams: &policy.teams,
            message_id: &message_id,
            written_at: now,
            token: self.keyring.token(&message_id),
            keyring: &self.keyring,
            keys_expire_at: now + TimeDelta::hours(policy.commands.key_hours.into()),
        };
        let name = letter.content.kind().name();
        let mail = self.templates.write(letter, &frame);
        Ok((message_id, mail.with_context(|| format!("could not write the letter `{name}`"))?))
    }

    fn new_message_id(&self) -> anyhow::Result<MessageId> {
        let mut nonce = [0; 10];
        getrandom::fill(&mut nonce)
            .map_err(|_| anyhow::anyhow!("the system gives no random numbers"))?;
        Ok(self.keyring.message_id(nonce, self.rules.policy.team.address.domain()))
    }

    /// The next free reference, for the year of receipt in the team's zone.
    pub async fn next_reference(
        &self,
        conn: &mut PgConnection,
        received_at: DateTime<Utc>,
    ) -> anyhow::Result<Reference> {
        let year = chrono::Datelike::year(&self.rules.calendar.local_day(received_at));
        let prefix = &self.rules.policy.team.reference_prefix;
        Ok(requests::next_reference(conn, prefix, year).await?)
    }
}

/// Begins, ends and restarts the clock of a promise with what is owed.
async fn follow_promise(
    conn: &mut PgConnection,
    id: RequestId,
    (before, at): (Option<&Owed>, DateTime<Utc>),
    decision: &Decision,
) -> anyhow::Result<()> {
    let deadline = |owed: Option<&Owed>| owed.map(|owed| owed.deadline.due_at);
    let after = decision.request.owed.as_ref();
    if decision.replied {
        requests::mark_replied(conn, id, at).await?;
        promises::replied(conn, id, at).await?;
    }
    if deadline(before) != deadline(after) {
        promises::withdraw(conn, id, at).await?;
        if let Some(owed) = after {
            promises::begin(conn, id, owed).await?;
        }
    }
    Ok(())
}
