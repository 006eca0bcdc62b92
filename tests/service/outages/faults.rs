//! A database that fails at any one write, in any way, once.

use mailtriage::store::Store;

/// How a write can fail: full disk, deadlock, serialization failure, and a connection that an
/// administrator ends.
pub(super) const WAYS: [&str; 4] = ["53100", "40P01", "40001", "ended"];

/// The count is a sequence, because a sequence counts on when the transaction is undone.
const INSTALL: &str = "
    CREATE TABLE fault_plan (at bigint NOT NULL, way text NOT NULL);
    INSERT INTO fault_plan VALUES (0, '');
    CREATE SEQUENCE fault_count;
    CREATE FUNCTION meets_fault() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE planned fault_plan%ROWTYPE;
    BEGIN
        SELECT * INTO planned FROM fault_plan;
        IF planned.at > 0 AND nextval('fault_count') = planned.at THEN
            IF planned.way = 'ended' THEN
                PERFORM pg_terminate_backend(pg_backend_pid());
            ELSE
                RAISE EXCEPTION 'a planned fault' USING ERRCODE = planned.way;
            END IF;
        END IF;
        RETURN NULL;
    END $$;
    DO $$
    DECLARE watched regclass;
    BEGIN
        FOR watched IN SELECT oid FROM pg_class
            WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
              AND relname NOT IN ('fault_plan', '_sqlx_migrations', 'leases')
        LOOP
            EXECUTE format('CREATE TRIGGER meets_fault AFTER INSERT OR UPDATE OR DELETE ON %s
                            FOR EACH STATEMENT EXECUTE FUNCTION meets_fault()', watched);
        END LOOP;
    END $$;";

pub(super) struct Faults(Store);

impl Faults {
    pub(super) async fn install(store: &Store) -> Self {
        let mut conn = store.connect().await.unwrap();
        sqlx::raw_sql(INSTALL).execute(&mut *conn).await.unwrap();
        Self(store.clone())
    }

    /// From now on, the write of that number fails.
    pub(super) async fn arm(&self, at: i64, way: &str) {
        let mut conn = self.0.connect().await.unwrap();
        sqlx::query("SELECT setval('fault_count', 1, false)").execute(&mut *conn).await.unwrap();
        let plan = "UPDATE fault_plan SET at = $1, way = $2";
        sqlx::query(plan).bind(at).bind(way).execute(&mut *conn).await.unwrap();
    }

    /// Whether it came to that write. No other fails from now on.
    pub(super) async fn disarm(&self) -> bool {
        let mut conn = self.0.connect().await.unwrap();
        let fired = "SELECT is_called AND last_value >= at FROM fault_count, fault_plan";
        let fired: bool = sqlx::query_scalar(fired).fetch_one(&mut *conn).await.unwrap();
        sqlx::query("UPDATE fault_plan SET at = 0").execute(&mut *conn).await.unwrap();
        fired
    }
}
