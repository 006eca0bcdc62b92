-- Since when the relay has put this letter off, because it takes no letters at all. NULL: never, or
-- the operator was told how long it lasted.
ALTER TABLE outbox ADD COLUMN postponed_at timestamptz;
CREATE INDEX outbox_postponed_idx ON outbox (postponed_at) WHERE postponed_at IS NOT NULL;

-- Why the folder was read from its start again, until the operator is told.
ALTER TABLE folders ADD COLUMN anew_because text;
