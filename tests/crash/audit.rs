//! Judges from outside what is left after a strike: the mailboxes and the database, and whether they
//! agree.

use std::collections::{BTreeMap, BTreeSet};

use crate::town::Lane;

/// What was found so far. Each is told once.
#[derive(Debug, Default, Clone)]
pub(crate) struct Findings {
    pub(crate) lost: BTreeSet<String>,
    pub(crate) doubled: BTreeSet<String>,
    /// Letters of which nobody can know whether they were taken. The operator was told of each.
    pub(crate) unknown: BTreeSet<String>,
    /// Mails whose reading was killed three times, for a human to look at.
    pub(crate) set_aside: BTreeSet<String>,
    pub(crate) letters: usize,
}

impl Findings {
    /// What was not there before.
    pub(crate) fn since(&self, before: &Self) -> Self {
        let new = |now: &BTreeSet<String>, before: &BTreeSet<String>| now - before;
        Self {
            lost: new(&self.lost, &before.lost),
            doubled: new(&self.doubled, &before.doubled),
            unknown: new(&self.unknown, &before.unknown),
            set_aside: new(&self.set_aside, &before.set_aside),
            letters: self.letters,
        }
    }
}

#[derive(sqlx::FromRow)]
struct Stored {
    message_id: Option<String>,
    outcome: Option<String>,
    request_id: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct Letter {
    outbox_id: i64,
    kind: String,
    recipient: String,
    state: String,
    message_id: String,
    request_id: Option<i64>,
    text: String,
}

/// What is true at rest. The clock may have the desk write a letter at any moment: then it is judged
/// once more.
pub(crate) async fn at_rest(lane: &mut Lane) -> Findings {
    loop {
        let findings = now(lane).await;
        if lane.is_done().await && lane.written().await == findings.letters {
            return findings;
        }
        lane.comes_to_rest().await;
    }
}

pub(crate) async fn now(lane: &mut Lane) -> Findings {
    let mut conn = lane.conn().await;
    let stored: Vec<Stored> =
        sqlx::query_as("SELECT message_id, outcome, request_id FROM inbound ORDER BY inbound_id")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    let letters: Vec<Letter> = sqlx::query_as(
        "SELECT outbox_id, kind, recipient, state, message_id, request_id,
                CASE WHEN kind = 'acknowledgement' THEN '' ELSE text END AS text
         FROM outbox ORDER BY outbox_id",
    )
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    let requests: Vec<(i64, String)> =
        sqlx::query_as("SELECT request_id, reference FROM requests ORDER BY request_id")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    let witness: Vec<(String, i64, bool)> =
        sqlx::query_as("SELECT by_whom, epoch, is_held FROM witness ORDER BY number")
            .fetch_all(&mut *conn)
            .await
            .unwrap();
    drop(conn);

    let mut findings = Findings { letters: letters.len(), ..Findings::default() };
    findings.judge_mails(lane, &stored);
    findings.judge_requests(&stored, &requests, &letters);
    findings.judge_letters(&letters, lane.arrived());
    findings.judge_notices(&requests, &letters);
    findings.judge_witness(&witness);
    findings
}

impl Findings {
    /// Each delivered mail has one row and one outcome, the right one.
    fn judge_mails(&mut self, lane: &Lane, stored: &[Stored]) {
        let mut rows: BTreeMap<&str, Vec<&Stored>> = BTreeMap::new();
        for row in stored {
            rows.entry(row.message_id.as_deref().unwrap_or("unread")).or_default().push(row);
        }
        let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for mail in &lane.delivered {
            expected.entry(&mail.message_id).or_default().push(mail.kind.outcome());
        }
        for (id, outcomes) in &expected {
            let found = rows.remove(id).unwrap_or_default();
            if found.len() < outcomes.len() {
                self.lost.insert(format!("mail {id}: {} of {}", found.len(), outcomes.len()));
            } else if found.len() > outcomes.len() {
                self.doubled.insert(format!("mail {id}: {} of {}", found.len(), outcomes.len()));
            }
            for (row, expected) in found.iter().zip(outcomes) {
                match row.outcome.as_deref() {
                    Some(outcome) if outcome == *expected => {}
                    Some("quarantined") => {
                        self.set_aside.insert(format!("mail {id}, a {expected}"));
                    }
                    other => {
                        self.lost.insert(format!("mail {id}, a {expected}, became {other:?}"));
                    }
                }
            }
        }
        for (id, found) in rows {
            self.doubled.insert(format!("{} mails nobody wrote: {id}", found.len()));
        }
    }

