//! Whether somebody writes Welsh. Only the small words are looked at: every Welsh sentence has them,
//! and no other language that reaches us does.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Small words of Welsh that are no English words, without accents. Short ones that are also
/// abbreviations or names (`a`, `i`, `o`, `am`, `ni`, `dim`) are left out.
const WELSH: &str = "\
    ac aelod allwch angen annwyl ar arall arnaf arnom bod bore bydd byddaf byddai byddwch byddwn \
    cais chi cofion croeso cwestiwn cyfer cymorth cyn cyngor dda ddim ddiogel ddiogelwch \
    diogelwch diolch diwrnod dros drwy dwi ei eich ein ers eto eu fawr fel felly fod fy fyddai \
    gael gallu gallwch gallwn gan ganddo gennym gobeithio gwaith gwasanaeth gwelwch gwybod gyda \
    gyfer heb hefyd helpu hoffem hoffwn hon hwn hyn iawn llawer mae maen mewn mwy neu newydd nid \
    oedd oes ond oni os rhaid rwy rwyf rydw rydym rydyn sut sy sydd wedi wnewch wrth yma yn \
    ynghylch ynglyn yr";
/// The most frequent small words of English.
const ENGLISH: &str = "\
    and are as be been but by can for from has have if is it need not of on our please that the \
    there they this to was we what which will with would you your";
/// A greeting and thanks in Welsh above an English mail are not enough.
const FEWEST_DIFFERENT: usize = 3;
const FEWEST: usize = 4;
/// Longer than any known word.
const LONGEST_WORD: usize = 20;
/// Words that are looked at.
const MOST_WORDS: usize = 5_000;

#[derive(Clone, Copy)]
enum Language {
    Welsh,
    English,
}

static KNOWN: LazyLock<BTreeMap<&str, Language>> = LazyLock::new(|| {
    let english = ENGLISH.split_whitespace().map(|word| (word, Language::English));
    english.chain(WELSH.split_whitespace().map(|word| (word, Language::Welsh))).collect()
});

/// True for a mail in Welsh, and for one that says the same in both languages.
pub(super) fn is_welsh(words: &str) -> bool {
    let mut plain = String::new();
    let mut different = BTreeSet::new();
    let (mut welsh, mut english) = (0_usize, 0_usize);
    let is_end = |c: char| !c.is_alphabetic();
    for word in words.split(is_end).filter(|word| !word.is_empty()).take(MOST_WORDS) {
        make_plain(&mut plain, word);
        match KNOWN.get_key_value(plain.as_str()) {
            Some((word, Language::Welsh)) => {
                welsh += 1;
                different.insert(*word);
            }
            Some((_, Language::English)) => english += 1,
            None => {}
        }
    }
    // As much of one as of the other: where both stand side by side, neither count is exact.
    welsh >= FEWEST && different.len() >= FEWEST_DIFFERENT && 3 * welsh >= 2 * english
}

/// In lower case, without the accents of Welsh, which many keyboards lack.
fn make_plain(plain: &mut String, word: &str) {
    plain.clear();
    if word.is_ascii() {
        plain.extend(word.chars().take(LONGEST_WORD).map(|letter| letter.to_ascii_lowercase()));
        return;
    }
    let bare = |c: char| match c {
        'â' | 'á' | 'à' | 'ä' => 'a',
        'ê' | 'é' | 'è' | 'ë' => 'e',
        'î' | 'í' | 'ì' | 'ï' => 'i',
        'ô' | 'ó' | 'ò' | 'ö' => 'o',
        'û' | 'ú' | 'ù' | 'ü' => 'u',
        'ŵ' | 'ẃ' | 'ẁ' | 'ẅ' => 'w',
        'ŷ' | 'ý' | 'ỳ' | 'ÿ' => 'y',
        c => c,
    };
    let letters = word.chars().take(LONGEST_WORD);
    plain.extend(letters.flat_map(char::to_lowercase).map(bare));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welsh_is_told_from_english_about_wales() {
        let cases = [
            (
                true,
                "a whole mail",
                "Bore da,\n\nMae angen cyngor arnom ar ddiogelwch gwasanaeth newydd. \
                Rydym yn symud y system ym mis Mawrth.\n\nDiolch yn fawr",
            ),
            (
                true,
                "few words",
                "Helo, allwch chi helpu gyda'r adolygiad cyn diwedd y mis, os gwelwch yn dda?",
            ),
            (
                true,
                "without accents, in capitals",
                "MAE'R GWASANAETH YN BAROD OND RYDYM HEB GAEL CYNGOR",
            ),
            (
                true,
                "both languages",
                "Rydym yn gofyn am gyngor ar gyfer y gwasanaeth newydd. Mae'r gwaith wedi dechrau.\n\n\
                We ask for advice for the new service. The work has begun and it is urgent for us.",
            ),
            (
                false,
                "a greeting",
                "Bore da,\n\nWe need a review of the new booking service for Cardiff.\n\nDiolch",
            ),
            (
                false,
                "names of places",
                "The work is for the courts in Ynys Môn, Pen-y-bont ar Ogwr and Caerdydd. \
                It is urgent because the contract ends.",
            ),
            (
                false,
                "a notice below",
                "We need advice on the contract with our supplier, which ends in March, and \
                would like to know what you need from us. It is for the tribunal. Please can you say if this is for \
                you, and by when we will have an answer? The board is on 3 June.\n\n\
                Rydym yn croesawu gohebiaeth yn Gymraeg neu Saesneg.",
            ),
            (
                false,
                "initials and names",
                "The AR and the AC met Mae on the roof; they will be there at 9.",
            ),
            (false, "nothing", ""),
        ];
        for (expected, what, words) in cases {
            assert_eq!(is_welsh(words), expected, "{what}");
        }
    }

    #[test]
    fn a_long_mail_is_read_quickly() {
        assert!(is_welsh(&"yn yr ac mae ".repeat(100_000)));
        assert!(!is_welsh(&"x".repeat(1_000_000)));
    }
}
