//! Finds the earlier copy of a mail, whichever way it came: alias, list, copy.

use crate::mail::{self, IncomingMail};
use crate::store::inbound::Outcome;
use crate::store::{InboundId, PgConnection, RequestId, copies, inbound};
use crate::worker::in_hand::InHand;
use crate::worker::reception::Found;

pub(super) async fn duplicate(
    conn: &mut PgConnection,
    in_hand: &InHand<'_>,
) -> anyhow::Result<Option<Found>> {
    let (same, what) = match (exact_copy(conn, in_hand).await?, &in_hand.mail.message_id) {
        (same @ Some(_), Some(_)) => (same, "same Message-ID and content"),
        (None, Some(_)) => (through_a_list(conn, in_hand).await?, "same Message-ID and words"),
        (same, None) => (same, "no Message-ID, same content and instant"),
    };
    if let Some((first, _)) = same {
        copies::empty_copy(conn, in_hand.stored.id, first).await?;
    }
    Ok(same.map(|(InboundId(first), request)| {
        Found::new(Outcome::Duplicate, format!("{what} as mail {first}")).of(request)
    }))
}

/// The earlier mail of the same content, and its request. Looks at no word of the mail.
pub(super) async fn exact_copy(
    conn: &mut PgConnection,
    in_hand: &InHand<'_>,
) -> anyhow::Result<Option<(InboundId, Option<RequestId>)>> {
    let (stored, digest) = (in_hand.stored, &in_hand.digest);
    Ok(match &in_hand.mail.message_id {
        Some(id) => copies::find_same(conn, stored.id, id.as_str(), digest).await?,
        None => {
            let at = stored.received_at;
            copies::find_same_unnamed(conn, stored.id, digest, at).await?
        }
    })
}

/// Lists add footers and tags, so their copies have another content. Nothing that the sender wrote may
/// be lost for it: sender, own words, subject and files must be those of the earlier mail.
async fn through_a_list(
    conn: &mut PgConnection,
    in_hand: &InHand<'_>,
) -> anyhow::Result<Option<(InboundId, Option<RequestId>)>> {
    let Some(id) = &in_hand.mail.message_id else {
        return Ok(None);
    };
    for (earlier, request) in copies::namesakes(conn, in_hand.stored.id, id.as_str()).await? {
        let raw = inbound::raw(conn, earlier).await?;
        let mail = tokio::task::spawn_blocking(move || mail::read(&raw)).await?;
        if says_no_more(&in_hand.mail, &mail) {
            return Ok(Some((earlier, request)));
        }
    }
    Ok(None)
}

fn says_no_more(copy: &IncomingMail, first: &IncomingMail) -> bool {
    let words =
        |mail: &IncomingMail| mail.own_words().split_whitespace().collect::<Vec<_>>().join(" ");
    let same_sender = match (&copy.from, &first.from) {
        (Some(one), Some(other)) => one.address.is_same(&other.address),
        _ => false,
    };
    let same_subject =
        copy.subject.ends_with(&first.subject) || first.subject.ends_with(&copy.subject);
    let has_file = |name: &Option<String>| first.attachments.iter().any(|file| file.name == *name);
    let no_new_file =
        copy.attachments.iter().all(|file| file.name.is_none() || has_file(&file.name));
    let own = words(copy);
    same_sender && same_subject && no_new_file && !own.is_empty() && own == words(first)
}
