//! Table `digests`: what each consultant has been shown.

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::mail::EmailAddress;

use super::{Error, RequestId, failed_to};

/// The newest request that the last digest of this consultant knew, under any of their addresses.
/// `None`: they were never sent one.
pub async fn shown_up_to(
    conn: &mut PgConnection,
    addresses: &[&EmailAddress],
) -> Result<Option<RequestId>, Error> {
    let addresses: Vec<String> =
        addresses.iter().map(|address| address.as_str().to_lowercase()).collect();
    let newest = sqlx::query_scalar!(
        r#"SELECT max(shown_up_to) FROM digests WHERE consultant = ANY ($1)"#,
        &addresses,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up the last digest"))?;
    Ok(newest.map(RequestId))
}

pub async fn record(
    conn: &mut PgConnection,
    address: &EmailAddress,
    day: NaiveDate,
    newest: RequestId,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        INSERT INTO digests (consultant, day, shown_up_to) VALUES ($1, $2, $3)
        ON CONFLICT (consultant) DO UPDATE SET day = $2, shown_up_to = $3
        "#,
        address.as_str().to_lowercase(),
        day,
        newest.0,
    )
    .execute(conn)
    .await
    .map_err(failed_to("record a digest"))?;
    Ok(())
}
