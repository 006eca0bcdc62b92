//! What machines, marketers and swindlers write. Several signs have to agree.
//!
//! `words` are the sender's own words as [`plain`] gives them.

use super::super::text::phrases::{List, any, count, list, plain, start};

/// Machines are brief.
const MOST_WORDS: usize = 160;

/// The opening of a subject that mail programs give to their automatic answers.
pub(super) fn automatic_subject(subject: &str, words: &str) -> Option<&'static str> {
    const CERTAIN: List = list!(
        "automatic reply; automatic response; auto reply; auto-reply; autoreply; auto \
            response; auto-response; automated reply; automated response; ateb awtomatig; ymateb \
            awtomatig; abwesenheitsnotiz; automatische antwort; réponse automatique; respuesta \
            automática; risposta automatica; automatisch antwoord; autosvar"
    );
    const LIKELY: List = list!(
        "out of office; out of the office; ooo:; away from the office; away from my desk; on \
            annual leave; vacation; on leave"
    );
    const ABSENT: List = list!(
        "i am out; i'm out; i am away; i'm away; on leave; annual leave; i will be back; i'll \
            be back; return to the office; i return; not in the office; limited access"
    );
    let subject = plain(subject);
    let is_absence = || any(words, ABSENT) && !words.contains('?');
    start(&subject, CERTAIN).or_else(|| start(&subject, LIKELY).filter(|_| is_absence()))
}

const RECEIVED: List = list!(
    "your email has been received; your e-mail has been received; your message has been \
        received; your request has been received; we have received your; your email reached \
        us; your request has been logged; your call has been logged; your query has been logged; \
        your incident has been; logged as; we've received your; we have got your; your ticket has been; ticket has been created; \
        ticket has been logged; has been logged with; case has been opened; thank you for \
        contacting"
);

/// Automatic answers that no header gives away: tickets opened, people gone, mailboxes unread.
pub(super) fn is_automatic(own_words: &str, words: &str, is_no_reply: bool) -> bool {
    const CERTAIN: List = list!(
        "this is an automated message; this is an automated response; this is an automated \
            reply; this is an automated email; this is an automated e-mail; this is an automated \
            acknowledg; this is an automated notification; this is an automatic reply; this is \
            an automatic message; this is an automatic response; this is an automatic \
            acknowledg; this is an auto-generated; automatically generated message; \
            automatically generated email; this message was automatically generated; this email \
            was automatically generated; this mailbox is automated; neges awtomatig; ymateb \
            awtomatig; this mailbox is not monitored; this inbox is not monitored; would like to recall the message"
    );
    const DEAD_MAILBOX: List = list!(
        "account is no longer; mailbox is no longer; address is no longer; inbox is no \
            longer; no longer monitored; not being monitored; no longer looked at; is not \
            monitored; messages sent here; emails sent here; will not be read; will not be \
            forwarded; no longer in use; mailbox has been closed"
    );
    const GONE: List = list!(
        "have left the; have now left; has left the; has now left; no longer work; no longer \
            employed; no longer with; last working day; have moved on; have retired"
    );
    const PROCESS: List = list!(
        "do not reply to this; please do not reply; ticket number; reference number; case \
            number; will get back to you within; get back to you within; reply above this line; your ticket \
            number; working hours; self-service portal; an analyst will; an agent will; aim to respond; aim to reply; aims to answer; aims to respond; we will \
            respond within; will be in touch within; keep the subject line; in the subject"
    );
    const AWAY: List = list!(
        "out of the office; out of office; annual leave; on leave until; maternity leave; not \
            be reading; no access to email; limited access to; away from my desk"
    );
    const INSTEAD: List = list!(
        "on my return; when i return; upon my return; in my absence; for urgent; if urgent; \
            if your message is urgent; if your email is urgent; if your enquiry is urgent"
    );
    const RECEIPT: List =
        list!("was read on; was displayed on; was deleted without being read; was opened on");
    if words.is_empty() || words.split(' ').count() > MOST_WORDS {
        return false;
    }
    if any(words, CERTAIN) && (is_no_reply || !asks_for_help(words)) {
        return true;
    }
    // Who looks ahead, or names people in copy, hands over and does not answer automatically.
    if words.contains('?') || any(words, list!("from tomorrow; next week; copied; in copy; cc'd")) {
        return false;
    }
    let pairs = [
        (DEAD_MAILBOX, GONE),
        (RECEIVED, PROCESS),
        (AWAY, INSTEAD),
        (RECEIPT, list!("your message")),
    ];
    let greets = greets_by_name(own_words);
    pairs
        .iter()
        .any(|(one, other)| any(words, one) && (any(words, other) || is_no_reply) && !greets)
        || count(words, RECEIVED) + count(words, PROCESS) >= 3
}

/// "Hi Jude," A machine does not know whom it answers; a ticket system that does has headers.
fn greets_by_name(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let words: Vec<&str> =
        first.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    match words.as_slice() {
        [greeting, name, ..] if words.len() <= 4 => {
            ["hi", "hello", "dear", "morning", "afternoon", "helo", "annwyl", "hey"]
                .contains(&greeting.to_lowercase().as_str())
                && name.starts_with(char::is_uppercase)
                && !["Sir", "Sender", "Customer", "All", "Colleague", "Colleagues", "There", "User"]
                    .contains(name)
        }
        _ => false,
    }
}

