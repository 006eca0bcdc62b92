//! Which days a mail gives for its milestone: those of the answer, else those of the whole mail.

use chrono::NaiveDate;

use crate::calendar::Days;
use crate::calendar::written_dates;

use super::phrase_list::{List, list};
use super::phrases::Heard;
use super::prose;
use super::prose_cues;
use super::rows::Row;
use super::sentences;
use super::{Answer, Kind, Layout, Question};

/// So many sentences before and after an answer may tell what its days hang on.
const BESIDE: usize = 2;
/// In a longer mail the milestone stands in the first so many sentences.
const MOST_WEIGHED: usize = 150;
/// And so many letters, for a sentence may be long.
const FURTHEST: usize = 10_000;
/// From here on a sentence that is no answer names the milestone all the same.
const ENOUGH: i32 = 2;
/// And from here on it stands for an answer that names the end of a term.
const ENOUGH_TO_REPLACE: i32 = 3;
/// A day without a year that is further away is a day of last year.
const LONGEST_AHEAD: i64 = 270;
const LONGEST_LABEL: usize = 24;

/// `written_on` is the day of writing; `kind` is the kind of the mail.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    pub written_on: NaiveDate,
    pub kind: Kind,
}

/// The days of an answer. The sentences of its mail are asked for only where it needs them.
pub(super) fn of_answer<'a>(
    answer: &Answer,
    sentences: impl Fn() -> &'a [Row],
    told: Told,
) -> Option<Days> {
    let alone = written_dates::read(&answer.text, told.written_on);
    if answer.layout != Layout::Prose && (alone.is_some() || !leans(&answer.text)) {
        return alone;
    }
    let sentences = sentences();
    if answer.layout == Layout::Prose
        && let Some(better) = better_elsewhere(&answer.text, sentences, told)
    {
        return Some(better);
    }
    let whole: Vec<&str> = sentences.iter().map(|row| row.text.as_str()).collect();
    let whole = whole.join(" ");
    let Some((before, text, after)) = in_its_place(&whole, &answer.text) else { return alone };
    let beside = (last_of(before), first_of(after));
    written_dates::read_between(text, beside, told.written_on).or(alone)
}

/// The days of another sentence, where those of the answer are of an absence or of an end.
fn better_elsewhere(answer: &str, sentences: &[Row], told: Told) -> Option<Days> {
    if !written_dates::are_beside_the_point(answer, told.written_on) {
        return None;
    }
    let is_other = |row: &&Row| !row.text.contains(answer) && !answer.contains(&row.text);
    let others: Vec<Row> = sentences.iter().filter(is_other).cloned().collect();
    // The end of a term is better than a day of leave.
    if Heard::new(answer).first_of(ABSENT).is_some() {
        return heaviest(&others, told, ENOUGH);
    }
    let is_sound = |row: &Row| !written_dates::are_beside_the_point(&row.text, told.written_on);
    let others: Vec<Row> = others.into_iter().filter(is_sound).collect();
    heaviest(&others, told, ENOUGH_TO_REPLACE)
}

/// The words of an answer with what stands around them. Where clauses were left out in the middle,
/// they are put back.
fn in_its_place<'a>(whole: &'a str, answer: &str) -> Option<(&'a str, &'a str, &'a str)> {
    const ENDS: usize = 24;
    let letters: Vec<usize> = answer.char_indices().map(|(at, _)| at).collect();
    let head = letters.get(ENDS).and_then(|end| answer.get(..*end)).unwrap_or(answer);
    let tail_at = letters.len().checked_sub(ENDS).and_then(|at| letters.get(at));
    let tail = tail_at.and_then(|at| answer.get(*at..)).unwrap_or(answer);
    let start = whole.find(answer).or_else(|| whole.find(head))?;
    let (before, rest) = whole.split_at_checked(start)?;
    let end = if rest.starts_with(answer) { answer.len() } else { rest.find(tail)? + tail.len() };
    let (text, after) = rest.split_at_checked(end)?;
    Some((before, text, after))
}

/// Whether it counts from a day that is named elsewhere.
fn leans(text: &str) -> bool {
    const LEANS: List = list!("before|beforehand|ahead|earlier|prior|after|later|in advance");
    Heard::new(text).holds_any(LEANS)
}

fn last_of(text: &str) -> &str {
    let pieces = sentences::split(text);
    let kept = pieces.len().saturating_sub(BESIDE);
    let start: usize = pieces.iter().take(kept).map(|piece| piece.len()).sum();
    text.get(start..).unwrap_or_default()
}

fn first_of(text: &str) -> &str {
    let length: usize = sentences::split(text).iter().take(BESIDE).map(|piece| piece.len()).sum();
    text.get(..length).unwrap_or_default()
}

/// The days of the sentence that speaks most for being about the milestone, where no answer was
/// found.
pub(super) fn somewhere(sentences: &[Row], told: Told) -> Option<Days> {
    heaviest(sentences, told, ENOUGH)
}

