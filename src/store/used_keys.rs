//! Table `used_keys`: action keys that work no more.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, InboundId, failed_to};

/// False when the key was used before, by whichever process.
pub async fn claim(
    conn: &mut PgConnection,
    key: &str,
    inbound: InboundId,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let claimed = sqlx::query!(
        r#"
        INSERT INTO used_keys (key, used_at, inbound_id) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING
        "#,
        key,
        now,
        inbound.0,
    )
    .execute(conn)
    .await
    .map_err(failed_to("claim an action key"))?;
    Ok(claimed.rows_affected() == 1)
}

/// The command was refused: the consultant may mend it and use the link again.
pub async fn release(conn: &mut PgConnection, key: &str) -> Result<(), Error> {
    sqlx::query!(r#"DELETE FROM used_keys WHERE key = $1"#, key)
        .execute(conn)
        .await
        .map_err(failed_to("release an action key"))?;
    Ok(())
}