/// Ways out that only mass mail offers.
pub(super) fn has_exit(words: &str) -> bool {
    any(
        words,
        list!("unsubscribe; opt out; opt-out; manage your preferences; update your preferences"),
    ) || any(
        words,
        list!("view in your browser; view this email in; do not reply to this bulletin"),
    )
}

/// Whether the words are about the work of a security team.
pub(super) fn is_our_topic(words: &str) -> bool {
    any(
        words,
        list!("review; advice; guidance; accredit; security; assurance; risk; design; consultan"),
    )
}

pub(super) fn asks_for_help(words: &str) -> bool {
    any(
        words,
        list!(
            "could you; can you; would you; could someone; can someone; could somebody; \
         please advise; we need; i need; we would like; we'd like; i would like; i'd \
         like; your advice; your help; help us; help with; who is the work for; grateful \
         for; request for; are you able; looking for advice; would appreciate"
        ),
    )
}

/// A stranger with an offer: an opening, a pitch, a hook and a way out; three of the four.
pub(super) fn is_marketing(words: &str) -> bool {
    const OPENING: List = list!(
        "i noticed that your; i noticed your; reaching out; reach out; came across your; i \
            saw that your; following up on my last; hope this finds you well; i wanted to \
            introduce"
    );
    const PITCH: List = list!(
        "sponsored; seats are going; hear how; win a; last chance; public sector leaders; read more: ; helps teams; helps public; helps organisations; helps companies; helps leaders; we \
            help organisations; we help companies; our platform; our solution; leading provider; \
            trusted by; award-winning; return on investment; leaders cut; % off; special offer; \
            exclusive offer"
    );
    const HOOK: List = list!(
        "webinar; breakfast; save my seat; signed up; weekly; interview with; sign up today; reserve your; live session; saved you a seat; book a demo; quick demo; free demo; free \
            trial; quick call; 15 minutes; 15-minute; register now; limited places; limited \
            seats; download our; white paper; whitepaper; save the date; book your place; early \
            bird"
    );
    const EXIT: List = list!(
        "unsubscribe; manage your preferences; update your preferences; view in browser; view in your browser; not for you?; opt out; close your file; not the right person; stop \
            receiving; stop getting; no longer wish to; remove you from"
    );
    let groups = [any(words, OPENING), any(words, PITCH), any(words, HOOK), any(words, EXIT)];
    groups.into_iter().filter(|found| *found).count() >= 3 || is_periodical(words)
}

/// A digest or newsletter that can be left, from somebody who asks for nothing.
fn is_periodical(words: &str) -> bool {
    any(
        words,
        list!(
            "digest; newsletter; bulletin; weekly; monthly; round-up; roundup; this week; in this issue; edition"
        ),
    ) && any(words, list!("unsubscribe; opt out; manage your preferences; view in browser"))
        && !asks_for_help(words)
}

/// Frauds and offers that nobody in the team has use for.
pub(super) fn scam(subject: &str, words: &str) -> Option<&'static str> {
    const MONEY: List = list!(
        "late husband; late wife; late father; fund of; chosen you; my lawyer; in confidence; reply with your; dear beloved; million; your bank; next of kin; deceased client; deceased customer; late client; sum of gbp; sum of \
            usd; sum of eur; sum of us$; the sum of; inheritance; unclaimed; beneficiary; \
            untimely demise; million pounds; million dollars; million united; consignment; \
            transfer of the fund; your full name; lottery; same surname; utmost confiden"
    );
    const RANKING: List = list!(
        "google top; first page of google; top of google; page 1 of google; web design; \
            website design; your website; price list; mobile app; backlink; guest post; website \
            traffic; search engine; business owner; your phone number; affordable"
    );
    const SEXTORTION: List = list!(
        "bitcoin; recorded you; your webcam; your contacts; malware on; wallet; 48 hours; \
            intimate"
    );
    const PAYMENT: List = list!(
        "parcel; your package; unpaid fee; unpaid; final notice; overdue; click here; secure link; within \
            24 hours; within 48 hours; confirm your; payment details; legal action; will be \
            returned; redelivery; customs; your invoice; pay now; suspended; verify your"
    );
    let text = plain(subject) + " " + words;
    let holds = |wanted: &[&str]| {
        text.split(|c: char| !c.is_alphanumeric()).any(|word| wanted.contains(&word))
    };
    // Who tells of such a mail speaks of themselves.
    let tells_of_it = || holds(&["i", "we", "my", "our"]);
    if count(&text, PAYMENT) >= 4 && !tells_of_it() && !asks_for_help(words) {
        return Some("a false bill");
    }
    let ranking = count(&text, RANKING) + usize::from(holds(&["seo"]));
    match (count(&text, MONEY), ranking, count(&text, SEXTORTION)) {
        (3.., _, _) => Some("an advance-fee fraud"),
        (_, 4.., _) => Some("a search engine offer"),
        (_, _, 4..) => Some("blackmail"),
        _ => None,
    }
}

pub(super) fn is_phishing(subject: &str, words: &str) -> bool {
    let text = plain(subject) + " " + words;
    let signs = count(
        &text,
        list!(
            "action required; verify your; confirm your; unlock; suspended; deactivat; within \
         24 hours; in 24 hours; click here; click below; was shared with; shared a file; \
         shared a document; password; mailbox quota; sign in; log in to; expires; expire; \
         payroll; invoice attached"
        ),
    );
    signs >= 2
}
