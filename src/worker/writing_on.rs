//! A mail for a request that we know: of those who take part in it, or of the team they were sent to.

use crate::intake::{Kind, Reading};
use crate::mail::{IncomingMail, Person};
use crate::store::inbound::Outcome;
use crate::store::{PgConnection, RequestId, requests, threads};
use crate::triage::State;
use crate::triage::decide::{Event, NewMail};
use crate::worker::in_hand::InHand;
use crate::worker::reception::{Found, Reception, answering};

impl Reception<'_> {
    /// `None`: the sender takes no part.
    pub(super) async fn write_on(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (id, from): (RequestId, &Person),
        (mail, reading): (&IncomingMail, &Reading),
    ) -> anyhow::Result<Option<Found>> {
        let takes_part = threads::takes_part(conn, id, &from.address).await?;
        let policy = &self.desk.rules.policy;
        if !takes_part && policy.other_team(&from.address).is_none() {
            return Ok(None);
        }
        let ciso_in_copy = takes_part && self.turns_to_ciso(conn, in_hand, (id, from)).await?;
        let new = NewMail {
            from: from.clone(),
            received_at: in_hand.stored.received_at,
            reading,
            words: mail.own_words(),
            thread: answering(mail),
            ciso_in_copy,
        };
        let (event, outcome, because) = if !takes_part {
            (Event::OtherTeamWrote(new), Outcome::FollowUp, "another team writes about the request")
        } else if ciso_in_copy {
            let because = "the requester takes a decision to the CISO";
            (Event::RequesterDisagreed(new), Outcome::Dispute, because)
        } else {
            let because = "refers to the request, and its sender takes part";
            match reading.kind {
                Kind::Dispute => (Event::RequesterDisagreed(new), Outcome::Dispute, because),
                Kind::Request
                | Kind::FollowUp
                | Kind::AutoReply
                | Kind::Bounce
                | Kind::Bulk
                | Kind::Spam => (Event::RequesterWrote(new), Outcome::FollowUp, because),
            }
        };
        let inbound = Some(in_hand.stored.id);
        self.desk.handle(conn, id, (event, inbound), self.now).await?;
        Ok(Some(Found::new(outcome, because).of(Some(id))))
    }

    /// Whether the requester turns to the CISO with what was decided, whatever the words say.
    ///
    /// It is no sign when the CISO was in the talk from the start, or when the mail answers a question
    /// of ours.
    async fn turns_to_ciso(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        (id, from): (RequestId, &Person),
    ) -> anyhow::Result<bool> {
        let ciso = &self.desk.rules.policy.team.ciso;
        let mut recipients = in_hand.mail.to.iter().chain(&in_hand.mail.cc);
        if !recipients.any(|person| person.address.is_same(ciso))
            || threads::takes_part(conn, id, ciso).await?
        {
            return Ok(false);
        }
        let request = requests::lock(conn, id).await?;
        let is_decided = match request.state {
            State::Assigned { .. }
            | State::InProgress { .. }
            | State::Redirected { .. }
            | State::Closed { .. } => true,
            State::New | State::WaitingForRequester { .. } | State::Disputed { .. } => false,
        };
        Ok(is_decided && request.requester.address.is_same(&from.address))
    }
}
