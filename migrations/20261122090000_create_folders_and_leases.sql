-- One folder of one mailbox that the service watches, and how far it has read.
CREATE TABLE folders (
    folder_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,

    -- The name of the mailbox in the settings file, and the folder's name on the server.
    mailbox      text NOT NULL,
    name         text NOT NULL,

    -- `inbox`: people write here. `sent`: the team's own answers are seen here.
    role         text NOT NULL CHECK (role IN ('inbox', 'sent')),

    -- The position (RFC 9051, section 2.3.1.1): every UID up to `last_uid` under this UIDVALIDITY is
    -- in table `inbound`, or was gone from the server when it was asked for. NULL: never selected.
    uid_validity bigint CHECK (uid_validity BETWEEN 0 AND 4294967295),
    last_uid     bigint NOT NULL CHECK (last_uid BETWEEN 0 AND 4294967295),

    UNIQUE (mailbox, name)
);

-- Who may do a thing that only one process may do at a time, such as poll a mailbox.
-- Times in this table are the database server's, the one clock that all processes share.
CREATE TABLE leases (
    name       text PRIMARY KEY,
    holder     text NOT NULL,
    held_until timestamptz NOT NULL,

    -- Grows by one with each new holder. A write under an older epoch is refused (fencing), so a
    -- process that was paused beyond its lease cannot write when it wakes up.
    epoch      bigint NOT NULL
);
