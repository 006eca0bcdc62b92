//! Table `reading_attempts`: how often each unfinished mail was tried.

use sqlx::PgConnection;

use super::{Error, InboundId, failed_to};

/// Counts one more try for each mail. Committed before the try, so that a mail that ends the process still runs out of tries.
pub async fn count_attempts(conn: &mut PgConnection, ids: &[InboundId]) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        r#"
        INSERT INTO reading_attempts AS tried (inbound_id, attempts)
        SELECT inbound_id, 1 FROM UNNEST($1::bigint[]) AS mail (inbound_id)
        ON CONFLICT (inbound_id) DO UPDATE SET attempts = tried.attempts + 1
        "#,
        &ids,
    )
    .execute(conn)
    .await
    .map_err(failed_to("count the attempts to read mails"))?;
    Ok(())
}

/// Takes one try back for each mail.
pub async fn take_back_attempts(conn: &mut PgConnection, ids: &[InboundId]) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(
        r#"
        WITH untried AS (
            DELETE FROM reading_attempts WHERE inbound_id = ANY ($1) AND attempts <= 1
        )
        UPDATE reading_attempts SET attempts = attempts - 1
        WHERE inbound_id = ANY ($1) AND attempts > 1
        "#,
        &ids,
    )
    .execute(conn)
    .await
    .map_err(failed_to("take back an attempt to read mails"))?;
    Ok(())
}

/// The least tries that an unread mail has behind it, among those that were tried at all.
pub async fn least_tries(conn: &mut PgConnection) -> Result<Option<i32>, Error> {
    sqlx::query_scalar!(
        r#"
        SELECT min(attempts) AS "least" FROM reading_attempts JOIN inbound USING (inbound_id)
        WHERE outcome IS NULL
        "#,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look for mails that were tried before"))
}

/// Called in the transaction that settles the mails, so the table holds only what is unfinished.
pub async fn forget_attempts(conn: &mut PgConnection, ids: &[InboundId]) -> Result<(), Error> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    sqlx::query!(r#"DELETE FROM reading_attempts WHERE inbound_id = ANY ($1)"#, &ids)
        .execute(conn)
        .await
        .map_err(failed_to("forget the attempts to read mails"))?;
    Ok(())
}
