//! Whole mails in the layouts that people invent, mixtures and decoys among them.

use chrono::NaiveDate;

use crate::mail::{Line, Origin};

use super::Question::{self, Consequence, Importance, Milestone, Need, Skills, WorkFor};
use super::combined;
use super::found::{Setting, Talk};
use super::judged::Network;
use super::testing::check_found;

/// `>` quotes a row, `|` forwards it.
fn check(text: &str, expected: &[(Question, &str)], reason: &str) {
    let lines: Vec<Line> = text
        .split('\n')
        .map(|text| match (text.strip_prefix('>'), text.strip_prefix('|')) {
            (Some(quoted), _) => Line { text: quoted.trim().to_owned(), origin: Origin::Quoted(1) },
            (_, Some(passed_on)) => {
                Line { text: passed_on.trim().to_owned(), origin: Origin::Forwarded }
            }
            (None, None) => Line { text: text.to_owned(), origin: Origin::Own },
        })
        .collect();
    let monday = NaiveDate::from_ymd_opt(2026, 11, 16).unwrap();
    check_found(
        &combined::read(
            &lines,
            Setting { written_on: monday, talk: Talk::Opens },
            &Network::none(),
        ),
        expected,
        reason,
    );
}

const PLAIN: [(Question, &str); 6] = [
    (WorkFor, "The print team"),
    (Importance, "Letters go astray"),
    (Consequence, "We stop printing"),
    (Need, "Advice on envelopes"),
    (Skills, "Post and paper"),
    (Milestone, "14 December 2026"),
];

#[test]
fn six_numbered_answers_in_any_style() {
    let styles: [(&str, [&str; 6]); 12] = [
        ("dots", ["1. ", "2. ", "3. ", "4. ", "5. ", "6. "]),
        ("brackets", ["1) ", "2) ", "3) ", "4) ", "5) ", "6) "]),
        ("brackets without a blank", ["1)", "2)", "3)", "4)", "5)", "6)"]),
        ("both brackets", ["(1) ", "(2) ", "(3) ", "(4) ", "(5) ", "(6) "]),
        ("Q and colon", ["Q1: ", "Q2: ", "Q3: ", "Q4: ", "Q5: ", "Q6: "]),
        ("hash", ["#1 ", "#2 ", "#3 ", "#4 ", "#5 ", "#6 "]),
        ("dash", ["1 - ", "2 - ", "3 - ", "4 - ", "5 - ", "6 - "]),
        ("roman", ["i. ", "ii. ", "iii. ", "iv. ", "v. ", "vi. "]),
        ("words", ["One: ", "Two: ", "Three: ", "Four: ", "Five: ", "Six: "]),
        ("letters", ["a) ", "b) ", "c) ", "d) ", "e) ", "f) "]),
        (
            "question words",
            [
                "Question 1: ",
                "Question 2: ",
                "Question 3: ",
                "Question 4: ",
                "Question 5: ",
                "Question 6: ",
            ],
        ),
        ("answers", ["A1. ", "A2. ", "A3. ", "A4. ", "A5. ", "A6. "]),
    ];
    for (style, marks) in styles {
        let list = |between: &str| {
            let items: Vec<String> =
                marks.iter().zip(PLAIN).map(|(mark, (_, text))| format!("{mark}{text}")).collect();
            items.join(between)
        };
        check(&format!("Hello\n\n{}\n\nThanks\nAda", list("\n")), &PLAIN, style);
        check(&format!("Hello\n\n{}\n\nThanks\nAda", list("\n\n")), &PLAIN, style);
        let backwards: Vec<String> = marks
            .iter()
            .zip(PLAIN)
            .rev()
            .map(|(mark, (_, text))| format!("{mark}{text}"))
            .collect();
        check(
            &format!("Hello\n{}\nAda Lovelace", backwards.join("\n"))
                .replace("\nAda Lovelace", "\n\nAda"),
            &PLAIN,
            style,
        );
    }
}

