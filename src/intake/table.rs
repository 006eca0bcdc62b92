//! Answers in a table: one row a question, or one column a question.

use std::collections::BTreeSet;

use super::cues::{self, Asked, Strength};
use super::found::Found;
use super::marks;
use super::meaning;
use super::rows::{self, Row};
use super::{Layout, Question};

/// A line break inside a cell, as flattened HTML gives it.
const LINE_BREAK: char = '\u{2028}';

pub(super) fn read(rows: &[Row]) -> Found {
    let mut best = Found::default();
    for mut table in tables(rows) {
        without_clerks(&mut table);
        // Questions to the right of their answers.
        if answer_column(&table) == Some(0) {
            for row in &mut table {
                row.cells.reverse();
            }
        }
        let by_row = one_row_a_question(&table);
        let by_column = one_column_a_question(&table);
        let found = if by_column.len() > by_row.len() { by_column } else { by_row };
        if found.len() > best.len() {
            best = found;
        }
    }
    best
}

/// Columns that say who filled in a row, or how far it is.
fn without_clerks(table: &mut [TableRow]) {
    const CLERKS: [&str; 16] = [
        "owner",
        "owners",
        "status",
        "rag",
        "initials",
        "answered by",
        "completed by",
        "filled in by",
        "by",
        "author",
        "last updated",
        "updated",
        "updated by",
        "date completed",
        "completed",
        "done",
    ];
    let is_clerk = |cell: &String| {
        CLERKS.contains(&cell.to_lowercase().trim_matches([':', '*', '?', ' ', '.']))
    };
    let columns: Vec<usize> = table.first().map_or_else(Vec::new, |heading| {
        let cells = heading.cells.iter().enumerate().skip(1);
        cells.filter(|(_, cell)| is_clerk(cell)).map(|(column, _)| column).collect()
    });
    if table.first().is_none_or(|heading| heading.cells.len() < columns.len() + 2) {
        return;
    }
    for row in table {
        for column in columns.iter().rev() {
            if *column < row.cells.len() {
                row.cells.remove(*column);
            }
        }
    }
}

struct TableRow {
    cells: Vec<String>,
    line: usize,
}

/// Rows with tabs, and the rows of one cell that stand directly between them.
fn tables(rows: &[Row]) -> Vec<Vec<TableRow>> {
    let mut tables: Vec<Vec<TableRow>> = Vec::new();
    let mut blanks = 0;
    let mut is_open = false;
    for row in rows {
        if row.is_blank() {
            blanks += 1;
            continue;
        }
        let has_cells = row.text.contains('\t');
        let goes_on = is_open && blanks <= 1;
        let continues = has_cells || blanks == 0;
        blanks = 0;
        is_open = has_cells || (goes_on && continues);
        if !is_open {
            continue;
        }
        let cells = row.text.split('\t').map(|cell| cell.trim().to_owned()).collect();
        let row = TableRow { cells, line: row.line };
        match tables.last_mut() {
            Some(table) if goes_on => table.push(row),
            Some(_) | None => tables.push(vec![row]),
        }
    }
    tables.retain(|table| table.iter().any(|row| row.cells.len() > 1));
    tables
}

fn one_row_a_question(table: &[TableRow]) -> Found {
    let mut found = Found::default();
    let answer_column = answer_column(table);
    let width = table.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let labels = labels_of(table, width);
    let mut strong: BTreeSet<Question> = BTreeSet::new();
    let mut current: Option<Question> = None;
    for (row, label) in table.iter().zip(labels) {
        let Some((at, asked)) = question_of(row, width).or(label) else {
            continue_answer(&mut found, current, row);
            current = current.filter(|_| is_continuation(row));
            continue;
        };
        found.lines.insert(row.line);
        let answer = answer_column
            .filter(|column| *column > at)
            .and_then(|column| row.cells.get(column).cloned())
            .unwrap_or_else(|| row.cells.get(at + 1..).unwrap_or_default().join(" "));
        if asked.strength == Strength::Weak && strong.contains(&asked.question) {
            current = None;
            continue;
        }
        if asked.strength == Strength::Strong && strong.insert(asked.question) {
            found.answers.remove(&asked.question);
        }
        found.asked.insert(asked.question);
        current = Some(asked.question);
        if let Some(text) = cell_text(&answer) {
            found.record(asked.question, text, Layout::HtmlTable);
        }
    }
    found
}

