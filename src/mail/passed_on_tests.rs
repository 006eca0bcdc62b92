//! Whose mail was passed on, in the forms that mail programs give it.

use super::read;

const GMAIL: &str = "Please look at this.\n\n---------- Forwarded message ---------\n\
    From: Pat Doe <pat@requests.example>\nDate: Mon, 7 Dec 2026 at 09:00\nSubject: Passports\n\
    To: <grace@example.org>\n\n\nWe need a review.\n";
const OUTLOOK: &str = "Please look at this.\n\nGrace\n\n\
    From: Pat Doe <pat@requests.example>\nSent: 07 December 2026 09:00\n\
    To: Okafor, Grace <grace@example.org>\nSubject: Passports\n\nWe need a review.\n";
const OUTLOOK_OLD: &str = "FYI\n\n-----Original Message-----\n\
    From: Pat Doe [mailto:pat@requests.example]\nSent: 07 December 2026 09:00\nTo: Grace\n\
    Subject: Passports\n\nWe need a review.\n";
const OUTLOOK_LINE: &str = "FYI\n\n________________________________\n\
    From: Pat Doe <pat@requests.example>\nSent: Monday, December 7, 2026 9:00 AM\n\
    To: Grace Okafor <grace@example.org>\nSubject: Passports\n\nWe need a review.\n";
const APPLE: &str = "Please look at this.\n\nBegin forwarded message:\n\n\
    > From: Pat Doe <pat@requests.example>\n> Subject: Passports\n\
    > Date: 7 December 2026 at 09:00:00 GMT\n> To: grace@example.org\n>\n> We need a review.\n";
const THUNDERBIRD: &str = "Please look at this.\n\n\n-------- Forwarded Message --------\n\
    Subject: \tPassports\nDate: \tMon, 7 Dec 2026 09:00:00 +0000\n\
    From: \tPat Doe <pat@requests.example>\nTo: \tgrace@example.org\n\n\n\nWe need a review.\n";
const WELSH: &str = "Edrychwch ar hwn.\n\nOddi wrth: Pat Doe <pat@requests.example>\n\
    Anfonwyd: 07 Rhagfyr 2026 09:00\nAt: Grace <grace@example.org>\nPwnc: Passports\n\nReview.\n";
const WITHOUT_A_WORD: &str = "---------- Forwarded message ---------\n\
    From: Pat Doe <pat@requests.example>\nDate: Mon, 7 Dec 2026 at 09:00\nSubject: Passports\n\
    To: <grace@example.org>\n\nWe need a review.\n";

fn authors(subject: &str, more: &str, body: &str) -> Vec<String> {
    let raw = format!("From: Grace <grace@example.org>\nSubject: {subject}\n{more}\n{body}");
    let shown = read(raw.as_bytes()).passed_on.into_iter().map(|one| {
        let name = one.author.name.map(|name| name.0).unwrap_or_default();
        format!("{name} <{}>", one.author.address.as_str())
    });
    shown.collect()
}

#[test]
fn the_author_stands_above_the_mail_that_was_passed_on() {
    for (subject, body) in [
        ("Fwd: Passports", GMAIL),
        ("FW: Passports", OUTLOOK),
        ("FW: Passports", OUTLOOK_OLD),
        ("Fw: Passports", OUTLOOK_LINE),
        ("Fwd: Passports", APPLE),
        ("Fwd: Passports", THUNDERBIRD),
        ("Ymlaen: Passports", WELSH),
        ("Fwd: Passports", WITHOUT_A_WORD),
        ("A new subject", GMAIL),
        ("A new subject", APPLE),
        ("A new subject", THUNDERBIRD),
    ] {
        assert_eq!(
            authors(subject, "", body),
            ["Pat Doe <pat@requests.example>"],
            "{subject}\n{body}"
        );
    }
}

#[test]
fn the_html_of_outlook_and_gmail_is_read_too() {
    let html = "MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n";
    let outlook = "<p>Please look at this.</p><hr><div id=\"divRplyFwdMsg\"><b>From:</b> Pat Doe \
        &lt;pat@requests.example&gt;<br><b>Sent:</b> 07 December 2026 09:00<br><b>To:</b> Grace<br>\
        <b>Subject:</b> Passports</div><p>We need a review.</p>";
    let gmail = "<div>Please look at this.<br><div class=\"gmail_quote\"><div class=\"gmail_attr\">\
        ---------- Forwarded message ---------<br>From: <strong>Pat Doe</strong> <span>&lt;<a \
        href=\"mailto:pat@requests.example\">pat@requests.example</a>&gt;</span><br>Date: Mon, 7 Dec \
        2026 at 09:00<br>Subject: Passports<br>To: Grace<br></div><p>A review.</p></div></div>";
    for body in [outlook, gmail] {
        let expected = ["Pat Doe <pat@requests.example>"];
        assert_eq!(authors("FW: Passports", html, body), expected, "{body}");
    }
}

#[test]
fn an_attached_mail_names_its_author_and_itself() {
    let more = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n";
    let body = "--x\nContent-Type: text/plain\n\nPlease look at this.\n--x\n\
        Content-Type: message/rfc822\n\nFrom: Pat Doe <pat@requests.example>\nSubject: Passports\n\
        Message-ID: <pats@requests.example>\n\nWe need a review.\n--x--\n";
    assert_eq!(authors("Passports", more, body), ["Pat Doe <pat@requests.example>"]);
    let raw = format!("From: grace@example.org\n{more}\n{body}");
    let id = read(raw.as_bytes()).passed_on.remove(0).message_id.unwrap();
    assert_eq!(id.as_str(), "pats@requests.example");
}

#[test]
fn an_answer_that_quotes_passes_nothing_on() {
    for body in [OUTLOOK, OUTLOOK_OLD, OUTLOOK_LINE] {
        assert!(authors("RE: Passports", "", body).is_empty(), "{body}");
    }
    let typed = "From: Pat Doe <pat@requests.example>\n\nThat is who asked.";
    assert!(authors("FW: Passports", "", typed).is_empty());
    let no_address = OUTLOOK.replace("<pat@requests.example>", "(HMCTS)");
    assert!(!authors("FW: x", "", &no_address).iter().any(|one| one.contains("pat@")));
}

#[test]
fn of_mails_in_mails_the_outermost_comes_first_and_there_is_an_end() {
    let one = "From: A <a@b.example>\nSent: 7 December 2026\nTo: B\nSubject: x\n\nText\n\n";
    let many = authors("FW: x", "", &format!("{GMAIL}\n{}", one.repeat(2_000)));
    assert_eq!(many.len(), 5);
    assert_eq!(many[0], "Pat Doe <pat@requests.example>");
}
