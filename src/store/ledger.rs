//! Read-only counts over tables `inbound` and `outbox`, for operators and the demo.

use sqlx::PgConnection;

use super::{Error, failed_to};

/// How many mails have each outcome; `unread` for those that wait.
pub async fn outcomes(conn: &mut PgConnection) -> Result<Vec<(String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"
        SELECT COALESCE(outcome, 'unread') AS "outcome!", count(*) AS "count!"
        FROM inbound GROUP BY 1 ORDER BY 1
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the outcomes"))?;
    Ok(rows.into_iter().map(|row| (row.outcome, row.count)).collect())
}

/// How many letters are in each state.
pub async fn letters(conn: &mut PgConnection) -> Result<Vec<(String, i64)>, Error> {
    let rows = sqlx::query!(
        r#"SELECT state, count(*) AS "count!" FROM outbox GROUP BY state ORDER BY state"#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("count the letters"))?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}

/// Mails that wait to be read and letters that wait to be sent or are on their way.
pub async fn backlog(conn: &mut PgConnection) -> Result<(i64, i64), Error> {
    let row = sqlx::query!(
        r#"
        SELECT (SELECT count(*) FROM inbound WHERE outcome IS NULL) AS "unread!",
               (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending')) AS "unsent!"
        "#,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("count the backlog"))?;
    Ok((row.unread, row.unsent))
}
