//! From a tree of MIME parts to the readable text and the list of attachments.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use super::flat::FlatLine;
use super::headers::Headers;
use super::plain_text::{self, Flow};
use super::{Attachment, Line, charset, html, own_words, transfer};

/// What the parts of a mail hold.
#[derive(Default)]
pub(super) struct Content {
    pub(super) lines: Vec<Line>,
    pub(super) attachments: Vec<Attachment>,
}

/// A mail may have any number of parts; more than these are not looked at.
const MOST_PARTS: usize = 200;
const DEEPEST: usize = 20;

/// The mail with a header block that any parser can read.
pub(super) fn mend(headers: &Headers, body: &[u8]) -> Vec<u8> {
    let mut raw = headers.mended();
    raw.extend_from_slice(body);
    raw
}

pub(super) fn read(message: &Message<'_>) -> Content {
    let mut walk = Walk { message, attachments: Vec::new(), parts_left: MOST_PARTS };
    let flat = walk.part(0, 0);
    Content { lines: own_words::mark(flat), attachments: walk.attachments }
}

struct Walk<'a> {
    message: &'a Message<'a>,
    attachments: Vec<Attachment>,
    parts_left: usize,
}

impl Walk<'_> {
    fn part(&mut self, id: u32, depth: usize) -> Vec<FlatLine> {
        let Some(part) = self.message.part(id) else { return Vec::new() };
        if self.parts_left == 0 || depth > DEEPEST {
            return Vec::new();
        }
        self.parts_left -= 1;
        match &part.body {
            PartType::Multipart(ids) if is_alternative(part) => {
                let readings: Vec<Vec<FlatLine>> =
                    ids.iter().map(|id| self.part(*id, depth + 1)).collect();
                readings.into_iter().find(|lines| !lines.is_empty()).unwrap_or_default()
            }
            PartType::Multipart(ids) => {
                ids.iter().flat_map(|id| self.part(*id, depth + 1)).collect()
            }
            PartType::Text(_) | PartType::Html(_) if is_body(part) => self.text(part),
            _ => {
                self.attachments.push(attachment(part));
                Vec::new()
            }
        }
    }

    fn text(&self, part: &MessagePart<'_>) -> Vec<FlatLine> {
        let start = part.offset_body as usize;
        let bytes = self.message.raw_message.get(start..part.offset_end as usize);
        let encoding = part.content_transfer_encoding().unwrap_or_default();
        let bytes = transfer::decode(bytes.unwrap_or_default(), encoding);
        let declared = part.content_type().and_then(|kind| kind.attribute("charset"));
        let text = charset::clean(&charset::decode(&bytes, declared));
        if matches!(part.body, PartType::Html(_)) {
            html::flatten(&text)
        } else {
            plain_text::flatten(text.trim_end(), flow(part))
        }
    }
}

fn flow(part: &MessagePart<'_>) -> Flow {
    let is = |name: &str, value: &str| {
        part.content_type()
            .and_then(|kind| kind.attribute(name))
            .is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    match (is("format", "flowed"), is("delsp", "yes")) {
        (false, _) => Flow::Fixed,
        (true, false) => Flow::Flowed,
        (true, true) => Flow::FlowedDelSp,
    }
}

fn is_alternative(part: &MessagePart<'_>) -> bool {
    part.content_type().and_then(|kind| kind.subtype()) == Some("alternative")
}

fn is_body(part: &MessagePart<'_>) -> bool {
    let is_attached = part.content_disposition().is_some_and(|kind| kind.is_attachment());
    !is_attached && part.attachment_name().is_none()
}

fn attachment(part: &MessagePart<'_>) -> Attachment {
    let kind = part.content_type().map_or_else(
        || "application/octet-stream".to_owned(),
        |kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("octet-stream")),
    );
    Attachment {
        name: part.attachment_name().map(charset::one_line),
        content_type: kind.to_ascii_lowercase(),
        bytes: part.len() as u64,
    }
}
