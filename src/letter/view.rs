//! What a template may show: the facts of a letter, made harmless and put into words.

use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::calendar::long_day;
use crate::command::syntax::Takes;
use crate::letter::digest_view;
use crate::letter::links::{Linker, mailto};
use crate::letter::notices;
use crate::letter::request_view::{Seen, person, request, section};
use crate::letter::text::{one_line, several_lines};
use crate::letter::{Enclosed, Frame};
use crate::mail::{EmailAddress, Person};
use crate::triage::letters::{Content, FolderDiffers, Letter, RequestSummary, Unconfirmed};
use crate::triage::policy::OtherTeam;

/// Longest answer, and longest words of a mail, that a letter quotes.
pub(super) const LONGEST_ANSWER: usize = 1_000;
pub(super) const LONGEST_WORDS: usize = 4_000;
/// Longest mail of a consultant that goes to a requester.
const LONGEST_REPLY: usize = 100_000;
/// Longest name, reason or result.
pub(super) const LONGEST_LINE: usize = 300;
/// Lines of a transcript.
pub(super) const MOST_LINES: usize = 100;

/// Everything the templates of a letter may name.
pub(crate) fn view(letter: &Letter, frame: &Frame<'_>) -> Value {
    let team = frame.team;
    let linker = Linker { frame, to: &letter.to.address };
    context! {
        kind => letter.content.kind().name(),
        to => Serde(person(&letter.to)),
        may_command => linker.may_command(),
        about => letter.about.as_ref().map(ToString::to_string).unwrap_or_default(),
        team => context! {
            name => one_line(&team.name, LONGEST_LINE),
            address => team.address.as_str(),
            mailto => mailto(&team.address, "", ""),
            ciso => team.ciso.as_str(),
            ciso_mailto => mailto(&team.ciso, "", ""),
            incidents => several_lines(&team.incidents, LONGEST_WORDS),
            data_protection => several_lines(&team.data_protection, LONGEST_WORDS),
            guidance => one_line(&team.guidance, LONGEST_LINE),
        },
        enclosed => frame.enclosed.iter().map(Enclosed::shown).collect::<Vec<String>>(),
        ..content(&letter.content, &linker)
    }
}

fn content(content: &Content, linker: &Linker<'_>) -> Value {
    let one = |summary, seen| Value::from(Serde(request(summary, linker, seen)));
    let several = |summaries: &[RequestSummary], seen| {
        Value::from(Serde(section("", summaries, linker, seen)))
    };
    match content {
        Content::ConsultantNamed { request, consultant: by }
        | Content::Assignment { request, by } => signed(one(request, Seen::Anytime), by, ""),
        Content::Asked { request, by, words }
        | Content::Replied { request, by, words }
        | Content::Closed { request, by, reason: words } => {
            signed(one(request, Seen::Anytime), by, words)
        }
        Content::Redirected { request, by, team, reason }
        | Content::HandedOver { request, by, team, reason } => context! {
            other => other_team(team),
            ..signed(one(request, Seen::Anytime), by, reason)
        },
        Content::Confirm { commands } => context! {
            commands => commands.iter().take(MOST_LINES)
                .map(|one| unconfirmed(one, linker)).collect::<Vec<Value>>(),
        },
        Content::Acknowledgement { request } | Content::UrgentAlert { request } => {
            context! { request => one(request, Seen::Anytime) }
        }
        Content::DisputeReceived { request, by_copy } => context! {
            request => one(request, Seen::Anytime), by_copy,
        },
        Content::CannotReach { request, address, letter, report, is_gone } => {
            let request = one(request, Seen::Anytime);
            notices::cannot_reach(request, address, (letter, report), *is_gone)
        }
        Content::Reminder { requests, today } => reminder(requests, *today, linker),
        Content::FollowUp { request, from, words } => follow_up(request, (from, words), linker),
        Content::Digest(digest) => digest_view::digest(digest, linker),
        Content::Transcript { lines, occasion: _ } => notices::transcript(lines),
        Content::Overdue { requests, at, summed_up } => context! {
            section => several(requests, Seen::At(*at)), summed_up,
        },
        Content::OverdueSummary { requests, today } => context! {
            section => several(requests, Seen::On(*today)),
            today => long_day(*today),
        },
        Content::DisputeRaised { request, decision, words } => {
            notices::dispute(one(request, Seen::Anytime), decision, words, true)
        }
        Content::DisputeNotice { request, decision, words, by_copy } => {
            notices::dispute(one(request, Seen::Anytime), decision, words, *by_copy)
        }
        Content::Quarantined { inbound_id, mailbox, reason } => {
            notices::quarantined(*inbound_id, mailbox, reason)
        }
        Content::SenderProblem { outbox_id, kind, reason } => {
            notices::sender_problem(*outbox_id, kind, reason)
        }
        other => to_operator(other),
    }
}

