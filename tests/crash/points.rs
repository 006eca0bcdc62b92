//! The named points at which the service is struck. Each is something that can be seen from outside,
//! in what the service says to the mailbox, the database and the relay.

/// On which side of the server the message is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum When {
    /// The server never hears it.
    Before,
    /// The server has done it, and the service never hears that.
    After,
    /// The first half of it goes over.
    Half,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A statement with these words, in a transaction that has said `within` before, or with that
    /// value.
    Sql { statement: &'static str, within: &'static str },
    /// A command to the mailbox that begins so.
    Imap(&'static str),
    /// A command to the relay that begins so; `.` ends a content.
    Smtp(&'static str),
    /// No message at all: a moment by the clock.
    Moment,
}

/// What has to happen for the service to come by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    Mail,
    /// A mail of any kind, whose reading is struck down until it is set aside.
    AnyMail,
    /// Only a service that starts does it.
    Start,
    /// A mail whose reply is due today: only lanes on a working day have one.
    DueMail,
    /// The start of a service on a new working day.
    NewDay,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) when: When,
    pub(crate) needs: Needs,
}

const FETCH: &str = "INSERT INTO inbound";
const ATTEMPT: &str = "INTO reading_attempts";
const LOAD: &str = "SELECT raw FROM inbound";
const READ: &str = "WHERE inbound_id = ANY ($1) AND outcome IS NULL";
const OUTCOME: &str = "SET outcome = $2, because";
const SETTLE: &str = "SET state = $3, next_attempt_at";
const LADDER: &str = "WHERE next_step_at <= $1";
const DAILY: &str = "INSERT INTO daily_runs";
const LETTER: &str = "INSERT INTO outbox";
const CLAIM: &str = "SET state = 'sending'";
const TAKE_BACK: &str = "WHERE state = 'sending' AND (claimed_by";

/// Statements after which a broken-off letter is of unknown fate, and which end that.
pub(crate) const CONTENT_BEGINS: &str = "SET content_began_at = $3";
pub(crate) const CONTENT_SETTLED: &str = SETTLE;
const ASK: &str = "INSERT INTO leases";
const GIVE_BACK: &str = "UPDATE leases SET held_until";
/// By which a process that stores or decides proves that it may.
const GUARD: &str = "SELECT epoch FROM leases";
/// What the lease is for.
const MAILBOX: &str = "mailbox:";
const READING: &str = "read_inbound";

/// A moment by the clock is tried more often than any one point.
pub(crate) static MOMENT: Point = moment("at any moment");
pub(crate) static MOMENT_AGAIN: Point = moment("at any moment, while it recovers");
pub(crate) static IDLE: Point = moment("while it waits for mail");

