//! Whether a mail as a whole sounds the alarm: many words of harm, none of planned work.
//!
//! People who find a fraud or a loss tell it in ever new words. What they have in common is what
//! they leave out: they ask for no review, name no board, no supplier and no day of delivery.

use super::phrase_list::{List, list};
use super::phrases::Heard;
use super::{Answers, Question};

/// What is taken, broken or done by strangers, counted once each.
const HARM: List = list!(
    "hack|hacked|hacker|hackers|hacking|breach|breached|leak|leaked|steal|stole|stolen|theft|thief|\
    thieves|broken into|broke into|burglary|burgled|intrusion|intruder|intruders|malware|virus|\
    ransom|ransomware|skull|countdown|bitcoin|locked out|encrypted|gone|lost|missing|deleted|\
    deleting|delete it|wiped|wiping|fraud|fraudster|scam|scammed|scammer|phish|phishing|fake|fooled|\
    tricked|conned|duped|impersonating|pretending|vouchers|gift cards|suspicious|unknown|\
    unauthorised|unusual|wrong person|wrong people|wrong address|by mistake|replied all|\
    reply all|bcc|recall|opened it|screenshots|pictures of|photographing|photographed|filming|\
    caught|police|dark web|logins|log ins|brute force|hammered|flooded|bombarded|offline|isolated|\
    contained|investigating|notify you|attack|attacked|attacker|attackers|compromised|infected|\
    popup|pop up|popping up|black screen|went black|gone black|codes|password|passwords|\
    credentials|clicked|stranger|strange|weird|odd|snatched|grabbed|robbed|mugged|bag|\
    laptop|id card|on the seat|left on|crime|emergency|panic|awful|stupid|anyone awake|\
    on call|blackmail|threatening|tampered|unplug|unplugged|pull the plug|pulled the plug|\
    disconnected|shut it down|switched off|revoked|disabled|frozen|accessed|accessing|downloaded|\
    exfiltrated|posted online|on twitter|on facebook|on telegram|for sale|never her|never him|\
    wasn't her|wasn't him|wasn't me|not me|never asked for it|bank account|bank details|\
    account numbers|informants|names of|home addresses|crashed|abroad|asked me to install|\
    let him in|let them in|saying he was from|saying she was from|claiming to be|\
    without logging in|signed in from|signed in as|logged on as|logged in as|logged in from|logged on from|can watch|from my desk|upside down|wander|wandering|trespasser|followed|\
    incident|someone is|somebody is|someone has|somebody has|someone was|somebody was|reading my|\
    opened my|never set up|never made|never did|didn't do it|not been removed|former employee|\
    drone|drones|journalist|the press|tabloid|swapped|replaced with|peculiar|comes back|came back|\
    keeps coming back|isn't in|is not in|not where|nobody has signed|unaccounted|dropped my|\
    vandalised|defaced|graffiti|smashed|forced open|found open|the wrong family|the neighbour|\
    has read it|read them|taken over|hijacked|spoofed|malicious|rogue|botnet|miner|\
    exposed|visible to"
);

/// The words of people who have time: they ask for work, and plan.
const CALM: List = list!(
    "do they need|what do we need to|who can put|who can fit|\
    review|guidance|accreditation|accredited|advise us|advice|workshop|training|a talk|consultant|\
    consultancy|milestone|deadline|go live|launch|project|procurement|design|architecture|\
    assessment|policy|procedure|steer|look over|pilot|beta|threat model|sanity check|opinion|\
    skills|experience|second pair|pen test|penetration test|plan|exercise|look at|wording|\
    controls|view|comments|board|assurance|check|help us|someone who|somebody who|would like|\
    we'd like|i'd like|looking for|requirement|request|before it opens|week of|by the end|\
    next month|next year|next week|a month|budget|contract|programme|spec|options|approve|\
    sign off|proposal|tender|bidder|migrate|migration|new system|rollout|roll out|upgrade|\
    recommend|allow|allowed|is it ok|safe to|should we use|which ones|dispose|safely|process|reset|hypothetical|\
    nothing's on fire|can we|can your|how do we|should we be|assistance|ask|problem statement|\
    read through|like to talk|daft question|yes no|ok or not|probably nothing|thumbs up"
);

/// A long letter holds words of all kinds.
const MOST_WORDS: usize = 220;
/// Who cries for help is brief.
const BRIEF: usize = 70;

/// `least`: how many words of harm it takes.
pub(super) fn sounds(
    whole: &str,
    heard: &Heard,
    answers: &Answers,
    least: usize,
) -> Option<String> {
    let harm = heard.all_of(HARM);
    let words = whole.split_whitespace().count();
    let asks_nothing = answers.len() <= 1 && !answers.contains_key(&Question::Need);
    if words > MOST_WORDS || harm.len() < least || harm.len() < if asks_nothing { 1 } else { 3 } {
        return None;
    }
    let has_date = answers.contains_key(&Question::Milestone);
    let calm = heard.count(CALM);
    // No work is asked for, none is described.
    let only_tells = calm == 0 && asks_nothing;
    let enough = match (only_tells, words <= BRIEF && !whole.contains('?')) {
        (true, true) => 1,
        (true, false) => 2,
        (false, _) => 3 + 2 * (calm + usize::from(has_date)),
    };
    (harm.len() >= enough).then(|| {
        let shown: Vec<String> = harm.iter().take(3).map(|word| format!("“{word}”")).collect();
        format!("it reads like an alarm ({})", shown.join(", "))
    })
}
