//! Letters to requesters in Welsh beside the English: which, for whom, and with which facts.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::context;
use minijinja::value::Value;
use serde::Deserialize;

use crate::letter::TemplateError;
use crate::letter::text::several_lines;
use crate::letter::words_cy as words;
use crate::triage::letters::{Content, RequestSummary};
use crate::triage::{Letter, LetterKind};

/// Longest answer that a letter quotes, as in English.
const LONGEST_ANSWER: usize = 1_000;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$((concat!("cy/", $name), include_str!(concat!("../../config/templates/cy/", $name)))),*]
    };
}

/// Every Welsh template by file name, as shipped.
pub(super) const BUILT_IN: [(&str, &str); 18] = built_in![
    "both.txt",
    "layout.html",
    "parts.html",
    "parts.txt",
    "acknowledgement.html",
    "acknowledgement.txt",
    "asked.html",
    "asked.txt",
    "closed.html",
    "closed.txt",
    "consultant_named.html",
    "consultant_named.txt",
    "dispute_received.html",
    "dispute_received.txt",
    "redirected.html",
    "redirected.txt",
    "replied.html",
    "replied.txt",
];

/// `languages` in section `[letters]` of the settings file: what requesters are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum Languages {
    #[serde(rename = "english")]
    English,
    #[serde(rename = "english and welsh")]
    EnglishAndWelsh,
    /// Welsh beside the English for those who write Welsh.
    #[default]
    #[serde(rename = "as written")]
    AsWritten,
}

impl Languages {
    pub(super) fn include_welsh(self, letter: &Letter) -> bool {
        let request = summary(&letter.content);
        match self {
            Self::English => false,
            Self::EnglishAndWelsh => request.is_some(),
            Self::AsWritten => request.is_some_and(|request| request.writes_welsh),
        }
    }
}

pub(super) fn has_welsh(letter: &Letter) -> bool {
    summary(&letter.content).is_some()
}

pub(super) fn is_welsh(template: &str) -> bool {
    template.starts_with("cy/")
}

/// The request of a letter to a requester; the other letters go to people who work in English.
fn summary(content: &Content) -> Option<&RequestSummary> {
    match content {
        Content::Acknowledgement { request }
        | Content::DisputeReceived { request }
        | Content::ConsultantNamed { request, .. }
        | Content::Asked { request, .. }
        | Content::Redirected { request, .. }
        | Content::Replied { request, .. }
        | Content::Closed { request, .. } => Some(request),
        _ => None,
    }
}

/// The team's own wordings that have no Welsh of their own: the shipped Welsh may say other things.
pub(super) fn missing(overrides: &BTreeMap<String, String>) -> Vec<TemplateError> {
    let without = lacking(overrides).map(|own| TemplateError::Untranslated {
        missing: format!("cy/{own}"),
        own: own.to_owned(),
    });
    without.collect()
}

/// The letters with such a wording.
pub(super) fn untranslated(overrides: &BTreeMap<String, String>) -> BTreeSet<LetterKind> {
    let names: BTreeSet<&str> =
        lacking(overrides).filter_map(|name| name.split_once('.')).map(|(name, _)| name).collect();
    LetterKind::ALL.into_iter().filter(|kind| names.contains(kind.name())).collect()
}

fn lacking(overrides: &BTreeMap<String, String>) -> impl Iterator<Item = &str> {
    let pieces = ["layout.html", "parts.html", "parts.txt"];
    let letters = overrides.keys().filter(move |name| !pieces.contains(&name.as_str()));
    let translatable = letters.filter(|name| {
        BUILT_IN.iter().any(|(welsh, _)| welsh.strip_prefix("cy/") == Some(name.as_str()))
    });
    translatable.filter(|name| !overrides.contains_key(&format!("cy/{name}"))).map(String::as_str)
}

/// The facts of the English letter, with those in Welsh that are words of ours.
pub(super) fn facts(letter: &Letter, english: &Value) -> Value {
    let Some(summary) = summary(&letter.content) else {
        return english.clone();
    };
    let answers = summary.answers.iter().map(|answer| {
        context! {
            question => words::question(answer.question),
            hint => words::hint(answer.question),
            text => several_lines(answer.text.as_deref().unwrap_or_default(), LONGEST_ANSWER),
            sure => answer.sure,
        }
    });
    let due = summary.due.as_ref().map(|due| {
        context! {
            day => words::day(due.on),
            because => words::left_out(&due.explanation),
        }
    });
    let in_english = english.get_attr("request").unwrap_or_default();
    let request = context! {
        answers => answers.collect::<Vec<Value>>(),
        due => due,
        milestone => summary.milestone.map(words::days).unwrap_or_default(),
        ..in_english
    };
    context! { request => request, ..english.clone() }
}
