//! Whether somebody tells of an incident that is going on or has only just happened.
//!
//! No word alone decides: a review of a ransomware plan is consultancy. Something must have
//! happened (an attack, credentials given away, data gone astray, a thing lost, a stranger inside),
//! the sentence must tell it as a fact, and the mail must place it in the present or call for help.

use super::phrases::{self, Heard, Weighted};
use super::sentences;
use super::{Answers, Layout, Question};

/// A thing that happens: a sentence tells of it when it holds a phrase of every list.
struct Event {
    called: &'static str,
    lists: &'static [&'static str],
}

/// Participles of harm; they count behind one of [`PASSIVE`].
const HARMED: &str = "hacked|defaced|breached|compromised|encrypted|infected|exfiltrated|leaked|hijacked|phished|\
    scammed|stolen|exposed|tampered|vandalised|spoofed|impersonated|intercepted|attacked|broken|\
    published|redirected|wiped|cloned|burgled|ransacked|ransomed";
const PASSIVE: &[&str] = &["being", "been", "got", "gets", "getting", "was", "were"];

const EVENTS: &[Event] = &[
    Event { called: "happening", lists: &[HAPPENED] },
    Event {
        called: "an attack",
        lists: &[
            "ransomware|malware|virus|trojan|worm|spyware|keylogger|hacker|hackers|attacker|\
            attackers|intruder|intruders|criminals|third party|bitcoin|ransom|ddos",
            "has hit|have hit|hit us|hit our|got in|got into|getting in|gained|running on|spreading|encrypting|locked|\
            demanding|asking for|popped up|stole|copied|broke in|broken in|inside|had our|\
            have our|has our|taken|taking|took|in our|on our|knocked|taking down|flooding",
        ],
    },
    Event {
        called: "credentials given away",
        lists: &[
            "put in|put my|put her|put his|put their|entered|typed|gave|given|filled in|handed|\
            shared|pushed|posted|committed|exposed|leaked|submitted|read out|approved|keyed in|\
            checked in|told them|told him|told her|pasted|published",
            "password|passwords|passcode|username|user name|credentials|credential|login|logins|\
            log in details|login details|api key|api keys|aws keys|private key|signing key|keys|\
            access key|token|tokens|secrets|pin|bank details|one time code|the prompt|\
            connection string",
            "i|we|he|she|they|one of|devs|staff|colleague|colleagues|officer|officers|my|our|\
            someone|somebody|users|user|developer|contractor|have|has|been",
        ],
    },
    Event {
        called: "data gone astray",
        lists: &[
            "sent|emailed|e mailed|mailed|shared|forwarded|posted|copied|uploaded|disclosed|gone|\
            went|attached|handed|released|faxed|put",
            "wrong|by mistake|mistakenly|accident|accidentally|in error|member of the public|\
            similar name|same name|outside the department|unintended|shouldn't have|\
            not meant to|personal account|by accident|whole internet|publicly",
            "spreadsheet|spreadsheets|list|names|addresses|file|files|reports|records|record|\
            personal details|data|letter|letters|bundle|document|documents|statement|statements|\
            photos|photo|case papers|disclosure|folder|email about|recording|recordings|victim|\
            victims|prisoner|witness|defendant",
        ],
    },
    Event {
        called: "a stranger inside",
        lists: &[
            "man|woman|person|people|someone|somebody|stranger|strangers|bloke|individual|visitor|\
            guy|men|lad|two|engineer",
            "no pass|without a pass|no badge|without a badge|no id|without id|nobody booked|\
            not on the list|nobody knows|no one knows|wandering|tailgated|followed me in|\
            broke in|broken in|refuses to leave|won't leave|nobody invited|shouldn't be here|\
            shouldn't be there|climbed",
        ],
    },
    Event {
        called: "an unknown device",
        lists: &[
            "memory stick|memory sticks|usb|usb stick|usb sticks|pen drive|thumb drive|sticks|\
            cable|little box|strange box|unknown device|dongle",
            "plugged|plugged in|inserted|opened it|put it in|stuck it in",
        ],
    },
];

/// Turns of phrase that tell of it alone.
const HAPPENED: &str = "fell for a phish|fell for a phishing|fell for a scam|strange extension|strange ending|\
    files have been renamed|locked us out|hacked my|hacked our|my password in|clicked a link|\
    clicked the link|clicked on a|clicked on the|opened the attachment|opened an attachment|\
    never wrote|didn't send|did not send|didn't write|never sent|ransom note|ransom demand|\
    files are encrypted|files are locked|encrypted our files|encrypting our|encrypting my|\
    encrypting the|encrypting all|for sale|still be inside|still inside|isn't ours|aren't ours|is not ours|\
    are not ours|don't recognise|do not recognise|don't know the address|strange login|\
    unknown login|strange logins|unknown logins|logged in as me|logging in as|is compromised|are compromised|\
    to the wrong|wrong recipient|wrong person|wrong people|wrong address|wrong mailing list|\
    malware on|virus on|taken over|someone is in|somebody is in|someone else is in|\
    somebody else is in|can see everyone's|is public|are public|under attack|is down because|data breach has|\
    gained access|unauthorised access to our|defrauded|mouse is moving|cursor is moving|moving on its own|by itself";

