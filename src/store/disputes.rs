//! Column `requests.disputed_decider`: who may not decide about a disputed request.

use sqlx::PgConnection;

use crate::mail::EmailAddress;

use super::{Error, RequestId, failed_to};

pub async fn decider(
    conn: &mut PgConnection,
    id: RequestId,
) -> Result<Option<EmailAddress>, Error> {
    let stored = sqlx::query_scalar!(
        r#"SELECT disputed_decider FROM requests WHERE request_id = $1"#,
        id.0,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("look up whose decision is disputed"))?;
    stored.map(|address| EmailAddress::parse(&address)).transpose().map_err(|_| Error::Impossible {
        table: "requests",
        column: "disputed_decider",
        row: id.0,
    })
}

/// `None`: somebody else has decided.
pub async fn set_decider(
    conn: &mut PgConnection,
    id: RequestId,
    decider: Option<&EmailAddress>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"UPDATE requests SET disputed_decider = $2 WHERE request_id = $1"#,
        id.0,
        decider.map(EmailAddress::as_str),
    )
    .execute(conn)
    .await
    .map_err(failed_to("record whose decision is disputed"))?;
    Ok(())
}
