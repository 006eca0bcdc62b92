//! Weeks of downtime and clock changes from a seed, and a model of which letter must have gone out
//! when. The model shares nothing with the service: it has its own calendar and its own summer time,
//! and asks of each letter "when was the first chance?" where the service climbs from step to step.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use mailtriage::store::folders::Role;
use mailtriage::worker::Progress;

use crate::support::scenario::Scenario;

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";

/// Bank holidays of the weeks below, from GOV.UK.
const HOLIDAYS: [&str; 9] = [
    "2026-04-03",
    "2026-04-06",
    "2026-05-04",
    "2026-05-25",
    "2026-12-25",
    "2026-12-28",
    "2027-01-01",
    "2027-03-26",
    "2027-03-29",
];

/// Splitmix64: the same story from the same seed, on any machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> i64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        i64::try_from((z ^ (z >> 31)) % end).unwrap()
    }

    fn one_in(&mut self, end: u64) -> bool {
        self.below(end) == 0
    }
}

/// The last Sunday of a month, at one o'clock in UTC: when the clocks of London change.
fn change(year: i32, month: u32) -> DateTime<Utc> {
    let last = NaiveDate::from_ymd_opt(year, month, 31).unwrap();
    let sunday =
        last.iter_days().map(|day| last - (day - last)).find(|day| day.weekday() == Weekday::Sun);
    sunday.unwrap().and_hms_opt(1, 0, 0).unwrap().and_utc()
}

/// What the clock on a wall in London shows.
fn wall(at: DateTime<Utc>) -> (NaiveDate, NaiveTime) {
    let is_summer = change(at.year(), 3) <= at && at < change(at.year(), 10);
    let local = at.naive_utc() + TimeDelta::hours(i64::from(is_summer));
    (local.date(), local.time())
}

fn works(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        && !HOLIDAYS.contains(&day.to_string().as_str())
}

fn time(text: &str) -> NaiveTime {
    text.parse().unwrap()
}

/// A request as the model knows it.
struct Asked {
    reference: String,
    due: NaiveDate,
    reminded: bool,
    escalated: bool,
}

/// Which letters must go out at a look at the clock, given everything that went out before.
#[derive(Default)]
struct Model {
    requests: Vec<Asked>,
    digest_days: BTreeSet<NaiveDate>,
    summary_days: BTreeSet<NaiveDate>,
}

type Letters = BTreeMap<(String, String), BTreeSet<String>>;

impl Model {
    fn hears_of(&mut self, reference: String, received_at: DateTime<Utc>) {
        let (day, _) = wall(received_at);
        let due = day.iter_days().skip(1).filter(|day| works(*day)).nth(1).unwrap();
        self.requests.push(Asked { reference, due, reminded: false, escalated: false });
    }

    fn looks(&mut self, at: DateTime<Utc>) -> Letters {
        let mut letters = Letters::new();
        let (day, now) = wall(at);
        if !works(day) || now < time("08:00:00") || now >= time("18:00:00") {
            return letters;
        }
        let (ada, grace, ciso) = ("ada@example.org", "grace@example.org", "ciso@example.org");
        let mut add = |kind: &str, to: &str, reference: &str| {
            let key = (kind.to_owned(), to.to_owned());
            letters.entry(key).or_default().insert(reference.to_owned());
        };
        let is_past = |due: NaiveDate, hour: &str| day > due || day == due && now >= time(hour);
        for one in &mut self.requests {
            if !one.reminded && is_past(one.due, "09:00:00") {
                one.reminded = true;
                add("reminder", ada, &one.reference);
                add("reminder", grace, &one.reference);
            }
            if !one.escalated && is_past(one.due, "17:00:00") {
                one.escalated = true;
                add("overdue", ciso, &one.reference);
            }
        }
        if now >= time("08:30:00") && self.digest_days.insert(day) {
            for one in &self.requests {
                add("digest", ada, &one.reference);
                add("digest", grace, &one.reference);
            }
        }
        if now >= time("09:00:00") && self.summary_days.insert(day) {
            for one in self.requests.iter().filter(|one| one.escalated) {
                add("overdue_summary", ciso, &one.reference);
            }
        }
        letters
    }
}

fn references(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.len() == 13 && word.starts_with("SEC-20")).map(str::to_owned).collect()
}

