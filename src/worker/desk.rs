//! The desk: the only place that changes a request or puts a letter into the outbox.
//!
//! Every function works inside the caller's transaction: state, answers, journal and letters
//! become true together or not at all.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::command::Verb;
use crate::letter::{Enclosed, Keyring, Templates};
use crate::store::{InboundId, PgConnection, RequestId};
use crate::store::{answers, disputes, events, inbound, outbox, promises, requests, threads};
use crate::triage::State;
use crate::triage::decide::{Event, decide};
use crate::triage::letters::Thread;
use crate::triage::open::{Opening, open};
use crate::triage::orders::{self, Done, Order};
use crate::triage::{Consultant, Content, Decision, Letter, LetterKind, Owed, Reference, Rules};

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
    /// What a letter to the requester carries.
    pub files: &'a [Enclosed],
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
        let new: Vec<_> = request.answers.iter().map(|(q, answer)| (*q, answer)).collect();
        answers::record(conn, (id, inbound), &new, now).await?;
        let people: Vec<_> = copied.iter().chain([&request.requester.address]).collect();
        threads::add_participants(conn, id, &people).await?;
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
            let all = decision.request.answers.iter().map(|(q, answer)| (*q, answer));
            let new: Vec<_> = all.filter(|(q, answer)| standing.get(q) != Some(*answer)).collect();
            answers::record(conn, (id, inbound), &new, now).await?;
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
        if ordered.verb == Verb::Merge {
            return self.join(conn, (id, before), (ordered, &order), now).await;
        }
        let Done { mut decision, mut result } = match orders::carry_out(before, &order, &self.rules)
        {
            Ok(done) => done,
            Err(reason) => return Ok(Err(reason)),
        };

        match ordered.verb {
            Verb::Reopen => result.push_str(&self.part(conn, id).await?),
            Verb::Requester => self.welcome(conn, id, &mut decision).await?,
            _ if decider.is_some() && orders::settles_dispute(ordered.verb) => {
                disputes::set_decider(conn, id, None).await?;
            }
            _ => {}
        }
        self.settle(conn, (id, ordered), (owed.as_ref(), &decision), now).await?;
        Ok(Ok(result))
    }

    /// Makes the decision of a consultant true. `owed` is what was owed before.
    pub(super) async fn settle(
        &self,
        conn: &mut PgConnection,
        (id, ordered): (RequestId, &Ordered<'_>),
        (owed, decision): (Option<&Owed>, &Decision),
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        requests::save(conn, id, &decision.request).await?;
        follow_promise(conn, id, (owed, ordered.at), decision).await?;
        for entry in &decision.journal {
            events::append(conn, id, entry, Some(ordered.inbound), now).await?;
        }
        for letter in &decision.letters {
            let enclosed = self.enclosed(conn, (id, ordered), letter).await?;
            self.post_with(conn, Some(id), (letter, &enclosed), now).await?;
        }
        Ok(())
    }

    /// What a letter carries: the files of the consultant, or the mail that is handed over.
    async fn enclosed(
        &self,
        conn: &mut PgConnection,
        (id, ordered): (RequestId, &Ordered<'_>),
        letter: &Letter,
    ) -> anyhow::Result<Vec<Enclosed>> {
        match letter.content {
            Content::Asked { .. } | Content::Replied { .. } => Ok(ordered.files.to_vec()),
            Content::HandedOver { .. } => {
                let limit = self.rules.policy.limits.enclosed_bytes();
                let original = inbound::original(conn, id, limit).await?;
                Ok(original.into_iter().map(|(raw, size)| Enclosed::mail(raw, size)).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    /// A new requester takes part, and is acknowledged once.
    async fn welcome(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        decision: &mut Decision,
    ) -> anyhow::Result<()> {
        let address = &decision.request.requester.address;
        threads::add_participants(conn, id, &[address]).await?;
        let kind = LetterKind::Acknowledgement.name();
        if outbox::was_written(conn, id, kind, address).await? {
            decision.letters.clear();
        }
        Ok(())
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
