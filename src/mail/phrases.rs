//! Lists of phrases: `one; another; a third`, in lower case, compared with text in lower case.

pub(super) fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim)
}

/// How many of the phrases stand in the text.
pub(super) fn count(text: &str, list: &str) -> usize {
    each(list).filter(|phrase| text.contains(phrase)).count()
}

pub(super) fn any(text: &str, list: &str) -> bool {
    each(list).any(|phrase| text.contains(phrase))
}

/// The phrase that the text begins with.
pub(super) fn start<'a>(text: &str, list: &'a str) -> Option<&'a str> {
    each(list).find(|phrase| text.starts_with(phrase))
}

pub(super) fn has(list: &str, wanted: &str) -> bool {
    each(list).any(|phrase| phrase == wanted)
}

/// Lower case, plain apostrophes, single spaces.
pub(super) fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('’', "'");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
