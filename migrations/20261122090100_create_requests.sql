-- The last number given in each year; the row is locked until the request that uses it is stored.
CREATE TABLE reference_counters (
    year        integer PRIMARY KEY,
    last_number bigint NOT NULL
);

-- One piece of asked-for help.
CREATE TABLE requests (
    request_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,

    -- The name in mails, such as SEC-2026-0042.
    reference         text NOT NULL UNIQUE,

    requester_address text NOT NULL,
    requester_name    text,
    subject           text NOT NULL,

    -- INTERNALDATE of the first mail: when the promise began.
    received_at       timestamptz NOT NULL,

    state             text NOT NULL CHECK (state IN (
        'new', 'assigned', 'in_progress', 'waiting_for_requester', 'redirected', 'closed', 'disputed'
    )),

    -- Who holds the request, or who made the decision that stands or is disputed.
    consultant        text,
    redirect_team     text,

    -- When a human reply is owed, and why then (the days counted and skipped). NULL: none is owed.
    due_on            date,
    due_at            timestamptz,
    deadline          jsonb,

    -- The next rung of the ladder for this request, and when. `summary` has no instant of its own:
    -- the daily CISO summary finds it.
    next_step         text CHECK (next_step IN ('remind', 'escalate', 'summary')),
    next_step_at      timestamptz,

    route             text NOT NULL,
    route_because     text NOT NULL,
    urgent            boolean NOT NULL,
    need_kinds        text[] NOT NULL,
    milestone_from    date,
    milestone_to      date,

    -- The two clocks: any acknowledgement (its letter was sent), and a reply by a human.
    acknowledged_at   timestamptz,
    replied_at        timestamptz,

    -- The day of the digest that showed it as new. NULL: not yet shown.
    digested_on       date,

    -- A stranger's mail that named another request: where it points.
    linked_to         bigint REFERENCES requests,

    CHECK ((due_on IS NULL) = (due_at IS NULL)),
    CHECK ((due_on IS NULL) = (deadline IS NULL)),
    CHECK ((due_on IS NULL) = (next_step IS NULL)),
    CHECK ((next_step_at IS NOT NULL) = (next_step IS NOT NULL AND next_step <> 'summary')),
    CHECK ((milestone_from IS NULL) = (milestone_to IS NULL)),
    CHECK ((redirect_team IS NOT NULL) = (state = 'redirected')),
    CHECK (state NOT IN ('assigned', 'in_progress', 'waiting_for_requester', 'redirected', 'closed')
           OR consultant IS NOT NULL)
);

-- Found by worker climb_ladder: grows with what is due, not with what is open.
CREATE INDEX requests_next_step_idx ON requests (next_step_at) WHERE next_step_at IS NOT NULL;

-- Found by the daily CISO summary.
CREATE INDEX requests_overdue_idx ON requests (due_at) WHERE next_step = 'summary';

-- Found by the digest: new since the last one, and everything a consultant may act on.
CREATE INDEX requests_undigested_idx ON requests (request_id) WHERE digested_on IS NULL;
CREATE INDEX requests_open_idx ON requests (due_at) WHERE state NOT IN ('closed', 'redirected');

-- Who may write on in a request.
CREATE TABLE participants (
    request_id bigint NOT NULL REFERENCES requests,
    -- In lower case.
    address    text NOT NULL,
    PRIMARY KEY (request_id, address)
);
