//! How a person is recognised in text: by the address and by the names that stood beside it.

use std::fmt;

use crate::mail::EmailAddress;
use crate::store::retention::NOBODY;

/// Stands where a name stood.
const NO_NAME: &str = "(erased)";

/// Address and names. A match is whole: `ann@x.org` is not found in `joann@x.org`.
#[derive(Clone)]
pub struct Identity {
    address: Needle,
    names: Vec<Needle>,
}

/// Lower case; one space stands for any white space.
#[derive(Clone, PartialEq)]
struct Needle {
    chars: Vec<char>,
    instead: &'static str,
}

impl Identity {
    /// Names of one word are left out: `Will` and `May` stand in every other mail.
    pub fn new(address: &EmailAddress, names: impl IntoIterator<Item = String>) -> Self {
        let mut all: Vec<Needle> = Vec::new();
        for name in names.into_iter().flat_map(|name| [turned(&name), Some(name)]).flatten() {
            let words: Vec<&str> = name.split_whitespace().collect();
            let needle = Needle::new(&words.join(" "), NO_NAME);
            if words.len() > 1 && !all.contains(&needle) {
                all.push(needle);
            }
        }
        Self { address: Needle::new(address.as_str(), NOBODY), names: all }
    }

    fn needles(&self) -> impl Iterator<Item = &Needle> {
        std::iter::once(&self.address).chain(&self.names)
    }

    pub fn is_in(&self, text: &str) -> bool {
        let lower = lower(text);
        self.needles().any(|needle| needle.first_in(&lower, 0).is_some())
    }

    /// The text with somebody nameless in the person's place.
    pub fn replaced(&self, text: &str) -> String {
        self.needles().fold(text.to_owned(), |text, needle| needle.replaced(&text))
    }

    /// Parts of which at least one stands in every text that holds the person: for a first look by
    /// the database.
    pub fn hints(&self) -> Vec<String> {
        let hint = |needle: &Needle| {
            let text: String = needle.chars.iter().collect();
            let longest = text.split(' ').max_by_key(|word| word.len());
            longest.unwrap_or_default().to_owned()
        };
        self.needles().map(hint).collect()
    }

    pub fn names(&self) -> usize {
        self.names.len()
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<a person of {} names>", self.names.len())
    }
}

/// `Byron, Ada` is `Ada Byron`, and the other way round.
fn turned(name: &str) -> Option<String> {
    if let Some((last, first)) = name.split_once(',') {
        return Some(format!("{} {}", first.trim(), last.trim()));
    }
    let (first, last) = name.trim().rsplit_once(char::is_whitespace)?;
    Some(format!("{last}, {}", first.trim()))
}

/// One character for each, so that places stay the same.
fn lower(text: &str) -> Vec<char> {
    text.chars().map(|c| c.to_lowercase().next().unwrap_or(c)).collect()
}

impl Needle {
    fn new(text: &str, instead: &'static str) -> Self {
        Self { chars: lower(text), instead }
    }

    /// Where it first stands at or after `from`, as begin and end.
    fn first_in(&self, text: &[char], from: usize) -> Option<(usize, usize)> {
        let first = self.chars.first()?;
        (from..text.len())
            .filter(|at| text.get(*at) == Some(first))
            .find_map(|at| Some((at, self.end_at(text, at)?)))
    }

    fn end_at(&self, text: &[char], begin: usize) -> Option<usize> {
        let before = begin.checked_sub(1).and_then(|before| text.get(before));
        if before.is_some_and(|c| is_part(*c)) {
            return None;
        }
        let mut at = begin;
        for wanted in &self.chars {
            let found = text.get(at)?;
            if *wanted == ' ' {
                if !found.is_whitespace() {
                    return None;
                }
                at += text.iter().skip(at).take_while(|c| c.is_whitespace()).count();
            } else if found == wanted {
                at += 1;
            } else {
                return None;
            }
        }
        (!text.get(at).is_some_and(|c| is_part(*c))).then_some(at)
    }

    fn replaced(&self, text: &str) -> String {
        let lower = lower(text);
        let mut chars = text.chars();
        let mut replaced = String::with_capacity(text.len());
        let mut done = 0;
        while let Some((begin, end)) = self.first_in(&lower, done) {
            replaced.extend(chars.by_ref().take(begin - done));
            chars.by_ref().take(end - begin).for_each(drop);
            replaced.push_str(self.instead);
            done = end;
        }
        replaced.extend(chars);
        replaced
    }
}

/// A letter or digit beside a match makes it part of something longer.
fn is_part(c: char) -> bool {
    c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn priya() -> Identity {
        let address = EmailAddress::parse("Priya.Raman@requests.example").unwrap();
        Identity::new(&address, ["Raman, Priya".to_owned(), "Priya".to_owned()])
    }

    #[test]
    fn address_and_names_are_found_whole_and_in_any_case() {
        let cases = [
            ("write to priya.raman@REQUESTS.example, please", true),
            ("<PRIYA.RAMAN@requests.example>", true),
            ("joe.priya.raman@requests.example.org", true),
            ("xpriya.raman@requests.example", false),
            ("priya.raman@requests.examples", false),
            ("Dear priya\n  raman,", true),
            ("Raman,  Priya wrote", true),
            ("Priyaraman", false),
            ("Priya alone is many people", false),
            ("", false),
        ];
        for (text, found) in cases {
            assert_eq!(priya().is_in(text), found, "{text}");
        }
    }

    #[test]
    fn what_stands_around_stays() {
        assert_eq!(
            priya().replaced("Ängste: Priya Raman <priya.raman@requests.example> – ok"),
            "Ängste: (erased) <erased@erased.invalid> – ok"
        );
        assert_eq!(priya().replaced("nobody"), "nobody");
    }

    #[test]
    fn the_hints_stand_in_every_match() {
        assert_eq!(priya().hints(), ["priya.raman@requests.example", "raman", "raman,"]);
    }
}
