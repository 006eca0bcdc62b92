//! The running service: which worker gets what; all start together and stop together.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use toml::Spanned;
use tracing::{error, info, warn};

use crate::clock::Clock;
use crate::health::{self, Subject, Watched};
use crate::imap::Backoff;
use crate::intake::Reader;
use crate::letter::{Keyring, Templates};
use crate::postgres::{Durability, Server};
use crate::settings::Settings;
use crate::smtp::Mailer;
use crate::store::Store;
use crate::triage::Rules;
use crate::worker::climb_ladder::ClimbLadder;
use crate::worker::daily_jobs::DailyJobs;
use crate::worker::desk::Desk;
use crate::worker::fetch_mail::{FetchMail, Mailbox};
use crate::worker::keep_lease::{self, Holder};
use crate::worker::nightly::{self, Nightly};
use crate::worker::patient_reader::PatientReader;
use crate::worker::pulse::Pulse;
use crate::worker::read_inbound::ReadInbound;
use crate::worker::send_outbox::SendOutbox;
use crate::worker::watch_over::WatchOver;
use crate::worker::{Bell, Loop, Progress, pause_for, run_until_stopped};

/// Connections to the database: each worker has at most two at once.
pub const CONNECTIONS: u32 = 12;
/// How long a step under way may take to finish after SIGTERM.
const LONGEST_FAREWELL: Duration = Duration::from_secs(45);

/// Everything that the workers need.
pub struct Parts {
    pub store: Store,
    pub rules: Arc<Rules>,
    pub reader: Reader,
    pub templates: Arc<Templates>,
    pub keyring: Arc<Keyring>,
    pub mailboxes: Vec<Mailbox>,
    pub mailer: Arc<Mailer>,
    pub clock: Arc<dyn Clock>,
    pub pace: Pace,
    /// What is done at night. `None`: nothing.
    pub nightly: Option<nightly::Plan>,
}

/// How often workers look for work that nobody told them about.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// Mail to read and letters to send: another process may have left some.
    pub queues: Duration,
    /// Deadlines and daily jobs.
    pub schedule: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { queues: Duration::from_secs(2), schedule: Duration::from_secs(15) }
    }
}

/// The workers of this process.
pub struct Service {
    tracker: TaskTracker,
    stop: CancellationToken,
    /// What says that this process lives, and what ends it.
    life: TaskTracker,
    dead: CancellationToken,
    pulse: Pulse,
    reader: PatientReader,
}

impl Service {
    pub fn start(parts: Parts) -> anyhow::Result<Self> {
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        let Parts {
            store,
            rules,
            reader,
            templates,
            keyring,
            mailboxes,
            mailer,
            clock,
            pace,
            nightly,
        } = parts;
        let (unread, outbox, pulse) = (Bell::default(), Bell::default(), Pulse::default());
        let desk = Desk { rules, templates, keyring };
        let turn = |name, pause_when_idle, bell: &Bell| Loop {
            name,
            pause_when_idle,
            bell: bell.clone(),
            stop: stop.clone(),
            pulse: pulse.clone(),
        };

        // Its own end: the process counts as alive until the last letter under way is settled.
        let (holder, life, dead) = begin_life(&store)?;
        for mailbox in &mailboxes {
            let fetch = FetchMail {
                store: store.clone(),
                mailbox: Arc::new(mailbox.clone()),
                clock: Arc::clone(&clock),
                holder: holder.clone(),
                unread: unread.clone(),
                backoff: Backoff::default(),
                pulse: pulse.clone(),
            };
            tracker.spawn(fetch.run(stop.clone()));
        }
        let reader = PatientReader::new(reader);
        let read = ReadInbound {
            store: store.clone(),
            desk: desk.clone(),
            reader: reader.clone(),
            clock: Arc::clone(&clock),
            outbox: outbox.clone(),
            holder: holder.clone(),
        };
        let send = SendOutbox {
            store: store.clone(),
            desk: desk.clone(),
            mailer,
            clock: Arc::clone(&clock),
            holder,
        };
        let reading = turn("read_inbound", pace.queues, &unread);
        spawn(&tracker, reading, read, |read| async move { read.step().await });
        let sending = turn("send_outbox", pace.queues, &outbox);
        spawn(&tracker, sending, send, |send| async move { send.step().await });
        let daily = DailyJobs { store, desk, clock, outbox };
        let by_the_clock = |name| turn(name, pace.schedule, &Bell::default());
        spawn_by_the_clock(&tracker, daily, (nightly, Arc::new(mailboxes)), by_the_clock);
        tracker.close();
        Ok(Self { tracker, stop, life, dead, pulse, reader })
    }

