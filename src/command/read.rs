//! Finds commands in the subject and at the top of a mail.
//!
//! People type on phones: quotes, dashes and capitals are corrected by machines, lists grow marks,
//! subjects grow `Re:`. All of that is taken off before the first word is looked at.

use crate::command::syntax::{Takes, Verb};
use crate::mail::{IncomingMail, Origin, references_in};

/// Lines that are looked at. A mail with more commands was not typed by a person.
const MOST_LINES: usize = 50;
/// Words of a line whose first word is a slip of the finger. A longer line is prose.
const MOST_WORDS_OF_A_SLIP: usize = 4;
/// A line at least this long was probably broken by the mail program, and goes on in the next.
const BROKEN_FROM: usize = 60;
/// Characters of a subject by which it is known as the request's own.
const TITLE: usize = 40;
const KEY: &str = "key-";

/// One command, as it was written.
#[derive(Clone, PartialEq, Eq)]
pub struct Line {
    /// For the transcript, without the key.
    pub typed: String,
    /// In capitals. `None`: the request that the mail belongs to.
    pub reference: Option<String>,
    /// An action key, not yet checked.
    pub key: Option<String>,
    /// An answer that repeated this subject would repeat the command.
    pub in_subject: bool,
    pub said: Said,
}

#[derive(Clone, PartialEq, Eq)]
pub enum Said {
    Command {
        verb: Verb,
        words: String,
    },
    /// No command, but nearly one.
    Unknown {
        word: String,
        nearest: Verb,
    },
}

impl Line {
    /// Whether it is nothing but a command: no prose begins like this.
    pub fn is_bare(&self) -> bool {
        match &self.said {
            Said::Command { verb: Verb::Assign, words } => words.split_whitespace().count() <= 3,
            Said::Command { words, .. } => words.is_empty() || self.key.is_some(),
            Said::Unknown { .. } => false,
        }
    }
}

/// The commands of a mail, first those of the subject. `title` is the subject of the request that
/// the mail belongs to: an answer carries it, whatever words it begins with.
pub fn read(mail: &IncomingMail, prefix: &str, title: Option<&str>) -> Vec<Line> {
    let own: Vec<&str> = mail
        .lines
        .iter()
        .filter(|line| line.origin == Origin::Own)
        .map(|line| line.text.trim())
        .skip_while(|line| line.is_empty())
        .collect();
    let mut lines: Vec<Line> = in_subject(&mail.subject, prefix, title).into_iter().collect();
    if let Some(line) = lines.first_mut()
        && let Said::Command { verb, words } = &mut line.said
        && takes_body(*verb, words, own.first().copied(), prefix)
    {
        let rest = match verb.takes() {
            Takes::Mail => own.join("\n"),
            Takes::Line | Takes::Nothing => paragraph(&own).join(" "),
        };
        *words = joined(words, &rest);
        return lines;
    }
    lines.extend(in_body(&own, prefix));
    lines
}

fn joined(first: &str, rest: &str) -> String {
    format!("{first}\n{rest}").trim().to_owned()
}

/// A subject without the key in it, fit to be quoted.
pub(super) fn without_key(subject: &str) -> String {
    let kept = subject.split_whitespace().filter(|word| !is_key(word));
    kept.collect::<Vec<_>>().join(" ")
}

/// Whether the body goes on with what the subject began. It does not when it begins with a command.
fn takes_body(verb: Verb, words: &str, first: Option<&str>, prefix: &str) -> bool {
    match verb.takes() {
        Takes::Mail => true,
        Takes::Nothing => false,
        Takes::Line => {
            let begins = first.and_then(|line| line_said(line, prefix));
            words.is_empty() && !matches!(begins, Some(Line { said: Said::Command { .. }, .. }))
        }
    }
}

fn paragraph<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    lines.iter().copied().take_while(|line| !line.is_empty()).collect()
}

fn in_subject(subject: &str, prefix: &str, title: Option<&str>) -> Option<Line> {
    let reference = references_in(subject, prefix).into_iter().next();
    let (before, rest) = match &reference {
        Some(reference) => behind(subject, reference)?,
        None => ("", subject),
    };
    let rest = bare(rest);
    let is_answer = before.contains(':') || rest.contains(':') && reference.is_none();
    let rest =
        if reference.is_none() { bare(rest.rsplit(':').next().unwrap_or(rest)) } else { rest };
    if is_answer && title.is_some_and(|title| shows_title(rest, title)) {
        return None;
    }
    let mut line = said(rest)?;
    line.reference = reference;
    line.in_subject = true;
    Some(line)
}

/// What stands before and behind the reference, whatever its capitals.
fn behind<'a>(text: &'a str, reference: &str) -> Option<(&'a str, &'a str)> {
    let at = text.to_ascii_uppercase().find(reference)?;
    Some((text.get(..at)?, text.get(at + reference.len()..)?))
}

