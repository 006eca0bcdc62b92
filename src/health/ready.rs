//! Judges the facts: which part works, and why another does not.

use std::time::Duration;

use chrono::TimeDelta;

use crate::health::Part;
use crate::health::facts::Facts;
use crate::smtp::Standing;
use crate::store::watch::Work;
use crate::worker::pulse::{Beat, longest_turn};

/// A mailbox is looked at every minute; one that nobody looked at for so long is not read.
const LONGEST_UNREAD: TimeDelta = TimeDelta::minutes(10);
/// A relay may be away for a while. After so long the operator must know, and no letter can tell.
const LONGEST_REFUSAL: Duration = Duration::from_hours(1);

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

/// Whether mail is read and letters leave. A failing worker shows here by what it leaves undone.
pub(super) fn ready(facts: &Facts, mailboxes: &[String]) -> Vec<Part> {
    let mut parts = Vec::new();
    match &facts.work {
        Ok(work) => {
            parts.push(part("database", Ok("answers, with the schema that is needed".to_owned())));
            for mailbox in mailboxes {
                parts.push(part(&format!("mailbox:{mailbox}"), polled(work, mailbox, facts)));
            }
        }
        Err(why) => parts.push(part("database", Err(why.clone()))),
    }
    parts.push(part("relay", relay(facts.relay)));
    parts
}

fn part(name: &str, judged: Result<String, String>) -> Part {
    let ok = judged.is_ok();
    let (Ok(reason) | Err(reason)) = judged;
    Part { name: name.to_owned(), ok, reason }
}

/// By this process or another.
fn polled(work: &Work, mailbox: &str, facts: &Facts) -> Result<String, String> {
    let inbox =
        work.folders.iter().find(|folder| folder.mailbox == mailbox && folder.role == "inbox");
    let Some(polled_at) = inbox.and_then(|inbox| inbox.polled_at) else {
        return Err("has never been read to its end".to_owned());
    };
    let ago = facts.now - polled_at;
    let told = format!("was last read {} seconds ago", ago.num_seconds());
    if ago > LONGEST_UNREAD { Err(told) } else { Ok(told) }
}

fn relay(standing: Standing) -> Result<String, String> {
    let open = match standing.open_ago {
        Some(ago) => format!("last took a letter {} seconds ago", ago.as_secs()),
        None => "has not been asked since the start".to_owned(),
    };
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
    use chrono::DateTime;

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
            relay: Standing { refusals: 9, refusing_for, open_ago: None },
            credentials: Vec::new(),
            holiday_days: 100,
        }
    }

    fn not_ok(facts: &Facts) -> Vec<String> {
        let parts = ready(facts, &["security".to_owned()]);
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
}
