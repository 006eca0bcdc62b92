//! Headers and wordings, and who is behind them.

use super::super::{BounceAction, SenderKind, read};

fn kind(headers: &str, body: &str) -> SenderKind {
    let from = if headers.contains("From:") { "" } else { "From: Ada <ada@example.org>\r\n" };
    read(format!("{from}{headers}\r\n\r\n{body}").as_bytes()).sender_kind
}

fn letter(headers: &str, body: &str) -> char {
    match kind(headers, body) {
        SenderKind::Person => 'p',
        SenderKind::AutoReply { why } | SenderKind::Bulk { why } | SenderKind::Spam { why }
            if why.is_empty() =>
        {
            '?'
        }
        SenderKind::AutoReply { .. } => 'a',
        SenderKind::Bounce(_) => 'b',
        SenderKind::Bulk { .. } => 'l',
        SenderKind::Spam { .. } => 's',
    }
}

const ASK: &str = "Could you review our design? We need advice by May.";

#[test]
fn headers_tell_machines_from_people() {
    let cases = [
        ("Subject: x", 'p', "nothing special"),
        ("Auto-Submitted: no", 'p', "it says so"),
        ("Auto-Submitted: auto-replied", 'a', "RFC 3834"),
        ("Auto-Submitted: AUTO-Generated; owner-email=\"x\"", 'a', "with a parameter"),
        ("Auto-Submitted: auto-replied (vacation)", 'a', "with a comment"),
        ("X-Auto-Response-Suppress: All", 'p', "Exchange adds it to people's mail"),
        ("X-Autoreply: yes", 'a', "Gmail and cPanel"),
        ("X-Autorespond: x", 'a', "older responders"),
        ("X-Autoreply: no", 'p', "it says so"),
        ("Precedence: auto_reply", 'a', "older responders"),
        ("X-Precedence: auto_reply", 'a', "the same, by another name"),
        ("Precedence: junk", 'l', "junk"),
        ("X-Loop: ada@example.org", 'p', "lists add it to people's mail"),
        ("Return-Path: <>", 'a', "no person has a null path"),
        ("Return-Path: <ada@example.org>", 'p', "a usual path"),
        ("List-Id: <team.example.org>\r\nPrecedence: list", 'p', "a group address, somebody asks"),
        ("List-Unsubscribe: <mailto:u@x.example>", 'p', "a group address, somebody asks"),
        ("Feedback-ID: 1:2:3\r\nList-Unsubscribe: <mailto:u@x.example>", 'l', "a campaign"),
        ("X-Spam-Flag: YES", 'p', "the filter says so, and yet it is a request"),
        ("X-Spam-Flag: YES\r\nIn-Reply-To: <a@b.example>", 'p', "an answer to us is no spam"),
        ("Subject: Automatic reply: x", 'a', "the subject"),
        ("Subject: RE: Automatic reply: x", 'p', "a person answers one"),
        ("From: postmaster@example.org\r\nSubject: help", 'p', "postmasters are people"),
        ("Subject: Out of office: cover for the review", 'p', "only half of the signs"),
        ("Subject: Undeliverable: x", 'p', "no machine sent it"),
        ("From: no-reply@forms.example\r\nSubject: x", 'p', "forms send what people type"),
    ];
    for (headers, expected, reason) in cases {
        assert_eq!(letter(headers, ASK), expected, "{reason}: {headers}");
    }
}

#[test]
fn wording_tells_machines_from_people() {
    let cases = [
        ("This is an automated message. Your ticket has been logged.", 'a', "it says so"),
        (
            "We have received your email. Your reference number is 123. Please do not reply to this email.",
            'a',
            "a ticket",
        ),
        ("I have now left the department. This mailbox is no longer monitored.", 'a', "gone"),
        ("I am on annual leave until Monday. For urgent matters ring the desk.", 'a', "away"),
        (
            "Hi Sam,\nI am on annual leave until Monday. For urgent matters ring Bob.",
            'p',
            "written to somebody",
        ),
        (
            "I am on annual leave next week, so could you look at it before Friday?",
            'p',
            "a question",
        ),
        (
            "This is an automated payments system. We want advice about it.",
            'p',
            "a machine is the topic",
        ),
        ("We have received your advice and will follow it.", 'p', "a person received something"),
        (
            "The old mailbox is no longer monitored, which is why we want a review.",
            'p',
            "a mailbox is the topic",
        ),
        (
            "I came across your team. Our platform is trusted by banks. Join our webinar, or unsubscribe.",
            'l',
            "marketing",
        ),
        (
            "We run a webinar platform for courts and would like a review.",
            'p',
            "a webinar is the topic",
        ),
        (
            "I am the next of kin of a deceased client. The sum of GBP 4m awaits the beneficiary.",
            's',
            "a fraud",
        ),
        (
            "We do SEO and web design. Your website could be in Google top 10. Send your phone number.",
            's',
            "an offer",
        ),
        ("Somebody clicked a link and typed their password. Action required?", 'p', "an incident"),
        ("", 'p', "nothing at all"),
    ];
    for (body, expected, reason) in cases {
        assert_eq!(letter("Subject: x", body), expected, "{reason}: {body}");
    }
}

