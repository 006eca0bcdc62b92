//! Logs: one line an event, as text or as JSON, never with personal data.

use serde::Deserialize;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// `[log]` in the settings file.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    pub format: Format,
    pub level: Level,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
}

/// Starts the log on standard error. Only our own lines and warnings of libraries are shown; the
/// IMAP and SMTP libraries are silent, because they log mails and passwords.
pub fn start(settings: &Settings) {
    let ours = match settings.level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let filter = EnvFilter::default();
    let directives = [
        "warn".to_owned(),
        format!("mailtriage={ours}"),
        "async_imap=off".to_owned(),
        "lettre=off".to_owned(),
        "sqlx=error".to_owned(),
    ];
    let filter = directives
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match settings.format {
        Format::Text => log.with_target(false).try_init(),
        Format::Json => log.json().flatten_event(true).try_init(),
    };
    std::panic::set_hook(Box::new(say_where));
    // A second start in one process keeps the first log; tests do that.
    drop(started);
}

/// A panic's own words may quote a mail, so only its place is told.
fn say_where(panic: &std::panic::PanicHookInfo<'_>) {
    match panic.location() {
        Some(place) => tracing::error!("a part of the service gave up at {place}"),
        None => tracing::error!("a part of the service gave up"),
    }
}
