//! A whole world in one temporary folder: database, mailboxes and mail server, for the demo and the
//! tests. Everything is real, private to this machine, and gone afterwards.

pub mod dovecot;
pub mod maildir;
