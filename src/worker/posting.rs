//! The desk puts letters into the outbox, or records the rule that withholds them.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Timelike, Utc};

use crate::letter::{Enclosed, Frame, OutgoingMail};
use crate::mail::{EmailAddress, IncomingMail, MessageId};
use crate::store::outbox::NewLetter;
use crate::store::{PgConnection, RequestId};
use crate::store::{budgets, daily_runs, outbox, reports, threads};
use crate::triage::letters::{Budget, Thread};
use crate::triage::silence::{self, Facts, Provoked};
use crate::triage::{Content, Letter, LetterKind};
use crate::worker::desk::Desk;

impl Desk {
    /// Puts a letter into the outbox, or records the rule that withholds it.
    pub async fn post(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        letter: &Letter,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.post_with(conn, request, (letter, &[]), now).await
    }

    /// The same, with mails or files that go along.
    pub(super) async fn post_with(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        (letter, enclosed): (&Letter, &[Enclosed]),
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let withheld = self.withheld(conn, request, letter, now).await?;
        self.put(conn, request, (letter, enclosed, withheld), now).await?;
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
                let is_unreachable = reports::is_unreachable(conn, address).await?;
                let facts = Facts { to_them, to_all, acknowledged_in_thread, is_unreachable };
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
        let limit = self.rules.policy.limits.letters_an_hour;
        let notice = self.for_operator(Content::LettersWithheld { limit });
        self.put(conn, None, (&notice, &[], None), now).await
    }

    /// Writes to the operator about the service itself.
    pub(super) async fn tell_operator(
        &self,
        conn: &mut PgConnection,
        content: Content,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.post(conn, None, &self.for_operator(content), now).await
    }

    fn for_operator(&self, content: Content) -> Letter {
        let policy = &self.rules.policy;
        let to = policy.person(&policy.team.operator);
        Letter { to, about: None, thread: Thread::default(), content }
    }

    async fn put(
        &self,
        conn: &mut PgConnection,
        request: Option<RequestId>,
        (letter, enclosed, withheld): (&Letter, &[Enclosed], Option<&str>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let kind = letter.content.kind();
        let message_id = self.name_of(conn, letter).await?;
        let mail = self.as_mail((letter, enclosed), &message_id, now)?;
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

    /// Tries whether the letter can be written.
    pub(super) fn can_write(&self, letter: &Letter, now: DateTime<Utc>) -> anyhow::Result<()> {
        self.as_mail((letter, &[]), &self.new_message_id()?, now)?;
        Ok(())
    }

    fn as_mail(
        &self,
        (letter, enclosed): (&Letter, &[Enclosed]),
        message_id: &MessageId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<OutgoingMail> {
        let policy = &self.rules.policy;
        let frame = Frame {
            team: &policy.team,
            consultants: &policy.consultants,
            teams: &policy.teams,
            message_id,
            written_at: now,
            token: self.keyring.token(message_id),
            keyring: &self.keyring,
            keys_expire_at: now + TimeDelta::hours(policy.commands.key_hours.into()),
            enclosed,
        };
        let name = letter.content.kind().name();
        let mail = self.templates.write(letter, &frame);
        mail.with_context(|| format!("could not write the letter `{name}`"))
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
}
