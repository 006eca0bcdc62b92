//! Whether a mail tells of something that cannot wait two working days.

use chrono::{Days as Step, NaiveDate};

use crate::calendar::Days;

use super::Route;
use super::phrase_list::{List, list};
use super::phrases::Heard;
use super::sentences;

/// The point at which the writer is stuck lies within a day.
const BY_TOMORROW: List = list!(
    "tomorrow|tonight|today|first thing|this morning|this afternoon|this evening|within hours|\
    in an hour|in two hours|end of the day|end of day|close of play|by noon|midnight|any hour|\
    straight away|immediately|right now"
);
const ASKS_FOR_IT: List = list!(
    "tomorrow at|tonight or|call tonight|go live tonight|tonight or tomorrow|so late|any hour|\
    ring me|call me now|right now|as soon as you get this|short notice|cannot wait|can't wait|\
    before tomorrow|by tomorrow|by tonight|goes live tomorrow|live tomorrow|\
    first thing tomorrow|within the hour|drop everything"
);

/// A point within a day, named beside what hangs on it.
const SOON: List = list!(
    "this afternoon|this evening|tonight|tomorrow|midnight|by noon|at noon|by lunch|by lunchtime|in an hour|\
    in two hours|in three hours|in half an hour|within the hour|right now|end of today|by close today|later today|by five today|\
    by the end of today|today at|at this moment|at this very moment"
);
const HANGS: List = list!(
    "goes live|go live|going live|live at|launches|launching|launch|runs out|expires|expire|lapses|sits|meets|decides|\
    decide|will stop|stops|shuts down|shut down|be shut|switches off|switched off|switch off|cut over|cuts over|cutover|signs|be signed|to sign|leaves|\
    is waiting|are waiting|waits|won't|will not|can't|cannot|take place|closes|be cancelled|called off|announces|be announced|\
    goes to|go to|handed out|hand out|hand them out|handed over|is paid|are paid|pays|published|printed|deployed|shipped|be released|is released|\
    goes out|go out|be sent|votes|in front of the minister|before the minister|press the button|standing in|flies"
);
/// Somebody is to act before then.
const APPEALS: List = list!(
    "can someone|could someone|can somebody|could somebody|can one of you|could one of you|can any of you|can anyone|could anyone|\
    please advise|can you advise|could you advise|can you tell|could you tell|yes or no|ring me|call me|phone me|no notice|short notice|please help|\
    can you help|could you help|today|before then|straight away|as soon as you|need someone|need somebody|someone tonight|somebody tonight|anyone tonight|straight answer|\
    before tonight|before tomorrow|by tonight|until one of you|unless one of you|need an answer|need a decision|need a word|say yes"
);
const NO_RUSH: List = list!(
    "no rush|no real rush|no hurry|no great hurry|when you have a moment|when you get a moment|whenever|not urgent|isn't urgent|\
    nothing urgent|take your time|in your own time|at your leisure|plenty of time|in good time|can wait|no panic|for next year|not a rush"
);
/// What was put an end to.
const CLOSED: List = list!(
    "nothing has happened since|nothing since|nothing happened since|shut the account|closed the account|account was closed|\
    account was shut|was closed|has been closed|was dealt with|been dealt with|dealt with at the time|was fixed|has been fixed|was contained|\
    was resolved|been resolved|was put right|been put right|was recovered|was returned|was handed back|were handed back|case is closed|\
    long since"
);
/// It was long ago.
const LONG_AGO: List = list!(
    "months ago|last month|last year|last summer|last spring|last autumn|last winter|weeks ago|years ago|\
    in january|in february|in march|in april|in may|in june|in july|in august|in september|in october|in november|in december|\
    back in|three months|two months|six months|some months"
);
const STILL: List = list!(
    "right now|this morning|tonight|just now|ongoing|today|yesterday|minutes ago|hours ago|an hour ago|last night|still going|\
    still in|still has|still have|still there|still open|still missing|still being|again this|happening again|has happened again|it is back"
);
/// What stands open now, in a building.
const STANDS_OPEN: List = list!(
    "standing open|stands open|wide open|won't shut|won't close|won't lock|will not shut|will not lock|doesn't lock any more|\
    anyone can walk in|anybody can walk in|anyone could walk in|hanging open|wedged open|forced open|off its hinges"
);
const PRESENT: List = list!(
    "right now|since this morning|since last night|at the moment|at this moment|now|today|tonight|this morning|until monday"
);

