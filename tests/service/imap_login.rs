//! Connections, TLS and logins: who is let in, who is refused, and what is said about it.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mailtriage::imap::{
    Credential, Error, InvalidSettings, LOG_FILTER, Secret, Session, Settings, Step, TlsFault,
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tempfile::{NamedTempFile, TempPath};
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::fake_imap::{FakeImap, Script, password};

async fn connect(server: &FakeImap) -> Result<Session, Error> {
    Session::connect(&server.settings(), &password()).await
}

#[tokio::test]
async fn a_refused_password_is_told_from_a_server_that_is_busy() {
    for (answer, is_refused) in [
        ("{tag} NO [AUTHENTICATIONFAILED] wrong for desk@example.org\r\n", true),
        ("{tag} BAD [LOGINDISABLED] no\r\n", true),
        ("{tag} NO [UNAVAILABLE] try later\r\n", false),
        ("{tag} NO [LIMIT] too many connections\r\n", false),
    ] {
        let script = Script::greets().on(r#"LOGIN "desk" "open sesame""#, answer);
        let server = FakeImap::start([script]).await;
        let error = connect(&server).await.unwrap_err();
        match &error {
            Error::LoginRefused { .. } => assert!(is_refused, "{answer}"),
            Error::Refused { step: Step::LogIn, .. } => assert!(!is_refused, "{answer}"),
            other => panic!("{answer}: {other}"),
        }
        let shown = format!("{error:?} {error}");
        assert!(!shown.contains("sesame") && !shown.contains("desk@"), "{shown}");
        server.finish().await;
    }
}

#[tokio::test]
async fn only_a_plain_welcome_is_a_greeting() {
    for (greeting, step_failed) in [
        ("* BYE too busy\r\n", "refused to greet us"),
        ("* PREAUTH you are in\r\n", "refused to greet us"),
        ("", "closed the connection, when asked to greet us"),
        ("SSH-2.0-OpenSSH_9.2\r\n", "gave an answer that cannot be read, when asked to greet us"),
    ] {
        let server = FakeImap::start([Script::default().says(greeting)]).await;
        let error = connect(&server).await.unwrap_err().to_string();
        assert_eq!(error, format!("127.0.0.1 {step_failed}"));
        server.finish().await;
    }
}

#[tokio::test]
async fn a_server_that_never_greets_is_given_up() {
    let server = FakeImap::start([Script::default().hangs()]).await;
    let settings =
        server.settings_with("host = '127.0.0.1'\ntls = 'none'\nlimits = { silence_seconds = 1 }");
    let error = Session::connect(&settings, &password()).await.unwrap_err();
    assert!(matches!(error, Error::Timeout { step: Step::Greet, .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn nobody_at_the_port_is_said_with_the_reason() {
    let server = FakeImap::start([]).await;
    let settings = server.settings();
    server.finish().await;
    let error = anyhow::Error::new(Session::connect(&settings, &password()).await.unwrap_err());
    assert!(format!("{error:#}").starts_with("could not connect to 127.0.0.1: "), "{error:#}");
}

#[tokio::test]
async fn an_unprotected_login_elsewhere_is_refused_before_anything_is_sent() {
    let settings: Settings =
        toml::from_str("host = 'mail.example.org'\nuser = 'desk'\ntls = 'none'").unwrap();
    let error = Session::connect(&settings, &password()).await.unwrap_err();
    assert!(matches!(error, Error::Settings(InvalidSettings::Unprotected)), "{error}");
}

#[tokio::test]
async fn a_token_is_read_anew_and_a_second_challenge_is_answered_with_nothing() {
    // "user=desk^Aauth=Bearer first^A^A", and {"status":"401","schemes":"bearer"}.
    let complaint = "+ eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=\r\n";
    let refused = Script::greets()
        .on("AUTHENTICATE XOAUTH2", "+ \r\n")
        .on("dXNlcj1kZXNrAWF1dGg9QmVhcmVyIGZpcnN0AQE=", complaint)
        .on("", "{tag} NO AUTHENTICATE failed.\r\n");
    let accepted = Script::greets()
        .on("AUTHENTICATE XOAUTH2", "+ \r\n")
        .on("dXNlcj1kZXNrAWF1dGg9QmVhcmVyIHNlY29uZAEB", "{tag} OK\r\n")
        .on("CAPABILITY", "* CAPABILITY IMAP4rev1 IDLE\r\n{tag} OK\r\n");
    let server = FakeImap::start([refused, accepted]).await;
    let settings = server.settings_with("host = '127.0.0.1'\ntls = 'none'\nauth = 'xoauth2'");
    let token = file("first\n");
    let credential = Credential::InFile(token.to_path_buf());

    let error = Session::connect(&settings, &credential).await.unwrap_err();
    let said = "refused the user or the password (status 401): look into";
    assert!(error.to_string().contains(said), "{error}");
    std::fs::write(&token, "second\n").unwrap();
    assert!(Session::connect(&settings, &credential).await.is_ok());
    server.finish().await;
}

#[tokio::test]
async fn a_missing_password_file_is_said_before_connecting() {
    let server = FakeImap::start([]).await;
    let credential = Credential::InFile("/nowhere/password".into());
    let error = Session::connect(&server.settings(), &credential).await.unwrap_err();
    assert!(matches!(error, Error::Credential(_)), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn passwords_with_quotes_arrive_whole() {
    let script = Script::greets()
        .on(r#"LOGIN "desk" "a\"b\\c""#, "{tag} OK\r\n")
        .on("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n");
    let server = FakeImap::start([script]).await;
    let credential = Credential::Given(Secret::new(r#"a"b\c"#.to_owned()));
    assert!(Session::connect(&server.settings(), &credential).await.is_ok());
    server.finish().await;
}

/// An authority of our own, and a certificate it has signed.
pub(crate) struct Tls {
    pub(crate) ca_file: TempPath,
    pub(crate) server: Arc<ServerConfig>,
}

fn file(text: &str) -> TempPath {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.into_temp_path()
}

pub(crate) fn tls(name: &str, change: impl FnOnce(&mut CertificateParams)) -> Tls {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let mut wanted = CertificateParams::new(vec![name.to_owned()]).unwrap();
    change(&mut wanted);
    let key = KeyPair::generate().unwrap();
    let certificate = wanted.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let server = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    Tls { ca_file: file(&authority.pem()), server: Arc::new(server) }
}

pub(crate) fn settings_for(server: &FakeImap, mode: &str, ca_file: &TempPath) -> Settings {
    let ca_file = ca_file.display();
    server.settings_with(&format!("host = 'localhost'\ntls = '{mode}'\nca_file = '{ca_file}'"))
}

#[tokio::test]
async fn a_private_authority_is_trusted_once_it_is_named() {
    let tls = tls("localhost", |_| {});
    let script = Script::default().starts_tls(&tls.server).then(Script::in_inbox());
    let server = FakeImap::start([script, Script::default().starts_tls(&tls.server)]).await;
    let settings = settings_for(&server, "tls", &tls.ca_file);
    let mut session = Session::connect(&settings, &password()).await.unwrap();
    assert_eq!(session.select("INBOX").await.unwrap().exists, 3);
    drop(session);

    let settings = server.settings_with("host = 'localhost'");
    let error = Session::connect(&settings, &password()).await.unwrap_err();
    assert!(matches!(error, Error::Tls { fault: TlsFault::UnknownIssuer, .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn starttls_protects_the_login() {
    let tls = tls("localhost", |_| {});
    let plain = Script::greets().on("STARTTLS", "{tag} OK go\r\n").starts_tls(&tls.server);
    let login = Script::default()
        .on(r#"LOGIN "desk" "open sesame""#, "{tag} OK\r\n")
        .on("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n");
    let server = FakeImap::start([plain.then(login)]).await;
    let settings = settings_for(&server, "starttls", &tls.ca_file);
    assert!(Session::connect(&settings, &password()).await.is_ok());
    server.finish().await;
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_password() {
    for refusal in ["{tag} NO\r\n", "{tag} BAD what\r\n"] {
        let server = FakeImap::start([Script::greets().on("STARTTLS", refusal).hangs()]).await;
        let settings = server.settings_with("host = 'localhost'\ntls = 'starttls'");
        let error = Session::connect(&settings, &password()).await.unwrap_err();
        assert!(matches!(error, Error::Tls { fault: TlsFault::NotOffered, .. }), "{error}");
        server.finish().await;
    }
}

#[tokio::test]
async fn certificates_that_prove_nothing_are_refused() {
    let expired = tls("localhost", |wanted| {
        wanted.not_before = date_time_ymd(2020, 1, 1);
        wanted.not_after = date_time_ymd(2021, 1, 1);
    });
    let early = tls("localhost", |wanted| wanted.not_before = date_time_ymd(2090, 1, 1));
    let wrong_name = tls("mail.example.org", |_| {});
    for (tls, expected) in [
        (expired, TlsFault::Expired),
        (early, TlsFault::NotYetValid),
        (wrong_name, TlsFault::WrongName),
    ] {
        let server = FakeImap::start([Script::default().starts_tls(&tls.server)]).await;
        let settings = settings_for(&server, "tls", &tls.ca_file);
        let error = Session::connect(&settings, &password()).await.unwrap_err();
        assert!(
            matches!(&error, Error::Tls { fault, .. } if *fault == expected),
            "{expected:?}: {error}"
        );
        server.finish().await;
    }
}

#[tokio::test]
async fn a_port_without_tls_is_named_as_such() {
    let server = FakeImap::start([Script::greets().hangs()]).await;
    let settings = server.settings_with("host = 'localhost'");
    let error = Session::connect(&settings, &password()).await.unwrap_err();
    assert!(matches!(error, Error::Tls { fault: TlsFault::NotTls, .. }), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn a_file_without_certificates_is_said() {
    let server = FakeImap::start([Script::default().hangs()]).await;
    let settings = settings_for(&server, "tls", &file("no certificate"));
    let error = Session::connect(&settings, &password()).await.unwrap_err();
    assert!(matches!(error, Error::CaFile), "{error}");
    server.finish().await;
}

#[tokio::test]
async fn the_log_filter_keeps_passwords_and_mails_out() {
    let quiet = logged(&format!("trace,{LOG_FILTER}")).await;
    assert!(!quiet.contains("sesame") && !quiet.contains("Body of"), "{quiet}");
    let loud = logged("trace").await;
    assert!(loud.contains("sesame"), "without the filter the library tells: {loud}");
}

/// All log lines of a session that logs in and fetches a mail.
async fn logged(filter: &str) -> String {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let writer = Lines(Arc::clone(&lines));
    let guard = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(filter))
        .with_writer(move || writer.clone())
        .finish()
        .set_default();
    let script = Script::in_inbox().gives_sizes("11", &[11]).hears_bodies("11").sends_mail(11).ok();
    let server = FakeImap::start([script]).await;
    let mut session = connect(&server).await.unwrap();
    session.select("INBOX").await.unwrap();
    assert_eq!(session.fetch(&[11]).await.unwrap().mails.len(), 1);
    drop(session);
    server.finish().await;
    drop(guard);
    let lines = lines.lock().unwrap().clone();
    String::from_utf8(lines).unwrap()
}

#[derive(Clone)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let script = Script::logged_in().on("LOGOUT", "* BYE see you\r\n{tag} OK\r\n");
    let server = FakeImap::start([script, Script::logged_in().hears("LOGOUT")]).await;
    for _ in 0..2 {
        let session = connect(&server).await.unwrap();
        let ending = tokio::time::timeout(Duration::from_secs(5), session.logout()).await;
        assert!(ending.unwrap().is_ok());
    }
    server.finish().await;
}
