//! `mailtriage read`: what the service makes of a mail, without a database.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use chrono::NaiveDate;
use serde_json::{Map, Value, json};

use crate::intake::{self, Question, Reader, Reading};
use crate::mail::{self, IncomingMail, SenderKind};
use crate::report::terminal;
use crate::tagger::{Shipped, Tagger};

/// Which trained network reads running text.
#[derive(Debug, Clone)]
pub(super) enum Model {
    On,
    Off,
    /// One that is being tried out: `reader.onnx` and `vocabulary.txt`.
    In(PathBuf),
}

impl From<String> for Model {
    fn from(word: String) -> Self {
        match word.as_str() {
            "on" => Self::On,
            "off" => Self::Off,
            _ => Self::In(PathBuf::from(word)),
        }
    }
}

impl Model {
    pub(super) fn reader(&self) -> anyhow::Result<Reader> {
        let reader = Reader::by_cues();
        Ok(match self {
            Self::On => reader.with_model(Arc::new(Shipped::default())),
            Self::Off => reader,
            Self::In(folder) => {
                let (weights, vocabulary) =
                    (folder.join("reader.onnx"), folder.join("vocabulary.txt"));
                let missing = |path: &Path| format!("could not read {}", path.display());
                let vocabulary =
                    fs::read_to_string(&vocabulary).with_context(|| missing(&vocabulary))?;
                let weights = fs::read(&weights).with_context(|| missing(&weights))?;
                reader.with_model(Arc::new(Tagger::new(weights.into(), &vocabulary)?))
            }
        })
    }
}

/// Prints one JSON object or one readable page for each mail, in the order given.
///
/// `today` stands in for the day of receipt where a mail has no date of its own.
pub(super) fn run(paths: &[PathBuf], json: bool, with: (&Reader, NaiveDate)) -> anyhow::Result<()> {
    let mut out = anstream::stdout().lock();
    for path in mails_in(paths)? {
        let page = match raw_mail(&path) {
            Ok(raw) => shown(&path, &raw, json, with),
            Err(error) => unreadable(&path, &format!("{error:#}"), json),
        };
        let page = match page {
            Page::Text(text) => terminal::shown(&text),
            Page::Object(object) => terminal::json_line(&object),
        };
        writeln!(out, "{page}").context("could not print a reading")?;
    }
    Ok(())
}

/// Files as they are named; of a folder all `.eml` files in it, sorted by name.
fn mails_in(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in paths {
        if !path.is_dir() {
            found.push(path.clone());
            continue;
        }
        let entries =
            fs::read_dir(path).with_context(|| format!("could not list {}", path.display()))?;
        let mut mails = Vec::new();
        for entry in entries {
            let file = entry.with_context(|| format!("could not list {}", path.display()))?.path();
            if file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("eml")) {
                mails.push(file);
            }
        }
        mails.sort();
        found.extend(mails);
    }
    Ok(found)
}

fn raw_mail(path: &Path) -> anyhow::Result<Vec<u8>> {
    if path == Path::new("-") {
        let mut raw = Vec::new();
        std::io::stdin().lock().read_to_end(&mut raw).context("could not read standard input")?;
        return Ok(raw);
    }
    fs::read(path).with_context(|| format!("could not read {}", path.display()))
}

enum Page {
    Text(String),
    Object(Value),
}

fn shown(path: &Path, raw: &[u8], json: bool, (reader, today): (&Reader, NaiveDate)) -> Page {
    let mail = match mail::read_or_unreadable(raw) {
        Ok(mail) => mail,
        Err(error) => return unreadable(path, &error.to_string(), json),
    };
    let reading = intake::read(reader, &mail, written_on(&mail, today));
    if json {
        Page::Object(object(path, &mail, &reading))
    } else {
        Page::Text(page(path, &mail, &reading))
    }
}

/// The writer's day in the `Date` header: the server's time of receipt is not in the file.
fn written_on(mail: &IncomingMail, today: NaiveDate) -> NaiveDate {
    mail.written_at.map_or(today, |written_at| written_at.date_naive())
}

fn unreadable(path: &Path, error: &str, json: bool) -> Page {
    let name = name_of(path);
    if !json {
        return Page::Text(format!("{name}\n  could not be read: {error}\n"));
    }
    // A mail that nobody could read is treated as a request, so that a human looks at it.
    Page::Object(json!({
        "file": name, "kind": "request", "error": error, "from": null, "subject": "", "message_id": null,
        "text": "", "own_words": "", "attachments": [], "answers": no_answers(), "need_kinds": [],
        "milestone": null, "route": "consultancy", "urgent": false,
        "automatic": {"is": false, "why": null}, "bounce": null,
    }))
}

