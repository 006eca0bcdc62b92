//! Whose words a line holds: the sender's own, a quoted thread, a signature, a notice.
//!
//! Nothing is ever cut, lines only get an [`Origin`]. Where a rule is in doubt the line stays the
//! sender's own: an answer lost in a signature is worse than a signature read as an answer.

mod answers;
mod forwarded;
mod notices;
mod quote_headers;
mod quotes;
mod sign_off;

pub(in crate::mail) use forwarded::authors;

use super::flat::{FlatLine, Hint};
use crate::mail::{Line, Origin, Person};

/// What else is known of the mail.
pub(in crate::mail) struct Context<'a> {
    pub(in crate::mail) from: Option<&'a Person>,
    pub(in crate::mail) subject: &'a str,
}

pub(in crate::mail) fn mark(flat: Vec<FlatLine>, context: &Context<'_>) -> Vec<Line> {
    let names = names(context.from);
    let mut marks = Marks::new(flat);
    notices::unwrap_armour(&mut marks);
    let unmarked = quotes::mark(&mut marks, is_forward(context.subject));
    notices::mark(&mut marks);
    sign_off::mark(&mut marks, &names);
    answers::find(&mut marks, unmarked, &names);
    marks.keep_something(is_answer(context.subject));
    marks.into_lines()
}

/// The text of a mail that came as an attachment with no words of its own around it.
pub(in crate::mail) fn passed_on(flat: Vec<FlatLine>) -> Vec<Line> {
    flat.into_iter().map(|line| Line { text: line.text, origin: Origin::Forwarded }).collect()
}

fn is_forward(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    ["fw:", "fwd:", "ymlaen:", "wg:", "tr:"].iter().any(|start| subject.starts_with(start))
}

fn is_answer(subject: &str) -> bool {
    let subject = subject.trim_start().to_lowercase();
    ["re:", "re :", "aw:", "sv:", "antw:", "ateb:", "rv:", "odp:"]
        .iter()
        .any(|start| subject.starts_with(start))
}

/// The parts of the sender's name, in lower case; from the address where no name is given.
fn names(from: Option<&Person>) -> Vec<String> {
    let Some(person) = from else { return Vec::new() };
    let text = match &person.name {
        Some(name) => name.0.clone(),
        None => person.address.local_part().replace(['.', '_', '-'], " "),
    };
    let parts = text.split(|c: char| c.is_whitespace() || ",()".contains(c));
    parts.map(str::to_lowercase).filter(|part| part.chars().any(char::is_alphabetic)).collect()
}

/// The lines of a mail with the origin that each has so far.
struct Marks {
    lines: Vec<FlatLine>,
    origins: Vec<Origin>,
}

impl Marks {
    fn new(lines: Vec<FlatLine>) -> Self {
        let origin = |line: &FlatLine| match line.depth {
            0 => Origin::Own,
            depth => Origin::Quoted(depth),
        };
        let origins = lines.iter().map(origin).collect();
        Self { lines, origins }
    }

    fn len(&self) -> usize {
        self.lines.len()
    }

    /// The text without white space around it; empty beyond the end.
    fn text(&self, place: usize) -> &str {
        self.lines.get(place).map_or("", |line| line.text.trim())
    }

    fn depth(&self, place: usize) -> u8 {
        self.lines.get(place).map_or(0, |line| line.depth)
    }

    fn hint(&self, place: usize) -> Hint {
        self.lines.get(place).map_or(Hint::None, |line| line.hint)
    }

    fn colour(&self, place: usize) -> Option<&str> {
        self.lines.get(place).and_then(|line| line.colour.as_deref())
    }

