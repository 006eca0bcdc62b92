-- One mail as the server gave it, and what became of it. Never changed but for the outcome.
CREATE TABLE inbound (
    inbound_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    folder_id    bigint NOT NULL REFERENCES folders,
    uid_validity bigint NOT NULL,
    uid          bigint NOT NULL,

    -- INTERNALDATE. The promise counts from here.
    received_at  timestamptz NOT NULL,
    stored_at    timestamptz NOT NULL,

    -- What the server said of the whole mail; `raw` is shorter when the mail was over the limit.
    size_bytes   bigint NOT NULL,
    truncated    boolean NOT NULL,

    -- lz4 because PostgreSQL's default costs three times the time for no gain that matters here.
    raw          bytea COMPRESSION lz4 NOT NULL,

    -- What became of it. NULL: not yet read.
    outcome      text CHECK (outcome IN (
        'request', 'follow_up', 'dispute', 'command', 'team_reply', 'auto_reply', 'bounce', 'bulk',
        'duplicate', 'own_mail', 'quarantined'
    )),
    -- The header or rule that decided, or what stood in the way.
    because      text,
    read_at      timestamptz,
    request_id   bigint REFERENCES requests,

    -- Known after reading. The digest covers what the sender wrote, not what servers added.
    message_id   text,
    digest       bytea,

    UNIQUE (folder_id, uid_validity, uid),
    CHECK ((outcome IS NULL) = (read_at IS NULL))
);

-- The queue of worker read_inbound.
CREATE INDEX inbound_unread_idx ON inbound (inbound_id) WHERE outcome IS NULL;

-- Duplicates: same Message-ID and same content.
CREATE INDEX inbound_message_id_idx ON inbound (message_id) WHERE message_id IS NOT NULL;

-- The history of a request.
CREATE INDEX inbound_request_idx ON inbound (request_id) WHERE request_id IS NOT NULL;

-- How often a mail was tried, counted before the try. A table of its own, so that the count can be
-- written while the mail's row is locked by the try itself.
CREATE TABLE reading_attempts (
    inbound_id bigint PRIMARY KEY REFERENCES inbound,
    attempts   integer NOT NULL
);

-- Message-IDs that belong to a request: theirs and ours. A mail that refers to one of them may
-- belong to the request, if its sender takes part in it.
CREATE TABLE thread_mails (
    message_id text NOT NULL,
    request_id bigint NOT NULL REFERENCES requests,
    PRIMARY KEY (message_id, request_id)
);

-- What the requester answered. A later answer replaces an earlier one; both stay.
CREATE TABLE answers (
    answer_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    request_id  bigint NOT NULL REFERENCES requests,
    inbound_id  bigint NOT NULL REFERENCES inbound,
    question    text NOT NULL CHECK (question IN (
        'work_for', 'importance', 'consequence', 'need', 'skills', 'milestone'
    )),
    text        text NOT NULL,
    layout      text NOT NULL,
    -- How sure the reader was, 0 to 1.
    confidence  double precision NOT NULL CHECK (confidence BETWEEN 0 AND 1),
    recorded_at timestamptz NOT NULL,
    -- NULL: it stands.
    replaced_at timestamptz
);

-- One standing answer a question.
CREATE UNIQUE INDEX answers_standing_idx ON answers (request_id, question)
    WHERE replaced_at IS NULL;
