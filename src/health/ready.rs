//! Judges the facts: which part works, and why another does not.

use std::time::Duration;

use chrono::TimeDelta;

use crate::health::facts::Facts;
use crate::health::{Part, Watched};
use crate::smtp::Standing;
use crate::store::watch::Work;
use crate::worker::pulse::{Beat, longest_turn};

/// A mailbox is looked at every minute; one that nobody looked at for so long is not read.
const LONGEST_UNREAD: TimeDelta = TimeDelta::minutes(10);
/// A mail is read within seconds; one that waits for so long shows that reading fails.
const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(30);
/// A worker may fail for a while, such as when the database starts again.
const LONGEST_FAILURE: Duration = Duration::from_mins(10);
/// A relay may be away for a while. After so long the operator must know, and no letter can tell.
const LONGEST_REFUSAL: Duration = Duration::from_hours(1);
const LONGEST_WAIT_FOR_RELAY: TimeDelta = TimeDelta::hours(1);

/// Whether each worker of this process still turns.
pub(super) fn alive(workers: &[(String, Beat)]) -> Vec<Part> {
    let parts = workers.iter().map(|(name, beat)| {
        let turned = beat.turned.elapsed().as_secs();
        let is_stuck = beat.is_stuck(name);
        let reason = if is_stuck {
            let longest = longest_turn(name).as_secs();
            format!("has not turned for {turned} seconds; more than {longest} means it is stuck")
        } else if beat.failures > 0 {
            format!("tries again: it has failed {} times in a row", beat.failures)
        } else {
            format!("turned {turned} seconds ago")
        };
        Part { name: name.clone(), ok: !is_stuck, reason }
    });
    parts.collect()
}

/// Whether mail is read, letters leave and no worker fails for long.
pub(super) fn ready(facts: &Facts, mailboxes: &[Watched]) -> Vec<Part> {
    let mut parts = Vec::new();
    match &facts.work {
        Ok(work) => {
            parts.push(part("database", Ok("answers, with the schema that is needed".to_owned())));
            for Watched { name, has_sent } in mailboxes {
                let inbox = polled(work, (name, "inbox"), facts);
                parts.push(part(&format!("mailbox:{name}"), inbox));
                if *has_sent {
                    let sent = polled(work, (name, "sent"), facts).map_err(|told| {
                        format!("{told}; replies from there do not stop the clock meanwhile")
                    });
                    parts.push(part(&format!("sent:{name}"), sent));
                }
            }
            parts.push(part("reading", reading(work, facts)));
        }
        Err(why) => parts.push(part("database", Err(why.clone()))),
    }
    let refused_since = facts.work.as_ref().ok().and_then(|work| work.refused_since);
    let refused_for = refused_since.map(|since| facts.now - since);
    parts.push(part("relay", relay(facts.relay, refused_for)));
    parts.extend(facts.workers.iter().filter_map(|(name, beat)| failing(name, beat)));
    parts
}

fn failing(name: &str, beat: &Beat) -> Option<Part> {
    let for_long = beat.failing_since?.elapsed();
    let told = format!(
        "has failed {} times in a row, for {} seconds; the log says why",
        beat.failures,
        for_long.as_secs()
    );
    (for_long > LONGEST_FAILURE).then(|| part(&format!("worker:{name}"), Err(told)))
}

fn reading(work: &Work, facts: &Facts) -> Result<String, String> {
    let Some(oldest) = work.oldest_unread else {
        return Ok("no mail waits to be read".to_owned());
    };
    let waits = facts.now - oldest;
    let told =
        format!("{} mails wait, the oldest for {} seconds", work.unread, waits.num_seconds());
    if waits > LONGEST_WAIT { Err(format!("{told}; the log says why")) } else { Ok(told) }
}

fn part(name: &str, judged: Result<String, String>) -> Part {
    let ok = judged.is_ok();
    let (Ok(reason) | Err(reason)) = judged;
    Part { name: name.to_owned(), ok, reason }
}

/// By this process or another.
fn polled(work: &Work, (mailbox, role): (&str, &str), facts: &Facts) -> Result<String, String> {
    let mut folders = work.folders.iter();
    let folder = folders.find(|folder| folder.mailbox == mailbox && folder.role == role);
    let Some(polled_at) = folder.and_then(|folder| folder.polled_at) else {
        return Err("has never been read to its end".to_owned());
    };
    let ago = facts.now - polled_at;
    let told = format!("was last read {} seconds ago", ago.num_seconds());
    if ago > LONGEST_UNREAD { Err(told) } else { Ok(told) }
}