    /// Shows on a page how the service does, for as long as its workers run.
    pub fn shows_health(&self, listener: tokio::net::TcpListener, subject: Subject) {
        let workers = (self.pulse.clone(), self.reader.clone());
        self.life.spawn(health::serve(listener, (subject, workers), self.stop.clone()));
    }

    /// Returns when a worker has ended, which none does unless told to.
    pub async fn ended(&self) {
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.dead.cancelled() => {}
        }
    }

    /// Lets every worker finish its step.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.stop.cancel();
        let finished = tokio::time::timeout(LONGEST_FAREWELL, self.tracker.wait()).await;
        self.dead.cancel();
        let let_go = tokio::time::timeout(LONGEST_FAREWELL, self.life.wait()).await;
        finished.and(let_go).context("a worker did not finish its step in time")
    }
}

fn begin_life(store: &Store) -> anyhow::Result<(Holder, TaskTracker, CancellationToken)> {
    let (life, dead) = (TaskTracker::new(), CancellationToken::new());
    let holder = Holder::new()?;
    life.spawn(keep_lease::stay_alive(store.clone(), holder.clone(), dead.clone()));
    life.close();
    Ok((holder, life, dead))
}

/// The workers that look at the clock: the ladder, the daily jobs, what is done at night, and the
/// watch over the servers.
fn spawn_by_the_clock(
    tracker: &TaskTracker,
    daily: DailyJobs,
    (nightly, mailboxes): (Option<nightly::Plan>, Arc<Vec<Mailbox>>),
    turn: impl Fn(&'static str) -> Loop,
) {
    let DailyJobs { store, desk, clock, outbox } = daily.clone();
    let ladder = ClimbLadder {
        store: store.clone(),
        desk: desk.clone(),
        clock: Arc::clone(&clock),
        outbox: outbox.clone(),
    };
    spawn(tracker, turn("climb_ladder"), ladder, |ladder| async move { ladder.step().await });
    spawn(tracker, turn("daily_jobs"), daily, |daily| async move { daily.step().await });
    let watch = WatchOver {
        store: store.clone(),
        desk: desk.clone(),
        since: clock.now(),
        clock: Arc::clone(&clock),
        outbox: outbox.clone(),
        mailboxes: Arc::clone(&mailboxes),
    };
    spawn(tracker, turn("watch_over"), watch, |watch| async move { watch.step().await });
    if let Some(plan) = nightly {
        let not_before = Arc::default();
        let nightly = Nightly { store, desk, clock, outbox, mailboxes, plan, not_before };
        spawn(tracker, turn("nightly"), nightly, |nightly| async move { nightly.step().await });
    }
}

/// Repeats a worker's step until the service stops.
fn spawn<Worker, Step>(
    tracker: &TaskTracker,
    turn: Loop,
    worker: Worker,
    step: impl Fn(Worker) -> Step + Send + 'static,
) where
    Worker: Clone + Send + 'static,
    Step: Future<Output = anyhow::Result<Progress>> + Send + 'static,
{
    tracker.spawn(run_until_stopped(turn, move || step(worker.clone())));
}

/// The database of the settings, or the service's own when they name none.
pub async fn open_database(settings: &Settings) -> anyhow::Result<(Store, Option<Server>)> {
    let (url, server) = match settings.database_url()? {
        Some(url) => (url, None),
        None => {
            let folder = settings.data_dir.join("postgres");
            let server = Server::start(&folder, Durability::Durable).await?;
            (server.url(), Some(server))
        }
    };
    let store = Store::open(&url, CONNECTIONS).await?;
    store.migrate().await?;
    Ok((store, server))
}

/// For commands that look things up: the database of a running service or of the settings.
pub async fn connect_only(settings: &Settings) -> anyhow::Result<Store> {
    let url = match settings.database_url()? {
        Some(url) => url,
        None => crate::postgres::url_of_running(&settings.data_dir.join("postgres")).context(
            "the desk is not running: start it with `mailtriage serve`, or name a database in the \
             settings",
        )?,
    };
    Ok(Store::open(&url, 2).await?)
}

/// Runs until SIGTERM or SIGINT.
pub async fn serve(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<()> {
    let rules = Arc::new(settings.rules()?);
    let reader = reader(settings);
    let templates = Arc::new(settings.templates()?);
    let mailboxes = settings.mailboxes()?;
    let mailer = Arc::new(mailer(settings)?);
    let keyring = Arc::new(Keyring::new(&settings.secret()?));
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let listener = health::listen(&settings.health).await?;
    let (store, server) = open_database(settings).await?;

    let subject = Subject {
        store: store.clone(),
        mailer: Arc::clone(&mailer),
        rules: Arc::clone(&rules),
        clock: Arc::clone(&clock),
        mailboxes: mailboxes
            .iter()
            .map(|mailbox| Watched { name: mailbox.name.clone(), has_sent: mailbox.sent.is_some() })
            .collect(),
        credentials: credential_files(settings),
    };
    let parts = Parts {
        store: store.clone(),
        rules,
        reader,
        templates,
        keyring,
        mailboxes,
        mailer,
        clock,
        pace: Pace::default(),
        nightly: Some(nightly::Plan {
            ledger: settings.ledger.clone(),
            keep: settings.retention.clone(),
        }),
    };
    let service = Service::start(parts)?;
    if let Some(listener) = listener {
        service.shows_health(listener, subject);
    }
    tell_supervisor(&[sd_notify::NotifyState::Ready]);
    info!("the desk is open");

    let ended_by_itself = tokio::select! {
        () = keep_watchdog_quiet(&store) => true,
        () = service.ended() => true,
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
    };
    tell_supervisor(&[sd_notify::NotifyState::Stopping]);
    info!("the desk closes: finishing what is under way");
    let stopped = service.stop().await;
    store.close().await;
    if let Some(server) = server {
        server.stop().await;
    }
    stopped?;
    anyhow::ensure!(!ended_by_itself, "a worker ended unexpectedly; see the log");
    Ok(())
}

/// What mails are read with. Without the model the desk still opens: layouts and cues read on.
fn reader(settings: &Settings) -> Reader {
    let reader = settings.reader();
    match reader.prepare() {
        Ok(()) => reader,
        Err(broken) => {
            error!("mails are read by layout and cues alone: {broken}");
            reader.without_model()
        }
    }
}

/// The files with passwords and tokens, and what each is for.
fn credential_files(settings: &Settings) -> Vec<(String, PathBuf)> {
    let mailboxes = settings.mailboxes.iter().map(Spanned::get_ref);
    let imap = mailboxes.filter_map(|mailbox| {
        Some((format!("imap:{}", mailbox.name), mailbox.imap.password_file.clone()?))
    });
    let smtp = settings.smtp.get_ref().password_file.clone();
    imap.chain(smtp.map(|file| ("smtp".to_owned(), file))).collect()
}

pub fn mailer(settings: &Settings) -> anyhow::Result<Mailer> {
    Ok(Mailer::new(settings.smtp.get_ref().clone(), settings.smtp_password()?)?)
}

/// Tells systemd's watchdog that the service works: it can still reach its database.
async fn keep_watchdog_quiet(store: &Store) {
    let never = CancellationToken::new();
    let interval = sd_notify::watchdog_enabled();
    loop {
        let pause = interval.map_or(Duration::from_hours(1), |interval| interval / 2);
        pause_for(pause, &Bell::default(), &never).await;
        match store.connect().await {
            Ok(_) => tell_supervisor(&[sd_notify::NotifyState::Watchdog]),
            Err(error) => warn!("the watchdog is not told that all is well: {error}"),
        }
    }
}

fn tell_supervisor(state: &[sd_notify::NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        warn!("could not tell the supervisor: {error}");
    }
}
