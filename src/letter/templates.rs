//! The templates: loaded and tried out at start-up, filled in for each letter.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use crate::letter::welsh::{self, Languages};
use crate::letter::{Enclosed, Frame, Keyring, OutgoingMail, mime, samples, subject, text, view};
use crate::mail::MessageId;
use crate::triage::{Letter, LetterKind, Team};

/// Steps that one template may take. A digest of the greatest length takes about a fifth.
const FUEL: u64 = 1_000_000;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../config/templates/en/", $name)))),*]
    };
}

/// Every template by file name, as shipped.
const BUILT_IN: [(&str, &str); 58] = built_in![
    "layout.html",
    "parts.html",
    "parts.txt",
    "subjects.txt",
    "acknowledgement.html",
    "acknowledgement.txt",
    "digest.html",
    "digest.txt",
    "dispute_notice.html",
    "dispute_notice.txt",
    "dispute_received.html",
    "dispute_received.txt",
    "follow_up.html",
    "follow_up.txt",
    "holiday_data_ends.html",
    "holiday_data_ends.txt",
    "letters_withheld.html",
    "letters_withheld.txt",
    "ledger_mismatch.html",
    "ledger_mismatch.txt",
    "outage.html",
    "outage.txt",
    "overdue.html",
    "overdue.txt",
    "overdue_summary.html",
    "overdue_summary.txt",
    "quarantined.html",
    "quarantined.txt",
    "reminder.html",
    "reminder.txt",
    "sender_problem.html",
    "sender_problem.txt",
    "set_aside.html",
    "set_aside.txt",
    "transcript.html",
    "transcript.txt",
    "asked.html",
    "asked.txt",
    "assignment.html",
    "assignment.txt",
    "closed.html",
    "closed.txt",
    "confirm.html",
    "confirm.txt",
    "consultant_named.html",
    "consultant_named.txt",
    "cannot_reach.html",
    "cannot_reach.txt",
    "dispute_raised.html",
    "dispute_raised.txt",
    "handed_over.html",
    "handed_over.txt",
    "redirected.html",
    "redirected.txt",
    "replied.html",
    "replied.txt",
    "urgent_alert.html",
    "urgent_alert.txt",
];

/// The wording of every letter.
pub struct Templates {
    environment: Environment<'static>,
    languages: Languages,
    /// What is wrong with the Welsh. Its letters go out in English alone.
    welsh_faults: Vec<TemplateError>,
    untranslated: BTreeSet<LetterKind>,
}

#[derive(Debug, thiserror::Error)]
pub enum TemplateError {
    #[error("no letter uses a template called `{name}`; did you mean `{nearest}`?")]
    Unknown { name: String, nearest: &'static str },

    #[error(
        "template `{template}`, line {line}: {problem}\n    {shown}\n\
         Mend this line, or remove the file to get the shipped wording back."
    )]
    Wrong { template: String, line: usize, problem: String, shown: String },

    #[error(
        "template `{template}` writes nothing for a sample letter\n\
         Give it some words, or remove the file to get the shipped wording back."
    )]
    Empty { template: String },

    #[error(
        "template `{missing}` is missing: `{own}` is your own wording and has no Welsh\n\
         Write it, or remove `{own}` to get the shipped wording back. Until then the letter goes \
         out in English alone."
    )]
    Untranslated { missing: String, own: String },

    #[error(
        "template `layout.html` does not show the value `welsh`\n\
         Put it above the English part as the shipped one does. Until then letters go out in \
         English alone."
    )]
    ForgetsWelsh,

    #[error("letter `{kind}` cannot be put into a mail: {problem}")]
    NoMail { kind: &'static str, problem: &'static str },
}

impl Templates {
    /// Takes the shipped templates, replaces those that `overrides` names, and writes sample
    /// letters with each, so that a mistake is found now and not by the first mail.
    pub fn load(overrides: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        // The engine escapes by the end of the name: `.html` as HTML, `.txt` not at all.
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.unwrap_or_default());
        environment.add_filter("inset", |text: &str, margin: usize| text::inset(text, margin));

        if let Some(name) = overrides.keys().find(|name| !is_known(name)) {
            return Err(TemplateError::Unknown { name: name.clone(), nearest: nearest(name) });
        }
        let mut welsh_faults = welsh::missing(overrides);
        for (name, shipped) in BUILT_IN.into_iter().chain(welsh::BUILT_IN) {
            let source = overrides.get(name).map_or(shipped, String::as_str).to_owned();
            let added = environment.add_template_owned(name, source.clone());
            match added.map_err(|error| wrong(name, &source, &error)) {
                Err(fault) if welsh::is_welsh(name) => welsh_faults.push(fault),
                added => added?,
            }
        }

