//! Whole letters, as people and mail programs get them.

use std::collections::{BTreeMap, BTreeSet};

use crate::letter::{Frame, Keyring, OutgoingMail, TemplateError, Templates, samples};
use crate::mail::address::PersonName;
use crate::mail::{EmailAddress, MessageId};
use crate::triage::letters::{Content, Letter, Thread};
use crate::triage::{LetterKind, Reference};

fn shipped() -> Templates {
    Templates::load(&BTreeMap::new()).unwrap()
}

fn write(letter: &Letter) -> OutgoingMail {
    let team = samples::team().unwrap();
    let keyring = Keyring::new(b"a secret of the desk");
    let message_id = keyring.message_id([1; 10], team.address.domain());
    let token = keyring.token(&message_id);
    let frame = Frame { team: &team, message_id: &message_id, written_at: samples::now(), token };
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
