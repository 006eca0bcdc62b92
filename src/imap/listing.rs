//! When the server got each mail of a folder, for who compares the folder with what is known.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::imap::error::{Error, Step};
use crate::imap::fetch::sizes;
use crate::imap::session::Session;

/// Mails asked about at once: the answer stays far below what one answer may hold.
const AT_ONCE: usize = 1_000;

impl Session {
    /// INTERNALDATE of each mail, without fetching any. One that has gone is missing.
    pub async fn dates(&mut self, uids: &[u32]) -> Result<BTreeMap<u32, DateTime<Utc>>, Error> {
        let mut dialogue = self.take(Step::Fetch)?;
        let mut dates = BTreeMap::new();
        for some in uids.chunks(AT_ONCE) {
            let found = sizes(&mut dialogue, some).await?;
            dates.extend(found.into_iter().map(|(uid, dated)| (uid, dated.received_at)));
        }
        self.dialogue = Some(dialogue);
        Ok(dates)
    }
}
