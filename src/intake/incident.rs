//! Whether somebody tells of an incident that is going on or has only just happened.
//!
//! No word alone decides: a review of a ransomware plan is consultancy. Something must have
//! happened (an attack, credentials given away, data gone astray, a thing lost, a stranger inside),
//! the sentence must tell it as a fact, and the mail must place it in the present or call for help.

use super::phrase_list::{List, list};
use super::phrases::{self, Heard};
use super::sentences;
use super::{Answers, Layout, Question};

/// A thing that happens: a sentence tells of it when it holds a phrase of every list.
struct Event {
    called: &'static str,
    lists: &'static [List],
}

/// Participles of harm; they count behind one of [`PASSIVE`].
const HARMED: List = list!(
    "hacked|defaced|breached|compromised|encrypted|infected|exfiltrated|leaked|hijacked|phished|\
    scammed|stolen|exposed|tampered|vandalised|spoofed|impersonated|intercepted|attacked|broken|\
    published|redirected|wiped|cloned|burgled|ransacked|ransomed"
);
const PASSIVE: List = list!("being|been|got|gets|getting|was|were");

const EVENTS: &[Event] = &[
    Event { called: "happening", lists: &[HAPPENED] },
    Event {
        called: "an attack",
        lists: &[
            list!(
                "ransomware|malware|virus|trojan|worm|spyware|keylogger|hacker|hackers|attacker|\
            attackers|intruder|intruders|criminals|third party|bitcoin|ransom|ddos"
            ),
            list!(
                "has hit|have hit|hit us|hit our|got in|got into|getting in|gained|running on|spreading|encrypting|locked|\
            demanding|asking for|popped up|stole|copied|broke in|broken in|inside|had our|\
            have our|has our|taken|taking|took|in our|on our|knocked|taking down|flooding"
            ),
        ],
    },
    Event {
        called: "credentials given away",
        lists: &[
            list!(
                "put in|put my|put her|put his|put their|entered|typed|gave|given|filled in|handed|\
            shared|pushed|posted|committed|exposed|leaked|submitted|read out|approved|keyed in|\
            checked in|told them|told him|told her|pasted|published"
            ),
            list!(
                "password|passwords|passcode|username|user name|credentials|credential|login|logins|\
            log in details|login details|api key|api keys|aws keys|private key|signing key|keys|\
            access key|token|tokens|secrets|pin|bank details|one time code|the prompt|\
            connection string"
            ),
            list!(
                "i|we|he|she|they|one of|devs|staff|colleague|colleagues|officer|officers|my|our|\
            someone|somebody|users|user|developer|contractor|have|has|been"
            ),
        ],
    },
    Event {
        called: "a stranger's sign-in let through",
        lists: &[
            list!(
                "pressed yes|pressed approve|pressed accept|pressed ok|tapped yes|tapped approve|tapped accept|said yes|\
            clicked yes|clicked approve|hit yes|hit approve|hit accept|approved|accepted"
            ),
            list!(
                "prompt|prompts|notification|notifications|sign in|messages|stop|shut it up|peace|kept asking|\
            keeps asking|authenticator|the third one|buzzing|pinging"
            ),
            list!("i|we|he|she|they"),
        ],
    },
    Event {
        called: "somebody at work in our systems",
        lists: &[
            list!("someone|somebody|an account|a user|unknown user|strangers|persons unknown"),
            list!(
                "working their way|going through|reading through|reading|signing in|signed in|logging in|\
            logged in|changing|changed|deleting|deleted|downloading|copying|locking|moving money|\
            rummaging|helping themselves|poking about|poking around"
            ),
            list!(
                "account|accounts|portal|mailbox|mailboxes|records|system|folder|folders|payments|\
            bank details|case files|referrals|database|server|servers"
            ),
        ],
    },
    Event {
        called: "data gone astray",
        lists: &[
            list!(
                "sent|emailed|e mailed|mailed|shared|forwarded|posted|copied|uploaded|disclosed|gone|\
            went|attached|handed|released|faxed|put"
            ),
            list!(
                "wrong|by mistake|mistakenly|accident|accidentally|in error|member of the public|\
            similar name|same name|outside the department|unintended|shouldn't have|\
            not meant to|personal account|by accident|whole internet|publicly|public website|public site|public page|public folder|instead of"
            ),
            list!(
                "spreadsheet|spreadsheets|list|names|addresses|file|files|reports|records|record|\
            personal details|data|letter|letters|bundle|document|documents|statement|statements|\
            photos|photo|case papers|disclosure|folder|bulletin|newsletter|roster|rota|schedule|placements|notes|case notes|minutes of|email about|recording|recordings|victim|\
            victims|prisoner|witness|defendant"
            ),
        ],
    },
    Event {
        called: "a stranger inside",
        lists: &[
            list!(
                "man|woman|person|people|someone|somebody|stranger|strangers|bloke|individual|visitor|\
            guy|men|lad|two|engineer"
            ),
            list!(
                "no pass|without a pass|no badge|without a badge|no id|without id|nobody booked|\
            not on the list|nobody knows|no one knows|wandering|tailgated|followed me in|\
            broke in|broken in|refuses to leave|won't leave|nobody invited|shouldn't be here|\
            shouldn't be there|climbed"
            ),
        ],
    },
    Event {
        called: "an unknown device",
        lists: &[
            list!(
                "memory stick|memory sticks|usb|usb stick|usb sticks|pen drive|thumb drive|sticks|\
            cable|little box|strange box|unknown device|dongle"
            ),
            list!("plugged|plugged in|inserted|opened it|put it in|stuck it in"),
        ],
    },
];

