//! A made-up morning on which something stands in every section of the digest.

use std::iter;

use chrono::{NaiveDate, TimeDelta};

use crate::calendar::Days;
use crate::intake::{Question, Route};
use crate::letter::samples::{address, day, person};
use crate::mail::Person;
use crate::triage::digest::{Digest, WEEKS, Week, first_week};
use crate::triage::letters::{AnswerShown, Due, RequestSummary};
use crate::triage::{Reference, State};

/// What one line of the digest is made from.
struct Entry {
    number: i64,
    from: Option<Person>,
    /// Empty for open questions; a question mark at the end for unsure answers.
    answers: [&'static str; 6],
    due_on: Option<NaiveDate>,
    milestone: Option<NaiveDate>,
}

/// Reads as one of Grace Hopper, on Thursday 31 December 2026.
pub(super) fn digest(full: &RequestSummary, bare: &RequestSummary) -> Digest {
    let today = day(31);
    let held =
        |by: &str, of: RequestSummary| RequestSummary { consultant: Some(by.to_owned()), ..of };
    let grace = || address("grace@example.org");
    let alan = || address("alan@example.org");
    let booking = RequestSummary {
        state: grace().map_or(State::New, |to| State::Assigned { to }),
        ..held("Grace Hopper", full.clone())
    };
    let visits = RequestSummary { is_new: true, ..show(full, visits(today)) };
    let disputed = RequestSummary {
        state: State::Disputed { decided_by: alan() },
        ..held("Alan Turing", show(full, video(day(31) + TimeDelta::days(4))))
    };
    let doors = RequestSummary {
        subject: "Door codes for the annexe".to_owned(),
        is_new: true,
        due: full.due.clone().map(|due| Due { on: day(31) + TimeDelta::days(4), ..due }),
        ..bare.clone()
    };
    let payroll = RequestSummary { is_new: true, ..show(full, payroll()) };
    let keys = RequestSummary {
        state: grace().map_or(State::New, |by| State::InProgress { by }),
        ..held("Grace Hopper", show(full, keys()))
    };
    let waiting = RequestSummary {
        state: alan().map_or(State::New, |asked_by| State::WaitingForRequester { asked_by }),
        ..held("Alan Turing", RequestSummary { due: None, ..renumbered(36, bare) })
    };
    let assigned = RequestSummary {
        state: alan().map_or(State::New, |to| State::Assigned { to }),
        is_away: true,
        ..held("Alan Turing", show(full, Entry { due_on: None, ..visits_again() }))
    };
    let other = RequestSummary {
        state: alan().map_or(State::New, |by| State::InProgress { by }),
        ..held("Alan Turing", show(full, keys_again()))
    };
    Digest {
        overdue: vec![booking],
        due_today: vec![visits],
        disputed: vec![disputed],
        new: vec![doors, payroll],
        yours: vec![keys],
        waiting_for_requester: vec![waiting],
        assigned: vec![assigned],
        others: vec![other],
        weeks: weeks(today),
        ..Digest::empty(today)
    }
}

fn visits(due_on: NaiveDate) -> Entry {
    Entry {
        number: 44,
        from: person("Priya Raman", "priya.raman@example.org"),
        answers: [
            "The prison visits service",
            "Families will book visits with it from January",
            "",
            "Guidance on storing visitors' identity documents",
            "",
            "The beta opens on Monday 4 January",
        ],
        due_on: Some(due_on),
        milestone: Some(due_on + TimeDelta::days(4)),
    }
}

fn visits_again() -> Entry {
    Entry { number: 33, milestone: None, ..visits(day(31)) }
}

fn video(due_on: NaiveDate) -> Entry {
    Entry {
        number: 38,
        from: person("Tom Ellis", "tom.ellis@example.org"),
        answers: [
            "Video hearings",
            "Judges depend on it",
            "Hearings are put off",
            "Accreditation on an existing contract",
            "Supplier assurance?",
            "Contract review, Wednesday 30 December",
        ],
        due_on: Some(due_on),
        milestone: Some(due_on - TimeDelta::days(5)),
    }
}

fn payroll() -> Entry {
    Entry {
        number: 45,
        from: person("Inès Moreau", "ines.moreau@example.org"),
        answers: [
            "HR",
            "",
            "",
            "Is it safe to send payroll files to the new supplier by mail?",
            "",
            "",
        ],
        due_on: Some(day(31) + TimeDelta::days(5)),
        milestone: None,
    }
}

fn keys() -> Entry {
    Entry {
        number: 31,
        from: person("Bethan Rees", "bethan.rees@example.org"),
        answers: [
            "The legal aid platform",
            "It is being rebuilt",
            "Old keys stay in use",
            "Review of our approach to key management",
            "Cryptography",
            "",
        ],
        due_on: None,
        milestone: None,
    }
}

fn keys_again() -> Entry {
    Entry { number: 29, from: person("Gareth Pugh", "gareth.pugh@example.org"), ..keys() }
}

fn show(full: &RequestSummary, entry: Entry) -> RequestSummary {
    let answers = iter::zip(Question::ALL, entry.answers).map(|(question, text)| AnswerShown {
        question,
        text: (!text.is_empty()).then(|| text.to_owned()),
        sure: !text.ends_with('?') || question == Question::Need,
    });
    let due = entry.due_on.zip(full.due.clone()).map(|(on, due)| Due { on, ..due });
    let subject = entry.answers.get(3).copied().unwrap_or_default().to_owned();
    RequestSummary {
        reference: Reference::new("SEC", 2026, entry.number),
        requester: entry.from.unwrap_or_else(|| full.requester.clone()),
        subject,
        answers: answers.collect(),
        due,
        milestone: entry.milestone.map(|day| Days { from: day, to: day }),
        route: Route::Consultancy,
        ..full.clone()
    }
}

fn renumbered(number: i64, of: &RequestSummary) -> RequestSummary {
    RequestSummary { reference: Reference::new("SEC", 2026, number), ..of.clone() }
}

fn weeks(today: NaiveDate) -> Vec<Week> {
    let counts = [(9, 1), (7, 0), (11, 0), (8, 3), (12, 0), (10, 1), (0, 0), (4, 1)];
    let week = |(week, (kept, missed))| Week {
        monday: first_week(today) + TimeDelta::weeks(week),
        kept,
        missed,
    };
    (0..WEEKS).zip(counts).map(week).collect()
}
