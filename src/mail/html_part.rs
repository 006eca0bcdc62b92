//! The HTML of a mail as it stands there. For mails that we wrote: others' is never shown.

use mail_parser::{MessageParser, MimeHeaders};

pub fn html_part(raw: &[u8]) -> Option<String> {
    let message = MessageParser::default().parse(raw)?;
    let part = message.parts.iter().find(|part| {
        let html = |kind: &mail_parser::ContentType<'_>| kind.subtype() == Some("html");
        part.content_type().is_some_and(html)
    })?;
    part.text_contents().map(str::to_owned)
}