/// The first cell that asks; a number may stand before it, and a number alone will do.
///
/// The last column holds answers; empty cells at the end of a row are cut off.
fn question_of(row: &TableRow, width: usize) -> Option<(usize, Asked)> {
    let labels = width.saturating_sub(1).max(1);
    for (at, cell) in row.cells.iter().enumerate().take(labels) {
        if cell.is_empty() || is_number(cell).is_some() {
            continue;
        }
        let text = marks::number_at(cell).map_or(cell.as_str(), |numbered| numbered.rest);
        let asked =
            cues::all_asked_by(text.trim_end_matches([':', '?', '.', '-', ' '])).first().copied();
        if let Some(asked) = asked {
            return Some((at, asked));
        }
        break;
    }
    let number = row.cells.first().and_then(|cell| is_number(cell)).filter(|_| width == 2)?;
    let question = Question::ALL.get(usize::from(number).checked_sub(1)?)?;
    Some((0, Asked { question: *question, strength: Strength::Weak }))
}

/// What the labels ask that the plain cues do not know, read beside one another.
fn labels_of(table: &[TableRow], width: usize) -> Vec<Option<(usize, Asked)>> {
    let cells: Vec<(usize, &str)> = table
        .iter()
        .map(|row| {
            let numbers = row.cells.iter().take_while(|cell| is_number(cell).is_some()).count();
            (numbers, label_in(row, numbers))
        })
        .collect();
    let texts: Vec<&str> = cells.iter().map(|(_, label)| *label).collect();
    let plain: BTreeSet<Question> = table
        .iter()
        .filter_map(|row| question_of(row, width))
        .map(|(_, asked)| asked.question)
        .collect();
    let assigned = meaning::assigned(&texts);
    let is_form = width >= 2 && assigned.iter().flatten().count() >= LEAST_LABELS;
    let open = |question: &Question| is_form && !plain.contains(question);
    cells
        .iter()
        .zip(assigned)
        .map(|((at, _), question)| {
            let question = question.filter(open)?;
            Some((*at, Asked { question, strength: Strength::Weak }))
        })
        .collect()
}

/// So many labels must be understood before the rest is guessed at.
const LEAST_LABELS: usize = 4;

fn label_in(row: &TableRow, at: usize) -> &str {
    let cell = row.cells.get(at).map_or("", String::as_str);
    let is_short = cell.split_whitespace().count() <= meaning::MOST_WORDS;
    let has_answer_column = row.cells.len() > at + 1 || row.cells.len() == 1;
    if is_short && has_answer_column { cell } else { "" }
}

fn is_number(cell: &str) -> Option<u8> {
    marks::number_at(cell)
        .filter(|numbered| numbered.rest.is_empty())
        .and_then(|numbered| numbered.numbers.first().copied())
}

/// The column headed "Answer", where the table has a row of headings.
fn answer_column(table: &[TableRow]) -> Option<usize> {
    const HEADINGS: [&str; 6] =
        ["answer", "answers", "response", "responses", "our answer", "your answer"];
    let heading = table.first()?;
    heading
        .cells
        .iter()
        .position(|cell| HEADINGS.contains(&cell.to_lowercase().trim_matches([':', '*', ' '])))
}

/// A cell that spans several rows leaves the first cell of the later ones empty, or out.
fn is_continuation(row: &TableRow) -> bool {
    row.cells.len() == 1 || row.cells.first().is_some_and(String::is_empty)
}

fn continue_answer(found: &mut Found, current: Option<Question>, row: &TableRow) {
    let Some(question) = current.filter(|_| is_continuation(row)) else { return };
    let Some(more) = cell_text(&row.cells.join(" ")) else { return };
    found.lines.insert(row.line);
    match found.answers.get_mut(&question) {
        Some(answer) => answer.text = format!("{}; {more}", answer.text),
        None => found.record(question, more, Layout::HtmlTable),
    }
}