/// `refused_for`: for how long letters wait that it would not hear about, whoever asked. That outlives
/// a restart of this process.
fn relay(standing: Standing, refused_for: Option<TimeDelta>) -> Result<String, String> {
    let open = match standing.open_ago {
        Some(ago) => format!("last took a letter {} seconds ago", ago.as_secs()),
        None => "has not been asked since the start".to_owned(),
    };
    if let Some(refused_for) = refused_for.filter(|long| *long > LONGEST_WAIT_FOR_RELAY) {
        let waiting = refused_for.num_seconds();
        return Err(format!(
            "takes no letters: some have waited for it for {waiting} seconds; {open}"
        ));
    }
    let Some(refusing_for) = standing.refusing_for else {
        return Ok(open);
    };
    let told = format!(
        "takes no letters: refused or not reached {} times in {} seconds; {open}",
        standing.refusals,
        refusing_for.as_secs()
    );
    if refusing_for > LONGEST_REFUSAL { Err(told) } else { Ok(told) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use chrono::DateTime;
    use tokio::time::Instant;

    use super::*;
    use crate::store::watch::Folder;

    fn facts(minutes_ago: Option<i64>, refusing_for: Option<Duration>) -> Facts {
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let polled_at = minutes_ago.map(|minutes| now - TimeDelta::minutes(minutes));
        let folder = Folder { mailbox: "security".to_owned(), role: "inbox".to_owned(), polled_at };
        Facts {
            now,
            workers: Vec::new(),
            work: Ok(Work { folders: vec![folder], ..Work::default() }),
            relay: Standing { refusals: 9, refusing_for, ..Standing::default() },
            credentials: Vec::new(),
            holiday_days: 100,
            certificates: BTreeMap::new(),
            has_model: true,
            too_slow: 0,
        }
    }

    fn not_ok(facts: &Facts) -> Vec<String> {
        let watched = Watched { name: "security".to_owned(), has_sent: false };
        let parts = ready(facts, &[watched]);
        let bad = parts.into_iter().filter(|part| !part.ok);
        bad.map(|part| format!("{} {}", part.name, part.reason)).collect()
    }

    #[test]
    fn a_mailbox_that_is_read_and_a_relay_that_was_away_for_an_hour_are_well() {
        assert!(not_ok(&facts(Some(10), None)).is_empty());
        assert!(not_ok(&facts(Some(0), Some(Duration::from_hours(1)))).is_empty());
    }

    #[test]
    fn each_part_says_what_is_wrong() {
        let mailbox = not_ok(&facts(Some(11), None));
        assert_eq!(mailbox, ["mailbox:security was last read 660 seconds ago"]);
        let never = not_ok(&facts(None, None));
        assert_eq!(never, ["mailbox:security has never been read to its end"]);
        let relay = not_ok(&facts(Some(0), Some(Duration::from_secs(3_601))));
        assert_eq!(
            relay,
            ["relay takes no letters: refused or not reached 9 times in 3601 seconds; \
              has not been asked since the start"]
        );
        let work = Err("the database does not answer in time".to_owned());
        let database = not_ok(&Facts { work, ..facts(None, None) });
        assert_eq!(database, ["database the database does not answer in time"]);
    }

    #[test]
    fn what_is_left_undone_is_seen_whoever_leaves_it() {
        let ago = |minutes| Some(facts(None, None).now - TimeDelta::minutes(minutes));
        let with = |work: Work| {
            let work = Work { folders: facts(Some(0), None).work.unwrap().folders, ..work };
            Facts { work: Ok(work), ..facts(None, None) }
        };
        let reading = with(Work { unread: 3, oldest_unread: ago(31), ..Work::default() });
        assert_eq!(
            not_ok(&reading),
            ["reading 3 mails wait, the oldest for 1860 seconds; the log says why"]
        );
        let relay = with(Work { refused_since: ago(61), ..Work::default() });
        assert_eq!(
            not_ok(&relay),
            ["relay takes no letters: some have waited for it for 3660 seconds; \
              has not been asked since the start"]
        );
        let parts =
            ready(&with(Work::default()), &[Watched { name: "security".into(), has_sent: true }]);
        let sent = parts.iter().find(|part| part.name == "sent:security").unwrap();
        assert!(!sent.ok && sent.reason.ends_with("do not stop the clock meanwhile"), "{sent:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_worker_that_fails_for_long_is_seen() {
        let failing_since = Some(Instant::now());
        let mut facts = facts(Some(0), None);
        let beat = Beat { turned: Instant::now(), succeeded: None, failures: 7, failing_since };
        facts.workers = vec![("daily_jobs".to_owned(), beat)];
        tokio::time::advance(LONGEST_FAILURE).await;
        assert!(not_ok(&facts).is_empty());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!(
            not_ok(&facts),
            ["worker:daily_jobs has failed 7 times in a row, for 601 seconds; the log says why"]
        );
    }
}
