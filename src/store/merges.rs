//! Column `requests.merged_into`: requests that became part of another.

use sqlx::PgConnection;

use super::{Error, RequestId, failed_to};

/// The request that this one became part of.
pub async fn merged_into(
    conn: &mut PgConnection,
    id: RequestId,
) -> Result<Option<RequestId>, Error> {
    let into =
        sqlx::query_scalar!(r#"SELECT merged_into FROM requests WHERE request_id = $1"#, id.0)
            .fetch_one(conn)
            .await
            .map_err(failed_to("look up what a request became part of"))?;
    Ok(into.map(RequestId))
}

/// Makes `id`, and what was part of it, part of `kept`.
pub async fn join(conn: &mut PgConnection, id: RequestId, kept: RequestId) -> Result<(), Error> {
    sqlx::query!(
        r#"UPDATE requests SET merged_into = $2 WHERE request_id = $1 OR merged_into = $1"#,
        id.0,
        kept.0,
    )
    .execute(conn)
    .await
    .map_err(failed_to("join two requests"))?;
    Ok(())
}

/// Makes the request one of its own again.
pub async fn part(conn: &mut PgConnection, id: RequestId) -> Result<(), Error> {
    sqlx::query!(r#"UPDATE requests SET merged_into = NULL WHERE request_id = $1"#, id.0)
        .execute(conn)
        .await
        .map_err(failed_to("part two requests"))?;
    Ok(())
}

/// The references of the requests that became part of this one.
pub async fn parts_of(conn: &mut PgConnection, id: RequestId) -> Result<Vec<String>, Error> {
    sqlx::query_scalar!(
        r#"SELECT reference FROM requests WHERE merged_into = $1 ORDER BY request_id"#,
        id.0,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("list the parts of a request"))
}
