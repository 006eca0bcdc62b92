//! Where a mail says goodbye: "Kind regards", a name, a job title, a telephone number.

use std::ops::Range;

use super::super::flat::Hint;
use super::notices::paragraphs;
use super::{Marks, Origin, starts_item};

/// A block under a farewell is rarely longer.
const MOST_LINES: usize = 16;
/// How far from the end of somebody's words a farewell may stand.
const LAST_LINES: usize = 25;

pub(super) fn mark(marks: &mut Marks, names: &[String]) {
    for segment in marks.own_segments() {
        marked_by_mail_program(marks, &segment);
        if behind_separator(marks, &segment) {
            continue;
        }
        let lines: Vec<usize> = segment.clone().filter(|place| is_open(marks, *place)).collect();
        let start = lines.len().saturating_sub(LAST_LINES);
        for place in lines.into_iter().skip(start) {
            if let Some(end) = farewell(marks, place, &segment, names) {
                sign(marks, place..end);
                break;
            }
        }
    }
}

fn is_open(marks: &Marks, place: usize) -> bool {
    marks.is_own(place) && !marks.is_blank(place)
}

fn sign(marks: &mut Marks, places: Range<usize>) {
    for place in places {
        if marks.is_own(place) {
            marks.set(place, Origin::Signature);
        }
    }
}

/// A signature block set by the mail program; not when somebody typed the mail inside it.
fn marked_by_mail_program(marks: &mut Marks, segment: &Range<usize>) {
    let block: Vec<usize> =
        segment.clone().filter(|place| marks.hint(*place) == Hint::Signature).collect();
    let words: usize = block.iter().map(|place| marks.words(*place..place + 1)).sum();
    let has_answers = block
        .iter()
        .any(|place| starts_item(marks.text(*place)) || marks.text(*place).ends_with('?'));
    if words <= 80 && !has_answers {
        for place in block {
            sign(marks, place..place + 1);
        }
    }
}

/// Behind `-- ` all is signature, unless it looks like answers.
fn behind_separator(marks: &mut Marks, segment: &Range<usize>) -> bool {
    let separator = segment.clone().rev().find(|place| {
        marks.hint(*place) == Hint::Separator || matches!(marks.text(*place), "--" | "—" | "__")
    });
    let Some(separator) = separator else { return false };
    let below = separator + 1..segment.end;
    let items = below.clone().filter(|place| starts_item(marks.text(*place))).count();
    let questions = below.clone().filter(|place| marks.text(*place).ends_with('?')).count();
    let is_certain = marks.hint(separator) == Hint::Separator;
    let lines = below.clone().filter(|place| is_open(marks, *place)).count();
    if items >= 3 || questions >= 2 || !is_certain && lines > MOST_LINES {
        return false;
    }
    let start = farewell_above(marks, segment, separator);
    sign(marks, start..segment.end);
    true
}

/// "Cheers", and a name, right above the separator.
fn farewell_above(marks: &Marks, segment: &Range<usize>, separator: usize) -> usize {
    let lines: Vec<usize> =
        (segment.start..separator).rev().filter(|place| is_open(marks, *place)).take(3).collect();
    let found = lines.into_iter().find(|place| is_closing(marks.text(*place), &[]));
    found.unwrap_or(separator)
}

/// The end of the block that begins at `place` with a farewell or the sender's name.
fn farewell(
    marks: &Marks,
    place: usize,
    segment: &Range<usize>,
    names: &[String],
) -> Option<usize> {
    let text = marks.text(place);
    let is_closing = is_closing(text, names);
    if !is_closing && !is_name(text, names) {
        return None;
    }
    let mut end = place + 1;
    let mut lines = 1;
    let rest = paragraphs(marks, place + 1..segment.end);
    let mut is_whole = true;
    for paragraph in rest {
        let open = paragraph.clone().filter(|line| is_open(marks, *line)).count();
        if !is_like_signature(marks, &paragraph) || lines + open > MOST_LINES {
            is_whole = is_postscript(marks.text(paragraph.start));
            break;
        }
        lines += open;
        end = paragraph.end;
    }
    let named = (place..end).any(|line| is_name(marks.text(line), names));
    let is_believable = is_whole || named && lines > 1;
    (is_believable && !outweighs(marks, segment.start..place, place + 1..end)).then_some(end)
}

