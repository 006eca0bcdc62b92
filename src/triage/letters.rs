//! The letters that decisions call for, as facts. Their wording lives in `letter`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::Days;
use crate::command::Verb;
use crate::intake::{Question, Route};
use crate::mail::{MessageId, Person};
use crate::triage::policy::OtherTeam;
use crate::triage::{Reference, State};

/// One mail the service writes to one person.
#[derive(Clone, PartialEq)]
pub struct Letter {
    pub to: Person,
    /// The request it is about; none for digests and notices about several.
    pub about: Option<Reference>,
    pub thread: Thread,
    pub content: Content,
}

/// Where the letter stands among other mails (RFC 5322, section 3.6.4).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Thread {
    pub in_reply_to: Option<MessageId>,
    /// Oldest first.
    pub references: Vec<MessageId>,
    /// Subject of the mail that is answered, so that mail programs keep the thread together.
    pub subject: Option<String>,
}

/// What the letter says.
#[derive(Clone, PartialEq)]
pub enum Content {
    // To the requester.
    /// We have your request; what we understood; what is open; the day by which we reply.
    Acknowledgement {
        request: RequestSummary,
    },
    /// We have your disagreement; another consultant looks at it by that day.
    DisputeReceived {
        request: RequestSummary,
    },

    /// Who works on it.
    ConsultantNamed {
        request: RequestSummary,
        consultant: String,
    },
    /// A consultant's question; we wait for the answer.
    Asked {
        request: RequestSummary,
        by: String,
        words: String,
    },
    /// Which other team to ask, why, and how to disagree.
    Redirected {
        request: RequestSummary,
        by: String,
        team: OtherTeam,
        /// Empty when the consultant gave none.
        reason: String,
    },
    /// A consultant's words.
    Replied {
        request: RequestSummary,
        by: String,
        words: String,
    },
    Closed {
        request: RequestSummary,
        by: String,
        /// Empty when the consultant gave none.
        reason: String,
    },

    // To consultants.
    /// Another consultant gave them the request.
    Assignment {
        request: RequestSummary,
        by: String,
    },
    /// Commands that nobody vouched for, each with a link that carries it out.
    Confirm {
        commands: Vec<Unconfirmed>,
    },
    UrgentAlert {
        request: RequestSummary,
    },
    /// Replies that are due today, or were due before.
    Reminder {
        requests: Vec<RequestSummary>,
        today: NaiveDate,
    },
    /// The requester wrote again: their new words.
    FollowUp {
        request: RequestSummary,
        words: String,
    },
    Digest(Digest),
    /// What was done with the commands of one mail, line by line, and why not.
    Transcript {
        lines: Vec<TranscriptLine>,
        occasion: Occasion,
    },

    // To the CISO.
    /// The promise is broken for these requests, for the first time.
    Overdue {
        requests: Vec<RequestSummary>,
        at: DateTime<Utc>,
    },
    /// Still overdue, once a working day.
    OverdueSummary {
        requests: Vec<RequestSummary>,
        today: NaiveDate,
    },
    DisputeNotice {
        request: RequestSummary,
        decision: String,
        words: String,
    },

    // To the operator.
    Quarantined {
        inbound_id: i64,
        mailbox: String,
        reason: String,
    },
    /// A letter could not be sent, or its fate is unknown.
    SenderProblem {
        outbox_id: i64,
        kind: String,
        reason: String,
    },
    /// So many automatic letters went out in an hour that the rest is withheld.
    LettersWithheld {
        limit: u32,
    },
    /// Mailbox and ledger differ, or mails wait too long for their outcome.
    LedgerMismatch {
        folders: Vec<FolderDiffers>,
        /// Mails that have waited for longer than so many minutes.
        unread: usize,
        minutes: u32,
    },
    /// The bank-holiday data ends soon.
    HolidayDataEnds {
        on: NaiveDate,
        days_left: i64,
    },
}

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

/// One folder that held mails which the ledger did not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderDiffers {
    pub mailbox: String,
    pub folder: String,
    pub unknown: usize,
    /// Numbers that stand for another mail than before.
    pub changed: usize,
}

/// The working day's mail to one consultant.
#[derive(Clone, PartialEq)]
pub struct Digest {
    pub today: NaiveDate,
    /// Each request stands in the first section that fits; each section is sorted by the earlier
    /// of reply due and milestone.
    pub overdue: Vec<RequestSummary>,
    pub due_today: Vec<RequestSummary>,
    pub disputed: Vec<RequestSummary>,
    /// New since the last digest.
    pub new: Vec<RequestSummary>,
    /// Assigned to this consultant, or in progress with them.
    pub yours: Vec<RequestSummary>,
    pub waiting_for_requester: Vec<RequestSummary>,
    /// Everything else that is open.
    pub others: Vec<RequestSummary>,
}