/// Our letters repeat the subject of the request, and so do answers to them.
fn shows_title(subject: &str, title: &str) -> bool {
    let title = title.rsplit(']').next().unwrap_or(title);
    let title = title.trim().trim_start_matches("Re:").trim().to_lowercase();
    let known: String = title.chars().take(TITLE).collect();
    let known = if known.is_empty() { "(no subject)" } else { known.trim_end() };
    subject.to_lowercase().contains(known)
}

fn in_body(own: &[&str], prefix: &str) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut rest = own.iter().copied().take(10_000).enumerate().peekable();
    while let Some((place, text)) = rest.next() {
        if text.is_empty() {
            continue;
        }
        let Some(mut line) = line_said(text, prefix) else { break };
        if let Said::Command { verb, words } = &mut line.said {
            match verb.takes() {
                Takes::Nothing => {}
                Takes::Mail => {
                    let below = own.get(place + 1..).unwrap_or_default().join("\n");
                    *words = joined(words, &below);
                    found.push(line);
                    break;
                }
                Takes::Line => {
                    let mut last = text;
                    while last.chars().count() >= BROKEN_FROM
                        && let Some((_, next)) = rest.next_if(|(_, next)| {
                            !next.is_empty() && line_said(next, prefix).is_none()
                        })
                    {
                        words.push(' ');
                        words.push_str(next);
                        last = next;
                    }
                }
            }
        }
        found.push(line);
        if found.len() == MOST_LINES {
            break;
        }
    }
    found
}

/// One line of a body, which may begin with a reference.
fn line_said(text: &str, prefix: &str) -> Option<Line> {
    let text = bare(text);
    let first = text.split_whitespace().next().unwrap_or_default();
    let Some(reference) = references_in(first, prefix).into_iter().next() else {
        return said(text);
    };
    let (_, rest) = behind(text, &reference)?;
    let mut line = said(bare(rest))?;
    line.typed = format!("{reference} {}", line.typed);
    line.reference = Some(reference);
    Some(line)
}

fn said(text: &str) -> Option<Line> {
    let (key, text) = take_key(text);
    let text = bare(&text);
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let lower = word.to_lowercase();
    let words = bare(rest).trim_end_matches(QUOTES).trim_end();
    let line = |said| Line {
        typed: text.trim_end_matches(QUOTES).to_owned(),
        reference: None,
        key: key.clone(),
        in_subject: false,
        said,
    };

    let Some(verb) = Verb::named(&lower) else {
        let is_short = text.split_whitespace().count() <= MOST_WORDS_OF_A_SLIP;
        let nearest = Verb::nearest(&lower).filter(|_| is_short)?;
        return Some(line(Said::Unknown { word: word.to_owned(), nearest }));
    };
    // `Close-up`, `ask's`
    if rest.chars().next().is_some_and(|c| "'’_/@".contains(c))
        || rest.starts_with('-') && rest.chars().nth(1).is_some_and(char::is_alphabetic)
    {
        return None;
    }
    let is_polite = matches!(without_stop(words).to_lowercase().as_str(), "" | "please" | "pls");
    let words = match verb.takes() {
        Takes::Nothing if is_polite => "",
        // "Help me to", "Urgent: our server"
        Takes::Nothing => return None,
        Takes::Line if verb == Verb::Assign || without_stop(words).is_empty() => {
            without_stop(words)
        }
        Takes::Line | Takes::Mail => words,
    };
    Some(line(Said::Command { verb, words: words.to_owned() }))
}

fn without_stop(words: &str) -> &str {
    words.trim_end_matches(['.', '!', ',', ';', ' '])
}

fn take_key(text: &str) -> (Option<String>, String) {
    let key = text.split_whitespace().find(|word| is_key(word)).map(str::to_lowercase);
    match key {
        Some(key) => (Some(key), without_key(text)),
        None => (None, text.to_owned()),
    }
}

fn is_key(word: &str) -> bool {
    word.get(..KEY.len()).is_some_and(|start| start.eq_ignore_ascii_case(KEY))
        && word.chars().skip(KEY.len()).all(|c| c.is_ascii_alphanumeric())
        && word.len() > 30
}

const QUOTES: &[char] = &['"', '\'', '`', '“', '”', '„', '‘', '’', '«', '»', '*', '_', ']', ')'];

/// Without what machines and habits put before the first word: quotes, marks of lists, dashes.
fn bare(text: &str) -> &str {
    let is_edge = |c: char| {
        c.is_whitespace() || QUOTES.contains(&c) || "[(>-–—‐‑•·:,/\\\u{feff}\u{200b}".contains(c)
    };
    let text = text.trim_start_matches(is_edge);
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = text.get(digits..).unwrap_or_default();
    if (1..=2).contains(&digits) && rest.starts_with(['.', ')']) {
        return rest.trim_start_matches(['.', ')']).trim_start_matches(is_edge).trim_end();
    }
    text.trim_end()
}
