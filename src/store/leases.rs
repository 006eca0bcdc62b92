//! Table `leases`: things that one process does at a time.
//!
//! Goes by the database server's clock, so that processes whose clocks differ agree.

use sqlx::PgConnection;

use super::{Error, failed_to};

/// Proof of holding a lease, checked by every write that depends on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    pub name: String,
    pub epoch: i64,
}

/// The lease by which a process says that it lives.
pub fn process_name(holder: &str) -> String {
    format!("process:{holder}")
}

/// Takes the lease when it is free or has run out, and prolongs it when `holder` has it already.
/// `None` while another process holds it.
pub async fn take_or_keep(
    conn: &mut PgConnection,
    name: &str,
    holder: &str,
    seconds: f64,
) -> Result<Option<Lease>, Error> {
    let epoch = sqlx::query_scalar!(
        r#"
        INSERT INTO leases AS lease (name, holder, held_until, epoch)
        VALUES ($1, $2, clock_timestamp() + make_interval(secs => $3), 1)
        ON CONFLICT (name) DO UPDATE
        SET holder = $2,
            held_until = clock_timestamp() + make_interval(secs => $3),
            epoch = CASE
                WHEN lease.holder = $2 AND lease.held_until >= clock_timestamp() THEN lease.epoch
                ELSE lease.epoch + 1
            END
        WHERE lease.holder = $2 OR lease.held_until < clock_timestamp()
        RETURNING epoch
        "#,
        name,
        holder,
        seconds,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("take a lease"))?;

    Ok(epoch.map(|epoch| Lease { name: name.to_owned(), epoch }))
}

/// Fails unless the lease is still ours; keeps others from taking it until the transaction ends.
pub async fn guard(conn: &mut PgConnection, lease: &Lease) -> Result<(), Error> {
    let held = sqlx::query_scalar!(
        r#"
        SELECT epoch FROM leases
        WHERE name = $1 AND epoch = $2 AND held_until >= clock_timestamp()
        FOR SHARE
        "#,
        lease.name,
        lease.epoch,
    )
    .fetch_optional(conn)
    .await
    .map_err(failed_to("check a lease"))?;

    if held.is_some() { Ok(()) } else { Err(Error::LeaseLost { name: lease.name.clone() }) }
}

/// True for one transaction at a time of all that ask for the same task. Ends with the transaction,
/// however that ends, so a process that dies keeps nobody out.
pub async fn alone_at(conn: &mut PgConnection, task: &str) -> Result<bool, Error> {
    sqlx::query_scalar!(
        r#"SELECT pg_try_advisory_xact_lock(hashtext('mailtriage'), hashtext($1)) AS "alone!""#,
        task,
    )
    .fetch_one(conn)
    .await
    .map_err(failed_to("ask whether another process does the same"))
}

/// Forgets the processes that have been dead for long. Nobody takes such a lease again, because each
/// run has a name of its own.
pub async fn forget_dead_processes(conn: &mut PgConnection) -> Result<(), Error> {
    sqlx::query!(
        r#"
        DELETE FROM leases
        WHERE starts_with(name, 'process:') AND held_until < clock_timestamp() - interval '1 day'
        "#,
    )
    .execute(conn)
    .await
    .map_err(failed_to("forget dead processes"))?;
    Ok(())
}

/// Lets the next process have it at once instead of when it runs out.
pub async fn release(conn: &mut PgConnection, lease: &Lease) -> Result<(), Error> {
    sqlx::query!(
        r#"
        UPDATE leases SET held_until = clock_timestamp() - interval '1 second'
        WHERE name = $1 AND epoch = $2
        "#,
        lease.name,
        lease.epoch,
    )
    .execute(conn)
    .await
    .map_err(failed_to("release a lease"))?;
    Ok(())
}
