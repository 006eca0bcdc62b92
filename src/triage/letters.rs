//! The letters that decisions call for, as facts. Their wording lives in `letter`.

use chrono::{DateTime, NaiveDate, Utc};

use crate::calendar::Days;
use crate::command::Verb;
use crate::intake::{Question, Route};
use crate::mail::{EmailAddress, MessageId, Person};
pub use crate::triage::budget::{Budget, Occasion};
use crate::triage::digest::Digest;
use crate::triage::policy::OtherTeam;
use crate::triage::{Provenance, Reference, State};

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
        /// That the requester wrote to the CISO too is why we think so.
        by_copy: bool,
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
    /// The request of somebody else, to the team that they were sent to.
    HandedOver {
        request: RequestSummary,
        by: String,
        team: OtherTeam,
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
    /// The requester, or somebody else who takes part, wrote again: their new words.
    FollowUp {
        request: RequestSummary,
        from: Person,
        words: String,
    },
    Digest(Digest),
    /// The requester disagrees and wrote to the CISO too.
    DisputeRaised {
        request: RequestSummary,
        decision: String,
        words: String,
    },
    /// A letter about the request came back.
    CannotReach {
        request: RequestSummary,
        address: EmailAddress,
        /// Which letter, in words.
        letter: String,
        /// What the mail servers say of it, in a few words.
        report: String,
        /// Automatic letters to the address are withheld from now on.
        is_gone: bool,
    },
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
        /// Whether the daily summary goes on with them.
        summed_up: bool,
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
        /// That the requester wrote to the CISO too is why we think so.
        by_copy: bool,
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
    /// A scheduled letter could not be written; the others were.
    SetAside {
        what: String,
        reason: String,
    },
    /// A server was away or was put back, and the operator may not know.
    Outage(Outage),
    /// The bank-holiday data ends soon.
    HolidayDataEnds {
        on: NaiveDate,
        days_left: i64,
    },
}

/// What a mail server did, or did not do for long. Times are in words, in the team's zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outage {
    /// A folder has not been read since then.
    FolderAway { mailbox: String, folder: String, since: String },
    /// A folder is read from its start again.
    FolderAnew { mailbox: String, folder: String, because: String },
    /// The relay took no letters, and takes them again.
    RelayAway { since: String, until: String, letters: i64 },
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

/// One request as letters show it.
#[expect(clippy::struct_excessive_bools, reason = "each is one fact that letters show or not")]
#[derive(Clone, PartialEq)]
pub struct RequestSummary {
    pub reference: Reference,
    pub requester: Person,
    pub provenance: Option<Provenance>,
    pub subject: String,
    pub received_at: DateTime<Utc>,
    /// In the team's zone.
    pub received_on: NaiveDate,
    pub state: State,
    /// Name or address of the consultant who holds it.
    pub consultant: Option<String>,
    /// Whether they do not work on the day of the letter.
    pub is_away: bool,
    /// Whether the recipient of a digest has not been shown it before.
    pub is_new: bool,
    /// `None` when no reply is owed.
    pub due: Option<Due>,
    /// All six, in the order in which they are asked.
    pub answers: Vec<AnswerShown>,
    pub milestone: Option<Days>,
    pub route: Route,
    pub route_because: String,
    /// The team of the settings that the route means, as commands name it.
    pub suggested_team: Option<String>,
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
