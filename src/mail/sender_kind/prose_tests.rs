//! Machines, marketers and swindlers that no header gives away, and the people who resemble them.

use super::super::{SenderKind, read};

fn letter(headers: &str, body: &str) -> char {
    let to = if headers.contains("To:") { "" } else { "To: Desk <desk@team.example>\r\n" };
    let raw = format!("From: Ada <ada@example.org>\r\n{to}Subject: {headers}\r\n\r\n{body}");
    match read(raw.as_bytes()).sender_kind {
        SenderKind::Person => 'p',
        SenderKind::AutoReply { .. } => 'a',
        SenderKind::Bounce(_) => 'b',
        SenderKind::Bulk { .. } => 'l',
        SenderKind::Spam { .. } => 's',
    }
}

type Case = (&'static str, &'static str, char, &'static str);

const ANSWERS: &[Case] = &[
    (
        "[Desk] Re: x",
        "Your request (48213) has been received and is being reviewed by our support staff. To add \
             additional comments, reply to this email.",
        'a',
        "a ticket system",
    ),
    (
        "x",
        "Hi Sam,\nYour request has been received, thank you. We can start on Monday.",
        'p',
        "a person acknowledges",
    ),
    (
        "INC0045123 opened",
        "Hello Desk,\nINC0045123 has been opened on your behalf.\nPriority: 3\nState: New",
        'a',
        "greets us as its address book calls us",
    ),
    (
        "x",
        "This address has been retired. Please write to new@example.org. Your message has not been forwarded.",
        'a',
        "an address given up",
    ),
    (
        "x",
        "The old address has been retired, so please use this one. Could you review our design?",
        'p',
        "a person tells of an address given up",
    ),
    (
        "Absence",
        "Je suis absent jusqu'au 4 janvier. En cas d'urgence, appelez Luc.",
        'a',
        "absence in French",
    ),
    (
        "x",
        "Thanks for your message. I am away until 4 June. Please contact my colleague Bo in the meantime.",
        'a',
        "a note of absence and nothing else",
    ),
    (
        "x",
        "I am away until 4 June. The plan of the gateway changed: the queue moved to Leeds. We hold the keys now.",
        'p',
        "absence beside news",
    ),
    (
        "Delivered: x",
        "Your message has been delivered to the following recipients: bob@example.org",
        'a',
        "a receipt",
    ),
    (
        "Undeliverable: x",
        "Your message did not reach some or all of the intended recipients. bob@example.org: the account does \
             not exist. #5.1.1",
        'b',
        "a report from anybody's address",
    ),
    (
        "Undeliverable mail",
        "Our letters come back undeliverable with 550 5.7.26 from bob@example.org. Could you advise us?",
        'p',
        "reports as the topic",
    ),
    (
        "x",
        "Your message to Anjali bounced because she has left. Please use sam@example.org.",
        'p',
        "a person tells of a bounce",
    ),
];

#[test]
fn answers_of_machines_are_heard() {
    for (subject, body, expected, reason) in ANSWERS {
        assert_eq!(letter(subject, body), *expected, "{reason}: {body}");
    }
}

#[test]
fn mail_for_everybody_is_told_from_mail_for_us() {
    for (headers, body, expected, reason) in [
        (
            "Coffee",
            "You're invited to our breakfast. Hear from keynote speakers. Places are limited. Register now.",
            'l',
            "an event",
        ),
        (
            "Workshop",
            "You are invited to our design workshop. When: 4 June. Could you send someone to advise on keys?",
            'p',
            "an invitation to us",
        ),
        (
            "Planned outage\r\nTo: undisclosed-recipients:;",
            "What is happening: essential maintenance. What do I need to do: nothing.",
            'l',
            "a circular",
        ),
        (
            "Outage",
            "All users of the portal are locked out. It will be unavailable until somebody helps.",
            'p',
            "a cry for help",
        ),
        (
            "[leads] x\r\nTo: leads@lists.example",
            "We did ours in May.\n____\nleads mailing list\nleads@lists.example",
            'l',
            "a list without its headers",
        ),
        (
            "Demo",
            "Hope this finds you well. Our platform holds court files. Could we have a quick call for advice on its design?",
            'p',
            "a customer with the words of a seller",
        ),
    ] {
        assert_eq!(letter(headers, body), expected, "{reason}: {body}");
    }
}

#[test]
fn frauds_are_told_from_their_victims() {
    for (body, expected, reason) in [
        (
            "I'm in a meeting. Please buy five gift cards, scratch the back and send me the codes.",
            's',
            "a fraud",
        ),
        (
            "Somebody who said he was the director asked me to purchase gift cards and send him the codes. I did.",
            'p',
            "its victim",
        ),
        (
            "You received a new voice message. Listen to it: http://x.example. Sign in with your email password.",
            's',
            "a lure",
        ),
        (
            "We got a new voice message that asks us to sign in with our password: http://x.example. Is it real?",
            'p',
            "somebody asks about a lure",
        ),
    ] {
        assert_eq!(letter("x", body), expected, "{reason}: {body}");
    }
}

#[test]
fn a_note_on_an_invitation_is_a_mail_when_a_person_wrote_it() {
    let answer = |note: &str| {
        format!(
            "From: a@b.example\r\nSubject: Declined: x\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\n{note}\r\n--b\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n\
             BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nEND:VCALENDAR\r\n--b--\r\n"
        )
    };
    let kind = |note: &str| read(answer(note).as_bytes()).sender_kind;
    assert!(matches!(kind(""), SenderKind::AutoReply { .. }), "no word");
    assert!(matches!(kind("Ada has declined this invitation."), SenderKind::AutoReply { .. }));
    assert!(matches!(kind("Sorry, I'm in court. Could we do Friday?"), SenderKind::Person));
}
