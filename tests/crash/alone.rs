//! One copy, killed again and again, with a supervisor that starts it again at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use mailtriage::clock::{Clock, SystemClock};

use crate::audit::{self, Findings};
use crate::copy::Copy;
use crate::mails::Kind;
use crate::plan::{Strike, has_a_working_day, starts_anew};
use crate::points::{IDLE, MOMENT, MOMENT_AGAIN, Needs, Place};
use crate::table::Table;
use crate::town::{Lane, Town, waits};

/// Far longer than the service needs to come by a point, or to recover.
const LONGEST: Duration = Duration::from_mins(2);
/// A Monday morning in working time, with no holiday for seven weeks.
const MORNING: &str = "2026-11-02T10:00:00Z";

pub(crate) async fn endures(town: Arc<Town>, number: usize, strikes: Vec<Strike>) -> Table {
    let mut lane = Lane::opens(town, number, 1).await;
    if has_a_working_day(number) {
        lane.ahead = Some(ahead_to_the_working_day());
    }
    let mut struggle = Struggle { lane, table: Table::default(), known: Findings::default() };
    struggle.copy().starts(struggle.lane.ahead);
    for strike in strikes {
        struggle.endures(&strike).await;
    }
    let Struggle { lane, mut table, known } = struggle;
    table.counts(lane.delivered.len(), known.letters);
    lane.ends().await;
    table
}

/// How far the clock of a lane with a working day is moved at first.
pub(crate) fn ahead_to_the_working_day() -> TimeDelta {
    let morning: DateTime<Utc> = MORNING.parse().unwrap();
    morning - SystemClock.now()
}

struct Struggle {
    lane: Lane,
    table: Table,
    known: Findings,
}

impl Struggle {
    fn copy(&self) -> Arc<Copy> {
        Arc::clone(&self.lane.copies[0])
    }

    async fn endures(&mut self, strike: &Strike) {
        // How many of the kills may have left a letter of unknown fate.
        let mut in_the_middle = 0;
        let copy = self.copy();
        if strike.point.needs == Needs::NewDay {
            // A digest about nothing is not written.
            self.lane.deliver(&[Kind::Request]);
            drop(tokio::time::timeout(LONGEST, self.lane.comes_to_rest()).await);
            self.next_day_comes();
        }
        if starts_anew(strike.point) {
            in_the_middle += self.kill(IDLE.name);
        }
        let by_the_clock = strike.point.place == Place::Moment;
        if !by_the_clock {
            self.lane.trap.set(strike.point, strike.pass, strike.blow);
        }
        self.lane.deliver(&strike.mails);
        if starts_anew(strike.point) {
            copy.starts(self.lane.ahead);
        }
        let mut name = strike.point.name;
        if by_the_clock {
            waits(strike.moment).await;
            in_the_middle += self.kill(name);
        } else {
            for time in 0..strike.times {
                if time > 0 {
                    self.lane.trap.set(strike.point, 0, strike.blow);
                    copy.starts(self.lane.ahead);
                }
                if self.is_struck(name).await {
                    in_the_middle += usize::from(copy.content_is_out());
                } else {
                    name = MOMENT.name;
                    in_the_middle += self.kill(name);
                    break;
                }
            }
        }

        let mut since = Instant::now();
        self.lane.deliver(&[Kind::Request]);
        copy.starts(self.lane.ahead);
        if let Some(again) = strike.again {
            waits(again).await;
            in_the_middle += self.kill(MOMENT_AGAIN.name);
            since = Instant::now();
            copy.starts(self.lane.ahead);
        }
        self.recovers(name, since, in_the_middle).await;
    }

    /// False when the copy does not come by.
    async fn is_struck(&mut self, name: &'static str) -> bool {
        let struck = tokio::time::timeout(LONGEST, self.lane.trap.springs()).await.is_ok();
        if struck {
            self.table.strikes(name);
        } else {
            self.lane.trap.disarm();
            self.table.misses(name);
        }
        struck
    }

    /// A copy that has ended before it was killed has a fault.
    fn kill(&mut self, name: &'static str) -> usize {
        let copy = self.copy();
        if copy.has_ended_by_itself() {
            self.table.fault(format!("it ended by itself:{}", self.lane.last_words()));
        }
        copy.dies();
        self.table.strikes(name);
        usize::from(copy.content_is_out())
    }

    async fn recovers(&mut self, name: &'static str, since: Instant, in_the_middle: usize) {
        let lane = self.lane.number;
        match tokio::time::timeout(LONGEST, self.lane.comes_to_rest()).await {
            Ok(()) => self.table.recovers(name, since.elapsed().as_secs_f64()),
            Err(_) => self.table.fault(format!(
                "lane {lane}, {name}: not recovered after {LONGEST:?}:{}",
                self.lane.last_words()
            )),
        }
        let judged = tokio::time::timeout(LONGEST, audit::at_rest(&mut self.lane)).await;
        let findings = match judged {
            Ok(findings) => findings,
            Err(_) => audit::now(&mut self.lane).await,
        };
        let new = findings.since(&self.known);
        self.table.finds(name, lane, &new);
        if new.unknown.len() > in_the_middle {
            let words = format!("{} letters of unknown fate", new.unknown.len());
            self.table.fault(format!("lane {lane}, {name}: {words} after {in_the_middle} kills"));
        }
        self.known = findings;
    }

    fn next_day_comes(&mut self) {
        let days = if self.lane.now().weekday() == Weekday::Fri { 3 } else { 1 };
        self.lane.ahead = self.lane.ahead.map(|ahead| ahead + TimeDelta::days(days));
    }
}