        let languages = Languages::English;
        let untranslated = welsh::untranslated(overrides);
        let mut templates = Self { environment, languages, welsh_faults, untranslated };
        templates.try_out()?;
        templates.try_out_welsh();
        Ok(templates)
    }

    /// In which languages requesters are written to.
    #[must_use]
    pub fn in_languages(self, languages: Languages) -> Self {
        Self { languages, ..self }
    }

    /// What is wrong with the Welsh wording, where anybody would get it.
    pub fn welsh_faults(&self) -> &[TemplateError] {
        if self.languages == Languages::English { &[] } else { &self.welsh_faults }
    }

    /// Puts the facts of a letter into words and the words into a mail.
    pub fn write(
        &self,
        letter: &Letter,
        envelope: &Frame<'_>,
    ) -> Result<OutgoingMail, TemplateError> {
        let kind = letter.content.kind();
        let facts = view::view(letter, envelope);
        let subject = self.subject(letter, &facts)?;
        let facts = minijinja::context! { subject => subject.as_str(), ..facts };
        let is_bilingual =
            self.languages.include_welsh(letter) && !self.untranslated.contains(&kind);
        // What cannot be written in Welsh all the same goes out in English.
        let both = if is_bilingual { self.in_both(letter, &facts).ok() } else { None };
        let (text, html) = match both {
            Some(both) => both,
            None => self.in_english(kind, &minijinja::context! { welsh => "", ..facts })?,
        };
        mime::mail(letter, envelope, mime::Words { subject, text: text::tidy(&text), html })
    }

    fn in_english(
        &self,
        kind: LetterKind,
        facts: &Value,
    ) -> Result<(String, String), TemplateError> {
        let text = self.render(&format!("{}.txt", kind.name()), facts)?;
        Ok((text, self.render(&format!("{}.html", kind.name()), facts)?))
    }

    /// The Welsh, then the English.
    fn in_both(&self, letter: &Letter, facts: &Value) -> Result<(String, String), TemplateError> {
        let kind = letter.content.kind();
        let in_welsh = welsh::facts(letter, facts);
        let text = self.render(&format!("cy/{}.txt", kind.name()), &in_welsh)?;
        let html = self.render(&format!("cy/{}.html", kind.name()), &in_welsh)?;
        for (part, ending) in [(&text, "txt"), (&html, "html")] {
            if part.trim().is_empty() {
                return Err(TemplateError::Empty {
                    template: format!("cy/{}.{ending}", kind.name()),
                });
            }
        }
        let welsh = Value::from_safe_string(html.clone());
        let (english, both) =
            self.in_english(kind, &minijinja::context! { welsh, ..facts.clone() })?;
        if !both.contains(html.trim()) {
            return Err(TemplateError::ForgetsWelsh);
        }
        let parts = minijinja::context! { welsh => text, english };
        Ok((self.render("cy/both.txt", &parts)?, both))
    }

    fn subject(&self, letter: &Letter, facts: &Value) -> Result<String, TemplateError> {
        let about = letter.about.as_ref();
        if answers_a_mail(letter.content.kind()) {
            return Ok(subject::answer(letter.thread.subject.as_deref().unwrap_or(""), about));
        }
        Ok(subject::titled(&self.render("subjects.txt", facts)?, about))
    }

    fn render(&self, name: &str, facts: &Value) -> Result<String, TemplateError> {
        let template = self.environment.get_template(name);
        let rendered = template.and_then(|template| template.render(facts.clone()));
        rendered.map_err(|error| {
            let name = error.name().unwrap_or(name);
            let template = self.environment.get_template(name);
            wrong(name, template.as_ref().map_or("", |template| template.source()), &error)
        })
    }

    /// Writes each sample letter in both languages, and remembers what cannot be written.
    fn try_out_welsh(&mut self) {
        let Some(team) = samples::team() else {
            return;
        };
        let (keyring, message_id) = (Keyring::new(b""), sample_id());
        let frame = sample_frame(&team, &message_id, &keyring);
        for letter in samples::letters().iter().filter(|letter| welsh::has_welsh(letter)) {
            let kind = letter.content.kind();
            let facts = minijinja::context! { subject => "", ..view::view(letter, &frame) };
            let Err(fault) = self.in_both(letter, &facts) else {
                continue;
            };
            let is_new = self.untranslated.insert(kind);
            // A file with a mistake in it is told once, and is then not there.
            let is_told =
                self.welsh_faults.iter().any(|told| told.to_string() == fault.to_string());
            if is_new && !is_told && !fault.is_absence() {
                self.welsh_faults.push(fault);
            }
        }
    }

    fn try_out(&self) -> Result<(), TemplateError> {
        for (kind, mail) in self.samples()? {
            let kind = kind.name();
            if mail.text.trim().is_empty() {
                return Err(TemplateError::Empty { template: format!("{kind}.txt") });
            }
            if mail.html.trim().is_empty() {
                return Err(TemplateError::Empty { template: format!("{kind}.html") });
            }
            if mail.subject.is_empty() {
                return Err(TemplateError::Empty { template: "subjects.txt".to_owned() });
            }
        }
        Ok(())
    }

    /// Made-up letters, at least one of each kind, in these words.
    pub fn samples(&self) -> Result<Vec<(LetterKind, OutgoingMail)>, TemplateError> {
        let Some(team) = samples::team() else {
            return Ok(Vec::new());
        };
        let keyring = Keyring::new(b"");
        let (consultants, teams) = (samples::consultants(), samples::teams());
        let enclosed = [Enclosed::mail(b"Subject: sample\n\nsample".to_vec(), 0)];
        let write = |letter: &Letter| {
            let message_id = MessageId::made("sample@example.org".to_owned());
            let frame = Frame {
                team: &team,
                consultants: &consultants,
                teams: &teams,
                message_id: &message_id,
                written_at: samples::now(),
                token: String::new(),
                keyring: &keyring,
                keys_expire_at: samples::now(),
                enclosed: &enclosed,
            };
            Ok((letter.content.kind(), self.write(letter, &frame)?))
        };
        samples::letters().iter().map(write).collect()
    }
}

