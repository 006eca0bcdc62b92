//! Of the dates in a text, the one at which the reader is needed.

use std::ops::Range;

use super::mentions::{DENIALS, Mention, Mentions, is_week};
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
    "your bit",
    "your part",
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
    attended went completed received submitted raised signed kicked launched had";

const RECURRING: &[&str] = &["every", "each", "alternate"];

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
    "shall we say",
    "that a bank holiday",
    "that is a bank holiday",
    "which is a bank holiday",
];

const WEAK_PHRASES: &[&str] = &["contract end", "end date", "runs out", "run out"];

/// The writer is not there, or had another day in mind before.
const ABSENT_OR_REPLACED: &[&str] = &[
    "i'm back",
    "i am back",
    "am back",
    "be back",
    "back in the office",
    "back at work",
    "i'm away",
    "am away",
    "be away",
    "i'm off",
    "am off",
    "be off",
    "off work",
    "off sick",
    "not around",
    "can't do",
    "cannot do",
    "can't make",
    "cannot make",
    "ignore",
    "disregard",
    "away from",
    "away until",
    "off until",
    "out of office",
    "out of the office",
    "not in the office",
    "i return",
    "on holiday",
    "annual leave",
    "on leave",
    "was to be",
    "was going to be",
    "was due",
    "was supposed to",
    "was meant to",
    "was planned",
    "were due",
    "had hoped",
    "had planned",
    "should have been",
    "had been",
    "used to be",
    "i said",
    "we said",
    "had said",
];

/// Elsewhere today is when something is told: `it's the saint's day today`.
const BY_TODAY: &[&str] =
    &["by", "for", "before", "until", "needed", "need", "it", "this", "decision"];

/// A date further away than this, after a past tense, is last year's.
const A_SEASON: i64 = 90;
const LONGEST_CLAUSE: usize = 12;

/// `counting` are the places of the tokens whose days count; the others tell what they hang on.
pub(super) fn chosen(reader: &Reader<'_>, counting: &Range<usize>) -> Option<Days> {
    let mut mentions = Mentions::of(reader).found;
    mentions.retain(|mention| {
        counting.contains(&mention.at)
            || (mention.at >= counting.end && (mention.leans || mention.puts_right))
    });
    // What only stands behind the words cannot be all they mean.
    mentions.iter().find(|mention| counting.contains(&mention.at))?;
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
        .min_by_key(|mention| (mention.days.from, !is_week(mention.days), mention.days.to))?;
    let closer = mentions
        .iter()
        .filter(|mention| says_closer(earliest, mention))
        .min_by_key(|mention| mention.days.from);
    Some(closer.unwrap_or(earliest).days)
}

/// Whether days are named and none of them counts where a better one is.
pub(super) fn are_weak(reader: &Reader<'_>) -> bool {
    let mentions = Mentions::of(reader).found;
    !mentions.is_empty() && mentions.iter().all(|mention| mention.is_weak)
}

/// Whether `other` says more exactly what `first` says.
fn says_closer(first: &Mention, other: &Mention) -> bool {
    if other.is_weak || other.days == first.days {
        return false;
    }
    // `Half term week (31 May)`: the first day of a week stands for the week.
    let names_a_week = other.days.from == first.days.from && is_week(first.days);
    // `Not until the summer, say July`: a date inside the other says it more exactly.
    let is_inside = first.days.from <= other.days.from && other.days.to <= first.days.to;
    // `After Christmas, mid January`: so does a date not long after a vague one.
    let is_vague = |mention: &Mention| mention.unit == Unit::Vague;
    let later = (other.days.from - first.days.from).num_days();
    let is_next = is_vague(first) && !is_vague(other) && (0..=31).contains(&later);
    (is_inside && !names_a_week) || is_next
}

/// Whether the writer is away then, or had that day in mind before.
pub(super) fn is_away(reader: &Reader<'_>, start: usize, at: usize) -> bool {
    (start..at).any(|place| reader.after_any(place, ABSENT_OR_REPLACED).is_some())
}

/// Whether what stands behind a day says that it is not the one.
pub(super) fn is_dismissed(reader: &Reader<'_>, next: usize) -> bool {
    const DISMISSED: &[&str] = &[
        "is a bank holiday",
        "is a holiday",
        "is a public holiday",
        "is no good",
        "is out",
        "is the date in",
        "is what the",
        "used to be",
    ];
    let was = reader.is_any(next, &["was"])
        && !(next..next + 4)
            .any(|at| STILL_TO_COME.split(' ').any(|word| reader.is_any(at, &[word])));
    was || reader.after_any(next, DISMISSED).is_some()
}

/// `Early because of Easter`
fn is_a_reason(reader: &Reader<'_>, at: usize) -> bool {
    const REASONS: &[&str] = &["because of", "due to", "thanks to", "owing to", "on account of"];
    let start = at.saturating_sub(3);
    (start..at).any(|place| reader.after_any(place, REASONS).is_some_and(|next| next <= at))
}

/// `At 18:00 tonight`
fn has_an_hour(reader: &Reader<'_>, at: usize) -> bool {
    matches!(at.checked_sub(1).and_then(|before| reader.kind(before)), Some(Kind::Number { .. }))
        || ["am", "pm", "hrs", "noon", "midnight"].contains(&reader.word_before(at))
}

/// `None` for a day that is over, or that the text does not mean.
pub(super) fn judged(
    reader: &Reader<'_>,
    period: &Period,
    clause: (usize, usize),
) -> Option<Mention> {
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
        || (period.unit == Unit::Weekday && (is_story || led_by(&["a"])))
        || (period.unit != Unit::Day && led_by(&["last", "past", "previous"]));
    if is_past {
        return None;
    }
    let only_today = Days { from: reader.written_on, to: reader.written_on };
    let is_background_today = period.days == only_today
        && matches!(period.unit, Unit::Weekday | Unit::Festival)
        && at > 0
        && !has_an_hour(reader, at)
        && !led_by(BY_TODAY);
    // `Not later than the 4th` is no other day.
    let says_weak = (start..at).any(|place| {
        let is_limit = ["later", "earlier", "sooner"].contains(&reader.word_before(place));
        WEAK.split_ascii_whitespace()
            .any(|word| reader.is_any(place, &[word]) && !(word == "than" && is_limit))
    });
    let is_weak = led_by(&["not"])
        || is_background_today
        || (period.unit == Unit::Festival && is_a_reason(reader, at))
        || says_phrase(ABSENT_OR_REPLACED)
        || says_phrase(WEAK_PHRASES)
        || (says_weak && !says(STILL_TO_COME));
    let puts_right = says_phrase(PUT_RIGHT) && period.unit != Unit::Vague;
    Some(Mention { days: period.days, unit: period.unit, is_weak, puts_right, leans: false, at })
}

/// Whether the reader is asked for between two places.
pub(super) fn asks_between(reader: &Reader<'_>, start: usize, end: usize) -> bool {
    (start..end).any(|at| reader.after_any(at, ASKS).is_some())
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

pub(super) fn is_sentence_end(reader: &Reader<'_>, at: usize) -> bool {
    match reader.kind(at) {
        Some(Kind::Mark('!' | '?' | ';' | '\n')) => true,
        Some(Kind::Mark('.')) => !reader.is_joined(at + 1),
        _ => false,
    }
}
