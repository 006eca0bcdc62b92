//! `mailto:` links (RFC 6068) that begin a mail to the desk.

use serde::Serialize;

use crate::command::Verb;
use crate::letter::Frame;
use crate::letter::action_key::Grant;
use crate::mail::EmailAddress;
use crate::triage::Reference;

/// Longer words make links that mail programs cut or refuse.
const LONGEST_BODY: usize = 1_500;

/// Makes the links of one letter: their keys work for its recipient only.
pub(crate) struct Linker<'a> {
    pub(crate) frame: &'a Frame<'a>,
    pub(crate) to: &'a EmailAddress,
}

/// One for each thing that a consultant does most.
#[derive(Serialize)]
pub(crate) struct Links {
    take: String,
    ask: String,
    reply: String,
    redirect: String,
    close: String,
}

impl Linker<'_> {
    pub(crate) fn links(&self, reference: &Reference) -> Links {
        let link = |verb, words: &str| {
            mailto(&self.frame.team.address, &self.subject(reference, verb, words), "")
        };
        Links {
            take: link(Verb::Assign, "me"),
            ask: link(Verb::Ask, ""),
            reply: link(Verb::Reply, ""),
            redirect: link(Verb::Redirect, ""),
            close: link(Verb::Close, ""),
        }
    }

    /// The subject of a mail that carries out what was typed, and a link to it. Words that are too
    /// long for the link have to be written again.
    pub(crate) fn confirm(
        &self,
        reference: &Reference,
        verb: Verb,
        words: &str,
    ) -> (String, String) {
        let (words, body) = match verb {
            Verb::Assign => (words, ""),
            _ if words.chars().count() > LONGEST_BODY => ("", ""),
            _ => ("", words),
        };
        let subject = self.subject(reference, verb, words);
        let link = mailto(&self.frame.team.address, &subject, body);
        (subject, link)
    }

    fn subject(&self, reference: &Reference, verb: Verb, words: &str) -> String {
        let frame = self.frame;
        let grant = Grant { consultant: self.to, reference, verb };
        let key = frame.keyring.action_key(&grant, frame.message_id, frame.keys_expire_at);
        let words = if words.is_empty() { String::new() } else { format!(" {words}") };
        format!("[{reference}] {}{words} {key}", verb.name())
    }
}

pub(crate) fn mailto(address: &EmailAddress, subject: &str, body: &str) -> String {
    let fields: Vec<String> = [("subject", subject), ("body", body)]
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(name, text)| format!("{name}={}", percent_encoded(&text.replace('\n', "\r\n"))))
        .collect();
    let address = percent_encoded(address.as_str()).replace("%40", "@");
    if fields.is_empty() {
        format!("mailto:{address}")
    } else {
        format!("mailto:{address}?{}", fields.join("&"))
    }
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
