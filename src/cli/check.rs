//! `mailtriage check`: would the service run, and would its mail arrive?

use std::path::PathBuf;

use crate::app;
use crate::clock::Clock;
use crate::imap::{Error as ImapError, Session};
use crate::settings::{Mailbox, Settings, teams};
use crate::smtp::{SendError, Stage};
use crate::store::Store;
use crate::worker::fetch_mail::Mailbox as Opened;

use super::say;

/// What is wrong, where, and what to do.
struct Problem {
    what: String,
    /// File and line, and the key there that most likely is to be changed.
    mend: String,
}

type Checked = Result<String, Problem>;

/// Makes every check and names every problem, not just the first. Changes nothing.
pub(super) async fn run(settings: &Settings, clock: &dyn Clock) -> anyhow::Result<()> {
    let mut problems = 0;
    let mut report = |what: &str, checked: Checked| match checked {
        Ok(detail) => say(&format!("ok       {what}{detail}")),
        Err(Problem { what: why, mend }) => {
            problems += 1;
            say(&format!("PROBLEM  {what}: {why}\n         {mend}"))
        }
    };

    report("the settings file", Ok(String::new()))?;
    report("the letters", letters(settings))?;
    report("the reader", reader(settings))?;
    report("the bank holidays", holidays(settings, clock))?;
    report("the teams for redirects", other_teams(settings, clock))?;
    for mailbox in &settings.mailboxes {
        let place = |key: &str| settings.place_of(mailbox, key);
        let name = format!("the mailbox `{}`", mailbox.get_ref().name);
        report(&name, opens(mailbox.get_ref(), settings.limits.letters_an_hour, place).await)?;
    }
    report("the mail relay", relay(settings).await)?;
    report("the database", database(settings).await)?;

    anyhow::ensure!(problems == 0, "{problems} of these checks failed");
    say("All is well. Start the desk with `mailtriage serve`.")
}

fn reader(settings: &Settings) -> Checked {
    let reader = settings.reader();
    match reader.prepare() {
        Ok(()) if reader.has_model() => Ok(": layouts, cues and the trained network".to_owned()),
        Ok(()) => Ok(": layouts and cues; the trained network is off".to_owned()),
        Err(broken) => Err(Problem {
            what: broken.to_string(),
            mend: "The desk runs without it. Install the program anew, or set model = \"off\" in \
                   section [reader]."
                .to_owned(),
        }),
    }
}

/// Loading the templates writes every letter once, with sample data.
fn letters(settings: &Settings) -> Checked {
    let folder = settings.letters.templates_dir.as_ref();
    let mend = folder.map_or(String::new(), |folder| {
        format!("The templates in {} replace the shipped ones.", folder.display())
    });
    match settings.templates() {
        Ok(templates) => match templates.welsh_faults() {
            [] => Ok(": each was written once with sample data".to_owned()),
            faults => {
                let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                Err(Problem { what: faults.join("\n         "), mend })
            }
        },
        Err(error) => Err(Problem { what: format!("{error:#}"), mend }),
    }
}

fn holidays(settings: &Settings, clock: &dyn Clock) -> Checked {
    let calendar = settings.calendar().map_err(|error| Problem {
        what: format!("{error:#}"),
        mend: "Change `bank_holidays_file` in section [promise].".to_owned(),
    })?;
    let until = calendar.holidays().covers_until();
    let left = calendar.days_until_data_ends(calendar.local_day(clock.now()));
    Ok(format!(": known until {until} ({left} days); after that the law's general rules are used"))
}

/// A team that requesters are sent to no more needs another in its place.
fn other_teams(settings: &Settings, clock: &dyn Clock) -> Checked {
    let calendar = settings.calendar().map_err(|error| Problem {
        what: format!("{error:#}"),
        mend: "Mend the bank holidays first.".to_owned(),
    })?;
    let today = calendar.local_day(clock.now());
    let dead_ends = teams::dead_ends(&settings.teams, today);
    if dead_ends.is_empty() {
        let valid = settings.teams.iter().filter(|team| team.is_valid_on(today)).count();
        return Ok(format!(": {valid} that requesters can be sent to today"));
    }
    let names: Vec<&str> = dead_ends.iter().map(|team| team.name.as_str()).collect();
    Err(Problem {
        what: format!("nobody can be sent there today: {}", names.join(", ")),
        mend: "Change `valid_from` or `valid_to`, name another team with `instead`, or take the \
               section [[teams]] out."
            .to_owned(),
    })
}

