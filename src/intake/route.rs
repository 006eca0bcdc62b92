//! Which team a request belongs to, and why.
//!
//! Words of a topic alone decide nothing: a review of an incident process is consultancy. What
//! counts is what happened to the writer, and what the writer asks for.

use super::prose_cues::holds;
use super::{Answers, Question, Route};

pub(super) struct Routed {
    pub route: Route,
    pub because: String,
}

pub(super) fn of(subject: &str, own_words: &str, answers: &Answers) -> Routed {
    let whole = format!("{subject}. {own_words}");
    let need = answers.get(&Question::Need).map(|answer| answer.text.as_str()).unwrap_or_default();
    if let Some(because) = incident(&whole, answers) {
        return Routed { route: Route::Incident, because };
    }
    for topic in [&PHYSICAL, &PERSONNEL, &DATA_PROTECTION, &SERVICE_DESK] {
        if let Some(because) = topic.because(&whole, need) {
            return Routed { route: topic.route, because };
        }
    }
    Routed { route: Route::Consultancy, because: String::new() }
}

/// Something that has happened to the writer.
const HAPPENED: &[&str] = &[
    "been hacked", "got hacked", "hacked my", "put my password", "put my work password", "entered my password",
    "typed my password", "gave my password", "gave them my password", "gave my login", "gave my credentials",
    "clicked a link", "clicked the link", "clicked on a", "clicked on the", "i clicked", "opened the attachment",
    "never wrote", "didn't send", "did not send", "i never sent", "ransom note", "ransom", "encrypted our files",
    "files are encrypted", "files have been encrypted", "data for sale", "its data for sale", "for sale on", "inside now",
    "still be inside", "still inside", "address that isn't ours", "isn't ours", "unknown login", "strange login",
    "log in from", "login from", "logged in as me", "logging in as", "account has been compromised", "been compromised",
    "data breach", "been breached", "leaked online", "leaked", "wrong recipient", "wrong person", "wrong address",
    "sent it to the wrong", "malware", "virus on", "stolen", "was stolen", "has been stolen", "been published",
    "exfiltrated", "taken over",
];
const DEVICES: &[&str] = &[
    "laptop", "laptop bag", "phone", "tablet", "ipad", "memory stick", "usb stick", "usb", "hard drive", "briefcase",
    "bag", "file", "notebook", "papers", "case file", "device", "smartcard", "dictaphone", "rucksack",
];
const GONE: &[&str] = &[
    "lost", "missing", "stolen", "left it", "left my", "left on", "left behind", "without me", "gone", "can't find",
    "cannot find", "went on to", "snatched", "nicked", "taken from", "disappeared", "mislaid", "misplaced", "mugged",
    "lost my",
];
/// It is going on, or happened within the day.
const NOW: &[&str] = &[
    "just now", "right now", "minutes ago", "an hour ago", "hours ago", "this morning", "this afternoon", "tonight",
    "last night", "yesterday", "as i type", "as i was typing", "as we speak", "still going", "still happening",
    "is still", "still be", "we've just", "i've just", "we have just", "i have just", "just seen", "just found",
    "just had", "just noticed", "just rang", "at this hour", "today", "who do i tell", "whom to call", "who do i call",
    "what do i do", "please help", "urgent", "urgently", "help",
];
/// Incidents as a topic, or as history.
const TOPIC: &[&str] = &[
    "playbook", "playbooks", "incident response plan", "response plan", "incident plan", "incident process",
    "incident management", "incident policy", "table top", "tabletop", "exercise", "lessons learned", "no drama",
    "nothing's on fire", "not an incident", "not urgent", "last year", "last month", "in case of", "in the event of",
    "if a", "were to", "would be", "could be", "scenario", "training", "policy", "procedure", "design", "what if",
    "simulate", "simulation", "after the ransomware", "rehearse",
];

fn incident(whole: &str, answers: &Answers) -> Option<String> {
    let first = |cues: &[&'static str]| cues.iter().copied().find(|cue| holds(whole, cue));
    let count = |cues: &[&str]| cues.iter().filter(|cue| holds(whole, cue)).count();
    let happened = first(HAPPENED);
    let lost = first(DEVICES).zip(first(GONE)).filter(|_| answers.len() < 3);
    let now = count(NOW);
    let about = count(TOPIC);
    let is_live = now >= 1 && about <= now && answers.len() < 5;
    if let Some(cue) = happened.filter(|_| is_live) {
        return Some(format!("it tells of something that is happening now (“{cue}”)"));
    }
    let (device, gone) = lost.filter(|_| now >= 1 && about == 0 && answers.is_empty() || is_short(whole) && about == 0)?;
    Some(format!("a device or papers seem to be lost (“{device}”, “{gone}”)"))
}

fn is_short(whole: &str) -> bool {
    whole.split_whitespace().count() < 80
}

/// A team of another topic, with the words that speak for it and those that speak against.
struct Topic {
    route: Route,
    called: &'static str,
    words: &'static [&'static str],
    against: &'static [&'static str],
    /// How many different words it takes.
    enough: usize,
}

