//! What stands at the start of a row: a number, a bullet, a question or a label.

use super::cues::{self, Asked, Strength};
use super::rows;

/// `4.`, `Q4:`, `(iv)`, `four -` and the like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Numbered<'a> {
    /// Usually one; two or more in `1 & 2:`.
    pub numbers: Vec<u8>,
    pub style: Style,
    /// `2 - 4 weeks` is no number of a list, unless the list has come to 2.
    pub may_be_range: bool,
    pub rest: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Style {
    Digit,
    Roman,
    Letter,
    Word,
}

const ROMANS: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];
const NUMBER_WORDS: [&str; 10] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
const ORDINALS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
const ORDERLY: [&str; 6] = ["firstly", "secondly", "thirdly", "fourthly", "fifthly", "sixthly"];
const LONGEST_TOKEN: usize = "secondly".len();
const PREFIXES: [&str; 17] = [
    "question", "answer", "ques", "ans", "no.", "no", "nr", "nº", "qn", "q", "a", "re", "ad",
    "item", "point", "part", "pt",
];

/// The number that a text begins with, if it is one of a list rather than a part of the sentence.
pub(super) fn number_at(text: &str) -> Option<Numbered<'_>> {
    number_unless_range(text).filter(|numbered| !numbered.may_be_range)
}

/// As [`number_at`], for a list that waits for one of these numbers: `6 - 14 December` may be it.
pub(super) fn number_due<'a>(text: &'a str, due: &[u8]) -> Option<Numbered<'a>> {
    number_unless_range(text).filter(|numbered| {
        !numbered.may_be_range
            || numbered.numbers.first().is_some_and(|number| due.contains(number))
    })
}

fn number_unless_range(text: &str) -> Option<Numbered<'_>> {
    let inside = text.trim_start().trim_start_matches(['*', '_', '#', '(', '[']);
    let has_opening = inside.len() < text.trim_start().len();
    let (has_prefix, token) = without_prefix(inside);
    let (first, style, mut rest) = token_at(token, has_prefix)?;
    if style == Style::Word {
        let spoken = rest.trim_start();
        rest = spoken
            .strip_prefix("question")
            .or_else(|| spoken.strip_prefix("answer"))
            .filter(|behind| behind.trim_start().starts_with([':', '-', '–', '—', ')', '.']))
            .unwrap_or(rest);
    }

    let mut numbers = vec![first];
    while let Some((next, behind)) = joined_number(rest).filter(|_| style == Style::Digit) {
        if numbers.last().is_none_or(|last| next != last + 1) {
            break;
        }
        numbers.push(next);
        rest = behind;
    }
    let rest = behind_closer(rest, style, has_prefix || has_opening)?;
    let (rest, is_dashed) = rest;
    let may_be_range =
        is_dashed && !has_prefix && rest.starts_with(|letter: char| letter.is_ascii_digit());
    Some(Numbered { numbers, style, may_be_range, rest })
}

/// `Q` in `Q4`, `Question ` in `Question 4`: only where a digit follows.
fn without_prefix(text: &str) -> (bool, &str) {
    if !text.starts_with(['q', 'Q', 'a', 'A', 'n', 'N']) {
        return (false, text);
    }
    for prefix in PREFIXES {
        let Some(head) = text.get(..prefix.len()) else { continue };
        let rest = text.get(prefix.len()..).unwrap_or_default().trim_start_matches(['.', ' ', '#']);
        if head.eq_ignore_ascii_case(prefix)
            && rest.starts_with(|letter: char| letter.is_ascii_digit())
        {
            return (true, rest);
        }
    }
    (false, text)
}

fn token_at(text: &str, has_prefix: bool) -> Option<(u8, Style, &str)> {
    let length = text.find(|letter: char| !letter.is_ascii_alphanumeric()).unwrap_or(text.len());
    let (token, rest) = text.split_at_checked(length)?;
    if let Ok(number) = token.parse::<u8>() {
        let in_list = (1..=20).contains(&number) && token.len() <= 2;
        return in_list.then_some((number, Style::Digit, rest));
    }
    if has_prefix || token.len() > LONGEST_TOKEN {
        return None;
    }
    let token = token.to_lowercase();
    let position = |list: &[&str]| {
        let found = list.iter().position(|word| *word == token)?;
        u8::try_from(found + 1).ok()
    };
    if let Some(number) = position(&ROMANS) {
        return Some((number, Style::Roman, rest));
    }
    if let Some(number) =
        position(&NUMBER_WORDS).or_else(|| position(&ORDINALS)).or_else(|| position(&ORDERLY))
    {
        return Some((number, Style::Word, rest));
    }
    let [letter @ b'a'..=b'h'] = token.as_bytes() else { return None };
    Some((letter - b'a' + 1, Style::Letter, rest))
}

