//! Tables: rows of data become lines with tabs, tables that only lay out a page are read as text.

use super::Flattened;
use super::dom::Element;

pub(super) enum Table {
    Rows(Vec<Row>),
    Layout,
}

/// A row as a line, and its last cell where that is set apart by colour.
pub(super) struct Row {
    pub(super) text: String,
    pub(super) coloured_end: Option<String>,
}

/// Spans beyond this are mistakes.
const WIDEST_SPAN: usize = 20;
/// A cell with more lines than these, in a table of one row, is a column of a page.
const MOST_LINES_IN_ONE_ROW: usize = 4;
const MOST_CELLS: usize = 5_000;

/// `flatten` turns a cell into lines.
pub(super) fn read(table: &Element, flatten: impl Fn(&Element) -> Flattened) -> Table {
    let rows = rows(table);
    let is_laid_out = table.attribute("role").is_some_and(|role| role == "presentation");
    let cells = rows.iter().map(|row| cells_of_row(row).count()).sum::<usize>();
    if is_laid_out || holds_table(table) || cells > MOST_CELLS {
        return Table::Layout;
    }
    let mut grid: Vec<Vec<Cell>> = Vec::new();
    let mut spans: Vec<usize> = Vec::new();
    for row in &rows {
        grid.push(read_row(row, &mut spans, &flatten));
    }
    let filled = |row: &Vec<Cell>| row.iter().filter(|cell| !cell.text.is_empty()).count();
    let widest = grid.iter().map(filled).max().unwrap_or(0);
    let is_long = |cell: &Cell| cell.text.split('\u{2028}').count() > MOST_LINES_IN_ONE_ROW;
    let is_page = grid.iter().filter(|row| filled(row) > 0).count() == 1
        && grid.iter().flatten().any(is_long);
    if widest < 2 || is_page {
        return Table::Layout;
    }
    Table::Rows(grid.iter().filter(|row| filled(row) > 0).map(|row| line(row)).collect())
}

#[derive(Default)]
struct Cell {
    text: String,
    is_coloured: bool,
}

fn line(row: &[Cell]) -> Row {
    let texts: Vec<&str> = row.iter().map(|cell| cell.text.as_str()).collect();
    let last = row.iter().rev().find(|cell| !cell.text.is_empty());
    let coloured_end = last.filter(|cell| cell.is_coloured).map(|cell| cell.text.clone());
    Row { text: texts.join("\t").trim_end().to_owned(), coloured_end }
}

/// All cells in reading order, without those of inner tables.
pub(super) fn cells(table: &Element) -> impl Iterator<Item = &Element> {
    let captions = table.elements().filter(|element| element.name == "caption");
    captions.chain(rows(table).into_iter().flat_map(cells_of_row))
}

fn rows(table: &Element) -> Vec<&Element> {
    let mut found = Vec::new();
    for element in table.elements() {
        match element.name.as_str() {
            "tr" => found.push(element),
            "tbody" | "thead" | "tfoot" => {
                found.extend(element.elements().filter(|row| row.name == "tr"));
            }
            _ => {}
        }
    }
    found.retain(|row| !super::style::is_hidden(row));
    found
}

fn cells_of_row(row: &Element) -> impl Iterator<Item = &Element> {
    let is_cell = |cell: &&Element| cell.name == "td" || cell.name == "th";
    row.elements().filter(is_cell).filter(|cell| !super::style::is_hidden(cell))
}

/// One pass down the tree; inner tables are looked at again by their own call, so the work is
/// bounded by the depth of tables times their size.
fn holds_table(element: &Element) -> bool {
    element.elements().any(|child| child.name == "table" || holds_table(child))
}

/// `spans` counts, for each column, the rows that a cell from above still covers.
fn read_row(
    row: &Element,
    spans: &mut Vec<usize>,
    flatten: &impl Fn(&Element) -> Flattened,
) -> Vec<Cell> {
    let mut texts: Vec<Cell> = Vec::new();
    for cell in cells_of_row(row) {
        skip_covered(&mut texts, spans);
        let mut lines = flatten(cell).lines;
        lines.retain(|line| !line.is_blank());
        let is_coloured = lines.iter().all(|line| line.colour.is_some());
        let lines: Vec<String> = lines
            .iter()
            .map(|line| line.text.replace(['\t', '\u{2028}'], " ").trim_end().to_owned())
            .collect();
        let span = |name: &str| {
            let value = cell.attribute(name).and_then(|value| value.trim().parse::<usize>().ok());
            value.unwrap_or(1).clamp(1, WIDEST_SPAN)
        };
        for place in 0..span("colspan") {
            let text = if place == 0 { lines.join("\u{2028}") } else { String::new() };
            texts.push(Cell { text, is_coloured });
            if spans.len() < texts.len() {
                spans.resize(texts.len(), 0);
            }
            if let Some(covered) = spans.get_mut(texts.len() - 1) {
                *covered = span("rowspan") - 1;
            }
        }
    }
    skip_covered(&mut texts, spans);
    texts
}

fn skip_covered(texts: &mut Vec<Cell>, spans: &mut [usize]) {
    while let Some(covered) = spans.get_mut(texts.len()).filter(|rows| **rows > 0) {
        *covered -= 1;
        texts.push(Cell::default());
    }
}
