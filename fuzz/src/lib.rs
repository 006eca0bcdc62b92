//! What all fuzz targets share: the levels of the service that read mail, compiled alone, and the
//! stopwatch that makes a slow input a finding.

#[path = "../../src/calendar/mod.rs"]
pub mod calendar;
#[path = "../../src/command/mod.rs"]
pub mod command;
#[path = "../../src/intake/mod.rs"]
pub mod intake;
#[path = "../../src/mail/mod.rs"]
pub mod mail;
#[path = "../../src/tagger/mod.rs"]
pub mod tagger;

pub mod fragments;
pub mod targets;

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::NaiveDate;

/// Inputs up to here may take [`slowest`].
pub const LONGEST: usize = 100 * 1024;

/// 50 milliseconds, more where the build of the fuzzer is slower than the service
/// (`FUZZ_SLOWEST_MS`).
fn slowest() -> Duration {
    static SLOWEST: OnceLock<Duration> = OnceLock::new();
    *SLOWEST.get_or_init(|| {
        let set = std::env::var("FUZZ_SLOWEST_MS").ok().and_then(|ms| ms.parse().ok());
        Duration::from_millis(set.unwrap_or(50))
    })
}

/// Runs the work again where it seems slow, for the machine may have been busy.
pub fn in_time(input: &[u8], work: impl Fn()) {
    const TRIES: usize = 5;
    let is_slow = || time_of(&work) > slowest();
    let slow = (0..TRIES).take_while(|_| is_slow()).count();
    assert!(
        slow < TRIES || input.len() > LONGEST,
        "{} bytes took longer than {:?}, {TRIES} times",
        input.len(),
        slowest()
    );
}

/// How long the work takes, without the time in which the processor did something else.
pub fn time_of(work: impl Fn()) -> Duration {
    let (start, busy) = (Instant::now(), busy_time());
    work();
    let elapsed = start.elapsed();
    match busy.zip(busy_time()) {
        Some((before, after)) if elapsed > SHORT => elapsed.min(after.saturating_sub(before)),
        _ => elapsed,
    }
}

/// Shorter work is not looked at more closely.
const SHORT: Duration = Duration::from_millis(20);

/// The time that this thread has run. Linux alone tells it, and counts by ticks of four milliseconds.
fn busy_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

pub fn a_day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 10, 5).expect("a day")
}

/// All that is read of a mail, with what must hold of any mail.
pub fn read_all(raw: &[u8]) {
    let mail = mail::read(raw);
    let reading = intake::read(&intake::Reader::by_cues(), &mail, a_day());
    let text = mail.text();
    assert!(reading.answers.values().all(|answer| answer.text.len() <= text.len() + 64));
    command::read(&mail, "SEC", Some("A request"));
}
