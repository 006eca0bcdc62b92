//! Whole readings: kind, route, urgency, and that no text can break the reader.

use chrono::NaiveDate;
use proptest::prelude::*;

use crate::mail::{self, Line, Origin};

use super::found::{Setting, Talk};
use super::judged::Network;
use super::{Kind, Layout, Question, Reader, Reading, Route, combined, read};

fn reading(headers: &str, body: &str) -> Reading {
    let raw = format!(
        "From: Ada <ada@office.example>\r\nTo: <team@security.example>\r\n{headers}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        body.replace('\n', "\r\n")
    );
    read(&Reader::by_cues(), &mail::read(raw.as_bytes()), monday())
}

fn monday() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 16).unwrap()
}

const IN_THREAD: &str = "Subject: Re: kiosks\r\nIn-Reply-To: <77@security.example>\r\n";

#[test]
fn requests_follow_ups_and_disputes_are_told_apart() {
    for (headers, body, kind, reason) in [
        (
            "Subject: kiosks\r\n",
            "Could you review our kiosk design?",
            Kind::Request,
            "a first mail",
        ),
        (
            "Subject: Re: kiosks\r\n",
            "Could you review our kiosk design?",
            Kind::Request,
            "a reply to nobody",
        ),
        (
            IN_THREAD,
            "Here is the drawing that you wanted to see.",
            Kind::FollowUp,
            "it answers one of ours",
        ),
        (
            "Subject: Re: [SEC-2026-0042] kiosks\r\n",
            "Here is the drawing.",
            Kind::FollowUp,
            "it carries our reference",
        ),
        (
            "Subject: kiosks\r\n",
            "Further to our call, is there any news on this?",
            Kind::FollowUp,
            "only its words go on",
        ),
        (
            IN_THREAD,
            "We do not accept this. Please reconsider the decision.",
            Kind::Dispute,
            "plain words",
        ),
        (
            IN_THREAD,
            "I would like to complain about being turned away.",
            Kind::Dispute,
            "other words",
        ),
        (
            IN_THREAD,
            "Thanks. Our board refused the extra money, so we take your second option.",
            Kind::FollowUp,
            "somebody else refused",
        ),
        (
            "Subject: advice\r\nIn-Reply-To: <1@office.example>\r\n",
            "Could you advise us on kiosks?",
            Kind::Request,
            "a thread among colleagues",
        ),
    ] {
        assert!(reading(headers, body).kind == kind, "{reason}");
    }
}

#[test]
fn oblique_words_in_a_thread_are_understood() {
    for (headers, body, kind, reason) in [
        (IN_THREAD, "Could this be looked at again by someone else?", Kind::Dispute, "obliquely"),
        (
            IN_THREAD,
            "Exactly what we needed. The supplier and I still disagree about the bill.",
            Kind::FollowUp,
            "a quarrel with somebody else",
        ),
        (
            IN_THREAD,
            "I use this old thread for a new project. Could you review the hosting of our booking service before 18 January 2027?",
            Kind::Request,
            "new work in an old thread",
        ),
        (
            "Subject: Declined: SEC-2026-0042\r\n",
            "Could we do Friday instead?",
            Kind::FollowUp,
            "the answer to an invitation",
        ),
        (
            "Subject: our form\r\n",
            "I wrote to you on 3 May and have not heard anything.",
            Kind::FollowUp,
            "a chaser without a thread",
        ),
    ] {
        assert!(reading(headers, body).kind == kind, "{reason}");
    }
}

