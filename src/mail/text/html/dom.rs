//! The only user of html2text: its HTML5 parser, as a small tree of our own.

use html2text::{Comment, Document, Element as ElementNode, Handle, config};

/// How deep a tree may be. Anything deeper is left to plain tag stripping.
const DEEPEST: usize = 600;

pub(super) enum Node {
    Text(String),
    Element(Element),
}

#[derive(Default)]
pub(super) struct Element {
    /// In lower case, such as `div`.
    pub(super) name: String,
    pub(super) attributes: Vec<(String, String)>,
    pub(super) children: Vec<Node>,
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// Outlook puts `x_` before the ids and classes of what it quotes.
    pub(super) fn has_id(&self, id: &str) -> bool {
        self.attribute("id").is_some_and(|found| found.trim_start_matches("x_") == id)
    }

    pub(super) fn has_class(&self, class: &str) -> bool {
        let classes = self.attribute("class").unwrap_or_default();
        classes.split_whitespace().any(|found| found.trim_start_matches("x_") == class)
    }
}

/// `None` where the tree is too deep.
pub(super) fn parse(html: &str) -> Option<Element> {
    let dom = config::plain().parse_html(html.as_bytes()).ok()?;
    let mut root = Element { name: "html".to_owned(), ..Element::default() };
    root.children = children(&dom.document, 0)?;
    Some(root)
}

fn children(node: &Handle, depth: usize) -> Option<Vec<Node>> {
    if depth > DEEPEST {
        return None;
    }
    let mut found = Vec::new();
    for child in node.children.borrow().iter() {
        match &child.data {
            ElementNode { attrs, .. } => {
                let attributes = attrs
                    .borrow()
                    .iter()
                    .map(|attr| (attr.name.local.to_string(), attr.value.to_string()))
                    .collect();
                found.push(Node::Element(Element {
                    name: child.element_name().unwrap_or_default(),
                    attributes,
                    children: children(child, depth + 1)?,
                }));
            }
            Comment { .. } | Document => {}
            _ => found.extend(text(child).map(Node::Text)),
        }
    }
    Some(found)
}

/// html2text does not name its text nodes; written out, they are the only ones without a `<`.
fn text(node: &Handle) -> Option<String> {
    let mut bytes = Vec::new();
    node.serialize(&mut bytes).ok()?;
    let escaped = String::from_utf8(bytes).ok()?;
    if escaped.starts_with('<') {
        return None;
    }
    if !escaped.contains('&') {
        return Some(escaped);
    }
    let text = escaped
        .replace("&nbsp;", "\u{A0}")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    Some(text)
}