const DEVICES: &str = "laptop|laptop bag|phone|iphone|mobile|handset|tablet|ipad|surface|chromebook|macbook|memory stick|\
    usb stick|usb|hard drive|briefcase|bag|file|files|notebook|papers|case file|device|smartcard|\
    rucksack|backpack|folder|bundle|radio|set of keys|bunch of keys|building pass|id card";
const GONE: &str = "lost|missing|stolen|left it|left my|left the|left on|left behind|without me|is gone|\
    has gone|can't find|cannot find|snatched|nicked|taken from|disappeared|mislaid|misplaced|\
    mugged|robbed|pickpocketed|swiped|vanished|grabbed|pinched";

/// It is going on, happened within the day, or leaves its writer at a loss.
const NOW: &str = "just now|please call|call me|ring me|what should we do|what do we do|what do we need to do|\
    right now|minutes ago|mins ago|an hour ago|hours ago|this morning|this afternoon|\
    this evening|tonight|last night|yesterday|as i type|as i was typing|as we speak|as i write|\
    still going|still happening|may well still|still be|still on|i've just|we've just|i have just|\
    we have just|just seen|just found|just had|just noticed|just rang|just realised|at this hour|\
    who do i tell|who to tell|whom to call|who do i call|who should i call|who do we call|\
    who can wipe|what do i do|what should i do|what to do|please help|help please|help immediately|\
    need help now|today|in the last hour|so far|now my|now our|happening now|is happening|it's happening|\
    started about|started at|is being|are being|immediately|urgently|jump on a call|\
    no action yet|not touched it|i think i've|i think i have|has just|have just|ongoing|under way|now i've|since lunch|half an hour ago|past hour|past half hour|last hour";

/// Nobody who asks for a review asks whom to tell.
const AT_A_LOSS: &str = "who do i tell|who do we tell|who to tell|whom to call|who do i call|who do we call|\
    who should i call|who should i tell|who can wipe|what do i do|what do we do";

/// Incidents as a topic, as history or as a thing that might be.
const TOPIC: &str = "playbook|playbooks|response plan|incident plan|incident process|incident management|\
    incident policy|table top|tabletop|exercise|lessons learned|lessons|no drama|not an incident|\
    nothing's on fire|last year|last month|last week|in case of|in the event of|if|were to|would|\
    could|might|scenario|training|policy|procedure|design|simulate|simulation|rehearse|scanning|\
    whether|how to|risk of|cost|costs|years ago|in 2024|in 2025|history|used to|dealt with|\
    closed by|after the|earlier this year|previous|previously|resolved|recovered|project|to stop|\
    to prevent|to avoid|worried about|keep clicking|every year";
/// Not knowing is no condition.
const UNSURE: [&str; 12] = [
    "don't know if",
    "not sure if",
    "don't know whether",
    "not sure whether",
    "no idea if",
    "no idea whether",
    "can't tell if",
    "can't tell whether",
    "unsure if",
    "unsure whether",
    "do not know if",
    "do not know whether",
];

/// Why it is an incident, if it is one.
pub(super) fn told(whole: &str, answers: &Answers) -> Option<String> {
    // Who fills in the form is not in the middle of something.
    let marked = answers.values().filter(|answer| answer.layout != Layout::Prose).count();
    if marked >= 4 {
        return None;
    }
    let sentences = sentences::split(whole);
    let is_now = phrases::holds_any(whole, NOW);
    fact(&sentences, whole, answers)
        .filter(|_| is_now)
        .or_else(|| alarm(whole, &sentences, answers))
}

fn fact(sentences: &[&str], whole: &str, answers: &Answers) -> Option<String> {
    sentences.iter().enumerate().find_map(|(at, sentence)| {
        let heard = Heard::without(sentence, &UNSURE);
        if heard.first_of(TOPIC).is_some() {
            return None;
        }
        if let Some(cue) = event(&heard) {
            return Some(format!("it tells of something that is happening now (“{cue}”)"));
        }
        heard.first_of("my|i|i've|our|we|we've|one of|his|her|their")?;
        let (device, gone) = heard.first_of(DEVICES).zip(heard.first_of(GONE))?;
        let around = at.saturating_sub(1)..(at + 3).min(sentences.len());
        let is_now = phrases::holds_any(&sentences.get(around).unwrap_or_default().concat(), NOW);
        let is_lost_for_words = phrases::holds_any(whole, AT_A_LOSS);
        (is_now || is_lost_for_words || !answers.contains_key(&Question::Need))
            .then(|| format!("a device or papers seem to be lost (“{device}”, “{gone}”)"))
    })
}

