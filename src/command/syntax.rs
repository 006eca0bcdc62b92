//! The table of words: the parser and the help letter both read it.

/// What a consultant can order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    Assign,
    Redirect,
    Ask,
    Reply,
    Note,
    Urgent,
    Close,
    Reopen,
    Merge,
    Requester,
    Spam,
    Status,
    Help,
}

/// What stands behind the word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    Nothing,
    /// The rest of the line.
    Line,
    /// The rest of the mail.
    Mail,
}

/// One row of the table.
pub struct Syntax {
    pub verb: Verb,
    pub word: &'static str,
    pub takes: Takes,
    /// How it is written.
    pub form: &'static str,
    /// What it does.
    pub meaning: &'static str,
}

pub const TABLE: [Syntax; 13] = [
    row(Verb::Assign, "assign", Takes::Line, "assign me", "you take the request; or: assign NAME"),
    row(
        Verb::Redirect,
        "redirect",
        Takes::Line,
        "redirect TEAM REASON",
        "the requester is told which team to ask and why",
    ),
    row(
        Verb::Ask,
        "ask",
        Takes::Mail,
        "ask TEXT",
        "your question goes to the requester with those that are still open; then we wait",
    ),
    row(
        Verb::Reply,
        "reply",
        Takes::Mail,
        "reply TEXT",
        "the rest of your mail goes to the requester from the team's address",
    ),
    row(Verb::Note, "note", Takes::Line, "note TEXT", "kept in the history; nobody gets it"),
    row(Verb::Urgent, "urgent", Takes::Nothing, "urgent", "the duty address is alerted at once"),
    row(
        Verb::Close,
        "close",
        Takes::Line,
        "close REASON",
        "the request is done; the requester is told, with the reason if you give one",
    ),
    row(
        Verb::Reopen,
        "reopen",
        Takes::Nothing,
        "reopen",
        "a closed or redirected request is open again and a new reply is owed",
    ),
    row(
        Verb::Merge,
        "merge",
        Takes::Line,
        "merge REFERENCE",
        "the request with that reference becomes part of this one",
    ),
    row(
        Verb::Requester,
        "requester",
        Takes::Line,
        "requester ADDRESS",
        "says who asks: our letters go to that address from now on",
    ),
    row(Verb::Spam, "spam", Takes::Nothing, "spam", "the request is closed; nobody is told"),
    row(Verb::Status, "status", Takes::Nothing, "status", "tells you where the request stands"),
    row(Verb::Help, "help", Takes::Nothing, "help", "sends you this list"),
];

/// Words that people write instead. They are explained, never guessed at.
const MEANT: [(&str, Verb); 14] = [
    ("take", Verb::Assign),
    ("mine", Verb::Assign),
    ("answer", Verb::Reply),
    ("respond", Verb::Reply),
    ("forward", Verb::Redirect),
    ("transfer", Verb::Redirect),
    ("done", Verb::Close),
    ("resolve", Verb::Close),
    ("resolved", Verb::Close),
    ("junk", Verb::Spam),
    ("join", Verb::Merge),
    ("combine", Verb::Merge),
    ("asker", Verb::Requester),
    ("commands", Verb::Help),
];

const fn row(
    verb: Verb,
    word: &'static str,
    takes: Takes,
    form: &'static str,
    meaning: &'static str,
) -> Syntax {
    Syntax { verb, word, takes, form, meaning }
}

impl Verb {
    pub fn name(self) -> &'static str {
        self.syntax().map_or("help", |syntax| syntax.word)
    }

    pub fn takes(self) -> Takes {
        self.syntax().map_or(Takes::Nothing, |syntax| syntax.takes)
    }

    pub fn form(self) -> &'static str {
        self.syntax().map_or("help", |syntax| syntax.form)
    }

    /// `word` in lower case.
    pub fn named(word: &str) -> Option<Self> {
        TABLE.iter().find(|syntax| syntax.word == word).map(|syntax| syntax.verb)
    }

    /// The verb that was probably meant by a word that is none, in lower case.
    pub fn nearest(word: &str) -> Option<Self> {
        if let Some((_, verb)) = MEANT.iter().find(|(known, _)| *known == word) {
            return Some(*verb);
        }
        let letters = word.chars().count();
        if !(3..=12).contains(&letters) {
            return None;
        }
        let most = if letters <= 5 { 1 } else { 2 };
        TABLE
            .iter()
            .map(|syntax| (strsim::osa_distance(syntax.word, word), syntax.verb))
            .filter(|(distance, _)| *distance <= most)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, verb)| verb)
    }

    fn syntax(self) -> Option<&'static Syntax> {
        TABLE.iter().find(|syntax| syntax.verb == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verb_has_one_row_and_finds_itself() {
        for syntax in &TABLE {
            assert_eq!(Verb::named(syntax.word), Some(syntax.verb));
            assert_eq!(syntax.verb.name(), syntax.word);
            assert!(syntax.form.starts_with(syntax.word));
        }
    }

    #[test]
    fn a_slip_of_the_finger_finds_its_verb_and_prose_does_not() {
        let cases = [
            ("colse", Some(Verb::Close)),
            ("asign", Some(Verb::Assign)),
            ("redirct", Some(Verb::Redirect)),
            ("hlep", Some(Verb::Help)),
            ("take", Some(Verb::Assign)),
            ("dear", None),
            ("thanks", None),
            ("i", None),
            ("hello", None),
        ];
        for (word, expected) in cases {
            assert_eq!(Verb::nearest(word), expected, "{word}");
        }
    }
}
