//! Finds and changes what holds a person, wherever it stands. Which columns there are is asked of
//! the catalogue, so that no table is forgotten.

use chrono::{DateTime, Utc};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{Error, failed_to, retention::NOBODY};

/// A request of the person.
pub struct TheirRequest {
    pub request_id: i64,
    pub reference: String,
    pub name: Option<String>,
    /// Something is still to be done about it.
    pub is_open: bool,
}

pub async fn requests_of(
    conn: &mut PgConnection,
    address: &str,
) -> Result<Vec<TheirRequest>, Error> {
    sqlx::query_as!(
        TheirRequest,
        r#"
        SELECT request_id, reference, requester_name AS name,
               (state NOT IN ('closed', 'redirected') OR due_at IS NOT NULL) AS "is_open!"
        FROM requests WHERE lower(requester_address) = lower($1)
        ORDER BY request_id
        FOR UPDATE
        "#,
        address,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("find the requests of a person"))
}

/// Ends a request whose requester is no longer known.
pub async fn close(conn: &mut PgConnection, requests: &[i64]) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE requests
        SET state = 'closed', consultant = COALESCE(consultant, $2), redirect_team = NULL,
            due_on = NULL, due_at = NULL, deadline = NULL, next_step = NULL, next_step_at = NULL
        WHERE request_id = ANY ($1)
        "#,
        requests,
        NOBODY,
    )
    .execute(conn)
    .await
    .map_err(failed_to("close the requests of a person"))?;
    Ok(())
}

/// One mail or letter that still has its content.
pub struct Content {
    pub id: i64,
    pub raw: Vec<u8>,
    pub request_id: Option<i64>,
    pub is_settled: bool,
}

/// The next mails after this one. With `hint`, only those whose bytes hold it.
pub async fn mails_after(
    conn: &mut PgConnection,
    id: i64,
    hint: Option<&str>,
    limit: i64,
) -> Result<Vec<Content>, Error> {
    sqlx::query_as!(
        Content,
        r#"
        SELECT inbound_id AS id, raw, request_id, (outcome IS NOT NULL) AS "is_settled!"
        FROM inbound
        WHERE inbound_id > $1 AND emptied_at IS NULL
          AND ($2::text IS NULL OR position($2 IN lower(encode(raw, 'escape'))) > 0)
        ORDER BY inbound_id LIMIT $3
        "#,
        id,
        hint,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look through the mails"))
}

/// Replaces the bytes of a mail. `theirs`: nothing is left, and the Message-ID, which may hold a
/// name, is kept as a hash that still recognises a second copy.
pub async fn replace_mail(
    conn: &mut PgConnection,
    id: i64,
    (raw, theirs): (&[u8], bool),
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE inbound
        SET raw = $2,
            emptied_at = CASE WHEN $3 THEN $4::timestamptz ELSE emptied_at END,
            message_id = CASE WHEN $3
                THEN 'erased:' || encode(sha256(convert_to(message_id, 'UTF8')), 'hex')
                ELSE message_id END
        WHERE inbound_id = $1
        "#,
        id,
        raw,
        theirs,
        at,
    )
    .execute(conn)
    .await
    .map_err(failed_to("erase a mail"))?;
    Ok(())
}

/// One letter.
pub struct Letter {
    pub outbox_id: i64,
    pub request_id: Option<i64>,
    pub recipient: String,
    pub subject: String,
    pub text: String,
    pub raw: Vec<u8>,
    pub state: String,
}

