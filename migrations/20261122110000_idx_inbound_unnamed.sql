-- Duplicates among mails without a Message-ID: same content, received at the same instant. A mailbox
-- that was numbered anew gives every mail a second time.
CREATE INDEX inbound_unnamed_idx ON inbound (digest) WHERE message_id IS NULL AND digest IS NOT NULL;
