//! Which team a request belongs to, and why.
//!
//! Words of a topic alone decide nothing: a review of an incident process is consultancy. What
//! counts is what happened to the writer, and what the writer asks for.

use super::phrases::{self, Heard};
use super::sentences;
use super::{Answers, Layout, Question, Route};

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
const HAPPENED: &str = "been hacked|fell for a phish|fell for a phishing|fell for a scam|entered my username|\
    username and password|to the wrong|bitcoin|strange extension|strange ending|\
    files have been renamed|locked us out|got hacked|hacked my|hacked our|my password in|\
    entered my password|typed my password|put my password|put my work password|\
    put in my password|gave my password|gave them my password|gave my login|\
    gave my credentials|entered my credentials|entered my details|clicked a link|\
    clicked the link|clicked on a|clicked on the|opened the attachment|opened an attachment|\
    never wrote|didn't send|did not send|didn't write|never sent|ransom note|ransom demand|\
    files are encrypted|files have been encrypted|encrypted our files|for sale|\
    still be inside|still inside|isn't ours|aren't ours|is not ours|don't recognise|\
    do not recognise|don't know the address|strange login|unknown login|logged in as me|\
    logging in as|been compromised|is compromised|been breached|leaked online|been leaked|\
    wrong recipient|wrong person|wrong people|wrong address|wrong mailing list|infected|\
    malware on|virus on|been stolen|was stolen|been published|being exfiltrated|taken over|\
    someone is in|somebody is in|someone else is in|can see everyone's|is public|are public|\
    under attack|being attacked|have been exposed|has been exposed|is down because";
const DEVICES: &str = "laptop|laptop bag|phone|tablet|ipad|memory stick|usb stick|usb|hard drive|briefcase|bag|\
    file|files|notebook|papers|case file|device|smartcard|rucksack|backpack|folder|bundle";
const GONE: &str = "lost|missing|stolen|left it|left my|left the|left on|left behind|without me|is gone|\
    has gone|can't find|cannot find|snatched|nicked|taken from|disappeared|mislaid|misplaced|\
    mugged";
/// It is going on, or happened within the day.
const NOW: &str = "just now|please call|call me|ring me|what should we do|what do we do|right now|\
    minutes ago|an hour ago|hours ago|this morning|this afternoon|this evening|tonight|\
    last night|yesterday|as i type|as i was typing|as we speak|as i write|still going|\
    still happening|may well still|still be|still be inside|i've just|we've just|i have just|\
    we have just|just seen|just found|just had|just noticed|just rang|just realised|\
    at this hour|who do i tell|who to tell|whom to call|who do i call|who should i call|\
    what do i do|what should i do|please help|help please|today|in the last hour|so far|\
    now my|now our";
/// Incidents as a topic, as history or as a thing that might be.
const TOPIC: &str = "playbook|playbooks|response plan|incident plan|incident process|incident management|\
    incident policy|table top|tabletop|exercise|lessons learned|no drama|not an incident|\
    nothing's on fire|last year|last month|in case of|in the event of|if|were to|would|could|\
    might|scenario|training|policy|procedure|design|simulate|simulation|rehearse|scanning|\
    whether|how to|risk of|cost|costs|years ago|in 2024|in 2025|history|used to";

fn incident(whole: &str, answers: &Answers) -> Option<String> {
    // Who fills in the form is not in the middle of something.
    let marked = answers.values().filter(|answer| answer.layout != Layout::Prose).count();
    if marked >= 4 || !phrases::holds_any(whole, NOW) {
        return None;
    }
    let sentences = sentences::split(whole);
    sentences.iter().enumerate().find_map(|(at, sentence)| {
        let around = at.saturating_sub(1)..(at + 3).min(sentences.len());
        let is_now = phrases::holds_any(&sentences.get(around).unwrap_or_default().concat(), NOW);
        let sentence = Heard::new(sentence);
        if sentence.first_of(TOPIC).is_some() {
            return None;
        }
        if let Some(cue) = sentence.first_of(HAPPENED).filter(|_| is_now) {
            return Some(format!("it tells of something that is happening now (“{cue}”)"));
        }
        sentence.first_of("my|i|i've|our|we|we've")?;
        let (device, gone) = sentence.first_of(DEVICES).zip(sentence.first_of(GONE))?;
        (!answers.contains_key(&Question::Need))
            .then(|| format!("a device or papers seem to be lost (“{device}”, “{gone}”)"))
    })
}

