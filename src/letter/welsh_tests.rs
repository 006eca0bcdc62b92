//! Letters in Welsh and English, whole, and what happens when the Welsh cannot be written.

use std::collections::BTreeMap;

use crate::letter::welsh::{Languages, has_welsh};
use crate::letter::{Frame, Keyring, OutgoingMail, TemplateError, Templates, samples};
use crate::mail::MessageId;
use crate::mail::address::PersonName;
use crate::triage::LetterKind;
use crate::triage::letters::{Content, Letter};

fn write(templates: &Templates, letter: &Letter) -> OutgoingMail {
    let (team, id) = (samples::team().unwrap(), MessageId::made("a@example.org".to_owned()));
    let frame = Frame {
        team: &team,
        message_id: &id,
        written_at: samples::now(),
        token: String::new(),
        keyring: &Keyring::new(b""),
        keys_expire_at: samples::now(),
        enclosed: &[],
        consultants: &[],
        teams: &[],
    };
    templates.write(letter, &frame).unwrap()
}

fn templates(own: &[(&str, &str)], languages: Languages) -> Templates {
    let own: BTreeMap<String, String> =
        own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    Templates::load(&own).unwrap().in_languages(languages)
}

fn sample(kind: LetterKind) -> Letter {
    samples::letters().into_iter().find(|letter| letter.content.kind() == kind).unwrap()
}

fn acknowledgement(writes_welsh: bool) -> Letter {
    let mut letter = sample(LetterKind::Acknowledgement);
    let Content::Acknowledgement { request } = &mut letter.content else {
        unreachable!("asked for by kind");
    };
    request.writes_welsh = writes_welsh;
    letter
}

#[test]
fn the_welsh_of_every_letter_to_a_requester() {
    let shipped = templates(&[], Languages::EnglishAndWelsh);
    assert!(shipped.welsh_faults().is_empty());
    for letter in samples::letters().iter().filter(|letter| !has_welsh(letter)) {
        assert!(!write(&shipped, letter).text.contains("Gymraeg"));
    }
    let told: Vec<String> = samples::letters()
        .iter()
        .filter(|letter| has_welsh(letter))
        .map(|letter| {
            let mail = write(&shipped, letter);
            let (welsh, english) = mail.text.split_once("\n* * *\n").unwrap();
            let alone = write(&templates(&[], Languages::English), letter);
            assert_eq!(english.trim(), alone.text.trim(), "the English is the same as alone");
            assert!(mail.html.contains("<html lang=\"cy\">"));
            assert!(mail.html.contains("<div class=\"page\" lang=\"cy\">"));
            assert!(mail.html.contains("<div class=\"page\" lang=\"en\">"));
            assert!(mail.text.lines().all(|line| line.chars().count() <= 72));
            format!("{}\n{}", letter.content.kind().name(), welsh)
        })
        .collect();
    insta::assert_snapshot!("welsh", told.join("\n\n=====\n\n"));
}

#[test]
fn who_writes_welsh_is_answered_in_both_languages_unless_the_setting_says_otherwise() {
    let cases = [
        (Languages::English, true, false),
        (Languages::English, false, false),
        (Languages::AsWritten, true, true),
        (Languages::AsWritten, false, false),
        (Languages::EnglishAndWelsh, false, true),
    ];
    for (languages, writes_welsh, expected) in cases {
        let mail = write(&templates(&[], languages), &acknowledgement(writes_welsh));
        assert_eq!(mail.text.contains("Byddwn yn ateb erbyn dydd Mercher"), expected);
        assert_eq!(mail.html.contains("Byddwn yn ateb erbyn dydd Mercher"), expected);
        assert!(mail.text.contains("We will reply by Wednesday 30 December 2026."));
        assert_eq!(mail.html.contains("lang=\"cy\""), expected);
    }
}

#[test]
fn a_letter_whose_welsh_is_missing_or_broken_goes_out_in_english_and_check_names_the_file() {
    let broken = "Annwyl {{ nobody }}";
    let cases: [(&str, &[(&str, &str)]); 6] = [
        ("own English, no Welsh", &[("acknowledgement.txt", "Ours")]),
        ("unknown name", &[("cy/acknowledgement.html", broken)]),
        ("syntax", &[("cy/acknowledgement.txt", "{% if request %}")]),
        ("empty", &[("cy/acknowledgement.txt", "  ")]),
        ("a piece that all use", &[("cy/parts.txt", "{% macro greeting(person) %}")]),
        ("a layout that forgets the Welsh", &[("layout.html", "{% block main %}{% endblock %}")]),
    ];
    let mut told = Vec::new();
    for (what, own) in cases {
        let templates = templates(own, Languages::EnglishAndWelsh);
        let mail = write(&templates, &acknowledgement(true));
        assert!(!mail.text.contains("Gymraeg") && !mail.html.contains("Gymraeg"), "{what}");
        let faults: Vec<String> =
            templates.welsh_faults().iter().map(TemplateError::to_string).collect();
        assert!(!faults.is_empty(), "{what}");
        let first = faults.first().and_then(|fault| fault.lines().next()).unwrap();
        told.push(format!("{what} ({}): {first}", faults.len()));
        assert!(templates.in_languages(Languages::English).welsh_faults().is_empty());
    }
    insta::assert_snapshot!(told.join("\n"), @r"
    own English, no Welsh (1): template `cy/acknowledgement.txt` is missing: `acknowledgement.txt` is your own wording and has no Welsh
    unknown name (1): template `cy/acknowledgement.html`, line 1: undefined value
    syntax (1): template `cy/acknowledgement.txt`, line 1: syntax error: unexpected end of input, expected end of block
    empty (1): template `cy/acknowledgement.txt` writes nothing for a sample letter
    a piece that all use (1): template `cy/parts.txt`, line 1: syntax error: unexpected end of input, expected end of block
    a layout that forgets the Welsh (1): template `layout.html` does not show the value `welsh`
    ");
}

#[test]
fn a_fault_in_one_letter_leaves_the_others_in_welsh() {
    let templates = templates(&[("cy/closed.txt", "{{ oops }}")], Languages::EnglishAndWelsh);
    assert!(write(&templates, &sample(LetterKind::Redirected)).text.contains("Gymraeg"));
    assert!(!write(&templates, &sample(LetterKind::Closed)).text.contains("Gymraeg"));
}

#[test]
fn what_a_stranger_writes_stays_text_in_welsh_too() {
    let mut letter = acknowledgement(true);
    let Content::Acknowledgement { request } = &mut letter.content else {
        unreachable!("asked for by kind");
    };
    let hostile = "</div><script>alert(1)</script>{{ team.ciso }}";
    request.answers[0].text = Some(hostile.to_owned());
    letter.to.name = Some(PersonName(hostile.to_owned()));
    let mail = write(&templates(&[], Languages::AsWritten), &letter);
    assert!(!mail.html.contains("<script>"));
    assert_eq!(mail.html.matches("&lt;script&gt;").count(), 4);
    assert!(mail.text.contains("{{ team.ciso }}"));
}
