//! The private Dovecot and the mail server before it.

use chrono::{DateTime, Utc};
use mailtriage::sandbox::dovecot::{Dovecot, Encryption, User};

use crate::support::conversation::Conversation;
use crate::support::folder::passable_folder;

fn desk() -> User {
    User { name: "desk@example.org".to_owned(), password: "correct horse".to_owned() }
}

fn christmas_eve() -> DateTime<Utc> {
    "2026-12-24T15:00:07Z".parse().unwrap()
}

#[tokio::test]
async fn a_delivered_mail_is_seen_over_imap_with_the_time_of_its_delivery() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    let mut imap = Conversation::with(dovecot.port()).await;
    let login = imap.imap("LOGIN desk@example.org \"correct horse\"").await;
    assert!(login.contains("tag OK"), "{login}");
    assert!(imap.imap("SELECT INBOX").await.contains("* 0 EXISTS"));

    imap.say("tag IDLE").await;
    imap.hear_until("+ ").await;
    let mail = b"Subject: Zu\xc3\xa4ngste\r\n\r\nHello\r\n";
    dovecot.maildirs().deliver("desk@example.org", "INBOX", mail, christmas_eve()).unwrap();
    imap.hear_until("* 1 EXISTS").await;
    imap.say("DONE").await;
    imap.hear_until("tag OK").await;

    let fetched = imap.imap("FETCH 1 (INTERNALDATE RFC822.SIZE BODY.PEEK[])").await;
    assert!(fetched.contains("INTERNALDATE \"24-Dec-2026 15:00:07 +0000\""), "{fetched}");
    assert!(fetched.contains("Zuängste"), "{fetched}");
    assert!(fetched.contains(&format!("RFC822.SIZE {}", mail.len())), "{fetched}");
    assert!(imap.imap("STATUS Sent (MESSAGES)").await.contains("MESSAGES 0"));
    dovecot.stop().await;
}

#[tokio::test]
async fn mails_of_one_moment_keep_their_order() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    for number in 1..=12 {
        let mail = format!("Subject: {number}\r\n\r\nHello\r\n");
        let user = "desk@example.org";
        dovecot.maildirs().deliver(user, "INBOX", mail.as_bytes(), christmas_eve()).unwrap();
    }
    let mut imap = Conversation::with(dovecot.port()).await;
    imap.imap("LOGIN desk@example.org \"correct horse\"").await;
    imap.imap("EXAMINE INBOX").await;
    let fetched = imap.imap("UID FETCH 1:* (BODY.PEEK[HEADER.FIELDS (SUBJECT)])").await;
    let subjects: Vec<&str> =
        fetched.lines().filter_map(|line| line.strip_prefix("Subject: ")).collect();
    let expected: Vec<String> = (1..=12).map(|number: i32| number.to_string()).collect();
    assert_eq!(subjects, expected);
}

#[tokio::test]
async fn dovecot_leaves_no_process_and_refuses_a_wrong_password() {
    let folder = passable_folder();
    let dovecot = Dovecot::start(folder.path(), &[desk()], Encryption::Off).await.unwrap();
    let mut imap = Conversation::with(dovecot.port()).await;
    let refused = imap.imap("LOGIN desk@example.org wrong").await;
    assert!(refused.contains("tag NO [AUTHENTICATIONFAILED]"), "{refused}");

    dovecot.stop().await;
    assert_eq!(imap.hear().await, "");
    assert!(folder.path().join("dovecot/mail/desk@example.org/new").exists());
}
