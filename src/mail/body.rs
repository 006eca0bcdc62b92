//! From a tree of MIME parts to the readable text, the attachments and the report inside a mail.

use mail_parser::{ContentType, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::Attachment;
use super::bytes::headers::{Headers, decode_words};
use super::bytes::{charset, transfer};
use super::text::flat::{self, FlatLine};
use super::text::html;
use super::text::plain_text::{self, Flow};

/// What the parts of a mail hold.
#[derive(Default)]
pub(super) struct Content {
    pub(super) lines: Vec<FlatLine>,
    /// The text of the first mail that is attached, in case nothing else can be read.
    pub(super) attached_lines: Vec<FlatLine>,
    pub(super) attachments: Vec<Attachment>,
    /// The fields of a delivery report (`message/delivery-status`).
    pub(super) delivery_status: Option<String>,
    /// A read receipt (`message/disposition-notification`).
    pub(super) is_receipt: bool,
    /// The header of the mail that a report is about.
    pub(super) original: Option<Headers>,
    /// The method of an invitation, such as `REPLY`.
    pub(super) calendar_method: Option<String>,
}

/// A mail may have any number of parts; more than these are not looked at.
const MOST_PARTS: usize = 200;
const DEEPEST: usize = 20;
/// More text than anybody writes or reads.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;
/// A report is short; nobody reads a megabyte of fields.
const LONGEST_REPORT: usize = 64 * 1024;

pub(super) fn read(message: &Message<'_>) -> Content {
    let mut walk = Walk { content: Content::default(), parts_left: MOST_PARTS };
    let reading = walk.part(message, 0, 0);
    if !reading.lines.iter().all(FlatLine::is_blank) {
        walk.content.lines = reading.lines;
    }
    walk.content
}

struct Walk {
    content: Content,
    parts_left: usize,
}

/// The text of a part, and what is known of its form.
#[derive(Default)]
struct Reading {
    lines: Vec<FlatLine>,
    is_html: bool,
    has_form: bool,
}

impl Walk {
    fn part(&mut self, message: &Message<'_>, id: u32, depth: usize) -> Reading {
        let Some(part) = message.part(id) else { return Reading::default() };
        if self.parts_left == 0 || depth > DEEPEST {
            return Reading::default();
        }
        self.parts_left -= 1;
        let kind = content_type(part);
        match &part.body {
            PartType::Multipart(ids) => {
                let is_choice = kind == "multipart/alternative";
                let readings: Vec<Reading> = ids
                    .iter()
                    .map(|id| self.part(message, *id, depth + 1))
                    .filter(|reading| !reading.lines.iter().all(FlatLine::is_blank))
                    .collect();
                if is_choice { choose(readings) } else { join(readings) }
            }
            PartType::Text(_) | PartType::Html(_) if is_body(part, &kind) => text(message, part),
            PartType::Message(inner) => {
                self.attach(part, &kind);
                self.attached_mail(inner, depth)
            }
            _ => {
                self.attach(part, &kind);
                self.special(part, &kind, depth)
            }
        }
    }

    fn attach(&mut self, part: &MessagePart<'_>, kind: &str) {
        if matches!(kind, "message/delivery-status" | "message/disposition-notification") {
            return;
        }
        self.content.attachments.push(Attachment {
            name: part.attachment_name().map(file_name).filter(|name| !name.is_empty()),
            content_type: kind.to_owned(),
            bytes: part.len() as u64,
        });
    }

    /// Parts that are no text and yet tell something.
    fn special(&mut self, part: &MessagePart<'_>, kind: &str, depth: usize) -> Reading {
        let cut = |bytes: &[u8]| {
            let cut = bytes.get(..LONGEST_REPORT).unwrap_or(bytes);
            charset::clean(&charset::decode(cut, None))
        };
        match kind {
            "message/delivery-status" | "message/global-delivery-status" => {
                self.content.delivery_status.get_or_insert_with(|| cut(part.contents()));
            }
            "message/disposition-notification" => self.content.is_receipt = true,
            "text/rfc822-headers" | "message/rfc822-headers" | "message/global-headers"
                if self.content.original.is_none() =>
            {
                self.content.original = Some(Headers::split(part.contents()).0);
            }
            "text/calendar" => {
                let text = cut(part.contents());
                let method = text.lines().find_map(|line| line.strip_prefix("METHOD:"));
                self.content.calendar_method = method.map(|method| method.trim().to_owned());
            }
            "application/pkcs7-mime" | "application/x-pkcs7-mime" => {
                return self.signed(part.contents(), depth);
            }
            _ => {}
        }
        Reading::default()
    }

    /// An opaque signature wraps the mail in plain bytes: what is readable there is read.
    fn signed(&mut self, bytes: &[u8], depth: usize) -> Reading {
        let mark = b"Content-Type:";
        let start = bytes.windows(mark.len()).position(|seen| seen.eq_ignore_ascii_case(mark));
        let inner = start.and_then(|start| bytes.get(start..));
        match inner.and_then(|inner| MessageParser::default().parse(inner)) {
            Some(message) => self.part(&message, 0, depth + 1),
            None => Reading::default(),
        }
    }

    fn attached_mail(&mut self, inner: &Message<'_>, depth: usize) -> Reading {
        if self.content.original.is_none() {
            let start = inner.part(0).map_or(0, |part| part.offset_header as usize);
            let raw = inner.raw_message.get(start..).unwrap_or_default();
            self.content.original = Some(Headers::split(raw).0);
        }
        if self.content.attached_lines.is_empty() {
            // What is attached to an attached mail, or reported by it, is not this mail's.
            let outer = std::mem::take(&mut self.content);
            let lines = self.part(inner, 0, depth + 1).lines;
            self.content = Content { attached_lines: lines, ..outer };
        }
        Reading::default()
    }
}

fn text(message: &Message<'_>, part: &MessagePart<'_>) -> Reading {
    let start = part.offset_body as usize;
    let bytes = message.raw_message.get(start..part.offset_end as usize).unwrap_or_default();
    let bytes = transfer::decode(bytes, part.content_transfer_encoding().unwrap_or_default());
    let bytes = bytes.get(..LONGEST_TEXT).unwrap_or(&bytes);
    let declared = part.content_type().and_then(|kind| kind.attribute("charset"));
    let text = charset::clean(&charset::decode(bytes, declared));
    if matches!(part.body, PartType::Html(_)) || looks_like_html(&text) {
        let html::Flattened { lines, has_form } = html::flatten(&text);
        Reading { lines, is_html: true, has_form }
    } else {
        let lines = plain_text::flatten(text.trim_end(), flow(part));
        Reading { lines, ..Reading::default() }
    }
}

/// HTML that says it is plain text.
fn looks_like_html(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(15).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

/// Of two versions of the same text the plain one reads best, unless it is a stub or has lost the
/// form of lists, tables and coloured answers.
fn choose(readings: Vec<Reading>) -> Reading {
    let (html, plain): (Vec<Reading>, Vec<Reading>) =
        readings.into_iter().partition(|reading| reading.is_html);
    let html = html.into_iter().next_back();
    let plain = plain.into_iter().next();
    match (plain, html) {
        (Some(plain), Some(html)) => {
            let (words, words_in_html) = (flat::words(&plain.lines), flat::words(&html.lines));
            let is_stub = words_in_html > words * 2 + 20;
            let coloured = html.lines.iter().filter(|line| line.colour.is_some()).count();
            let is_rich = (html.has_form || coloured >= 2) && words_in_html * 2 > words;
            if is_stub || is_rich { html } else { plain }
        }
        (plain, html) => plain.or(html).unwrap_or_default(),
    }
}

/// Text, picture, text: all of it is the mail. Twice the same text is one text in two forms.
fn join(readings: Vec<Reading>) -> Reading {
    let mut joined = Reading::default();
    for reading in readings {
        if joined.lines.is_empty() {
            joined = reading;
            continue;
        }
        if flat::says_the_same(&joined.lines, &reading.lines) {
            joined = choose(vec![joined, reading]);
            continue;
        }
        joined.lines.push(FlatLine::quoted("", 0));
        joined.lines.extend(reading.lines);
        joined.is_html |= reading.is_html;
        joined.has_form |= reading.has_form;
    }
    joined
}

fn flow(part: &MessagePart<'_>) -> Flow {
    let is = |name: &str, value: &str| {
        part.content_type()
            .and_then(|kind| kind.attribute(name))
            .is_some_and(|found| found.trim().eq_ignore_ascii_case(value))
    };
    match (is("format", "flowed"), is("delsp", "yes")) {
        (false, _) => Flow::Fixed,
        (true, false) => Flow::Flowed,
        (true, true) => Flow::FlowedDelSp,
    }
}

fn content_type(part: &MessagePart<'_>) -> String {
    let default = if matches!(part.body, PartType::Text(_)) {
        "text/plain"
    } else {
        "application/octet-stream"
    };
    part.content_type()
        .and_then(|kind| Some(format!("{}/{}", kind.ctype(), kind.subtype()?)))
        .map_or_else(|| default.to_owned(), |kind| kind.to_ascii_lowercase())
}

/// Files of any other text type, such as `text/csv` or `text/calendar`, are attachments.
fn is_body(part: &MessagePart<'_>, kind: &str) -> bool {
    let is_text = matches!(kind, "text/plain" | "text/html" | "text/enriched" | "text/markdown")
        || kind.starts_with("multipart/");
    let is_attached = part.content_disposition().is_some_and(ContentType::is_attachment);
    is_text && !is_attached && part.attachment_name().is_none()
}

fn file_name(name: &str) -> String {
    let name = charset::one_line(&decode_words(name));
    name.rsplit(['/', '\\']).next().unwrap_or_default().trim().to_owned()
}
