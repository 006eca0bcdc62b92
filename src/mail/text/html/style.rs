//! What attributes say about how an element looks: hidden, coloured, quoted.

use super::dom::Element;

/// The value of a CSS property in the `style` attribute, in lower case.
pub(super) fn property(element: &Element, name: &str) -> Option<String> {
    let style = element.attribute("style")?;
    style.split(';').rev().find_map(|rule| {
        let (key, value) = rule.split_once(':')?;
        key.trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_end_matches("!important").trim().to_ascii_lowercase())
    })
}

/// Preheaders, tracking text, style sheets: nothing that a reader sees.
pub(super) fn is_hidden(element: &Element) -> bool {
    const UNSEEN: [&str; 11] = [
        "head", "style", "script", "title", "template", "object", "svg", "xml", "select",
        "noframes", "iframe",
    ];
    let is = |name: &str, values: &[&str]| {
        property(element, name).is_some_and(|value| values.contains(&value.as_str()))
    };
    UNSEEN.contains(&element.name.as_str())
        || element.attribute("hidden").is_some()
        || is("display", &["none"])
        || is("visibility", &["hidden", "collapse"])
        || is("mso-hide", &["all"])
        || is("opacity", &["0"])
        || is("font-size", &["0", "0px", "0pt", "0em", "0%"])
        || is("max-height", &["0", "0px", "0pt"]) && is("overflow", &["hidden"])
}

/// Words that their writer took back: what replaced them stands beside.
pub(super) fn is_struck(element: &Element) -> bool {
    ["s", "strike", "del"].contains(&element.name.as_str())
        || ["text-decoration", "text-decoration-line"]
            .iter()
            .any(|name| property(element, name).is_some_and(|value| value.contains("line-through")))
}

/// The colour that sets text apart from its surroundings. Black, grey and the blue of links do not.
pub(super) fn colour(element: &Element) -> Option<Colour> {
    let text = property(element, "color").or_else(|| {
        let color = element.attribute("color").filter(|_| element.name == "font")?;
        Some(color.to_ascii_lowercase())
    });
    let background =
        property(element, "background-color").or_else(|| property(element, "background"));
    match (text, background) {
        (Some(text), _) if is_plain(&text) => Some(Colour::Plain),
        (Some(text), _) => Some(Colour::Set(text.replace(' ', ""))),
        (None, Some(behind)) if is_marker(&behind) => Some(Colour::Set(behind)),
        (None, _) => None,
    }
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Colour {
    Plain,
    Set(String),
}

fn is_plain(colour: &str) -> bool {
    const NAMES: [&str; 12] = [
        "black",
        "windowtext",
        "inherit",
        "initial",
        "currentcolor",
        "auto",
        "gray",
        "grey",
        "white",
        "darkgray",
        "dimgray",
        "#0563c1",
    ];
    NAMES.contains(&colour) || is_grey(colour)
}

/// Red, green and blue within a few steps of one another.
fn is_grey(colour: &str) -> bool {
    let parts: Vec<i32> = if let Some(hex) = colour.strip_prefix('#') {
        let width = if hex.len() == 3 { 1 } else { 2 };
        let scale = if width == 1 { 17 } else { 1 };
        let digits: Vec<char> = hex.chars().collect();
        digits
            .chunks(width)
            .filter_map(|pair| i32::from_str_radix(&pair.iter().collect::<String>(), 16).ok())
            .map(|part| part * scale)
            .collect()
    } else if let Some((_, inner)) = colour.split_once("rgb") {
        let inner = inner.trim_start_matches(['a', '(']).trim_end_matches(')');
        inner.split(',').take(3).filter_map(|part| part.trim().parse().ok()).collect()
    } else {
        return false;
    };
    let (most, least) = (parts.iter().max(), parts.iter().min());
    most.zip(least).is_some_and(|(most, least)| most - least <= 24)
}

fn is_marker(colour: &str) -> bool {
    ["yellow", "lime", "aqua", "cyan", "fuchsia", "#ffff00", "#00ff00"].contains(&colour)
}

/// Whether a block holds words quoted from another mail. A bare `blockquote` is only an indent:
/// people use that button for their own text.
pub(super) fn is_quote(element: &Element) -> bool {
    let is_block = element.name == "blockquote";
    let has_bar = ["border-left", "border-left-width", "border-left-style"].iter().any(|name| {
        property(element, name).is_some_and(|value| {
            !value.starts_with("none")
                && !value.starts_with('0')
                && !value.starts_with("medium none")
        })
    });
    let is_cited = element.attribute("type").is_some_and(|kind| kind.eq_ignore_ascii_case("cite"))
        || element.attribute("cite").is_some()
        || element.has_class("gmail_quote")
        || element.has_class("quote")
        || element.has_class("protonmail_quote")
        || element.has_id("isReplyContent");
    is_block && (is_cited || has_bar)
}

/// From here on the mail program has put the mail that is answered, without marking its lines.
pub(super) fn starts_quote(element: &Element) -> bool {
    ["divRplyFwdMsg", "appendonsend", "mail-editor-reference-message-container", "reply-intro"]
        .iter()
        .any(|id| element.has_id(id))
        || ["yahoo_quoted", "zmail_extra", "OutlookMessageHeader", "moz-forward-container"]
            .iter()
            .any(|class| element.has_class(class))
        || element.attribute("name").is_some_and(|name| name == "x_divRplyFwdMsg")
}

pub(super) fn is_signature(element: &Element) -> bool {
    ["gmail_signature", "moz-signature", "protonmail_signature_block", "signature"]
        .iter()
        .any(|class| element.has_class(class))
        || [
            "Signature",
            "AppleMailSignature",
            "ms-outlook-mobile-signature",
            "lineBreakAtBeginningOfSignature",
        ]
        .iter()
        .any(|id| element.has_id(id))
}
