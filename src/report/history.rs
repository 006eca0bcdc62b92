//! The story of one request: every mail, decision and letter, in order.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::mail::{self, BounceAction, SenderKind};
use crate::store::{self, PgConnection, RequestId, inbound, requests};
use crate::triage::{Owed, Policy, Request, Rules};

/// What happened to one request.
pub struct History {
    pub request: Request,
    /// Why the reply is, or was, due when it is.
    pub deadline: String,
    pub entries: Vec<Entry>,
}

/// One thing that happened.
#[derive(Serialize)]
pub struct Entry {
    pub at: DateTime<Utc>,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case", tag = "what")]
pub enum What {
    Mail {
        number: i64,
        from: String,
        outcome: String,
        because: String,
        attachments: Vec<Attachment>,
    },
    Event {
        kind: String,
        by: String,
        detail: String,
        /// The mail that caused it.
        mail: Option<i64>,
    },
    Letter {
        number: i64,
        kind: String,
        to: String,
        /// `sent`, `withheld`, `bounced`, ...
        fate: String,
        fate_at: Option<DateTime<Utc>>,
        /// The rule that withheld it, the relay's last words, what the report of its return says.
        because: Option<String>,
        /// Whether it is about several requests.
        is_about_several: bool,
    },
}

#[derive(Serialize)]
pub struct Attachment {
    pub name: String,
    pub content_type: String,
    pub bytes: u64,
}

impl History {
    pub async fn read(
        conn: &mut PgConnection,
        id: RequestId,
        rules: &Rules,
    ) -> anyhow::Result<Self> {
        let request = requests::lock(conn, id).await?;
        let who = Who { policy: &rules.policy, request: &request };
        let (mut entries, bounces) = mails(conn, id, &who).await?;
        entries.extend(events(conn, id, &who).await?);
        entries.extend(letters(conn, id, (&who, &bounces)).await?);
        // At the same instant: the mail, what was decided, the letters. The sort keeps their order.
        entries.sort_by_key(|entry| entry.at);
        let deadline = deadline(&request, rules);
        Ok(Self { request, deadline, entries })
    }
}

/// People by what they are to this request.
struct Who<'a> {
    policy: &'a Policy,
    request: &'a Request,
}

impl Who<'_> {
    fn is(&self, address: &str) -> String {
        let team = &self.policy.team;
        let Ok(parsed) = mail::EmailAddress::parse(address) else {
            return address.to_owned();
        };
        if let Some(consultant) = self.policy.consultant(&parsed) {
            return format!("{} (consultant)", consultant.name.0);
        }
        let roles = [
            (&self.request.requester.address, "the requester"),
            (&team.ciso, "the CISO"),
            (&team.duty, "the duty address"),
            (&team.operator, "the operator"),
        ];
        if let Some((_, role)) = roles.into_iter().find(|(known, _)| known.is_same(&parsed)) {
            return role.to_owned();
        }
        if self.policy.is_ours(&parsed) {
            return "the team's address".to_owned();
        }
        format!("somebody else ({address})")
    }
}

/// The mails, and what the reports among them say of our letters, by Message-ID.
async fn mails(
    conn: &mut PgConnection,
    id: RequestId,
    who: &Who<'_>,
) -> anyhow::Result<(Vec<Entry>, BTreeMap<String, String>)> {
    let mut entries = Vec::new();
    let mut bounces = BTreeMap::new();
    for stored in store::history::mails(conn, id).await? {
        // One at a time, because mails may be large.
        let read = mail::read(&inbound::raw(conn, stored.id).await?);
        if let SenderKind::Bounce(report) = &read.sender_kind
            && let (Some(original), BounceAction::Failed) =
                (&report.original_message_id, report.action)
        {
            let status = report.status.as_deref().unwrap_or("no status");
            bounces.insert(
                original.as_str().to_owned(),
                format!("{status}, see mail {}", stored.id.0),
            );
        }
        let from = match &read.from {
            Some(person) => who.is(person.address.as_str()),
            None => "nobody we could make out".to_owned(),
        };
        let attachments = read.attachments.iter().map(|file| Attachment {
            name: file.name.clone().unwrap_or_else(|| "without a name".to_owned()),
            content_type: file.content_type.clone(),
            bytes: file.bytes,
        });
        let what = What::Mail {
            number: stored.id.0,
            from: if stored.role == "sent" { format!("{from}, in the Sent folder") } else { from },
            outcome: stored.outcome,
            because: stored.because,
            attachments: attachments.collect(),
        };
        entries.push(Entry { at: stored.received_at, what });
    }
    Ok((entries, bounces))
}

async fn events(
    conn: &mut PgConnection,
    id: RequestId,
    who: &Who<'_>,
) -> anyhow::Result<Vec<Entry>> {
    let events = store::history::events(conn, id).await?.into_iter().map(|event| Entry {
        at: event.at,
        what: What::Event {
            by: event.actor.map_or_else(|| "the service".to_owned(), |actor| who.is(&actor)),
            kind: event.kind,
            detail: event.detail,
            mail: event.inbound,
        },
    });
    Ok(events.collect())
}

async fn letters(
    conn: &mut PgConnection,
    id: RequestId,
    (who, bounces): (&Who<'_>, &BTreeMap<String, String>),
) -> anyhow::Result<Vec<Entry>> {
    let reference = who.request.reference.as_str();
    let whose = (id, reference);
    let letters = store::history::letters(conn, whose, who.request.received_at).await?;
    let about =
        letters.into_iter().filter(|letter| letter.is_own || names(&letter.text, reference));
    Ok(about
        .map(|letter| {
            let returned = bounces.get(&letter.message_id);
            let fate = if returned.is_some() { "bounced".to_owned() } else { letter.state };
            Entry {
                at: letter.written_at,
                what: What::Letter {
                    number: letter.id,
                    kind: letter.kind,
                    to: who.is(&letter.recipient),
                    fate,
                    fate_at: letter.settled_at,
                    because: returned.cloned().or(letter.withheld_by).or(letter.last_error),
                    is_about_several: !letter.is_own,
                },
            }
        })
        .collect())
}

/// Whether the text holds the reference, and not only the beginning of a longer one.
fn names(text: &str, reference: &str) -> bool {
    text.match_indices(reference).any(|(at, _)| {
        let after = text.get(at + reference.len()..).and_then(|rest| rest.chars().next());
        !after.is_some_and(|c| c.is_ascii_digit())
    })
}

fn deadline(request: &Request, rules: &Rules) -> String {
    match &request.owed {
        Some(Owed { deadline, .. }) => deadline.explanation.text(),
        None => rules.calendar.reply_due(request.received_at).explanation.text(),
    }
}
