//! Mails by their numbers, a batch at a time: sizes first, then as many as memory allows.
//! A number counts as answered only with its mail, or when the server confirms that it is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use async_imap::imap_proto::{AttributeValue, MessageSection, Response, SectionPath};
use chrono::{DateTime, Utc};

use crate::imap::dialogue::Dialogue;
use crate::imap::error::{Error, Step};
use crate::imap::session::{Session, search};
use crate::imap::settings::Limits;
use crate::imap::uid_set::uid_set;

/// How much of a large mail is fetched, of the header and again of the text.
const START_BYTES: usize = 256 * 1024;
/// Room in memory for the start of one large mail.
const START_ROOM: u64 = 2 * START_BYTES as u64;

/// One mail as the server keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub uid: u32,
    /// When the server got it (INTERNALDATE).
    pub received_at: DateTime<Utc>,
    /// Size of the whole mail as the server states it, which need not be exact.
    pub size: u32,
    pub body: Body,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    Full(Vec<u8>),
    /// Header and start of the text of a mail that is too large.
    Truncated(Vec<u8>),
}

impl Body {
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Full(bytes) | Self::Truncated(bytes) => bytes,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(bytes) => write!(f, "Full({} bytes)", bytes.len()),
            Self::Truncated(bytes) => write!(f, "Truncated({} bytes)", bytes.len()),
        }
    }
}

/// What became of the mails that were asked for. Each number stands in exactly one of the lists.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In the order of their numbers.
    pub mails: Vec<Fetched>,
    /// Deleted or moved since they were found.
    pub gone: Vec<u32>,
    /// Not asked for yet: they come with the next batch.
    pub left: Vec<u32>,
}

impl Session {
    /// Fetches the first of these mails, as many as fit into one batch, without marking them as
    /// read. Only one batch is ever in memory.
    pub async fn fetch(&mut self, uids: &[u32]) -> Result<Batch, Error> {
        let mut uids = uids.to_vec();
        uids.sort_unstable();
        uids.dedup();
        if uids.is_empty() {
            return Ok(Batch::default());
        }
        let left = uids.split_off(uids.len().min(self.limits.batch_mails));
        let mut dialogue = self.take(Step::Fetch)?;
        let sizes = sizes(&mut dialogue, &uids).await?;
        let mut plan = Plan::new(&uids, &sizes, &self.limits);
        plan.left.extend(left);

        let mut found = BTreeMap::new();
        if !plan.whole.is_empty() {
            found = bodies(&mut dialogue, &plan).await?;
        }
        found.extend(starts(&mut dialogue, &plan.large, &sizes).await?);
        let gone = gone(&mut dialogue, &plan.asked, &found).await?;

        self.dialogue = Some(dialogue);
        Ok(Batch { mails: found.into_values().collect(), gone, left: plan.left })
    }

    /// Fetches only the header and the start of the text, whatever the size. `None` when the mail
    /// is gone.
    pub async fn fetch_start(&mut self, uid: u32) -> Result<Option<Fetched>, Error> {
        let mut dialogue = self.take(Step::Fetch)?;
        let sizes = sizes(&mut dialogue, &[uid]).await?;
        let mut found = starts(&mut dialogue, &[uid], &sizes).await?;
        gone(&mut dialogue, &[uid], &found).await?;
        self.dialogue = Some(dialogue);
        Ok(found.remove(&uid))
    }
}

/// How the mails of a batch are to be fetched.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    whole: Vec<u32>,
    large: Vec<u32>,
    left: Vec<u32>,
    asked: Vec<u32>,
    whole_bytes: u64,
}

