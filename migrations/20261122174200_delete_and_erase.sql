-- When the content was deleted, by age or because a person asked for it. The row stays as a tombstone
-- that can be counted: date, outcome or state, and what recognises a second copy.
ALTER TABLE inbound ADD COLUMN emptied_at timestamptz;
ALTER TABLE outbox ADD COLUMN emptied_at timestamptz;
ALTER TABLE requests ADD COLUMN emptied_at timestamptz;

-- Found by the nightly deletion: what still has its content, oldest first.
CREATE INDEX inbound_full_idx ON inbound (received_at) WHERE emptied_at IS NULL;
CREATE INDEX outbox_full_idx ON outbox (written_at) WHERE emptied_at IS NULL;
CREATE INDEX requests_full_idx ON requests (received_at) WHERE emptied_at IS NULL;
