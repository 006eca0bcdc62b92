//! Where a mail says goodbye: "Kind regards", a name, a job title, a telephone number.

use std::ops::Range;

use super::super::flat::Hint;
use super::super::phrases::{List, has, list};
use super::notices::paragraphs;
use super::{Marks, Origin, starts_item};

/// A block under a farewell is rarely longer.
const MOST_LINES: usize = 16;
/// How far from the end of somebody's words a farewell may stand.
const LAST_LINES: usize = 25;

pub(super) fn mark(marks: &mut Marks, names: &[String]) {
    for segment in marks.own_segments() {
        marked_by_mail_program(marks, &segment);
        if behind_separator(marks, &segment, names) {
            continue;
        }
        let found = farewells(marks, &segment, names)
            .into_iter()
            .find_map(|place| Some(place..farewell(marks, place, &segment, names)?));
        if let Some(block) = found {
            sign(marks, block);
        }
    }
}

/// Where the farewell may begin. "Thanks" and "Kind regards" with nothing but a name between them
/// are one farewell; with a sentence between them the first was no farewell.
fn farewells(marks: &Marks, segment: &Range<usize>, names: &[String]) -> Vec<usize> {
    let open: Vec<usize> = segment.clone().filter(|place| is_open(marks, *place)).collect();
    let start = open.len().saturating_sub(LAST_LINES);
    let lines: Vec<usize> = open.into_iter().skip(start).collect();
    let is_closing = |place: &usize| is_closing(marks.text(*place), names);
    let is_name = |place: &usize| is_name(marks.text(*place), names);
    let Some(last) = lines.iter().rposition(is_closing) else {
        return lines.into_iter().filter(is_name).collect();
    };
    let (before, after) = lines.split_at(last);
    let joined = before.iter().rev().take_while(|place| is_closing(place) || is_name(place));
    let mut found: Vec<usize> = joined.copied().collect();
    found.reverse();
    // Behind the last farewell a name may still stand, where the farewell itself was none.
    found.extend(
        after
            .iter()
            .enumerate()
            .filter(|(index, place)| *index == 0 || is_name(place))
            .map(|(_, place)| *place),
    );
    found
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
fn behind_separator(marks: &mut Marks, segment: &Range<usize>, names: &[String]) -> bool {
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
    let start = farewell_above(marks, segment.start..separator, names);
    let postscript = below.clone().find(|place| is_postscript(marks.text(*place)));
    sign(marks, start..postscript.unwrap_or(segment.end));
    true
}

/// "Cheers", and a name, right above the separator.
fn farewell_above(marks: &Marks, above: Range<usize>, names: &[String]) -> usize {
    let separator = above.end;
    let lines: Vec<usize> = above.rev().filter(|place| is_open(marks, *place)).take(3).collect();
    let found = lines.into_iter().find(|place| is_closing(marks.text(*place), names));
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
    let postscript = (place + 1..segment.end).find(|line| is_postscript(marks.text(*line)));
    let rest = paragraphs(marks, place + 1..postscript.unwrap_or(segment.end));
    let mut is_whole = true;
    for paragraph in rest {
        let open = paragraph.clone().filter(|line| is_open(marks, *line)).count();
        if !is_like_signature(marks, &paragraph) || lines + open > MOST_LINES {
            is_whole = false;
            break;
        }
        lines += open;
        end = paragraph.end;
    }
    let is_signed = (place..end).any(|line| is_name(marks.text(line), names));
    let is_believable = is_whole || is_signed && lines > 1;
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
    let first = text.split([' ', ':', '-', ',']).next().unwrap_or_default();
    has(list!("ps; pps; ôn"), &first.replace('.', "").to_lowercase())
}

fn is_like_signature(marks: &Marks, paragraph: &Range<usize>) -> bool {
    let is_row = |text: &str| text.contains('\t') && text.split_whitespace().count() > 12;
    paragraph.clone().filter(|place| marks.is_own(*place)).all(|place| {
        let text = marks.text(place);
        let words = text.split_whitespace().count();
        let is_sentence = words >= 12 || words >= 7 && text.ends_with(['.', '!']);
        !(starts_item(text) || text.ends_with('?') || is_row(text) || is_sentence)
    })
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’' || c == '-'))
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// "Kind regards", "Thanks ever so much, Ada", "Cofion gorau".
pub(super) fn is_closing(text: &str, names: &[String]) -> bool {
    static ANY_PLACE: List = list!(
        "regards; sincerely; faithfully; cofion; cordially; grüßen; grüße; cordialement; \
            saludos"
    );
    static WHOLE: List = list!(
        "best wishes; best; all best; all the best; very best; warmest wishes; warmly; good \
            wishes; with good wishes; with best wishes; yours; yours truly; yours ever; yours \
            aye; as ever; thanks; thank you; thankyou; thanks and regards; many thanks; with \
            thanks; with many thanks; my thanks; thanking you; thx; tks; ta; cheers; kr; br; \
            rgds; kind rgds; speak soon; take care; see you; diolch; gyda diolch; llawer o \
            ddiolch; yn gywir; yn gywir iawn; hwyl; pob hwyl; dymuniadau gorau; with gratitude; \
            respectfully"
    );
    static TAILS: List = list!(
        "in; advance; again; very; much; so; a; lot; million; ever; everyone; all; folks; \
            team; both; yn; fawr; iawn; o; galon; x; xx; for; now; your; help"
    );
    let words = words(text);
    // "Best wishes from all of us in Leeds,"
    let is_address = text.ends_with(',') && words.len() <= 8;
    if words.is_empty() || words.len() > 8 || text.ends_with('?') || text.contains('\t') {
        return false;
    }
    // "As regards the timing" is no farewell.
    if words.iter().any(|word| has(ANY_PLACE, word)) {
        return !words
            .iter()
            .any(|word| has(list!("as; to; the; in; about; we; i; no; your; his; her"), word));
    }
    (1..=words.len().min(5)).rev().any(|count| {
        let (head, tail) = words.split_at(count);
        has(WHOLE, &head.join(" "))
            && (is_address || tail.iter().all(|word| has(TAILS, word) || is_name_part(word, names)))
    })
}

fn is_name_part(word: &str, names: &[String]) -> bool {
    names.iter().any(|name| name == word || word.chars().count() == 1 && name.starts_with(word))
}

/// The sender's name, its first part or an initial, with a title or a kiss behind it at most.
fn is_name(text: &str, names: &[String]) -> bool {
    // In a signature that is a table the name is the first line of the first cell.
    let text = text.split(['\t', '\u{2028}']).next().unwrap_or_default();
    let words = words(text);
    let Some(first) = words.first() else { return false };
    if names.is_empty() || words.len() > 9 || text.ends_with('?') {
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
