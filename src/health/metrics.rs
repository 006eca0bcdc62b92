//! The numbers as `OpenMetrics` text. `docs/runbook.md` explains each name.

use std::fmt;
use std::sync::atomic::AtomicU64;

use chrono::{DateTime, Utc};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::health::facts::Facts;
use crate::store::watch::Work;

pub(super) const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Labels = Vec<(&'static str, String)>;
type Number = Gauge<f64, AtomicU64>;

/// Each number is worked out anew from the facts.
struct Page(Registry);

impl Page {
    fn one(&mut self, name: &str, help: &str, value: f64) {
        let gauge = Number::default();
        gauge.set(value);
        self.0.register(name, help, gauge);
    }

    /// A number that only grows while the process runs.
    fn counted(&mut self, name: &str, help: &str, value: u64) {
        let counter = Counter::<u64>::default();
        counter.inc_by(value);
        self.0.register(name, help, counter);
    }

    fn several(
        &mut self,
        (name, label, help): (&str, &'static str, &str),
        values: impl IntoIterator<Item = (String, f64)>,
    ) {
        let family = Family::<Labels, Number>::default();
        for (of, value) in values {
            family.get_or_create(&vec![(label, of)]).set(value);
        }
        self.0.register(name, help, family);
    }
}

pub(super) fn text(facts: &Facts) -> Result<String, fmt::Error> {
    let mut page = Page(Registry::with_prefix("mailtriage"));
    process(&mut page, facts);
    page.one("database_up", "1 when the database answers", number(facts.work.is_ok()));
    if let Ok(work) = &facts.work {
        mail(&mut page, work, facts.now);
        letters(&mut page, work, facts.now);
        requests(&mut page, work);
    }
    page.one("reader_model_loaded", "1 when the trained network reads", number(facts.has_model));
    page.counted(
        "readings_out_of_time",
        "Readings for which the trained network took too long, since the start",
        facts.too_slow,
    );
    horizons(&mut page, facts);

    let mut text = String::new();
    encode(&mut text, &page.0)?;
    Ok(text)
}

fn process(page: &mut Page, facts: &Facts) {
    let workers = || facts.workers.iter();
    page.several(
        ("worker_turn_age_seconds", "worker", "Since the loop last turned"),
        workers().map(|(name, beat)| (name.clone(), beat.turned.elapsed().as_secs_f64())),
    );
    let succeeded = workers().filter_map(|(name, beat)| Some((name.clone(), beat.succeeded?)));
    page.several(
        ("worker_success_age_seconds", "worker", "Since the loop last succeeded"),
        succeeded.map(|(name, at)| (name, at.elapsed().as_secs_f64())),
    );
    page.several(
        ("worker_failures", "worker", "Failures in a row"),
        workers().map(|(name, beat)| (name.clone(), f64::from(beat.failures))),
    );
    let relay = facts.relay;
    page.one(
        "relay_refusals",
        "Letters in a row that the relay would not hear about",
        f64::from(relay.refusals),
    );
    page.one(
        "relay_refusing_seconds",
        "For how long the relay has taken nothing; 0 when it takes letters",
        relay.refusing_for.unwrap_or_default().as_secs_f64(),
    );
    if let Some(ago) = relay.open_ago {
        page.one("relay_success_age_seconds", "Since the relay last listened", ago.as_secs_f64());
    }
}

fn mail(page: &mut Page, work: &Work, now: DateTime<Utc>) {
    let ages = |role: &'static str| {
        let folders = work.folders.iter().filter(move |folder| folder.role == role);
        folders.filter_map(move |folder| {
            Some((folder.mailbox.clone(), seconds(now, Some(folder.polled_at?))))
        })
    };
    page.several(
        ("mailbox_poll_age_seconds", "mailbox", "Since somebody last read the inbox to its end"),
        ages("inbox"),
    );
    page.several(
        ("sent_poll_age_seconds", "mailbox", "Since somebody last read what the team sent"),
        ages("sent"),
    );
    page.one("inbound_unread", "Mails stored and not yet read", count(work.unread));
    page.one(
        "inbound_oldest_unread_age_seconds",
        "Since the oldest of them was stored",
        seconds(now, work.oldest_unread),
    );
    page.one("inbound_quarantined", "Mails set aside for a human", count(work.quarantined));
}

fn letters(page: &mut Page, work: &Work, now: DateTime<Utc>) {
    let all = || work.letters.iter();
    page.several(
        ("outbox_letters", "state", "Letters that are not settled well, by state"),
        all().map(|letters| (letters.state.clone(), count(letters.count))),
    );
    page.several(
        ("outbox_oldest_age_seconds", "state", "Since the oldest of them was written"),
        all().map(|letters| (letters.state.clone(), seconds(now, letters.oldest))),
    );
    page.one(
        "outbox_refused_seconds",
        "For how long letters wait that the relay would not hear about; 0 when none does",
        seconds(now, work.refused_since),
    );
    page.several(
        ("outbox_withheld_last_day", "rule", "Letters of the last 24 hours that a rule withheld"),
        work.withheld.iter().map(|(rule, many)| (rule.clone(), count(*many))),
    );
}

fn requests(page: &mut Page, work: &Work) {
    page.one("requests_open", "Requests that are neither closed nor redirected", count(work.open));
    page.one("requests_due_today", "Replies due later today", count(work.due_today));
    page.one("requests_overdue", "Replies overdue", count(work.overdue));
    page.one("requests_disputed", "Decisions in dispute", count(work.disputed));
}

fn horizons(page: &mut Page, facts: &Facts) {
    let ages = facts.credentials.iter().filter_map(|one| Some((one.what.clone(), one.age?)));
    page.several(
        ("credential_age_seconds", "credential", "Since the file with it was last written"),
        ages.map(|(what, age)| (what, age.as_secs_f64())),
    );
    page.several(
        ("credential_readable", "credential", "1 when the file is there"),
        facts.credentials.iter().map(|one| (one.what.clone(), number(one.age.is_some()))),
    );
    page.several(
        ("certificate_days", "server", "Days until the server's certificate ends"),
        facts.certificates.iter().map(|(server, ends)| {
            let left = *ends - facts.now;
            (server.clone(), left.as_seconds_f64() / 86_400.0)
        }),
    );
    page.one(
        "holiday_data_days",
        "Days until the bank-holiday data ends",
        count(facts.holiday_days),
    );
}

fn seconds(now: DateTime<Utc>, since: Option<DateTime<Utc>>) -> f64 {
    since.map_or(0.0, |since| (now - since).as_seconds_f64().max(0.0))
}

fn number(yes: bool) -> f64 {
    f64::from(u8::from(yes))
}

/// A gauge is a float; counts here are far below what it holds exactly.
fn count(many: i64) -> f64 {
    f64::from(i32::try_from(many).unwrap_or(i32::MAX))
}