fn no_answers() -> Value {
    Question::ALL
        .iter()
        .map(|question| (question.slot().to_owned(), Value::Null))
        .collect::<Map<_, _>>()
        .into()
}

fn name_of(path: &Path) -> String {
    path.file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn object(path: &Path, mail: &IncomingMail, reading: &Reading) -> Value {
    let why = why_automatic(&mail.sender_kind);
    json!({
        "file": name_of(path),
        "kind": reading.kind,
        "from": mail.from.as_ref().map(|person| json!({
            "name": person.name.as_ref().map(|name| name.0.as_str()), "address": person.address.as_str(),
        })),
        "subject": mail.subject,
        "message_id": mail.message_id.as_ref().map(mail::MessageId::as_str),
        "text": mail.text(),
        "own_words": mail.own_words(),
        "attachments": mail.attachments.iter().map(|attachment| json!({
            "name": attachment.name, "content_type": attachment.content_type, "bytes": attachment.bytes,
        })).collect::<Vec<_>>(),
        "answers": answers(reading),
        "need_kinds": reading.need_kinds,
        "milestone": reading.milestone,
        "route": reading.route,
        "route_because": reading.route_because,
        "urgent": reading.urgent,
        "automatic": {"is": why.is_some(), "why": why},
        "bounce": bounce(&mail.sender_kind),
    })
}

fn answers(reading: &Reading) -> Map<String, Value> {
    let shown = |question: &Question| {
        reading.answers.get(question).map_or(Value::Null, |answer| {
            json!({"text": answer.text, "layout": answer.layout, "confidence": answer.confidence})
        })
    };
    Question::ALL.iter().map(|question| (question.slot().to_owned(), shown(question))).collect()
}

fn why_automatic(sender_kind: &SenderKind) -> Option<&str> {
    match sender_kind {
        SenderKind::Person => None,
        SenderKind::AutoReply { why } | SenderKind::Bulk { why } | SenderKind::Spam { why } => {
            Some(why)
        }
        SenderKind::Bounce(bounce) => Some(&bounce.why),
    }
}

fn bounce(sender_kind: &SenderKind) -> Value {
    let SenderKind::Bounce(bounce) = sender_kind else { return Value::Null };
    json!({
        "action": bounce.action.name(),
        "status": bounce.status,
        "recipient": bounce.recipient.as_ref().map(mail::EmailAddress::as_str),
        "original_message_id": bounce.original_message_id.as_ref().map(mail::MessageId::as_str),
    })
}

/// For a person: the reading as a table.
fn page(path: &Path, mail: &IncomingMail, reading: &Reading) -> String {
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_header(["Question", "Answer", "Layout", "Sure"]);
    for question in Question::ALL {
        let row = match reading.answers.get(&question) {
            Some(answer) => [
                question.slot().to_owned(),
                answer.text.clone(),
                format!("{:?}", answer.layout).to_lowercase(),
                format!("{:.0} %", answer.confidence * 100.0),
            ],
            None => [question.slot().to_owned(), "(open)".to_owned(), String::new(), String::new()],
        };
        table.add_row(row);
    }
    let mut lines = vec![
        format!("{}: {}", name_of(path), mail.subject),
        format!("  kind       {}", word(&reading.kind)),
        format!("  route      {}{}", word(&reading.route), because(&reading.route_because)),
        format!("  urgent     {}", if reading.urgent { "yes" } else { "no" }),
    ];
    if !reading.need_kinds.is_empty() {
        let kinds: Vec<String> = reading.need_kinds.iter().map(word).collect();
        lines.push(format!("  need       {}", kinds.join(", ")));
    }
    if let Some(days) = reading.milestone {
        lines.push(format!("  milestone  {} to {}", days.from, days.to));
    }
    if let Some(why) = why_automatic(&mail.sender_kind) {
        lines.push(format!("  automatic  {why}"));
    }
    lines.push(table.to_string());
    lines.join("\n") + "\n"
}

fn because(why: &str) -> String {
    if why.is_empty() { String::new() } else { format!(", because {why}") }
}

/// The name of a value as JSON has it, so that both outputs use the same words.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(error) => error.to_string(),
    }
}
