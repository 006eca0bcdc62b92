//! What the operator is told of: work of the schedule that cannot be done, which is put off while
//! the rest goes on, and servers that were away.

use chrono::{DateTime, TimeDelta, Utc};
use tracing::error;

use crate::store::{PgConnection, RequestId, events, requests};
use crate::triage::letters::Outage;
use crate::triage::{Content, JournalEntry};
use crate::worker::desk::Desk;

/// When what was set aside is tried again.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// What keeps failing is told again after so long.
const SILENCE: TimeDelta = TimeDelta::hours(20);
const KIND: &str = "set_aside";

impl Desk {
    /// Puts the next rung of a request off and tells the operator, at most once a working day.
    pub(super) async fn set_aside(
        &self,
        conn: &mut PgConnection,
        id: RequestId,
        failure: &anyhow::Error,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let reference = requests::reference(conn, id).await?;
        error!(request = %reference, "the next step of {reference} failed: {failure:#}");
        requests::postpone_step(conn, id, now + PAUSE).await?;
        if events::has_happened(conn, id, KIND, Some(now - SILENCE)).await? {
            return Ok(());
        }
        let entry = JournalEntry {
            kind: KIND,
            actor: None,
            detail: format!(
                "the next reminder or notice could not be written, tried every hour: {failure:#}"
            ),
        };
        events::append(conn, id, &entry, None, now).await?;
        let what = format!("The next reminder or overdue notice about {reference}");
        self.report_failure(conn, what, failure, now).await
    }

    /// Tells the operator of a letter that could not be written.
    pub(super) async fn report_failure(
        &self,
        conn: &mut PgConnection,
        what: String,
        failure: &anyhow::Error,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let content = Content::SetAside { what, reason: format!("{failure:#}") };
        self.tell_operator(conn, content, now).await
    }

    /// Tells the operator of a server that was away or was put back.
    pub(super) async fn tell_of_outage(
        &self,
        conn: &mut PgConnection,
        outage: Outage,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let content = Content::Outage(outage);
        self.tell_operator(conn, content, now).await
    }
}