/// What the operator is told of the service itself.
fn to_operator(content: &Content) -> Value {
    match content {
        Content::SetAside { what, reason } => context! {
            what => one_line(what, LONGEST_LINE), reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::LettersWithheld { limit } => context! { limit },
        Content::Outage(outage) => notices::outage(outage),
        Content::HolidayDataEnds { on, days_left } => context! { on => long_day(*on), days_left },
        Content::LedgerMismatch { folders, unread, minutes } => context! {
            folders => folders.iter().map(folder_differs).collect::<Vec<Value>>(),
            unread, minutes,
        },
        _ => Value::UNDEFINED,
    }
}

fn follow_up(
    summary: &RequestSummary,
    (from, words): (&Person, &str),
    linker: &Linker<'_>,
) -> Value {
    context! {
        request => Serde(request(summary, linker, Seen::Anytime)),
        from => Serde(person(from)),
        is_requester => from.address.is_same(&summary.requester.address),
        words => several_lines(words, LONGEST_WORDS),
    }
}

fn folder_differs(one: &FolderDiffers) -> Value {
    context! {
        mailbox => one_line(&one.mailbox, LONGEST_LINE),
        folder => one_line(&one.folder, LONGEST_LINE),
        unknown => one.unknown,
        changed => one.changed,
    }
}

fn reminder(requests: &[RequestSummary], today: NaiveDate, linker: &Linker<'_>) -> Value {
    let due = |is: fn(&NaiveDate, &NaiveDate) -> bool| {
        requests.iter().flat_map(|request| &request.due).filter(|due| is(&due.on, &today)).count()
    };
    context! {
        section => Serde(section("", requests, linker, Seen::On(today))),
        overdue => due(NaiveDate::lt),
        due_today => due(NaiveDate::eq),
    }
}

/// What a consultant decided, in their words.
fn signed(request: Value, by: &str, words: &str) -> Value {
    context! {
        request => request,
        by => one_line(by, LONGEST_LINE),
        words => several_lines(words, LONGEST_REPLY),
    }
}

fn other_team(team: &OtherTeam) -> Value {
    context! {
        name => one_line(&team.name, LONGEST_LINE),
        contact => one_line(&team.contact, LONGEST_LINE),
        when => one_line(&team.when, LONGEST_LINE),
        say => several_lines(&team.say, LONGEST_WORDS),
        // Empty where the words for the requester name it.
        address => team.address.as_ref().map(EmailAddress::as_str)
            .filter(|address| !team.contact.contains(address)).unwrap_or_default(),
        has_original => team.send_original,
    }
}

fn unconfirmed(one: &Unconfirmed, linker: &Linker<'_>) -> Value {
    let (subject, link) = linker.confirm(&one.reference, one.verb, &one.words);
    context! {
        reference => one.reference.to_string(),
        verb => one.verb.name(),
        typed => one_line(&one.typed, LONGEST_LINE),
        // The rest of the mail, where it is not in the line that was typed.
        words => several_lines(
            if one.verb.takes() == Takes::Mail { &one.words } else { "" }, LONGEST_WORDS),
        why => one_line(&one.why, LONGEST_LINE),
        subject => subject,
        link => link,
    }
}