pub(crate) static POINTS: &[Point] = &[
    imap("mailbox: logged in", "LOGIN", When::After, Needs::Start),
    imap("mailbox: folder opened", "EXAMINE", When::After, Needs::Mail),
    imap("mailbox: new mails listed", "UID SEARCH", When::After, Needs::Mail),
    imap("mailbox: mails asked for", "UID FETCH", When::Before, Needs::Mail),
    imap("mailbox: half of a mail came", "UID FETCH", When::Half, Needs::Mail),
    imap("mailbox: mails came", "UID FETCH", When::After, Needs::Mail),
    imap("mailbox: waiting again", "IDLE", When::Before, Needs::Mail),
    sql("start: tables compared", "_sqlx_migrations", "", When::After, Needs::Start),
    sql("lease: asked for", ASK, MAILBOX, When::Before, Needs::Start),
    sql("lease: given", ASK, MAILBOX, When::After, Needs::Start),
    sql("store: lease to be checked", GUARD, MAILBOX, When::Before, Needs::Mail),
    sql("store: lease checked", GUARD, MAILBOX, When::After, Needs::Mail),
    sql("store: mails written", FETCH, "", When::After, Needs::Mail),
    sql("store: position moved", "last_uid = CASE", FETCH, When::After, Needs::Mail),
    sql("store: before COMMIT", "COMMIT", FETCH, When::Before, Needs::Mail),
    sql("store: after COMMIT", "COMMIT", FETCH, When::After, Needs::Mail),
    sql("read: lease to be asked for", ASK, READING, When::Before, Needs::Mail),
    sql("read: lease given", ASK, READING, When::After, Needs::Mail),
    sql("read: attempt to be counted", ATTEMPT, "", When::Before, Needs::Mail),
    sql("read: attempt counted", ATTEMPT, "", When::After, Needs::Mail),
    sql("read: before COMMIT of the claim", "COMMIT", ATTEMPT, When::Before, Needs::Mail),
    sql("read: after COMMIT of the claim", "COMMIT", ATTEMPT, When::After, Needs::Mail),
    sql("read: mail to be loaded", LOAD, "", When::Before, Needs::Mail),
    sql("read: mail loaded", LOAD, "", When::After, Needs::Mail),
    sql("read: known mails compared", "AS \"is_known!\"", "", When::After, Needs::Mail),
    sql("read: lease to be checked", GUARD, READING, When::Before, Needs::Mail),
    sql("read: lease checked", GUARD, READING, When::After, Needs::Mail),
    sql("read: mails locked", READ, "", When::After, Needs::Mail),
    sql("read: three times, the same mail", OUTCOME, READ, When::Before, Needs::AnyMail),
    sql("read: reference drawn", "INTO reference_counters", READ, When::After, Needs::Mail),
    sql("read: request written", "INSERT INTO requests", READ, When::After, Needs::Mail),
    sql("read: answers written", "INSERT INTO answers", READ, When::After, Needs::Mail),
    sql("read: journal written", "INSERT INTO events", READ, When::After, Needs::Mail),
    sql("read: letter written", LETTER, READ, When::After, Needs::Mail),
    sql("read: outcome written", OUTCOME, READ, When::After, Needs::Mail),
    sql("read: attempts forgotten", "FROM reading_attempts", READ, When::After, Needs::Mail),
    sql("read: before COMMIT", "COMMIT", READ, When::Before, Needs::Mail),
    sql("read: after COMMIT", "COMMIT", READ, When::After, Needs::Mail),
    sql("read: lease to be given back", GIVE_BACK, READING, When::Before, Needs::Mail),
    sql("read: lease given back", GIVE_BACK, READING, When::After, Needs::Mail),
    sql("send: abandoned letters sought", "COMMIT", TAKE_BACK, When::Before, Needs::Start),
    sql("send: letters to be claimed", CLAIM, "", When::Before, Needs::Mail),
    sql("send: letters claimed", CLAIM, "", When::After, Needs::Mail),
    smtp("relay: greeted", "EHLO", When::After),
    smtp("relay: sender named", "MAIL FROM", When::After),
    smtp("relay: recipient named", "RCPT TO", When::After),
    sql("send: content to be noted", CONTENT_BEGINS, "", When::Before, Needs::Mail),
    sql("send: content noted", CONTENT_BEGINS, "", When::After, Needs::Mail),
    smtp("relay: DATA to be said", "DATA", When::Before),
    smtp("relay: DATA allowed", "DATA", When::After),
    smtp("relay: half of the content", "DATA", When::Half),
    smtp("relay: before the final dot", ".", When::Before),
    smtp("relay: taken, answer lost", ".", When::After),
    sql("send: settled", SETTLE, "", When::After, Needs::Mail),
    sql("send: before COMMIT", "COMMIT", SETTLE, When::Before, Needs::Mail),
    sql("send: after COMMIT", "COMMIT", SETTLE, When::After, Needs::Mail),
    sql("ladder: requests taken", LADDER, "", When::After, Needs::DueMail),
    sql("ladder: letter written", LETTER, LADDER, When::After, Needs::DueMail),
    sql("ladder: before COMMIT", "COMMIT", LETTER_OF_LADDER, When::Before, Needs::DueMail),
    sql("ladder: after COMMIT", "COMMIT", LETTER_OF_LADDER, When::After, Needs::DueMail),
    sql("daily: day claimed", DAILY, "", When::After, Needs::NewDay),
    sql("daily: letter written", LETTER, DAILY, When::After, Needs::NewDay),
    sql("daily: before COMMIT", "COMMIT", DAILY, When::Before, Needs::NewDay),
    sql("daily: after COMMIT", "COMMIT", DAILY, When::After, Needs::NewDay),
];

/// A ladder that finds something to climb takes each request in a part of its transaction.
const LETTER_OF_LADDER: &str = "SAVEPOINT part";

const fn moment(name: &'static str) -> Point {
    Point { name, place: Place::Moment, when: When::Before, needs: Needs::Mail }
}

const fn imap(name: &'static str, command: &'static str, when: When, needs: Needs) -> Point {
    Point { name, place: Place::Imap(command), when, needs }
}

const fn smtp(name: &'static str, command: &'static str, when: When) -> Point {
    Point { name, place: Place::Smtp(command), when, needs: Needs::Mail }
}

const fn sql(
    name: &'static str,
    statement: &'static str,
    within: &'static str,
    when: When,
    needs: Needs,
) -> Point {
    Point { name, place: Place::Sql { statement, within }, when, needs }
}
