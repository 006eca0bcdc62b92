//! Whole letters, as people and mail programs get them.

use std::collections::{BTreeMap, BTreeSet};

use crate::letter::{Frame, Keyring, OutgoingMail, Templates, samples};
use crate::mail::MessageId;
use crate::mail::address::PersonName;
use crate::triage::LetterKind;
use crate::triage::letters::{Content, Letter};

fn shipped() -> Templates {
    Templates::load(&BTreeMap::new()).unwrap()
}

fn write(letter: &Letter) -> OutgoingMail {
    let team = samples::team().unwrap();
    let keyring = Keyring::new(b"a secret of the desk");
    let message_id = keyring.message_id([1; 10], team.address.domain());
    let token = keyring.token(&message_id);
    let frame = Frame {
        team: &team,
        consultants: &samples::consultants(),
        teams: &samples::teams(),
        message_id: &message_id,
        written_at: samples::now(),
        token,
        keyring: &keyring,
        keys_expire_at: samples::now(),
        enclosed: &[],
    };
    shipped().write(letter, &frame).unwrap()
}

fn sample(kind: LetterKind) -> Letter {
    samples::letters().into_iter().find(|letter| letter.content.kind() == kind).unwrap()
}

fn headers(mail: &OutgoingMail) -> String {
    let raw = String::from_utf8(mail.raw.clone()).unwrap();
    raw.split_once("\r\n\r\n").unwrap().0.replace("\r\n", "\n")
}

#[test]
fn there_is_a_sample_of_every_kind() {
    let kinds: BTreeSet<LetterKind> =
        samples::letters().iter().map(|letter| letter.content.kind()).collect();
    assert_eq!(kinds, BTreeSet::from(LetterKind::ALL));
    assert!(samples::team().is_some());
}

#[test]
fn the_text_of_every_letter() {
    for kind in LetterKind::ALL {
        let mails: Vec<String> = samples::letters()
            .iter()
            .filter(|letter| letter.content.kind() == kind)
            .map(|letter| {
                let mail = write(letter);
                format!("Subject: {}\n\n{}", mail.subject, mail.text)
            })
            .collect();
        insta::assert_snapshot!(kind.name(), mails.join("\n=====\n\n"));
    }
}

#[test]
fn a_whole_acknowledgement() {
    let mail = write(&sample(LetterKind::Acknowledgement));
    let raw = String::from_utf8(mail.raw).unwrap();
    assert!(raw.is_ascii());
    insta::assert_snapshot!(raw.replace("\r\n", "\n"));
}

#[test]
fn headers_are_right_for_each_reader() {
    let to_requester = write(&sample(LetterKind::DisputeReceived));
    assert!(to_requester.null_return_path);
    assert!(headers(&to_requester).contains("\nAuto-Submitted: auto-replied\n"));

    let to_consultant = write(&sample(LetterKind::Transcript));
    assert!(!to_consultant.null_return_path);
    assert!(headers(&to_consultant).contains("\nAuto-Submitted: auto-replied\n"));

    let to_ciso = write(&sample(LetterKind::Overdue));
    assert!(!to_ciso.null_return_path);
    assert!(headers(&to_ciso).contains("\nAuto-Submitted: auto-generated\n"));
    assert!(headers(&to_ciso).contains("\nX-Auto-Response-Suppress: All\n"));
}

