//! Which team a request belongs to, and why.
//!
//! Words of a topic alone decide nothing: a review of an incident process is consultancy. What
//! counts is what happened to the writer, and what the writer asks for.

use super::alarm;
use super::incident;
use super::phrases::Heard;
use super::sentences;
use super::team_cues::{self, TeamCues};
use super::{Answers, Kind, Question, Route};

pub(super) struct Routed {
    pub route: Route,
    pub because: String,
    /// The words ask for what consultants do.
    pub asks_for_advice: bool,
}

impl Routed {
    fn to(route: Route, because: String) -> Self {
        Self { route, because, asks_for_advice: false }
    }
}

pub(super) fn of(
    (subject, own_words): (&str, &str),
    answers: &Answers,
    kind: Kind,
    teams: &[TeamCues],
) -> Routed {
    let whole = format!("{subject}. {own_words}");
    let need = answers
        .get(&Question::Need)
        .map_or_else(|| asked_in(own_words), |answer| answer.text.clone());
    let heard = Heard::new(&whole);
    if let Some(because) = incident::told(&whole, &heard, answers) {
        return Routed::to(Route::Incident, because);
    }
    let need = Heard::new(&need);
    if let Some((route, because)) = team_cues::named_by(teams, &heard, &need) {
        return Routed::to(route, because);
    }
    for topic in [&PHYSICAL, &PERSONNEL, &DATA_PROTECTION, &SERVICE_DESK] {
        if let Some(because) = topic.because(&heard, &need) {
            return Routed::to(topic.route, because);
        }
    }
    // Who only goes on in a thread is brief and asks nothing: one odd word there is no alarm.
    let least = if kind == Kind::Request { 1 } else { 3 };
    if let Some(because) = alarm::sounds(&whole, &heard, answers, least) {
        return Routed::to(Route::Incident, because);
    }
    Routed {
        route: Route::Consultancy,
        because: String::new(),
        asks_for_advice: need.first_of(ADVICE).is_some(),
    }
}

/// What is asked of consultants.
const ADVICE: &str = "guidance|advise on|advice on|advice about|advise us on|advise us how|review|look over|threat model|\
    architecture|sanity check|second opinion|steer|your view|your opinion|assurance|accreditation|accredit|pen test|penetration test|\
    check our design|security principles|consultant|consultancy";

/// What a mail asks where nothing in it reads as a need.
fn asked_in(own_words: &str) -> String {
    sentences::split(own_words)
        .into_iter()
        .filter(|sentence| sentence.trim_end().ends_with('?'))
        .collect()
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
    words: "door|doors|windows|blinds|lamps|lanyard|lanyards|passes|speed gates|the arch|stairwell|lockers|white powder|\
        post room|escort|escorted|unescorted|netting|grilles|exercise yard|riser|camera|confidential bins|visitors book|\
        lockdown|building manager|building managers|fire ladder|robing room|bollard|film company|sash|\
        panic buttons|under the bench|extinguisher|fire doors|stairs|reception|keypad|lock|locks|turnstile|turnstiles|cameras|cctv|lighting|fence|fencing|\
        gate|gates|barrier|barriers|guard|guards|guarding|alarm|alarms|car park|entrance|\
        reception desk|visitor passes|building pass|building passes|visitor pass|card readers|card reader|door codes|\
        door code|bollards|shutters|perimeter|intruder|key cabinet|tailgating|patrol|\
        loading bay|roller shutter|fire escape|skylight|ground floor window|window no longer|no longer locks|receptionist|\
        security hut|without an escort|without a badge|turnstile gate|tapping in|walk straight in|anyone can walk in|anybody can walk in|won't shut|won't close properly|standing open|\
        swing door|revolving door|blast film|floodlight|floodlights|key holder|keyholder|strongroom|strong room|hostile vehicle|x ray|metal detector|panic button|fob|fobs|fire exit|fire door|propping|propped|swipe card|swipe cards|intercom|padlock|keys to the",
    against: TECHNICAL,
    enough: 3,
};

const PERSONNEL: Topic = Topic {
    route: Route::PersonnelSecurity,
    called: "vetting and clearance",
    words: "sc interview|dv interview|developed vetting|nppv3|nppv|counter terrorist check|foreign state|\
        dual national|flatmate|delegation|hospitality|second job|cautioned|gambled|debts|salutes|vetting file|\
        agency worker|holds ctc|hold ctc|i hold sc|checks are possible|preferred candidate|in confidence|residency rule|\
        security interview|level of clearance|secondment from abroad|escort her|escort him|vetting|clearance|bpss|sc clearance|dv clearance|sc|dv|ctc|security clearance|\
        national security vetting|uksv|vetted|background checks|aftercare|security check|dbs|\
        dbs check|right to work|references|clearances|hold sc|holds sc|hold dv|holds dv|sc cleared|dv cleared|\
        change of circumstances|foreign national|foreign embassy|married|nationality|criminal record|\
        deep in debt|paying him|paying her|bribe|bribed|bribery|staying late|lived abroad|lived in|lives abroad|gaps in|referee|referees|employment history|\
        his checks|her checks|their checks|carry over|his sc|her sc|my sc|joins us from|worried about a colleague|concerned about a colleague|behaving oddly|\
        aren't his|aren't hers|gambling|in debt|on remand|in custody|husband|wife|brother in law|sister in law|ex offender|ex offenders|unspent|\
        conviction|convictions|spent convictions|residency|new starter|new usher|start before|starts before|starting before|\
        garden leave|declare it|declare this|fiancé|her partner|his partner|arrested",
    against: "encryption|encrypted|architecture|threat model|review of|design|supplier assurance",
    enough: 3,
};

