//! `mailtriage demo`: the desk does its whole job on a private sandbox, in under a minute.
//!
//! Real PostgreSQL, real Dovecot, an SMTP server that delivers into its mailboxes, and the service
//! that `serve` runs. Only the clock is not real: it starts on Thursday 24 December 2026 and is
//! moved over the bank holidays.

mod author;
pub(crate) mod gallery;
mod samples;
mod story;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio_util::sync::CancellationToken;

use crate::app::{self, Pace, Parts, Service};
use crate::calendar::WorkingCalendar;
use crate::clock::{Clock, SetClock};
use crate::letter::Keyring;
use crate::report;
use crate::sandbox::Sandbox;
use crate::sandbox::dovecot::User;
use crate::settings::Settings;
use crate::smtp::{self, Mailer};
use crate::store::{Store, ledger, requests};
use crate::worker::{Bell, pause_for};
use samples::{RESIDENTS, SAMPLES, SETTINGS};
use story::Story;

#[derive(Debug, Args)]
pub struct Options {
    /// Leave the sandbox up at the end, with addresses, ports and passwords, until Ctrl-C
    #[arg(long)]
    keep: bool,

    /// Where every letter is put, as a mail and as a page [default: demo-letters, or a temporary
    /// folder where that cannot be written]
    #[arg(long, value_name = "FOLDER")]
    letters: Option<PathBuf>,
}

/// Everybody's password in the sandbox; it listens on this machine only.
const PASSWORD: &str = "demo";
const FIRST_DAY: (i32, u32, u32) = (2026, 12, 24);
const LAST_DAY: (i32, u32, u32) = (2026, 12, 31);
/// The demo's time passes in steps: short ones in working time, where things happen.
const WORKING_STEP: TimeDelta = TimeDelta::minutes(15);
const RESTING_STEP: TimeDelta = TimeDelta::minutes(60);
/// How long a step takes in truth.
const WORKING_PAUSE: Duration = Duration::from_millis(60);
const RESTING_PAUSE: Duration = Duration::from_millis(15);
/// Looking for what has happened while a mail is on its way.
const LOOK: Duration = Duration::from_millis(20);
const LONGEST_WAIT_FOR_A_MAIL: u32 = 1_000;
const PACE: Pace = Pace { queues: Duration::from_millis(50), schedule: Duration::from_millis(10) };

/// Plays until the end or Ctrl-C, and leaves nothing running.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let start = day(FIRST_DAY);
    let calendar = WorkingCalendar::new(
        crate::calendar::Rules::default(),
        crate::calendar::BankHolidays::shipped()?,
    );
    let clock = SetClock::at(calendar.at_local(start, time(9, 0)));
    say("Starting a sandbox: PostgreSQL, Dovecot, an SMTP server, and the desk.")?;
    let sandbox = open_sandbox(&clock).await?;

    let played = tokio::select! {
        played = play(&sandbox, &clock, &options) => played,
        interrupted = tokio::signal::ctrl_c() => {
            interrupted?;
            say("\nStopping.")
        }
    };
    sandbox.stop().await?;
    played
}

async fn open_sandbox(clock: &SetClock) -> anyhow::Result<Sandbox> {
    let user = |address: &&str| User { name: (*address).to_owned(), password: PASSWORD.to_owned() };
    let users: Vec<User> = RESIDENTS.iter().map(user).collect();
    let clock = clock.clone();
    Sandbox::start(&users, Arc::new(move || clock.now())).await
}

/// The desk on top of the sandbox, as `serve` runs it.
struct Stage<'a> {
    sandbox: &'a Sandbox,
    clock: &'a SetClock,
    settings: Settings,
    store: Store,
    calendar: WorkingCalendar,
    /// Sends the requesters' mails.
    post_office: Mailer,
}

async fn play(sandbox: &Sandbox, clock: &SetClock, options: &Options) -> anyhow::Result<()> {
    let (stage, service) = set_up(sandbox, clock).await?;
    let bar = progress_bar(&stage.calendar);
    let mut story = Story::new(stage.store.clone(), stage.calendar.clone(), bar);

    say("")?;
    let told = tell(&stage, &mut story).await;
    story.bar.finish_and_clear();
    if told.is_ok() {
        show_the_end(&stage, &story, options).await?;
        if options.keep {
            keep_open(&stage).await?;
        }
    }
    service.stop().await?;
    stage.store.close().await;
    told
}

