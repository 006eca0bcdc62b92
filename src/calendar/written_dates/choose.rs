//! Of the dates in a text, the one at which the reader is needed.

use chrono::Datelike;

use super::relative::Offset;
use super::tokens::Kind;
use super::{Days, Period, Reader, Unit};

/// With these the writer asks for the reader, so the dates of such a sentence come first.
const ASKS: &[&str] = &[
    "need you",
    "need your",
    "needs you",
    "needs your",
    "need someone",
    "need somebody",
    "need one of you",
    "want you",
    "want your",
    "like you",
    "like your",
    "like someone",
    "like one of you",
    "love you",
    "involve you",
    "you to be",
    "your input",
    "your view",
    "your views",
    "your comments",
    "your advice",
    "your review",
    "need cyber",
    "need security",
    "next milestone",
    "come to you",
    "you in the room",
    "you there",
    "you involved",
];

/// What follows happened already, if it can have.
const PAST: &str = "finished ended concluded was were met held since began started spoke sent dated wrote discussed \
    attended went completed received submitted raised signed kicked launched";

const RECURRING: &[&str] = &["every", "each", "alternate"];

/// `Nothing before Christmas`
const DENIALS: &str = "no not nothing none isn't won't don't doesn't aren't can't cannot unlikely";

/// With these even a past tense is about a day to come: `it was moved to 5 June`.
const STILL_TO_COME: &str = "be will must should moved set told given booked planned scheduled pencilled now due \
    delayed postponed pushed";

/// What follows is replaced by another date, or ends something; it counts when nothing else does.
const WEAK: &str = "was were originally previously instead rather expires expire expiry \
    expiring ends ending signature signed leave lapses birthday than";

/// What follows replaces the date said before.
const PUT_RIGHT: &[&str] = &[
    "i mean",
    "he means",
    "she means",
    "they mean",
    "we mean",
    "i meant",
    "he meant",
    "she meant",
    "they meant",
    "we meant",
    "make that",
    "correction",
    "should read",
    "should have said",
    "should have read",
    "that should be",
    "or rather",
];

/// Some day before the one just named.
const BEFORE_THAT: &[&str] = &["before then", "before that", "ahead of that", "prior to that"];

const WEAK_PHRASES: &[&str] = &["contract end", "end date", "runs out", "run out"];

/// A date further away than this, after a past tense, is last year's.
const A_SEASON: i64 = 90;
const LONGEST_CLAUSE: usize = 12;

struct Mention {
    days: Days,
    is_vague: bool,
    is_weak: bool,
    puts_right: bool,
    /// Its first token.
    at: usize,
}

pub(super) fn chosen(reader: &Reader<'_>) -> Option<Days> {
    let mentions = mentions(reader);
    if let Some(right) = mentions.iter().rev().find(|mention| mention.puts_right) {
        return Some(right.days);
    }
    let asked_places = asked_places(reader);
    let is_asked = |mention: &Mention| asked_places.get(mention.at).copied().unwrap_or(false);
    let asked = mentions.iter().any(|mention| is_asked(mention) && !mention.is_weak);
    let sound = mentions.iter().any(|mention| !mention.is_weak);
    let counts = |mention: &&Mention| (!sound || !mention.is_weak) && (!asked || is_asked(mention));
    let earliest = mentions
        .iter()
        .filter(counts)
        .min_by_key(|mention| (mention.days.from, mention.days.to))?;
    // `Not until the summer, say July`: a date inside the other says it more exactly.
    let is_inside = |mention: &&Mention| {
        earliest.days.from <= mention.days.from
            && mention.days.to <= earliest.days.to
            && mention.days != earliest.days
            && !mention.is_weak
    };
    // `After Christmas, mid January`: so does a date not long after a vague one.
    let is_next = |mention: &&Mention| {
        let later = (mention.days.from - earliest.days.from).num_days();
        earliest.is_vague && !mention.is_vague && !mention.is_weak && (0..=31).contains(&later)
    };
    let closer = mentions
        .iter()
        .filter(|mention| is_inside(mention) || is_next(mention))
        .min_by_key(|mention| mention.days.from);
    Some(closer.unwrap_or(earliest).days)
}

