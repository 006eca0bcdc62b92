//! What ails the database itself, and what somebody can do about it.

use sqlx::Error as SqlxError;

use super::Error;

/// Said after what could not be done; empty where only the error itself tells.
pub(super) fn advice(error: &SqlxError) -> &'static str {
    match error {
        SqlxError::PoolTimedOut => {
            " (no connection in time: is the database running, and are all connections in use?)"
        }
        SqlxError::Io(_) => {
            " (the database cannot be reached or broke off: start it, the work goes on by itself)"
        }
        SqlxError::Tls(_) => " (check the certificate and `sslmode` in `database.url`)",
        SqlxError::Database(told) => told.code().map_or("", |code| advice_on(&code)),
        _ => "",
    }
}

/// By SQLSTATE, or the class of it.
fn advice_on(code: &str) -> &'static str {
    match code {
        "53100" => {
            " (the disk of the database is full: make room there, nothing is lost and the work goes \
             on by itself)"
        }
        "53300" => " (the database has no connection left: raise its `max_connections`)",
        "57P01" | "57P02" | "57P03" => {
            " (the database stops or starts: the work goes on by itself)"
        }
        "40001" | "40P01" => " (two transactions met: it is tried again)",
        "25006" => " (the database takes no changes: name the primary server in `database.url`)",
        "3D000" => " (there is no such database: make it, or change `database.url`)",
        "42501" => " (the user in `database.url` lacks a right)",
        "42P01" | "42703" => " (the tables are older than the program: `mailtriage migrate`)",
        _ if code.starts_with("28") => " (it refuses the user or the password in `database.url`)",
        _ => "",
    }
}

/// Whether the database alone is to blame, and not what it was given: it is full, stops, or has
/// undone our transaction for the sake of another. A backend that dies is not among these, because
/// what it was given may have killed it.
pub fn is_about_the_database(error: &anyhow::Error) -> bool {
    ours(error).any(|error| match error {
        Error::Database { source: SqlxError::PoolTimedOut, .. } => true,
        Error::Database { source: SqlxError::Database(told), .. } => {
            told.code().is_some_and(|code| {
                const ITS_OWN: [&str; 8] =
                    ["40001", "40P01", "53100", "53300", "55P03", "57P01", "57P02", "57P03"];
                ITS_OWN.contains(&code.as_ref()) || code == "25006"
            })
        }
        _ => false,
    })
}

/// Whether the same statement may succeed in a moment: as above, or the connection was lost.
pub fn may_pass(error: &anyhow::Error) -> bool {
    let is_lost = |error: &Error| matches!(error, Error::Database { source: SqlxError::Io(_), .. });
    is_about_the_database(error) || ours(error).any(is_lost)
}

fn ours(error: &anyhow::Error) -> impl Iterator<Item = &Error> {
    error.chain().filter_map(|cause| cause.downcast_ref::<Error>())
}
