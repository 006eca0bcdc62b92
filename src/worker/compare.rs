//! Compares a mailbox with the ledger: is every mail of every watched folder known?
//!
//! Reads only. What is missing is noted, and the process that reads the mailbox fetches it: two
//! processes never write the position.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use tracing::warn;

use crate::clock::Clock;
use crate::imap::Session;
use crate::store::folders::{self, Position, Role};
use crate::store::{self, Store, compare};
use crate::worker::fetch_mail::Mailbox;

/// One folder, compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    pub mailbox: String,
    pub folder: String,
    pub in_mailbox: usize,
    pub known: usize,
    /// Up to the position, in the mailbox, and not in the ledger. They are fetched now.
    pub unknown: usize,
    /// The number stands for another mail than the one in the ledger: the server has gone back to an
    /// earlier state and hands numbers out again. The folder is read anew.
    pub changed: usize,
    /// In the ledger and no longer in the mailbox. People file and delete mail: that is no fault.
    pub gone: usize,
    /// After the position: not fetched yet.
    pub new: usize,
}

impl Compared {
    pub fn differs(&self) -> bool {
        self.unknown > 0 || self.changed > 0
    }
}

/// Compares every watched folder of the mailbox, and notes what is to be fetched.
pub async fn compare(
    store: &Store,
    mailbox: &Mailbox,
    clock: &dyn Clock,
) -> anyhow::Result<Vec<Compared>> {
    let mut session = Session::connect(&mailbox.imap, &mailbox.credential).await?;
    let sent = mailbox.sent.iter().map(|sent| (sent.as_str(), Role::Sent));
    let folders: Vec<_> =
        std::iter::once((mailbox.inbox.as_str(), Role::Inbox)).chain(sent).collect();
    let mut all = Vec::new();
    for (folder, role) in folders {
        all.extend(one_folder(store, &mut session, (mailbox, folder, role), clock).await?);
    }
    // The server will notice by itself when the goodbye does not reach it.
    session.logout().await.ok();
    Ok(all)
}

/// `None` when the folder is being numbered anew: then the fetcher reads all of it anyway.
async fn one_folder(
    store: &Store,
    session: &mut Session,
    (mailbox, folder, role): (&Mailbox, &str, Role),
    clock: &dyn Clock,
) -> anyhow::Result<Option<Compared>> {
    let selected = session.select(folder).await.with_context(|| format!("folder `{folder}`"))?;
    let mut conn = store.connect().await?;
    let position = folders::position(&mut conn, &mailbox.name, folder, role).await?;
    drop(conn);
    if position.uid_validity != Some(selected.uid_validity) {
        return Ok(None);
    }
    let uids = match mailbox.read_since {
        Some(day) => session.uids_since(0, day).await?,
        None => session.uids_after(0).await?,
    };
    let dates = session.dates(&uids).await?;

    // In this order: what was at the position when it was looked up is in the ledger by now.
    let mut tx = store.begin().await?;
    let known = compare::known(&mut tx, &position).await?;
    let now = folders::position(&mut tx, &mailbox.name, folder, role).await?;
    if (now.uid_validity, now.numbering) != (position.uid_validity, position.numbering) {
        return Ok(None);
    }
    let found = Found::new(&dates, &known, &position);
    compare::note_missed(&mut tx, position.folder, &found.unknown, clock.now()).await?;
    if found.changed > 0 {
        compare::note_read_again(&mut tx, position.folder).await?;
    }
    store::commit(tx).await?;

    let compared = Compared {
        mailbox: mailbox.name.clone(),
        folder: folder.to_owned(),
        in_mailbox: dates.len(),
        known: known.len(),
        unknown: found.unknown.len(),
        changed: found.changed,
        gone: found.gone,
        new: found.new,
    };
    if compared.differs() {
        let (name, unknown, changed) = (&compared.mailbox, compared.unknown, compared.changed);
        warn!(
            mailbox = name,
            "mailbox `{name}`: {unknown} mails unknown, {changed} numbers used twice; reading them"
        );
    }
    Ok(Some(compared))
}

#[derive(Debug, PartialEq, Eq)]
struct Found {
    unknown: Vec<u32>,
    changed: usize,
    gone: usize,
    new: usize,
}

impl Found {
    fn new(
        dates: &BTreeMap<u32, DateTime<Utc>>,
        known: &BTreeMap<u32, Option<DateTime<Utc>>>,
        position: &Position,
    ) -> Self {
        let is_new = |uid: &&u32| **uid > position.last_uid;
        let is_changed = |uid: &u32, at: &DateTime<Utc>| {
            known.get(uid).is_some_and(|known| known.is_some_and(|known| known != *at))
        };
        Self {
            unknown: dates
                .keys()
                .filter(|uid| !is_new(uid) && !known.contains_key(uid))
                .copied()
                .collect(),
            changed: dates.iter().filter(|(uid, at)| is_changed(uid, at)).count(),
            gone: known.keys().filter(|uid| !dates.contains_key(uid)).count(),
            new: dates.keys().filter(|uid| is_new(uid) && !known.contains_key(uid)).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::folders::FolderId;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap()
    }

    #[test]
    fn each_number_is_judged_once() {
        let position = Position {
            folder: FolderId(1),
            uid_validity: Some(7),
            last_uid: 20,
            numbering: 1,
            read_again: false,
        };
        let dates = BTreeMap::from([(1, at(1)), (2, at(2)), (3, at(3)), (4, at(4)), (21, at(5))]);
        // 2 was another mail; 3 is not known; 4 could not be fetched, so its time says nothing; 9
        // was filed by somebody; 21 is yet to come.
        let known =
            BTreeMap::from([(1, Some(at(1))), (2, Some(at(9))), (4, None), (9, Some(at(1)))]);
        let found = Found::new(&dates, &known, &position);
        assert_eq!(found, Found { unknown: vec![3], changed: 1, gone: 1, new: 1 });
    }
}
