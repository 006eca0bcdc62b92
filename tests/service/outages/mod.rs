//! Outages, told as stories: what the operator sees, how the desk recovers, that nothing is lost and
//! nothing doubled. `docs/outages.md` is the table of them.

mod damaged;
mod database;
mod faults;
mod mailbox;
mod messages;
mod relay;
