//! The mails of the demo and the people who write and read them. All invented.

/// Where requests go.
pub(super) const DESK: &str = "security@desk.example";

/// Everybody who has a mailbox in the sandbox.
pub(super) const RESIDENTS: [&str; 15] = [
    DESK,
    "ada@desk.example",
    "grace@desk.example",
    "ciso@desk.example",
    "duty@desk.example",
    "operator@desk.example",
    "priya@requests.example",
    "tom@requests.example",
    "ines@requests.example",
    "chidi@requests.example",
    "bethan@requests.example",
    "marcus@requests.example",
    "fatima@requests.example",
    "gareth@requests.example",
    "lena@requests.example",
];

/// A mail, and when it is sent in December 2026.
pub(super) struct Sample {
    pub(super) day: u32,
    pub(super) at: (u32, u32),
    pub(super) from: &'static str,
    pub(super) mail: &'static str,
}

macro_rules! sample {
    ($day:literal, $hour:literal, $minute:literal, $from:literal, $file:literal) => {
        Sample {
            day: $day,
            at: ($hour, $minute),
            from: $from,
            mail: include_str!(concat!("mails/", $file)),
        }
    };
}

/// In the order in which they are sent. `mail` may answer the newest letter to its author
/// (`{answer_to}`, `{answer_subject}`) or tap a link in it (`{link REFERENCE VERB}`).
pub(super) const SAMPLES: [Sample; 16] = [
    sample!(24, 9, 2, "priya@requests.example", "01-numbered.eml"),
    sample!(24, 9, 15, "ines@requests.example", "03-labels.eml"),
    sample!(24, 9, 40, "tom@requests.example", "02-urgent.eml"),
    sample!(24, 10, 5, "chidi@requests.example", "04-html-table.eml"),
    sample!(24, 10, 30, "helen@requests.example", "05-out-of-office.eml"),
    sample!(24, 11, 10, "bethan@requests.example", "06-data-protection.eml"),
    sample!(24, 11, 45, "marcus@requests.example", "07-prose.eml"),
    sample!(24, 12, 20, "news@vendor.example", "09-newsletter.eml"),
    sample!(24, 13, 0, "fatima@requests.example", "08-inline.eml"),
    sample!(24, 13, 35, "gareth@requests.example", "10-physical.eml"),
    sample!(24, 14, 10, "lena@requests.example", "11-bare.eml"),
    // Answers the acknowledgement of her first mail.
    sample!(24, 15, 0, "ines@requests.example", "12-follow-up.eml"),
    // The consultants tap links in the digest of the first morning after Christmas.
    sample!(29, 9, 10, "ada@desk.example", "13-take.eml"),
    sample!(29, 9, 25, "grace@desk.example", "14-redirect.eml"),
    // An answer from the shared mailbox, seen in its Sent folder.
    sample!(29, 10, 30, "security@desk.example", "15-from-the-sent-folder.eml"),
    // She does not agree with the redirect.
    sample!(29, 11, 0, "bethan@requests.example", "16-dispute.eml"),
];

/// The settings of the demo's desk. The ports and files are filled in.
pub(super) const SETTINGS: &str = include_str!("settings.toml");
