//! The desk joins two requests, and parts them again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::intake::Question;
use crate::mail;
use crate::store::{PgConnection, RequestId};
use crate::store::{answers, disputes, merges, requests};
use crate::triage::Request;
use crate::triage::merge::{Merged, Other, merge};
use crate::triage::orders::Order;
use crate::worker::desk::{Desk, Ordered};

impl Desk {
    /// Makes the request that the words name part of `id`. The answer is for the transcript.
    pub(super) async fn join(
        &self,
        conn: &mut PgConnection,
        (id, kept): (RequestId, Request),
        (ordered, order): (&Ordered<'_>, &Order<'_>),
        now: DateTime<Utc>,
    ) -> anyhow::Result<Result<String, String>> {
        let prefix = &self.rules.policy.team.reference_prefix;
        let Some(named) = mail::references_in(ordered.words, prefix).into_iter().next() else {
            return Ok(Err(format!(
                "With which request? Write its reference: {} merge REFERENCE",
                kept.reference
            )));
        };
        let Some(other_id) = requests::find(conn, &named).await? else {
            return Ok(Err(format!("There is no request {named}.")));
        };
        if let Some(into) = merges::merged_into(conn, other_id).await? {
            let into = requests::lock(conn, into).await?.reference;
            return Ok(Err(format!("{named} is part of {into} already.")));
        }
        let theirs = answers::origins(conn, other_id).await?;
        let ours = answers::origins(conn, id).await?;
        let newer: BTreeSet<Question> = theirs
            .iter()
            .filter(|(question, origin)| ours.get(question).is_none_or(|own| own < origin))
            .map(|(question, _)| *question)
            .collect();
        let disputed = disputes::decider(conn, other_id).await?;
        let other = Other {
            request: requests::lock(conn, other_id).await?,
            newer: &newer,
            disputed: disputed.as_ref(),
        };

        let owed = (kept.owed.clone(), other.request.owed.clone());
        let Merged { kept, other, result } = match merge(kept, other, order) {
            Ok(merged) => merged,
            Err(reason) => return Ok(Err(reason)),
        };

        for question in &newer {
            let answer = kept.request.answers.get(question);
            if let (Some(answer), Some((_, inbound))) = (answer, theirs.get(question)) {
                answers::record(conn, (id, *inbound), &[(*question, answer)], now).await?;
            }
        }
        self.settle(conn, (id, ordered), (owed.0.as_ref(), &kept), now).await?;
        self.settle(conn, (other_id, ordered), (owed.1.as_ref(), &other), now).await?;
        merges::join(conn, other_id, id).await?;
        Ok(Ok(result))
    }

    /// A request that is opened again is no part of another. Returns what the transcript adds.
    pub(super) async fn part(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
    ) -> anyhow::Result<String> {
        let Some(kept) = merges::merged_into(conn, id).await? else {
            return Ok(String::new());
        };
        merges::part(conn, id).await?;
        let kept = requests::lock(conn, kept).await?.reference;
        Ok(format!(
            "\nIt was part of {kept} and is a request of its own again, with its own mails. What \
             {kept} has learnt from it stays there."
        ))
    }
}
