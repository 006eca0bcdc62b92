-- Letters to the team that answer a mail which anybody may have sent: limits count them.
ALTER TABLE outbox ADD COLUMN provoked boolean NOT NULL DEFAULT false;

-- The limit: letters of one kind to one person in the last hour and day.
CREATE INDEX outbox_provoked_idx ON outbox (recipient, kind, written_at)
    WHERE provoked AND state <> 'withheld';
-- One acknowledgement a thread: other requests that grew from the same one.
CREATE INDEX requests_linked_to_idx ON requests (linked_to) WHERE linked_to IS NOT NULL;
-- Letters that a human may want to write after all.
CREATE INDEX outbox_withheld_idx ON outbox (outbox_id) WHERE state = 'withheld';
