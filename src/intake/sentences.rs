//! Paragraphs and sentences of running text.

use super::Question;
use super::marks;
use super::phrases::Heard;
use super::prose_cues;
use super::rows::{self, Row};
use super::sections;

/// Rows that stand together, blank rows between them left out. Each item of a list and each heading
/// is a paragraph of its own.
pub(super) fn paragraphs(rows: &[Row]) -> Vec<Vec<Row>> {
    let mut paragraphs: Vec<Vec<Row>> = Vec::new();
    let mut is_open = false;
    for row in rows {
        if row.is_blank() {
            is_open = false;
            continue;
        }
        let item = rows::behind_bullet(&row.text).or_else(|| {
            let numbered = marks::number_at(&row.text)?;
            (!numbered.rest.is_empty()).then_some(numbered.rest)
        });
        let row = row.with_text(item.unwrap_or(&row.text));
        let is_heading = sections::behind_heading(&row.text) == Some("");
        match paragraphs.last_mut() {
            Some(paragraph) if is_open && item.is_none() && !is_heading => paragraph.push(row),
            Some(_) | None => paragraphs.push(vec![row]),
        }
        is_open = !is_heading;
    }
    paragraphs
}

/// A paragraph of more is no letter.
const MOST_SENTENCES: usize = 200;

/// The sentences of a paragraph as rows, each with the line in which it begins.
pub(super) fn rows_of(paragraph: &[Row]) -> Vec<Row> {
    let Some(first) = paragraph.first() else { return Vec::new() };
    let mut text = String::new();
    let mut starts = Vec::new();
    for row in paragraph {
        if !text.is_empty() {
            text.push(' ');
        }
        starts.push((text.len(), row.line));
        text.push_str(&row.text);
    }
    let mut offset = 0;
    let mut found = Vec::new();
    for sentence in split(&text).into_iter().take(MOST_SENTENCES) {
        let line = starts
            .iter()
            .rev()
            .find(|(start, _)| *start <= offset)
            .map_or(first.line, |(_, line)| *line);
        found.push(Row { text: sentence.trim().to_owned(), line, ..first.clone() });
        offset += sentence.len();
    }
    found.retain(|row| !row.is_blank());
    found
}

const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "rev", "st", "no", "nos", "vs", "v", "e.g", "i.e", "eg", "ie",
    "etc", "approx", "dept", "est", "ref", "ext", "inc", "ltd",
];
/// Longer than any of them, in bytes.
const LONGEST_ABBREVIATION: usize = 12;
/// Short for a word only where a number follows: "by end of Jan. Thanks" is two sentences.
const MONTHS_AND_DAYS: &[&str] = &[
    "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon",
    "tue", "tues", "wed", "weds", "thu", "thur", "thurs", "fri", "sat", "sun",
];

/// Text cut behind `.`, `!`, `?` and `…`; the pieces together are the whole text.
pub(super) fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if !matches!(letter, '.' | '!' | '?' | '…') {
            continue;
        }
        while letters.next_if(|(_, next)| ".!?…\"'”’)]".contains(*next)).is_some() {}
        let end = letters.peek().map_or(text.len(), |(next, _)| *next);
        let ends = letters.peek().is_none_or(|(_, next)| next.is_whitespace());
        let before = text.get(start..at).unwrap_or_default();
        let rest = text.get(end..).unwrap_or_default();
        if ends && !(letter == '.' && ends_abbreviated(before, rest)) && !goes_on(rest, letter) {
            pieces.push(text.get(start..end).unwrap_or_default());
            start = end;
        }
    }
    let rest = text.get(start..).unwrap_or_default();
    if !rest.trim().is_empty() {
        pieces.push(rest);
    }
    pieces
}

fn ends_abbreviated(before: &str, rest: &str) -> bool {
    let word = before
        .rsplit(|letter: char| letter.is_whitespace() || letter == '(')
        .next()
        .unwrap_or_default();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    if word.len() > LONGEST_ABBREVIATION {
        return false;
    }
    let word = word.to_lowercase();
    let before_a_day = rest.trim_start().starts_with(|next: char| next.is_ascii_digit());
    is_initial
        || ABBREVIATIONS.contains(&word.as_str())
        || (before_a_day && MONTHS_AND_DAYS.contains(&word.as_str()))
}

/// `?` and `!` in the middle of a sentence are followed by a small letter.
fn goes_on(rest: &str, mark: char) -> bool {
    let next = rest.trim_start().chars().next();
    matches!(mark, '!' | '…') && next.is_some_and(char::is_lowercase)
}

/// Gives an answer that stands under several questions to each of them, sentence by sentence
/// where the words tell, otherwise in order.
pub(super) fn shared_out(questions: &[Question], text: &str) -> Vec<(Question, String)> {
    let [first, others @ ..] = questions else { return Vec::new() };
    let sentences = split(text);
    let Some(last) = others.last().filter(|_| sentences.len() > 1) else {
        return questions.iter().map(|question| (*question, text.to_owned())).collect();
    };
    let mut shares: Vec<(Question, String)> =
        questions.iter().map(|question| (*question, String::new())).collect();
    let mut current = *first;
    for (at, sentence) in sentences.iter().enumerate() {
        let heard = Heard::new(sentence);
        let score = |question: Question| prose_cues::score_of(question, &heard);
        let told = questions.iter().copied().max_by_key(|question| score(*question));
        let told = told.filter(|question| score(*question) > 0);
        let in_order = if at == 0 {
            *first
        } else if at + 1 == sentences.len() {
            *last
        } else {
            current
        };
        current = told.unwrap_or(in_order);
        if let Some((_, share)) = shares.iter_mut().find(|(question, _)| *question == current) {
            share.push_str(sentence);
        }
    }
    shares.retain(|(_, share)| !share.trim().is_empty());
    shares.iter().map(|(question, share)| (*question, share.trim().to_owned())).collect()
}

fn is_postscript(text: &str) -> bool {
    let begins = |text: &str, with: &str| {
        text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    begins(text.trim_start_matches('('), "p.s") || begins(text, "ps ")
}

/// The sentences of a mail's own words, up to its sign-off; a postscript counts again.
pub(super) fn of_mail(rows: &[Row]) -> Vec<Row> {
    let mut found = Vec::new();
    let mut is_over = false;
    for paragraph in paragraphs(rows) {
        let starts_postscript = paragraph.first().is_some_and(|row| is_postscript(&row.text));
        is_over &= !starts_postscript;
        if is_over {
            continue;
        }
        let body: Vec<Row> =
            paragraph.iter().take_while(|row| !rows::is_sign_off(&row.text)).cloned().collect();
        is_over = body.len() < paragraph.len() && !found.is_empty();
        found.extend(rows_of(&body));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_a_reader_would_end_them() {
        for (text, expected) in [
            ("One. Two? Three!", vec!["One.", "Two?", "Three!"]),
            (
                "Dr. Who came, e.g. on Mon. 4 Jan. 2027.",
                vec!["Dr. Who came, e.g. on Mon. 4 Jan. 2027."],
            ),
            ("it costs 20.000 euro. so no", vec!["it costs 20.000 euro.", "so no"]),
            ("the answer (surprise!) was no", vec!["the answer (surprise!) was no"]),
            ("\"Is it?\" Yes", vec!["\"Is it?\"", "Yes"]),
        ] {
            let found: Vec<&str> = split(text).iter().map(|piece| piece.trim()).collect();
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn pieces_add_up_to_the_text() {
        let text = "A. B!? \"C.\" d… E";
        assert_eq!(split(text).concat(), text);
    }
}
