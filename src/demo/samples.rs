//! The mails of the demo and the people who write and read them. All invented.

/// A person with a mailbox in the sandbox.
pub(super) struct Resident {
    /// Their login.
    pub(super) user: &'static str,
    pub(super) address: &'static str,
}

/// The desk's own mailbox comes first.
pub(super) const RESIDENTS: [Resident; 15] = [
    Resident { user: "security", address: "security@desk.example" },
    Resident { user: "ada", address: "ada@desk.example" },
    Resident { user: "grace", address: "grace@desk.example" },
    Resident { user: "ciso", address: "ciso@desk.example" },
    Resident { user: "duty", address: "duty@desk.example" },
    Resident { user: "operator", address: "operator@desk.example" },
    Resident { user: "priya", address: "priya@requests.example" },
    Resident { user: "tom", address: "tom@requests.example" },
    Resident { user: "ines", address: "ines@requests.example" },
    Resident { user: "chidi", address: "chidi@requests.example" },
    Resident { user: "bethan", address: "bethan@requests.example" },
    Resident { user: "marcus", address: "marcus@requests.example" },
    Resident { user: "fatima", address: "fatima@requests.example" },
    Resident { user: "gareth", address: "gareth@requests.example" },
    Resident { user: "lena", address: "lena@requests.example" },
];

/// A mail and the local time at which it is sent on the first day.
pub(super) struct Sample {
    pub(super) at: (u32, u32),
    pub(super) from: &'static str,
    pub(super) mail: &'static str,
}

macro_rules! sample {
    ($hour:literal:$minute:literal, $from:literal, $file:literal) => {
        Sample { at: ($hour, $minute), from: $from, mail: include_str!(concat!("mails/", $file)) }
    };
}

/// In the order in which they are sent.
pub(super) const SAMPLES: [Sample; 12] = [
    sample!(9:02, "priya@requests.example", "01-numbered.eml"),
    sample!(9:15, "ines@requests.example", "03-labels.eml"),
    sample!(9:40, "tom@requests.example", "02-urgent.eml"),
    sample!(10:05, "chidi@requests.example", "04-html-table.eml"),
    sample!(10:30, "helen@requests.example", "05-out-of-office.eml"),
    sample!(11:10, "bethan@requests.example", "06-data-protection.eml"),
    sample!(11:45, "marcus@requests.example", "07-prose.eml"),
    sample!(12:20, "news@vendor.example", "09-newsletter.eml"),
    sample!(13:00, "fatima@requests.example", "08-inline.eml"),
    sample!(13:35, "gareth@requests.example", "10-physical.eml"),
    sample!(14:10, "lena@requests.example", "11-bare.eml"),
    // Answers the acknowledgement of her first mail.
    sample!(15:00, "ines@requests.example", "12-follow-up.eml"),
];

/// The settings of the demo's desk. The ports and files are filled in.
pub(super) const SETTINGS: &str = include_str!("settings.toml");
