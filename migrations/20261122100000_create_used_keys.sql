-- Action keys that have been used: each works once.
CREATE TABLE used_keys (
    key        text PRIMARY KEY,
    used_at    timestamptz NOT NULL,
    -- The mail that carried it.
    inbound_id bigint NOT NULL REFERENCES inbound
);

-- The consultant whose decision the requester disputes. Kept beside the state, because it bars them
-- from deciding after somebody else has taken the request. NULL: nothing is disputed.
ALTER TABLE requests ADD COLUMN disputed_decider text;
