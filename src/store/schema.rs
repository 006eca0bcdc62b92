//! The tables, brought up to date.

use sqlx::migrate::{Migration, Migrator};
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, SqlSafeStr};

use super::{Error, MIGRATIONS, failed_to};

/// How a column asks for the compression that costs mails a third of the time of the default.
const LZ4: &str = " COMPRESSION lz4";

pub(super) async fn bring_up_to_date(pool: &PgPool) -> Result<(), Error> {
    let has_lz4: Option<bool> = sqlx::query_scalar(
        "SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression'",
    )
    .fetch_optional(pool)
    .await
    .map_err(failed_to("ask what the database server can compress with"))?;
    let done = if has_lz4 == Some(true) {
        MIGRATIONS.run(pool).await
    } else {
        without_lz4().run(pool).await
    };
    done.map_err(|source| Error::Migrate { source })
}

/// The same tables for a server that was built without lz4. They count as the same migrations, so a
/// dump of the one can be restored into the other.
pub fn without_lz4() -> Migrator {
    let plain = |migration: &Migration| Migration {
        sql: AssertSqlSafe(migration.sql.as_str().replace(LZ4, "")).into_sql_str(),
        ..migration.clone()
    };
    Migrator { migrations: MIGRATIONS.iter().map(plain).collect(), ..Migrator::DEFAULT }
}