/// What people write who find an attack, a fraud or a loss, each in other words.
const ALARM: Weighted = &[
    (
        3,
        "pretending to be|posing as|claiming to be|claimed to be|pretended to be|impersonating|\
        saying he was from|saying she was from|saying they were from|said he was from|\
        said she was from|said they were from|asked me to install|got me to install|told me to install|\
        let him in|let them in|remote control of|took control|taken control|deleting our|deleting the|\
        deleting files|is deleting|are being deleted|being deleted|deleted our|wiping our|without logging in|\
        without a password|can watch|can see everyone|can see everybody|can see other people's|\
        see each other's|see other people's|never asked for it|never authorised|wasn't from|\
        was not from|was fake|is fake|is a fake|turned out to be fake|it was a scam|is a scam|went to the wrong|\
        on the dark web|blackmail|blackmailing|demanding money|threatening to|should not be able to see|\
        shouldn't be able to see|crime reference|crime number|not made by us|using my account|\
        using my name|in my name|from my account|under my name",
    ),
    (
        2,
        "revoked|pull the plug|pulled the plug|unplug|unplugged|disconnected|switched it off|\
        turned it off|told the police|rung the police|called the police|reported it to the police|\
        taken it offline|took it offline|taken the site down|changed my password|changed all the passwords|\
        none of us|nobody here|no one here|not one of ours|still on the seat|on the seat|left on bus|\
        left on train|on the bus|from my desk|off my desk|from my car|from the car|car broken into|\
        from my bag|it's gone|its gone|tablets gone|phones gone|laptops gone|laptop gone|phone gone|\
        tablet gone|bag gone|bags gone|buckets gone|files gone|bank details|gift cards|new sessions|opening the case|\
        keeps logging|logging me out|thousands of emails|unknown device|never heard of|ransom|hacker|hacked|\
        leak|leaked|out in the open|screenshots|on there now|still in there|phish|phishing|scam|scammed",
    ),
    (
        1,
        "help|awful|stupid|panicking|panic|sorry|please hurry|upside down|alarmed|terrified|\
        what else|ought i|should i|odd|strange|weird|suspicious|funny|popping up|since lunch|\
        since this|since sunday|since monday|since tuesday|since wednesday|since thursday|\
        since friday|since saturday|half an hour|half hour|an hour|minutes|got off|stolen|lost|gone|\
        police|wrong|rang|mistake|by mistake|accident|realised|noticed|right now|tonight|last night|this morning|\
        just now|this afternoon|today|urgent|urgently",
    ),
];
/// Somebody who asks for a consultant's work, or plans, has time.
const HAS_TIME: &str = "review|guidance|accreditation|advise us|advice|workshop|training|a talk|consultant|\
    consultancy|milestone|deadline|go live|launch|project|procurement|contract board|design|architecture|\
    assessment|policy|procedure|steer|look over|pilot|beta|supplier assurance|threat model|sanity check|\
    opinion|skills|experience|second pair|pen test|penetration test|plan|exercise";

/// The tone of a mail as a whole, where no sentence tells a set fact.
fn alarm(whole: &str, sentences: &[&str], answers: &Answers) -> Option<String> {
    const ENOUGH: i32 = 6;
    let heard = Heard::new(whole);
    let is_short = sentences.len() <= 14;
    let calm = i32::try_from(heard.all_of(HAS_TIME).len()).unwrap_or(i32::MAX / 8);
    let has_date = answers.contains_key(&Question::Milestone);
    let calm = calm + i32::from(has_date);
    let strongest = ALARM.iter().take(2).find_map(|(_, list)| heard.first_of(list))?;
    let score = heard.weight(ALARM) + i32::from(calm == 0) * 2 - 3 * calm;
    (is_short && score >= ENOUGH).then(|| format!("its writer sounds the alarm (“{strongest}”)"))
}

fn event(heard: &Heard) -> Option<String> {
    if let Some(verb) = heard.first_behind(PASSIVE, HARMED) {
        return Some(verb.to_owned());
    }
    EVENTS.iter().find_map(|event| {
        let cues: Option<Vec<&str>> = event.lists.iter().map(|list| heard.first_of(list)).collect();
        let cue = *cues?.first()?;
        Some(if event.lists.len() == 1 {
            cue.to_owned()
        } else {
            format!("{}: {cue}", event.called)
        })
    })
}