#[test]
fn a_mail_goes_to_the_team_it_belongs_to() {
    for (body, route, reason) in [
        ("Could you review how our API signs its calls?", Route::Consultancy, "in scope"),
        (
            "Ten minutes ago I typed my password into a strange page and now my account has been taken over.",
            Route::Incident,
            "it is happening",
        ),
        (
            "Could you review our incident response plan? If a laptop was stolen we would not know what to do.",
            Route::Consultancy,
            "incidents as a topic",
        ),
        (
            "I left my laptop on the bus this morning, it was not locked.",
            Route::Incident,
            "a lost device",
        ),
        (
            "We need advice on door locks, turnstiles and the fence around the car park.",
            Route::PhysicalSecurity,
            "a building",
        ),
        (
            "We need a review of the network that the card readers and the CCTV servers use.",
            Route::Consultancy,
            "systems in a building",
        ),
        (
            "My vetting has been stuck for weeks. Can you chase my SC clearance, and may I start on BPSS?",
            Route::PersonnelSecurity,
            "a clearance",
        ),
        (
            "Could you sign off our DPIA, and tell us what to redact in a subject access request?",
            Route::DataProtection,
            "the law",
        ),
        (
            "Our DPIA is done. Could you review the encryption and the hosting of the database?",
            Route::Consultancy,
            "the measures",
        ),
        (
            "I am locked out, please reset my password. I also want a new laptop.",
            Route::OtherTeam,
            "service desk",
        ),
    ] {
        let found = reading("Subject: a question\r\n", body);
        assert!(found.route == route, "{reason}: {:?}", found.route);
        let needs_reason = route != Route::Consultancy;
        assert_eq!(found.route_because.is_empty(), !needs_reason, "{reason}");
    }
}

#[test]
fn urgent_is_what_cannot_wait() {
    for (body, urgent, reason) in [
        (
            "Somebody is in our mailbox right now: it sent out mails that I never wrote.",
            true,
            "an incident",
        ),
        (
            "Our go-live is tomorrow at 10. Could one of you check the fix tonight? Ring me at any hour.",
            true,
            "a decision within a day",
        ),
        (
            "Our board sits at 4 this afternoon and will stop the pilot. Could one of you look at one page?",
            true,
            "what hangs on an hour of the day",
        ),
        (
            "The board sits at 4 this afternoon, but can you advise whenever it suits you? No rush.",
            false,
            "an hour without haste",
        ),
        ("URGENT!!! Could you review our design by the end of March?", false, "shouting alone"),
        (
            "The workshop is tomorrow. Could you review our notes some time in May?",
            false,
            "a date alone",
        ),
    ] {
        assert_eq!(reading("Subject: help\r\n", body).urgent, urgent, "{reason}");
    }
}

#[test]
fn a_machine_asks_for_nothing() {
    let found = reading(
        "Subject: Automatic reply: kiosks\r\nAuto-Submitted: auto-replied\r\n",
        "Need: leave me alone. Urgent: ring Bob.",
    );
    assert!(found.kind == Kind::AutoReply);
    assert!(found.answers.is_empty() && found.need_kinds.is_empty() && !found.urgent);
    assert_eq!(found.route, Route::None);
}

#[test]
fn prose_is_read_sentence_by_sentence() {
    let found = reading(
        "Subject: kiosks\r\n",
        "Hello all,\n\nI look after the visitor kiosks at six prisons. Every week 4,000 families type their home \
         addresses into them. Could you look at the lock-down of the screens? If we don't fix it we have to switch \
         them off. Somebody who knows Windows kiosk mode would be best. The pilot starts on 1 December.\n\nAda",
    );
    let text = |question| {
        found.answers.get(&question).map(|answer| answer.text.as_str()).unwrap_or_default()
    };
    assert!(text(Question::WorkFor).contains("visitor kiosks"));
    assert!(text(Question::Importance).contains("4,000 families"));
    assert!(text(Question::Need).contains("lock-down"));
    assert!(text(Question::Consequence).contains("switch them off"));
    assert!(text(Question::Skills).contains("kiosk mode"));
    assert!(text(Question::Milestone).contains("1 December"));
    assert_eq!(found.milestone.map(|days| days.from), NaiveDate::from_ymd_opt(2026, 12, 1));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_the_reader(
        lines in prop::collection::vec((any::<String>(), 0_u8..5), 0..40),
        marked in prop::collection::vec("[>\\-(]{0,2}(Q?[0-9ivx]{1,3}[.):&\t-]|Need|Why|When|Who for)? ?[?:\t ]?\\PC{0,20}", 0..40),
    ) {
        let origin = |number| match number {
            0 => Origin::Quoted(1),
            1 => Origin::Forwarded,
            2 => Origin::QuoteHeader,
            _ => Origin::Own,
        };
        let lines: Vec<Line> = lines
            .into_iter()
            .map(|(text, number)| Line { text, origin: origin(number) })
            .chain(marked.into_iter().map(|text| Line { text, origin: Origin::Own }))
            .collect();
        for answer in combined::read(&lines, Setting { written_on: monday(), talk: Talk::Opens }, &Network::none()).answers.values() {
            prop_assert!(answer.text.chars().any(char::is_alphanumeric));
            prop_assert!((0.0..=1.0).contains(&answer.confidence));
        }
    }
}

