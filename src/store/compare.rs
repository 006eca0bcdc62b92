//! What a comparison of mailbox and ledger needs from tables `inbound`, `folders`, `missed_mails`.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::folders::{FolderId, Position};
use super::{Error, failed_to};

/// The numbers that are known under the folder's present numbering, and when the server got each
/// mail. `None` for a mail that could not be fetched: its time was made up.
pub async fn known(
    conn: &mut PgConnection,
    position: &Position,
) -> Result<BTreeMap<u32, Option<DateTime<Utc>>>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT uid, received_at, size_bytes FROM inbound
        WHERE folder_id = $1 AND uid_validity = $2 AND numbering = $3
        "#,
        position.folder.0,
        position.uid_validity.map(i64::from),
        position.numbering,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the known mails of a folder"))?;
    let known = rows.into_iter().filter_map(|row| {
        let uid = u32::try_from(row.uid).ok()?;
        Some((uid, (row.size_bytes > 0).then_some(row.received_at)))
    });
    Ok(known.collect())
}

/// Asks the process that reads the mailbox to fetch these mails. Those that it has noted stay.
pub async fn note_missed(
    conn: &mut PgConnection,
    folder: FolderId,
    uids: &[u32],
    at: DateTime<Utc>,
) -> Result<(), Error> {
    let uids: Vec<i64> = uids.iter().map(|uid| i64::from(*uid)).collect();
    sqlx::query!(
        r#"
        INSERT INTO missed_mails (folder_id, uid, noted_at)
        SELECT $1, uid, $3 FROM UNNEST($2::bigint[]) AS missed (uid)
        ON CONFLICT DO NOTHING
        "#,
        folder.0,
        &uids,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("note mails that were missed"))?;
    Ok(())
}

/// Asks the process that reads the mailbox to read the folder from its start.
pub async fn note_read_again(conn: &mut PgConnection, folder: FolderId) -> Result<(), Error> {
    sqlx::query!(r#"UPDATE folders SET read_again = true WHERE folder_id = $1"#, folder.0)
        .execute(conn)
        .await
        .map_err(failed_to("ask for a folder to be read again"))?;
    Ok(())
}

pub async fn missed(conn: &mut PgConnection, folder: FolderId) -> Result<Vec<u32>, Error> {
    let uids = sqlx::query_scalar!(
        r#"SELECT uid FROM missed_mails WHERE folder_id = $1 ORDER BY uid"#,
        folder.0,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the mails that were missed"))?;
    Ok(uids.into_iter().filter_map(|uid| u32::try_from(uid).ok()).collect())
}

/// Called in the transaction that stores them, or that learns that they are gone.
pub async fn forget_missed(
    conn: &mut PgConnection,
    folder: FolderId,
    uids: &[u32],
) -> Result<(), Error> {
    let uids: Vec<i64> = uids.iter().map(|uid| i64::from(*uid)).collect();
    sqlx::query!(
        r#"DELETE FROM missed_mails WHERE folder_id = $1 AND uid = ANY ($2)"#,
        folder.0,
        &uids,
    )
    .execute(conn)
    .await
    .map_err(failed_to("forget mails that were missed"))?;
    Ok(())
}

/// A mail that has no outcome yet.
pub struct Waiting {
    pub inbound_id: i64,
    pub mailbox: String,
    pub folder: String,
    pub stored_at: DateTime<Utc>,
    pub attempts: i32,
}

/// Mails without an outcome that were stored before then, oldest first.
pub async fn waiting(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Waiting>, Error> {
    sqlx::query_as!(
        Waiting,
        r#"
        SELECT inbound.inbound_id, mailbox, name AS folder, stored_at,
               COALESCE(attempts, 0) AS "attempts!"
        FROM inbound JOIN folders USING (folder_id)
        LEFT JOIN reading_attempts USING (inbound_id)
        WHERE outcome IS NULL AND stored_at < $1
        ORDER BY inbound.inbound_id
        LIMIT $2
        "#,
        before,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the mails without an outcome"))
}

/// How many mails of one folder have one outcome.
pub struct Count {
    pub mailbox: String,
    pub folder: String,
    pub outcome: String,
    pub count: i64,
}

/// `unread` stands for the mails that wait.
pub async fn outcomes_by_folder(conn: &mut PgConnection) -> Result<Vec<Count>, Error> {
    sqlx::query_as!(
        Count,
        r#"
        SELECT mailbox, name AS folder, COALESCE(outcome, 'unread') AS "outcome!",
               count(*) AS "count!"
        FROM inbound JOIN folders USING (folder_id)
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the outcomes by folder"))
}
