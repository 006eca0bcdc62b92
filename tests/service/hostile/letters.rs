//! What must hold of every letter, whatever mail it speaks of. Seen from outside: the raw letter is
//! read with another parser than the one that wrote it.

use std::collections::BTreeSet;

use data_encoding::HEXLOWER_PERMISSIVE;
use mail_parser::MessageParser;
use mailtriage::letter::Templates;
use mailtriage::store::ledger::Letter;

const ALWAYS: [&str; 9] = [
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "x-mailtriage-token",
    "mime-version",
    "content-type",
];
const SOMETIMES: [&str; 4] =
    ["in-reply-to", "references", "auto-submitted", "x-auto-response-suppress"];
const LONGEST_LINE: usize = 998;

/// What a terminal or a mail program would obey, or what nobody can see.
pub(super) fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e007f}')
}

pub(super) fn assert_harmless(text: &str, what: &str) {
    let found = text.chars().find(|c| is_harmful(*c));
    assert!(found.is_none(), "{what}: {found:?} in {text:?}");
}

/// What the letters of this desk may look like.
pub(super) struct Shape {
    tags: BTreeSet<String>,
    /// Who may be written to, and whose addresses links may hold.
    staff: Vec<String>,
}

impl Shape {
    /// The tags of the samples are all that the templates know.
    pub(super) fn of(templates: &Templates, staff: &[&str]) -> Self {
        let samples = templates.samples().unwrap();
        let tags = samples.iter().flat_map(|(_, mail)| tags(&mail.html)).map(|tag| bare(&tag).0);
        Self { tags: tags.collect(), staff: staff.iter().map(|&one| one.to_owned()).collect() }
    }

    /// `senders` are those who wrote the mails.
    pub(super) fn assert_fits(&self, letter: &Letter, senders: &BTreeSet<String>) {
        let what = format!("{} {}", letter.kind, letter.outbox_id);
        let known = |address: &str| {
            self.staff.iter().any(|one| one == address) || senders.contains(address)
        };
        assert!(known(&letter.recipient), "{what}: a letter to a stranger, {}", letter.recipient);
        assert_lines(&letter.raw, &what);

        let message = MessageParser::default().parse(&letter.raw).unwrap();
        let mut names: Vec<String> =
            message.headers().iter().map(|header| header.name().to_ascii_lowercase()).collect();
        names.retain(|name| !SOMETIMES.contains(&name.as_str()));
        names.sort();
        let mut always = ALWAYS.map(str::to_owned).to_vec();
        always.sort();
        assert_eq!(names, always, "{what}: the headers that we set, each once");
        let to: Vec<&str> =
            message.to().unwrap().iter().filter_map(|person| person.address()).collect();
        assert_eq!(to, [letter.recipient.as_str()], "{what}");
        assert_eq!(message.subject().unwrap(), letter.subject, "{what}");
        assert_eq!(message.message_id().unwrap(), letter.message_id, "{what}");

        assert_eq!(message.body_text(0).unwrap().replace("\r\n", "\n"), letter.text, "{what}");
        let html = message.body_html(0).unwrap();
        for text in [&letter.subject, &letter.text, html.as_ref(), &letter.recipient] {
            assert_harmless(&text.replace("\r\n", "\n"), &what);
            assert!(!text.contains("11111103"), "{what}: a template was evaluated");
        }
        for tag in tags(&html) {
            let (bare, links) = bare(&tag);
            assert!(self.tags.contains(&bare), "{what}: {tag} is in no template");
            for link in
                links.iter().filter(|link| !link.starts_with("https://security.example.org"))
            {
                assert_link(link, &what, known);
            }
        }
        assert_eq!(message.parts.iter().filter(|part| part.is_text_html()).count(), 1, "{what}");
        let inside = message.attachments().filter(|part| part.is_message()).count();
        assert!(inside <= 1, "{what}: at most the original mail");
    }
}

/// RFC 5322, section 2.1, and nothing that a server must guess at.
fn assert_lines(raw: &[u8], what: &str) {
    for line in raw.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        assert!(line.len() <= LONGEST_LINE, "{what}: a line of {} bytes", line.len());
        let odd = line.iter().find(|byte| !byte.is_ascii() || matches!(byte, b'\r' | b'\0'));
        assert!(odd.is_none(), "{what}: {odd:?} in {:?}", String::from_utf8_lossy(line));
    }
    let ends = raw.split(|byte| *byte == b'\n').count() - 1;
    assert_eq!(
        raw.windows(2).filter(|two| *two == b"\r\n").count(),
        ends,
        "{what}: whole line ends"
    );
}

/// A link writes to one known person, and sets nothing but a subject and a text.
fn assert_link(link: &str, what: &str, known: impl Fn(&str) -> bool) {
    assert!(link.starts_with("mailto:"), "{what}: a link to {link}");
    let rest = link.strip_prefix("mailto:").unwrap();
    let (address, fields) = rest.split_once('?').unwrap_or((rest, ""));
    assert!(known(&decoded(address)), "{what}: a link to {address}");
    let names: Vec<&str> = fields
        .split('&')
        .filter(|field| !field.is_empty())
        .map(|field| field.split('=').next().unwrap())
        .collect();
    assert!(matches!(names[..], [] | ["subject" | "body"] | ["subject", "body"]), "{what}: {link}");
    let subject = fields.split('&').find_map(|field| field.strip_prefix("subject="));
    assert!(!decoded(subject.unwrap_or_default()).contains(['\r', '\n']), "{what}: {link}");
}

fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (code, rest) = part.as_bytes().split_at(2);
        bytes.extend(HEXLOWER_PERMISSIVE.decode(code).unwrap());
        bytes.extend(rest);
    }
    String::from_utf8(bytes).unwrap()
}

/// Every tag, comment and declaration, as a browser would find them: `<` begins one, and `>` outside
/// quotes ends it.
fn tags(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let mut quote = None;
        let end = after.char_indices().find(|(_, c)| {
            match (quote, *c) {
                (None, '"' | '\'') => quote = Some(*c),
                (Some(open), c) if c == open => quote = None,
                _ => {}
            }
            quote.is_none() && *c == '>'
        });
        let end = end.map_or(after.len(), |(at, _)| at);
        let (tag, behind) = after.split_at(end);
        found.push(format!("<{tag}>"));
        rest = behind;
    }
    found
}

/// The tag with the values taken out that differ from letter to letter, and its links, decoded once.
fn bare(tag: &str) -> (String, Vec<String>) {
    let mut links = Vec::new();
    let mut bare = String::new();
    let mut rest = tag;
    while let Some((before, after)) = rest.split_once('"') {
        let (value, behind) = after.split_once('"').unwrap_or((after, ""));
        bare.push_str(before);
        if before.ends_with("href=") {
            links.push(value.replace("&#x2f;", "/").replace("&amp;", "&"));
        } else if !before.ends_with("aria-label=") && !before.ends_with("style=") {
            bare.push_str(value);
        }
        rest = behind;
    }
    bare.push_str(rest);
    (bare, links)
}