/// A hostile mail of a megabyte is read in about the time of a long letter times its length.
#[test]
fn a_huge_mail_is_read_in_bounded_work() {
    for text in
        ["1. 2. 3. 4. 5. 6. ", "Who for? Why? Need: ", "(((((((", "a\tb\tc\t", "? : - ? : - "]
    {
        let lines: Vec<Line> =
            (0..5_000).map(|_| Line { text: text.repeat(10), origin: Origin::Own }).collect();
        let found = combined::read(
            &lines,
            Setting { written_on: monday(), talk: Talk::Opens },
            &Network::none(),
        );
        assert!(found.answers.len() <= Question::ALL.len());
    }
}

#[test]
fn incidents_are_told_from_their_topic() {
    for (body, is_incident, reason) in [
        (
            "Our server is being encrypted by ransomware right now. Please help immediately.",
            true,
            "an attack",
        ),
        ("We want advice on a ransomware plan, please, by this Friday.", false, "a plan"),
        (
            "An officer gave her username and password to a caller this morning.",
            true,
            "credentials given away",
        ),
        (
            "I have just emailed a list of victims to a member of the public by mistake.",
            true,
            "data gone astray",
        ),
        ("We encrypt our files and review the keys each year.", false, "nothing happened"),
        ("My bag was taken at the station an hour ago. The laptop is in it.", true, "a thing lost"),
        (
            "There is a stranger in the plant room without a badge. Who do I call?",
            true,
            "a stranger inside",
        ),
        (
            "Strangers keep filming the gate and one has been seen inside. Police are aware.",
            true,
            "no set phrase, and no work is asked for",
        ),
        (
            "The police want to launch a pilot. Could you review what was stolen last year?",
            false,
            "words of harm in planned work",
        ),
    ] {
        let reading = reading("Subject: x\r\n", body);
        assert_eq!(reading.route == Route::Incident, is_incident, "{reason}");
        assert_eq!(reading.urgent, is_incident, "{reason}");
    }
}

#[test]
fn a_few_numbers_in_an_answer_go_on_with_the_six_questions() {
    let text = |reading: &Reading, question| {
        reading.answers.get(&question).map(|answer| answer.text.clone())
    };
    let two = reading(IN_THREAD, "Sorry, I forgot:\n\n2. Ministers asked\n4. A review");
    assert_eq!(text(&two, Question::Importance).as_deref(), Some("Ministers asked"));
    assert_eq!(text(&two, Question::Need).as_deref(), Some("A review"));
    let one = reading(IN_THREAD, "6. early March");
    assert_eq!(text(&one, Question::Milestone).as_deref(), Some("early March"));

    for (body, reason) in [
        ("1. yes\n2. done", "answers to other questions"),
        ("On your three points:\n1. It rotates\n2. They hold it\n3. I'll ask", "somebody's points"),
        ("1. It rotates\n2. They hold it\n\n> 1. Which key?\n> 2. Who holds it?", "a quoted list"),
    ] {
        assert!(reading(IN_THREAD, body).answers.is_empty(), "{reason}");
    }
    assert!(reading("Subject: x\r\n", "2. Ministers asked\n4. A review").answers.len() < 2);
}

#[test]
fn a_long_mail_is_read_as_far_as_it_can_matter() {
    let form = "Who for: the bureau\nWhy: it leaks\nBy when: 14 December 2026\n";
    let quoted = "> They wrote a line like this one.\n".repeat(3_000);
    let told = "And so it went on, for we had much to say of it.\n".repeat(1_500);
    for (body, expected, reason) in [
        (format!("{form}\n{told}"), 3, "what follows changes nothing"),
        (format!("{quoted}\n{form}"), 3, "what others wrote does not count"),
        (format!("{told}\n{form}"), 0, "beyond ten thousand words nobody asks"),
    ] {
        let answers = reading("Subject: The bureau\r\n", &body).answers;
        let marked = answers.values().filter(|answer| answer.layout == Layout::Labels);
        assert_eq!(marked.count(), expected, "{reason}");
    }
}
