//! Commands as people type them, and prose that must not become one.

use std::fmt::Write;

use crate::command::read::without_key;
use crate::command::{Said, read};
use crate::mail;

const KEY: &str = "key-aaaaaaaabbbbbbbbccccccccddddddddeeeeeeeeff";

/// The commands of a mail, one a line: reference, verb, words.
fn commands(subject: &str, body: &str) -> String {
    commands_in(&format!("From: grace@example.org\nSubject: {subject}\n\n{body}"), None)
}

fn commands_in(raw: &str, title: Option<&str>) -> String {
    let mut shown = String::new();
    for line in read(&mail::read(raw.as_bytes()), "SEC", title) {
        let reference = line.reference.map(|reference| format!("{reference} "));
        let key = if line.key.is_some() { " (key)" } else { "" };
        let said = match line.said {
            Said::Command { verb, words } => format!("{}|{words}", verb.name()),
            Said::Unknown { word, nearest } => format!("{word}? {}", nearest.name()),
        };
        writeln!(shown, "{}{said}{key}", reference.unwrap_or_default()).unwrap();
    }
    shown
}

#[test]
fn in_the_subject() {
    let cases = [
        ("[SEC-2026-0042] assign me", "SEC-2026-0042 assign|me\n"),
        ("Re: [SEC-2026-0042] assign me", "SEC-2026-0042 assign|me\n"),
        ("AW: Re: sec-2026-0042: Assign Me.", "SEC-2026-0042 assign|Me\n"),
        ("SEC-2026-0042 – close – duplicate", "SEC-2026-0042 close|duplicate\n"),
        ("[SEC-2026-0042] “urgent”", "SEC-2026-0042 urgent|\n"),
        ("[SEC-2026-0042] colse", "SEC-2026-0042 colse? close\n"),
        (
            "[SEC-2026-0042]\n close because\n it is done",
            "SEC-2026-0042 close|because it is done\n",
        ),
        ("help", "help|\n"),
        ("Re: help", "help|\n"),
        ("[SEC-2026-0042] Passports", ""),
        ("Re: [SEC-2026-0042] Urgent: the server", ""),
        ("Re: [SEC-2026-0042] Close-up of the door", ""),
    ];
    for (subject, expected) in cases {
        assert_eq!(commands(subject, ""), expected, "{subject}");
    }
}

#[test]
fn the_subject_of_the_request_is_no_command() {
    for (subject, title) in [
        ("Re: [SEC-2026-0042] Close the gap in our wall", "Close the gap in our wall"),
        ("Re: [SEC-2026-0042] Reply due today: Passports", "Passports"),
        ("Re: [SEC-2026-0042] Reply overdue: (no subject)", ""),
        ("Re: Ask for a review", "Ask for a review"),
    ] {
        let raw = format!("From: grace@example.org\nSubject: {subject}\n\nassign me");
        assert_eq!(commands_in(&raw, Some(title)), "assign|me\n", "{subject}");
    }
}

#[test]
fn at_the_top_of_the_body() {
    let cases = [
        ("assign me", "assign|me\n"),
        ("\n\nAssign me!\n\nThanks\nGrace", "assign|me\n"),
        ("- assign Ada Byron\n- note rang them", "assign|Ada Byron\nnote|rang them\n"),
        ("1. urgent\n2) status please", "urgent|\nstatus|\n"),
        (
            "SEC-2026-0042 close\n[SEC-2026-0043]: close duplicate of 42",
            "SEC-2026-0042 close|\nSEC-2026-0043 close|duplicate of 42\n",
        ),
        (
            "redirect physical security doors are theirs",
            "redirect|physical security doors are theirs\n",
        ),
        (
            "reply Dear Ada,\n\nclose the door.\n\nBye",
            "reply|Dear Ada,\n\nclose the door.\n\nBye\n",
        ),
        ("reply\nYes.", "reply|Yes.\n"),
        ("assign me\nasign ada\nclose", "assign|me\nasign? assign\nclose|\n"),
        ("Hello,\nassign me", ""),
        ("Help me to understand this", ""),
        ("Chose this one because it is the better of the two", ""),
        ("status\n\n> close\n> spam", "status|\n"),
        ("close\n\n-- \nGrace\nreopen", "close|\n"),
        ("", ""),
    ];
    for (body, expected) in cases {
        assert_eq!(commands("Re: Passports", body), expected, "{body}");
    }
}

#[test]
fn a_long_line_that_a_mail_program_broke_is_one() {
    let body = "redirect physical-security the question is about doors and locks and who\n\
                may have the keys to them\nstatus";
    assert_eq!(
        commands("Re: Doors", body),
        "redirect|physical-security the question is about doors and locks and who may have the keys \
         to them\nstatus|\n"
    );
}

#[test]
fn a_link_carries_its_key_in_the_subject_and_its_words_in_the_body() {
    let subject = |verb: &str| format!("[SEC-2026-0042] {verb} {KEY}");
    let cases = [
        ("assign me", "", "SEC-2026-0042 assign|me (key)\n"),
        ("reply", "close the door.\n\nBye", "SEC-2026-0042 reply|close the door.\n\nBye (key)\n"),
        ("redirect", "hr not ours\n\nGrace", "SEC-2026-0042 redirect|hr not ours (key)\n"),
        ("close", "", "SEC-2026-0042 close| (key)\n"),
        ("close", "note they rang\n", "SEC-2026-0042 close| (key)\nnote|they rang\n"),
    ];
    for (verb, body, expected) in cases {
        assert_eq!(commands(&subject(verb), body), expected, "{verb}: {body}");
    }
    assert_eq!(
        without_key(&format!("Re: [SEC-2026-0042] close {KEY}")),
        "Re: [SEC-2026-0042] close"
    );
}

#[test]
fn html_only() {
    let raw = "From: grace@example.org\nSubject: Re: [SEC-2026-0042] Passports\n\
               Content-Type: text/html; charset=utf-8\n\n\
               <div>Assign&nbsp;me</div><ul><li>note \u{201c}rang them\u{201d}</li></ul>\
               <div>On 7 December 2026 the desk wrote:</div>\
               <blockquote>close</blockquote>";
    assert_eq!(commands_in(raw, Some("Passports")), "assign|me\nnote|rang them\n");
}

#[test]
fn hostile_mail_is_read_quickly() {
    let many = commands("x", &"status\n".repeat(20_000));
    assert_eq!(many.lines().count(), 50);
    commands(&"SEC-2026-0042 ".repeat(3_000), &"close \u{fdfa}".repeat(20_000));
}
