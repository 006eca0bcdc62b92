-- The journal: what happened, in order. Rows are only ever added.
CREATE TABLE events (
    event_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id bigint NOT NULL REFERENCES requests,
    at         timestamptz NOT NULL,
    kind       text NOT NULL,
    -- Address of the person who caused it. NULL: the service itself.
    actor      text,
    -- The mail that caused it.
    inbound_id bigint REFERENCES inbound,
    -- In words.
    detail     text NOT NULL
);

CREATE INDEX events_request_idx ON events (request_id, event_id);