    /// Each mail that asks has one request, and each request has one acknowledgement.
    fn judge_requests(
        &mut self,
        stored: &[Stored],
        requests: &[(i64, String)],
        letters: &[Letter],
    ) {
        let asked = stored
            .iter()
            .filter(|row| matches!(row.outcome.as_deref(), Some("request" | "quarantined")));
        let opened: BTreeSet<i64> = asked.clone().filter_map(|row| row.request_id).collect();
        let is_request = |row: &&Stored| row.outcome.as_deref() == Some("request");
        for row in asked.filter(is_request).filter(|row| row.request_id.is_none()) {
            self.lost.insert(format!("mail {:?} opened no request", row.message_id));
        }
        for (id, reference) in requests {
            if !opened.contains(id) {
                self.doubled.insert(format!("{reference} belongs to no mail that asks"));
            }
            let acknowledged = letters
                .iter()
                .filter(|one| one.kind == "acknowledgement" && one.request_id == Some(*id))
                .count();
            if acknowledged == 0 {
                self.lost.insert(format!("{reference} has no acknowledgement"));
            } else if acknowledged > 1 {
                self.doubled.insert(format!("{reference}: {acknowledged} acknowledgements"));
            }
        }
    }

    /// The mailboxes hold each sent letter once, and nothing that is not in the outbox.
    fn judge_letters(&mut self, letters: &[Letter], mut arrived: BTreeMap<String, usize>) {
        for letter in letters {
            let Letter { outbox_id, kind, recipient, state, .. } = letter;
            let copies = arrived.remove(&letter.message_id).unwrap_or_default();
            let told = format!("letter {outbox_id} `{kind}` to {recipient}, {state}");
            match (state.as_str(), copies) {
                ("sent", 1) => {}
                ("unknown", 0 | 1) => {
                    let taken = if copies == 1 { "it was taken" } else { "it was not taken" };
                    self.unknown.insert(format!("{told}: {taken}"));
                    self.judge_unknown(letter, letters);
                }
                (_, 0) => {
                    self.lost.insert(told);
                }
                (_, copies) => {
                    self.doubled.insert(format!("{told}: {copies} copies"));
                }
            }
        }
        for (id, copies) in arrived {
            self.doubled.insert(format!("{copies} copies of a letter nobody wrote: {id}"));
        }
    }

    /// The operator is told of it; about notices to the operator themselves nobody is.
    fn judge_unknown(&mut self, unknown: &Letter, letters: &[Letter]) {
        let number = unknown.outbox_id.to_string();
        let names = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|one| one == number);
        let told = letters
            .iter()
            .filter(|letter| letter.kind == "sender_problem")
            .any(|letter| names(&letter.text));
        if !told && unknown.kind != "sender_problem" {
            self.lost.insert(format!("the notice that letter {number} is of unknown fate"));
        }
    }

    /// The CISO hears once that a request is overdue, and everybody is reminded of it once.
    fn judge_notices(&mut self, requests: &[(i64, String)], letters: &[Letter]) {
        for (_, reference) in requests {
            let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
            for letter in letters {
                let once = matches!(letter.kind.as_str(), "overdue" | "reminder" | "urgent_alert");
                if once && letter.text.contains(reference) {
                    *told.entry((&letter.kind, &letter.recipient)).or_default() += 1;
                }
            }
            for ((kind, recipient), count) in told.into_iter().filter(|(_, count)| *count > 1) {
                self.doubled.insert(format!("{reference}: {count} `{kind}` to {recipient}"));
            }
        }
    }

    /// One process at a time stored mail, and only while it held the mailbox.
    fn judge_witness(&mut self, witness: &[(String, i64, bool)]) {
        let mut holders: BTreeMap<i64, &str> = BTreeMap::new();
        let mut newest = 0;
        for (by_whom, epoch, is_held) in witness {
            let holder = holders.entry(*epoch).or_insert(by_whom);
            if holder != by_whom || *epoch < newest || !is_held {
                self.doubled.insert(format!("{by_whom} stored mail under the lease {epoch}"));
            }
            newest = *epoch;
        }
    }
}
