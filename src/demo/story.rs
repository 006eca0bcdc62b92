//! Tells what happens, one line an event, with the demo's time.

use std::io::Write;

use chrono::{DateTime, Utc};
use indicatif::ProgressBar;

use crate::calendar::WorkingCalendar;
use crate::mail;
use crate::store::Store;
use crate::store::ledger::{self, Letter};

/// What has been told so far.
pub(super) struct Story {
    store: Store,
    calendar: WorkingCalendar,
    pub(super) bar: ProgressBar,
    last_mail: i64,
    /// Every letter that has left, or was withheld.
    pub(super) letters: Vec<Letter>,
}

impl Story {
    pub(super) fn new(store: Store, calendar: WorkingCalendar, bar: ProgressBar) -> Self {
        Self { store, calendar, bar, last_mail: 0, letters: Vec::new() }
    }

    /// Tells what has happened since the last time.
    pub(super) async fn go_on(&mut self) -> anyhow::Result<()> {
        let mut conn = self.store.connect().await?;
        let mails = ledger::read_after(&mut conn, self.last_mail).await?;
        let last = self.letters.last().map_or(0, |letter| letter.outbox_id);
        let letters = ledger::written_after(&mut conn, last).await?;
        drop(conn);
        // In order: a letter that has not left yet holds back the telling of those after it.
        let on_its_way = |letter: &Letter| ["waiting", "sending"].contains(&letter.state.as_str());
        let letters = letters.into_iter().take_while(|letter| !on_its_way(letter));

        for told in mails {
            self.last_mail = told.inbound_id;
            let mail = mail::read(&told.raw);
            let from = mail.from.map(|person| person.address.as_str().to_owned());
            let outcome = told.outcome.replace('_', " ");
            let became = match (&told.reference, &told.because) {
                (Some(reference), _) => format!("{outcome}, {reference}"),
                (None, Some(because)) => format!("{outcome}, no answer ({because})"),
                (None, None) => outcome,
            };
            let from = from.unwrap_or_default();
            self.say(told.received_at, &format!("mail    {from}: {}", mail.subject))?;
            self.say(told.received_at, &format!("        recognised as: {became}"))?;
        }
        for letter in letters {
            let kind = letter.kind.replace('_', " ");
            let fate = match &letter.withheld_by {
                Some(rule) => format!("{}: {rule}", letter.state),
                None => letter.state.replace('_', " "),
            };
            let to = &letter.recipient;
            self.say(letter.written_at, &format!("letter  {kind} to {to}, {fate}"))?;
            self.letters.push(letter);
        }
        Ok(())
    }

    pub(super) fn say(&self, at: DateTime<Utc>, line: &str) -> anyhow::Result<()> {
        let (day, time) = (self.calendar.local_day(at), self.calendar.local_time(at));
        let when = format!("{} {}", day.format("%a %-d %b"), time.format("%H:%M"));
        self.bar.suspend(|| writeln!(anstream::stdout(), "{when:<16} {line}"))?;
        Ok(())
    }

    /// The first letter of that kind, if one has left.
    pub(super) fn first(&self, kind: &str) -> Option<&Letter> {
        self.letters.iter().find(|letter| letter.kind == kind)
    }
}
