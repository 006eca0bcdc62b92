//! Table `folders`: which folders are watched, and how far each has been read.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Error, failed_to};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// People write here.
    Inbox,
    /// The team's own answers are seen here.
    Sent,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::Inbox, Self::Sent].into_iter().find(|role| role.name() == name)
    }
}

/// How far a folder has been read (RFC 9051, section 2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    pub folder: FolderId,
    /// `None` until the folder was first selected.
    pub uid_validity: Option<u32>,
    pub last_uid: u32,
    /// Our own count of how often the server has begun to number anew.
    pub numbering: i64,
    /// A comparison asks for the folder to be read from its start.
    pub read_again: bool,
}

/// The folder's position; a folder not seen before starts at nothing.
pub async fn position(
    conn: &mut PgConnection,
    mailbox: &str,
    name: &str,
    role: Role,
) -> Result<Position, Error> {
    let row = sqlx::query!(
        r#"
        INSERT INTO folders (mailbox, name, role, last_uid)
        VALUES ($1, $2, $3, 0)
        ON CONFLICT (mailbox, name) DO UPDATE SET role = $3
        RETURNING folder_id, uid_validity, last_uid, numbering, read_again
        "#,
        mailbox,
        name,
        role.name(),
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("read the position of a folder"))?;

    let impossible = |column| Error::Impossible { table: "folders", column, row: row.folder_id };
    let uid_validity = row.uid_validity.map(u32::try_from).transpose();
    Ok(Position {
        folder: FolderId(row.folder_id),
        uid_validity: uid_validity.map_err(|_| impossible("uid_validity"))?,
        last_uid: u32::try_from(row.last_uid).map_err(|_| impossible("last_uid"))?,
        numbering: row.numbering,
        read_again: row.read_again,
    })
}

/// Notes that the folder was looked at and that all that it holds is stored.
pub async fn note_poll(
    conn: &mut PgConnection,
    folder: FolderId,
    at: DateTime<Utc>,
) -> Result<(), Error> {
    sqlx::query!(r#"UPDATE folders SET polled_at = $2 WHERE folder_id = $1"#, folder.0, at)
        .execute(conn)
        .await
        .map_err(failed_to("note that a folder was looked at"))?;
    Ok(())
}

/// Moves the position, never back. Called in the transaction that stores the mails up to it.
pub async fn move_to(
    conn: &mut PgConnection,
    folder: FolderId,
    uid_validity: u32,
    last_uid: u32,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE folders
        SET uid_validity = $2,
            last_uid = CASE WHEN uid_validity = $2 THEN GREATEST(last_uid, $3) ELSE $3 END
        WHERE folder_id = $1
        "#,
        folder.0,
        i64::from(uid_validity),
        i64::from(last_uid),
    )
    .execute(conn)
    .await
    .map_err(failed_to("move the position of a folder"))?;
    Ok(())
}

/// The server numbers the mails anew, or hands out known numbers again: the folder is read from its
/// start, and no mail is taken for another that had its number.
///
/// `because` is for the operator; `None` when the folder is read for the first time.
pub async fn begin_anew(
    conn: &mut PgConnection,
    folder: FolderId,
    uid_validity: u32,
    because: Option<&str>,
) -> Result<(), Error> {
    sqlx::query!(
        r#"
        WITH forgotten AS (DELETE FROM missed_mails WHERE folder_id = $1)
        UPDATE folders
        SET uid_validity = $2, last_uid = 0, numbering = numbering + 1, read_again = false,
            anew_because = $3
        WHERE folder_id = $1
        "#,
        folder.0,
        i64::from(uid_validity),
        because,
    )
    .execute(conn)
    .await
    .map_err(failed_to("begin a folder anew"))?;
    Ok(())
}

/// A folder that was begun anew, and why.
pub struct Anew {
    pub mailbox: String,
    pub folder: String,
    pub because: String,
}

/// The folders that were begun anew since somebody asked. Called in the transaction that tells the
/// operator.
pub async fn take_anew(conn: &mut PgConnection) -> Result<Vec<Anew>, Error> {
    sqlx::query_as!(
        Anew,
        r#"
        WITH anew AS (
            SELECT folder_id, anew_because FROM folders WHERE anew_because IS NOT NULL
            ORDER BY folder_id
            FOR UPDATE
        )
        UPDATE folders SET anew_because = NULL FROM anew
        WHERE folders.folder_id = anew.folder_id
        RETURNING mailbox, name AS folder, anew.anew_because AS "because!"
        "#,
    )
    .fetch_all(conn)
    .await
    .map_err(failed_to("look for folders that were begun anew"))
}

/// When this folder was last read to its end. `None`: never.
pub async fn polled_at(
    conn: &mut PgConnection,
    mailbox: &str,
    name: &str,
) -> Result<Option<DateTime<Utc>>, Error> {
    let polled_at = sqlx::query_scalar!(
        r#"SELECT polled_at FROM folders WHERE mailbox = $1 AND name = $2"#,
        mailbox,
        name,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("look up when a folder was read"))?;
    Ok(polled_at.flatten())
}
