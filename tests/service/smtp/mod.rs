//! The mailer against a relay that does as it is told, well and badly.

pub(crate) mod relay;

use mailtriage::smtp::{Auth, Mailer, OutgoingLetter, SendError, Settings, Stage, Tls};
use relay::{Deed, Relay};

const RAW: &[u8] = b"Subject: Hello\r\n\r\n.a line with a dot\r\n";

fn letter() -> OutgoingLetter<'static> {
    OutgoingLetter {
        to: "ada@example.org",
        from: "desk@example.org",
        null_return_path: false,
        raw: RAW,
    }
}

fn automatic_answer() -> OutgoingLetter<'static> {
    OutgoingLetter { null_return_path: true, ..letter() }
}

fn fate(error: &SendError) -> &'static str {
    match error {
        SendError::Transient(_) => "transient",
        SendError::Permanent(_) => "permanent",
        SendError::Unsendable(_) => "unsendable",
        SendError::Unknown(_) => "unknown",
    }
}

#[tokio::test]
async fn a_letter_is_handed_over() {
    let relay = Relay::start(Tls::None).await;
    relay.mailer().send(&automatic_answer()).await.unwrap();
    insta::assert_snapshot!(relay.heard(), @r"
    (connected)
        220 relay.example.org
    EHLO desk.example.org
        250-relay.example.org
    250-STARTTLS
    250 AUTH PLAIN XOAUTH2
    MAIL FROM:<>
        250 yes
    RCPT TO:<ada@example.org>
        250 yes
    DATA
        354 go on
    | Subject: Hello
    |
    | ..a line with a dot
    | .
        250 taken
    ");
}

#[tokio::test]
async fn one_connection_carries_several_letters_until_we_hang_up() {
    let relay = Relay::start(Tls::None).await;
    let mailer = relay.mailer();
    mailer.send(&letter()).await.unwrap();
    relay.will("RCPT", Deed::Say("550 5.1.1 no such user"));
    mailer.send(&letter()).await.unwrap_err();
    mailer.send(&letter()).await.unwrap();
    mailer.hang_up().await;

    let heard = relay.heard();
    assert_eq!(heard.matches("(connected)").count(), 1);
    assert_eq!(heard.matches("MAIL FROM:<desk@example.org>").count(), 3);
    assert_eq!(heard.matches("RSET").count(), 1);
    assert!(heard.ends_with("QUIT\n    221 goodbye"));
}

#[tokio::test]
async fn a_connection_that_was_closed_in_between_is_replaced_quietly() {
    for deed in [Deed::HangUp, Deed::Say("421 4.4.2 idle for too long")] {
        let relay = Relay::start(Tls::None).await;
        let mailer = relay.mailer();
        mailer.send(&letter()).await.unwrap();
        relay.will("MAIL", deed);
        mailer.send(&letter()).await.unwrap();
        assert_eq!(relay.heard().matches("(connected)").count(), 2);
        assert_eq!(relay.heard().matches("250 taken").count(), 2);
    }
}

#[tokio::test]
async fn what_the_relay_answers_decides_what_happens_next() {
    let cases = [
        ("connect", Deed::Say("554 no service"), "transient", Stage::Connecting),
        ("connect", Deed::Say("421 busy"), "transient", Stage::Connecting),
        ("connect", Deed::HangUp, "transient", Stage::Connecting),
        ("EHLO", Deed::Say("250-relay\r\n250-   \r\n250 HELP"), "transient", Stage::Connecting),
        ("MAIL", Deed::Say("451 later"), "transient", Stage::Sender),
        ("MAIL", Deed::Say("550 not you"), "permanent", Stage::Sender),
        ("MAIL", Deed::Say("530 log in first"), "transient", Stage::Sender),
        ("RCPT", Deed::Say("450 greylisted"), "transient", Stage::Recipient),
        ("RCPT", Deed::Say("550 5.1.1 unknown"), "permanent", Stage::Recipient),
        ("RCPT", Deed::HangUp, "transient", Stage::Recipient),
        ("DATA", Deed::Say("452 disk full"), "transient", Stage::Data),
        ("DATA", Deed::Say("554 no"), "permanent", Stage::Data),
        ("DATA", Deed::Say("250 what?"), "transient", Stage::Data),
        ("DATA", Deed::HangUp, "transient", Stage::Data),
        (".", Deed::Say("451 scanner is busy"), "transient", Stage::Content),
        (".", Deed::Say("554 spam"), "permanent", Stage::Content),
        (".", Deed::Say("nonsense"), "unknown", Stage::Content),
        (".", Deed::HangUp, "unknown", Stage::Content),
    ];
    for (verb, deed, expected, stage) in cases {
        let relay = Relay::start(Tls::None).await;
        relay.will(verb, deed);
        let error = relay.mailer().send(&letter()).await.unwrap_err();
        assert_eq!(fate(&error), expected, "{verb}: {error}");
        assert_eq!(error.stage(), Some(stage), "{verb}: {error}");
    }
}

#[tokio::test]
async fn silence_before_the_content_is_harmless_and_after_it_is_not() {
    let cases = [("RCPT", Stage::Recipient), ("DATA", Stage::Data), (".", Stage::Content)];
    for (verb, stage) in cases {
        let relay = Relay::start(Tls::None).await;
        relay.will(verb, Deed::StaySilent);
        let settings = Settings {
            command_timeout_seconds: 1,
            content_timeout_seconds: 1,
            ..relay.settings(Tls::None)
        };
        let error = Mailer::new(settings, None).unwrap().send(&letter()).await.unwrap_err();
        assert_eq!(fate(&error), if verb == "." { "unknown" } else { "transient" }, "{verb}");
        assert_eq!(error.stage(), Some(stage));
    }
}

#[tokio::test]
async fn nothing_of_the_content_is_sent_before_the_caller_says_so() {
    let relay = Relay::start(Tls::None).await;
    let mailer = relay.mailer();
    let letter = letter();
    let ready = mailer.prepare(&letter).await.unwrap();
    assert!(relay.heard().ends_with("RCPT TO:<ada@example.org>\n    250 yes"));
    ready.finish().await.unwrap();
    assert!(relay.heard().ends_with("250 taken"));
}

#[tokio::test]
async fn the_words_of_the_relay_are_kept_but_not_shown() {
    let relay = Relay::start(Tls::None).await;
    relay.will("RCPT", Deed::Say("550-5.1.1 <ada@example.org>\r\n550 5.1.1 is unknown"));
    let error = relay.mailer().send(&letter()).await.unwrap_err();
    assert!(error.words().unwrap().contains("<ada@example.org>"));
    assert_eq!(error.code(), Some(550));
    let shown = format!("{error} {error:?} {:#}", anyhow::Error::new(error.clone()));
    assert!(!shown.contains("ada"), "{shown}");
    assert_eq!(error.to_string(), "refused for good: the relay answered 550 to RCPT TO");
}

#[tokio::test]
async fn an_address_outside_ascii_needs_a_relay_that_can() {
    let relay = Relay::start(Tls::None).await;
    let mailer = relay.mailer();
    let foreign = OutgoingLetter { to: "siân@example.org", ..letter() };
    let error = mailer.send(&foreign).await.unwrap_err();
    assert_eq!(fate(&error), "permanent", "{error}");

    relay.will("EHLO", Deed::Say("250-relay\r\n250 SMTPUTF8"));
    relay.mailer().send(&foreign).await.unwrap();
    assert!(relay.heard().contains("MAIL FROM:<desk@example.org> SMTPUTF8"));
}

#[tokio::test]
async fn a_relay_that_refuses_the_null_return_path_gets_our_address() {
    let relay = Relay::start(Tls::None).await;
    relay.will("MAIL", Deed::Say("550 5.7.60 not as this sender"));
    relay.mailer().send(&automatic_answer()).await.unwrap();
    let heard = relay.heard();
    let (first, second) = (heard.find("MAIL FROM:<>"), heard.find("MAIL FROM:<desk@example.org>"));
    assert!(first.is_some() && first < second, "{heard}");
    assert_eq!(heard.matches("(connected)").count(), 1);
}

#[tokio::test]
async fn a_team_may_do_without_the_null_return_path() {
    let relay = Relay::start(Tls::None).await;
    let settings = Settings { null_return_path: false, ..relay.settings(Tls::None) };
    Mailer::new(settings, None).unwrap().send(&automatic_answer()).await.unwrap();
    assert!(relay.heard().contains("MAIL FROM:<desk@example.org>"));
    assert!(!relay.heard().contains("MAIL FROM:<>"));
}

#[tokio::test]
async fn the_login_happens_over_tls_with_the_secret_of_the_day() {
    for mode in [Tls::Tls, Tls::Starttls] {
        let relay = Relay::start(mode).await;
        let file = tempfile::NamedTempFile::new().unwrap();
        let settings = Settings {
            user: Some("desk".to_owned()),
            password_file: Some(file.path().to_owned()),
            ..relay.settings(mode)
        };
        let mailer = Mailer::new(settings, None).unwrap();
        std::fs::write(file.path(), "old\n").unwrap();
        mailer.check().await.unwrap();
        std::fs::write(file.path(), "new\n").unwrap();
        mailer.send(&letter()).await.unwrap();

        let heard = relay.heard();
        assert!(heard.contains("AUTH PLAIN AGRlc2sAb2xk"), "{heard}");
        assert!(heard.contains("AUTH PLAIN AGRlc2sAbmV3"), "{heard}");
        let upgrades = heard.lines().filter(|line| *line == "STARTTLS").count();
        assert_eq!(upgrades, if mode == Tls::Starttls { 2 } else { 0 });
    }
}

#[tokio::test]
async fn a_refused_login_is_the_relays_trouble_and_not_the_letters() {
    let refusals = [
        (Auth::Password, "535 5.7.8 no"),
        (Auth::Password, "454 4.7.0 try later"),
        (Auth::Xoauth2, "334 eyJzdGF0dXMiOiI0MDAifQ=="),
    ];
    for (auth, refusal) in refusals {
        let relay = Relay::start(Tls::None).await;
        relay.will("AUTH", Deed::Say(refusal));
        let settings =
            Settings { user: Some("desk".to_owned()), auth, ..relay.settings(Tls::None) };
        let mailer = Mailer::new(settings, Some("secret".to_owned())).unwrap();
        let error = mailer.send(&letter()).await.unwrap_err();
        assert_eq!(fate(&error), "transient", "{error}");
        assert!(error.concerns_the_relay());
        assert_eq!(error.stage(), Some(Stage::LoggingIn));
        mailer.check().await.unwrap();
    }
}

#[tokio::test]
async fn an_unknown_certificate_ends_the_conversation() {
    for mode in [Tls::Tls, Tls::Starttls] {
        let relay = Relay::start(mode).await;
        let settings = Settings { ca_file: None, ..relay.settings(mode) };
        let error = Mailer::new(settings, None).unwrap().check().await.unwrap_err();
        assert!(error.to_string().contains("certificate"), "{error}");
        assert!(!relay.heard().contains("MAIL"));
    }
}

#[tokio::test]
async fn words_added_before_encryption_are_never_taken_for_the_relays() {
    let relay = Relay::start(Tls::Starttls).await;
    relay.will("STARTTLS", Deed::Say("220 go on\r\n250-relay\r\n250 AUTH PLAIN"));
    let mailer = Mailer::new(relay.settings(Tls::Starttls), None).unwrap();
    let error = mailer.send(&letter()).await.unwrap_err();
    assert_eq!(error.stage(), Some(Stage::Connecting), "{error}");
}

#[tokio::test]
async fn a_relay_without_starttls_hears_nothing_of_the_letter() {
    let relay = Relay::start(Tls::Starttls).await;
    relay.will("EHLO", Deed::Say("250 relay"));
    let mailer = Mailer::new(relay.settings(Tls::Starttls), None).unwrap();
    let error = mailer.send(&letter()).await.unwrap_err();
    assert!(error.concerns_the_relay());
    assert!(!relay.heard().contains("MAIL"));
}

#[test]
fn a_user_needs_a_secret() {
    let settings: Settings = toml::from_str("host = 'a'\nport = 1\nuser = 'desk'").unwrap();
    let error = Mailer::new(settings, None).unwrap_err();
    assert!(error.to_string().starts_with("`smtp.password_file`"), "{error}");
}
