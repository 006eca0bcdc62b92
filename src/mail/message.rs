//! Raw bytes to [`IncomingMail`]. With `body`, the only user of mail-parser's message tree.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::{DateTime, FixedOffset, NaiveDate};
use mail_parser::{Address, HeaderName, Message, MessageParser};

use super::body::{self, Content};
use super::bytes::headers::{Headers, decode_words};
use super::bytes::{charset, mend};
use super::sender_kind::{self, Evidence};
use super::text::own_words;
use super::text::phrases;
use super::text::searched::Searched;
use super::{
    EmailAddress, IncomingMail, Line, MessageId, Origin, PassedOn, Person, PersonName, SenderKind,
    text_of,
};

/// The header field that marks our own letters. Only a valid keyed token in it counts.
pub(super) const OWN_MARK: &str = "x-mailtriage-token";
/// Header fields that stand at most once (RFC 5322, section 3.6) and that we go by.
const MOST_ONCE: [&str; 7] =
    ["sender", "to", "cc", "subject", "message-id", "in-reply-to", "content-type"];
const MOST_ADDRESSES: usize = 200;
/// A mail with more words of its own says what it wants itself; what is attached to it is evidence.
const COVERING_WORDS: usize = 30;
const MOST_IDS: usize = 100;

/// Why a mail is set aside for a human.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("the mail has no header")]
    NoHeader,
    #[error("the parser failed on this mail")]
    ParserFailed,
}

/// Reads any bytes. What cannot be read is missing from the answer.
pub fn read(raw: &[u8]) -> IncomingMail {
    let (headers, body) = Headers::split(raw);
    let (mail, _) = read_parts(headers, body);
    mail
}

/// Reads the header alone, whatever follows it.
pub fn read_header(raw: &[u8]) -> IncomingMail {
    let (headers, _) = Headers::split(raw);
    let (mail, _) = read_parts(headers, b"");
    mail
}

/// [`read`], for those who keep aside what could only be read in part.
pub fn read_or_unreadable(raw: &[u8]) -> Result<IncomingMail, Unreadable> {
    let (headers, body) = Headers::split(raw);
    if headers.is_empty() {
        return Err(Unreadable::NoHeader);
    }
    match read_parts(headers, body) {
        (mail, true) => Ok(mail),
        (_, false) => Err(Unreadable::ParserFailed),
    }
}

/// The mail, and whether all of it could be read. Parsers of mail have panicked on crafted input.
fn read_parts(mut headers: Headers, body: &[u8]) -> (IncomingMail, bool) {
    let raw = mend::mend(&mut headers, body);
    let headers = &headers;
    let read = || {
        let message = MessageParser::default().parse(&raw)?;
        Some((people(&message, headers), body::read(&message)))
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(Some((people, content))) => (assemble(headers, people, content), true),
        Ok(None) => (assemble(headers, People::default(), Content::default()), true),
        Err(_) => (assemble(headers, People::default(), Content::default()), false),
    }
}

fn assemble(headers: &Headers, people: People, mut content: Content) -> IncomingMail {
    let People { from, sender, reply_to, to, cc } = people;
    let stands_once = |name| headers.all(name).count() == 1;
    let is_ambiguous = from.len() != 1
        || !stands_once("from")
        || MOST_ONCE.into_iter().any(|name| headers.has(name) && !stands_once(name));
    let from =
        from.into_iter().chain(sender).next().or_else(|| {
            ["from", "sender", "return-path"].iter().find_map(|name| scan(headers, name))
        });
    let subject = headers.text("subject");
    let about = own_words::Context { from: from.as_ref(), subject: &subject };
    let mut lines = own_words::mark(std::mem::take(&mut content.lines), &about);
    let said = text_of(&lines, |origin| origin == Origin::Own);
    let words = phrases::plain(&said);
    let subject_and_words = phrases::plain(&subject) + " " + &words;
    let sender_kind = sender_kind::judge(&Evidence {
        headers,
        from: from.as_ref(),
        subject: &subject,
        content: &content,
        text: &text_of(&lines, |_| true),
        own_words: &said,
        words: &Searched::new(&words),
        subject_and_words: &Searched::new(&subject_and_words),
    });
    let says = |line: &&Line| matches!(line.origin, Origin::Own | Origin::Quoted(_));
    let mut said = lines.iter().filter(says).flat_map(|line| line.text.split_whitespace());
    if sender_kind == SenderKind::Person && said.nth(COVERING_WORDS).is_none() {
        // A mail passed on as an attachment, with nothing or "please look at this" around it.
        lines.extend(own_words::passed_on(std::mem::take(&mut content.attached_lines)));
    }
    let passed_on = passed_on(&lines, &subject, &sender_kind, content.original.as_ref());
    let unfolded = |name: &'static str| headers.all(name).map(charset::one_line).collect();
    IncomingMail {
        from,
        is_ambiguous,
        reply_to,
        to,
        cc,
        subject,
        message_id: ids(headers, "message-id").into_iter().next(),
        in_reply_to: ids(headers, "in-reply-to"),
        references: ids(headers, "references"),
        written_at: headers.first("date").and_then(written_at),
        lines,
        attachments: content.attachments,
        passed_on,
        sender_kind,
        authentication_results: unfolded("authentication-results"),
        own_tokens: unfolded(OWN_MARK),
    }
}