async fn opens(mailbox: &Mailbox, letters_an_hour: u32, place: impl Fn(&str) -> String) -> Checked {
    let opened = mailbox.with_credential().map_err(|error| Problem {
        what: format!("{error:#}"),
        mend: format!("{}: `password_file`.", place("password_file")),
    })?;
    let problem = |error: ImapError| Problem { mend: mend_of(&error, &place), what: shown(error) };
    let mut session = Session::connect(&opened.imap, &opened.credential).await.map_err(&problem)?;
    let folders = std::iter::once(("inbox", &opened.inbox));
    let mut counts = Vec::new();
    for (key, folder) in folders.chain(opened.sent.iter().map(|sent| ("sent", sent))) {
        let selected = session.select(folder).await.map_err(|error| match error {
            ImapError::Refused { .. } => Problem {
                what: format!("there is no folder `{folder}` that we may open"),
                mend: format!("{}: `{key}`. Write the name as people see it.", place(key)),
            },
            other => problem(other),
        })?;
        counts.push(format!("{} mails in {folder}", selected.exists));
        if key == "inbox" {
            counts.extend(flood(&mut session, &opened, letters_an_hour).await.map_err(&problem)?);
        }
    }
    session.logout().await.map_err(&problem)?;
    Ok(format!(": {}", counts.join(", ")))
}

/// What a first start would answer, when that is more than may go out in an hour.
async fn flood(
    session: &mut Session,
    mailbox: &Opened,
    letters_an_hour: u32,
) -> Result<Option<String>, ImapError> {
    let waiting = match mailbox.read_since {
        Some(day) => session.uids_since(0, day).await?,
        None => session.uids_after(0).await?,
    };
    let is_flood = u32::try_from(waiting.len()).is_ok_and(|waiting| waiting > letters_an_hour);
    Ok(is_flood.then(|| {
        format!(
            "at a first start {} of them are read and each request is acknowledged, but no more \
             than {letters_an_hour} an hour: set `read_since` to leave old mail alone, or raise \
             `letters_an_hour`",
            waiting.len()
        )
    }))
}

fn shown(error: ImapError) -> String {
    format!("{:#}", anyhow::Error::new(error))
}

fn mend_of(error: &ImapError, place: &impl Fn(&str) -> String) -> String {
    let (key, advice) = match error {
        ImapError::Settings(_) => ("host", "Change the key that is named."),
        ImapError::Credential(_) => ("password_file", "Is the file there, and may you read it?"),
        ImapError::CaFile => ("ca_file", "The file must hold certificates in PEM form."),
        ImapError::Unknown { .. } | ImapError::Connect { .. } => {
            ("host", "Are host and port right, and may this machine reach them?")
        }
        ImapError::Tls { .. } => ("tls", "Are tls, host and port right? A private CA: `ca_file`."),
        ImapError::LoginRefused { .. } => ("user", "Are the user and the password file right?"),
        ImapError::Refused { .. }
        | ImapError::Protocol { .. }
        | ImapError::TooMuch { .. }
        | ImapError::Incomplete { .. }
        | ImapError::Timeout { .. }
        | ImapError::Closed { .. }
        | ImapError::Renumbered { .. } => ("host", "Is this an IMAP server? Try again later."),
    };
    format!("{}: `{key}`. {advice}", place(key))
}

async fn relay(settings: &Settings) -> Checked {
    let place = |key: &str| settings.place_of(&settings.smtp, key);
    let mailer = app::mailer(settings).map_err(|error| Problem {
        what: format!("{error:#}"),
        mend: format!("{}: section [smtp].", place("host")),
    })?;
    mailer.check().await.map(|()| String::new()).map_err(|error: SendError| {
        let (key, advice) = match error.stage() {
            Some(Stage::LoggingIn) => ("user", "Are the user and the password file right?"),
            _ => ("host", "Are host, port and tls right, and may this machine reach them?"),
        };
        Problem { what: error.to_string(), mend: format!("{}: `{key}`. {advice}", place(key)) }
    })
}

async fn database(settings: &Settings) -> Checked {
    let problem = |error: anyhow::Error| Problem {
        what: format!("{error:#}"),
        mend: "Change `url` or `url_file` in section [database], or DATABASE_URL.".to_owned(),
    };
    match settings.database_url().map_err(problem)? {
        Some(url) => {
            let store = Store::open(&url, 1).await.map_err(|error| problem(error.into()))?;
            store.close().await;
            Ok(": it answers".to_owned())
        }
        None => {
            let found =
                crate::postgres::installed_version().map_err(|error| problem(error.into()))?;
            let folder: PathBuf = settings.data_dir.join("postgres");
            Ok(format!(": the service runs its own, {found}, in {}", folder.display()))
        }
    }
}