impl Plan {
    /// Takes mails in order until the memory is used up; the first is always taken. A mail that
    /// the server gave no size for is asked for nowhere, and so turns out to be gone or missing.
    fn new(uids: &[u32], sizes: &BTreeMap<u32, Dated>, limits: &Limits) -> Self {
        let mut plan = Self::default();
        let mut room = limits.batch();
        for (taken, uid) in uids.iter().enumerate() {
            let size = sizes.get(uid).map(|dated| u64::from(dated.size));
            let is_large = size.is_some_and(|size| size > limits.largest_mail());
            let needed = if is_large { START_ROOM } else { size.unwrap_or(0) };
            if needed > room && taken > 0 {
                plan.left = uids.iter().skip(taken).copied().collect();
                break;
            }
            room = room.saturating_sub(needed);
            plan.asked.push(*uid);
            if is_large {
                plan.large.push(*uid);
            } else if size.is_some() {
                plan.whole.push(*uid);
                plan.whole_bytes += needed;
            }
        }
        plan
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Dated {
    size: u32,
    pub(super) received_at: DateTime<Utc>,
}

/// What the server has said about one mail, possibly in several replies.
#[derive(Default)]
struct Said {
    size: Option<u32>,
    received_at: Option<DateTime<Utc>>,
    whole: Option<Vec<u8>>,
    header: Option<Vec<u8>>,
    text: Option<Vec<u8>>,
}

impl Said {
    fn add(&mut self, attribute: &AttributeValue<'_>) {
        match attribute {
            AttributeValue::Rfc822Size(size) => self.size = Some(*size),
            AttributeValue::InternalDate(date) => self.received_at = internal_date(date),
            AttributeValue::BodySection { section, data: Some(data), .. } => {
                let part = match section {
                    None => &mut self.whole,
                    Some(SectionPath::Full(MessageSection::Header)) => &mut self.header,
                    Some(SectionPath::Full(MessageSection::Text)) => &mut self.text,
                    Some(_) => return,
                };
                *part = Some(data.to_vec());
            }
            _ => {}
        }
    }

    fn dated(&self) -> Option<Dated> {
        Some(Dated { size: self.size?, received_at: self.received_at? })
    }
}

fn internal_date(text: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_str(text.trim(), "%d-%b-%Y %H:%M:%S %z").ok()?;
    Some(date.with_timezone(&Utc))
}

pub(super) async fn sizes(
    dialogue: &mut Dialogue,
    uids: &[u32],
) -> Result<BTreeMap<u32, Dated>, Error> {
    let said = fetch(dialogue, 0, uids, "RFC822.SIZE INTERNALDATE").await?;
    Ok(said.into_iter().filter_map(|(uid, said)| Some((uid, said.dated()?))).collect())
}

async fn bodies(dialogue: &mut Dialogue, plan: &Plan) -> Result<BTreeMap<u32, Fetched>, Error> {
    // Some servers state sizes that are a little off.
    let room = plan.whole_bytes.saturating_mul(2);
    let items = "INTERNALDATE RFC822.SIZE BODY.PEEK[]";
    let said = fetch(dialogue, room, &plan.whole, items).await?;
    let mail = |(uid, said): (u32, Said)| {
        let Dated { size, received_at } = said.dated()?;
        let body = Body::Full(said.whole?);
        Some((uid, Fetched { uid, received_at, size, body }))
    };
    Ok(said.into_iter().filter_map(mail).collect())
}

async fn starts(
    dialogue: &mut Dialogue,
    uids: &[u32],
    sizes: &BTreeMap<u32, Dated>,
) -> Result<BTreeMap<u32, Fetched>, Error> {
    let items = format!("BODY.PEEK[HEADER]<0.{START_BYTES}> BODY.PEEK[TEXT]<0.{START_BYTES}>");
    let mut found = BTreeMap::new();
    for uid in uids {
        let Some(Dated { size, received_at }) = sizes.get(uid).copied() else {
            continue;
        };
        let mut said = fetch(dialogue, START_ROOM, &[*uid], &items).await?;
        let said = said.remove(uid).unwrap_or_default();
        if let Some(header) = said.header {
            let text = said.text.unwrap_or_default();
            let body = Body::Truncated(joined(header, &text));
            found.insert(*uid, Fetched { uid: *uid, received_at, size, body });
        }
    }
    Ok(found)
}

/// A header that was cut off gets its empty line back, so that the text stays text.
fn joined(mut header: Vec<u8>, text: &[u8]) -> Vec<u8> {
    if !header.ends_with(b"\r\n\r\n") && !header.ends_with(b"\n\n") {
        let whole_lines = header.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        header.truncate(whole_lines);
        header.extend_from_slice(b"\r\n");
    }
    header.extend_from_slice(text);
    header
}

/// Asks for several things about several mails. The parentheses matter: without them, some
/// servers answer only to the first.
async fn fetch(
    dialogue: &mut Dialogue,
    bytes: u64,
    uids: &[u32],
    items: &str,
) -> Result<BTreeMap<u32, Said>, Error> {
    let asked: BTreeSet<u32> = uids.iter().copied().collect();
    let mut said: BTreeMap<u32, Said> = BTreeMap::new();
    let mut take = |data: &Response<'_>| {
        let Response::Fetch(_, attributes) = data else {
            return;
        };
        let uid = attributes.iter().find_map(|attribute| match attribute {
            AttributeValue::Uid(uid) => Some(*uid),
            _ => None,
        });
        // Without a number it is news about flags, which servers send at any time.
        if let Some(uid) = uid.filter(|uid| asked.contains(uid)) {
            let about = said.entry(uid).or_default();
            for attribute in attributes {
                about.add(attribute);
            }
        }
    };
    let command = format!("UID FETCH {} (UID {items})", uid_set(uids));
    dialogue.ask_for(bytes, &command, &mut take).await?;
    Ok(said)
}

/// The mails that the server did not send because they are no longer there. One that is still
/// there is an error: to leave it out would lose it.
async fn gone(
    dialogue: &mut Dialogue,
    asked: &[u32],
    found: &BTreeMap<u32, Fetched>,
) -> Result<Vec<u32>, Error> {
    let missing: Vec<u32> = asked.iter().filter(|uid| !found.contains_key(uid)).copied().collect();
    if missing.is_empty() {
        return Ok(missing);
    }
    let still_there = search(dialogue, &format!("UID {}", uid_set(&missing))).await?;
    if missing.iter().any(|uid| still_there.contains(uid)) {
        return Err(dialogue.incomplete(Step::Fetch));
    }
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sizes_of(sizes: &[(u32, u32)]) -> BTreeMap<u32, Dated> {
        let received_at = DateTime::UNIX_EPOCH;
        sizes.iter().map(|(uid, size)| (*uid, Dated { size: *size, received_at })).collect()
    }

    fn plan(uids: &[u32], sizes: &[(u32, u32)]) -> Plan {
        let limits = Limits { largest_mail_mb: 2, batch_mb: 3, ..Limits::default() };
        Plan::new(uids, &sizes_of(sizes), &limits)
    }

    #[test]
    fn a_batch_ends_when_the_memory_is_used_up() {
        let plan = plan(&[1, 2, 3, 4], &[(1, 1_000_000), (2, 1_500_000), (3, 600_000), (4, 1)]);
        assert_eq!((plan.whole, plan.left), (vec![1, 2], vec![3, 4]));
    }

    #[test]
    fn one_mail_is_always_taken() {
        let limits = Limits { largest_mail_mb: 50, batch_mb: 1, ..Limits::default() };
        let plan = Plan::new(&[7, 8], &sizes_of(&[(7, 40_000_000), (8, 10)]), &limits);
        assert_eq!((plan.whole, plan.left), (vec![7], vec![8]));
    }

    #[test]
    fn a_large_mail_takes_only_the_room_of_its_start() {
        let plan = plan(&[1, 2, 3], &[(1, u32::MAX), (2, 2_000_000), (3, 2_000_001)]);
        assert_eq!((plan.large, plan.whole, plan.left), (vec![1], vec![2], vec![3]));
    }

    #[test]
    fn dates_of_servers_are_read() {
        for (text, expected) in [
            ("17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25+00:00"),
            (" 7-Feb-2026 21:52:25 +0100", "2026-02-07T20:52:25+00:00"),
            ("07-Feb-2026 21:52:25 +0000", "2026-02-07T21:52:25+00:00"),
        ] {
            assert_eq!(internal_date(text).unwrap().to_rfc3339(), expected);
        }
        assert_eq!(internal_date("yesterday"), None);
    }

    #[test]
    fn a_header_that_was_cut_off_still_ends() {
        for (header, text, expected) in [
            ("A: b\r\n\r\n", "text", "A: b\r\n\r\ntext"),
            ("A: b\n\n", "text", "A: b\n\ntext"),
            ("A: b\r\nC: long long", "text", "A: b\r\n\r\ntext"),
            ("A: endless", "text", "\r\ntext"),
            ("", "text", "\r\ntext"),
        ] {
            assert_eq!(joined(header.into(), text.as_bytes()), expected.as_bytes());
        }
    }

    #[test]
    fn mail_stays_out_of_debug() {
        let body = Body::Full(b"Subject: secret".to_vec());
        assert_eq!(format!("{body:?}"), "Full(15 bytes)");
    }

    proptest! {
        #[test]
        fn every_number_stands_in_one_list(
            sizes in prop::collection::btree_map(1..1_000u32, 0..5_000_000u32, 1..60),
            unknown in prop::collection::btree_set(1..1_000u32, 0..10),
        ) {
            let uids: BTreeSet<u32> = sizes.keys().chain(&unknown).copied().collect();
            let uids: Vec<u32> = uids.into_iter().collect();
            let known: Vec<(u32, u32)> = sizes.into_iter().collect();
            let plan = plan(&uids, &known);
            prop_assert!(!plan.asked.is_empty());
            prop_assert!(plan.whole.iter().chain(&plan.large).all(|uid| plan.asked.contains(uid)));
            let all: Vec<u32> = plan.asked.iter().chain(&plan.left).copied().collect();
            prop_assert_eq!(all, uids);
        }
    }
}
