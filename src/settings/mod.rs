//! The settings file: the sum of each module's own settings, checked as a whole.
//!
//! [`secrets`] is the only place that reads the environment.

mod reader;
mod secrets;
pub mod teams;
mod templates;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{NaiveDate, NaiveTime};
use serde::Deserialize;
use toml::Spanned;

use crate::calendar::{self, BankHolidays, Division, WorkingCalendar, Zone};
use crate::health;
use crate::imap::{self, Credential};
use crate::letter::{Languages, Templates};
use crate::smtp;
use crate::telemetry;
use crate::triage::policy::{Commands, Ladder, Limits, OtherTeam, Policy, Team};
use crate::triage::{Consultant, Rules};
use crate::worker::fetch_mail;
use crate::worker::nightly;
use crate::worker::retention;
pub use reader::{Model, Reader};
use secrets::{from_environment, has_password, read_secret, secret_in, variable_name};

/// The whole settings file. Every key is explained in `config/example.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    #[serde(default = "default_data_dir")]
    pub data_dir: PathBuf,
    pub secret_file: Option<PathBuf>,
    pub team: Team,
    #[serde(default)]
    pub consultants: Vec<Spanned<Consultant>>,
    pub mailboxes: Vec<Spanned<Mailbox>>,
    pub smtp: Spanned<smtp::Settings>,
    #[serde(default)]
    pub promise: Promise,
    #[serde(default)]
    pub ladder: Ladder,
    #[serde(default)]
    pub limits: Limits,
    #[serde(default)]
    pub teams: Vec<OtherTeam>,
    #[serde(default)]
    pub commands: Commands,
    #[serde(default)]
    pub reader: Reader,
    #[serde(default)]
    pub letters: Letters,
    #[serde(default)]
    pub database: Database,
    #[serde(default)]
    pub ledger: nightly::Ledger,
    #[serde(default)]
    pub retention: retention::Keep,
    #[serde(default)]
    pub health: health::Settings,
    #[serde(default)]
    pub log: telemetry::Settings,
    /// The file itself, to show places in it.
    #[serde(skip)]
    source: Source,
}

#[derive(Debug, Clone, Default)]
struct Source {
    path: PathBuf,
    text: String,
}

fn default_data_dir() -> PathBuf {
    PathBuf::from("/var/lib/mailtriage")
}

/// One `[[mailboxes]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mailbox {
    pub name: String,
    #[serde(default = "default_inbox")]
    pub inbox: String,
    pub sent: Option<String>,
    pub read_since: Option<NaiveDate>,
    pub imap: imap::Settings,
}

fn default_inbox() -> String {
    "INBOX".to_owned()
}

/// `[promise]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Promise {
    pub bank_holidays_file: Option<PathBuf>,
    pub division: Division,
    pub zone: Zone,
    pub close_of_business: NaiveTime,
    pub reply_within_days: NonZeroU8,
}

impl Default for Promise {
    fn default() -> Self {
        let calendar::Rules { division, zone, close_of_business, reply_within_days } =
            calendar::Rules::default();
        Self { bank_holidays_file: None, division, zone, close_of_business, reply_within_days }
    }
}

impl Promise {
    fn rules(&self) -> calendar::Rules {
        calendar::Rules {
            division: self.division,
            zone: self.zone,
            close_of_business: self.close_of_business,
            reply_within_days: self.reply_within_days,
        }
    }
}

/// `[letters]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letters {
    pub languages: Languages,
    pub templates_dir: Option<PathBuf>,
}

/// `[database]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Database {
    pub url: Option<String>,
    pub url_file: Option<PathBuf>,
}

