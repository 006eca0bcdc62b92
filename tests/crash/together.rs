//! Three copies against one database, each killed or paused, with clocks that differ by minutes.

use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::TimeDelta;

use crate::alone::ahead_to_the_working_day;
use crate::audit::{self, Findings};
use crate::copy::Copy;
use crate::mails::Kind;
use crate::plan::{Strike, has_a_working_day};
use crate::points::Place;
use crate::table::Table;
use crate::town::{Lane, MOST_COPIES, Town, waits};
use crate::trap::Blow;

const LONGEST: Duration = Duration::from_mins(2);
/// What the README promises.
const LONGEST_TAKEOVER: f64 = 15.0;
/// The first copy's clock is right, the others are ahead and behind.
const MINUTES_AHEAD: [i64; MOST_COPIES] = [0, 7, -6];
/// What a copy says that was too late to write.
const REFUSED: [&str; 3] =
    ["another process holds the lease", "no longer ours to send", "was taken over meanwhile"];

pub(crate) async fn endure(town: Arc<Town>, number: usize, strikes: Vec<Strike>) -> Table {
    let mut lane = Lane::opens(town, number, MOST_COPIES).await;
    if has_a_working_day(number) {
        lane.ahead = Some(ahead_to_the_working_day());
    }
    let mut struggle = Struggle { lane, table: Table::default(), known: Findings::default() };
    for copy in 0..MOST_COPIES {
        struggle.starts(copy);
    }
    for strike in strikes {
        struggle.endures(&strike).await;
    }
    let Struggle { lane, mut table, known } = struggle;
    let logs = lane.copies.iter().map(|copy| fs::read_to_string(&copy.log).unwrap_or_default());
    let refused = logs
        .map(|log| REFUSED.iter().map(|words| log.matches(words).count()).sum::<usize>())
        .sum::<usize>();
    table.refuses(refused);
    table.counts(lane.delivered.len(), known.letters);
    lane.ends().await;
    table
}

struct Struggle {
    lane: Lane,
    table: Table,
    known: Findings,
}

impl Struggle {
    /// The copy whose clock is right is the program itself.
    fn starts(&self, number: usize) {
        let minutes = TimeDelta::minutes(MINUTES_AHEAD[number]);
        let is_right = self.lane.ahead.is_none() && minutes.is_zero();
        let ahead = self.lane.ahead.unwrap_or_default() + minutes;
        self.lane.copies[number].starts((!is_right).then_some(ahead));
    }

    fn number_of(&self, struck: &Arc<Copy>) -> usize {
        self.lane.copies.iter().position(|copy| Arc::ptr_eq(copy, struck)).unwrap()
    }

    async fn endures(&mut self, strike: &Strike) {
        let name = strike.point.name;
        let reader = self.reader().await;
        if strike.point.place == Place::Moment {
            self.lane.deliver(&strike.mails);
            waits(strike.moment).await;
        } else {
            self.lane.trap.set(strike.point, strike.pass, strike.blow);
            self.lane.deliver(&strike.mails);
        }
        let struck = if strike.point.place == Place::Moment {
            hits(&reader, strike.blow)
        } else if let Ok(copy) = tokio::time::timeout(LONGEST, self.lane.trap.springs()).await {
            copy
        } else {
            self.lane.trap.disarm();
            self.table.misses(name);
            hits(&reader, strike.blow)
        };
        let since = Instant::now();
        self.table.strikes(name);
        let in_the_middle = usize::from(struck.content_is_out());
        self.lane.deliver(&[Kind::Request]);

        if Arc::ptr_eq(&struck, &reader) {
            self.mailbox_is_taken_over(name, since).await;
        }
        match strike.blow {
            Blow::Kill => self.starts(self.number_of(&struck)),
            Blow::Pause(pause) => {
                waits(pause.saturating_sub(since.elapsed())).await;
                struck.goes_on();
            }
        }
        self.recover(name, since, in_the_middle).await;
    }

    /// The copy that reads the mailbox now. Waits until one does.
    async fn reader(&self) -> Arc<Copy> {
        let found = async {
            loop {
                if let Some((holder, _)) = self.lane.holder().await {
                    let is = |copy: &&Arc<Copy>| {
                        copy.id().is_some_and(|id| holder.starts_with(&format!("{id}-")))
                    };
                    if let Some(copy) = self.lane.copies.iter().find(is) {
                        return Arc::clone(copy);
                    }
                }
                waits(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(LONGEST, found).await.expect("nobody reads the mailbox")
    }

    async fn mailbox_is_taken_over(&mut self, name: &'static str, since: Instant) {
        let before = self.lane.holder().await;
        let taken = async {
            loop {
                let now = self.lane.holder().await;
                if now.is_some() && now != before {
                    return;
                }
                waits(Duration::from_millis(50)).await;
            }
        };
        let taken = tokio::time::timeout(LONGEST, taken).await.is_ok();
        let seconds = since.elapsed().as_secs_f64();
        self.table.is_taken_over(seconds);
        if !taken || seconds > LONGEST_TAKEOVER {
            let lane = self.lane.number;
            self.table.fault(format!("lane {lane}, {name}: taken over after {seconds:.1} s"));
        }
    }

    async fn recover(&mut self, name: &'static str, since: Instant, in_the_middle: usize) {
        let lane = self.lane.number;
        match tokio::time::timeout(LONGEST, self.lane.comes_to_rest()).await {
            Ok(()) => self.table.recovers(name, since.elapsed().as_secs_f64()),
            Err(_) => self.table.fault(format!(
                "lane {lane}, {name}: not recovered after {LONGEST:?}:{}",
                self.lane.last_words()
            )),
        }
        for copy in &self.lane.copies {
            if copy.has_ended_by_itself() {
                self.table.fault(format!("it ended by itself:{}", self.lane.last_words()));
            }
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
            self.table.fault(format!("lane {lane}, {name}: {words} after {in_the_middle} blows"));
        }
        self.known = findings;
    }
}

fn hits(copy: &Arc<Copy>, blow: Blow) -> Arc<Copy> {
    match blow {
        Blow::Kill => copy.dies(),
        Blow::Pause(_) => copy.stops(),
    }
    Arc::clone(copy)
}