const PHYSICAL: Topic = Topic {
    route: Route::PhysicalSecurity,
    called: "doors, buildings and guards",
    words: &[
        "door", "doors", "keypad", "lock", "locks", "turnstile", "turnstiles", "cameras", "cctv", "lighting", "fence",
        "fencing", "gate", "gates", "barrier", "barriers", "guard", "guards", "guarding", "alarm", "alarms", "car park",
        "entrance", "reception desk", "visitor passes", "building pass", "card readers", "card reader", "door codes",
        "door code", "bollards", "shutters", "window", "windows", "perimeter", "intruder", "keys", "key cabinet", "safe",
        "shelter", "tailgating", "patrol", "hostile vehicle", "x ray", "metal detector", "panic button",
    ],
    against: TECHNICAL,
    enough: 3,
};

const PERSONNEL: Topic = Topic {
    route: Route::PersonnelSecurity,
    called: "vetting and clearance",
    words: &[
        "vetting", "clearance", "bpss", "sc clearance", "dv clearance", "sc", "dv", "ctc", "security clearance",
        "national security vetting", "uksv", "vetted", "background checks", "aftercare", "security check", "dbs",
        "dbs check", "right to work", "references", "clearances",
    ],
    against: &["encryption", "encrypted", "architecture", "threat model", "review of", "design", "supplier assurance"],
    enough: 3,
};

const DATA_PROTECTION: Topic = Topic {
    route: Route::DataProtection,
    called: "data protection law",
    words: &[
        "dpia", "data protection impact assessment", "subject access request", "subject access", "sar", "dsar", "redact",
        "redaction", "privacy notice", "lawful basis", "gdpr", "uk gdpr", "ico", "information commissioner",
        "data sharing agreement", "right to erasure", "retention schedule", "data controller", "controller", "processor",
        "freedom of information", "foi", "data subject", "statutory clock", "special category", "consent form",
    ],
    against: &[
        "encryption", "encrypt", "keys", "technical measures", "hosting", "architecture", "penetration", "pen test",
        "tls", "api", "security review", "threat", "firewall", "network", "logging",
    ],
    enough: 2,
};

const SERVICE_DESK: Topic = Topic {
    route: Route::OtherTeam,
    called: "accounts and equipment, which the service desk looks after",
    words: &[
        "mfa reset", "password reset", "reset my password", "my password", "locked out", "my account", "my mfa",
        "authenticator", "bigger monitor", "monitor", "new laptop", "my laptop", "order a", "new phone", "printer",
        "toner", "software installed", "install", "licence for", "shared drive", "shared mailbox", "vpn isn't working",
        "vpn", "can't log in", "cannot log in", "won't turn on", "screen", "keyboard", "mouse", "headset", "docking station",
        "outlook isn't", "teams isn't", "wifi isn't", "meeting room", "desk move", "expenses", "payslip", "annual leave",
        "distribution list", "new starter", "can't read a single email", "my email", "my emails", "unlock my",
    ],
    against: &[
        "review", "guidance", "design", "architecture", "approach", "accreditation", "supplier", "project", "programme",
        "service assessment", "milestone", "threat", "advice",
    ],
    enough: 2,
};

/// Words of systems rather than of buildings.
const TECHNICAL: &[&str] = &[
    "network", "software", "server", "servers", "api", "cloud", "web page", "website", "app", "application", "database",
    "encryption", "firmware", "firewall", "protocol", "wifi", "wi fi", "internet", "system", "vpn", "controllers",
    "control network", "supplier's", "data", "ip", "hosting", "portal", "it",
];

impl Topic {
    fn because(&self, whole: &str, need: &str) -> Option<String> {
        let named: Vec<&str> = self.words.iter().copied().filter(|word| holds(whole, word)).collect();
        let asked = self.words.iter().filter(|word| holds(need, word)).count();
        let against = self.against.iter().filter(|word| holds(whole, word)).count();
        let against_the_ask = self.against.iter().filter(|word| holds(need, word)).count();
        // What is asked for counts double.
        let points_for = named.len() + asked;
        let points_against = against + against_the_ask;
        let shown: Vec<String> = named.iter().take(3).map(|word| format!("“{word}”")).collect();
        (named.len() >= 2 && points_for >= self.enough && points_for > points_against)
            .then(|| format!("it is about {} ({})", self.called, shown.join(", ")))
    }
}