#[test]
fn numbers_on_rows_of_their_own_restarted_or_run_on() {
    check(
        "1\nThe print team\n2\nLetters go astray\n3\nWe stop printing\n4\nAdvice on envelopes\n5\nPost and paper\n6\n14 December 2026",
        &PLAIN,
        "bare numbers",
    );
    check(
        "1. The print team\n1. Letters go astray\n1. We stop printing\n1. Advice on envelopes\n1. Post and paper\n1. 14 December 2026",
        &PLAIN,
        "each a list of its own",
    );
    check(
        "Hi: 1. The print team 2. Letters go astray 3. We stop printing 4. Advice on envelopes 5. Post and paper 6. 14 December 2026. Ring me.",
        &[PLAIN[0], PLAIN[1], PLAIN[2], PLAIN[3], PLAIN[4], (Milestone, "14 December 2026.")],
        "one paragraph",
    );
    check(
        "1) The print team; 2) Letters go astray;\n3) We stop printing; 4) Advice on\nenvelopes; 5) Post and paper; 6) 14 December 2026",
        &PLAIN,
        "wrapped anywhere",
    );
}

#[test]
fn lists_inside_a_numbered_answer() {
    check(
        "1. The print team\n2. Letters go astray\n3. We stop printing\n4. Two things:\n   1. advice on envelopes\n   2. a review of stamps\n5. Post\n6. 14 December 2026",
        &[
            PLAIN[0],
            PLAIN[1],
            PLAIN[2],
            (Need, "advice on envelopes; a review of stamps"),
            (Skills, "Post"),
            PLAIN[5],
        ],
        "numbers inside numbers",
    );
    check(
        "1. The print team\n2. Letters go astray\n3. We stop printing\n4. a) advice on envelopes\nb) a review of stamps\n5. - post\n- paper\n6. 14 December 2026",
        &[
            PLAIN[0],
            PLAIN[1],
            PLAIN[2],
            (Need, "advice on envelopes; a review of stamps"),
            (Skills, "post; paper"),
            PLAIN[5],
        ],
        "letters and bullets inside numbers",
    );
    check(
        "1. The print team\n2. Letters go astray\n3. We stop printing\n4. Advice on envelopes\n5. Post and paper\n6. The board sits on\n14. December, I believe",
        &[
            PLAIN[0],
            PLAIN[1],
            PLAIN[2],
            PLAIN[3],
            PLAIN[4],
            (Milestone, "The board sits on 14. December, I believe"),
        ],
        "a date that looks like a number",
    );
}

#[test]
fn numbers_and_labels_together() {
    check(
        "1. When: 14 December 2026\n2. Need: Advice on envelopes\n3. Who for: The print team",
        &[PLAIN[0], PLAIN[3], PLAIN[5]],
        "the label wins over the place",
    );
    check(
        "1. Who is the work for?\nThe print team\n2. Why is it important?\n3. What happens if the work is not done?\nWe stop printing\n4. What do you need?\nAdvice on envelopes",
        &[PLAIN[0], PLAIN[2], PLAIN[3]],
        "questions restated under numbers, one left empty",
    );
    check(
        "1 & 2: The print team, because letters go astray\n3. We stop printing\n4. Advice on envelopes\n5. Post and paper\n6. 14 December 2026",
        &[
            (WorkFor, "The print team, because letters go astray"),
            (Importance, "The print team, because letters go astray"),
            PLAIN[2],
            PLAIN[3],
            PLAIN[4],
            PLAIN[5],
        ],
        "one answer for two questions",
    );
    check(
        "1. Who for? The print team\n2. How much does it matter to the department as a whole?\nLetters go astray\n3. If not done? We stop printing\n4. Need? Advice on envelopes",
        &[PLAIN[0], PLAIN[1], PLAIN[2], PLAIN[3]],
        "a question in their own words stands under its number",
    );
}

#[test]
fn a_list_of_something_else_is_no_form() {
    check(
        "We have three concerns:\n\n1. The door is open.\n2. The key is lost.\n3. Nobody minds.",
        &[],
        "concerns",
    );
    check(
        "Agenda for our call:\n1. Welcome\n2. Budget\n3. Staff\n4. Parking\n5. Lunch\n6. Close",
        &[],
        "an agenda of six",
    );
    check(
        "We'd be glad to know:\n1. Is it safe?\n2. Is it legal?\n3. Is it slow?\n4. Is it dear?",
        &[],
        "questions to the team",
    );
}

