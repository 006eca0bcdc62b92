-- Each reply that was promised, and whether the promise was kept. A promise is kept when a human
-- replies before close of business on the due day. The rows stay when the request moves on.
CREATE TABLE promises (
    promise_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id bigint NOT NULL REFERENCES requests,
    due_on     date NOT NULL,
    due_at     timestamptz NOT NULL,
    -- NULL: the clock runs. It is missed already when `due_at` has passed.
    kept       boolean
);

-- One running clock a request.
CREATE UNIQUE INDEX promises_running_idx ON promises (request_id) WHERE kept IS NULL;
-- The chart of the last weeks reads nothing else.
CREATE INDEX promises_due_idx ON promises (due_on) INCLUDE (due_at, kept);

-- The clocks that run now. What was promised before is not known any more.
INSERT INTO promises (request_id, due_on, due_at)
SELECT request_id, due_on, due_at FROM requests WHERE due_on IS NOT NULL;

-- The last digest of each consultant. The next shows as new what was opened after it, however many
-- digests they were not sent.
CREATE TABLE digests (
    -- In lower case.
    consultant  text PRIMARY KEY,
    day         date NOT NULL,
    -- The newest request when the digest was written.
    shown_up_to bigint NOT NULL
);

-- One mark for all consultants served until now.
DROP INDEX requests_undigested_idx;
ALTER TABLE requests DROP COLUMN digested_on;
