//! Who asks: the sender, or the person whose mail a consultant passed on.

use crate::mail::{MessageId, Person};
use crate::store::PgConnection;
use crate::triage::Provenance;
use crate::triage::letters::Thread;
use crate::triage::silence::is_machine;
use crate::worker::in_hand::InHand;
use crate::worker::reception::{Reception, answering};

/// The requester of a new request.
pub(super) struct Asker {
    pub(super) person: Person,
    pub(super) provenance: Option<Provenance>,
    /// Where the acknowledgement stands.
    pub(super) thread: Thread,
    /// The mail that was passed on, where its name is known.
    pub(super) original: Option<MessageId>,
}

impl Reception<'_> {
    /// Anybody can type a mail of somebody else above their own words, and our acknowledgement quotes
    /// those. So only a consultant for whom the trusted server vouches makes us write to the person in
    /// the forwarded mail. For everybody else that person is noted, and a consultant may name them.
    pub(super) async fn asker(
        &self,
        conn: &mut PgConnection,
        in_hand: &InHand<'_>,
        from: &Person,
    ) -> anyhow::Result<Asker> {
        let policy = &self.desk.rules.policy;
        let mail = &in_hand.mail;
        let thread = answering(mail);
        let passed_on = mail.passed_on.iter().find(|passed_on| {
            let address = &passed_on.author.address;
            !address.is_same(&from.address)
                && !policy.is_ours(address)
                && policy.consultant(address).is_none()
                && !is_machine(address)
        });
        let Some(passed_on) = passed_on else {
            return Ok(Asker { person: from.clone(), provenance: None, thread, original: None });
        };
        let author = passed_on.author.clone();
        let by = policy.consultant(&from.address);
        if let (Some(by), Some(_)) = (by, self.vouched(conn, in_hand).await?) {
            let original = passed_on.message_id.clone();
            let thread = Thread {
                references: original.clone().into_iter().collect(),
                in_reply_to: original.clone(),
                ..thread
            };
            let provenance = Some(Provenance::ForwardedBy(by.person()));
            return Ok(Asker { person: author, provenance, thread, original });
        }
        let provenance = Some(Provenance::MayBe(author));
        Ok(Asker { person: from.clone(), provenance, thread, original: None })
    }
}
