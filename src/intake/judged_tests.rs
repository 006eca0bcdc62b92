//! What is made of the answers of the network: sentences chosen, joined and cut; layouts first.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::mail;

use super::Question::{self, Consequence, Importance, Milestone, Need, Skills, WorkFor};
use super::testing::Oracle;
use super::{Layout, Reader, Reading, read};

fn reading(oracle: Oracle, body: &str) -> Reading {
    let raw = format!("From: ada@office.example\r\nSubject: x\r\n\r\n{body}\r\n");
    let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
    read(&Reader::by_cues().with_model(Arc::new(oracle)), &mail::read(raw.as_bytes()), monday)
}

fn text(reading: &Reading, question: Question) -> Option<&str> {
    reading.answers.get(&question).map(|answer| answer.text.as_str())
}

#[test]
fn the_likeliest_sentence_answers() {
    let oracle = Oracle::default().answers("The choir sings", WorkFor, 0.7).answers(
        "The orchestra plays.",
        WorkFor,
        0.99,
    );
    let reading = reading(oracle, "The choir sings. Nobody dances. The orchestra plays. It rains.");
    assert_eq!(text(&reading, WorkFor), Some("The orchestra plays."));
    assert_eq!(text(&reading, Skills), None, "nothing is made up");
}

#[test]
fn sentences_side_by_side_answer_together() {
    let oracle = Oracle::default().answers("The choir sings.", Importance, 0.99).answers(
        "It is old.",
        Importance,
        0.95,
    );
    let reading = reading(oracle, "Hello. The choir sings. It is old. It rains.");
    assert_eq!(text(&reading, Importance), Some("The choir sings. It is old."));
}

#[test]
fn only_the_words_that_answer_are_taken() {
    let oracle = Oracle::default().answers("a steel band for the yard", Need, 0.99);
    let reading = reading(oracle, "We met on Friday and, frankly, a steel band for the yard");
    assert_eq!(text(&reading, Need), Some("a steel band for the yard"));
}

#[test]
fn layout_comes_first_and_the_network_fills_what_it_leaves_open() {
    let body = "1. The print team\r\n2. Letters go astray\r\n\r\nWe stop the press then.";
    let oracle = Oracle::default()
        .answers("Letters go astray", WorkFor, 0.99)
        .answers("We stop the press then.", Consequence, 0.99)
        .answers("We stop the press then.", Importance, 0.99);
    let reading = reading(oracle, body);
    assert_eq!(text(&reading, WorkFor), Some("The print team"));
    assert_eq!(text(&reading, Importance), Some("Letters go astray"));
    assert_eq!(text(&reading, Consequence), Some("We stop the press then."));
    assert_eq!(reading.answers.get(&WorkFor).unwrap().layout, Layout::Numbered);
    assert_eq!(reading.answers.get(&Consequence).unwrap().layout, Layout::Prose);
    assert_eq!(text(&reading, Milestone), None);
}

#[test]
fn greetings_and_headings_answer_nothing() {
    let oracle =
        Oracle::default().answers("Dear all", WorkFor, 0.99).answers("Weather:", Need, 0.99);
    let reading = reading(oracle, "Dear all,\r\n\r\nWeather:\r\n\r\nNothing today.");
    assert!(reading.answers.is_empty());
}
