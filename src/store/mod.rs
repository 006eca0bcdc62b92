//! The only module that talks to PostgreSQL.
//!
//! One file a table, one function a statement. Functions take a connection and never begin or
//! commit. Instants come from the caller's clock; the one exception are leases and claims, which
//! several processes share and which go by the database server's clock.

pub mod answers;
pub mod attempts;
pub mod budgets;
pub mod compare;
pub mod copies;
pub mod daily_runs;
pub mod digests;
pub mod disputes;
pub mod erase;
pub mod events;
pub mod folders;
pub mod history;
pub mod inbound;
pub mod leases;
pub mod ledger;
pub mod merges;
pub mod operator;
pub mod outbox;
pub mod promises;
pub mod reports;
pub mod requests;
pub mod restores;
pub mod retention;
pub mod schema;
pub mod threads;
mod trouble;
pub mod used_keys;
pub mod watch;

use std::str::FromStr;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

pub use sqlx::PgConnection;

pub use trouble::{is_about_the_database, may_pass};

pub static MIGRATIONS: Migrator = sqlx::migrate!();

pub type Transaction = sqlx::Transaction<'static, sqlx::Postgres>;
pub type Connection = sqlx::pool::PoolConnection<sqlx::Postgres>;

/// A process that is paused inside a transaction longer than this loses it, so that its row locks
/// never hold up the others for long.
const LONGEST_IDLE_TRANSACTION: &str = "10s";
/// How long to wait for a free connection or a silent server before saying so.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("could not {action}{}", trouble::advice(source))]
    Database { action: &'static str, source: sqlx::Error },

    #[error("could not bring the database schema up to date")]
    Migrate { source: sqlx::migrate::MigrateError },

    #[error("the database address is not understood: expected postgres://user@host/name")]
    Address { source: sqlx::Error },

    #[error("row {row} of table `{table}` has an impossible `{column}`")]
    Impossible { table: &'static str, column: &'static str, row: i64 },

    #[error("another process holds the lease `{name}` now")]
    LeaseLost { name: String },
}

/// Says what was being done, for `.map_err(failed_to("claim the next mail"))`.
fn failed_to(action: &'static str) -> impl Fn(sqlx::Error) -> Error {
    move |source| Error::Database { action, source }
}

/// Text that PostgreSQL can hold: it refuses NUL.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

/// A pool of connections to the database.
#[derive(Debug, Clone)]
pub struct Store {
    pool: PgPool,
}

impl Store {
    /// Opens a pool; the first connection is made at once, so a wrong address shows here.
    pub async fn open(url: &str, connections: u32) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|source| Error::Address { source })?
            .application_name("mailtriage")
            .options([("idle_in_transaction_session_timeout", LONGEST_IDLE_TRANSACTION)]);
        let pool = PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(CONNECT_TIMEOUT)
            .after_connect(|conn, _| Box::pin(make_durable(conn)))
            .connect_with(options)
            .await
            .map_err(failed_to("connect to the database"))?;
        Ok(Self { pool })
    }

    /// Several processes may call this at once: they wait for one another.
    pub async fn migrate(&self) -> Result<(), Error> {
        schema::bring_up_to_date(&self.pool).await
    }

    pub async fn connect(&self) -> Result<Connection, Error> {
        self.pool.acquire().await.map_err(failed_to("get a database connection"))
    }

    #[expect(clippy::disallowed_methods, reason = "it is awaited here, and ends by itself")]
    pub async fn begin(&self) -> Result<Transaction, Error> {
        // In a task of its own, so that it is never broken off half-way: sqlx would put the connection
        // back with an open transaction that it does not know of, and what runs on it next is lost.
        let pool = self.pool.clone();
        let begun = tokio::spawn(async move { pool.begin().await }).await;
        begun.unwrap_or(Err(sqlx::Error::WorkerCrashed)).map_err(failed_to("begin a transaction"))
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}

pub async fn commit(tx: Transaction) -> Result<(), Error> {
    tx.commit().await.map_err(failed_to("commit a transaction"))
}

/// Undoes what was begun, and returns when that is done. A transaction that is merely dropped keeps
/// its locks for a moment longer.
pub async fn roll_back(tx: Transaction) -> Result<(), Error> {
    tx.rollback().await.map_err(failed_to("undo a transaction"))
}

/// Begins a part of a transaction that can be undone alone.
pub async fn begin_part(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query("SAVEPOINT part").execute(conn).await.map_err(failed_to("begin a part"))?;
    Ok(())
}

/// Keeps what the part has done, or undoes it when it failed. Fails itself when the whole
/// transaction is lost.
pub async fn end_part<T, E>(
    conn: &mut PgConnection,
    done: Result<T, E>,
) -> Result<Result<T, E>, Error> {
    if done.is_err() {
        let undo = sqlx::query("ROLLBACK TO SAVEPOINT part").execute(&mut *conn).await;
        undo.map_err(failed_to("undo a part"))?;
    }
    sqlx::query("RELEASE SAVEPOINT part").execute(conn).await.map_err(failed_to("end a part"))?;
    Ok(done)
}

/// What was committed must outlive the server: that a letter goes over the wire now, above all. Where
/// the administrator asks for more than that, it stays.
async fn make_durable(conn: &mut PgConnection) -> sqlx::Result<()> {
    let durable = "SELECT set_config('synchronous_commit', 'on', false)
                   WHERE current_setting('synchronous_commit') = 'off'";
    sqlx::query(durable).execute(conn).await?;
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct InboundId(pub i64);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutboxId(pub i64);
