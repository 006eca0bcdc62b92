//! HTML to flat lines.

use super::flat::FlatLine;

pub(super) fn flatten(html: &str) -> Vec<FlatLine> {
    let mut text = String::new();
    for piece in html.split('<').skip(1) {
        if let Some((tag, words)) = piece.split_once('>') {
            if tag.starts_with("br") || tag.starts_with('p') || tag.starts_with("div") {
                text.push('\n');
            }
            text.push_str(words);
        }
    }
    text.split('\n').map(|line| FlatLine::quoted(line.trim_end(), 0)).collect()
}