/// What went out, each letter of one kind to one person once.
async fn went_out(desk: &mut Scenario, story: &str) -> Letters {
    let mut letters = Letters::new();
    for letter in desk.new_letters().await {
        if letter.kind == "acknowledgement" {
            continue;
        }
        let about = references(&letter.text);
        let before = letters.insert((letter.kind.clone(), letter.recipient.clone()), about);
        assert!(before.is_none(), "{story}: two letters `{}` at once", letter.kind);
    }
    letters
}

fn mail(number: u32) -> String {
    format!(
        "From: r{number}@requests.example\nTo: security@example.org\nSubject: Mail {number}\n\
         Message-ID: <{number}@requests.example>\n\n{ASKS}\n"
    )
}

/// Down over a due moment, over a weekend, for three days; or a look after some minutes.
fn minutes_until_the_next_look(chance: &mut Chance, now: DateTime<Utc>) -> i64 {
    let (_, time_of_day) = wall(now);
    let is_day = (time("07:00:00")..time("19:00:00")).contains(&time_of_day);
    match chance.below(120) {
        0 => 60 * (60 + chance.below(20)),
        1..4 => 60 * (8 + chance.below(16)),
        4..10 => 90 + chance.below(300),
        _ if is_day => 20 + chance.below(45),
        _ => 120 + chance.below(200),
    }
}

async fn lives_through(seed: u64, from: &str, weeks: i64) -> usize {
    let mut chance = Chance(seed);
    let mut desk = Scenario::opens(&format!("{from} 07:07")).await;
    let mut model = Model::default();
    let mut now = mailtriage::clock::Clock::now(&desk.clock);
    let end = now + TimeDelta::weeks(weeks);
    // What the clock of the machine is wrong by, and until when.
    let (mut wrong_by, mut wrong_until) = (TimeDelta::zero(), now);
    let (mut unread, mut asked, mut sent): (Vec<DateTime<Utc>>, u32, usize) = (Vec::new(), 0, 0);
    while now < end {
        let pause = minutes_until_the_next_look(&mut chance, now);
        let next = now + TimeDelta::minutes(pause);
        // The mail server goes by its own clock and takes mail whether we are up or down.
        if asked < 24 && chance.one_in(25) {
            asked += 1;
            let received_at = now + TimeDelta::minutes(chance.below(u64::try_from(pause).unwrap()));
            desk.clock.set(received_at);
            desk.stores(Role::Inbox, mail(asked).as_bytes()).await;
            unread.push(received_at);
        }
        now = next;
        if now >= wrong_until {
            let hours = match chance.below(7) {
                4 => -1,
                5 => -24,
                6 => 1,
                _ => 0,
            };
            wrong_by = TimeDelta::hours(hours);
            wrong_until = now + TimeDelta::hours(6 + chance.below(40));
        }
        let clock = now + wrong_by;
        desk.clock.set(clock);
        let story = format!("seed {seed}, {from}, {now} true, {clock} on the clock");
        desk.reads().await;
        if !unread.is_empty() {
            let all = desk.finds("SELECT reference FROM requests ORDER BY request_id").await;
            let new = all.lines().skip(model.requests.len());
            for (reference, received_at) in new.zip(unread.drain(..)) {
                model.hears_of(reference.to_owned(), received_at);
            }
        }
        let (ladder, daily) = desk.schedulers();
        while ladder.step().await.unwrap() == Progress::Worked {}
        while daily.step().await.unwrap() == Progress::Worked {}
        let expected = model.looks(clock);
        let found = went_out(&mut desk, &story).await;
        sent += found.len();
        assert_eq!(found, expected, "{story}");
    }
    let acknowledged = "SELECT count(*)::text FROM outbox WHERE kind = 'acknowledgement'";
    assert_eq!(desk.finds(acknowledged).await, asked.to_string(), "seed {seed}");
    let later = |one: &Asked| one.due + TimeDelta::days(9) < wall(now).0;
    assert!(
        model.requests.iter().filter(|one| later(one)).all(|one| one.reminded && one.escalated)
    );
    desk.closes().await;
    sent
}

/// Easter and the beginning of summer time, its end, May, and Christmas.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_clock_and_the_process_do_each_letter_goes_out_once_and_in_time() {
    let mut sent = 0;
    for (seed, from) in [
        (1, "2026-03-19"),
        (2, "2026-10-14"),
        (3, "2026-04-27"),
        (4, "2026-12-14"),
        (5, "2027-03-18"),
    ] {
        sent += lives_through(seed, from, 3).await;
    }
    assert!(sent > 150, "the stories hold {sent} letters only");
}
