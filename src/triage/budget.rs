//! Against which limit a letter counts, so that no stranger makes us write without end.

use crate::triage::Content;

/// What kind of mail a transcript answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Occasion {
    /// It holds commands and is the consultant's own.
    Proven,
    /// Anybody may have sent it, or it orders nothing.
    Unproven,
    /// It answers a letter that explained commands, and holds none again: so do machines.
    Repeated,
}

/// Against which limit a letter counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Budget {
    /// It goes by itself to people outside the team.
    Requester,
    /// It answers a mail that came in the name of somebody of the team.
    Answer(Occasion),
    /// It tells the team of a mail that anybody may have sent.
    Notice,
}

impl Content {
    /// `None`: no mail of a stranger can make us send it without end, or it must always arrive.
    pub fn budget(&self) -> Option<Budget> {
        if let Self::Transcript { occasion, .. } = self {
            return (*occasion != Occasion::Proven).then_some(Budget::Answer(*occasion));
        }
        if matches!(self, Self::Acknowledgement { .. } | Self::DisputeReceived { .. }) {
            return Some(Budget::Requester);
        }
        if matches!(self, Self::Confirm { .. }) {
            return Some(Budget::Answer(Occasion::Unproven));
        }
        let is_notice = matches!(
            self,
            Self::FollowUp { .. }
                | Self::UrgentAlert { .. }
                | Self::DisputeNotice { .. }
                | Self::DisputeRaised { .. }
                | Self::CannotReach { .. }
                | Self::Quarantined { .. }
        );
        is_notice.then_some(Budget::Notice)
    }
}
