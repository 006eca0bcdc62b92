//! A quick reader of HTML that is nested as it should be, which is most of the HTML in mail.
//!
//! It gives up at the first thing whose meaning only the rules of HTML5 tell: a tag left open, text
//! beside the cells of a table, an element that it does not know. What it does read, it reads as
//! [`dom::parse`](super::dom::parse) does, as far as the [walk](super::walk) can tell.

use super::dom::{Element, Node};

/// Deeper trees are left to the other reader.
const DEEPEST: usize = 50;

/// `None` where the other reader has to look.
pub(super) fn parse(html: &str) -> Option<Element> {
    let mut tree = Tree { open: vec![element("")], has_html: false };
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        tree.text(text)?;
        rest = if let Some(comment) = tag.strip_prefix("!--") {
            after_comment(comment)?
        } else if tag.starts_with(['!', '?']) {
            tag.split_once('>')?.1
        } else if let Some(end) = tag.strip_prefix('/') {
            let (name, behind) = end.split_once('>')?;
            tree.close(name.trim_ascii_end())?;
            behind
        } else {
            let (new, behind) = start_tag(tag)?;
            let is_unseen = matches!(new.name.as_str(), "style" | "title");
            tree.open(new)?;
            // What stands in there is no HTML.
            if is_unseen { behind.get(behind.find("</")?..)? } else { behind }
        };
    }
    tree.text(rest)?;
    tree.end()
}

fn element(name: &str) -> Element {
    Element { name: name.to_owned(), ..Element::default() }
}

fn after_comment(comment: &str) -> Option<&str> {
    if comment.starts_with(['>', '-']) {
        return None;
    }
    let (inside, behind) = comment.split_once("-->")?;
    (!inside.contains("--!>")).then_some(behind)
}

/// The elements that are open, the root first.
struct Tree {
    open: Vec<Element>,
    has_html: bool,
}

impl Tree {
    fn inner(&self) -> &str {
        self.open.last().map_or("", |element| element.name.as_str())
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().any(|element| element.name == name)
    }

    fn add(&mut self, node: Node) -> Option<()> {
        self.open.last_mut()?.children.push(node);
        Some(())
    }

    fn text(&mut self, text: &str) -> Option<()> {
        let is_blank = text.bytes().all(|byte| byte.is_ascii_whitespace());
        match (self.is_flow(), is_blank) {
            (true, _) if !text.is_empty() => self.add(Node::Text(decode(text)?)),
            (_, true) => Some(()),
            _ => None,
        }
    }

    fn open(&mut self, new: Element) -> Option<()> {
        let place = place_of(&new.name)?;
        if !self.may_stand(&new.name, &place) || self.open.len() > DEEPEST {
            return None;
        }
        if place.is_void {
            return self.add(Node::Element(new));
        }
        self.has_html |= matches!(place.kind, Kind::Html);
        self.open.push(new);
        Some(())
    }

    fn may_stand(&self, name: &str, place: &Place) -> bool {
        let inner = self.inner();
        match place.kind {
            Kind::Html => self.open.len() == 1 && self.holds_only(&[]),
            Kind::Head => inner == "html" && self.holds_only(&[]),
            Kind::Body => inner == "html" && self.holds_only(&["head"]),
            Kind::Unseen => inner == "head" || self.is_flow(),
            Kind::Inline => self.is_flow(),
            Kind::Formatting => self.is_flow() && !self.is_open(name),
            Kind::Block => self.is_flow() && !self.is_open("p"),
            Kind::Heading => {
                let is_heading =
                    |open: &Element| matches!(open.name.as_bytes(), [b'h', b'1'..=b'6']);
                self.is_flow() && !self.is_open("p") && !self.open.iter().any(is_heading)
            }
            Kind::Inside(parents) => parents.contains(&inner),
        }
    }

    /// Whether nothing but white space and these elements stand so far in the inner element.
    fn holds_only(&self, known: &[&str]) -> bool {
        self.open.last().iter().flat_map(|inner| &inner.children).all(|child| match child {
            Node::Text(text) => text.trim_ascii().is_empty(),
            Node::Element(child) => known.contains(&child.name.as_str()),
        })
    }

    /// Whether text and its elements may stand here.
    fn is_flow(&self) -> bool {
        let inner = self.inner();
        !is_frame(inner) && inner != "head" && (inner != "" || !self.has_html)
    }

    fn close(&mut self, name: &str) -> Option<()> {
        let closed = self.open.pop()?;
        if name.is_empty() || !closed.name.eq_ignore_ascii_case(name) {
            return None;
        }
        self.add(Node::Element(closed))
    }

    /// The root, when nothing but the frame of the page was left open.
    fn end(mut self) -> Option<Element> {
        while self.open.len() > 1 {
            let closed = self.open.pop()?;
            if !matches!(closed.name.as_str(), "html" | "body") {
                return None;
            }
            self.add(Node::Element(closed))?;
        }
        let root = self.open.pop()?;
        Some(Element { name: "html".to_owned(), ..root })
    }
}