#[test]
fn a_thread_keeps_its_first_and_its_last_ten_mails() {
    let id = |number: u32| MessageId::made(format!("mail.{number}@example.org"));
    let mut letter = sample(LetterKind::Acknowledgement);
    letter.thread.references = (1..=30).map(id).collect();
    letter.thread.in_reply_to = Some(id(30));
    let headers = headers(&write(&letter));
    let thread = headers.split_once("In-Reply-To: ").unwrap().1.split_once("\nAuto").unwrap().0;
    insta::assert_snapshot!(thread, @r"
    <mail.30@example.org>
    References: <mail.1@example.org> <mail.21@example.org> <mail.22@example.org>
     <mail.23@example.org> <mail.24@example.org> <mail.25@example.org>
     <mail.26@example.org> <mail.27@example.org> <mail.28@example.org>
     <mail.29@example.org> <mail.30@example.org>
    ");
}

#[test]
fn strange_ids_are_not_repeated() {
    let mut letter = sample(LetterKind::Acknowledgement);
    let long = "a".repeat(390);
    letter.thread.in_reply_to = Some(MessageId::made("two words\r\nBcc: x@y.z".to_owned()));
    letter.thread.references =
        vec![MessageId::made("ümlaut@x".to_owned()), MessageId::made(format!("{long}@x"))];
    let headers = headers(&write(&letter));
    assert!(!headers.contains("In-Reply-To"));
    assert!(!headers.contains("Bcc"));
    assert!(headers.contains(&format!("<{long}@x>")));
    assert!(headers.lines().all(|line| line.len() <= 998));
}

#[test]
fn names_and_subjects_cannot_smuggle_in_headers() {
    let mut letter = sample(LetterKind::Acknowledgement);
    let hostile = "Ada\r\nBcc: victim@example.org\r\n\r\nBody";
    letter.to.name = Some(PersonName(hostile.to_owned()));
    letter.thread.subject = Some(hostile.to_owned());
    let mail = write(&letter);
    let headers = headers(&mail);
    assert!(!headers.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{headers}");
    assert!(headers.contains("\nX-Mailtriage-Token: "));
    assert_eq!(mail.subject, "Re: [SEC-2026-0042] Ada Bcc: victim@example.org Body");
}

#[test]
fn names_and_subjects_in_any_script_are_encoded() {
    let mut letter = sample(LetterKind::Acknowledgement);
    letter.to.name = Some(PersonName("Siân Ŵyn".to_owned()));
    letter.thread.subject = Some("Adolygiad o’r gwasanaeth – brys".to_owned());
    let mail = write(&letter);
    assert!(mail.raw.is_ascii());
    let headers = headers(&mail);
    let encoded = headers.split_once("\nTo: ").unwrap().1.split_once("\nDate").unwrap().0;
    insta::assert_snapshot!(encoded, @r#"
    =?utf-8?b?U2nDom4gxbR5bg==?= <ada@example.org>
    Reply-To: "Security Consultancy Team" <consultancy@example.org>
    Subject: Re: [SEC-2026-0042] Adolygiad =?utf-8?b?b+KAmXI=?= gwasanaeth
     =?utf-8?b?4oCT?= brys
    "#);
}

#[test]
fn what_a_stranger_writes_stays_text() {
    let mut letter = sample(LetterKind::Acknowledgement);
    let Content::Acknowledgement { request } = &mut letter.content else {
        unreachable!("asked for by kind");
    };
    let hostile =
        "{{ team.ciso }}{% include 'layout.html' %}<script>alert(1)</script>\u{0}\u{202e}";
    request.answers[0].text = Some(hostile.to_owned());
    request.answers[1].text = Some("word ".repeat(2_000));
    let mail = write(&letter);
    assert!(mail.text.contains("{{ team.ciso }}{% include 'layout.html' %}<script>"));
    assert!(mail.html.contains("&lt;script&gt;"));
    assert!(!mail.html.contains("<script>"));
    assert!(!mail.text.contains(['\0', '\u{202e}']));
    assert!(
        mail.text.contains("word… (cut; the whole text is kept)") || mail.text.contains("(cut;")
    );
    assert!(mail.text.len() < 4_000);
}

#[test]
fn lines_of_the_mail_stay_short() {
    for letter in samples::letters() {
        let mail = write(&letter);
        let raw = String::from_utf8(mail.raw).unwrap();
        assert!(raw.split("\r\n").all(|line| line.len() <= 78 && !line.contains(['\r', '\n'])));
        assert!(mail.text.lines().all(|line| line.chars().count() <= 72));
    }
}

#[test]
fn the_longest_digest_can_be_written() {
    let mut letter = sample(LetterKind::Digest);
    let Content::Digest(digest) = &mut letter.content else {
        unreachable!("asked for by kind");
    };
    let many = vec![digest.overdue[0].clone(); 2_000];
    for section in [&mut digest.overdue, &mut digest.new, &mut digest.yours, &mut digest.others] {
        section.clone_from(&many);
    }
    let mail = write(&letter);
    assert!(mail.text.contains("And 1960 more."));
    assert!(mail.subject.contains("2000 overdue"));
}

#[test]
fn a_team_may_change_the_wording() {
    let own = BTreeMap::from([("subjects.txt".to_owned(), "Ours: {{ kind }}".to_owned())]);
    let templates = Templates::load(&own).unwrap();
    let (team, id) = (samples::team().unwrap(), MessageId::made("a@example.org".to_owned()));
    let frame = Frame {
        team: &team,
        consultants: &samples::consultants(),
        teams: &samples::teams(),
        message_id: &id,
        written_at: samples::now(),
        token: String::new(),
        keyring: &Keyring::new(b""),
        keys_expire_at: samples::now(),
        enclosed: &[],
    };
    let mail = templates.write(&sample(LetterKind::Digest), &frame).unwrap();
    assert_eq!(mail.subject, "Ours: digest");
}

fn mistake(name: &str, wording: &str) -> String {
    let own = BTreeMap::from([(name.to_owned(), wording.to_owned())]);
    Templates::load(&own).err().unwrap().to_string()
}

#[test]
fn a_mistake_in_a_template_is_found_at_once() {
    let endless = "{% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}";
    let mistakes = [
        mistake("acknowledgment.txt", "Hello"),
        mistake("overdue.txt", "Hello\n  {{ sektion.count }}"),
        mistake("overdue.txt", "Hello\n\n{% if section %}"),
        mistake("digest.html", "{{ today|shout }}"),
        mistake("reminder.txt", "  \n"),
        mistake("quarantined.txt", endless),
    ];
    insta::assert_snapshot!(mistakes.join("\n\n"), @r"
    no letter uses a template called `acknowledgment.txt`; did you mean `acknowledgement.txt`?

    template `overdue.txt`, line 2: undefined value
        {{ sektion.count }}
    Mend this line, or remove the file to get the shipped wording back.

    template `overdue.txt`, line 3: syntax error: unexpected end of input, expected end of block
        {% if section %}
    Mend this line, or remove the file to get the shipped wording back.

    template `digest.html`, line 1: unknown filter: filter shout is unknown
        {{ today|shout }}
    Mend this line, or remove the file to get the shipped wording back.

    template `reminder.txt` writes nothing for a sample letter
    Give it some words, or remove the file to get the shipped wording back.

    template `quarantined.txt`, line 1: engine ran out of fuel
        {% for i in range(9999) %}{% for j in range(9999) %}x{% endfor %}{% endfor %}
    Mend this line, or remove the file to get the shipped wording back.
    ");
}

#[test]
fn debug_shows_no_mail() {
    let mail = write(&sample(LetterKind::Acknowledgement));
    let shown = format!("{mail:?}");
    assert!(!shown.contains("Ada") && !shown.contains("example"), "{shown}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_people_are_called_the_mail_is_well_formed(name in "\\PC{0,80}|[\\s\\S]{0,400}", subject in "[\\s\\S]{0,400}") {
        let mut letter = sample(LetterKind::Acknowledgement);
        letter.to.name = Some(PersonName(name));
        letter.thread.subject = Some(subject);
        let mail = write(&letter);
        let raw = String::from_utf8(mail.raw.clone()).unwrap();
        proptest::prop_assert!(raw.is_ascii());
        proptest::prop_assert!(raw.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
        let headers = headers(&mail);
        let names: Vec<&str> = headers
            .lines()
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').map_or("", |(name, _)| name))
            .collect();
        proptest::prop_assert_eq!(names.join(" "), "From To Reply-To Subject Date Message-ID \
            In-Reply-To References Auto-Submitted X-Auto-Response-Suppress X-Mailtriage-Token \
            MIME-Version Content-Type");
    }
}
