//! One damaged row, or one request that cannot be written about, keeps nobody from their letters.

use crate::support::folder::passable_folder;
use crate::support::scenario::{SETTINGS, Scenario};

const ASKS: &str = "1. The Passport Office\n4. A review of our approach";

async fn three_requests(desk: &mut Scenario) {
    for subject in ["One", "Broken", "Three"] {
        desk.receives("pat@requests.example", subject, "", ASKS).await;
    }
    desk.letters().await;
}

/// Ways to damage a row that the table allows, and what tells of them.
#[tokio::test]
async fn a_damaged_row_is_left_out_and_told() {
    for (damage, told) in [
        (
            "UPDATE requests SET route = 'nowhere' WHERE request_id = 2",
            "row 2 of table `requests` has an impossible `route`",
        ),
        (
            "UPDATE requests SET deadline = '{\"due_on\": \"never\"}' WHERE request_id = 2",
            "row 2 of table `requests` has an impossible `deadline`",
        ),
        (
            "UPDATE requests SET need_kinds = '{nothing}' WHERE request_id = 2",
            "row 2 of table `requests` has an impossible `need_kinds`",
        ),
        (
            "UPDATE answers SET layout = 'in verse' WHERE request_id = 2",
            "of table `answers` has an impossible `layout`",
        ),
    ] {
        let mut desk = Scenario::opens("2026-12-07 10:00").await;
        three_requests(&mut desk).await;
        desk.meddles(damage).await;
        desk.comes_to("2026-12-08 08:30").await;
        let letters = desk.new_letters().await;
        let kinds: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
        assert_eq!(kinds, ["set_aside", "digest", "digest"], "{damage}");
        assert_eq!(letters[0].recipient, "postmaster@example.org");
        assert!(
            letters[0].text.contains("SEC-2026-0002 in the daily letters"),
            "{}",
            letters[0].text
        );
        assert!(letters[0].text.contains(told), "{}", letters[0].text);
        for digest in &letters[1..] {
            assert!(digest.text.contains("SEC-2026-0001"), "{}", digest.text);
            assert!(!digest.text.contains("SEC-2026-0002"), "{}", digest.text);
            assert!(digest.text.contains("SEC-2026-0003"), "{}", digest.text);
        }
        // The ladder goes on for the others, too, and the summary of the day after.
        desk.comes_to("2026-12-09 17:00").await;
        let letters = desk.new_letters().await;
        let overdue: Vec<_> = letters.iter().filter(|letter| letter.kind == "overdue").collect();
        assert_eq!(overdue.len(), 1);
        assert_eq!(overdue[0].text.matches("SEC-2026-000").count(), 2, "{}", overdue[0].text);
        desk.comes_to("2026-12-10 09:00").await;
        let letters = desk.new_letters().await;
        let count = |kind| letters.iter().filter(|letter| letter.kind == kind).count();
        assert_eq!((count("overdue_summary"), count("digest")), (1, 2));
        desk.closes().await;
    }
}

/// The row of a request that is overdue already is damaged.
#[tokio::test]
async fn the_summary_does_without_a_damaged_row() {
    let mut desk = Scenario::opens("2026-12-07 10:00").await;
    three_requests(&mut desk).await;
    desk.comes_to("2026-12-09 17:00").await;
    desk.letters().await;
    desk.meddles("UPDATE requests SET route = 'nowhere' WHERE request_id = 2").await;
    desk.comes_to("2026-12-10 09:00").await;
    let letters = desk.new_letters().await;
    let summary = letters.iter().find(|letter| letter.kind == "overdue_summary").unwrap();
    assert_eq!(summary.text.matches("SEC-2026-000").count(), 2, "{}", summary.text);
    desk.closes().await;
}

/// A template of the team fails for one request only.
#[tokio::test]
async fn a_request_that_cannot_be_written_about_is_left_out_of_digest_and_summary() {
    let folder = passable_folder();
    let fails = "Requests:\n{% for section in sections %}{% for request in section.requests %}\
                 {{ request.reference }}\n\
                 {% if request.subject == \"Broken\" %}{{ request.nothing.there }}{% endif %}\n\
                 {% endfor %}{% endfor %}";
    let one = fails.replace("for section in sections", "for section in [section]");
    std::fs::write(folder.path().join("digest.txt"), fails).unwrap();
    std::fs::write(folder.path().join("overdue_summary.txt"), one).unwrap();
    let setting = format!("templates_dir = \"{}\"", folder.path().display());
    let settings = SETTINGS.replace("# templates_dir = \"/etc/mailtriage/templates\"", &setting);
    let mut desk = Scenario::opens_with("2026-12-07 10:00", &settings).await;
    three_requests(&mut desk).await;
    desk.comes_to("2026-12-08 08:30").await;
    let letters = desk.new_letters().await;
    let kinds: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    assert_eq!(kinds, ["set_aside", "digest", "digest"]);
    assert!(letters[0].text.contains("digest.txt"), "{}", letters[0].text);
    assert_eq!(letters[1].text.split_whitespace().count(), 3, "{}", letters[1].text);

    desk.comes_to("2026-12-09 17:00").await;
    desk.letters().await;
    desk.comes_to("2026-12-10 09:00").await;
    let letters = desk.new_letters().await;
    let told = |name| {
        letters.iter().filter(|one| one.kind == "set_aside" && one.text.contains(name)).count()
    };
    assert_eq!((told("digest.txt"), told("overdue_summary.txt")), (1, 1));
    let summary = letters.iter().find(|letter| letter.kind == "overdue_summary").unwrap();
    assert_eq!(summary.text.split_whitespace().count(), 3, "{}", summary.text);
    desk.closes().await;
}
