//! The crash proof: the real program is killed and paused at every point of its work, and what it
//! leaves is judged from outside, in the mailboxes and the database. `docs/crashes.md` explains.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "clippy allows them in tests only inside #[test] functions, not in their helpers"
)]

mod alone;
mod audit;
mod copy;
mod imap_gate;
mod leftovers;
mod mails;
mod plan;
mod points;
mod smtp_gate;
mod sql_gate;
mod table;
mod together;
mod town;
mod trap;

use std::ops::Range;
use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::future::join_all;
use mailtriage::{app, settings::Settings, telemetry};

use copy::MovedClock;
use plan::{Plan, STALE};
use table::Table;
use town::Town;

/// What a team runs before each release: `make crash-test KILLS=500 SEED=7`.
#[tokio::test]
#[ignore = "takes as long as KILLS says; `make crash-test` runs it"]
async fn it_survives_being_killed_at_every_point_for_as_long_as_you_like() {
    let kills = number_from("KILLS").unwrap_or(500);
    let seed = number_from("SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    let lanes = number_from("LANES").unwrap_or(18);
    println!("make crash-test KILLS={kills} SEED={seed} LANES={lanes}");
    let mut table = proves(seed, kills, lanes).await;
    println!("\n{table}");
    let strikes = kills.div_ceil(12);
    table.append(proves_together(seed, strikes).await);
    println!("\n{table}\nseed {seed}");
    table.must_be_clean();
}

#[tokio::test]
async fn it_survives_thirty_kills() {
    let seed = number_from("SEED").unwrap_or(5);
    println!("SEED={seed}");
    // As many desks as can recover side by side. With more, it takes longer to clear them away.
    let table = proves(seed, 30, 14).await;
    println!("{table}");
    table.must_be_clean();
}

#[tokio::test]
async fn three_copies_that_are_killed_and_paused_share_the_work() {
    let seed = number_from("SEED").unwrap_or(5);
    println!("SEED={seed}");
    let table = proves_together(seed, STALE.len() as u64).await;
    println!("{table}");
    table.must_be_clean();
    assert!(table.refused() > 0, "no copy was too late: {table}");
}

/// One copy in each lane, killed again and again.
async fn proves(seed: u64, kills: u64, lanes: u64) -> Table {
    let plan = Plan::alone(seed, kills, lanes);
    let towns = founds(plan.lanes.len(), 6).await;
    let lanes = plan.lanes.into_iter().enumerate();
    let struggles =
        lanes.map(|(number, strikes)| alone::endures(town_of(&towns, number), number, strikes));
    let tables = join_all(struggles).await;
    ends(towns, tables).await
}

/// Three copies in each lane, whose clocks differ.
async fn proves_together(seed: u64, strikes: u64) -> Table {
    let plan = Plan::together(seed, strikes);
    let towns = founds(plan.lanes.len(), 2).await;
    let lanes = plan.lanes.into_iter().enumerate();
    let struggles =
        lanes.map(|(number, strikes)| together::endure(town_of(&towns, number), number, strikes));
    let tables = join_all(struggles).await;
    ends(towns, tables).await
}

/// PostgreSQL takes so many connections: no more lanes than that in a town.
async fn founds(lanes: usize, in_a_town: usize) -> Vec<(Range<usize>, Arc<Town>)> {
    let ranges = (0..lanes).step_by(in_a_town).map(|first| first..lanes.min(first + in_a_town));
    let towns = ranges.map(async |range| (range.clone(), Arc::new(Town::founded(range).await)));
    join_all(towns).await
}

fn town_of(towns: &[(Range<usize>, Arc<Town>)], lane: usize) -> Arc<Town> {
    let (_, town) = towns.iter().find(|(range, _)| range.contains(&lane)).unwrap();
    Arc::clone(town)
}

async fn ends(towns: Vec<(Range<usize>, Arc<Town>)>, tables: Vec<Table>) -> Table {
    join_all(towns.into_iter().map(|(_, town)| Arc::into_inner(town).unwrap().ends())).await;
    let mut whole = Table::default();
    for table in tables {
        whole.append(table);
    }
    whole
}

/// The service on a clock that is ahead or behind: the same workers, only the clock differs.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "the other tests run it as a process of its own and kill it"]
async fn serves_on_a_moved_clock() {
    let settings = Settings::load(std::env::var_os("SETTINGS").unwrap().as_ref()).unwrap();
    telemetry::start(&settings.log);
    let ahead = std::env::var_os("AHEAD").unwrap().into_string().unwrap();
    let clock = MovedClock::by(TimeDelta::seconds(ahead.parse().unwrap()));
    app::serve(&settings, Arc::new(clock)).await.unwrap();
}

fn number_from(variable: &str) -> Option<u64> {
    let value = std::env::var_os(variable).filter(|value| !value.is_empty())?;
    Some(value.to_str().unwrap().parse().expect("a number"))
}
