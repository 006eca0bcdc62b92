//! Deadlines and daily jobs: each letter once, whoever runs, whenever they are restarted.

use mailtriage::store::requests;
use mailtriage::worker::Progress;
use mailtriage::worker::climb_ladder::ClimbLadder;
use mailtriage::worker::daily_jobs::DailyJobs;

use crate::support::scenario::Scenario;

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";

async fn works(ladder: &ClimbLadder, daily: &DailyJobs) {
    while ladder.step().await.unwrap() == Progress::Worked {}
    while daily.step().await.unwrap() == Progress::Worked {}
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_at_once_write_each_letter_once() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    for name in ["ada", "bob", "eve", "joe", "kim", "lee", "mia", "sue", "tom", "una"] {
        desk.receives(&format!("{name}@requests.example"), name, "", ASKS).await;
    }
    desk.letters().await;
    let (one, other) = (desk.schedulers(), desk.schedulers());

    let mut kinds = Vec::new();
    for at in ["2026-12-08 08:30", "2026-12-09 09:00", "2026-12-09 17:00", "2026-12-10 09:00"] {
        desk.is(at);
        tokio::join!(works(&one.0, &one.1), works(&other.0, &other.1));
        // Whoever came second may have found the task taken.
        works(&one.0, &one.1).await;
        let letters = desk.new_letters().await;
        let count = |kind| letters.iter().filter(|letter| letter.kind == kind).count();
        kinds.push(["digest", "reminder", "overdue", "overdue_summary"].map(count));
    }
    // Two consultants; ten requests. Everybody gets one mail for all ten.
    assert_eq!(kinds, [[2, 0, 0, 0], [2, 2, 0, 0], [0, 0, 1, 0], [2, 0, 0, 1]]);
    desk.closes().await;
}

#[tokio::test]
async fn a_restart_at_a_due_moment_repeats_nothing() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", ASKS).await;
    desk.letters().await;
    for (at, letters) in [("2026-12-09 09:00", 4), ("2026-12-09 17:00", 1), ("2026-12-10 09:00", 3)]
    {
        desk.is(at);
        for restart in 0..3 {
            let (ladder, daily) = desk.schedulers();
            works(&ladder, &daily).await;
            let written = desk.new_letters().await.len();
            assert_eq!(written, if restart == 0 { letters } else { 0 }, "{at}");
        }
    }
    desk.closes().await;
}

/// What a step has begun when its process dies is undone whole, and done by the next.
#[tokio::test]
async fn a_step_that_breaks_off_writes_nothing_and_is_made_up_for() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", ASKS).await;
    desk.receives("bob@requests.example", "Visas", "", ASKS).await;
    desk.letters().await;
    desk.is("2026-12-09 09:00");

    desk.meddles("ALTER TABLE events ADD CONSTRAINT broken CHECK (request_id <> 2) NOT VALID")
        .await;
    desk.meddles("ALTER TABLE daily_runs ADD CONSTRAINT broken CHECK (job <> 'digest')").await;
    let (ladder, daily) = desk.schedulers();
    assert!(ladder.step().await.is_err());
    assert!(daily.step().await.is_err());
    assert_eq!(desk.new_letters().await.len(), 0);
    let ran = "SELECT string_agg(job, ' ' ORDER BY job) FROM daily_runs";
    assert_eq!(desk.finds(ran).await, "holiday_data overdue_summary", "others run all the same");

    desk.meddles("ALTER TABLE events DROP CONSTRAINT broken").await;
    desk.meddles("ALTER TABLE daily_runs DROP CONSTRAINT broken").await;
    works(&ladder, &daily).await;
    assert_eq!(desk.new_letters().await.len(), 4);
    desk.closes().await;
}

#[tokio::test]
async fn after_three_days_without_a_digest_the_next_shows_everything_new_once() {
    let mut desk = Scenario::opens("2026-12-07 09:00").await;
    for (at, subject) in [
        ("2026-12-07 09:00", "Passports"),
        ("2026-12-08 09:00", "Visas"),
        ("2026-12-09 09:00", "Prisons"),
        ("2026-12-10 08:00", "Courts"),
    ] {
        desk.is(at);
        desk.receives("ada@requests.example", subject, "", ASKS).await;
    }
    desk.letters().await;

    desk.comes_to("2026-12-10 08:30").await;
    let digests: Vec<_> =
        desk.new_letters().await.into_iter().filter(|letter| letter.kind == "digest").collect();
    assert_eq!(digests.len(), 2);
    for number in 1..=4 {
        let entry = format!("\nSEC-2026-000{number} (new): ");
        assert_eq!(digests[0].text.matches(&entry).count(), 1, "{}", digests[0].text);
    }
    assert!(digests[0].text.contains("NEW SINCE YOUR LAST DIGEST (2)"), "others are pressing");
    assert!(digests[0].text.contains("New: 4."), "but new all the same");

    desk.comes_to("2026-12-11 08:30").await;
    let next = desk.new_letters().await.pop().unwrap();
    assert_eq!(next.kind, "digest");
    assert!(next.text.contains("New: 0."), "{}", next.text);
    desk.closes().await;
}

