//! The files of a mail with their content. For mails of consultants, who pass files on to requesters.

use mail_parser::{ContentType, MessageParser, MimeHeaders, PartType};

use super::Attachment;
use super::bytes::charset;
use super::bytes::headers::decode_words;

/// More files than anybody attaches; the rest is not looked at.
const MOST_FILES: usize = 50;

/// One file with its content.
pub struct File {
    pub attachment: Attachment,
    pub content: Vec<u8>,
}

/// The files that somebody attached. Pictures that stand in the text, such as the logo of a
/// signature, are none.
pub fn files(raw: &[u8]) -> Vec<File> {
    let Some(message) = MessageParser::default().parse(raw) else {
        return Vec::new();
    };
    let files = message.attachments().filter_map(|part| {
        let kind = part.content_type();
        let is_attached = part.content_disposition().is_some_and(ContentType::is_attachment);
        let is_picture = kind.is_some_and(|kind| kind.ctype() == "image");
        if is_picture && !is_attached && part.content_id().is_some() {
            return None;
        }
        let name = part.attachment_name();
        if !is_attached
            && name.is_none()
            && matches!(part.body, PartType::Text(_) | PartType::Html(_))
        {
            return None;
        }
        let content = part.contents().to_vec();
        let content_type = kind.and_then(|kind| {
            Some(format!("{}/{}", kind.ctype(), kind.subtype()?).to_ascii_lowercase())
        });
        let attachment = Attachment {
            name: name.map(|name| charset::one_line(&decode_words(name))),
            content_type: content_type.unwrap_or_else(|| "application/octet-stream".to_owned()),
            bytes: content.len() as u64,
        };
        Some(File { attachment, content })
    });
    files.take(MOST_FILES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_attached_is_a_file_and_a_logo_is_none() {
        let raw = b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n\
            --x\nContent-Type: text/plain\n\nreply Here it is.\n\
            --x\nContent-Type: image/png; name=logo.png\nContent-ID: <logo>\n\
            Content-Disposition: inline; filename=logo.png\nContent-Transfer-Encoding: base64\n\n\
            AAAA\n\
            --x\nContent-Type: application/pdf; name=plan.pdf\n\
            Content-Disposition: attachment; filename=plan.pdf\n\
            Content-Transfer-Encoding: base64\n\nJVBERg==\n\
            --x\nContent-Type: text/plain; name=notes.txt\n\
            Content-Disposition: attachment; filename=notes.txt\n\nnotes\n--x--\n";
        let files = files(raw);
        let shown: Vec<(&str, &str, &[u8])> = files
            .iter()
            .map(|file| {
                let name = file.attachment.name.as_deref().unwrap();
                (name, file.attachment.content_type.as_str(), file.content.as_slice())
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("plan.pdf", "application/pdf", b"%PDF".as_slice()),
                ("notes.txt", "text/plain", b"notes".as_slice()),
            ]
        );
    }

    #[test]
    fn hostile_bytes_do_no_harm() {
        let parts = "--x\nContent-Disposition: attachment; filename=a\n\na\n".repeat(5_000);
        let many = format!("Content-Type: multipart/mixed; boundary=x\n\n{parts}");
        assert_eq!(files(many.as_bytes()).len(), MOST_FILES);
        assert!(files(b"").is_empty());
        assert!(files(b"\0\xff").is_empty());
    }
}
