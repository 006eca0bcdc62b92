//! Whose mail was passed on: the header lines that mail programs put above it.

use super::quote_headers::{self, Field};
use crate::mail::message::person;
use crate::mail::{Line, Origin, Person};

/// Mails inside mails inside mails: more than these were not passed on by people.
const MOST: usize = 5;
/// How far other fields stand from the author's.
const NEAR: usize = 6;

/// The authors of the mails that were passed on, outermost first. Empty when nothing says that this is
/// a mail passed on, because every answer quotes such lines too.
pub(in crate::mail) fn authors(lines: &[Line], subject: &str) -> Vec<Person> {
    let mut is_forward = super::is_forward(subject);
    let mut found: Vec<Person> = Vec::new();
    for (place, line) in lines.iter().enumerate() {
        let text = line.text.trim();
        is_forward |= quote_headers::rule(text) == Some(true);
        let is_theirs = line.origin != Origin::Own && line.origin != Origin::Signature;
        if !is_forward || !is_theirs || quote_headers::field(text) != Some(Field::From) {
            continue;
        }
        let is_head = fields_near(lines, place) >= 2;
        let value = text.split_once(':').map_or("", |(_, value)| value);
        // A long name pushes the address to the next line.
        let next = lines.get(place + 1).map_or("", |line| line.text.trim());
        let author = author(value).or_else(|| {
            let is_rest = quote_headers::field(next).is_none();
            author(&format!("{value} {next}")).filter(|_| is_rest)
        });
        found.extend(author.filter(|_| is_head));
        if found.len() == MOST {
            break;
        }
    }
    found
}

/// How many other kinds of field stand around the author's.
fn fields_near(lines: &[Line], place: usize) -> usize {
    let near = lines.iter().take(place + NEAR + 1).skip(place.saturating_sub(NEAR));
    let mut seen = Vec::new();
    for field in near.filter_map(|line| quote_headers::field(line.text.trim())) {
        if matches!(field, Field::Date | Field::To | Field::Subject) && !seen.contains(&field) {
            seen.push(field);
        }
    }
    seen.len()
}

/// `Pat Doe <pat@example.org>`, `*Pat Doe* [mailto:pat@example.org]`, `pat@example.org (Pat Doe)`.
fn author(value: &str) -> Option<Person> {
    let is_edge = |c: char| c.is_whitespace() || "<>()[],;\"'*".contains(c);
    let address = value.split(is_edge).find(|word| word.contains('@'))?;
    let (before, _) = value.split_once(address)?;
    let address = address.strip_prefix("mailto:").unwrap_or(address);
    person(
        Some(before.trim_matches(is_edge).trim_end_matches("mailto:").trim_matches(is_edge)),
        address,
    )
}