/// The mails that a person passed on: the one that is attached, else those that stand in the text.
fn passed_on(
    lines: &[Line],
    subject: &str,
    sender_kind: &SenderKind,
    attached: Option<&Headers>,
) -> Vec<PassedOn> {
    if *sender_kind != SenderKind::Person {
        return Vec::new();
    }
    let attached = attached.and_then(|headers| {
        let author = scan(headers, "from")?;
        Some(PassedOn { author, message_id: ids(headers, "message-id").into_iter().next() })
    });
    let inline = own_words::authors(lines, subject).into_iter();
    let inline = inline.map(|author| PassedOn { author, message_id: None });
    attached.into_iter().chain(inline).collect()
}

#[derive(Default)]
struct People {
    from: Vec<Person>,
    sender: Vec<Person>,
    reply_to: Vec<Person>,
    to: Vec<Person>,
    cc: Vec<Person>,
}

fn people(message: &Message<'_>, headers: &Headers) -> People {
    let of = |name: HeaderName<'static>, key: &str| {
        let found: Vec<Person> = message
            .header_values(name)
            .filter_map(|value| value.as_address())
            .flat_map(Address::iter)
            .take(MOST_ADDRESSES)
            .filter_map(|addr| person(addr.name(), addr.address()?))
            .collect();
        if found.is_empty() { scan(headers, key).into_iter().collect() } else { found }
    };
    People {
        from: of(HeaderName::From, "from"),
        sender: of(HeaderName::Sender, "sender"),
        reply_to: of(HeaderName::ReplyTo, "reply-to"),
        to: of(HeaderName::To, "to"),
        cc: of(HeaderName::Cc, "cc"),
    }
}

pub(super) fn person(name: Option<&str>, address: &str) -> Option<Person> {
    let address = address.trim_matches(|c: char| c.is_whitespace() || "<>'\"()[],;".contains(c));
    let address = EmailAddress::parse(address.trim_end_matches('.')).ok()?;
    let name = charset::one_line(&decode_words(name.unwrap_or_default()));
    let name = name.trim_matches(|c: char| c.is_whitespace() || "'\"".contains(c));
    let is_name = !name.is_empty() && !name.eq_ignore_ascii_case(address.as_str());
    Some(Person { name: is_name.then(|| PersonName(name.to_owned())), address })
}

/// The first thing in a field that looks like an address, however broken the rest.
fn scan(headers: &Headers, name: &str) -> Option<Person> {
    let value = decode_words(headers.first(name)?);
    // What stands in a quoted local part, such as `"ada@example.org"@evil.example`, is no address.
    let value = value.rsplit_once("\"@").map_or(value.as_str(), |(_, domain)| domain);
    let is_edge = |c: char| c.is_whitespace() || "<>()[],;:\"".contains(c);
    let word =
        value.split(is_edge).find(|word| word.contains('@') && person(None, word).is_some())?;
    let before = value.split(word).next().unwrap_or_default();
    person(Some(before.trim_matches(is_edge)), word)
}

fn ids(headers: &Headers, name: &str) -> Vec<MessageId> {
    let value: Vec<&str> = headers.all(name).collect();
    let value = value.join(" ");
    let bracketed: Vec<&str> = value
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .filter_map(|(id, _)| MessageId::parse(id).map(|_| id))
        .collect();
    if !bracketed.is_empty() {
        return first_and_last(&bracketed);
    }
    // Without brackets only what has the form of an id counts; old mailers write prose here.
    let words = value.split([' ', '\t', ',']).filter(|word| word.contains('@'));
    first_and_last(&words.collect::<Vec<_>>())
}

/// Of a long thread, the mail that began it and the newest: what is answered stands last.
fn first_and_last(ids: &[&str]) -> Vec<MessageId> {
    let last = ids.len().saturating_sub(MOST_IDS - 1).max(1);
    let kept = ids.iter().take(1).chain(ids.iter().skip(last));
    kept.filter_map(|id| MessageId::parse(id)).collect()
}

fn written_at(value: &str) -> Option<DateTime<FixedOffset>> {
    let date = mail_parser::DateTime::parse_rfc822(value)?;
    let seconds = i32::from(date.tz_hour) * 3_600 + i32::from(date.tz_minute) * 60;
    let offset = FixedOffset::east_opt(if date.tz_before_gmt { -seconds } else { seconds })?;
    NaiveDate::from_ymd_opt(i32::from(date.year), date.month.into(), date.day.into())?
        // A leap second has no place in this calendar.
        .and_hms_opt(date.hour.into(), date.minute.into(), date.second.min(59).into())?
        .and_local_timezone(offset)
        .single()
}
