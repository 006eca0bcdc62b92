//! The walk over the tree: blocks end lines, lists number them, quotes deepen them.

use super::super::flat::{FlatLine, Hint};
use super::Flattened;
use super::dom::{Element, Node};
use super::style::{self, Colour};
use super::table::{self, Table};

pub(super) fn flatten(root: &Element) -> Flattened {
    let mut walk = Walk::default();
    walk.children(root);
    walk.end_line();
    Flattened { lines: walk.lines, has_form: walk.has_form }
}

/// The flat lines of one element, as for a cell of a table.
fn flatten_inside(element: &Element, depth: u8, colour: Option<Colour>) -> Flattened {
    let colour = style::colour(element).or(colour);
    let mut walk = Walk { depth, colour, ..Walk::default() };
    walk.children(element);
    walk.end_line();
    Flattened { lines: walk.lines, has_form: walk.has_form }
}

/// Lists nested deeper are shown as if they were not.
const DEEPEST_INDENT: usize = 8;

#[derive(Default)]
struct Walk {
    lines: Vec<FlatLine>,
    has_form: bool,
    /// The line being written.
    line: LineSoFar,
    /// What stands before the text of the next line: the number or dash of a list item.
    marker: Option<String>,
    depth: u8,
    hint: Hint,
    lists: Vec<List>,
    colour: Option<Colour>,
    is_preformatted: bool,
}

#[derive(Default)]
struct LineSoFar {
    text: String,
    /// White space that counts only if more text follows.
    has_space: bool,
    colour: Option<Colour>,
    is_mixed: bool,
    /// Where the colour changed last.
    change: usize,
}

/// A list that is open: for an ordered one, the number of its next item.
struct List {
    next: Option<i64>,
}

impl Walk {
    fn children(&mut self, element: &Element) {
        for child in &element.children {
            match child {
                Node::Text(text) => self.text(text),
                Node::Element(element) => self.element(element),
            }
        }
    }

    fn element(&mut self, element: &Element) {
        if style::is_hidden(element) {
            return;
        }
        if style::is_struck(element) {
            // The plain text beside it shows such words as if they stood.
            self.has_form = true;
            self.line.has_space = true;
            return;
        }
        if style::starts_quote(element) {
            self.end_line();
            self.hint = Hint::QuoteStart;
        }
        let outer_colour = self.colour.clone();
        if let Some(colour) = style::colour(element) {
            self.colour = Some(colour);
        }
        if style::is_signature(element) {
            self.signature(element);
        } else {
            self.tag(element);
        }
        self.colour = outer_colour;
    }

    fn tag(&mut self, element: &Element) {
        match element.name.as_str() {
            "br" => self.push_line(),
            "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dl" | "hr" => self.paragraph(element),
            "blockquote" => self.quote(element),
            "ul" | "ol" => self.list(element),
            "li" => self.item(element),
            "table" => self.table(element),
            "pre" => {
                let outer = std::mem::replace(&mut self.is_preformatted, true);
                self.block(element);
                self.is_preformatted = outer;
            }
            "div" | "section" | "article" | "header" | "footer" | "main" | "address" | "center"
            | "form" | "fieldset" | "dt" | "dd" | "figure" | "tr" | "caption" | "aside" | "nav"
            | "body" => self.block(element),
            _ => self.children(element),
        }
    }

    fn block(&mut self, element: &Element) {
        self.end_line();
        self.children(element);
        self.end_line();
    }

    fn signature(&mut self, element: &Element) {
        self.end_line();
        let outer = std::mem::replace(&mut self.hint, Hint::Signature);
        self.children(element);
        self.end_line();
        self.hint = outer;
    }

    /// Outlook sets its paragraphs without a gap and types an empty one where it wants one.
    fn paragraph(&mut self, element: &Element) {
        let margin = style::property(element, "margin");
        let is_tight = element.has_class("MsoNormal")
            || element.has_class("MsoListParagraph")
            || margin.is_some_and(|margin| margin.starts_with('0'))
            || !self.lists.is_empty();
        self.end_line();
        if !is_tight {
            self.blank();
        }
        let before = self.lines.len();
        self.children(element);
        self.end_line();
        if !is_tight || self.lines.len() == before && self.marker.is_none() {
            self.blank();
        }
    }

