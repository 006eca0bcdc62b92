//! What nobody typed: banners of the mail gateway, legal notices, adverts of the mail program.

use std::ops::Range;

use super::super::phrases::{List, any, count, list, start};
use super::super::searched::{self, Searched};
use super::{Marks, Origin};

pub(super) fn mark(marks: &mut Marks) {
    for place in 0..marks.len() {
        if marks.is_own(place) && is_advert(marks.text(place)) {
            marks.set(place, Origin::Boilerplate);
        }
    }
    banners(marks);
    list_footer(marks);
    legal_notices(marks);
}

/// No advert of a mail program begins with a longer phrase.
const LONGEST_START: usize = 40;

fn is_advert(text: &str) -> bool {
    static STARTS: List = list!(
        "sent from my ; sent from outlook; sent from mail for ; sent from yahoo; sent from \
            gmail; sent from a ; get outlook for ; sent with proton; sent via ; anfonwyd o fy ; \
            von meinem"
    );
    let begins = || {
        let text = text.trim_start_matches(['_', '*', '<', '(']);
        let lower = text.split_at(text.floor_char_boundary(LONGEST_START)).0.to_lowercase();
        start(&lower, STARTS).is_some()
    };
    begins() && text.split_whitespace().nth(12).is_none()
}

/// Banners stand before the first words of the sender.
fn banners(marks: &mut Marks) {
    static STARTS: List = list!(
        "caution; external email; external e-mail; external message; external sender; \
            [external; *external; warning; this email originated; this e-mail originated; this \
            message originated; you don't often get; you don’t often get; rhybudd"
    );
    static WORDS: List = list!(
        "outside; external; originated; click; links; attachments; recognise; recognize; \
            often get email; learn why; know the content is safe; allanol; suspicious; sender; \
            learnaboutsenderidentification"
    );
    let mut is_banner = false;
    let mut seen = 0;
    for place in 0..marks.len() {
        if marks.is_blank(place) {
            is_banner = false;
            continue;
        }
        let text = marks.text(place).to_lowercase();
        let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '[' && c != '*');
        let starts = start(text, STARTS).is_some();
        let hits = if starts || is_banner { count(text, WORDS) } else { 0 };
        is_banner = starts && (hits > 0 || text.len() < 20) || is_banner && hits > 0;
        if is_banner && marks.is_own(place) {
            marks.set(place, Origin::Boilerplate);
        } else {
            seen += 1;
        }
        if seen > 2 {
            return;
        }
    }
}

/// The footer that list servers put under every mail.
fn list_footer(marks: &mut Marks) {
    let is_rule = |text: &str| text.len() >= 20 && text.chars().all(|c| c == '_' || c == '-');
    let rule =
        (0..marks.len()).rev().find(|place| marks.is_own(*place) && is_rule(marks.text(*place)));
    let Some(rule) = rule else { return };
    let below: String =
        (rule..marks.len()).map(|place| marks.text(place).to_lowercase() + "\n").collect();
    let is_list = any(&below, list!("mailing list; unsubscribe; listinfo; group at "));
    if is_list && marks.len() - rule <= 12 {
        for place in rule..marks.len() {
            if marks.is_own(place) {
                marks.set(place, Origin::Boilerplate);
            }
        }
    }
}

/// Paragraphs that say what lawyers say.
fn legal_notices(marks: &mut Marks) {
    let own = (0..marks.len()).filter(|place| marks.is_own(*place));
    let whole: String = own.map(|place| marks.text(place).to_lowercase() + " ").collect();
    let whole = Searched::new(&whole);
    // No paragraph holds more signs than all of them.
    if !is_legal(|list| searched::count(&whole, list), true) {
        return;
    }
    for segment in marks.own_segments() {
        let paragraphs = paragraphs(marks, segment);
        let last = paragraphs.len().saturating_sub(1);
        for (index, paragraph) in paragraphs.into_iter().enumerate() {
            let text: String =
                paragraph.clone().map(|place| marks.text(place).to_lowercase() + " ").collect();
            if is_legal(|list| count(&text, list), index + 2 >= last && index > 0) {
                marks.set_all(paragraph, Origin::Boilerplate);
            }
        }
    }
}

/// `signs` counts the phrases of a list that stand in the text.
fn is_legal(signs: impl Fn(List) -> usize, is_near_the_end: bool) -> bool {
    static STRONG: List = list!(
        "email and any attach; e-mail and any attach; message and any attach; files transmitted; \
         intended recipient; intended only for; intended solely; solely for the use; solely \
            for the addressee; received this in error; received this e-mail in error; received \
            this email in error; received this message in error; received it in error; reached \
            you in error; sent to you in error; confidentiality notice; legally privileged; \
            registered in england; registered in wales; registered in scotland; registered \
            office; consider the environment; before you print; before printing; scanned for \
            viruses; swept for; virus-free; views expressed; mimecast; gohebiaeth yn gymraeg; \
            gohebu yn gymraeg; croesawu gohebiaeth; correspondence in welsh; writing to us in welsh"
    );
    static WEAK: List = list!(
        "confidential; privileged; copy, distribute; disclose; dissemination; delete it; \
            delete this; notify the sender; monitored; company no; virus; e-mail; email; \
            message; unauthorised; trading name"
    );
    static THIS: List = list!(
        "this message; this e-mail; this email; this mail; this communication; this transmission; \
            its contents; attachments"
    );
    static FOR_WHOM: List = list!(
        "addressee; recipient; to whom it is addressed; it is addressed to; to whom it was sent; \
            person named above; not meant for you; not intended for you; not for you"
    );
    let is_for_one = signs(THIS) > 0 && signs(FOR_WHOM) > 0;
    let (strong, weak) = (signs(STRONG) + usize::from(is_for_one), signs(WEAK));
    strong >= 2 || strong >= 1 && weak >= 2 || strong + weak >= 5 || strong >= 1 && is_near_the_end
}

pub(super) fn paragraphs(marks: &Marks, segment: Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for place in segment.filter(|place| !marks.is_blank(*place)) {
        match found.last_mut() {
            Some(last) if last.end == place => last.end += 1,
            _ => found.push(place..place + 1),
        }
    }
    found
}

/// PGP's clear-text armour: its frame is no text, and its dash escapes go.
pub(super) fn unwrap_armour(marks: &mut Marks) {
    const BEGIN: &str = "-----BEGIN PGP SIGNED MESSAGE-----";
    const SIGNATURE: &str = "-----BEGIN PGP SIGNATURE-----";
    let find =
        |marks: &Marks, text: &str| (0..marks.len()).find(|place| marks.text(*place) == text);
    let (Some(begin), Some(signature)) = (find(marks, BEGIN), find(marks, SIGNATURE)) else {
        return;
    };
    let end = (signature..marks.len())
        .find(|place| marks.text(*place) == "-----END PGP SIGNATURE-----")
        .map_or(marks.len(), |end| end + 1);
    let head_end = (begin..signature).find(|place| marks.is_blank(*place)).unwrap_or(begin + 1);
    marks.set_all(begin..head_end, Origin::Boilerplate);
    marks.set_all(signature..end, Origin::Boilerplate);
    for line in marks.lines.iter_mut().take(signature).skip(head_end) {
        if let Some(rest) = line.text.strip_prefix("- ").filter(|rest| rest.starts_with('-')) {
            line.text = rest.to_owned();
        }
    }
}