async fn set_up<'a>(
    sandbox: &'a Sandbox,
    clock: &'a SetClock,
) -> anyhow::Result<(Stage<'a>, Service)> {
    let folder = sandbox.folder();
    let password_file = folder.join("password");
    std::fs::write(&password_file, PASSWORD)?;
    let text = SETTINGS
        .replace("{data_dir}", &folder.display().to_string())
        .replace("{password_file}", &password_file.display().to_string())
        .replace("{imap_port}", &sandbox.dovecot.port().to_string())
        .replace("{smtp_port}", &sandbox.smtp.port().to_string())
        .replace("{database_url}", &sandbox.postgres.url());
    let settings = Settings::parse(&text).context("the demo's settings")?;
    let store = Store::open(&sandbox.postgres.url(), app::CONNECTIONS).await?;
    store.migrate().await?;
    let rules = settings.rules()?;
    let calendar = rules.calendar.clone();
    let service = Service::start(Parts {
        store: store.clone(),
        rules: Arc::new(rules),
        reader: settings.reader(),
        templates: Arc::new(settings.templates()?),
        keyring: Arc::new(Keyring::new(&settings.secret()?)),
        mailboxes: settings.mailboxes()?,
        mailer: Arc::new(app::mailer(&settings)?),
        clock: Arc::new(clock.clone()),
        pace: PACE,
        // Its clock leaps, and what happens at night is no part of the story.
        nightly: None,
    })?;
    let post_office = app::mailer(&settings)?;
    Ok((Stage { sandbox, clock, settings, store, calendar, post_office }, service))
}

async fn tell(stage: &Stage<'_>, story: &mut Story) -> anyhow::Result<()> {
    for (sample, number) in SAMPLES.iter().zip(1_u32..) {
        let (hour, minute) = sample.at;
        let sent_on = day((2026, 12, sample.day));
        move_clock(stage, story, stage.calendar.at_local(sent_on, time(hour, minute))).await?;
        let mail = author::write(sample, number, (stage.clock.now(), story))?;
        if sample.from == samples::DESK {
            // It lies in the Sent folder, where the next look finds it.
            let maildirs = stage.sandbox.dovecot.maildirs();
            maildirs.deliver(samples::DESK, "Sent", mail.as_bytes(), stage.clock.now())?;
            continue;
        }
        post(stage, sample.from, &mail).await?;
        let mut looks = 0;
        while !settled(stage, i64::from(number)).await? {
            looks += 1;
            anyhow::ensure!(looks < LONGEST_WAIT_FOR_A_MAIL, "a mail did not arrive");
            rest(LOOK).await;
        }
        story.go_on().await?;
    }
    let end = stage.calendar.at_local(day(LAST_DAY), time(9, 30));
    move_clock(stage, story, end).await
}

/// Moves the clock step by step, telling what happens on the way.
async fn move_clock(stage: &Stage<'_>, story: &mut Story, to: DateTime<Utc>) -> anyhow::Result<()> {
    let ladder = &stage.settings.ladder;
    while stage.clock.now() < to {
        let now = stage.clock.now();
        let working =
            stage.calendar.is_working_time(now, ladder.working_from, ladder.working_until);
        let (step, pause) =
            if working { (WORKING_STEP, WORKING_PAUSE) } else { (RESTING_STEP, RESTING_PAUSE) };
        let next = (now + step).min(to);
        if stage.calendar.local_day(next) != stage.calendar.local_day(now) {
            tell_day(stage, story, next)?;
        }
        stage.clock.set(next);
        rest(pause).await;
        let today = stage.calendar.local_day(next);
        story.bar.set_message(today.format("%a %-d %b %Y").to_string());
        let passed = next - stage.calendar.at_local(day(FIRST_DAY), time(9, 0));
        story.bar.set_position(u64::try_from(passed.num_minutes()).unwrap_or(0));
        if working {
            story.go_on().await?;
        }
    }
    Ok(())
}

/// Days on which nothing happens are worth a line: that is what a working day means.
fn tell_day(stage: &Stage<'_>, story: &Story, at: DateTime<Utc>) -> anyhow::Result<()> {
    let today = stage.calendar.local_day(at);
    match stage.calendar.day_off(today) {
        Some(why) => story.say(at, &format!("        no working day: {}", why.reason())),
        None => Ok(()),
    }
}

/// Hands a mail to the mail server, as a mail program does.
async fn post(stage: &Stage<'_>, from: &str, mail: &str) -> anyhow::Result<()> {
    let envelope = smtp::OutgoingLetter {
        to: samples::DESK,
        from,
        null_return_path: false,
        raw: mail.as_bytes(),
    };
    Ok(stage.post_office.send(&envelope).await?)
}

