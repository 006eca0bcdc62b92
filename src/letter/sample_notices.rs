//! Made-up notices to the operator, at least one of each kind.

use crate::letter::samples::day;
use crate::triage::letters::{Content, FolderDiffers, Outage};

pub(super) fn to_operator() -> Vec<Content> {
    vec![
        Content::Quarantined {
            inbound_id: 17,
            mailbox: "consultancy".to_owned(),
            reason: "reading failed three times".to_owned(),
        },
        Content::SenderProblem {
            outbox_id: 23,
            kind: "acknowledgement".to_owned(),
            reason: "the connection was lost before the relay answered".to_owned(),
        },
        Content::LettersWithheld { limit: 200 },
        Content::LedgerMismatch {
            folders: vec![FolderDiffers {
                mailbox: "consultancy".to_owned(),
                folder: "INBOX".to_owned(),
                unknown: 2,
                changed: 1,
            }],
            unread: 3,
            minutes: 30,
        },
        Content::SetAside {
            what: "The next reminder or overdue notice about SEC-2026-0042".to_owned(),
            reason: "template `overdue.txt`, line 2: undefined value".to_owned(),
        },
        Content::HolidayDataEnds { on: day(28), days_left: 4 },
    ]
    .into_iter()
    .chain(outages())
    .collect()
}

fn outages() -> Vec<Content> {
    let (mailbox, folder) = ("consultancy".to_owned(), "INBOX".to_owned());
    let (since, until) =
        ("Thursday 24 December 2026 at 09:10", "Thursday 24 December 2026 at 11:40");
    let because = "has gone back to an earlier state of the folder".to_owned();
    let outages = [
        Outage::FolderAway {
            mailbox: mailbox.clone(),
            folder: folder.clone(),
            since: since.to_owned(),
        },
        Outage::FolderAnew { mailbox, folder, because },
        Outage::RelayAway { since: since.to_owned(), until: until.to_owned(), letters: 14 },
    ];
    outages.into_iter().map(Content::Outage).collect()
}
