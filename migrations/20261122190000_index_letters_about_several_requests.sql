-- The history of a request looks for letters that are about several, such as digests: those since the
-- request was received, and not every letter ever written.
CREATE INDEX outbox_about_several_idx ON outbox (written_at) WHERE request_id IS NULL;
