//! The words of a letter as a mail: headers, a text part and an HTML part.

use std::time::SystemTime;

use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message, MessageBuilder, MultiPart, SinglePart};

use crate::letter::text::one_line;
use crate::letter::{Frame, OutgoingMail, TemplateError, templates};
use crate::mail::{EmailAddress, MessageId};
use crate::triage::{Letter, LetterKind};

/// Ids of earlier mails in `References`: the first, and this many of the last.
const LAST_REFERENCES: usize = 10;
/// Longest id that is repeated. One header line may have 998 characters (RFC 5322).
const LONGEST_ID: usize = 400;
const LONGEST_NAME: usize = 100;

pub(crate) struct Words {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

pub(crate) fn mail(
    letter: &Letter,
    frame: &Frame<'_>,
    words: Words,
) -> Result<OutgoingMail, TemplateError> {
    let kind = letter.content.kind();
    let no_mail = |problem| TemplateError::NoMail { kind: kind.name(), problem };
    let team = mailbox(Some(&frame.team.name), &frame.team.address)
        .ok_or_else(|| no_mail("the team's address is not usable"))?;
    let name = letter.to.name.as_ref().map(|name| name.0.as_str());
    let to =
        mailbox(name, &letter.to.address).ok_or_else(|| no_mail("the address is not usable"))?;
    let builder = Message::builder()
        .from(team.clone())
        .to(to)
        .reply_to(team)
        .subject(words.subject.clone())
        .date(SystemTime::from(frame.written_at))
        .message_id(Some(bracketed(frame.message_id)));
    let message = automatic(threaded(builder, letter), kind)
        .raw_header(header("X-Mailtriage-Token", &one_line(&frame.token, 2 * LONGEST_ID)))
        .multipart(parts(&words, frame.message_id))
        .map_err(|_| no_mail("the mail library refuses it"))?;

    Ok(OutgoingMail {
        message_id: frame.message_id.clone(),
        to: letter.to.clone(),
        subject: words.subject,
        null_return_path: kind.has_null_return_path(),
        raw: message.formatted(),
        text: words.text,
        html: words.html,
    })
}

/// RFC 3834. What a consultant writes through us is no automatic mail.
fn automatic(builder: MessageBuilder, kind: LetterKind) -> MessageBuilder {
    if kind.is_personal() {
        return builder;
    }
    let auto_submitted =
        if templates::answers_a_mail(kind) { "auto-replied" } else { "auto-generated" };
    builder
        .raw_header(header("Auto-Submitted", auto_submitted))
        .raw_header(header("X-Auto-Response-Suppress", "All"))
}

/// Both parts are quoted-printable: lines stay short, every server takes it, and `=_` can then
/// stand in no part, so the boundary needs no chance.
fn parts(words: &Words, id: &MessageId) -> MultiPart {
    let local: String = id.as_str().chars().filter(char::is_ascii_alphanumeric).take(40).collect();
    MultiPart::alternative()
        .boundary(format!("=_{local}"))
        .singlepart(part(ContentType::TEXT_PLAIN, &words.text))
        .singlepart(part(ContentType::TEXT_HTML, &words.html))
}

fn part(content_type: ContentType, body: &str) -> SinglePart {
    SinglePart::builder()
        .content_type(content_type)
        .header(ContentTransferEncoding::QuotedPrintable)
        .body(body.to_owned())
}

fn threaded(builder: MessageBuilder, letter: &Letter) -> MessageBuilder {
    let thread = &letter.thread;
    let mut references: Vec<&MessageId> =
        thread.references.iter().filter(|id| is_repeatable(id)).collect();
    let answered = thread.in_reply_to.as_ref().filter(|id| is_repeatable(id));
    if let Some(id) = answered {
        references.retain(|known| *known != id);
        references.push(id);
    }
    if references.len() > LAST_REFERENCES + 1 {
        let last = references.split_off(references.len() - LAST_REFERENCES);
        references.truncate(1);
        references.extend(last);
    }

    let mut builder = builder;
    if let Some(id) = answered {
        builder = builder.in_reply_to(bracketed(id));
    }
    if references.is_empty() {
        return builder;
    }
    let references: Vec<String> = references.into_iter().map(bracketed).collect();
    builder.references(references.join(" "))
}

/// Strange ids are left out: they could break a header, and no mail program would find them.
fn is_repeatable(id: &MessageId) -> bool {
    let id = id.as_str();
    id.len() <= LONGEST_ID
        && id.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>".contains(&byte))
}

fn bracketed(id: &MessageId) -> String {
    format!("<{}>", id.as_str())
}

fn mailbox(name: Option<&str>, address: &EmailAddress) -> Option<Mailbox> {
    let name = name.map(|name| one_line(name, LONGEST_NAME)).filter(|name| !name.is_empty());
    Some(Mailbox::new(name, address.as_str().parse().ok()?))
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