/// Whether what is told of was put an end to long ago. The words must say both.
pub(super) fn is_over(heard: &Heard) -> bool {
    heard.holds_any(CLOSED) && heard.holds_any(LONG_AGO) && !heard.holds_any(STILL)
}

pub(super) fn of(
    (route, own_words): (Route, &str),
    heard: &Heard,
    milestone: Option<Days>,
    written_on: NaiveDate,
) -> bool {
    let stands_open = || heard.holds_any(STANDS_OPEN) && heard.holds_any(PRESENT);
    match route {
        Route::Incident => return true,
        Route::PhysicalSecurity => return stands_open(),
        Route::Consultancy | Route::None => {}
        Route::PersonnelSecurity | Route::DataProtection | Route::OtherTeam => return false,
    }
    let by_tomorrow = heard.holds_any(BY_TOMORROW);
    let asks = heard.count(ASKS_FOR_IT);
    let tomorrow = written_on.checked_add_days(Step::new(1)).unwrap_or(written_on);
    let is_due = milestone.is_some_and(|days| days.from >= written_on && days.to <= tomorrow);
    let is_later = milestone.is_some_and(|days| days.from > tomorrow);
    (is_due && by_tomorrow && asks >= 1)
        || asks >= 3
        || (!is_later && hangs_on_today(own_words, heard))
}

/// Something hangs on an hour within a day, and somebody is asked to act before it.
fn hangs_on_today(own_words: &str, heard: &Heard) -> bool {
    if !heard.holds_any(APPEALS) || heard.holds_any(NO_RUSH) {
        return false;
    }
    sentences::split(own_words)
        .into_iter()
        .map(Heard::new)
        .any(|sentence| sentence.holds_any(SOON) && sentence.holds_any(HANGS))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::is_over;
    use crate::intake::phrases::Heard;
    use crate::intake::{Reader, read};
    use crate::mail;

    #[test]
    fn what_must_be_settled_tonight_is_urgent() {
        let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
        for (body, expected) in [
            (
                "The payment file goes to the bank at 18:00 tonight. I will not sign the form \
                 until one of you has told me what the risk is.",
                true,
            ),
            (
                "We need someone tonight. 300 phones are handed out from 0600 tomorrow and every \
                 one has the maker's account on it. Do we hold them?",
                true,
            ),
            ("The phones are handed out on 14 December. Could someone review the build?", false),
            ("The paper goes to print tomorrow, no hurry. Could you advise us in January?", false),
        ] {
            let raw = format!("From: Ann <ann@office.example>\r\nSubject: Help\r\n\r\n{body}\r\n");
            let reading = read(&Reader::by_cues(), &mail::read(raw.as_bytes()), monday);
            assert_eq!(reading.urgent, expected, "{body}");
        }
    }

    #[test]
    fn what_ended_long_ago_is_over() {
        for (text, expected) in [
            ("In May somebody got into the mailbox. The account was closed the next day.", true),
            ("Two months ago a laptop was lost; it was returned within the week.", true),
            (
                "In May somebody got into the mailbox. The account was closed, but it is happening again.",
                false,
            ),
            ("Somebody got into the mailbox. The account was closed an hour ago.", false),
            ("In May somebody got into the mailbox.", false),
        ] {
            assert_eq!(is_over(&Heard::new(text)), expected, "{text}");
        }
    }
}