/// A team of another topic, with the words that speak for it and those that speak against.
struct Topic {
    route: Route,
    called: &'static str,
    words: &'static str,
    against: &'static str,
    /// How many different words it takes.
    enough: usize,
}

const PHYSICAL: Topic = Topic {
    route: Route::PhysicalSecurity,
    called: "doors, buildings and guards",
    words: "door|doors|keypad|lock|locks|turnstile|turnstiles|cameras|cctv|lighting|fence|fencing|\
        gate|gates|barrier|barriers|guard|guards|guarding|alarm|alarms|car park|entrance|\
        reception desk|visitor passes|building pass|card readers|card reader|door codes|\
        door code|bollards|shutters|perimeter|intruder|key cabinet|tailgating|patrol|\
        hostile vehicle|x ray|metal detector|panic button",
    against: TECHNICAL,
    enough: 3,
};

const PERSONNEL: Topic = Topic {
    route: Route::PersonnelSecurity,
    called: "vetting and clearance",
    words: "vetting|clearance|bpss|sc clearance|dv clearance|sc|dv|ctc|security clearance|\
        national security vetting|uksv|vetted|background checks|aftercare|security check|dbs|\
        dbs check|right to work|references|clearances",
    against: "encryption|encrypted|architecture|threat model|review of|design|supplier assurance",
    enough: 3,
};

const DATA_PROTECTION: Topic = Topic {
    route: Route::DataProtection,
    called: "data protection law",
    words: "dpia|data protection impact assessment|subject access request|subject access|sar|dsar|\
        redact|redaction|privacy notice|lawful basis|gdpr|uk gdpr|ico|information commissioner|\
        data sharing agreement|right to erasure|retention schedule|data controller|controller|\
        processor|freedom of information|foi|data subject|special category|\
        consent form",
    against: "encryption|encrypt|keys|technical measures|hosting|architecture|penetration|pen test|\
        tls|api|security review|threat|firewall|network|logging",
    enough: 2,
};

const SERVICE_DESK: Topic = Topic {
    route: Route::OtherTeam,
    called: "accounts and equipment, which the service desk looks after",
    words: "mfa reset|forgot my password|forgotten my password|reset it|let me in|\
            won't let me|password reset|reset my password|my password|locked out|my account|\
            my mfa|authenticator|bigger monitor|monitor|new laptop|my laptop|order a|\
            new phone|printer|toner|software installed|install|licence for|shared drive|\
            shared mailbox|vpn isn't working|vpn|can't log in|cannot log in|won't turn on|\
            screen|keyboard|mouse|headset|docking station|outlook isn't|teams isn't|\
            wifi isn't|meeting room|desk move|expenses|payslip|annual leave|distribution list|\
            new starter|my email|my emails|unlock my",
    against: "review|guidance|design|architecture|approach|accreditation|supplier|project|programme|\
        service assessment|milestone|threat|advice",
    enough: 2,
};

/// Words of systems rather than of buildings.
const TECHNICAL: &str = "network|software|server|servers|api|cloud|web page|website|app|application|database|\
    encryption|firmware|firewall|protocol|wifi|wi fi|internet|system|vpn|controllers|\
    control network|data|ip|hosting|portal|electronic|security architecture|design|supplier|\
    encrypted|digital|online|devices|password|log in|integration|pen test";

impl Topic {
    fn because(&self, whole: &str, need: &str) -> Option<String> {
        let (whole, need) = (Heard::new(whole), Heard::new(need));
        let named = whole.all_of(self.words);
        let asked = need.all_of(self.words).len();
        // What is asked for counts double.
        let points_for = named.len() + asked;
        let points_against = whole.all_of(self.against).len() + need.all_of(self.against).len();
        let is_asked = asked > 0 || named.len() >= 3;
        let is_topic = named.len() >= 2 && is_asked && points_for >= self.enough;
        (is_topic && points_for > points_against).then(|| {
            let shown: Vec<String> = named.iter().take(3).map(|word| format!("“{word}”")).collect();
            format!("it is about {} ({})", self.called, shown.join(", "))
        })
    }
}
