//! The desk: the only place that changes a request or puts a letter into the outbox.
//!
//! Every function works inside the caller's transaction: state, answers, journal and letters
//! become true together or not at all.

use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::command::Verb;
use crate::letter::{Frame, Keyring, Templates};
use crate::mail::{EmailAddress, IncomingMail, MessageId};
use crate::store::outbox::NewLetter;
use crate::store::{InboundId, PgConnection, RequestId};
use crate::store::{answers, budgets, daily_runs, disputes, events, outbox, requests, threads};
use crate::triage::decide::{Event, decide};
use crate::triage::letters::{Budget, Thread};
use crate::triage::open::{Opening, open};
use crate::triage::orders::{self, Done, Order};
use crate::triage::silence::{self, Facts, Provoked};
use crate::triage::{Consultant, Content, Decision, Letter, LetterKind, Reference, Rules, State};

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
        let standing = before.answers.clone();

        let decision = decide(before, event, &self.rules);

        requests::save(conn, id, &decision.request).await?;
        if let State::Disputed { decided_by: Some(decider) } = &decision.request.state {
            disputes::set_decider(conn, id, Some(decider)).await?;
        }
        if let Some(inbound) = inbound {
            let new = decision.request.answers.iter();
            for (question, answer) in new.filter(|(q, answer)| standing.get(q) != Some(answer)) {
                answers::record(conn, (id, inbound), *question, answer, now).await?;
            }
        }
        if decision.replied {
            requests::mark_replied(conn, id, now).await?;
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
        if decision.replied {
            requests::mark_replied(conn, id, now).await?;
        }
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
        let withheld = self.withheld(conn, request, letter, now).await?;
        self.put(conn, request, (letter, withheld), now).await?;
        if withheld == Some(silence::BREAKER) {
            self.tell_of_breaker(conn, now).await?;
        }
        Ok(())
    }

    /// The rule that withholds the letter, if one does.
    async fn withheld(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<&'static str>> {
        let (day, hour) = (now - TimeDelta::days(1), now - TimeDelta::hours(1));
        let (address, policy) = (&letter.to.address, &self.rules.policy);
        let kind = letter.content.kind();
        Ok(match letter.content.budget() {
            None => None,
            Some(Budget::Requester) => {
                let (to_them, to_all) = budgets::written_since(conn, address, day, hour).await?;
                let acknowledged_in_thread = match request {
                    Some(id) if kind == LetterKind::Acknowledgement => {
                        budgets::is_acknowledged_in_thread(conn, id, address).await?
                    }
                    _ => false,
                };
                let facts = Facts { to_them, to_all, acknowledged_in_thread };
                silence::withheld_by(address, &facts, policy)
            }
            Some(Budget::Answer(occasion)) => {
                let provoked = self.provoked(conn, request, (address, kind), now).await?;
                silence::answer_withheld_by((address, occasion), &provoked, policy)
            }
            Some(Budget::Notice) => {
                let provoked = self.provoked(conn, request, (address, kind), now).await?;
                silence::notice_withheld_by((address, kind), &provoked, policy)
            }
        })
    }

    async fn provoked(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        (address, kind): (&EmailAddress, LetterKind),
        now: DateTime<Utc>,
    ) -> anyhow::Result<Provoked> {
        let (day, hour) = (now - TimeDelta::days(1), now - TimeDelta::hours(1));
        let whose = (address, kind.name());
        let (in_the_hour, in_the_day) = budgets::provoked_since(conn, whose, hour, day).await?;
        let by_them = match request {
            Some(id) => budgets::provoked_by_requester(conn, whose, id, day).await?,
            None => 0,
        };
        Ok(Provoked { in_the_hour, in_the_day, by_them })
    }

    /// Once an hour, however many letters the breaker withholds.
    async fn tell_of_breaker(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let job = format!("breaker_{:02}", now.hour());
        if !daily_runs::claim(conn, &job, now.date_naive(), now).await? {
            return Ok(());
        }
        let policy = &self.rules.policy;
        let notice = Letter {
            to: policy.person(&policy.team.operator),
            about: None,
            thread: Thread::default(),
            content: Content::LettersWithheld { limit: policy.limits.letters_an_hour },
        };
        self.put(conn, None, (&notice, None), now).await
    }

    async fn put(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        (letter, withheld): (&Letter, Option<&str>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let kind = letter.content.kind();
        let message_id = self.name_of(conn, letter).await?;
        let key_hours = i64::from(self.rules.policy.commands.key_hours);
        let frame = Frame {
            team: &self.rules.policy.team,
            message_id: &message_id,
            written_at: now,
            token: self.keyring.token(&message_id),
            keyring: &self.keyring,
            keys_expire_at: now + TimeDelta::hours(key_hours),
        };
        let mail = self
            .templates
            .write(letter, &frame)
            .with_context(|| format!("could not write the letter `{}`", kind.name()))?;
        let budget = letter.content.budget();
        let new = NewLetter {
            request,
            kind: kind.name(),
            recipient: &letter.to.address,
            to_requester: budget == Some(Budget::Requester),
            provoked: matches!(budget, Some(Budget::Answer(_) | Budget::Notice)),
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

    /// Who refers to a letter of ours has got it.
    pub(super) async fn learns_what_arrived(
        &self,
        conn: &mut PgConnection,
        mail: &IncomingMail,
    ) -> anyhow::Result<()> {
        let ids = mail.in_reply_to.iter().chain(&mail.references);
        for id in ids.filter(|id| self.keyring.is_ours(id)) {
            outbox::settle_unknown_as_sent(conn, id.as_str()).await?;
        }
        Ok(())
    }

    /// An automatic answer to a mail is named after that mail: when a backup was put back and the mail
    /// is answered again, both answers have one name. Mail programs show one of them, and an answer
    /// to either is recognised.
    async fn name_of(&self, conn: &mut PgConnection, letter: &Letter) -> anyhow::Result<MessageId> {
        let kind = letter.content.kind();
        let goes_to_requester = letter.content.budget() == Some(Budget::Requester);
        if let (true, Some(answered)) = (goes_to_requester, &letter.thread.in_reply_to) {
            let to = letter.to.address.as_str();
            let what = format!("{}\0{to}\0{}", kind.name(), answered.as_str());
            let domain = self.rules.policy.team.address.domain();
            let name = self.keyring.message_id(self.keyring.nonce_for(&what), domain);
            // Two mails of one name and other content are answered each.
            if !outbox::has(conn, &name).await? {
                return Ok(name);
            }
        }
        self.new_message_id()
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
