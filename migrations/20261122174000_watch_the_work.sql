-- When a process last looked at the folder and stored all that it found. NULL: never yet.
ALTER TABLE folders ADD COLUMN polled_at timestamptz;

-- What the health page counts. Each index holds only what waits for somebody.
CREATE INDEX inbound_quarantined_idx ON inbound (inbound_id) WHERE outcome = 'quarantined';
CREATE INDEX outbox_unhappy_idx ON outbox (state, outbox_id) WHERE state IN ('unknown', 'given_up');
CREATE INDEX outbox_withheld_idx ON outbox (written_at, withheld_by) WHERE state = 'withheld';
CREATE INDEX requests_owed_idx ON requests (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX requests_disputed_idx ON requests (request_id) WHERE state = 'disputed';
