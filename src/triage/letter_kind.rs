//! The kinds of letter, by the names that templates and tables use.

use crate::triage::Content;

/// The name of a kind of letter, as the outbox and the templates use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    Acknowledgement,
    DisputeReceived,
    ConsultantNamed,
    Asked,
    Redirected,
    HandedOver,
    Replied,
    Closed,
    Assignment,
    Confirm,
    UrgentAlert,
    Reminder,
    FollowUp,
    Digest,
    DisputeRaised,
    CannotReach,
    Transcript,
    Overdue,
    OverdueSummary,
    DisputeNotice,
    Quarantined,
    SenderProblem,
    LettersWithheld,
    LedgerMismatch,
    SetAside,
    Outage,
    HolidayDataEnds,
}

impl LetterKind {
    pub const ALL: [Self; 27] = [
        Self::Acknowledgement,
        Self::DisputeReceived,
        Self::ConsultantNamed,
        Self::Asked,
        Self::Redirected,
        Self::HandedOver,
        Self::Replied,
        Self::Closed,
        Self::Assignment,
        Self::Confirm,
        Self::UrgentAlert,
        Self::Reminder,
        Self::FollowUp,
        Self::Digest,
        Self::DisputeRaised,
        Self::CannotReach,
        Self::Transcript,
        Self::Overdue,
        Self::OverdueSummary,
        Self::DisputeNotice,
        Self::Quarantined,
        Self::SenderProblem,
        Self::LettersWithheld,
        Self::LedgerMismatch,
        Self::SetAside,
        Self::Outage,
        Self::HolidayDataEnds,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::DisputeReceived => "dispute_received",
            Self::ConsultantNamed => "consultant_named",
            Self::Asked => "asked",
            Self::Redirected => "redirected",
            Self::HandedOver => "handed_over",
            Self::Replied => "replied",
            Self::Closed => "closed",
            Self::Assignment => "assignment",
            Self::Confirm => "confirm",
            Self::UrgentAlert => "urgent_alert",
            Self::Reminder => "reminder",
            Self::FollowUp => "follow_up",
            Self::Digest => "digest",
            Self::DisputeRaised => "dispute_raised",
            Self::CannotReach => "cannot_reach",
            Self::Transcript => "transcript",
            Self::Overdue => "overdue",
            Self::OverdueSummary => "overdue_summary",
            Self::DisputeNotice => "dispute_notice",
            Self::Quarantined => "quarantined",
            Self::SenderProblem => "sender_problem",
            Self::LettersWithheld => "letters_withheld",
            Self::LedgerMismatch => "ledger_mismatch",
            Self::SetAside => "set_aside",
            Self::Outage => "outage",
            Self::HolidayDataEnds => "holiday_data_ends",
        }
    }

    /// Whether a consultant writes with it to the requester, or to the team they are sent to. It is
    /// no automatic mail: it is never withheld, and when it bounces somebody must know.
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::ConsultantNamed
                | Self::Asked
                | Self::Redirected
                | Self::HandedOver
                | Self::Replied
                | Self::Closed
        )
    }

    /// Whether it leaves with an empty return path, because it answers a mail that anybody, also a
    /// machine, may have sent.
    pub fn has_null_return_path(self) -> bool {
        matches!(self, Self::Acknowledgement | Self::DisputeReceived | Self::Confirm)
    }
}

impl Content {
    pub fn kind(&self) -> LetterKind {
        match self {
            Self::Acknowledgement { .. } => LetterKind::Acknowledgement,
            Self::DisputeReceived { .. } => LetterKind::DisputeReceived,
            Self::ConsultantNamed { .. } => LetterKind::ConsultantNamed,
            Self::Asked { .. } => LetterKind::Asked,
            Self::Redirected { .. } => LetterKind::Redirected,
            Self::HandedOver { .. } => LetterKind::HandedOver,
            Self::Replied { .. } => LetterKind::Replied,
            Self::Closed { .. } => LetterKind::Closed,
            Self::Assignment { .. } => LetterKind::Assignment,
            Self::Confirm { .. } => LetterKind::Confirm,
            Self::UrgentAlert { .. } => LetterKind::UrgentAlert,
            Self::Reminder { .. } => LetterKind::Reminder,
            Self::FollowUp { .. } => LetterKind::FollowUp,
            Self::Digest(_) => LetterKind::Digest,
            Self::DisputeRaised { .. } => LetterKind::DisputeRaised,
            Self::CannotReach { .. } => LetterKind::CannotReach,
            Self::Transcript { .. } => LetterKind::Transcript,
            Self::Overdue { .. } => LetterKind::Overdue,
            Self::OverdueSummary { .. } => LetterKind::OverdueSummary,
            Self::DisputeNotice { .. } => LetterKind::DisputeNotice,
            Self::Quarantined { .. } => LetterKind::Quarantined,
            Self::SenderProblem { .. } => LetterKind::SenderProblem,
            Self::LettersWithheld { .. } => LetterKind::LettersWithheld,
            Self::LedgerMismatch { .. } => LetterKind::LedgerMismatch,
            Self::SetAside { .. } => LetterKind::SetAside,
            Self::Outage(_) => LetterKind::Outage,
            Self::HolidayDataEnds { .. } => LetterKind::HolidayDataEnds,
        }
    }
}