/// Turns of phrase that tell of it alone.
const HAPPENED: List = list!(
    "fell for a phish|fell for a phishing|fell for a scam|strange extension|strange ending|\
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
    gained access|unauthorised access to our|defrauded|mouse is moving|cursor is moving|moving on its own|by itself"
);

const DEVICES: List = list!(
    "laptop|laptop bag|phone|iphone|mobile|handset|tablet|ipad|surface|chromebook|macbook|memory stick|\
    usb stick|usb|hard drive|briefcase|bag|file|files|notebook|papers|case file|device|smartcard|\
    rucksack|backpack|folder|bundle|radio|set of keys|bunch of keys|id card"
);
const GONE: List = list!(
    "lost|missing|stolen|left it|left my|left the|left on|left behind|without me|is gone|\
    has gone|can't find|cannot find|snatched|nicked|taken from|disappeared|mislaid|misplaced|\
    mugged|robbed|pickpocketed|swiped|vanished|grabbed|pinched"
);

/// It is going on, happened within the day, or leaves its writer at a loss.
const NOW: List = list!(
    "just now|please call|call me|ring me|what should we do|what do we do|what do we need to do|\
    right now|minutes ago|mins ago|an hour ago|hours ago|this morning|this afternoon|\
    this evening|tonight|last night|yesterday|as i type|as i was typing|as we speak|as i write|\
    still going|still happening|may well still|still be|still on|i've just|we've just|i have just|\
    we have just|just seen|just found|just had|just noticed|just rang|just realised|at this hour|\
    who do i tell|who to tell|whom to call|who do i call|who should i call|who do we call|\
    who can wipe|what do i do|what should i do|what to do|please help|help please|help immediately|\
    need help now|today|in the last hour|so far|now my|now our|happening now|is happening|it's happening|\
    started about|started at|is being|are being|immediately|urgently|jump on a call|\
    no action yet|not touched it|i think i've|i think i have|has just|have just|ongoing|under way|now i've|since lunch|since breakfast|at breakfast|was asleep|now there is|now there's|and now|half an hour ago|past hour|past half hour|last hour"
);

/// Nobody who asks for a review asks whom to tell.
const AT_A_LOSS: List = list!(
    "who do i tell|who do we tell|who to tell|whom to call|who do i call|who do we call|\
    who should i call|who should i tell|who can wipe|what do i do|what do we do"
);

/// Incidents as a topic, as history or as a thing that might be.
const TOPIC: List = list!(
    "playbook|playbooks|response plan|incident plan|incident process|incident management|\
    incident policy|table top|tabletop|exercise|lessons learned|lessons|no drama|not an incident|\
    nothing's on fire|last year|last month|last week|in case of|in the event of|if|were to|would|\
    could|might|scenario|training|policy|procedure|design|simulate|simulation|rehearse|scanning|\
    whether|how to|risk of|cost|costs|years ago|in 2024|in 2025|history|used to|dealt with|\
    closed by|after the|earlier this year|previous|previously|resolved|recovered|project|to stop|\
    to prevent|to avoid|worried about|keep clicking|every year|whose"
);
/// Not knowing is no condition.
const UNSURE: List = list!(
    "don't know if|not sure if|don't know whether|not sure whether|no idea if|no idea whether|can't tell if|can't tell whether|unsure if|unsure whether|do not know if|do not know whether"
);