/// One request as letters show it.
#[derive(Clone, PartialEq)]
pub struct RequestSummary {
    pub reference: Reference,
    pub requester: Person,
    pub subject: String,
    pub received_at: DateTime<Utc>,
    /// In the team's zone.
    pub received_on: NaiveDate,
    pub state: State,
    /// Name or address of the consultant who holds it.
    pub consultant: Option<String>,
    /// `None` when no reply is owed.
    pub due: Option<Due>,
    /// All six, in the order in which they are asked.
    pub answers: Vec<AnswerShown>,
    pub milestone: Option<Days>,
    pub route: Route,
    pub route_because: String,
    pub urgent: bool,
    /// Whether the requester writes Welsh.
    pub writes_welsh: bool,
    /// The rule that withheld the acknowledgement, while no human has replied.
    pub unacknowledged: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
    /// Why this day, in plain English, several lines.
    pub explanation: String,
}

#[derive(Clone, PartialEq)]
pub struct AnswerShown {
    pub question: Question,
    /// `None` when the question is still open.
    pub text: Option<String>,
    /// Whether we are sure enough to say so rather than to ask "have we understood?".
    pub sure: bool,
}

/// One line of a command mail and what became of it.
#[derive(Clone, PartialEq)]
pub struct TranscriptLine {
    pub typed: String,
    pub result: String,
    pub done: bool,
}

/// A command that waits for its consultant to confirm it.
#[derive(Clone, PartialEq)]
pub struct Unconfirmed {
    pub typed: String,
    pub reference: Reference,
    pub verb: Verb,
    pub words: String,
    /// Why it was not carried out.
    pub why: String,
}

impl RequestSummary {
    pub fn answered(&self) -> usize {
        self.answers.iter().filter(|answer| answer.text.is_some()).count()
    }
}

/// The name of a kind of letter, as the outbox and the templates use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LetterKind {
    Acknowledgement,
    DisputeReceived,
    ConsultantNamed,
    Asked,
    Redirected,
    Replied,
    Closed,
    Assignment,
    Confirm,
    UrgentAlert,
    Reminder,
    FollowUp,
    Digest,
    Transcript,
    Overdue,
    OverdueSummary,
    DisputeNotice,
    Quarantined,
    SenderProblem,
    LettersWithheld,
    LedgerMismatch,
    HolidayDataEnds,
}

impl LetterKind {
    pub const ALL: [Self; 22] = [
        Self::Acknowledgement,
        Self::DisputeReceived,
        Self::ConsultantNamed,
        Self::Asked,
        Self::Redirected,
        Self::Replied,
        Self::Closed,
        Self::Assignment,
        Self::Confirm,
        Self::UrgentAlert,
        Self::Reminder,
        Self::FollowUp,
        Self::Digest,
        Self::Transcript,
        Self::Overdue,
        Self::OverdueSummary,
        Self::DisputeNotice,
        Self::Quarantined,
        Self::SenderProblem,
        Self::LettersWithheld,
        Self::LedgerMismatch,
        Self::HolidayDataEnds,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::DisputeReceived => "dispute_received",
            Self::ConsultantNamed => "consultant_named",
            Self::Asked => "asked",
            Self::Redirected => "redirected",
            Self::Replied => "replied",
            Self::Closed => "closed",
            Self::Assignment => "assignment",
            Self::Confirm => "confirm",
            Self::UrgentAlert => "urgent_alert",
            Self::Reminder => "reminder",
            Self::FollowUp => "follow_up",
            Self::Digest => "digest",
            Self::Transcript => "transcript",
            Self::Overdue => "overdue",
            Self::OverdueSummary => "overdue_summary",
            Self::DisputeNotice => "dispute_notice",
            Self::Quarantined => "quarantined",
            Self::SenderProblem => "sender_problem",
            Self::LettersWithheld => "letters_withheld",
            Self::LedgerMismatch => "ledger_mismatch",
            Self::HolidayDataEnds => "holiday_data_ends",
        }
    }

    /// Whether a consultant writes to the requester with it. It is no automatic mail: it is never
    /// withheld, and when it bounces somebody must know.
    pub fn is_personal(self) -> bool {
        matches!(
            self,
            Self::ConsultantNamed | Self::Asked | Self::Redirected | Self::Replied | Self::Closed
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
            Self::Replied { .. } => LetterKind::Replied,
            Self::Closed { .. } => LetterKind::Closed,
            Self::Assignment { .. } => LetterKind::Assignment,
            Self::Confirm { .. } => LetterKind::Confirm,
            Self::UrgentAlert { .. } => LetterKind::UrgentAlert,
            Self::Reminder { .. } => LetterKind::Reminder,
            Self::FollowUp { .. } => LetterKind::FollowUp,
            Self::Digest(_) => LetterKind::Digest,
            Self::Transcript { .. } => LetterKind::Transcript,
            Self::Overdue { .. } => LetterKind::Overdue,
            Self::OverdueSummary { .. } => LetterKind::OverdueSummary,
            Self::DisputeNotice { .. } => LetterKind::DisputeNotice,
            Self::Quarantined { .. } => LetterKind::Quarantined,
            Self::SenderProblem { .. } => LetterKind::SenderProblem,
            Self::LettersWithheld { .. } => LetterKind::LettersWithheld,
            Self::LedgerMismatch { .. } => LetterKind::LedgerMismatch,
            Self::HolidayDataEnds { .. } => LetterKind::HolidayDataEnds,
        }
    }

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
                | Self::Quarantined { .. }
        );
        is_notice.then_some(Budget::Notice)
    }
}
