//! All readers together: which layout wins, and what may fill the questions it leaves open.

use std::collections::BTreeSet;

use crate::mail::{Line, Origin};

use super::found::{Found, Setting, Talk};
use super::judged::Network;
use super::phrase_list::{List, list};
use super::phrases;
use super::rows::{self, Row};
use super::sections;
use super::sentences;
use super::{Answers, Question};
use super::{corrected, late, lone, referred};
use super::{cues, in_order, inline, labelled, marks, numbered, prose, set_off, table};

/// From here on a mail is filled in by the form, and what it leaves out is left out on purpose.
const FILLED_IN: usize = 4;

/// How much evidence a sentence needs to be an answer, alone and beside marked answers.
const ENOUGH: i32 = 4;

pub(super) fn read(lines: &[Line], setting: Setting, network: &Network<'_>) -> Found {
    let all = rows::all(lines);
    let talk = if quotes_another_list(&all) { Talk::AnswersPoints } else { setting.talk };
    let setting = Setting { talk, ..setting };
    let own = rows::with_origin(&all, |origin| origin == Origin::Own);
    let is_readable = |origin| matches!(origin, Origin::Own | Origin::Forwarded);
    let forwarded = if all.iter().any(|row| row.origin == Origin::Forwarded) {
        rows::with_origin(&all, is_readable)
    } else {
        Vec::new()
    };

    let mut found = structured(&all, &own, setting);
    if found.len() < 2 && forwarded.len() > own.len() {
        let passed_on = structured(&all, &forwarded, setting);
        if passed_on.len() > found.len() {
            found = passed_on;
        }
    }
    if found.len() < 2 {
        let with_quotes = read_among_quotes(&all, &own, setting);
        if with_quotes.len() > found.len() {
            found = with_quotes;
        }
    }
    let own = lone::cut_short(&mut found, own);
    late::put_right(&mut found, &own);
    corrected::kept(&mut found);
    referred::fetched(&mut found);
    fill_from_running_text(&mut found, (own, forwarded), setting, network);
    found
}

/// What the marks leave open, running text may answer.
fn fill_from_running_text(
    found: &mut Found,
    (own, forwarded): (Vec<Row>, Vec<Row>),
    setting: Setting,
    network: &Network<'_>,
) {
    let told = if found.len() == 0 && own.iter().all(Row::is_blank) { forwarded } else { own };
    let sections = sections::loosened(found, &told);
    let open: BTreeSet<Question> =
        Question::ALL.into_iter().filter(|question| !found.asked.contains(question)).collect();
    if open.is_empty() {
        return;
    }
    let is_free = |row: &&Row| !found.lines.contains(&row.line);
    let rest: Vec<Row> = told.iter().filter(is_free).cloned().collect();
    let is_filled_in = found.len() >= FILLED_IN;
    let by_cues = || prose::read(&rest, &open, setting.written_on, ENOUGH).answers;
    let mut answers = if is_filled_in { Answers::new() } else { by_cues() };
    if let Some(judged) = network.ask(&sentences::of_mail(&told)) {
        answers = judged.answers((&open, &found.lines), (&answers, &sections), setting.written_on);
        found.judged = Some(judged);
    }
    for section in sections {
        answers.entry(section.question).or_insert(section.whole);
    }
    for (question, answer) in answers {
        found.answers.entry(question).or_insert(answer);
    }
}

/// The reader with the most answers wins, the earlier on a tie; the others fill what is open.
fn structured(all: &[Row], own: &[Row], setting: Setting) -> Found {
    let under_quotes = || inline::read(all);
    let in_tables = || table::read(own);
    let by_numbers = || numbered::read(own, setting);
    let by_labels = || labelled::read(own);
    let plain: [&dyn Fn() -> Found; 4] = [&under_quotes, &in_tables, &by_numbers, &by_labels];
    let mut readings: Vec<Found> = Vec::new();
    for read in plain {
        let found = read();
        // What is whole wins over all that come later.
        if found.is_whole() {
            return found;
        }
        readings.push(found);
    }
    let most = readings.iter().map(|found| found.asked.len()).max().unwrap_or(0);
    if most < Question::ALL.len() {
        // Only where the plain marks leave something open.
        readings.extend([set_off::read(own), in_order::read(own)]);
    }
    readings.sort_by_key(|found| std::cmp::Reverse(found.len()));
    let mut readings = readings.into_iter();
    let mut best = readings.next().unwrap_or_default();
    for other in readings {
        best.fill_from(&other);
    }
    best
}

/// Answers that a mail program marks as quoted: coloured ones under the questions of a mail
/// without quote marks, and block quotes used as an indent.
fn read_among_quotes(all: &[Row], own: &[Row], setting: Setting) -> Found {
    let asks_itself = || labelled::read(own).asked.len() >= 3;
    let is_all_own = all.iter().all(Row::is_own);
    if is_all_own || (!says_answers_are_below(own) && !asks_itself()) {
        return Found::default();
    }
    let everything =
        rows::with_origin(all, |origin| matches!(origin, Origin::Own | Origin::Quoted(1)));
    structured(&[], &everything, setting)
}

/// Somebody's own numbered points are quoted: then the numbers of an answer are theirs.
fn quotes_another_list(all: &[Row]) -> bool {
    let quoted = all.iter().filter(|row| matches!(row.origin, Origin::Quoted(_)));
    let others = quoted.filter(|row| {
        marks::number_at(&row.text).is_some_and(|numbered| {
            !numbered.rest.is_empty() && cues::all_asked_by(numbered.rest).is_empty()
        })
    });
    others.count() >= 2
}

/// "My answers are in red below": without such words a quoted answer is an old one.
fn says_answers_are_below(own: &[Row]) -> bool {
    const BELOW: List = list!(
        "below|in red|in blue|in green|in purple|in bold|in capitals|in caps|inline|\
        in line|under each|underneath|beneath|in colour|marked|in italics"
    );
    let text = own.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
    phrases::holds_any(&text, BELOW)
}
