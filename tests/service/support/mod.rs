//! What several stories need: servers that misbehave on demand, folders, conversations.

pub(crate) mod conversation;
pub(crate) mod fake_imap;
pub(crate) mod fake_smtp;
pub(crate) mod folder;
pub(crate) mod post;
pub(crate) mod robots;
pub(crate) mod program;
pub(crate) mod scenario;
pub(crate) mod world;