    /// Parts a line in two before its coloured end; the question stays where it was.
    fn split_at_colour(&mut self, place: usize) {
        let Some(line) = self.lines.get_mut(place) else { return };
        let Some(end) = line.coloured_end.take() else { return };
        let Some(start) = line.text.strip_suffix(end.as_str()) else { return };
        let coloured = FlatLine {
            text: end.clone(),
            depth: line.depth,
            colour: Some(String::new()),
            ..FlatLine::default()
        };
        line.text = start.trim_end().to_owned();
        let origin = self.origins.get(place).copied().unwrap_or(Origin::Own);
        self.lines.insert(place + 1, coloured);
        self.origins.insert(place + 1, origin);
    }

    fn is_blank(&self, place: usize) -> bool {
        self.text(place).is_empty()
    }

    fn is_own(&self, place: usize) -> bool {
        self.origins.get(place) == Some(&Origin::Own)
    }

    fn set(&mut self, place: usize, origin: Origin) {
        if let Some(old) = self.origins.get_mut(place) {
            *old = origin;
        }
    }

    fn set_all(&mut self, places: std::ops::Range<usize>, origin: Origin) {
        for place in places {
            self.set(place, origin);
        }
    }

    /// The first line from `place` on that is not blank.
    fn next_text(&self, place: usize) -> Option<usize> {
        (place..self.len()).find(|place| !self.is_blank(*place))
    }

    /// Runs of own lines, blank ones inside included.
    fn own_segments(&self) -> Vec<std::ops::Range<usize>> {
        let mut segments: Vec<std::ops::Range<usize>> = Vec::new();
        for place in (0..self.len()).filter(|place| self.is_own(*place)) {
            match segments.last_mut() {
                Some(last) if last.end == place => last.end += 1,
                _ => segments.push(place..place + 1),
            }
        }
        segments.retain(|segment| segment.clone().any(|place| !self.is_blank(place)));
        segments
    }

    fn words(&self, places: std::ops::Range<usize>) -> usize {
        places.map(|place| self.text(place).split_whitespace().count()).sum()
    }

    /// A mail must not fall silent because a rule liked all of it.
    fn keep_something(&mut self, is_answer: bool) {
        let has = |wanted: fn(Origin) -> bool| {
            let mut places = self.origins.iter().enumerate();
            places.any(|(place, origin)| wanted(*origin) && !self.is_blank(place))
        };
        if has(|origin| origin == Origin::Own) {
            return;
        }
        let is_passed_on = has(|origin| origin == Origin::Forwarded);
        let has_header = has(|origin| origin == Origin::QuoteHeader);
        let has_notes = has(|origin| matches!(origin, Origin::Signature | Origin::Boilerplate));
        // A mail sent back without a word says nothing. One that is no answer and yet all quotation
        // is a memorandum with a head of its own, or was typed behind quote marks.
        let is_quoted = is_passed_on || has_notes || is_answer && has_header;
        for origin in &mut self.origins {
            *origin = match *origin {
                Origin::Signature | Origin::Boilerplate => Origin::Own,
                Origin::Quoted(_) | Origin::QuoteHeader if !is_quoted => Origin::Own,
                other => other,
            };
        }
    }

    fn into_lines(self) -> Vec<Line> {
        let both = self.lines.into_iter().zip(self.origins);
        both.map(|(line, origin)| Line { text: line.text, origin }).collect()
    }
}

/// `1.`, `2)`, `(iii)`, `Q4`, `a)` or a bullet at the start of a line.
fn starts_item(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    let is_bullet = matches!(first, "-" | "*" | "•" | "–" | "·" | "o" | "+");
    let core = first.trim_start_matches(['(', 'Q', 'q', '#']);
    let figure = core.trim_end_matches([')', '.', ':', '-']);
    let is_numbered = core.len() > figure.len()
        && !figure.is_empty()
        && (figure.len() <= 2 && figure.chars().all(|c| c.is_ascii_digit())
            || figure.chars().all(|c| "ivxIVX".contains(c))
            || figure.len() == 1 && figure.chars().all(|c| c.is_ascii_lowercase()));
    is_bullet && text.contains(' ') || is_numbered
}

#[cfg(test)]
mod tests;
