//! What plain text and HTML have in common once flattened: lines that know how deep they are quoted.

/// A line before anybody has asked whose words it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct FlatLine {
    pub(super) text: String,
    /// Levels of quoting that the mail itself marks, by `>` or by its HTML.
    pub(super) depth: u8,
    /// The line `-- `, which alone begins a signature without doubt.
    pub(super) is_separator: bool,
}

impl FlatLine {
    pub(super) fn quoted(text: &str, depth: u8) -> Self {
        Self { text: text.to_owned(), depth, ..Self::default() }
    }

    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}