pub async fn letters_after(
    conn: &mut PgConnection,
    id: i64,
    limit: i64,
) -> Result<Vec<Letter>, Error> {
    sqlx::query_as!(
        Letter,
        r#"
        SELECT outbox_id, request_id, recipient, subject, text, raw, state
        FROM outbox WHERE outbox_id > $1 AND emptied_at IS NULL
        ORDER BY outbox_id LIMIT $2
        "#,
        id,
        limit,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look through the letters"))
}

/// Empties a letter. One that waits to be sent is withheld, for it has nothing to say any more.
pub async fn empty_letter(
    conn: &mut PgConnection,
    (id, to_them): (i64, bool),
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE outbox
        SET raw = '', text = '', subject = '', last_error = NULL, emptied_at = $3,
            recipient = CASE WHEN $2 THEN $4 ELSE recipient END,
            withheld_by = CASE WHEN state = 'waiting' THEN 'erased' ELSE withheld_by END,
            settled_at = CASE WHEN state = 'waiting' THEN $3 ELSE settled_at END,
            state = CASE WHEN state = 'waiting' THEN 'withheld' ELSE state END
        WHERE outbox_id = $1
        "#,
        id,
        to_them,
        at,
        NOBODY,
    )
    .execute(conn)
    .await
    .map_err(failed_to("erase a letter"))?;
    Ok(())
}

/// Removes what is nothing but the person: their part in threads of others.
pub async fn leave_threads(conn: &mut PgConnection, address: &str) -> Result<u64, Error> {
    let done = sqlx::query!(
        r#"
        WITH threads AS (
            DELETE FROM thread_mails WHERE position(lower($1) IN lower(message_id)) > 0
        )
        DELETE FROM participants WHERE address = lower($1)
        "#,
        address,
    )
    .execute(conn)
    .await
    .map_err(failed_to("take a person out of the threads"))?;
    Ok(done.rows_affected())
}

/// A column that can hold words, with names quoted for SQL.
pub struct Column {
    pub table: String,
    pub column: String,
    pub kind: String,
}

/// Every column of every table of ours that holds text, lists of text, JSON or bytes.
pub async fn columns(conn: &mut PgConnection) -> Result<Vec<Column>, Error> {
    sqlx::query_as!(
        Column,
        r#"
        SELECT quote_ident(class.relname) AS "table!", quote_ident(attname) AS "column!",
               format_type(atttypid, NULL) AS "kind!"
        FROM pg_attribute JOIN pg_class AS class ON class.oid = attrelid
        WHERE class.relnamespace = current_schema()::regnamespace AND class.relkind IN ('r', 'p')
          AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
          AND class.relname <> '_sqlx_migrations'
          AND atttypid IN ('text'::regtype, 'varchar'::regtype, 'text[]'::regtype, 'json'::regtype,
                           'jsonb'::regtype, 'bytea'::regtype)
        ORDER BY 1, 2
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("ask which columns there are"))
}

/// The places in a column that may hold the person, as the row's address and the text.
pub async fn places(
    conn: &mut PgConnection,
    column: &Column,
    hints: &[String],
) -> Result<Vec<(String, String)>, Error> {
    let Column { table, column: name, kind } = column;
    let text =
        if kind == "bytea" { format!("encode({name}, 'escape')") } else { format!("{name}::text") };
    // The names come from the catalogue and are quoted there.
    let statement = format!(
        "SELECT ctid::text, {text} FROM {table} \
         WHERE EXISTS (SELECT FROM UNNEST($1::text[]) AS hint \
                       WHERE position(hint IN lower({text})) > 0)"
    );
    sqlx::query_as(AssertSqlSafe(statement))
        .bind(hints)
        .fetch_all(conn)
        .await
        .map_err(failed_to("look for a person"))
}

pub async fn put(
    conn: &mut PgConnection,
    column: &Column,
    (row, text): (&str, &str),
) -> Result<(), Error> {
    let Column { table, column: name, kind } = column;
    let statement = format!("UPDATE {table} SET {name} = $2::text::{kind} WHERE ctid = $1::tid");
    sqlx::query(AssertSqlSafe(statement))
        .bind(row)
        .bind(text)
        .execute(conn)
        .await
        .map_err(failed_to("put somebody nameless in a person's place"))?;
    Ok(())
}
