//! A history as lines for a terminal of 80 columns.

use crate::calendar::WorkingCalendar;
use crate::intake::Question;

use super::history::{Entry, History, What};
use super::{short, terminal};

const WIDTH: usize = 80;
/// Where the words of a line of the story begin: after the time and what kind of thing it is.
const INDENT: usize = 18;
/// Longer words of people are cut; `--json` has them whole.
const LONGEST: usize = 480;
/// Of a longer story, the beginning and the newest are told; `--json` has it whole.
const FIRST_ENTRIES: usize = 20;
const LAST_ENTRIES: usize = 280;
const MOST_FILES: usize = 20;

impl History {
    /// The request, its answers and its deadline, then the story, a day under its heading.
    pub fn text(&self, calendar: &WorkingCalendar) -> String {
        let mut lines = self.facts(calendar);
        lines.push(String::new());
        for question in Question::ALL {
            let answer = self.request.answers.get(&question).map(|answer| answer.text.as_str());
            let head = format!("{:<13}", question.slot());
            lines.extend(hanging(&head, &cut(answer.unwrap_or("(open)"))));
        }
        lines.push(String::new());
        lines.push(match &self.request.owed {
            Some(owed) => format!("A reply is due {}.", short(owed.deadline.due_at, calendar)),
            None => "No reply is owed now. The first was due so:".to_owned(),
        });
        for line in self.deadline.lines() {
            let margin = if line.starts_with("- ") { "    " } else { "  " };
            lines.extend(hanging(margin, line.trim_start_matches("- ")));
        }
        let mut day = None;
        let left_out = self.entries.len().saturating_sub(FIRST_ENTRIES + LAST_ENTRIES);
        for (number, entry) in self.entries.iter().enumerate() {
            if left_out > 0 && number == FIRST_ENTRIES {
                lines.extend([String::new(), format!("… {left_out} more (--json shows all)")]);
            }
            if (FIRST_ENTRIES..FIRST_ENTRIES + left_out).contains(&number) {
                continue;
            }
            let today = calendar.local_day(entry.at);
            if day.replace(today) != Some(today) {
                lines.push(String::new());
                lines.push(today.format("%A %-d %B %Y").to_string());
            }
            lines.extend(told(entry, calendar));
        }
        lines.join("\n")
    }

    fn facts(&self, calendar: &WorkingCalendar) -> Vec<String> {
        let request = &self.request;
        let urgent = if request.urgent { ", urgent" } else { "" };
        let mut lines = hanging(&format!("{}  ", request.reference), &request.subject);
        lines.push(String::new());
        let mut fact = |name: &str, value: &str| {
            lines.extend(hanging(&format!("{name:<13}"), value));
        };
        let address = request.requester.address.as_str();
        match &request.requester.name {
            Some(name) => fact("from", &format!("{} <{address}>", name.0)),
            None => fact("from", address),
        }
        if let Some(provenance) = &request.provenance {
            fact("", &provenance.told());
        }
        fact("received", &short(request.received_at, calendar));
        fact("state", &format!("{}{urgent}", request.state.name().replace('_', " ")));
        if let Some(consultant) = request.state.consultant() {
            fact("consultant", consultant.as_str());
        }
        if !self.joined.is_empty() {
            fact("merged", &self.joined);
        }
        if !request.route_because.is_empty() {
            let team = request.route.name().replace('_', " ");
            fact("belongs to", &format!("{team}: {}", request.route_because));
        }
        if request.writes_welsh {
            fact("language", "the requester writes Welsh");
        }
        lines
    }
}

/// One entry: its time, its kind, its words, and below them what else there is to say.
fn told(entry: &Entry, calendar: &WorkingCalendar) -> Vec<String> {
    let time = calendar.local_time(entry.at).format("%H:%M");
    let head = |kind: &str| format!("  {time}  {kind:<9}");
    let below = " ".repeat(INDENT);
    match &entry.what {
        What::Mail { number, from, outcome, because, attachments } => {
            let outcome = outcome.replace('_', " ");
            let mut lines = hanging(&head("mail"), &format!("{number} from {from}: {outcome}"));
            if !because.is_empty() {
                lines.extend(hanging(&below, &format!("because: {because}")));
            }
            for file in attachments.iter().take(MOST_FILES) {
                let kilobytes = file.bytes.div_ceil(1_000);
                let line =
                    format!("attached: {} ({}, {kilobytes} kB)", file.name, file.content_type);
                lines.extend(hanging(&below, &line));
            }
            if let Some(more @ 1..) = attachments.len().checked_sub(MOST_FILES) {
                let line = format!("attached: {more} more (--json shows all)");
                lines.extend(hanging(&below, &line));
            }
            lines
        }
        What::Event { kind, by, detail, mail } => {
            let kind = kind.replace('_', " ");
            let mail = mail.map_or_else(String::new, |mail| format!(", by mail {mail}"));
            let label = if by.ends_with("(consultant)") { "decision" } else { "event" };
            let mut lines = hanging(&head(label), &format!("{kind}: {by}{mail}"));
            for line in cut(detail).lines().filter(|line| !line.trim().is_empty()) {
                lines.extend(hanging(&below, line));
            }
            lines
        }
        What::Letter { number, kind, to, fate, fate_at, because, is_about_several } => {
            let kind = kind.replace('_', " ");
            let several = if *is_about_several { ", with other requests" } else { "" };
            let words = format!("{number} to {to}: {kind}{several}");
            let mut lines = hanging(&head("letter"), &words);
            let fate = match (fate.as_str(), because) {
                ("withheld", Some(rule)) => format!("not sent, by the rule: {rule}"),
                ("waiting", None) => "waits to be sent".to_owned(),
                ("waiting", Some(_)) => "waits to be tried again".to_owned(),
                ("sending", _) => "is being sent".to_owned(),
                ("unknown", _) => "nobody knows whether it arrived".to_owned(),
                ("given_up", Some(words)) => format!("given up: {words}"),
                ("bounced", Some(report)) => format!("came back: {report}"),
                (fate, _) => match fate_at {
                    Some(at) => format!("{} {}", fate.replace('_', " "), short(*at, calendar)),
                    None => fate.replace('_', " "),
                },
            };
            lines.extend(hanging(&below, &fate));
            lines
        }
    }
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        None => words.to_owned(),
        Some((end, _)) => format!("{}… (--json shows all)", words.get(..end).unwrap_or_default()),
    }
}

/// The words after a head, broken between words; later lines begin below the words.
fn hanging(head: &str, words: &str) -> Vec<String> {
    let indent = head.chars().count();
    let mut lines = Vec::new();
    let mut line = head.to_owned();
    let mut is_empty = true;
    for word in words.split_whitespace() {
        // Made harmless here, so that the width is that of what is shown.
        let word = terminal::shown(word);
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, " ".repeat(indent)));
        } else if !is_empty {
            line.push(' ');
        }
        line.push_str(&word);
        is_empty = false;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hang_below_their_head_and_obey_no_stranger() {
        let lines = hanging("need         ", &"a review of our design ".repeat(6));
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        assert!(
            lines.len() > 1
                && lines.iter().skip(1).all(|line| line.starts_with("             a")
                    || line.starts_with("             r")
                    || line.starts_with("             o")
                    || line.starts_with("             d"))
        );
        assert_eq!(hanging("x ", "\u{1b}[2Jred\u{7}"), ["x \u{fffd}[2Jred\u{fffd}"]);
        assert_eq!(hanging("x ", ""), ["x"]);
    }
}
