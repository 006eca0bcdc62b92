-- The database was restored from a backup that was made at `since`; until `until` the service went
-- on with what was lost. What it wrote in between may have been sent, so letters that follow from
-- that time are held back as `unknown`.
CREATE TABLE restores (
    restore_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    since      timestamptz NOT NULL,
    until      timestamptz NOT NULL,
    CHECK (since < until)
);
