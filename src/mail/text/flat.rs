//! What plain text and HTML have in common once flattened: lines that know how deep they are quoted.

/// A line before anybody has asked whose words it holds.
#[derive(Clone, Default, PartialEq, Eq)]
pub(in crate::mail) struct FlatLine {
    pub(in crate::mail) text: String,
    /// Levels of quoting that the mail itself marks, by `>` or by its HTML.
    pub(in crate::mail) depth: u8,
    pub(in crate::mail) hint: Hint,
    /// A colour that sets the whole line apart from black text: how people mark their answers.
    pub(in crate::mail) colour: Option<String>,
    /// The end of a line that begins in black and goes on in a colour: an answer behind its question.
    pub(in crate::mail) coloured_end: Option<String>,
}

/// What the form of the mail tells about a line, before its words are looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::mail) enum Hint {
    #[default]
    None,
    /// The line `-- `, which alone begins a signature without doubt.
    Separator,
    /// The mail program says that the quoted mail begins here.
    QuoteStart,
    /// The mail program says that this is its signature block.
    Signature,
}

impl FlatLine {
    pub(in crate::mail) fn quoted(text: &str, depth: u8) -> Self {
        Self { text: text.to_owned(), depth, ..Self::default() }
    }

    pub(in crate::mail) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

pub(in crate::mail) fn words(lines: &[FlatLine]) -> usize {
    lines.iter().map(|line| line.text.split_whitespace().count()).sum()
}

/// Whether two texts have the same letters and figures, whatever their form.
pub(in crate::mail) fn says_the_same(one: &[FlatLine], other: &[FlatLine]) -> bool {
    let letters = |lines: &[FlatLine]| -> String {
        let text = lines.iter().flat_map(|line| line.text.chars());
        text.filter(|c| c.is_alphanumeric()).collect()
    };
    let (one, other) = (letters(one), letters(other));
    one.len() > 20 && one == other
}
