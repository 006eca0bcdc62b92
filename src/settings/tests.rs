//! The settings file as operators write it, with its mistakes.

use super::*;

const EXAMPLE: &str = include_str!("../../config/example.toml");

fn error_of(replace: &str, with: &str) -> String {
    assert!(EXAMPLE.contains(replace), "the example no longer holds {replace}");
    let text = EXAMPLE.replacen(replace, with, 1);
    format!("{:#}", Settings::parse(&text).unwrap_err())
}

#[test]
fn the_example_is_complete_and_right() {
    let settings = Settings::parse(EXAMPLE).unwrap();
    assert_eq!(settings.mailboxes.len(), 1);
    assert!(settings.rules().is_ok());
    assert!(settings.templates().is_ok());
}

#[test]
fn mistakes_are_shown_with_their_line() {
    let cases = [
        ("reply_within_days = 2", "reply_in_days = 2", "reply_in_days"),
        ("close_of_business = \"17:00\"", "close_of_business = \"25:00\"", "25:00"),
        ("duty = \"duty@example.org\"", "duty = \"duty\"", "not a mail address"),
        ("division = \"england-and-wales\"", "division = \"wales\"", "wales"),
        ("working_from = \"08:00\"", "working_from = \"19:00\"", "| working_until = \"18:00\""),
        ("sure_from = 0.8", "sure_from = 1.7", "| sure_from = 1.7"),
        ("sent = \"Sent\"", "sent = \"Sent\"\ncolour = \"red\"", "colour"),
        ("tls = \"tls\"", "tls = \"none\"", "line"),
        ("# working_days = [\"mon\"", "working_days = [\"mun\"", "| working_days = [\"mun\","),
        (
            "# absent = [{from = \"2026-12-21\"",
            "absent = [{from = \"2027-12-21\"",
            "`to` (2027-01-02) is before `from` (2027-12-21)",
        ),
        (
            "# former_addresses = []",
            "former_addresses = [\"Grace@example.org\"]",
            "a second consultant has the address grace@example.org",
        ),
    ];
    for (replace, with, expected) in cases {
        let error = error_of(replace, with);
        assert!(error.contains(expected), "{with}: {error}");
    }
}
