//! Numbers and labels at the start of a row.

use super::Question;
use super::marks::{heading, label_at, number_at, without_answer_tag};

#[test]
fn a_number_of_a_list_is_known_in_every_style() {
    for (text, number, rest) in [
        ("1. Ada", 1, "Ada"),
        ("2) Ada", 2, "Ada"),
        ("(3) Ada", 3, "Ada"),
        ("Q4: Ada", 4, "Ada"),
        ("q5. Ada", 5, "Ada"),
        ("#6 Ada", 6, "Ada"),
        ("1 - Ada", 1, "Ada"),
        ("iv. Ada", 4, "Ada"),
        ("(vi) Ada", 6, "Ada"),
        ("one: Ada", 1, "Ada"),
        ("Question 2 - Ada", 2, "Ada"),
        ("3.", 3, ""),
        ("4", 4, ""),
        ("[5] Ada", 5, "Ada"),
        ("a) Ada", 1, "Ada"),
    ] {
        let found = number_at(text).unwrap_or_else(|| panic!("no number in {text}"));
        assert_eq!((found.numbers.as_slice(), found.rest), ([number].as_slice(), rest), "{text}");
    }
}

#[test]
fn a_number_inside_a_sentence_is_none() {
    for text in [
        "3/2 - roadmap",
        "10:30 in the morning",
        "2 - 4 weeks",
        "6.5 million people",
        "1 December 2026",
        "20.000 tags",
        "i.e. the gateway",
        "2027-06-01",
        "one of you could come",
        "40,000 families",
    ] {
        assert_eq!(number_at(text), None, "{text}");
    }
}

#[test]
fn one_number_may_stand_for_two_questions() {
    for text in ["1 & 2: both", "1/2: both", "Q1 and Q2: both", "1, 2) both"] {
        let found = number_at(text).unwrap();
        assert_eq!((found.numbers, found.rest), (vec![1, 2], "both"), "{text}");
    }
}

#[test]
fn a_label_parts_question_and_answer() {
    for (text, question, rest) in [
        ("Who for: the bureau", Question::WorkFor, "the bureau"),
        ("who is it for? the bureau", Question::WorkFor, "the bureau"),
        ("*Why is it important?* Because", Question::Importance, "Because"),
        ("Customer.......: the bureau", Question::WorkFor, "the bureau"),
        ("what is your need - guidance", Question::Need, "guidance"),
        ("Skills -> radio", Question::Skills, "radio"),
        ("Skills\tradio", Question::Skills, "radio"),
        ("What is your need? Would it do? Or not?", Question::Need, "Would it do? Or not?"),
    ] {
        let found = label_at(text).unwrap_or_else(|| panic!("no label in {text}"));
        assert_eq!((found.asked[0].question, found.rest), (question, rest), "{text}");
    }
}

#[test]
fn a_sentence_with_a_colon_is_no_label() {
    for text in [
        "Team - as my deputy suggested",
        "Tel: 0300 000 0000",
        "Name: Ada",
        "Who to call when I'm off: Bev",
        "We need - honestly - a review",
        "Vendor call at 10:30",
        "Hello: all",
    ] {
        assert_eq!(label_at(text), None, "{text}");
    }
}

#[test]
fn headings_stand_alone() {
    assert!(heading("WHY IT MATTERS").is_some());
    assert!(heading("Milestone").is_some());
    assert!(heading("Cyber Consultancy Team").is_none(), "a weak cue is no heading");
    assert!(heading("We need help").is_none(), "a sentence");
    assert!(heading("Skills and knives.").is_none());
}

#[test]
fn tags_of_the_writer_are_taken_off() {
    assert_eq!(without_answer_tag("[RH] the answer"), "the answer");
    assert_eq!(without_answer_tag("A: the answer"), "the answer");
    assert_eq!(without_answer_tag("A3. the answer"), "the answer");
    assert_eq!(without_answer_tag("- the answer"), "the answer");
    assert_eq!(without_answer_tag("[redacted] stays"), "[redacted] stays");
}