/// A "signature" of labels that says more than the mail above it may be the mail.
fn outweighs(marks: &Marks, above: Range<usize>, below: Range<usize>) -> bool {
    let labels = below.clone().filter(|place| {
        let text = marks.text(*place);
        text.split_once(':').is_some_and(|(label, value)| {
            label.len() > 2 && value.split_whitespace().count() >= 3 && !value.contains(['@', '/'])
        })
    });
    labels.count() >= 3 && marks.words(below) > marks.words(above)
}

fn is_postscript(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["ps", "p.s", "pps", "on "].iter().any(|start| lower.starts_with(start))
}

fn is_like_signature(marks: &Marks, paragraph: &Range<usize>) -> bool {
    let is_row = |text: &str| text.contains('\t') && text.split_whitespace().count() > 12;
    !is_postscript(marks.text(paragraph.start))
        && paragraph.clone().all(|place| {
            let text = marks.text(place);
            let is_sentence = text.split_whitespace().count() >= 12
                || text.split_whitespace().count() >= 7 && text.ends_with(['.', '!']);
            !marks.is_own(place)
                || !(starts_item(text) || text.ends_with('?') || is_row(text) || is_sentence)
        })
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// "Kind regards", "Thanks ever so much, Ada", "Cofion gorau".
fn is_closing(text: &str, names: &[String]) -> bool {
    const ANY_PLACE: [&str; 9] = [
        "regards",
        "sincerely",
        "faithfully",
        "cofion",
        "cordially",
        "grüßen",
        "grüße",
        "cordialement",
        "saludos",
    ];
    const WHOLE: [&str; 45] = [
        "best wishes",
        "best",
        "all best",
        "all the best",
        "very best",
        "warmest wishes",
        "warmly",
        "good wishes",
        "with good wishes",
        "with best wishes",
        "yours",
        "yours truly",
        "yours ever",
        "yours aye",
        "as ever",
        "thanks",
        "thank you",
        "thankyou",
        "thanks and regards",
        "many thanks",
        "with thanks",
        "with many thanks",
        "my thanks",
        "thanking you",
        "thx",
        "tks",
        "ta",
        "cheers",
        "kr",
        "br",
        "rgds",
        "kind rgds",
        "speak soon",
        "take care",
        "see you",
        "diolch",
        "gyda diolch",
        "llawer o ddiolch",
        "yn gywir",
        "yn gywir iawn",
        "hwyl",
        "pob hwyl",
        "dymuniadau gorau",
        "with gratitude",
        "respectfully",
    ];
    const TAILS: [&str; 26] = [
        "in", "advance", "again", "very", "much", "so", "a", "lot", "million", "ever", "everyone",
        "all", "folks", "team", "both", "yn", "fawr", "iawn", "o", "galon", "x", "xx", "for",
        "now", "your", "help",
    ];
    let words = words(text);
    if words.is_empty() || words.len() > 7 || text.ends_with('?') || text.contains('\t') {
        return false;
    }
    if words.len() <= 6 && words.iter().any(|word| ANY_PLACE.contains(&word.as_str())) {
        return !words.iter().any(|word| word == "with" && words.first() != Some(word))
            || words.len() <= 4;
    }
    (1..=words.len().min(5)).rev().any(|count| {
        let (head, tail) = words.split_at(count);
        WHOLE.contains(&head.join(" ").as_str())
            && tail.iter().all(|word| TAILS.contains(&word.as_str()) || is_name_part(word, names))
    })
}

fn is_name_part(word: &str, names: &[String]) -> bool {
    names.iter().any(|name| name == word || word.chars().count() == 1 && name.starts_with(word))
}

/// The sender's name, its first part or an initial, with a title or a kiss behind it at most.
fn is_name(text: &str, names: &[String]) -> bool {
    let words = words(text);
    let Some(first) = words.first() else { return false };
    if names.is_empty() || words.len() > 9 || text.ends_with('?') || text.contains('\t') {
        return false;
    }
    let count = words.iter().take_while(|word| is_name_part(word, names)).count();
    let rest = words.len() - count;
    let is_full = count >= 2 && first.chars().count() > 1 || count >= names.len().max(2);
    let last_name = names.last().filter(|name| name.chars().count() > 2);
    let has_last_name = last_name.is_some_and(|last| {
        words.iter().take(4).any(|word| word == last) && text.contains([',', '.', '|'])
    });
    count > 0 && (rest == 0 || rest == 1 && words.last().is_some_and(|word| word.starts_with('x')))
        || is_full && !text.ends_with('.')
        || has_last_name && words.len() <= 6 && !text.ends_with('.')
        || count > 0 && rest <= 2 && text.contains('(') && text.ends_with(')')
}
