//! Whether a numbered list answers the six questions or is a list of something else.

use crate::calendar::written_dates;

use super::Question;
use super::cues;
use super::found::{Setting, Talk};
use super::need;
use super::numbered::Numbered;
use super::phrases;
use super::prose_cues;
use super::rows::Row;
use super::times;

/// Words before a list that say whose list it is.
const OURS: &str = "answer|answers|question|questions|six|your list|your page|your format|format|form|\
    as requested|guidance|asked me for|you asked|you ask|your order|qs|back to front|here goes|\
    here you go|here we go|responses|template|details|numbered|intake|your website";
/// "Six options" are six of something else.
const OURS_BESIDE: &str = "answer|answers|question|questions|your six|the six|your list|your page|your format|form|as requested|\
    guidance|asked me for|you asked|you ask|your order|qs|back to front|here goes|responses|template|intake|your website";
const SOMETHING_ELSE: &str = "risks|things|findings|issues|options|problems|concerns|steps|agenda|assumptions|reasons|\
    changes|stages|phases|systems|components|recommendations|actions|attachments|attached|\
    documents|scenarios|threats|lessons|facts|points|principles";

const LISTED: [&str; 20] = [
    "risks",
    "findings",
    "issues",
    "options",
    "problems",
    "concerns",
    "steps",
    "agenda",
    "assumptions",
    "stages",
    "phases",
    "systems",
    "components",
    "recommendations",
    "scenarios",
    "threats",
    "lessons",
    "weaknesses",
    "vulnerabilities",
    "gaps",
];

/// Evidence for and against; below this the list is left alone.
const ENOUGH: i32 = 1;

pub(super) fn are_the_six(numbered: &[Numbered], before: &[Row], setting: Setting) -> bool {
    let highest = numbered.iter().map(|answer| answer.number).max().unwrap_or(0);
    let labelled = numbered.iter().filter(|answer| !answer.labels.is_empty()).count();
    if labelled >= 2 {
        return true;
    }
    if highest > 6 {
        return false;
    }
    let in_talk = match setting.talk {
        Talk::Opens => bare(numbered, before),
        Talk::Answers => thread(numbered, before),
        Talk::AnswersPoints => 0,
    };
    introduction(before) + content(numbered, setting) + size(numbered) + in_talk >= ENOUGH
}

/// What the sentence before the list says it is.
fn introduction(before: &[Row]) -> i32 {
    let last = before.iter().rev().skip_while(|row| row.is_blank());
    let last: Vec<&str> =
        last.take_while(|row| !row.is_blank()).map(|row| row.text.as_str()).collect();
    let nearest = last.join(" ");
    let all = before.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
    let is_ours = phrases::holds_any(&nearest, OURS_BESIDE);
    // "They named six risks:" leaves no doubt, however well the risks would fit.
    let title = nearest.trim_end().strip_suffix(':').map(cues::words).unwrap_or_default();
    if !is_ours && title.last().is_some_and(|word| LISTED.contains(&word.as_str())) {
        return -7;
    }
    if phrases::holds_any(&nearest, SOMETHING_ELSE) && !is_ours {
        return -3;
    }
    if phrases::holds_any(&all, OURS) { 3 } else { 0 }
}

fn content(numbered: &[Numbered], setting: Setting) -> i32 {
    let text_of = |number: u8| {
        numbered
            .iter()
            .find(|answer| answer.number == number)
            .and_then(|answer| answer.text.as_deref())
    };
    let points = |text: Option<&str>, fits: &dyn Fn(&str) -> bool, weight: i32| match text {
        Some(text) if fits(text) || is_unknown(text) => weight,
        Some(_) => -weight,
        None => 0,
    };
    let need = points(text_of(4), &|text| !need::kinds_of(text).is_empty(), 1);
    let milestone = points(
        text_of(6),
        &|text| {
            times::names_a_time(text) || written_dates::read(text, setting.written_on).is_some()
        },
        2,
    );
    let skills =
        i32::from(text_of(5).is_some_and(|text| prose_cues::score(Question::Skills, text) > 0));
    let asks = numbered
        .iter()
        .filter(|answer| answer.text.as_deref().is_some_and(|text| text.ends_with('?')))
        .count();
    let are_questions = if asks * 2 > numbered.len() { -4 } else { 0 };
    need + milestone + skills + are_questions
}

/// We asked the six questions, so numbers that answer us are theirs, unless what stands behind
/// them answers something of another kind.
fn thread(numbered: &[Numbered], before: &[Row]) -> i32 {
    const MISSING: &str = "forgot|forgotten|missed|missing|left out|the rest|remaining|the others|still open|\
        gaps|two of them|three of them|outstanding|blank|leftover|skipped";
    const REMARKS: &str = "^ yes|^ no|^ done|^ ok|^ okay|^ agreed|^ fine|^ correct|^ attached|^ see|^ happy|^ i have|\
        ^ sent|^ will do|^ noted|^ thanks";
    let remarks = numbered
        .iter()
        .filter_map(|answer| answer.text.as_deref())
        .filter(|text| phrases::holds_any(text, REMARKS) && !is_unknown(text));
    let intro = before.iter().map(|row| row.text.as_str()).collect::<Vec<_>>().join(" ");
    let fills_gaps = i32::from(phrases::holds_any(&intro, MISSING));
    2 + 2 * fills_gaps
        - i32::try_from(remarks.count()).unwrap_or(i32::MAX / 2)
        - i32::from(numbered.len() > 6)
}

/// A mail that begins with its numbers, without a word of what they are, takes them for granted.
fn bare(numbered: &[Numbered], before: &[Row]) -> i32 {
    let words: usize = before.iter().map(|row| cues::words(&row.text).len()).sum();
    let starts_at_one = numbered.first().is_some_and(|answer| answer.number == 1);
    if words <= MOST_WORDS_OF_A_GREETING && starts_at_one { 3 } else { 0 }
}

const MOST_WORDS_OF_A_GREETING: usize = 3;

fn size(numbered: &[Numbered]) -> i32 {
    let reaches_six = numbered.iter().any(|answer| answer.number == 6);
    i32::from(reaches_six) + i32::from(numbered.len() >= 5) - 2 * i32::from(numbered.len() <= 2)
}

/// "N/A", "tbc", "don't know yet" are answers to any question.
fn is_unknown(text: &str) -> bool {
    const UNKNOWN: &str = "n a|na|tbc|tbd|not sure|don't know|dont know|unknown|no idea|none|not known|no date|\
        to be confirmed|not yet";
    let start = cues::words(text).into_iter().take(8).collect::<Vec<_>>().join(" ");
    phrases::holds_any(&start, UNKNOWN)
}