/// Said once of the whole mail, it makes what is told a game or a memory.
pub(super) const PRETENDED: List = list!(
    "mock phishing|mock phish|a mock|simulation|simulated|pretend|pretended|make believe|is an exercise|\
    was an exercise|was a drill|is a drill|case is closed|long since|nothing has happened|nobody is in danger|\
    no one is in danger|was a test|is a test|in the scenario|the scenario"
);

/// What nobody here put there, and what does things that nobody does.
const NOT_OURS: List = list!(
    "i do not recognise|i don't recognise|we don't recognise|we do not recognise|nobody recognises|\
    i didn't make|i did not make|we didn't make|didn't create|did not create|i never made|i never set|we never set|\
    didn't set up|did not set up|not one of ours|none of ours|isn't mine|is not mine|i don't own|i do not own|\
    we don't own|nobody can identify|no one can identify|nobody can name|nobody here can|nobody installed|nobody added|\
    nobody here installed|nobody made|nobody ordered|no such request|never requested|region we don't use|\
    keeps coming back|comes back|came back|there again|by itself|on its own|by themselves|on their own|nobody started|\
    never started|didn't start|nobody owns up|no idea whose|nobody put|who put it there|somebody has added|\
    someone has added|somebody added|someone added|somebody's kindly|someone's kindly|no job open"
);
const THINGS: List = list!(
    "rule|rules|forwarding|telephone|second phone|pixel|little box|small box|the box|aerial|dongle|\
    admin account|new account|accounts|ssh key|crontab|cron|process|browser extension|caller|participant|notetaker|\
    arrow|cursor|pointer|machines|instances|virtual machines|sign ins|security info|refund|bank details|\
    engineer|forwarded|redirect|wallpaper|mouse|administrator"
);

pub(super) fn is_now(heard: &Heard) -> bool {
    heard.holds_any(NOW)
}

/// Why it is an incident, if it is one.
pub(super) fn told(whole: &str, all: &Heard, answers: &Answers) -> Option<String> {
    // Who fills in the form is not in the middle of something.
    let marked = answers.values().filter(|answer| answer.layout != Layout::Prose).count();
    if marked >= 4 {
        return None;
    }
    if all.holds_any(PRETENDED) {
        return None;
    }
    if !all.holds_any(NOT_OURS) && !all.holds_any(NOW) {
        return None;
    }
    let sentences = sentences::split(whole);
    if let Some(because) = all.first_of(NOT_OURS).and_then(|_| strange_thing(&sentences)) {
        return Some(because);
    }
    all.first_of(NOW)?;
    sentences.iter().enumerate().find_map(|(at, sentence)| {
        let heard = Heard::new(sentence);
        let heard = heard.without(UNSURE);
        if heard.holds_any(TOPIC) {
            return None;
        }
        if let Some(cue) = event(&heard) {
            return Some(format!("it tells of something that is happening now (“{cue}”)"));
        }
        heard.first_of(list!("my|i|i've|our|we|we've|one of|his|her|their"))?;
        let (device, gone) = heard.first_of(DEVICES).zip(heard.first_of(GONE))?;
        let around = at.saturating_sub(1)..(at + 3).min(sentences.len());
        let is_now = phrases::holds_any(&sentences.get(around).unwrap_or_default().concat(), NOW);
        let is_lost_for_words = all.holds_any(AT_A_LOSS);
        (is_now || is_lost_for_words || !answers.contains_key(&Question::Need))
            .then(|| format!("a device or papers seem to be lost (“{device}”, “{gone}”)"))
    })
}

/// A thing that is there and nobody's is told in the calmest words, often with a question of another
/// kind behind it.
fn strange_thing(sentences: &[&str]) -> Option<String> {
    sentences.iter().enumerate().find_map(|(at, sentence)| {
        let heard = Heard::new(sentence);
        let told = heard.without(UNSURE);
        let strange = told.first_of(NOT_OURS)?;
        if told.holds_any(TOPIC) {
            return None;
        }
        let around = at.saturating_sub(1)..(at + 2).min(sentences.len());
        let around = sentences.get(around).unwrap_or_default().join(" ");
        let thing = Heard::new(&around).first_of(THINGS)?;
        Some(format!("something is there that is nobody's (“{thing}”, “{strange}”)"))
    })
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
