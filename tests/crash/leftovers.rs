//! Nothing stays behind when the one that strikes is itself struck down.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use crate::town::{Lane, Town};

#[test]
fn a_copy_ends_with_the_process_that_started_it() {
    let mut harness = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "leftovers::keeps_a_copy_until_killed", "--ignored", "--nocapture"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(harness.stdout.take().unwrap()).lines();
    let line = lines.map(Result::unwrap).find(|line| line.contains("copy ")).unwrap();
    let copy = format!("/proc/{}/fd", line.rsplit(' ').next().unwrap());
    assert!(Path::new(&copy).exists());

    harness.kill().unwrap();
    harness.wait().unwrap();
    while Path::new(&copy).read_dir().is_ok_and(|mut open| open.next().is_some()) {
        std::thread::yield_now();
    }
}

#[tokio::test]
#[ignore = "another test runs it as a process of its own and kills it"]
async fn keeps_a_copy_until_killed() {
    let town = Arc::new(Town::founded(0..1).await);
    let mut lane = Lane::opens(town, 0, 1).await;
    lane.deliver(&[crate::mails::Kind::Request]);
    lane.copies[0].starts(None);
    lane.comes_to_rest().await;
    println!("\ncopy {}", lane.copies[0].id().unwrap());
    std::io::stdin().lines().for_each(drop);
}
