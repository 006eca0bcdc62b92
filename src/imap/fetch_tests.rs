//! Batches and their parts, without a server.

use proptest::prelude::*;

use super::*;

fn sizes_of(sizes: &[(u32, u32)]) -> BTreeMap<u32, Dated> {
    let received_at = DateTime::UNIX_EPOCH;
    sizes.iter().map(|(uid, size)| (*uid, Dated { size: *size, received_at })).collect()
}

fn plan(uids: &[u32], sizes: &[(u32, u32)]) -> Plan {
    let limits = Limits { largest_mail_mb: 2, batch_mb: 3, ..Limits::default() };
    Plan::new(uids, &sizes_of(sizes), &limits)
}

#[test]
fn a_batch_ends_when_the_memory_is_used_up() {
    let plan = plan(&[1, 2, 3, 4], &[(1, 1_000_000), (2, 1_500_000), (3, 600_000), (4, 1)]);
    assert_eq!((plan.whole, plan.left), (vec![1, 2], vec![3, 4]));
}

#[test]
fn one_mail_is_always_taken() {
    let limits = Limits { largest_mail_mb: 50, batch_mb: 1, ..Limits::default() };
    let plan = Plan::new(&[7, 8], &sizes_of(&[(7, 40_000_000), (8, 10)]), &limits);
    assert_eq!((plan.whole, plan.left), (vec![7], vec![8]));
}

#[test]
fn a_large_mail_takes_only_the_room_of_its_start() {
    let plan = plan(&[1, 2, 3], &[(1, u32::MAX), (2, 2_000_000), (3, 2_000_001)]);
    assert_eq!((plan.large, plan.whole, plan.left), (vec![1], vec![2], vec![3]));
}

#[test]
fn a_mail_without_a_size_is_accounted_for() {
    let plan = plan(&[1, 2], &[(2, 10)]);
    assert_eq!((plan.asked, plan.whole), (vec![1, 2], vec![2]));
}

#[test]
fn numbers_are_written_as_runs() {
    for (uids, expected) in [
        (&[5][..], "5"),
        (&[1, 2, 3], "1:3"),
        (&[1, 3, 4, 9], "1,3:4,9"),
        (&[u32::MAX - 1, u32::MAX], "4294967294:4294967295"),
    ] {
        assert_eq!(uid_set(uids), expected);
    }
}

#[test]
fn dates_of_servers_are_read() {
    for (text, expected) in [
        ("17-Jul-1996 02:44:25 -0700", "1996-07-17T09:44:25+00:00"),
        (" 7-Feb-2026 21:52:25 +0100", "2026-02-07T20:52:25+00:00"),
        ("07-Feb-2026 21:52:25 +0000", "2026-02-07T21:52:25+00:00"),
    ] {
        assert_eq!(internal_date(text).unwrap().to_rfc3339(), expected);
    }
    assert_eq!(internal_date("yesterday"), None);
}

#[test]
fn a_header_that_was_cut_off_still_ends() {
    for (header, text, expected) in [
        ("A: b\r\n\r\n", "text", "A: b\r\n\r\ntext"),
        ("A: b\n\n", "text", "A: b\n\ntext"),
        ("A: b\r\nC: long long", "text", "A: b\r\n\r\ntext"),
        ("A: endless", "text", "\r\ntext"),
        ("", "text", "\r\ntext"),
    ] {
        assert_eq!(joined(header.into(), text.as_bytes()), expected.as_bytes());
    }
}

#[test]
fn mail_stays_out_of_debug() {
    let body = Body::Full(b"Subject: secret".to_vec());
    assert_eq!(format!("{body:?}"), "Full(15 bytes)");
}

proptest! {
    #[test]
    fn every_number_stands_in_one_list(
        sizes in prop::collection::btree_map(1..1_000u32, 0..5_000_000u32, 1..60),
        unknown in prop::collection::btree_set(1..1_000u32, 0..10),
    ) {
        let uids: BTreeSet<u32> = sizes.keys().chain(&unknown).copied().collect();
        let uids: Vec<u32> = uids.into_iter().collect();
        let known: Vec<(u32, u32)> = sizes.into_iter().collect();
        let plan = plan(&uids, &known);
        prop_assert!(!plan.asked.is_empty());
        prop_assert!(plan.whole.iter().chain(&plan.large).all(|uid| plan.asked.contains(uid)));
        let all: Vec<u32> = plan.asked.iter().chain(&plan.left).copied().collect();
        prop_assert_eq!(all, uids);
    }
}
