//! The states of a request.

use crate::mail::EmailAddress;

/// Each state carries exactly the facts that are true in it.
///
/// ```text
///             +--ask--> WaitingForRequester --requester writes--> (back)
/// New --------+--assign--> Assigned --consultant writes--> InProgress --close--> Closed
///             +--redirect--> Redirected
///             +--close--> Closed
/// any decided state --requester disagrees--> Disputed
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    New,
    Assigned {
        to: EmailAddress,
    },
    InProgress {
        by: EmailAddress,
    },
    /// A consultant asked for more information; nothing is owed until the requester writes.
    WaitingForRequester {
        asked_by: EmailAddress,
    },
    Redirected {
        by: EmailAddress,
        team: String,
    },
    Closed {
        by: EmailAddress,
    },
    /// The requester disagrees with a decision; another consultant than `decided_by` must look.
    Disputed {
        decided_by: Option<EmailAddress>,
    },
}

impl State {
    /// The name that tables and mails use.
    pub fn name(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Assigned { .. } => "assigned",
            Self::InProgress { .. } => "in_progress",
            Self::WaitingForRequester { .. } => "waiting_for_requester",
            Self::Redirected { .. } => "redirected",
            Self::Closed { .. } => "closed",
            Self::Disputed { .. } => "disputed",
        }
    }

    /// The consultant who holds the request or made the last decision.
    pub fn consultant(&self) -> Option<&EmailAddress> {
        match self {
            Self::New => None,
            Self::Assigned { to } => Some(to),
            Self::InProgress { by } | Self::Redirected { by, .. } | Self::Closed { by } => Some(by),
            Self::WaitingForRequester { asked_by } => Some(asked_by),
            Self::Disputed { decided_by } => decided_by.as_ref(),
        }
    }
}
