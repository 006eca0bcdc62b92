//! `mailtriage check`: would the service run, and would its mail arrive?

use crate::app;
use crate::clock::Clock;
use crate::imap::Session;
use crate::settings::Settings;
use crate::store::Store;
use crate::worker::fetch_mail::Mailbox;

use super::say;

/// Checks everything and names every problem, not just the first. Changes nothing.
pub(super) async fn run(settings: &Settings, clock: &dyn Clock) -> anyhow::Result<()> {
    say("ok       the settings file")?;
    let mut problems = 0;
    let mut report = |what: &str, result: anyhow::Result<String>| -> anyhow::Result<()> {
        match result {
            Ok(detail) => say(&format!("ok       {what}{detail}")),
            Err(error) => {
                problems += 1;
                say(&format!("PROBLEM  {what}: {error:#}"))
            }
        }
    };

    report("the letters", settings.templates().map(|_| String::new()))?;
    report("the bank holidays", holidays(settings, clock))?;
    match settings.mailboxes() {
        Ok(mailboxes) => {
            for mailbox in &mailboxes {
                let name = format!("mailbox `{}`", mailbox.name);
                report(&name, mailbox_opens(mailbox).await)?;
            }
        }
        Err(error) => report("the mailboxes", Err(error))?,
    }
    report("the mail relay", relay_answers(settings).await)?;
    report("the database", database_answers(settings).await)?;

    anyhow::ensure!(problems == 0, "{problems} of these checks failed");
    say("All is well. Start the desk with: mailtriage serve --config FILE")
}

fn holidays(settings: &Settings, clock: &dyn Clock) -> anyhow::Result<String> {
    let calendar = settings.calendar()?;
    let until = calendar.holidays().covers_until();
    let left = calendar.days_until_data_ends(calendar.local_day(clock.now()));
    Ok(format!(": known until {until} ({left} days); after that the law's general rules are used"))
}

async fn mailbox_opens(mailbox: &Mailbox) -> anyhow::Result<String> {
    let mut session = Session::connect(&mailbox.imap, &mailbox.credential).await?;
    let inbox = session.select(&mailbox.inbox).await?;
    let mut detail = format!(": {} mails in {}", inbox.exists, mailbox.inbox);
    if let Some(sent) = &mailbox.sent {
        let sent_folder = session.select(sent).await?;
        detail.push_str(&format!(", {} in {sent}", sent_folder.exists));
    }
    session.logout().await?;
    Ok(detail)
}

async fn relay_answers(settings: &Settings) -> anyhow::Result<String> {
    app::mailer(settings)?.check().await?;
    Ok(String::new())
}

async fn database_answers(settings: &Settings) -> anyhow::Result<String> {
    match settings.database_url()? {
        Some(url) => {
            Store::open(&url, 1).await?.close().await;
            Ok(String::new())
        }
        None => {
            let found = crate::postgres::installed_version()?;
            let folder = settings.data_dir.join("postgres");
            Ok(format!(": the service runs its own, {found}, in {}", folder.display()))
        }
    }
}
