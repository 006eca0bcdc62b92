//! Welsh words for days, turned into the English ones that all other readers know.
//!
//! People in Wales write to the desk in Welsh, or name a day in Welsh in an English mail.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::known_words::{kind_of, role_of};
use super::tokens::{Kind, Token};

/// A longer phrase stands before a shorter one that it begins with.
const PHRASES: &[(&str, &str)] = &[
    ("dydd gŵyl dewi", "st david day"),
    ("dydd gwyl dewi", "st david day"),
    ("gŵyl dewi", "st david day"),
    ("gwyl dewi", "st david day"),
    ("dydd llun", "monday"),
    ("dydd mawrth", "tuesday"),
    ("dydd mercher", "wednesday"),
    ("dydd iau", "thursday"),
    ("dydd gwener", "friday"),
    ("dydd sadwrn", "saturday"),
    ("dydd sul", "sunday"),
    ("ddydd llun", "monday"),
    ("ddydd mawrth", "tuesday"),
    ("ddydd mercher", "wednesday"),
    ("ddydd iau", "thursday"),
    ("ddydd gwener", "friday"),
    ("ddydd sadwrn", "saturday"),
    ("ddydd sul", "sunday"),
    ("yr wythnos yn dechrau", "week commencing"),
    ("wythnos yn dechrau", "week commencing"),
    ("yr wythnos nesaf", "next week"),
    ("wythnos nesaf", "next week"),
    ("yr wythnos hon", "this week"),
    ("y mis nesaf", "next month"),
    ("mis nesaf", "next month"),
    ("y mis hwn", "this month"),
    ("y flwyddyn nesaf", "next year"),
    ("flwyddyn nesaf", "next year"),
    ("y flwyddyn newydd", "new year"),
    ("y nadolig", "christmas"),
    ("nadolig", "christmas"),
    ("y pasg", "easter"),
    ("pasg", "easter"),
    ("y gwanwyn", "spring"),
    ("yr haf", "summer"),
    ("yr hydref", "autumn"),
    ("y gaeaf", "winter"),
    ("mewn pythefnos", "in a fortnight"),
    ("ymhen pythefnos", "in a fortnight"),
    ("ymhen dwy wythnos", "in two weeks"),
    ("ymhen tair wythnos", "in three weeks"),
    ("ymhen pedair wythnos", "in four weeks"),
    ("ymhen chwe wythnos", "in six weeks"),
    ("ymhen mis", "in a month"),
    ("yfory", "tomorrow"),
    ("heddiw", "today"),
    ("heno", "tonight"),
    ("diwedd mis", "end of"),
    ("ddiwedd mis", "end of"),
    ("diwedd", "end of"),
    ("ddiwedd", "end of"),
    ("dechrau mis", "beginning of"),
    ("dechrau", "beginning of"),
    ("ddechrau", "beginning of"),
    ("canol mis", "middle of"),
    ("canol", "middle of"),
    ("ganol", "middle of"),
    ("ar ôl", "after"),
    ("cyn", "before"),
    ("erbyn", "by"),
    ("nesaf", "next"),
    ("mis ionawr", "january"),
    ("ionawr", "january"),
    ("chwefror", "february"),
    ("mawrth", "march"),
    ("fawrth", "march"),
    ("ebrill", "april"),
    ("mis mai", "may"),
    ("mis mehefin", "june"),
    ("mehefin", "june"),
    ("fehefin", "june"),
    ("gorffennaf", "july"),
    ("orffennaf", "july"),
    ("awst", "august"),
    ("mis medi", "september"),
    ("hydref", "october"),
    ("tachwedd", "november"),
    ("dachwedd", "november"),
    ("rhagfyr", "december"),
    ("ragfyr", "december"),
];

/// Names too short to be Welsh anywhere but behind the number of a day.
const BEHIND_A_NUMBER: &[(&str, &str)] =
    &[("mai", "may"), ("fai", "may"), ("medi", "september"), ("fedi", "september")];

pub(super) fn in_english(tokens: Vec<Token>) -> Vec<Token> {
    static FIRST_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let welsh = PHRASES.iter().chain(BEHIND_A_NUMBER).map(|(welsh, _)| *welsh);
        welsh.filter_map(|welsh| welsh.split(' ').next()).collect()
    });
    let is_welsh =
        |token: &Token| !token.word.is_empty() && FIRST_WORDS.contains(token.word.as_str());
    if !tokens.iter().any(is_welsh) {
        return tokens;
    }
    let mut english: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    while let Some((first, others)) = rest.split_first() {
        let follows_a_day = matches!(
            english.last().map(|last| &last.kind),
            Some(Kind::Number { .. } | Kind::Ordinal(_))
        );
        let short = BEHIND_A_NUMBER.iter().filter(|_| follows_a_day);
        let found = PHRASES.iter().chain(short).find_map(|(welsh, said)| {
            let words: Vec<&str> = welsh.split(' ').collect();
            let stands = rest.get(..words.len())?;
            let is_said = stands.iter().zip(&words).all(|(token, word)| token.word == *word);
            is_said.then_some((words.len(), *said))
        });
        if let Some((length, said)) = found {
            english.extend(said.split(' ').map(|word| named(word, first)));
            rest = rest.get(length..).unwrap_or_default();
        } else {
            english.push(first.clone());
            rest = others;
        }
    }
    english
}

/// The names of months are capitals in English, whatever their Welsh names were.
fn named(word: &str, instead_of: &Token) -> Token {
    let kind = kind_of(word);
    let role = role_of(&kind, word);
    let space_before = instead_of.space_before;
    Token { kind, word: word.to_owned(), space_before, capital: true, role }
}