const DATA_PROTECTION: Topic = Topic {
    route: Route::DataProtection,
    called: "data protection law",
    words: "cookie banner|privacy team|be forgotten|transfer assessment|public task|caldicott|the commissioner|\
        disclosure clerk|pseudonymised|retention|every record|everything that mentions|amend the record|\
        alter the record|rectification|erasure|what does the law say|lawfully|lawful|consent in writing|\
        still personal|personal information|be destroyed|subject rights|everything we hold|everything you hold|everything held|one month|a calendar month|black out|blacked out|copy of his file|copy of her file|\
        copy of their file|how long may we keep|how long can we keep|how long should we keep|how long do we keep|agreement do we need|lawful at all|allowed to share|\
        pass the names|share the names|names and addresses|opt out|dpia|data protection impact assessment|subject access request|subject access|sar|dsar|\
        redact|redaction|privacy notice|lawful basis|gdpr|uk gdpr|ico|information commissioner|\
        data sharing agreement|right to erasure|retention schedule|data controller|controller|\
        processor|freedom of information|foi|data subject|special category|\
        consent form|hold about|holds about|asked for everything|asks for everything|right of access|\
        personal data|retention period|privacy impact|consent|data sharing",
    against: "encryption|encrypt|keys|technical measures|hosting|architecture|penetration|pen test|\
        tls|api|security review|threat|firewall|network|logging",
    enough: 2,
};

const SERVICE_DESK: Topic = Topic {
    route: Route::OtherTeam,
    called: "accounts and equipment, which the service desk looks after",
    words: "my screen|docking|monitor cable|train tickets|travel claim|\
            give him access|give her access|give them access|add him to|add her to|new joiner|leaver|mailbox access|printer jams|paper jam|\
            send someone|out of toner|guest wifi|annual leave balance|pool car|conference room|parking space|procurement card|visio|ms project|adobe|licence of|office chair|no wifi|the wifi|\
            folder please|get access to|put on my machine|my teams|expenses claim|cost centre|lunch for|mfa reset|forgot my password|forgotten my password|reset it|let me in|\
            won't let me|password reset|reset my password|my password|locked out|my account|\
            my mfa|authenticator|bigger monitor|monitor|headsets|keyboards|laptops|set up a shared|mailing list|new laptop|my laptop|order a|\
            new phone|printer|toner|software installed|install|licence for|shared drive|\
            shared mailbox|vpn isn't working|vpn|can't log in|cannot log in|won't turn on|\
            screen|keyboard|mouse|headset|docking station|outlook isn't|teams isn't|\
            work phone|my phone|its charge|the battery|cracked screen|replacement|unregistered|re register|\
            set up accounts|another one please|wifi isn't|meeting room|desk move|expenses|payslip|annual leave|distribution list|\
            second screen|chair|headphones|charger|webcam|sim card|adapter|toner|new starter|my email|my emails|unlock my",
    against: "review|guidance|design|architecture|approach|accreditation|supplier|project|programme|\
        service assessment|milestone|threat|advice",
    enough: 2,
};

/// Words of systems rather than of buildings.
const TECHNICAL: &str = "network|software|server|servers|api|cloud|web page|website|app|application|database|\
    encryption|firmware|firewall|protocol|wifi|wi fi|internet|system|vpn|controllers|\
    control network|data|ip|hosting|portal|electronic|security architecture|design|supplier|tablet|tablets|4g|5g|bluetooth|\
    encrypted|digital|online|devices|password|log in|integration|pen test";

impl Topic {
    fn because(&self, whole: &Heard, need: &Heard) -> Option<String> {
        let named = whole.all_of(self.words);
        if named.len() < 2 {
            return None;
        }
        let asked = need.all_of(self.words).len();
        // What is asked for counts double.
        let points_for = named.len() + asked;
        let points_against = whole.all_of(self.against).len() + need.all_of(self.against).len();
        let is_asked = asked > 0 || named.len() >= 3;
        let is_topic = is_asked && points_for >= self.enough;
        (is_topic && points_for > points_against).then(|| {
            let shown: Vec<String> = named.iter().take(3).map(|word| format!("“{word}”")).collect();
            format!("it is about {} ({})", self.called, shown.join(", "))
        })
    }
}
