//! `mailto:` links (RFC 6068) that begin a mail to the desk.

use serde::Serialize;

use crate::command::Verb;
use crate::letter::Frame;
use crate::letter::action_key::Grant;
use crate::letter::text::one_line;
use crate::letter::words;
use crate::mail::EmailAddress;
use crate::triage::{Reference, RequestSummary};

/// Longer words make links that mail programs cut or refuse.
const LONGEST_BODY: usize = 1_500;
/// Longest answer that a question repeats.
const LONGEST_ANSWER: usize = 80;
const LONGEST_REASON: usize = 200;
/// Longest list of names in a hint.
const LONGEST_LIST: usize = 300;

/// Makes the links of one letter: their keys work for its recipient only.
pub(crate) struct Linker<'a> {
    pub(crate) frame: &'a Frame<'a>,
    pub(crate) to: &'a EmailAddress,
}

/// One for each thing that a consultant does most. Each begins a mail that may be sent as it stands,
/// or says what is missing.
#[derive(Serialize)]
pub(crate) struct Links {
    take: String,
    assign: String,
    ask: String,
    reply: String,
    redirect: String,
    close: String,
}

impl Linker<'_> {
    /// Whether the desk takes orders from whoever reads the letter.
    pub(crate) fn may_command(&self) -> bool {
        self.frame.consultants.iter().any(|one| one.address.is_same(self.to))
    }

    /// Whether the reader writes from that address, or wrote from it once.
    pub(crate) fn reads(&self, address: &EmailAddress) -> bool {
        let reader = self.frame.consultants.iter().find(|one| one.address.is_same(self.to));
        reader.is_some_and(|reader| reader.writes_from(address))
    }

    /// `None` for a reader who is not on the roster: a link would lead to a refusal.
    pub(crate) fn links(&self, request: &RequestSummary) -> Option<Links> {
        if !self.may_command() {
            return None;
        }
        let link = |verb, words: &str, body: &str| {
            let subject = self.subject(&request.reference, verb, words);
            mailto(&self.frame.team.address, &subject, body)
        };
        let take = format!("Send this mail as it stands to take {}.", request.reference);
        Some(Links {
            take: link(Verb::Assign, "me", &take),
            assign: link(Verb::Assign, "", &self.colleagues()),
            ask: link(Verb::Ask, "", &questions(request)),
            reply: link(Verb::Reply, "", ""),
            redirect: link(Verb::Redirect, "", &self.redirection(request)),
            close: link(Verb::Close, "", "We have done what you asked for."),
        })
    }

    /// The first paragraph is read, the hint below is not.
    fn colleagues(&self) -> String {
        let others = self.frame.consultants.iter().filter(|one| !one.address.is_same(self.to));
        let names = listed(others.map(|one| one.name.0.as_str()));
        format!("NAME\n\nWrite a name in place of NAME: {names}.")
    }

    fn redirection(&self, request: &RequestSummary) -> String {
        let names = listed(self.frame.teams.iter().map(|team| team.name.as_str()));
        match &request.suggested_team {
            Some(team) => {
                // The words that gave it away are for us, not for the requester.
                let why = request.route_because.split(" (").next().unwrap_or_default();
                let why = one_line(why, LONGEST_REASON);
                format!("{team}: {why}\n\nChange the team or the reason if you like: {names}.")
            }
            None => format!("TEAM: REASON\n\nWrite a team in place of TEAM: {names}."),
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

/// What is still open or unsure, as questions to the requester.
fn questions(request: &RequestSummary) -> String {
    let asked: Vec<String> = request
        .answers
        .iter()
        .filter(|answer| answer.text.is_none() || !answer.sure)
        .map(|answer| {
            let question = words::question(answer.question);
            match &answer.text {
                None => format!("- {question}"),
                Some(text) => format!(
                    "- {question} We understood: {}. Is that right?",
                    one_line(text, LONGEST_ANSWER).trim_end_matches('.')
                ),
            }
        })
        .collect();
    if asked.is_empty() {
        return String::new();
    }
    format!("To find the right help for you, we would like to know:\n\n{}", asked.join("\n"))
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    one_line(&names.collect::<Vec<_>>().join(", "), LONGEST_LIST)
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
