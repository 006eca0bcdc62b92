//! Facts in Welsh: questions and days. Formal (`chi`), as Welsh public bodies write.

use chrono::NaiveDate;

use crate::calendar::{Days, long_day_cy};
use crate::intake::Question;
use crate::letter::text::one_line;
use crate::letter::words::not_counted;

/// Longest name of a day off.
const LONGEST_TITLE: usize = 100;

pub(crate) fn question(question: Question) -> &'static str {
    match question {
        Question::WorkFor => "Ar gyfer pwy mae’r gwaith?",
        Question::Importance => "Pam mae’r gwaith yn bwysig?",
        Question::Consequence => {
            "Beth fydd yn digwydd os na chaiff y gwaith ei wneud (neu os na chaiff ei wneud mewn \
             pryd)?"
        }
        Question::Need => "Beth sydd ei angen arnoch?",
        Question::Skills => {
            "Pa sgiliau neu brofiad sydd eu hangen ar gyfer y gwaith (rhai hysbys neu rai rydych \
             yn eu rhagweld)?"
        }
        Question::Milestone => {
            "Pryd mae’r garreg filltir nesaf yn y prosiect y mae angen cyngor neu gyfraniad \
             seiberddiogelwch ar ei chyfer?"
        }
    }
}

pub(crate) fn hint(question: Question) -> &'static str {
    match question {
        Question::Need => {
            "er enghraifft achredu ar gontract presennol, canllawiau neu gyngor, adolygiad o ddull \
             arfaethedig"
        }
        Question::WorkFor
        | Question::Importance
        | Question::Consequence
        | Question::Skills
        | Question::Milestone => "",
    }
}

/// `dydd Mercher 30 Rhagfyr 2026`, as it stands within a sentence.
pub(crate) fn day(day: NaiveDate) -> String {
    long_day_cy(day).replacen("Dydd", "dydd", 1)
}

/// With the word that joins it to a sentence: `ar ddydd Mawrth ...`, `rhwng dydd ... a dydd ...`.
pub(crate) fn days(days: Days) -> String {
    if days.from == days.to {
        format!("ar {}", day(days.from).replacen("dydd", "ddydd", 1))
    } else {
        format!("rhwng {} a {}", day(days.from), day(days.to))
    }
}

/// Which days were left out when the deadline was counted. Empty when none was, or when the
/// explanation is of a shape that we do not know.
pub(crate) fn left_out(explanation: &str) -> String {
    let mut left_out: Vec<String> = Vec::new();
    for (day_off, reason) in not_counted(explanation) {
        let title = reason.split_once('(').map(|(_, title)| title.trim_end_matches(')'));
        let shown = match (NaiveDate::parse_from_str(day_off, "%A %d %B %Y"), title) {
            (Ok(on), Some(title)) => format!("{} ({})", day(on), holiday(title)),
            (Err(_), Some(_)) => return String::new(),
            (_, None) => "y penwythnos".to_owned(),
        };
        if left_out.last() != Some(&shown) {
            left_out.push(shown);
        }
    }
    let Some((last, before)) = left_out.split_last() else {
        return String::new();
    };
    // `a` and `y` become one word.
    let and_last = match last.strip_prefix("y ") {
        Some(rest) => format!("a’r {rest}"),
        None => format!("a {last}"),
    };
    let listed =
        if before.is_empty() { last.clone() } else { format!("{} {and_last}", before.join(", ")) };
    format!("Diwrnodau gwaith yn unig rydym yn eu cyfrif. Nid ydym wedi cyfrif {listed}.")
}

/// The Welsh name of a bank holiday of England and Wales; any other keeps its name.
fn holiday(title: &str) -> String {
    const NAMES: [(&str, &str); 9] = [
        ("new year’s day", "Dydd Calan"),
        ("good friday", "Dydd Gwener y Groglith"),
        ("easter monday", "Dydd Llun y Pasg"),
        ("early may bank holiday", "Gŵyl Banc Dechrau Mai"),
        ("spring bank holiday", "Gŵyl Banc y Gwanwyn"),
        ("summer bank holiday", "Gŵyl Banc yr Haf"),
        ("christmas day", "Dydd Nadolig"),
        ("boxing day", "Gŵyl San Steffan"),
        ("substitute day", "diwrnod yn lle gŵyl y banc"),
    ];
    let parts = title.split(", ").map(|part| {
        let plain = part.trim().to_lowercase().replace('\'', "’");
        let known = NAMES.iter().find(|(english, _)| *english == plain);
        known.map_or_else(|| one_line(part, LONGEST_TITLE), |(_, welsh)| (*welsh).to_owned())
    });
    parts.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{BankHolidays, Rules, WorkingCalendar};

    fn explained(received_at: &str) -> String {
        let calendar = WorkingCalendar::new(Rules::default(), BankHolidays::shipped().unwrap());
        left_out(&calendar.reply_due(received_at.parse().unwrap()).explanation.text())
    }

    #[test]
    fn days_off_are_told_in_welsh() {
        let told = [
            explained("2026-12-24T15:00:00Z"),
            explained("2026-12-30T15:00:00Z"),
            explained("2026-11-20T15:00:00Z"),
            explained("2026-05-01T15:00:00Z"),
        ];
        insta::assert_snapshot!(told.join("\n"), @r"
        Diwrnodau gwaith yn unig rydym yn eu cyfrif. Nid ydym wedi cyfrif dydd Gwener 25 Rhagfyr 2026 (Dydd Nadolig), y penwythnos a dydd Llun 28 Rhagfyr 2026 (Gŵyl San Steffan, diwrnod yn lle gŵyl y banc).
        Diwrnodau gwaith yn unig rydym yn eu cyfrif. Nid ydym wedi cyfrif dydd Gwener 1 Ionawr 2027 (Dydd Calan) a’r penwythnos.
        Diwrnodau gwaith yn unig rydym yn eu cyfrif. Nid ydym wedi cyfrif y penwythnos.
        Diwrnodau gwaith yn unig rydym yn eu cyfrif. Nid ydym wedi cyfrif y penwythnos a dydd Llun 4 Mai 2026 (Gŵyl Banc Dechrau Mai).
        ");
        assert_eq!(explained("2026-11-23T15:00:00Z"), "");
        assert_eq!(left_out("because we say so"), "");
    }

    #[test]
    fn days_are_joined_to_their_sentence() {
        let on = |day: &str| day.parse().unwrap();
        let one = Days { from: on("2026-12-29"), to: on("2026-12-29") };
        assert_eq!(days(one), "ar ddydd Mawrth 29 Rhagfyr 2026");
        let week = Days { from: on("2026-12-07"), to: on("2026-12-11") };
        assert_eq!(days(week), "rhwng dydd Llun 7 Rhagfyr 2026 a dydd Gwener 11 Rhagfyr 2026");
    }
}
