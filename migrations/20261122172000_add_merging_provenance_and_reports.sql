-- A request that a consultant joined with another: it is closed, and whatever names it belongs to
-- that one. Nothing else moves, so that taking it back is exact. Never a chain: when the other one is
-- joined with a third, this points to the third.
ALTER TABLE requests ADD COLUMN merged_into bigint REFERENCES requests;
ALTER TABLE requests ADD CHECK (merged_into IS NULL OR state = 'closed');
CREATE INDEX requests_merged_idx ON requests (merged_into) WHERE merged_into IS NOT NULL;

-- How we know who asks, where it is not simply the sender of the first mail, and the person it names:
-- forwarded_by: who forwarded the requester's mail to us
-- may_be:       whose mail the requester forwarded; perhaps the one who asks
-- set_by:       the consultant who named the requester
ALTER TABLE requests
    ADD COLUMN provenance text CHECK (provenance IN ('forwarded_by', 'may_be', 'set_by')),
    ADD COLUMN provenance_address text,
    ADD COLUMN provenance_name text,
    ADD CHECK ((provenance IS NULL) = (provenance_address IS NULL));

-- What mail servers reported of a letter. Only reports that carry our keyed mark stand here.
CREATE TABLE delivery_reports (
    inbound_id bigint PRIMARY KEY REFERENCES inbound,
    outbox_id  bigint NOT NULL REFERENCES outbox,
    action     text NOT NULL CHECK (action IN (
        'failed', 'delayed', 'delivered', 'relayed', 'expanded'
    )),
    -- RFC 3463, such as 5.1.1.
    status     text
);
CREATE INDEX delivery_reports_outbox_idx ON delivery_reports (outbox_id);

-- Addresses that a letter could not be delivered to, until mail comes from them. Automatic letters to
-- them are withheld.
CREATE TABLE unreachable (
    -- In lower case.
    address text PRIMARY KEY,
    since   timestamptz NOT NULL
);

-- The newest letter to somebody, for a report that names no letter.
CREATE INDEX outbox_recipient_idx ON outbox (recipient, outbox_id);