#[test]
fn labels_in_many_shapes() {
    check(
        "Work for: The print team\nImportance: Letters go astray\nConsequences: We stop printing\nRequirement: Advice on envelopes\nExpertise: Post and paper\nDate needed: 14 December 2026",
        &PLAIN,
        "nouns",
    );
    check(
        "*Who*: The print team\n*Why*: Letters go astray\n*If we don't*: We stop printing\n*What*: Advice on envelopes\n*Skills*: Post and paper\n*When*: 14 December 2026",
        &PLAIN,
        "bold question words",
    );
    check(
        "Who for - The print team\nWhy - Letters go astray\nRisk if not done - We stop printing\nAsk - Advice on envelopes\nExperience needed - Post and paper\nBy when - 14 December 2026",
        &PLAIN,
        "dashes",
    );
    check(
        "Team\nThe print team\n\nWhy it matters\nLetters go astray\n\nIf nothing happens\nWe stop printing\n\nThe ask\nAdvice on envelopes\n\nSkills\nPost and paper\n\nDeadline\n14 December 2026\n\nAda",
        &PLAIN,
        "headings; a weak one counts among others",
    );
    check(
        "Client: The print team. Reason: Letters go astray. Impact: We stop printing. Need: Advice on envelopes. Skills: Post and paper. Timing: 14 December 2026.",
        &[
            (WorkFor, "The print team."),
            (Importance, "Letters go astray."),
            (Consequence, "We stop printing."),
            (Need, "Advice on envelopes."),
            (Skills, "Post and paper."),
            (Milestone, "14 December 2026."),
        ],
        "in one paragraph",
    );
    check(
        "• Customer: The print team\n• Driver: Letters go astray\n• Consequence: We stop printing\n• Help needed: Advice on envelopes\n• Skillset: Post and paper\n• Next milestone: 14 December 2026",
        &PLAIN,
        "bullets",
    );
}

#[test]
fn questions_in_other_words() {
    check(
        "Who are you doing this for?\nThe print team\nWhy does it matter?\nLetters go astray\nWhat would happen if it didn't get done?\nWe stop printing\nWhat do you need from us?\nAdvice on envelopes\nWhat experience will we need?\nPost and paper\nWhen do you need it by?\n14 December 2026",
        &PLAIN,
        "paraphrased",
    );
    check(
        "WHO IS THE WORK FOR? The print team\nWHY IS THIS IMPORTANT? Letters go astray\nWHAT IF IT IS LATE? We stop printing\nWHAT IS THE NEED? Advice on envelopes\nWHICH SKILLS? Post and paper\nNEXT MILESTONE? 14 December 2026",
        &PLAIN,
        "shouted",
    );
    check(
        "Q: Who is the work for?\nA: The print team\nQ: Why is it important?\nA: Letters go astray",
        &PLAIN[..2],
        "question and answer",
    );
}

#[test]
fn answers_under_quoted_questions() {
    check(
        "Please see below.\n\n> 1. Who is the work for?\nThe print team\n>\n> 2. Why is it important?\n>> Letters go astray\n> 3. What happens if the work is not done (or not done on\n> time)?\n\nWe stop printing\n\n> 4. What is your need?\n> 5. What skills or experience does the work need?\n\nPost and paper",
        &[PLAIN[0], PLAIN[2], PLAIN[4]],
        "gaps stay gaps",
    );
    check(
        "My answers are in red below.\n> Who is the work for?\n> The print team\n> Why is it important?\n> Letters go astray",
        &PLAIN[..2],
        "only the colour told them apart",
    );
    check(
        "Who is the work for?\n> The print team\nWhy is it important?\n> Letters go astray\nWhat is your need?\n> Advice on envelopes",
        &[PLAIN[0], PLAIN[1], PLAIN[3]],
        "block quotes used as an indent",
    );
    check(
        "Passing this on.\n| Who for: The print team\n| Need: Advice on envelopes",
        &[PLAIN[0], PLAIN[3]],
        "forwarded",
    );
}

#[test]
fn marks_and_prose_together() {
    check(
        "Need: Advice on envelopes\nMilestone: 14 December 2026\n\nIf we do nothing we stop printing. This is for the print team.",
        &[
            (WorkFor, "This is for the print team."),
            (Consequence, "If we do nothing we stop printing."),
            PLAIN[3],
            PLAIN[5],
        ],
        "prose fills what labels leave open",
    );
    check(
        "1. The print team\n2. Letters go astray\n4. Advice on envelopes\n6. 14 December 2026\n\nIf we do nothing we stop printing.",
        &[PLAIN[0], PLAIN[1], PLAIN[3], PLAIN[5]],
        "a form with gaps is a form",
    );
}
