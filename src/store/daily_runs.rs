//! Table `daily_runs`: jobs that run once a day, whoever runs them.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{Error, failed_to};

/// Claims the day for this transaction. False when the job has run, or runs, elsewhere: a second
/// process waits here until the first has committed.
pub async fn claim(
    conn: &mut PgConnection,
    job: &str,
    day: NaiveDate,
    at: DateTime<Utc>,
) -> Result<bool, Error> {
    let claimed = sqlx::query!(
        r#"
        INSERT INTO daily_runs (job, day, ran_at) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        "#,
        job,
        day,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("claim a daily job"))?;
    Ok(claimed.rows_affected() == 1)
}

pub async fn has_run(conn: &mut PgConnection, job: &str, day: NaiveDate) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM daily_runs WHERE job = $1 AND day = $2) AS "ran!""#,
        job,
        day,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up a daily job"))
}
