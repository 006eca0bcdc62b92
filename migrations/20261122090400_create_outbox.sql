-- Every letter the service ever wrote. Nothing else sends mail.
CREATE TABLE outbox (
    outbox_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id       bigint REFERENCES requests,
    kind             text NOT NULL,

    -- In lower case: letters to one recipient leave in the order in which they were written.
    recipient        text NOT NULL,
    -- Letters to requesters count against budgets; letters to the team do not.
    to_requester     boolean NOT NULL,
    -- MAIL FROM:<>, for letters that machines must not answer.
    null_return_path boolean NOT NULL,
    message_id       text NOT NULL UNIQUE,
    subject          text NOT NULL,
    -- The bytes that go over the wire; the plain text for people who look things up.
    raw              bytea COMPRESSION lz4 NOT NULL,
    text             text COMPRESSION lz4 NOT NULL,

    written_at       timestamptz NOT NULL,

    -- waiting:  to be sent at `next_attempt_at` or later
    -- sending:  the process `claimed_by` has it, for as long as its lease `process:...` holds
    -- sent:     the relay took it
    -- unknown:  the connection or the process was lost while the content went over: it may have
    --           been taken. Never sent again without a check
    -- given_up: the relay refused it for good, or too often
    -- withheld: a rule forbids it; `withheld_by` names the rule
    state            text NOT NULL CHECK (state IN (
        'waiting', 'sending', 'sent', 'unknown', 'given_up', 'withheld'
    )),
    withheld_by      text,
    attempts         integer NOT NULL,
    next_attempt_at  timestamptz NOT NULL,

    claimed_by       text,
    -- Set just before the content goes over the wire: from here on a lost connection is `unknown`.
    content_began_at timestamptz,
    settled_at       timestamptz,
    -- The relay's words. They may name the recipient, so they stay here and out of the log.
    last_error       text,

    CHECK ((withheld_by IS NOT NULL) = (state = 'withheld')),
    CHECK ((claimed_by IS NOT NULL) = (state = 'sending')),
    CHECK ((settled_at IS NOT NULL) = (state IN ('sent', 'unknown', 'given_up', 'withheld')))
);

-- The queue of worker send_outbox.
CREATE INDEX outbox_waiting_idx ON outbox (next_attempt_at, outbox_id) WHERE state = 'waiting';
-- Order per recipient: is there an earlier letter that is not settled?
CREATE INDEX outbox_unsettled_idx ON outbox (recipient, outbox_id) WHERE state IN ('waiting', 'sending');
-- Claims whose process died.
CREATE INDEX outbox_claims_idx ON outbox (claimed_by) WHERE state = 'sending';
-- Budgets: letters to one requester in the last day, to all in the last hour.
CREATE INDEX outbox_budget_idx ON outbox (recipient, written_at) WHERE to_requester AND state <> 'withheld';
CREATE INDEX outbox_breaker_idx ON outbox (written_at) WHERE to_requester AND state <> 'withheld';
-- The history of a request.
CREATE INDEX outbox_request_idx ON outbox (request_id) WHERE request_id IS NOT NULL;

-- Jobs that run once a day. The row is written in the transaction that writes the job's letters.
CREATE TABLE daily_runs (
    job    text NOT NULL,
    day    date NOT NULL,
    ran_at timestamptz NOT NULL,
    PRIMARY KEY (job, day)
);
