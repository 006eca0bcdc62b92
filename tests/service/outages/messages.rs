//! What the log says when a server cannot be found, is not whom we take it for, or is not there.

use std::fmt::Write;

use mailtriage::imap::{self, Session};
use mailtriage::smtp::{Mailer, Settings};

use crate::imap_login::{settings_for, tls};
use crate::smtp::relay::Relay;
use crate::support::fake_imap::{FakeImap, Script, password};

/// The reason of the system, which differs from machine to machine, is cut off.
fn ours(message: &str) -> &str {
    let cut = message.split(": failed to lookup").next().unwrap();
    cut.split(" (failed to lookup").next().unwrap()
}

#[tokio::test]
async fn each_trouble_with_a_mail_server_is_said_plainly() {
    let mut said = String::new();
    let expired = tls("localhost", |wanted| {
        wanted.not_before = rcgen::date_time_ymd(2020, 1, 1);
        wanted.not_after = rcgen::date_time_ymd(2021, 1, 1);
    });
    let wrong_name = tls("mail.example.org", |_| {});
    for tls in [&expired, &wrong_name] {
        let server = FakeImap::start([Script::default().starts_tls(&tls.server)]).await;
        let settings = settings_for(&server, "tls", &tls.ca_file);
        let error = Session::connect(&settings, &password()).await.unwrap_err();
        writeln!(said, "{error}").unwrap();
        server.finish().await;
    }
    let unknown = tls("localhost", |_| {});
    let server = FakeImap::start([Script::default().starts_tls(&unknown.server)]).await;
    let settings = server.settings_with("host = 'localhost'");
    writeln!(said, "{}", Session::connect(&settings, &password()).await.unwrap_err()).unwrap();

    let nowhere: imap::Settings =
        toml::from_str("host = 'imap.nowhere.invalid'\nuser = 'desk'").unwrap();
    let error = anyhow::Error::from(Session::connect(&nowhere, &password()).await.unwrap_err());
    writeln!(said, "{}", ours(&format!("{error:#}"))).unwrap();
    let nobody: imap::Settings =
        toml::from_str("host = '127.0.0.1'\nport = 1\ntls = 'none'\nuser = 'desk'").unwrap();
    let error = anyhow::Error::from(Session::connect(&nobody, &password()).await.unwrap_err());
    writeln!(said, "{error:#}").unwrap();
    for answer in ["{tag} NO [AUTHENTICATIONFAILED] no\r\n", "{tag} NO [UNAVAILABLE] no\r\n"] {
        let script = Script::greets().on(r#"LOGIN "desk" "open sesame""#, answer).hangs();
        let server = FakeImap::start([script]).await;
        let error = Session::connect(&server.settings(), &password()).await.unwrap_err();
        writeln!(said, "{error}").unwrap();
    }
    let server = FakeImap::start([Script::logged_in()
        .on(r#"EXAMINE "INBOX""#, "{tag} NO none\r\n")
        .hangs()])
    .await;
    let mut session = Session::connect(&server.settings(), &password()).await.unwrap();
    writeln!(said, "{}", session.select("INBOX").await.unwrap_err()).unwrap();
    insta::assert_snapshot!(said);
}

#[tokio::test]
async fn each_trouble_with_a_relay_is_said_plainly() {
    let mut said = String::new();
    let mut say = |error: mailtriage::smtp::SendError| {
        assert!(error.concerns_the_relay(), "{error}");
        writeln!(said, "{}", ours(&error.to_string())).unwrap();
    };
    for mode in [mailtriage::smtp::Tls::Tls, mailtriage::smtp::Tls::Starttls] {
        let expired = Relay::start_until(mode, Some((2021, 1, 1))).await;
        say(Mailer::new(expired.settings(mode), None).unwrap().check().await.unwrap_err());
        let relay = Relay::start(mode).await;
        let wrong_name = Settings { host: "127.0.0.1".to_owned(), ..relay.settings(mode) };
        say(Mailer::new(wrong_name, None).unwrap().check().await.unwrap_err());
        let unknown = Settings { ca_file: None, ..relay.settings(mode) };
        say(Mailer::new(unknown, None).unwrap().check().await.unwrap_err());
        let nowhere = Settings { host: "smtp.nowhere.invalid".to_owned(), ..relay.settings(mode) };
        say(Mailer::new(nowhere, None).unwrap().check().await.unwrap_err());
        let nobody = Settings { port: 1, ..relay.settings(mode) };
        say(Mailer::new(nobody, None).unwrap().check().await.unwrap_err());
    }
    insta::assert_snapshot!(said);
}

/// The metrics show how long the certificates of both servers are good.
#[tokio::test]
async fn the_end_of_a_certificate_is_known_from_the_connection() {
    let ends = |wanted: &mut rcgen::CertificateParams| {
        wanted.not_after = rcgen::date_time_ymd(2090, 3, 28);
    };
    let tls = tls("localhost", ends);
    let script = Script::default().starts_tls(&tls.server).then(Script::logged_in());
    let server = FakeImap::start([script]).await;
    let settings = settings_for(&server, "tls", &tls.ca_file);
    let session = Session::connect(&settings, &password()).await.unwrap();
    assert_eq!(session.certificate_ends().unwrap().to_rfc3339(), "2090-03-28T00:00:00+00:00");

    for mode in [mailtriage::smtp::Tls::Tls, mailtriage::smtp::Tls::Starttls] {
        let relay = Relay::start_until(mode, Some((2089, 5, 1))).await;
        let mailer = Mailer::new(relay.settings(mode), None).unwrap();
        assert_eq!(mailer.standing().certificate_ends, None, "not asked yet");
        mailer.check().await.unwrap();
        let ends = mailer.standing().certificate_ends.unwrap();
        assert_eq!(ends.to_rfc3339(), "2089-05-01T00:00:00+00:00");
    }
}
