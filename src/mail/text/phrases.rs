//! Lists of phrases: `one; another; a third`, in lower case, compared with text in lower case.

pub(in crate::mail) fn each(list: &str) -> impl Iterator<Item = &str> {
    list.split(';').map(str::trim)
}

/// How many of the phrases stand in the text.
pub(in crate::mail) fn count(text: &str, list: &str) -> usize {
    each(list).filter(|phrase| text.contains(phrase)).count()
}

pub(in crate::mail) fn any(text: &str, list: &str) -> bool {
    each(list).any(|phrase| text.contains(phrase))
}

/// The phrase that the text begins with.
pub(in crate::mail) fn start<'a>(text: &str, list: &'a str) -> Option<&'a str> {
    each(list).find(|phrase| text.starts_with(phrase))
}

pub(in crate::mail) fn has(list: &str, wanted: &str) -> bool {
    each(list).any(|phrase| phrase == wanted)
}

/// Lower case, plain apostrophes, single spaces.
pub(in crate::mail) fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('’', "'");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}