fn mentions(reader: &Reader<'_>) -> Vec<Mention> {
    let mut found: Vec<Mention> = Vec::new();
    let mut waiting: Option<(Offset, usize)> = None;
    let (mut at, mut clause_start) = (0, 0);
    while at < reader.tokens.len() {
        if is_sentence_end(reader, at) {
            clause_start = at + 1;
        }
        if let Some((period, next)) = reader.range(at) {
            let mention = judged(reader, &period, (clause_start, at));
            if let Some(mention) = mention.filter(|_| !names_again(&found, &period)) {
                found.extend(resolved(reader, waiting.take(), mention.days));
                found.push(mention);
            }
            at = next.max(at + 1);
            clause_start = at;
        } else if let Some(next) = reader.after_any(at, BEFORE_THAT) {
            found.extend(found.last().and_then(|last| until(reader, last, (clause_start, at))));
            at = next;
        } else if let Some((offset, next)) = reader.offset(at) {
            match found.last().map(|last| last.days) {
                Some(anchor) => found.extend(resolved(reader, Some((offset, at)), anchor)),
                None => waiting = Some((offset, at)),
            }
            at = next.max(at + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// `15 February (the Monday)`: a weekday that fits a day named before is that day.
fn names_again(found: &[Mention], period: &Period) -> bool {
    let is_one_day = |days: Days| days.from == days.to;
    period.unit == Unit::Weekday
        && is_one_day(period.days)
        && found.iter().any(|mention| {
            is_one_day(mention.days)
                && mention.days.from >= period.days.from
                && mention.days.from.weekday() == period.days.from.weekday()
        })
}

/// From the day of writing to the eve of the day named last.
fn until(reader: &Reader<'_>, last: &Mention, (start, at): (usize, usize)) -> Option<Mention> {
    let is_denied =
        (start..at).any(|place| DENIALS.split(' ').any(|word| reader.is_any(place, &[word])));
    let eve = last.days.from.pred_opt().filter(|eve| !is_denied && *eve >= reader.written_on)?;
    let days = Days { from: reader.written_on, to: eve };
    Some(Mention { days, is_vague: false, is_weak: false, puts_right: false, at })
}

fn resolved(reader: &Reader<'_>, offset: Option<(Offset, usize)>, anchor: Days) -> Option<Mention> {
    let (offset, at) = offset?;
    let period = offset.from(anchor).filter(|period| period.days.to >= reader.written_on)?;
    Some(Mention { days: period.days, is_vague: false, is_weak: false, puts_right: false, at })
}

/// `None` for a day that is over, or that the text does not mean.
fn judged(reader: &Reader<'_>, period: &Period, clause: (usize, usize)) -> Option<Mention> {
    let (start, at) = clause;
    let start = start.max(at.saturating_sub(LONGEST_CLAUSE));
    let says = |words: &str| {
        (start..at).any(|place| words.split(' ').any(|word| reader.is_any(place, &[word])))
    };
    let led_by = |words: &[&str]| words.contains(&reader.word_before(at));

    let ahead = (period.days.from - reader.written_on).num_days();
    let is_story = says(PAST) && !says(STILL_TO_COME);
    let says_phrase =
        |phrases: &[&str]| (start..at).any(|place| reader.after_any(place, phrases).is_some());
    let is_as_of_today = reader.is_any(at, &["today"]) && led_by(&["of", "until"]);
    let recurs = (at.saturating_sub(2)..at).any(|place| reader.is_any(place, RECURRING));
    let is_denied = period.unit == Unit::Before && says(DENIALS);
    let is_past = period.days.to < reader.written_on
        || recurs
        || is_as_of_today
        || led_by(&["since"])
        || is_denied
        || (period.guessed_year && is_story && ahead > A_SEASON)
        || (is_story && period.unit == Unit::Weekday)
        || (period.unit != Unit::Day && led_by(&["last", "past", "previous"]));
    if is_past {
        return None;
    }
    let is_weak =
        led_by(&["not"]) || says_phrase(WEAK_PHRASES) || (says(WEAK) && !says(STILL_TO_COME));
    let is_vague = period.unit == Unit::Vague;
    let puts_right = says_phrase(PUT_RIGHT) && !is_vague;
    Some(Mention { days: period.days, is_vague, is_weak, puts_right, at })
}

/// For every token, whether its sentence asks for the reader.
fn asked_places(reader: &Reader<'_>) -> Vec<bool> {
    let mut asked = Vec::with_capacity(reader.tokens.len());
    let mut asks = false;
    for at in 0..reader.tokens.len() {
        asks |= reader.after_any(at, ASKS).is_some();
        if is_sentence_end(reader, at) || at + 1 == reader.tokens.len() {
            asked.resize(at + 1, asks);
            asks = false;
        }
    }
    asked
}

fn is_sentence_end(reader: &Reader<'_>, at: usize) -> bool {
    match reader.kind(at) {
        Some(Kind::Mark('!' | '?' | ';' | '\n')) => true,
        Some(Kind::Mark('.')) => !reader.is_joined(at + 1),
        _ => false,
    }
}