#[test]
fn headers_and_wording_are_weighed_together() {
    assert_eq!(letter("X-Spam-Flag: YES", "Dear Sir, buy now."), 's');
    let group =
        "Subject: Re: x\r\nList-Id: <team.example.org>\r\nPrecedence: list\r\nIn-Reply-To: <a@b>";
    assert_eq!(letter(group, "Any news yet?"), 'p', "an answer through a group address");
    let talk = group.replace("Re: x", "Re: [team] x");
    assert_eq!(letter(&talk, "We did ours in March."), 'l', "talk on a list");
    assert_eq!(letter("Precedence: bulk", "Can you spare a pound?"), 'l', "a bulletin");
    let pretending = "From: \"justice.example IT\" <it@else.example>";
    assert_eq!(letter(pretending, "Click here to confirm your password."), 's');
    assert_eq!(letter(pretending, ASK), 'p', "a strange name alone is no crime");
}

fn report(fields: &str) -> SenderKind {
    let mail = format!(
        "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\nContent-Type: multipart/report; \
         report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSorry. \
         5.9.9\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; \
         mx.example\r\n\r\n{fields}\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: \
         us@example.org\r\nMessage-ID: <our-1@example.org>\r\n\r\n--b--\r\n"
    );
    read(mail.as_bytes()).sender_kind
}

#[test]
fn delivery_reports_are_read() {
    let bounce = |fields: &str| match report(fields) {
        SenderKind::Bounce(bounce) => bounce,
        _ => panic!("no bounce: {fields}"),
    };
    let failed = bounce(
        "Final-Recipient: rfc822; Bob@C.example\r\nAction: failed\r\nStatus: 5.1.1 (no user)",
    );
    assert_eq!(failed.action, BounceAction::Failed);
    assert_eq!(failed.status.as_deref(), Some("5.1.1"));
    assert_eq!(failed.recipient.unwrap().as_str(), "Bob@c.example");
    assert_eq!(failed.original_message_id.unwrap().as_str(), "our-1@example.org");

    let delayed = bounce("Final-Recipient: rfc822;b@c.example\r\nAction: delayed\r\nStatus: 4.4.1");
    assert_eq!(delayed.action, BounceAction::Delayed);

    let two = bounce(
        "Final-Recipient: rfc822;a@c.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n\r\n\
         Final-Recipient: rfc822;b@c.example\r\nAction: failed\r\nStatus: 5.2.2",
    );
    assert_eq!(two.recipient.unwrap().as_str(), "b@c.example", "the worst news of several");
    assert_eq!(
        bounce("").status.as_deref(),
        Some("5.9.9"),
        "from the text where fields are missing"
    );
    for action in ["delivered", "relayed", "expanded"] {
        let kind = report(&format!("Action: {action}\r\nStatus: 2.0.0"));
        assert!(matches!(kind, SenderKind::AutoReply { .. }), "{action} is a receipt");
    }
}

#[test]
fn bounces_in_prose_are_read() {
    let daemon =
        "From: Mail Delivery System <MAILER-DAEMON@mx.example>\r\nSubject: Mail delivery failed";
    let body = "Your message could not be delivered to\n  bob@c.example\n550 5.1.1 no such user\n\nMessage-ID: <our-2@example.org>";
    let SenderKind::Bounce(bounce) = kind(daemon, body) else { panic!("no bounce") };
    assert_eq!(bounce.status.as_deref(), Some("5.1.1"));
    assert_eq!(bounce.recipient.unwrap().as_str(), "bob@c.example");
    assert_eq!(bounce.original_message_id.unwrap().as_str(), "our-2@example.org");
    let late = "From: MAILER-DAEMON@mx.example\r\nSubject: Warning: message delayed";
    let SenderKind::Bounce(bounce) = kind(late, "It has not yet been delivered to bob@c.example")
    else {
        panic!("no bounce")
    };
    assert_eq!(bounce.action, BounceAction::Delayed);
}

#[test]
fn an_attached_report_is_not_the_mail() {
    let mail = "From: a@b.example\r\nSubject: Fwd: Undeliverable\r\nContent-Type: multipart/mixed; \
                boundary=b\r\n\r\n--b\r\n\r\nWhat is this?\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n\
                Content-Type: multipart/report; boundary=c\r\n\r\n--c\r\nContent-Type: \
                message/delivery-status\r\n\r\nAction: failed\r\n--c--\r\n--b--";
    assert!(matches!(read(mail.as_bytes()).sender_kind, SenderKind::Person));
}
