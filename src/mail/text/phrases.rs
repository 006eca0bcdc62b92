//! Lists of phrases: `one; another; a third`, in lower case, compared with text in lower case.

pub(in crate::mail) type List = &'static [&'static str];

/// `list!("one; another; a third")`, cut when the service is built: mail is compared with hundreds
/// of phrases, and cutting them anew for each mail took longer than comparing.
macro_rules! list {
    ($text:expr) => {{
        const TEXT: &str = $text;
        const LIST: [&str; $crate::mail::text::phrases::length(TEXT)] =
            $crate::mail::text::phrases::cut(TEXT);
        &LIST
    }};
}
pub(in crate::mail) use list;

pub(in crate::mail) const fn length(list: &str) -> usize {
    let mut length = 1;
    let mut bytes = list.as_bytes();
    while let [first, rest @ ..] = bytes {
        if *first == b';' {
            length += 1;
        }
        bytes = rest;
    }
    length
}

pub(in crate::mail) const fn cut<const LENGTH: usize>(
    list: &'static str,
) -> [&'static str; LENGTH] {
    let mut found = [""; LENGTH];
    let mut open: &mut [&'static str] = &mut found;
    let mut rest = list;
    while let [place, others @ ..] = open {
        let end = end_of_first(rest);
        let (first, behind) = rest.split_at(end);
        *place = first.trim_ascii();
        rest = if behind.is_empty() { "" } else { behind.split_at(1).1 };
        open = others;
    }
    found
}

const fn end_of_first(list: &str) -> usize {
    let mut end = 0;
    let mut bytes = list.as_bytes();
    while let [first, rest @ ..] = bytes {
        if *first == b';' {
            return end;
        }
        end += 1;
        bytes = rest;
    }
    end
}

/// How many of the phrases stand in the text.
pub(in crate::mail) fn count(text: &str, list: List) -> usize {
    list.iter().filter(|phrase| text.contains(**phrase)).count()
}

pub(in crate::mail) fn any(text: &str, list: List) -> bool {
    list.iter().any(|phrase| text.contains(phrase))
}

/// The phrase that the text begins with.
pub(in crate::mail) fn start(text: &str, list: List) -> Option<&'static str> {
    list.iter().find(|phrase| text.starts_with(**phrase)).copied()
}

pub(in crate::mail) fn has(list: List, wanted: &str) -> bool {
    list.contains(&wanted)
}

/// Lower case, plain apostrophes, single spaces.
pub(in crate::mail) fn plain(text: &str) -> String {
    let text = text.to_lowercase().replace('’', "'");
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_at_its_semicolons() {
        const ODD: List = list!(
            "one; sent from my ; grüße;\
            the last"
        );
        assert_eq!(ODD, ["one", "sent from my", "grüße", "the last"]);
        assert!(any("the grüße", ODD));
        assert_eq!(start("sent from my phone", ODD), Some("sent from my"));
        assert!(has(ODD, "one") && !has(ODD, "on"));
    }
}