/// Whether the letter is an answer to one mail, and so keeps its subject.
pub(crate) fn answers_a_mail(kind: LetterKind) -> bool {
    match kind {
        LetterKind::Acknowledgement
        | LetterKind::DisputeReceived
        | LetterKind::ConsultantNamed
        | LetterKind::Asked
        | LetterKind::Redirected
        | LetterKind::Replied
        | LetterKind::Closed
        | LetterKind::Transcript => true,
        LetterKind::Assignment
        | LetterKind::HandedOver
        | LetterKind::DisputeRaised
        | LetterKind::CannotReach
        | LetterKind::Confirm
        | LetterKind::UrgentAlert
        | LetterKind::Reminder
        | LetterKind::FollowUp
        | LetterKind::Digest
        | LetterKind::Overdue
        | LetterKind::OverdueSummary
        | LetterKind::DisputeNotice
        | LetterKind::Quarantined
        | LetterKind::SenderProblem
        | LetterKind::LettersWithheld
        | LetterKind::LedgerMismatch
        | LetterKind::SetAside
        | LetterKind::Outage
        | LetterKind::HolidayDataEnds => false,
    }
}

impl TemplateError {
    /// Whether a template that this one needs is not there.
    fn is_absence(&self) -> bool {
        matches!(self, Self::Wrong { problem, .. } if problem.starts_with("template not found"))
    }
}

fn sample_id() -> MessageId {
    MessageId::made("sample@example.org".to_owned())
}

fn sample_frame<'a>(team: &'a Team, message_id: &'a MessageId, keyring: &'a Keyring) -> Frame<'a> {
    Frame {
        team,
        message_id,
        written_at: samples::now(),
        token: String::new(),
        keyring,
        keys_expire_at: samples::now(),
        enclosed: &[],
        consultants: &[],
        teams: &[],
    }
}

/// The names that an operator's folder may hold.
pub fn names() -> impl Iterator<Item = &'static str> {
    BUILT_IN.into_iter().chain(welsh::BUILT_IN).map(|(name, _)| name)
}

fn is_known(name: &str) -> bool {
    names().any(|known| known == name)
}

fn nearest(name: &str) -> &'static str {
    names().min_by_key(|known| strsim::osa_distance(known, name)).unwrap_or("acknowledgement.txt")
}

/// Names the place and the kind of mistake. The engine's own words may quote the values of a
/// letter, so only those about syntax and names are repeated.
fn wrong(template: &str, source: &str, error: &minijinja::Error) -> TemplateError {
    let line = error.line().unwrap_or(1);
    let detail = match error.kind() {
        ErrorKind::SyntaxError
        | ErrorKind::UnknownFilter
        | ErrorKind::UnknownTest
        | ErrorKind::UnknownFunction
        | ErrorKind::TemplateNotFound => error.detail(),
        _ => None,
    };
    let problem = match detail {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    };
    let shown = source.lines().nth(line.saturating_sub(1)).unwrap_or_default().trim().to_owned();
    TemplateError::Wrong { template: template.to_owned(), line, problem, shown }
}