    fn quote(&mut self, element: &Element) {
        self.end_line();
        let outer = self.depth;
        let is_introduced =
            self.lines.iter().rev().find(|line| !line.is_blank()).is_some_and(|line| {
                line.text.trim_end().ends_with(':')
                    && line.text.contains(|c: char| c.is_ascii_digit())
            });
        if style::is_quote(element) || element.attributes.is_empty() && is_introduced {
            self.depth = self.depth.saturating_add(1);
        }
        self.children(element);
        self.end_line();
        self.depth = outer;
    }

    fn list(&mut self, element: &Element) {
        self.end_line();
        self.flush_marker();
        let start = element.attribute("start").and_then(|start| start.trim().parse().ok());
        let next = (element.name == "ol").then(|| start.unwrap_or(1));
        self.lists.push(List { next });
        self.has_form = true;
        self.children(element);
        self.end_line();
        self.lists.pop();
    }

    fn item(&mut self, element: &Element) {
        self.end_line();
        self.flush_marker();
        let level = self.lists.len().saturating_sub(1);
        let value = element.attribute("value").and_then(|value| value.trim().parse::<i64>().ok());
        let sign = match self.lists.last_mut().and_then(|list| list.next.as_mut()) {
            Some(next) => {
                let number = value.unwrap_or(*next);
                *next = number.saturating_add(1);
                format!("{number}. ")
            }
            None => "- ".to_owned(),
        };
        self.marker = Some(indent(level) + &sign);
        self.children(element);
        self.end_line();
        self.flush_marker();
    }

    fn table(&mut self, element: &Element) {
        self.end_line();
        let (depth, colour) = (self.depth, self.colour.clone());
        match table::read(element, |cell| flatten_inside(cell, depth, colour.clone())) {
            Table::Rows(rows) => {
                self.has_form = true;
                for row in rows {
                    self.line.text = row.text;
                    self.end_line();
                    if let Some(line) = self.lines.last_mut() {
                        line.coloured_end = row.coloured_end;
                    }
                }
            }
            Table::Layout => {
                for cell in table::cells(element) {
                    self.block(cell);
                }
            }
        }
        self.blank();
    }

    fn text(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\n' if self.is_preformatted => self.push_line(),
                ' ' | '\t' | '\n' | '\r' | '\u{C}' => self.line.has_space = true,
                c => {
                    if self.line.has_space && !self.line.text.is_empty() {
                        self.line.text.push(' ');
                    }
                    self.line.has_space = false;
                    self.note_colour(c);
                    self.line.text.push(c);
                }
            }
        }
    }

    fn note_colour(&mut self, c: char) {
        if c.is_alphanumeric() {
            let colour = self.colour.clone().unwrap_or(Colour::Plain);
            if self.line.colour.as_ref().is_some_and(|before| *before != colour) {
                self.line.is_mixed = true;
                self.line.change = self.line.text.len();
            }
            self.line.colour = Some(colour);
        }
    }

    /// Ends the line if there is one.
    fn end_line(&mut self) {
        if !self.line.text.is_empty() {
            self.push_line();
        }
        self.line.has_space = false;
    }

    fn push_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let text = line.text.trim_matches(|c: char| c == ' ' || c == '\u{A0}');
        let before = match self.marker.take() {
            Some(marker) => marker,
            // Further lines of an item stand under its text.
            None if !text.is_empty() => indent(self.lists.len()),
            None => String::new(),
        };
        let (colour, coloured_end) = match line.colour {
            Some(Colour::Set(_)) if line.is_mixed => {
                (None, line.text.get(line.change..).map(|end| end.trim().to_owned()))
            }
            Some(Colour::Set(colour)) => (Some(colour), None),
            _ => (None, None),
        };
        let is_separator = text == "--" && self.hint == Hint::None;
        self.lines.push(FlatLine {
            text: format!("{before}{text}"),
            depth: self.depth,
            hint: if is_separator { Hint::Separator } else { self.hint },
            colour,
            coloured_end,
        });
        if self.hint == Hint::QuoteStart {
            self.hint = Hint::None;
        }
    }

    /// An item whose text never came still shows its number.
    fn flush_marker(&mut self) {
        if self.marker.is_some() {
            self.push_line();
        }
    }

    fn blank(&mut self) {
        if self.lines.last().is_some_and(|line| !line.is_blank()) && self.marker.is_none() {
            self.lines.push(FlatLine::quoted("", self.depth));
        }
    }
}

fn indent(level: usize) -> String {
    "  ".repeat(level.min(DEEPEST_INDENT))
}