#[tokio::test]
async fn a_clock_that_is_set_back_writes_nothing_twice() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", ASKS).await;
    let story = ["2026-12-08 09:00", "2026-12-09 09:00", "2026-12-09 17:00", "2026-12-10 09:00"];
    for at in story {
        desk.comes_to(at).await;
    }
    assert_eq!(desk.new_letters().await.len(), 1 + 2 + 4 + 1 + 3);
    for at in story {
        desk.comes_to(at).await;
        assert_eq!(desk.letters().await, "", "{at}");
    }
    desk.closes().await;
}

/// Summer time begins on 28 March 2027, between Good Friday and Easter Monday. In UTC the day's
/// letters leave an hour earlier than the week before.
#[tokio::test]
async fn local_times_hold_over_the_change_to_summer_time() {
    let mut desk = Scenario::opens("2027-03-24 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", ASKS).await;
    desk.comes_to("2027-03-25 08:30").await;
    let due = desk.request("SEC-2027-0001").await.owed.unwrap().deadline.due_on;
    assert_eq!(due.to_string(), "2027-03-30");

    for at in ["2027-03-26 12:00", "2027-03-28 12:00", "2027-03-29 17:00", "2027-03-30 07:59"] {
        desk.comes_to(at).await;
    }
    desk.letters().await;
    desk.comes_to("2027-03-30 08:59").await;
    assert!(!desk.letters().await.contains("reminder"));
    desk.comes_to("2027-03-30 09:00").await;
    assert!(desk.letters().await.contains("reminder to ada@example.org"));
    desk.comes_to("2027-03-30 16:59").await;
    assert_eq!(desk.letters().await, "");
    desk.comes_to("2027-03-30 17:00").await;
    assert!(desk.letters().await.starts_with("overdue to ciso@example.org"));
    let written = "SELECT to_char(written_at AT TIME ZONE 'UTC', 'HH24:MI') FROM outbox
                   WHERE kind IN ('reminder', 'overdue') ORDER BY outbox_id";
    assert_eq!(desk.finds(written).await, "08:00\n08:00\n16:00");
    desk.closes().await;
}

#[tokio::test]
async fn the_end_of_the_holiday_data_is_announced_once_a_week() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    let today: chrono::NaiveDate = "2026-12-07".parse().unwrap();
    let left = desk.calendar.days_until_data_ends(today);
    // A Monday within the last 90 days.
    let day = today + chrono::TimeDelta::days(left - 60);
    let monday = day - chrono::TimeDelta::days(i64::from(weekday(day)));

    let mut warnings = Vec::new();
    for day in 0..14 {
        desk.comes_to(&format!("{} 09:30", monday + chrono::TimeDelta::days(day))).await;
        let letters = desk.new_letters().await;
        warnings.push(letters.iter().filter(|letter| letter.kind.starts_with("holiday")).count());
    }
    assert_eq!(warnings.iter().sum::<usize>(), 2, "{warnings:?}");
    assert_eq!((warnings[0], warnings[7]), (1, 1));
    desk.closes().await;
}

fn weekday(day: chrono::NaiveDate) -> u32 {
    chrono::Datelike::weekday(&day).num_days_from_monday()
}

/// Twenty thousand open requests, ten of them due: the cost goes by the ten.
#[tokio::test]
async fn what_is_due_is_found_by_an_index() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    desk.receives("ada@requests.example", "Passports", "", ASKS).await;
    desk.meddles(
        "INSERT INTO requests (reference, requester_address, subject, received_at, state, due_on,
             due_at, deadline, next_step, next_step_at, route, route_because, urgent, need_kinds)
         SELECT 'X-' || n, requester_address, subject, received_at, state, due_on, due_at, deadline,
             'remind', next_step_at + n * interval '1 minute', route, route_because, urgent,
             need_kinds
         FROM requests, generate_series(1, 20000) AS n",
    )
    .await;
    desk.meddles("ANALYZE requests").await;

    let plan = desk
        .finds(
            "EXPLAIN SELECT request_id FROM requests WHERE next_step_at <= '2026-12-09 09:10+00'
             ORDER BY next_step_at, request_id LIMIT 1000 FOR UPDATE SKIP LOCKED",
        )
        .await;
    assert!(plan.contains("requests_next_step_idx"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");

    desk.is("2026-12-09 09:10");
    let mut tx = desk.store.begin().await.unwrap();
    let due = requests::lock_due(&mut tx, mailtriage::clock::Clock::now(&desk.clock), 1_000).await;
    assert_eq!(due.unwrap().len(), 11);
    drop(tx);
    desk.closes().await;
}