/// The `& 2` of `1 & 2:`.
fn joined_number(text: &str) -> Option<(u8, &str)> {
    let text = text.trim_start();
    let rest =
        text.strip_prefix(['&', '+', '/', ',']).or_else(|| text.strip_prefix("and "))?.trim_start();
    let (_, rest) = without_prefix(rest);
    let length = rest.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, behind) = rest.split_at_checked(length)?;
    let number = digits.parse::<u8>().ok().filter(|number| (1..=6).contains(number))?;
    Some((number, behind))
}

/// What follows the `.` or `)` of a number, and whether a dash stood there. `None` where the
/// number is a part of the sentence.
fn behind_closer(text: &str, style: Style, is_marked: bool) -> Option<(&str, bool)> {
    let spaced = text.starts_with([' ', '\t']);
    let trimmed = text.trim_start();
    if trimmed.is_empty() {
        return (style == Style::Digit || is_marked).then_some(("", false));
    }
    if let Some(rest) = trimmed.strip_prefix([')', ']']) {
        return Some((
            rest.trim_start_matches(['.', ':', ')', ' ', '\t', '-', '–', '*', '_']),
            false,
        ));
    }
    if let Some(rest) = trimmed.strip_prefix(['.', ':']) {
        let rest = rest.trim_start_matches([':', '-', ')', '*', '_']);
        let ends = rest.is_empty() || rest.starts_with([' ', '\t']);
        return (ends && !(spaced && trimmed.starts_with('.'))).then(|| (rest.trim_start(), false));
    }
    // `1/ the app`, and `Firstly, the app`
    let run_in = match style {
        Style::Word => trimmed.strip_prefix(','),
        Style::Digit => trimmed.strip_prefix(['/', '|']),
        Style::Roman | Style::Letter => None,
    };
    if let Some(rest) = run_in.filter(|rest| rest.starts_with(' ') && !spaced) {
        return Some((rest.trim_start(), false));
    }
    if let Some(rest) = trimmed.strip_prefix(['-', '–', '—', '=', '>']) {
        let rest = rest.trim_start_matches('>');
        let ends = rest.starts_with([' ', '\t']) && (spaced || is_marked);
        return (ends && style != Style::Letter).then(|| (rest.trim_start(), true));
    }
    (spaced && is_marked && style == Style::Digit).then_some((trimmed, false))
}

/// A question or a label, and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Label<'a> {
    pub asked: Vec<Asked>,
    pub form: Form,
    pub rest: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// `Who for?`
    Question,
    /// `Who for:`, or with a dash.
    Label,
    /// A row of its own without any mark.
    Heading,
}

/// A label with its mark stands in the first letters of a row; later ones belong to the sentence.
const LONGEST_LABEL: usize = 260;
const MOST_SEPARATORS: usize = 6;

/// The question or label that a text begins with: "Who for: ...", "why important? ...".
pub(super) fn label_at(text: &str) -> Option<Label<'_>> {
    label_with(text, Strength::Strong)
}

/// A label in the company of others, where a weak cue before a dash will do: "Purpose - ...".
pub(super) fn loose_label_at(text: &str) -> Option<Label<'_>> {
    label_with(text, Strength::Weak)
}

fn label_with(text: &str, before_a_dash: Strength) -> Option<Label<'_>> {
    let text = text.trim_start_matches(['*', '_', '#', ' ', '[', '“', '"']);
    let asked = text.strip_prefix("Q:").or_else(|| text.strip_prefix("Q."));
    let text = asked.map_or(text, str::trim_start);
    let mut tried = 0;
    for (at, letter) in text.char_indices().take_while(|(at, _)| *at < LONGEST_LABEL) {
        let Some(behind) = text.get(at + letter.len_utf8()..) else { break };
        let Some(before) = text.get(..at) else { break };
        let Some(form) = separator(letter, before, behind) else { continue };
        tried += 1;
        if tried > MOST_SEPARATORS {
            break;
        }
        let asked = cues::all_asked_by(before);
        let plain = letter == ':' || letter == '?' || letter == '\t';
        let strong_enough = plain || asked.iter().all(|asked| asked.strength >= before_a_dash);
        if !asked.is_empty() && strong_enough && !is_told(before, letter) {
            let rest = behind.trim_start_matches([
                '?', ':', '-', '–', '—', '*', '_', '.', '=', '>', ' ', '\t', ']', '”', '"',
            ]);
            return Some(Label { asked, form, rest });
        }
    }
    None
}

