-- A server that was restored from a backup may hand out known numbers again under the same
-- UIDVALIDITY. Then we begin a numbering of our own: known copies are recognised, and no new mail is
-- taken for an old one.
ALTER TABLE folders ADD COLUMN numbering bigint NOT NULL DEFAULT 1;
ALTER TABLE inbound ADD COLUMN numbering bigint NOT NULL DEFAULT 1;
ALTER TABLE inbound DROP CONSTRAINT inbound_folder_id_uid_validity_uid_key;
ALTER TABLE inbound ADD UNIQUE (folder_id, uid_validity, numbering, uid);

-- A comparison found other mails under known numbers: the fetcher begins a new numbering.
ALTER TABLE folders ADD COLUMN read_again boolean NOT NULL DEFAULT false;

-- Mails below the position that a comparison found in the mailbox and not in `inbound`. The process
-- that reads the mailbox fetches them with its next look.
CREATE TABLE missed_mails (
    folder_id bigint NOT NULL REFERENCES folders,
    uid       bigint NOT NULL CHECK (uid BETWEEN 1 AND 4294967295),
    noted_at  timestamptz NOT NULL,
    PRIMARY KEY (folder_id, uid)
);
