//! Answers that come late: "P.S. forgot 4!! it's a review", "Edit - re 6: now 16 July".

use super::cues;
use super::found::Found;
use super::phrases;
use super::rows::Row;
use super::sentences;
use super::{Answer, Layout, Question};

/// What begins a row that adds to a form or puts it right.
const OPENS: &str = "^ ps|^ p s|^ pps|^ p p s|^ edit|^ correction|^ corrections|^ update|^ updated|^ oops|^ sorry|^ forgot|\
    ^ just noticed|^ just realised|^ amendment|^ missed|^ i forgot|^ i missed|^ apologies|^ also forgot|^ addendum|^ whoops|^ oh and|^ and";
const LEFT_OUT: &str = "forgot|forgotten|missed|missing|left out|skipped|omitted|did not answer|didn't answer|blank|\
    left off|overlooked";
const PUTS_RIGHT: &str = "edit|correction|corrections|update|updated|should be|should read|should say|is now|now|instead|moved|\
    wrong|changed|mistake|typo|re|meant|amendment|scrap|sorry|not";

/// Fewer answers are no form whose numbers a row could mean.
const LEAST: usize = 3;
const LONGEST_LEAD: usize = 60;

pub(super) fn put_right(found: &mut Found, rows: &[Row]) {
    if found.len() < LEAST {
        return;
    }
    let Some(last) = found.lines.last().copied() else { return };
    let layout = found.answers.values().next().map_or(Layout::Labels, |answer| answer.layout);
    let forms = found.answers.values().filter(|answer| answer.layout != Layout::Prose).count();
    if forms < LEAST {
        return;
    }
    for (question, answer) in &mut found.answers {
        // `4. forgot 4!! it's a review`: the number has brought it to its place already.
        if let Some((named, text, false)) = late(&answer.text)
            && named == *question
        {
            answer.text = text.to_owned();
        }
    }
    let begins = |row: &&Row| row.line >= last && phrases::holds_any(start_of(&row.text), OPENS);
    for row in rows.iter().filter(begins) {
        let Some((question, text, is_correction)) = late(&row.text) else { continue };
        let is_open = !found.answers.contains_key(&question);
        if is_open || is_correction {
            let confidence = super::found::confidence(layout);
            found.asked.insert(question);
            found.answers.insert(question, Answer { text: text.to_owned(), layout, confidence });
            found.lines.insert(row.line);
        }
    }
}

fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_LEAD)).unwrap_or(text)
}

/// The question that a late row names, its answer, and whether it replaces another.
fn late(text: &str) -> Option<(Question, &str, bool)> {
    let is_end =
        |letter: char| matches!(letter, ':' | '-' | '–' | '—' | '!' | '=' | '.' | ',' | '(');
    let mut best = None;
    for (at, letter) in text.char_indices().take_while(|(at, _)| *at <= LONGEST_LEAD) {
        let lead = text.get(..at).unwrap_or_default();
        if !is_end(letter) || lead.ends_with(['p', 'P', 's', 'S']) && lead.len() <= 4 {
            continue;
        }
        let Some(question) = named_in(lead) else { continue };
        let rest = text.get(at..).unwrap_or_default().trim_start_matches(is_end).trim_start();
        let rest = rest.trim_start_matches(is_end).trim_start();
        if rest.chars().any(char::is_alphanumeric) {
            best = Some((question, rest, lead));
            break;
        }
    }
    let (question, rest, lead) = verb(text).or(best)?;
    let is_left_out = phrases::holds_any(lead, LEFT_OUT);
    let is_correction = !is_left_out && phrases::holds_any(lead, PUTS_RIGHT);
    let rest = rest.strip_prefix("it's ").or_else(|| rest.strip_prefix("it is ")).unwrap_or(rest);
    (is_left_out || is_correction).then_some((question, rest, is_correction))
}

/// "Correction, 6 should be 16 July"
fn verb(text: &str) -> Option<(Question, &str, &str)> {
    const VERBS: [&str; 6] = [
        " should be ",
        " should read ",
        " should say ",
        " is now ",
        " is actually ",
        " has moved to ",
    ];
    let (at, verb) = VERBS.iter().find_map(|verb| Some((text.find(verb)?, *verb)))?;
    let rest = sentences::split(text.get(at + verb.len()..)?).first()?.trim();
    let lead = text.get(..at)?;
    let question = named_in(lead).filter(|_| lead.len() <= LONGEST_LEAD)?;
    Some((question, rest, text.get(..at + verb.len())?))
}

/// A number from one to six, or else the label of a question.
fn named_in(lead: &str) -> Option<Question> {
    let words = cues::words(lead);
    let numbers: Vec<usize> = words
        .iter()
        .filter_map(|word| word.trim_start_matches('q').trim_start_matches('#').parse().ok())
        .collect();
    if let [number] = numbers.as_slice() {
        return Question::ALL.get(number.checked_sub(1)?).copied();
    }
    if !numbers.is_empty() {
        return None;
    }
    let tail = |count: usize| {
        let words = words.get(words.len().saturating_sub(count)..).unwrap_or_default();
        cues::asked_by(&words.join(" ")).map(|asked| asked.question)
    };
    tail(1).or_else(|| tail(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_row_names_its_question() {
        for (text, expected) in [
            ("P.S. forgot 4!! it's a review", Some((Question::Need, "a review", false))),
            ("PS missed the milestone - 17 May", Some((Question::Milestone, "17 May", false))),
            ("Edit - re 6: now 16 July", Some((Question::Milestone, "now 16 July", true))),
            ("Correction, 6 should be 16 July", Some((Question::Milestone, "16 July", true))),
            (
                "Correction: Q5 should read Kotlin. Q6 stands.",
                Some((Question::Skills, "Kotlin.", true)),
            ),
            ("Sorry, I forgot the skills: radio", Some((Question::Skills, "radio", false))),
            ("P.S. the coffee in room 4 - superb", None),
            ("PS we are in the office on Fridays", None),
        ] {
            assert_eq!(late(text), expected, "{text}");
        }
    }
}
