//! Whose words a line holds: the sender's own, a quoted thread, a signature, a notice.

use super::flat::FlatLine;
use super::{Line, Origin};

pub(super) fn mark(flat: Vec<FlatLine>) -> Vec<Line> {
    let mut is_signature = false;
    flat.into_iter()
        .map(|line| {
            is_signature |= line.is_separator;
            let origin = match line.depth {
                0 if is_signature => Origin::Signature,
                0 => Origin::Own,
                depth => Origin::Quoted(depth),
            };
            Line { text: line.text, origin }
        })
        .collect()
}
