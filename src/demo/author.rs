//! Writes the demo's mails as their authors would: answering letters, tapping links in them.

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::demo::samples::Sample;
use crate::demo::story::Story;
use crate::mail;

/// The sample as it goes over the wire.
pub(super) fn write(
    sample: &Sample,
    number: u32,
    (now, story): (DateTime<Utc>, &Story),
) -> anyhow::Result<String> {
    let domain = sample.from.split('@').nth(1).unwrap_or_default();
    let date = now.to_rfc2822();
    let mut mail = format!("Message-ID: <demo-{number}@{domain}>\nDate: {date}\n{}", sample.mail);
    if mail.contains("{answer_to}") {
        let letter = newest(story, sample.from).context("no letter to answer")?;
        mail = mail
            .replace("{answer_to}", &letter.message_id)
            .replace("{answer_subject}", &letter.subject);
    }
    if let Some((before, rest)) = mail.split_once("{link ") {
        let (link, after) = rest.split_once('}').context("an open brace in a sample")?;
        let (reference, verb) = link.split_once(' ').context("a link without a verb")?;
        let letter = newest(story, sample.from).context("no letter with links")?;
        let page = mail::html_part(&letter.raw).context("a letter without HTML")?;
        let subject = subject_of_link(&page, reference, verb).context("no such link")?;
        mail = format!("{before}{subject}{after}");
    }
    Ok(mail.replace("\r\n", "\n").replace('\n', "\r\n"))
}

fn newest<'a>(story: &'a Story, to: &str) -> Option<&'a crate::store::ledger::Letter> {
    story.letters.iter().rfind(|letter| letter.recipient.eq_ignore_ascii_case(to))
}

/// What a mail program puts into the subject when the link is tapped.
fn subject_of_link(page: &str, reference: &str, verb: &str) -> Option<String> {
    let start = format!("%5B{reference}%5D%20{verb}");
    let (_, rest) = page.split_once(&start)?;
    let end = rest.find(['"', '&'])?;
    Some(decoded(&format!("{start}{}", rest.get(..end)?)))
}

/// Undoes percent-encoding (RFC 3986, section 2.1) of ASCII text.
fn decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut decoded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (code, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        let character = u8::from_str_radix(code, 16).map_or('?', char::from);
        decoded.push(character);
        decoded.push_str(rest);
    }
    decoded
}
