//! The facts of notices: what was done, what went wrong, who disagrees, who cannot be reached.

use minijinja::{Value, context};

use crate::letter::text::{one_line, several_lines};
use crate::letter::view::{LONGEST_ANSWER, LONGEST_LINE, LONGEST_WORDS, MOST_LINES};
use crate::mail::EmailAddress;
use crate::triage::letters::{Outage, TranscriptLine};

pub(super) fn quarantined(inbound_id: i64, mailbox: &str, reason: &str) -> Value {
    context! {
        inbound_id,
        mailbox => one_line(mailbox, LONGEST_LINE),
        reason => several_lines(reason, LONGEST_ANSWER),
    }
}

pub(super) fn sender_problem(outbox_id: i64, kind: &str, reason: &str) -> Value {
    context! {
        outbox_id,
        letter => one_line(&kind.replace('_', " "), LONGEST_LINE),
        reason => several_lines(reason, LONGEST_ANSWER),
    }
}

pub(super) fn outage(outage: &Outage) -> Value {
    let short = |text: &str| one_line(text, LONGEST_LINE);
    match outage {
        Outage::FolderAway { mailbox, folder, since } => context! {
            what => "folder_away",
            mailbox => short(mailbox), folder => short(folder), since => short(since),
        },
        Outage::FolderAnew { mailbox, folder, because } => context! {
            what => "folder_anew",
            mailbox => short(mailbox), folder => short(folder), because => short(because),
        },
        Outage::RelayAway { since, until, letters } => context! {
            what => "relay_away",
            since => short(since), until => short(until), letters,
        },
    }
}

pub(super) fn dispute(request: Value, decision: &str, words: &str, by_copy: bool) -> Value {
    context! {
        request,
        by_copy,
        decision => several_lines(decision, LONGEST_ANSWER),
        words => several_lines(words, LONGEST_WORDS),
    }
}

pub(super) fn cannot_reach(
    request: Value,
    address: &EmailAddress,
    (letter, report): (&str, &str),
    is_gone: bool,
) -> Value {
    context! {
        request,
        is_gone,
        address => address.as_str(),
        letter => one_line(letter, LONGEST_LINE),
        report => one_line(report, LONGEST_LINE),
    }
}

pub(super) fn transcript(lines: &[TranscriptLine]) -> Value {
    let shown = lines.iter().take(MOST_LINES).map(|line| {
        context! {
            typed => one_line(&line.typed, LONGEST_LINE),
            result => several_lines(&line.result, LONGEST_WORDS),
            done => line.done,
        }
    });
    context! {
        lines => shown.collect::<Vec<Value>>(),
        more => lines.len().saturating_sub(MOST_LINES),
    }
}