fn separator(letter: char, before: &str, behind: &str) -> Option<Form> {
    let spaced_behind = behind.is_empty()
        || behind.starts_with([' ', '\t', '*', '_', '?', ':', '-', '.', '”', '"']);
    match letter {
        '?' => Some(Form::Question),
        ':' if spaced_behind || !behind.starts_with(|next: char| next.is_ascii_digit()) => {
            Some(Form::Label)
        }
        '-' | '–' | '—' if before.ends_with(' ') && spaced_behind => Some(Form::Label),
        '-' | '–' | '—' if spaced_behind && !behind.is_empty() => Some(Form::Label),
        '-' if behind.starts_with('>') => Some(Form::Label),
        '=' | '→' | '\t' => Some(Form::Label),
        _ => None,
    }
}

/// How many letters could be the mark behind a label, at most.
pub(super) fn most_separators(text: &str) -> usize {
    let mut letters = text.chars().peekable();
    let mut count = 0;
    while let Some(letter) = letters.next() {
        let is_hyphen = letter == '-' && !letters.peek().is_some_and(|next| next.is_alphanumeric());
        let is_mark = matches!(letter, '?' | ':' | '–' | '—' | '=' | '→' | '\t');
        count += usize::from(is_hyphen || is_mark);
    }
    count
}

/// `We need - and I mean it - a review`: a sentence that is told, not a label.
fn is_told(before: &str, letter: char) -> bool {
    let told = matches!(
        cues::first_word(before).as_str(),
        "we" | "i" | "you" | "please" | "it" | "they" | "could" | "can" | "so" | "and"
    );
    told && !matches!(letter, ':' | '\t')
}

/// The whole text as a heading: `WHY IT MATTERS`, `Skills`.
pub(super) fn heading(text: &str) -> Option<Vec<Asked>> {
    let text = text.trim_matches(['*', '_', '#', ' ']);
    let is_short = || cues::words_in(&cues::lower(text)).take(7).count() <= 6;
    if text.ends_with(['.', ',', ';', '!']) || !is_short() || is_told(text, ' ') {
        return None;
    }
    let asked = cues::all_asked_by(text);
    let strong = !asked.is_empty() && asked.iter().all(|asked| asked.strength == Strength::Strong);
    strong.then_some(asked)
}

/// A label of somebody's own that asks none of the six: `RAG: Amber`, `Attachments: 2`.
pub(super) fn is_foreign_label(text: &str) -> bool {
    let parted = text.split_once(':').or_else(|| text.split_once(" ="));
    let Some((before, behind)) = parted else { return false };
    let is_short = cues::words(before).len() <= 3 && before.chars().count() <= 30;
    let begins = before.chars().next().is_some_and(char::is_uppercase);
    is_short && begins && (behind.is_empty() || behind.starts_with(' '))
}

/// Text without bullet, number, and the tags by which people mark their own words (`[RH]`, `A:`).
pub(super) fn without_answer_tag(text: &str) -> &str {
    let text =
        rows::behind_bullet(text).unwrap_or(text).trim_start_matches(['>', '=']).trim_start();
    if let Some((tag, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let is_initials = (1..=4).contains(&tag.len()) && tag.chars().all(char::is_alphabetic);
        if is_initials {
            return rest.trim_start_matches([':', '-', ' ']);
        }
    }
    if let Some(rest) = text.strip_prefix("A. ").or_else(|| text.strip_prefix("Ans. ")) {
        return rest.trim_start();
    }
    let is_numbered = text.starts_with(['A', 'a']);
    if let Some(numbered) =
        number_at(text).filter(|numbered| is_numbered && numbered.style == Style::Digit)
    {
        return numbered.rest;
    }
    let Some((tag, rest)) = text.split_once(':') else { return text };
    let is_tag = matches!(
        tag.to_lowercase().as_str(),
        "a" | "ans" | "answer" | "response" | "reply" | "me" | "us"
    );
    if is_tag { rest.trim_start() } else { text }
}
