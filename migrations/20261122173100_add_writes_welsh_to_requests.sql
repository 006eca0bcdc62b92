-- Whether the requester wrote Welsh in any of their mails: then our letters are in Welsh too.
ALTER TABLE requests ADD COLUMN writes_welsh boolean NOT NULL DEFAULT false;
