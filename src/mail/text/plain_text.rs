//! Plain text to flat lines: quote marks become a depth, flowed lines (RFC 3676) are joined.

use super::flat::{FlatLine, Hint};

/// How the part says its lines are to be read (`format` and `delsp` of RFC 3676).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::mail) enum Flow {
    Fixed,
    Flowed,
    /// Flowed, and the space before a soft break is no part of the text.
    FlowedDelSp,
}

/// More lines than a person writes; the rest is not read.
const MOST_LINES: usize = 20_000;

pub(in crate::mail) fn flatten(text: &str, flow: Flow) -> Vec<FlatLine> {
    let mut lines: Vec<FlatLine> = Vec::new();
    let mut is_open = false;
    for raw in text.split('\n').take(MOST_LINES) {
        let (depth, content) = match flow {
            Flow::Fixed => split_quote_marks(raw),
            Flow::Flowed | Flow::FlowedDelSp => split_flowed(raw),
        };
        let is_separator = content == "-- ";
        let is_soft = flow != Flow::Fixed && content.ends_with(' ') && !is_separator;
        let content = match flow {
            Flow::FlowedDelSp if is_soft => content.strip_suffix(' ').unwrap_or(content),
            _ => content,
        };
        match lines.last_mut() {
            Some(last) if is_open && !is_separator && last.depth == depth => {
                last.text.push_str(content);
            }
            _ => lines.push(FlatLine::quoted(content, depth)),
        }
        is_open = is_soft;
    }
    for line in &mut lines {
        if line.text == "-- " {
            line.hint = Hint::Separator;
        }
        line.text.truncate(line.text.trim_end().len());
    }
    lines
}

/// `> > text` and `>> text` are both two levels deep.
pub(in crate::mail) fn split_quote_marks(line: &str) -> (u8, &str) {
    let (mut depth, mut rest) = (0u8, line);
    while let Some(after) = next_mark(rest, depth) {
        depth = depth.saturating_add(1);
        rest = after;
    }
    if depth == 0 { (0, line) } else { (depth, rest.strip_prefix(' ').unwrap_or(rest)) }
}

/// A mark is `>`; between marks and before the first, one space may stand.
fn next_mark(rest: &str, depth: u8) -> Option<&str> {
    let spaced = rest.strip_prefix(' ').unwrap_or(rest);
    let after = spaced.strip_prefix('>').or_else(|| {
        // Some mailers quote with a bar; only ever after a line start, for `|` is also a table.
        (depth == 0).then(|| spaced.strip_prefix("|>")).flatten()
    })?;
    // `>=` and `->` are no quote marks.
    (!after.starts_with('=') || depth > 0).then_some(after)
}

fn split_flowed(line: &str) -> (u8, &str) {
    let marks = line.len() - line.trim_start_matches('>').len();
    let rest = line.trim_start_matches('>');
    // One leading space is stuffing.
    let depth = u8::try_from(marks).unwrap_or(u8::MAX);
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    // Mailers that say "flowed" and still write `> > `.
    if depth > 0 && rest.starts_with('>') {
        let (more, rest) = split_quote_marks(rest);
        return (depth.saturating_add(more), rest);
    }
    (depth, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, flow: Flow, expected: &[(u8, &str)], reason: &str) {
        let lines = flatten(text, flow);
        let found: Vec<_> = lines.iter().map(|line| (line.depth, line.text.as_str())).collect();
        assert_eq!(found, expected, "{reason}");
    }

    #[test]
    fn quote_marks_become_depth() {
        let levels = [(0, "a"), (1, "b"), (2, "c"), (2, "d"), (1, "e")];
        check("a\n> b\n>> c\n> > d\n>e", Flow::Fixed, &levels, "marks");
        check(">\n>  two", Flow::Fixed, &[(1, ""), (1, " two")], "indentation in a quote stays");
        check(">= 5 users", Flow::Fixed, &[(0, ">= 5 users")], "a comparison");
        check("  indented  ", Flow::Fixed, &[(0, "  indented")], "white space at the end goes");
    }

    #[test]
    fn flowed_lines_are_joined() {
        check("a \nb\n From x", Flow::Flowed, &[(0, "a b"), (0, "From x")], "soft break, stuffing");
        check("do \nnut", Flow::FlowedDelSp, &[(0, "donut")], "the space goes");
        check("> a \n> b\nc", Flow::Flowed, &[(1, "a b"), (0, "c")], "quoted");
        check("> a \nb", Flow::Flowed, &[(1, "a"), (0, "b")], "another depth ends the paragraph");
        check("a \n-- \nMe", Flow::Flowed, &[(0, "a"), (0, "--"), (0, "Me")], "a signature");
    }
}