fn heaviest(sentences: &[Row], told: Told, least: i32) -> Option<Days> {
    if !matches!(told.kind, Kind::Request | Kind::FollowUp) {
        return None;
    }
    let text = |at: Option<usize>| {
        at.and_then(|at| sentences.get(at)).map(|row| row.text.as_str()).unwrap_or_default()
    };
    let mut letters = 0;
    let is_near = |row: &&Row| {
        letters += row.text.len();
        letters <= FURTHEST
    };
    let near = sentences.iter().take(MOST_WEIGHED).take_while(is_near);
    let weighed = near.enumerate().filter_map(|(at, row)| {
        let beside = (text(at.checked_sub(1)), text(Some(at + 1)));
        let days = written_dates::read_between(&row.text, beside, told.written_on)?;
        Some((weight(&row.text, days, told)?, days))
    });
    let best = weighed.max_by_key(|(weight, days)| (*weight, std::cmp::Reverse(days.from)));
    best.filter(|(weight, _)| *weight >= least).map(|(_, days)| days)
}

/// The writer is not there then, or tells of a life.
const ABSENT: List = list!(
    "on leave|annual leave|i'm off|i am off|i'm away|i am away|be away|out of the office|on holiday|married|\
    wedding|born|birthday|maternity|paternity|retires|retired"
);

/// `None` for a sentence whose days are no milestone.
fn weight(text: &str, days: Days, told: Told) -> Option<i32> {
    const EVENTS: List = list!(
        "start|starts|begin|begins|open|opens|visit|visits|visiting|meeting|meets|meet|call|call's|\
        demo|deadline|hearing|trial|launch|launches|go live|goes live|answer|decision|due|freeze|arrives|arrive|\
        lands|go in|goes in|install|installed|fitted|on site|print|board|committee|panel|workshop|release|pilot|training|conference|assessment|audit|ships|goes|\
        cutover|cut over|change over|changeover|switch over|take place|takes place|come back|comes back|within|in the next|over the next|kick off|handover|hand over|moves|closes|required|needed|ready|by|before|freeze"
    );
    const ASKS: List = list!(
        "need you|need your|could you|can you|please|i need|we need|i'd like|we'd like|i'd do|we'd do|\
        i said i'd|i said we'd|i told them|i promised|we promised|i brief|i am briefing|i'm briefing|i report|i have to|we have to|i must|we must|hope to|plan to|be glad|be grateful|would welcome"
    );
    const LABELS: List = list!(
        "^ start|^ when|^ date|^ dates|^ timing|^ timings|^ timescale|^ deadline|^ launch|\
        ^ go live|^ milestone|^ needed|^ kick off|^ live|^ due|^ target|^ by"
    );
    const DOUBTS: List = list!(
        "perhaps|maybe|possibly|^ if|^ otherwise|^ unless|or else|i'll wait|waiting|worst case"
    );
    let heard = Heard::new(text);
    let cues = prose_cues::score_of(Question::Milestone, &heard);
    let says = |list: List| heard.holds_any(list);
    let is_story = prose_cues::tells_of_the_past(&heard) && cues < 4;
    let ahead = (days.from - told.written_on).num_days();
    let length = (days.to - days.from).num_days();
    let has_number = text.contains(|letter: char| letter.is_ascii_digit());
    let is_last_year = ahead > LONGEST_AHEAD && !text.contains("20") && length < 32;
    let is_only_today = length == 0 && ahead == 0 && !says(ASKS);
    if prose::is_greeting(text) || is_story || is_last_year || is_only_today || says(ABSENT) {
        return None;
    }
    // Who only writes on names days for many reasons.
    if told.kind == Kind::FollowUp && !(has_number && length <= 10) {
        return None;
    }
    let exact = match (length <= 10, has_number) {
        (true, true) => 2,
        (true, false) => 1,
        (false, _) => 0,
    };
    let events = i32::from(says(EVENTS)) + i32::from(says(ASKS));
    let label = i32::from(says(LABELS) && text.chars().take(LONGEST_LABEL).any(|sign| sign == ':'));
    let doubts = if says(DOUBTS) { 2 } else { 0 };
    Some(exact + events + 2 * label + cues.min(6) - doubts)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use crate::calendar::Days;
    use crate::intake::{Reader, read};
    use crate::mail;

    /// Of 40 mails written before anybody looked at what was read in them; then cues alone read 28.
    #[test]
    fn mails_name_the_days_of_the_table() {
        let table = include_str!("../../tests/data/milestone-mails.tsv");
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let mut wrong = Vec::new();
        for row in table.lines().filter(|row| !row.starts_with('#')) {
            let columns: Vec<&str> = row.split('\t').collect();
            let [written_on, text, from, to] = columns[..] else { panic!("four columns: {row}") };
            let raw =
                format!("From: Ann <ann@office.example>\r\nSubject: Help please\r\n\r\n{text}\r\n");
            let reading = read(&Reader::by_cues(), &mail::read(raw.as_bytes()), day(written_on));
            let expected = (from != "-").then(|| Days { from: day(from), to: day(to) });
            if reading.milestone != expected {
                wrong.push(format!("{text}: {expected:?}, but read {:?}", reading.milestone));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