impl Settings {
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        let text = fs::read_to_string(path).with_context(|| {
            format!("could not read the settings file {}; name it with --config", path.display())
        })?;
        let mut settings =
            Self::parse(&text).with_context(|| format!("the settings file {}", path.display()))?;
        path.clone_into(&mut settings.source.path);
        Ok(settings)
    }

    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let mut settings: Self = toml::from_str(text)?;
        settings.check(text)?;
        text.clone_into(&mut settings.source.text);
        Ok(settings)
    }

    /// File and line of a key in the section that `section` was read from, else of the section.
    pub fn place_of<T>(&self, section: &Spanned<T>, key: &str) -> String {
        let start = section.span().start;
        let before = self.source.text.get(..start).unwrap_or_default();
        let after = self.source.text.get(start..).unwrap_or_default();
        let holds_key =
            |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
        // The section's own header comes first; the next `[[` begins another.
        let own =
            after.lines().enumerate().take_while(|(at, line)| *at == 0 || !line.starts_with("[["));
        let offset = own.filter(|(_, line)| holds_key(line)).map(|(at, _)| at).next().unwrap_or(0);
        let line = before.matches('\n').count() + 1 + offset;
        format!("{}, line {line}", self.source.path.display())
    }

    /// What the types of single keys cannot tell.
    fn check(&self, text: &str) -> anyhow::Result<()> {
        if self.mailboxes.is_empty() {
            bail!("there is no mailbox to watch; add a section [[mailboxes]]");
        }
        let mut names = BTreeSet::new();
        for mailbox in &self.mailboxes {
            let name = &mailbox.get_ref().name;
            if !names.insert(name) {
                bail!(at(text, mailbox, &format!("a second mailbox is called `{name}`")));
            }
            if let Err(error) = mailbox.get_ref().imap.check() {
                bail!(at(text, mailbox, &format!("mailbox `{name}`, imap: {error}")));
            }
        }
        if let Err(error) = self.smtp.get_ref().check() {
            bail!(at(text, &self.smtp, &format!("smtp: {error}")));
        }
        let mut addresses = BTreeSet::new();
        for consultant in &self.consultants {
            let Consultant { address, former_addresses, .. } = consultant.get_ref();
            for address in former_addresses.iter().chain([address]) {
                if !addresses.insert(address.as_str().to_lowercase()) {
                    let problem =
                        format!("a second consultant has the address {}", address.as_str());
                    bail!(at(text, consultant, &problem));
                }
            }
        }
        if let Err(problem) = teams::check(&self.teams) {
            bail!(problem);
        }
        if self.ladder.working_from >= self.ladder.working_until {
            let problem = "`working_until` must be later than `working_from`";
            bail!(at_key(text, ("ladder", "working_until"), problem));
        }
        if !(0.0..=1.0).contains(&self.reader.sure_from) {
            bail!(at_key(text, ("reader", "sure_from"), "`sure_from` must lie between 0 and 1"));
        }
        if self.database.url.is_some() && self.database.url_file.is_some() {
            bail!(at_key(text, ("database", "url"), "takes `url` or `url_file`, not both"));
        }
        if self.database.url.as_deref().is_some_and(has_password) {
            bail!(
                "[database] url holds a password; put the whole address into a file and name it \
                 with `url_file`"
            );
        }
        Ok(())
    }

    /// Where the database is. `None`: the service runs its own.
    pub fn database_url(&self) -> anyhow::Result<Option<String>> {
        if let Some(url) = from_environment("DATABASE_URL") {
            return Ok(Some(url));
        }
        match &self.database.url_file {
            Some(path) => Ok(Some(read_secret(path)?)),
            None => Ok(self.database.url.clone()),
        }
    }

    pub fn calendar(&self) -> anyhow::Result<WorkingCalendar> {
        let holidays = match &self.promise.bank_holidays_file {
            Some(path) => {
                let text = fs::read_to_string(path)
                    .with_context(|| format!("could not read {}", path.display()))?;
                BankHolidays::from_json(&text).with_context(|| path.display().to_string())?
            }
            None => BankHolidays::shipped()?,
        };
        Ok(WorkingCalendar::new(self.promise.rules(), holidays))
    }

    pub fn rules(&self) -> anyhow::Result<Rules> {
        Ok(Rules {
            policy: Policy {
                team: self.team.clone(),
                consultants: self.consultants.iter().map(|one| one.get_ref().clone()).collect(),
                ladder: self.ladder.clone(),
                limits: self.limits.clone(),
                teams: self.teams.clone(),
                commands: self.commands.clone(),
                sure_from: self.reader.sure_from,
            },
            calendar: self.calendar()?,
        })
    }

    /// The team's own templates in place of the shipped ones.
    pub fn templates(&self) -> anyhow::Result<Templates> {
        let folder = self.letters.templates_dir.as_deref();
        let overrides = folder.map(templates::read).transpose()?.unwrap_or_default();
        Ok(Templates::load(&overrides)?.in_languages(self.letters.languages))
    }

    pub fn mailboxes(&self) -> anyhow::Result<Vec<fetch_mail::Mailbox>> {
        self.mailboxes.iter().map(|mailbox| mailbox.get_ref().with_credential()).collect()
    }

    pub fn smtp_password(&self) -> anyhow::Result<Option<String>> {
        match &self.smtp.get_ref().password_file {
            Some(path) => Ok(Some(read_secret(path)?)),
            None => Ok(from_environment("MAILTRIAGE_SMTP_PASSWORD")),
        }
    }

    /// The key of our Message-IDs and tokens. Made at the first start.
    pub fn secret(&self) -> anyhow::Result<Vec<u8>> {
        match &self.secret_file {
            Some(path) => Ok(read_secret(path)?.into_bytes()),
            None => secret_in(&self.data_dir),
        }
    }
}

impl Mailbox {
    /// With the password, or where it stands.
    pub fn with_credential(&self) -> anyhow::Result<fetch_mail::Mailbox> {
        let variable = format!("MAILTRIAGE_IMAP_PASSWORD_{}", variable_name(&self.name));
        let credential = match &self.imap.password_file {
            Some(path) => Credential::InFile(path.clone()),
            None => match from_environment(&variable) {
                Some(password) => Credential::Given(imap::Secret::new(password)),
                None => bail!(
                    "mailbox `{}` has no password: set imap.password_file, or the environment \
                     variable {variable}",
                    self.name,
                ),
            },
        };
        Ok(fetch_mail::Mailbox {
            name: self.name.clone(),
            imap: self.imap.clone(),
            credential,
            inbox: self.inbox.clone(),
            sent: self.sent.clone(),
            read_since: self.read_since,
        })
    }
}

/// The message with the line of a key in a section, or of the section where the key is missing.
fn at_key(text: &str, (section, key): (&str, &str), message: &str) -> String {
    let header = format!("[{section}]");
    let mut lines = (1..).zip(text.lines()).skip_while(|(_, line)| line.trim() != header);
    let first = lines.next();
    let own = lines.take_while(|(_, line)| !line.trim_start().starts_with('['));
    let holds_key = |line: &str| line.split_once('=').is_some_and(|(name, _)| name.trim() == key);
    match own.filter(|(_, line)| holds_key(line)).last().or(first) {
        Some((number, line)) => {
            format!("[{section}] {message}\n  --> line {number}\n   | {line}")
        }
        None => format!("[{section}] {message}"),
    }
}

/// The message with the place in the settings file that it is about.
fn at<T>(text: &str, place: &Spanned<T>, message: &str) -> String {
    let before = text.get(..place.span().start).unwrap_or(text);
    let line_number = before.matches('\n').count() + 1;
    let line = text.lines().nth(line_number - 1).unwrap_or_default();
    format!("{message}\n  --> line {line_number}\n   | {line}")
}
