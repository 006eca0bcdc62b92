//! What mail servers report of our letters: the letter, its address and its consultants learn it.

use chrono::{DateTime, Utc};

use crate::mail::{Bounce, BounceAction, EmailAddress, MessageId};
use crate::store::inbound::Outcome;
use crate::store::reports::Reported;
use crate::store::{InboundId, PgConnection, RequestId};
use crate::store::{events, outbox, reports, requests, threads};
use crate::triage::decide::{Event, Report};
use crate::triage::{Content, LetterKind};
use crate::worker::desk::Desk;
use crate::worker::in_hand::InHand;
use crate::worker::reception::{Found, Reception};

/// News of a letter.
pub(super) struct News<'a> {
    pub(super) letter: &'a Reported,
    /// In a few words, such as `failed (5.1.1)`.
    pub(super) told: String,
    /// It never arrived and never will.
    pub(super) is_lost: bool,
    /// The address takes no mail at all, rather than not now.
    pub(super) is_gone: bool,
    /// The mail that brought the news.
    pub(super) inbound: Option<InboundId>,
}

impl Reception<'_> {
    /// A report counts when it carries the keyed name of a letter of ours, which only those who got
    /// the letter can know. Others change nothing: anybody can write one.
    pub(super) async fn report(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        bounce: &Bounce,
    ) -> anyhow::Result<Found> {
        let named = self.letter_named_by(bounce);
        let letter = match &named {
            Some(id) => reports::letter(conn, id).await?,
            None => None,
        };
        let Some(letter) = letter else {
            let request = self.guessed_request(conn, bounce).await?;
            let because = format!("{}; names no letter of ours by its key", bounce.why);
            return Ok(Found::new(Outcome::Bounce, because).of(request));
        };
        if let Some(id) = &named {
            outbox::settle_unknown_as_sent(conn, id.as_str()).await?;
        }
        reports::record(conn, (in_hand.stored.id, letter.id), bounce).await?;
        let is_lost = bounce.action == BounceAction::Failed;
        let is_for_now = bounce.status.as_deref().is_some_and(|status| status.starts_with('4'));
        let news = News {
            told: match &bounce.status {
                Some(status) => format!("{} ({status})", bounce.action.name()),
                None => bounce.action.name().to_owned(),
            },
            is_lost,
            is_gone: is_lost && !is_for_now,
            inbound: Some(in_hand.stored.id),
            letter: &letter,
        };
        self.desk.hear(conn, &news, self.now).await?;
        Ok(Found::new(Outcome::Bounce, &bounce.why).of(letter.request))
    }

    /// Providers that replace the Message-ID leave our marker header alone.
    fn letter_named_by(&self, bounce: &Bounce) -> Option<MessageId> {
        let keyring = &self.desk.keyring;
        let by_id = bounce.original_message_id.as_ref().filter(|id| keyring.is_ours(id)).cloned();
        by_id.or_else(|| keyring.message_id_in(bounce.original_token.as_deref()?))
    }

    /// For the history only.
    async fn guessed_request(
        &self,
        conn: &mut PgConnection,
        bounce: &Bounce,
    ) -> anyhow::Result<Option<RequestId>> {
        let ids: Vec<MessageId> = bounce.original_message_id.clone().into_iter().collect();
        if let Some(id) = threads::requests_of(conn, &ids).await?.first() {
            return Ok(Some(*id));
        }
        match &bounce.recipient {
            Some(recipient) => Ok(reports::newest_request_of(conn, recipient).await?),
            None => Ok(None),
        }
    }
}

impl Desk {
    /// Makes known what became of a letter: in the history of its request, to its consultants once,
    /// and to the operator where no requester is concerned.
    pub(super) async fn hear(
        &self,
        conn: &mut PgConnection,
        news: &News<'_>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let letter = news.letter;
        let is_new =
            news.is_gone && reports::mark_unreachable(conn, &letter.recipient, now).await?;
        if let Some(id) = letter.request
            && let Ok(recipient) = EmailAddress::parse(&letter.recipient)
        {
            let requester = requests::lock(conn, id).await?.requester.address;
            let handed_over = letter.kind == LetterKind::HandedOver.name();
            if requester.is_same(&recipient) || handed_over {
                let report = Report {
                    at: now,
                    letter: letter.kind.replace('_', " "),
                    recipient,
                    told: news.told.clone(),
                    is_lost: news.is_lost,
                    is_gone: news.is_gone,
                    is_known: events::has_happened(conn, id, "cannot_reach", None).await?,
                };
                let event = Event::LetterReported(report);
                self.handle(conn, id, (event, news.inbound), now).await?;
                return Ok(());
            }
        }
        // What the relay refused at once is told to the operator anyway.
        if is_new && news.inbound.is_some() && letter.kind != LetterKind::SenderProblem.name() {
            self.tell_operator_of(conn, news, now).await?;
        }
        Ok(())
    }

    async fn tell_operator_of(
        &self,
        conn: &mut PgConnection,
        news: &News<'_>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let content = Content::SenderProblem {
            outbox_id: news.letter.id.0,
            kind: news.letter.kind.clone(),
            reason: format!("it came back: {}", news.told),
        };
        self.tell_operator(conn, content, now).await
    }
}