fn one_column_a_question(table: &[TableRow]) -> Found {
    let mut found = Found::default();
    let asked_in = |row: &TableRow| headings(&row.cells);
    let heading = table.iter().position(|row| asked_in(row).iter().flatten().count() >= 3);
    let Some((heading, at)) = heading.and_then(|at| table.get(at).map(|row| (row, at))) else {
        return found;
    };
    found.lines.insert(heading.line);
    for (column, question) in asked_in(heading).into_iter().enumerate() {
        let Some(question) = question else { continue };
        let cells: Vec<String> = table
            .iter()
            .skip(at + 1)
            .filter_map(|row| row.cells.get(column).and_then(|cell| cell_text(cell)))
            .collect();
        found.asked.insert(question);
        if !cells.is_empty() {
            found.record(question, cells.join("; "), Layout::HtmlTable);
        }
    }
    found.lines.extend(table.iter().skip(at + 1).map(|row| row.line));
    found
}

/// What the cells of a row of headings ask.
fn headings(cells: &[String]) -> Vec<Option<Question>> {
    let texts: Vec<&str> = cells
        .iter()
        .map(|cell| {
            let text = marks::number_at(cell).map_or(cell.as_str(), |numbered| numbered.rest);
            text.trim_end_matches([':', '?', ' '])
        })
        .collect();
    let plain: Vec<Option<Question>> =
        texts.iter().map(|text| cues::asked_by(text).map(|asked| asked.question)).collect();
    let weighed = meaning::assigned(&texts);
    let count = |asked: &[Option<Question>]| asked.iter().flatten().collect::<BTreeSet<_>>().len();
    if count(&weighed) >= LEAST_LABELS && count(&weighed) > count(&plain) { weighed } else { plain }
}

fn cell_text(cell: &str) -> Option<String> {
    let parts: Vec<&str> =
        cell.split(LINE_BREAK).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_list = parts.len() > 1 && parts.iter().all(|part| rows::behind_bullet(part).is_some());
    let parts: Vec<&str> =
        parts.iter().map(|part| rows::behind_bullet(part).unwrap_or(part)).collect();
    let text = parts.join(if is_list { "; " } else { " " });
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().any(char::is_alphanumeric).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::testing::{check_found, own};
    use Question::{Consequence, Importance, Milestone, Need, Skills, WorkFor};

    fn check(text: &str, expected: &[(Question, &str)], reason: &str) {
        check_found(&read(&own(text)), expected, reason);
    }

    #[test]
    fn questions_stand_in_a_column() {
        check(
            "Question\tAnswer\nWho is the work for?\tThe bureau\nWhy is it important?\t\nNeed\tadvice",
            &[(WorkFor, "The bureau"), (Need, "advice")],
            "a heading row and an empty cell",
        );
        check(
            "No.\tQuestion\tResponse\n1\tWho for\tThe bureau\n2\tImportance\n3\tIf not done\twe stop",
            &[(WorkFor, "The bureau"), (Consequence, "we stop")],
            "a column of numbers",
        );
        check(
            "1\tThe bureau\n2\tFraud\n6\tMarch",
            &[(WorkFor, "The bureau"), (Importance, "Fraud"), (Milestone, "March")],
            "numbers alone",
        );
        check(
            "Cost code\t100\nWhy important\tmoney\n\ttrust\nSkills\tradio\u{2028}law\nRAG\tAmber",
            &[(Importance, "money; trust"), (Skills, "radio law")],
            "rows of their own, a spanning cell, a line break",
        );
        check(
            "Requester team\tA\nWho for\tThe bureau",
            &[(WorkFor, "The bureau")],
            "the plain label wins",
        );
    }

    #[test]
    fn questions_stand_in_a_row() {
        check(
            "Who is the work for?\tNeed\tSkills\nThe bureau\tadvice\tradio",
            &[(WorkFor, "The bureau"), (Need, "advice"), (Skills, "radio")],
            "headings above",
        );
    }
}