/// Elements that hold nothing but certain others.
fn is_frame(name: &str) -> bool {
    matches!(name, "html" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup")
}

struct Place {
    kind: Kind,
    is_void: bool,
}

/// Where an element may stand without moving another.
enum Kind {
    Html,
    Head,
    Body,
    /// Part of the head, also where it stands in the body.
    Unseen,
    Inline,
    /// Inline, and opened anew by HTML5 where it was not closed in its turn.
    Formatting,
    /// Ends an open paragraph.
    Block,
    Heading,
    Inside(&'static [&'static str]),
}

fn place_of(name: &str) -> Option<Place> {
    let kind = match name {
        "html" => Kind::Html,
        "head" => Kind::Head,
        "body" => Kind::Body,
        "meta" | "link" | "base" | "style" | "title" => Kind::Unseen,
        "br" | "img" | "wbr" | "span" | "o:p" | "sub" | "sup" | "abbr" | "cite" | "q" | "label"
        | "mark" | "time" | "ins" | "del" => Kind::Inline,
        "a" | "b" | "i" | "u" | "s" | "em" | "strong" | "font" | "big" | "small" | "strike"
        | "code" | "tt" => Kind::Formatting,
        "p" | "div" | "blockquote" | "ul" | "ol" | "dl" | "hr" | "table" | "center" | "address"
        | "article" | "aside" | "footer" | "header" | "main" | "nav" | "section" | "figure" => {
            Kind::Block
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
        "li" => Kind::Inside(&["ul", "ol"]),
        "dt" | "dd" => Kind::Inside(&["dl"]),
        "thead" | "tbody" | "tfoot" | "colgroup" => Kind::Inside(&["table"]),
        "tr" => Kind::Inside(&["table", "thead", "tbody", "tfoot"]),
        "td" | "th" => Kind::Inside(&["tr"]),
        "col" => Kind::Inside(&["colgroup"]),
        _ => return None,
    };
    let is_void = matches!(name, "meta" | "link" | "base" | "br" | "img" | "wbr" | "hr" | "col");
    Some(Place { kind, is_void })
}

/// The element of a start tag whose `<` is taken, and what stands behind it.
fn start_tag(tag: &str) -> Option<(Element, &str)> {
    let end = tag.find(|c: char| !(c.is_ascii_alphanumeric() || c == ':'))?;
    let (name, mut rest) = tag.split_at(end);
    let mut new = element(&name.to_ascii_lowercase());
    loop {
        let trimmed = rest.trim_ascii_start();
        if let Some(behind) = trimmed.strip_prefix('>') {
            return Some((new, behind));
        }
        if let Some(behind) = trimmed.strip_prefix("/>") {
            return place_of(&new.name)?.is_void.then_some((new, behind));
        }
        // Attributes stand apart.
        if trimmed.len() == rest.len() {
            return None;
        }
        let (name, value, behind) = attribute(trimmed)?;
        new.attributes.push((name, value));
        rest = behind;
    }
}

fn attribute(text: &str) -> Option<(String, String, &str)> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | ':' | '_');
    let end = text.find(|c: char| !is_letter(c)).filter(|end| *end > 0)?;
    let (name, behind) = text.split_at(end);
    let name = name.to_ascii_lowercase();
    let Some(value) = behind.strip_prefix('=') else {
        return Some((name, String::new(), behind));
    };
    let (value, behind) = match value.strip_prefix(['"', '\'']) {
        Some(quoted) => quoted.split_once(if value.starts_with('"') { '"' } else { '\'' })?,
        None => {
            let end = value.find(|c: char| !(is_letter(c) || matches!(c, '#' | '.' | '%')))?;
            if end == 0 {
                return None;
            }
            value.split_at(end)
        }
    };
    // Nobody looks at where a link leads.
    let is_looked_at = !matches!(name.as_str(), "href" | "src" | "alt" | "title");
    let value = if is_looked_at { decode(value)? } else { String::new() };
    Some((name, value, behind))
}

/// Text with its character references written out.
fn decode(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        rest = if after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') {
            let (name, behind) = after.split_once(';')?;
            out.push(character(name)?);
            behind
        } else {
            out.push('&');
            after
        };
    }
    out.push_str(rest);
    Some(out)
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                u32::from_str_radix(hex, 16).ok()?
            }
            None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse().ok()?,
            _ => return None,
        };
        // Others stand for what windows-1252 has in their place, or for nothing.
        return char::from_u32(code).filter(|c| matches!(c, ' '..='~' | '\u{A0}'..='\u{D7FF}'));
    }
    Some(match name {
        "nbsp" => '\u{A0}',
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "rsquo" => '’',
        "lsquo" => '‘',
        "rdquo" => '”',
        "ldquo" => '“',
        "ndash" => '–',
        "mdash" => '—',
        "hellip" => '…',
        "bull" => '•',
        "middot" => '·',
        "pound" => '£',
        "euro" => '€',
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
