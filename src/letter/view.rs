//! What a template may show: the facts of a letter, made harmless and put into words.

use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};

use crate::calendar::long_day;
use crate::command::syntax::Takes;
use crate::letter::Frame;
use crate::letter::digest_view;
use crate::letter::links::{Linker, mailto};
use crate::letter::request_view::{Seen, person, request, section};
use crate::letter::text::{one_line, several_lines};
use crate::triage::letters::{Content, Letter, RequestSummary, TranscriptLine, Unconfirmed};
use crate::triage::policy::OtherTeam;

/// Longest answer, and longest words of a mail, that a letter quotes.
pub(super) const LONGEST_ANSWER: usize = 1_000;
const LONGEST_WORDS: usize = 4_000;
/// Longest mail of a consultant that goes to a requester.
const LONGEST_REPLY: usize = 100_000;
/// Longest name, reason or result.
pub(super) const LONGEST_LINE: usize = 300;
/// Lines of a transcript.
const MOST_LINES: usize = 100;

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
        Content::Redirected { request, by, team, reason } => context! {
            other => other_team(team),
            ..signed(one(request, Seen::Anytime), by, reason)
        },
        Content::Confirm { commands } => context! {
            commands => commands.iter().take(MOST_LINES)
                .map(|one| unconfirmed(one, linker)).collect::<Vec<Value>>(),
        },
        Content::Acknowledgement { request }
        | Content::DisputeReceived { request }
        | Content::UrgentAlert { request } => context! { request => one(request, Seen::Anytime) },
        Content::Reminder { requests, today } => reminder(requests, *today, linker),
        Content::FollowUp { request, words } => context! {
            request => one(request, Seen::Anytime),
            words => several_lines(words, LONGEST_WORDS),
        },
        Content::Digest(digest) => digest_view::digest(digest, linker),
        Content::Transcript { lines } => transcript(lines),
        Content::Overdue { requests, at, summed_up } => context! {
            section => several(requests, Seen::At(*at)), summed_up,
        },
        Content::OverdueSummary { requests, today } => context! {
            section => several(requests, Seen::On(*today)),
            today => long_day(*today),
        },
        Content::DisputeNotice { request, decision, words } => context! {
            request => one(request, Seen::Anytime),
            decision => several_lines(decision, LONGEST_ANSWER),
            words => several_lines(words, LONGEST_WORDS),
        },
        Content::Quarantined { inbound_id, mailbox, reason } => context! {
            inbound_id, mailbox => one_line(mailbox, LONGEST_LINE),
            reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::SenderProblem { outbox_id, kind, reason } => context! {
            outbox_id, letter => one_line(&kind.replace('_', " "), LONGEST_LINE),
            reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::SetAside { what, reason } => context! {
            what => one_line(what, LONGEST_LINE), reason => several_lines(reason, LONGEST_ANSWER),
        },
        Content::HolidayDataEnds { on, days_left } => context! {
            on => long_day(*on), days_left,
        },
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
    }
}

fn transcript(lines: &[TranscriptLine]) -> Value {
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