/// Whether so many mails have been read and every letter has left.
async fn settled(stage: &Stage<'_>, mails: i64) -> anyhow::Result<bool> {
    let mut conn = stage.store.connect().await?;
    // Stored first: what is stored by then is either read or counted as unread below.
    let stored: i64 = ledger::outcomes(&mut conn).await?.iter().map(|(_, count)| count).sum();
    let (unread, unsent) = ledger::backlog(&mut conn).await?;
    Ok(stored >= mails && unread == 0 && unsent == 0)
}

async fn show_the_end(stage: &Stage<'_>, story: &Story, options: &Options) -> anyhow::Result<()> {
    let mut conn = stage.store.connect().await?;
    let mut all = requests::newest(&mut conn, 100).await?.requests;
    all.reverse();
    say("\nThe requests\n")?;
    say(&report::table(all.iter().map(|(_, request)| request), &stage.calendar))?;

    for (title, kind) in
        [("The first acknowledgement", "acknowledgement"), ("The notice to the CISO", "overdue")]
    {
        show_letter(title, story.first(kind))?;
    }
    let digest = story.letters.iter().rfind(|letter| letter.kind == "digest");
    show_letter("The last morning's digest", digest)?;

    let folder = letters_folder(options)?;
    let pages = story.letters.iter().map(|letter| gallery::Page {
        kind: &letter.kind,
        recipient: &letter.recipient,
        subject: &letter.subject,
        state: &letter.state,
        raw: &letter.raw,
    });
    gallery::write(&folder, "Letters of the demo", pages)?;
    say(&format!(
        "\nAll {} letters are in {}; open index.html there to see them.",
        story.letters.len(),
        folder.display(),
    ))
}

/// The folder that was asked for must work; the usual one may belong to somebody else.
fn letters_folder(options: &Options) -> anyhow::Result<PathBuf> {
    if let Some(folder) = &options.letters {
        return Ok(folder.clone());
    }
    let usual = PathBuf::from("demo-letters");
    let writable =
        std::fs::create_dir_all(&usual).and_then(|()| tempfile::tempfile_in(&usual)).is_ok();
    if writable {
        return Ok(usual);
    }
    Ok(tempfile::Builder::new().prefix("mailtriage-letters-").tempdir()?.keep())
}

fn show_letter(title: &str, letter: Option<&ledger::Letter>) -> anyhow::Result<()> {
    let letter = letter.with_context(|| format!("{title} was never written"))?;
    say(&format!("\n{title}\n"))?;
    say(&format!("  To: {}\n  Subject: {}\n", letter.recipient, letter.subject))?;
    for line in letter.text.lines() {
        say(format!("  {line}").trim_end())?;
    }
    Ok(())
}

/// Leaves everything up for a mail program, with a clock that goes on at its usual pace.
async fn keep_open(stage: &Stage<'_>) -> anyhow::Result<()> {
    say("\nThe sandbox stays up until you press Ctrl-C.\n")?;
    say(&format!("  IMAP      127.0.0.1, port {}, no TLS", stage.sandbox.dovecot.port()))?;
    say(&format!("  SMTP      127.0.0.1, port {}, no TLS, no login", stage.sandbox.smtp.port()))?;
    say(&format!("  password  {PASSWORD}, the same for everybody"))?;
    say(&format!("  database  {}\n", stage.sandbox.postgres.url()))?;
    say("Everybody logs in with their address:")?;
    for address in RESIDENTS {
        say(&format!("  {address}"))?;
    }
    let second = Duration::from_secs(1);
    loop {
        rest(second).await;
        stage.clock.set(stage.clock.now() + TimeDelta::seconds(1));
    }
}

fn progress_bar(calendar: &WorkingCalendar) -> ProgressBar {
    let (start, end) = (day(FIRST_DAY), day(LAST_DAY));
    let length = calendar.at_local(end, time(9, 30)) - calendar.at_local(start, time(9, 0));
    let bar = ProgressBar::new(u64::try_from(length.num_minutes()).unwrap_or(0));
    bar.set_draw_target(ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{msg:16} {bar:40} {percent}%") {
        bar.set_style(style);
    }
    bar
}

async fn rest(pause: Duration) {
    pause_for(pause, &Bell::default(), &CancellationToken::new()).await;
}

fn day((year, month, day): (i32, u32, u32)) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default()
}

fn say(text: &str) -> anyhow::Result<()> {
    Ok(writeln!(anstream::stdout(), "{text}")?)
}
