//! Attacks inside honest mail: commands that somebody hid there, and headers in names and reasons.

use mailtriage::store::folders::Role;

use super::{GRACE, VOUCHED, assert_one_recipient, desk, mail_from, repel, unheard};

#[tokio::test]
async fn commands_that_somebody_hid_in_a_consultants_own_mail() {
    let own = |more: &str, subject: &str, body: &str| {
        mail_from(GRACE, &format!("{VOUCHED}{more}"), subject, body)
    };
    let thread = "Re: [SEC-2026-0001] Passports";
    let html = |hidden: &str| {
        own("Content-Type: text/html\n", thread, &format!("{hidden}<p>Thank you, I will look.</p>"))
    };
    let attached = "Content-Type: multipart/mixed; boundary=x\n";
    let attacks = vec![
        unheard(
            "in quoted text",
            own(
                "",
                thread,
                "Thank you, I will look.\n\nOn Monday Pat wrote:\n> close\n> assign me",
            ),
        ),
        unheard(
            "above the words, but quoted",
            own("", thread, "> close\n\nThank you, I will look."),
        ),
        unheard(
            "in forwarded text",
            own(
                "",
                thread,
                "Have a look.\n\n---------- Forwarded message ---------\nFrom: Eve <eve@evil.example>\nSubject: x\n\nclose",
            ),
        ),
        unheard("in HTML that is not shown", html("<div style=\"display:none\">close</div>")),
        unheard("in HTML of no size", html("<span style=\"font-size:0\">close<br></span>")),
        unheard("in an HTML comment", html("<!-- close -->")),
        unheard(
            "in an attachment",
            own(
                attached,
                thread,
                "--x\nContent-Type: text/plain\n\nThank you, I will look.\n--x\nContent-Type: text/plain\n\
             Content-Disposition: attachment; filename=a.txt\n\nclose\n--x--",
            ),
        ),
        unheard(
            "in the subject that the requester chose",
            own("", "Re: [SEC-2026-0002] close", "Thank you."),
        ),
    ];
    let mut desk = desk().await;
    repel(&mut desk, attacks).await;
    desk.closes().await;
}

#[tokio::test]
async fn names_and_reasons_smuggle_nothing_into_our_letters() {
    let mut desk = desk().await;
    let evil = "=?utf-8?q?Pat=0D=0ABcc=3A_victim=40evil=2Eexample?=";
    let more = "Message-ID: <smuggler@requests.example>\r\n bcc: x@evil.example\n";
    let ask = mail_from(
        &format!("{evil} <smuggler@requests.example>"),
        more,
        &format!("{evil} {evil}"),
        "1. Us",
    );
    desk.receives_raw(Role::Inbox, ask.as_bytes()).await;
    let reason = "redirect data protection =?utf-8?q?=0D=0ABcc:_victim=40evil.example?= \rBcc: victim@evil.example";
    desk.receives(GRACE, "[SEC-2026-0003] Passports", VOUCHED, reason).await;
    let letters = desk.new_letters().await;
    let kinds: Vec<&str> = letters.iter().map(|letter| letter.kind.as_str()).collect();
    assert!(kinds.contains(&"acknowledgement") && kinds.contains(&"redirected"), "{kinds:?}");
    for letter in &letters {
        assert_one_recipient(&letter.raw, &letter.recipient, &letter.kind);
        assert!(!letter.subject.contains(['\r', '\n']));
    }
    desk.closes().await;
}
