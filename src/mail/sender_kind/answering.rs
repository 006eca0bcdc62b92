//! What machines write that answer: receipts, tickets, notes of absence, mailboxes that nobody reads.
//!
//! `words` are the sender's own words as [`plain`] gives them. Several signs have to agree, and
//! whoever asks something, or speaks to somebody by name, is a person.

use super::super::text::phrases::{self, List, list, plain, start};
use super::super::text::searched::{Searched, any, count};
use super::wording::{asks_for_help, speaks_of_self};

/// Machines are brief.
const MOST_WORDS: usize = 160;

/// The opening of a subject that mail programs give to their automatic answers.
pub(super) fn automatic_subject(subject: &str, words: &Searched<'_>) -> Option<&'static str> {
    static CERTAIN: List = list!(
        "automatic reply; automatic response; auto reply; auto-reply; autoreply; auto \
            response; auto-response; automated reply; automated response; ateb awtomatig; ymateb \
            awtomatig; abwesenheitsnotiz; automatische antwort; réponse automatique; respuesta \
            automática; risposta automatica; automatisch antwoord; autosvar; \
            resposta automática; automatisk svar; automatiskt svar; automaattinen vastaus; odpowiedź automatyczna; \
            automatická odpověď; resposta automatica"
    );
    static LIKELY: List = list!(
        "out of office; out of the office; ooo:; away from the office; away from my desk; on \
            annual leave; vacation; on leave"
    );
    static ABSENT: List = list!(
        "i am out; i'm out; i am away; i'm away; on leave; annual leave; i will be back; i'll \
            be back; return to the office; i return; not in the office; limited access"
    );
    let subject = plain(subject);
    let is_absence = || any(words, ABSENT) && !words.text.contains('?');
    start(&subject, CERTAIN).or_else(|| start(&subject, LIKELY).filter(|_| is_absence()))
}

static RECEIVED: List = list!(
    "your email has been received; your e-mail has been received; your message has been \
        received; your request has been received; we have received your; your email reached \
        us; your request has been logged; your call has been logged; your query has been logged; \
        your incident has been; logged as; we've received your; we have got your; your ticket has been; ticket has been created; \
        ticket has been logged; has been logged with; case has been opened; thank you for \
        contacting"
);

/// Automatic answers that no header gives away: tickets opened, people gone, mailboxes unread.
pub(super) fn is_automatic(own_words: &str, words: &Searched<'_>, is_no_reply: bool) -> bool {
    static CERTAIN: List = list!(
        "this is an automated message; this is an automated response; this is an automated \
            reply; this is an automated email; this is an automated e-mail; this is an automated \
            acknowledg; this is an automated notification; this is an automatic reply; this is \
            an automatic message; this is an automatic response; this is an automatic \
            acknowledg; this is an auto-generated; automatically generated message; \
            automatically generated email; this message was automatically generated; this email \
            was automatically generated; this mailbox is automated; neges awtomatig; ymateb \
            awtomatig; this mailbox is not monitored; this inbox is not monitored; would like to recall the message"
    );
    static DEAD_MAILBOX: List = list!(
        "account is no longer; mailbox is no longer; address is no longer; inbox is no \
            longer; no longer monitored; not being monitored; no longer looked at; is not \
            monitored; messages sent here; emails sent here; will not be read; will not be \
            forwarded; no longer in use; mailbox has been closed"
    );
    static GONE: List = list!(
        "have left the; have now left; has left the; has now left; no longer work; no longer \
            employed; no longer with; last working day; have moved on; have retired"
    );
    static PROCESS: List = list!(
        "do not reply to this; please do not reply; ticket number; reference number; case \
            number; will get back to you within; get back to you within; reply above this line; your ticket \
            number; working hours; self-service portal; an analyst will; an agent will; aim to respond; aim to reply; aims to answer; aims to respond; we will \
            respond within; will be in touch within; keep the subject line; in the subject"
    );
    static AWAY: List = list!(
        "out of the office; out of office; annual leave; on leave until; maternity leave; not \
            be reading; no access to email; limited access to; away from my desk"
    );
    static INSTEAD: List = list!(
        "on my return; when i return; upon my return; in my absence; for urgent; if urgent; \
            if your message is urgent; if your email is urgent; if your enquiry is urgent"
    );
    static RECEIPT: List =
        list!("was read on; was displayed on; was deleted without being read; was opened on");
    if words.text.is_empty() || words.text.split(' ').count() > MOST_WORDS {
        return false;
    }
    if any(words, CERTAIN) && (is_no_reply || !asks_for_help(words)) {
        return true;
    }
    // Who looks ahead, or names people in copy, hands over and does not answer automatically.
    if words.text.contains('?')
        || any(words, list!("from tomorrow; next week; copied; in copy; cc'd"))
    {
        return false;
    }
    let greets = greets_by_name(own_words);
    let pairs = [
        (DEAD_MAILBOX, GONE),
        (RECEIVED, PROCESS),
        (AWAY, INSTEAD),
        (RECEIPT, list!("your message")),
    ];
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

/// The receipt or the notice of an office, a desk or a portal. `to`: as whom we are greeted.
pub(super) fn is_notice(subject: &str, own_words: &str, words: &Searched<'_>, to: &str) -> bool {
    static TAKEN: List = list!(
        "has been received; have received your; received your; got your request; got your message; got your email; \
            have your form; has been logged; was logged; has been opened; was opened for; opened on your behalf; \
            has been created; was created; has been registered; has been assigned; as solved; been solved; \
            as resolved; been resolved; thank you for contacting; thanks for contacting; thank you for getting in touch with the; \
            thanks for getting in touch with; thank you for your email to; thank you for your message to; \
            thank you for emailing; thank you for your enquiry; thank you for your submission; is in our queue; \
            has been submitted; has been merged; has been updated; has been reassigned; has been escalated; status changed; been passed to; vielen dank für ihre; ihre anfrage; merci de votre message; \
            votre demande; accusons réception; hemos recibido; recebemos; abbiamo ricevuto; wij hebben uw; \
            derbyn eich; diolch am gysylltu; diolch am eich; otrzymaliśmy"
    );
    static PROCESS: List = list!(
        "reply above this line; being reviewed by our; our support staff; to add additional comments; reply to this email; \
            track it here; track your; view request; view your; this request's notifications; state: ; status: ; short description; priority: ; \
            working days; business days; monitored between; is monitored; this mailbox; this inbox; duplicate; slow down; \
            respond to your; respond as soon as; reply as soon as; as soon as possible; reply within 7; will open again; will reopen; \
            reopen it; what happens next; ref:msg; so schnell wie möglich; bei rückfragen; bearbeitet; erfasst; dans les meilleurs délais; \
            lo antes posible; o mais breve; cyn gynted; contact you within; we aim to; our opening hours; open monday; monday to friday; \
            do not reply; please telephone; please call; for urgent; if it is urgent; if your; reference number; reference is; \
            ticket; case number; quote this; quote the; on the subject line; a member of the team; a member of our; one of our team; \
            one of our advisers; frequently asked; faqs; our website; satisfied; survey; rate; how did we do; privacy notice; high volume; have to do anything; no action; updates will be sent; from now on"
    );
    let asks = asks_for_help(words)
        || any(
            words,
            list!(
                "please close; please reopen; please confirm; please let us know what; please let me; please send us; please send me"
            ),
        )
        || words.text.contains('?')
            && !any(
                words,
                list!("how did we do; how did i do; what happens next?; how was; rate "),
            );
    let is_person = asks
        || speaks_of_self_beyond_rating(words)
        || greets_by_name(own_words) && !greets_as(own_words, to)
        || words.text.split(' ').count() > MOST_WORDS;
    if is_person {
        return false;
    }
    let taken = count(words, TAKEN).min(2) * 2;
    let numbered = usize::from(has_number(&plain(subject)) || has_number(words.text));
    let promises = any(words, YOURS) && any(words, ACKNOWLEDGED) && any(words, PROMISED);
    promises
        || taken + count(words, PROCESS).min(4) + numbered >= 4 && taken > 0
        || count(words, PROCESS) >= 5
}

/// "I'm satisfied" stands on the buttons of a survey.
fn speaks_of_self_beyond_rating(words: &Searched<'_>) -> bool {
    if !words.text.contains("satisfied") {
        return speaks_of_self(words);
    }
    let text = words.text.replace("i'm satisfied", "").replace("i'm unsatisfied", "");
    speaks_of_self(&Searched::new(&text))
}

/// "We acknowledge receipt of your letter and answer within ten days": whose it is, that it came, and
/// when it is dealt with.
static YOURS: List = list!(
    "your correspondence; your email; your e-mail; your message; your request; your enquiry; your query; your letter; your submission; \
        your ticket; your call; your case; your application; your report; your feedback; your mail; your comments"
);
static ACKNOWLEDGED: List = list!(
    "acknowledge; receipt; received; has reached; arrived; logged; created; registered; recorded; is being; will be reviewing; \
        in a queue; in the queue; in our queue; in turn; order of receipt; thank you for; thanks for; reached the; reached us; reached our"
);
static PROMISED: List = list!(
    "working days; business days; within 24; within 48; within two; within three; within five; within ten; within the next; \
        target for; our target; we aim; service standard; as soon as possible; as soon as we can; shortly; in due course; for your patience; \
        will not speed; in the order; usually within; normally within; usually reply; currently experiencing; longer than usual; a member of the; \
        one of our; a representative; support representative; will respond; we'll respond; we'll reply; we will reply"
);

/// `#77120`, `INC0045123`, `2026111010000123`: a number that a system gives. Ours have dashes.
fn has_number(text: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '-' && c != '#')
        .map(|word| word.trim_start_matches('#').trim_start_matches(char::is_alphabetic))
        .any(|digits| {
            digits.len() >= 5
                && digits.chars().all(|c| c.is_ascii_digit())
                && !digits.starts_with('0')
        })
        || text.contains(" #") && holds_digits_behind_hash(text)
}

fn holds_digits_behind_hash(text: &str) -> bool {
    text.split('#')
        .skip(1)
        .any(|rest| rest.chars().take(4).filter(char::is_ascii_digit).count() >= 4)
}

/// An address given up, which says so itself, or a sender who has to be let through first.
pub(super) fn is_closed_door(own_words: &str, words: &Searched<'_>) -> bool {
    static THIS: List = list!(
        "this address; this mailbox; this inbox; this account; this email address; this e-mail address"
    );
    static DEAD: List = list!(
        "has been retired; is retired; nobody reads; no one reads; no longer in use; is no longer; no longer exists; \
            been closed; has closed; decommissioned; not been forwarded; not be forwarded; been switched off; not monitored; is unmonitored; \
            not be read; has not been delivered to a person"
    );
    static INSTEAD: List = list!(
        "please write to; please use; please contact; please send; please email; please redirect; instead; has moved to; update your address"
    );
    static HELD: List = list!(
        "approved senders; approved sender; you are human; you're human; not a robot; one-time check; put on hold; has been held; \
            is being held; to release it; release your message; stop junk; stop spam; junk mail; verify that you; whitelist; safe senders; \
            confirm your message; prove that you; awaits moderator; moderator; held until; being held until; non-member; members-only; members only; awaiting approval"
    );
    if speaks_of_self(words) || words.text.contains('?') || greets_by_name(own_words) {
        return false;
    }
    any(words, THIS)
        && any(words, DEAD)
        && any(words, INSTEAD)
        && words.text.split(' ').count() <= 80
        || count(words, HELD) >= 3
}

/// A message has been read, deleted, or delivered to somebody.
pub(super) fn is_receipt(words: &Searched<'_>) -> bool {
    static RECEIPT: List = list!(
        "has been delivered to the following; was delivered to the following; been successfully delivered; was successfully delivered; \
            delivery to these recipients or groups is complete; was displayed on; has been displayed; was read on; was opened on; \
            deleted without being read; was relayed to; successfully relayed; this is a return receipt; a read receipt for; this is a receipt for the mail; \
            no guarantee that the message has been read; has been read by the recipient"
    );
    any(words, RECEIPT)
        && any(words, list!("message; mail"))
        && !speaks_of_self(words)
        && !asks_for_help(words)
}

/// A note of absence is about nothing else: nearly every sentence is of that kind. `both`: the
/// subject and the words.
pub(super) fn is_absence(both: &Searched<'_>, own_words: &str, words: &Searched<'_>) -> bool {
    static AWAY: List = list!(
        "out of the office; out of office; away from the office; not in the office; annual leave; i am on leave; i'm on leave; on leave until; on leave from; \
            maternity leave; paternity leave; parental leave; sabbatical; career break; i am away; i'm away; i will be away; i'll be away; \
            i am currently away; currently out; i am off; i'm off; on holiday; on vacation; having a baby; have a baby; not be checking; not checking; \
            not be reading; without access to; no access to; limited access; non-working day; i don't work; i do not work; \
            work part time; work part-time; on a course; jury service; on secondment; working days are; only see emails; only check; only read emails; do not check; on strike; industrial action; on sick leave; long-term leave"
    );
    static AROUND: List = list!(
        "until; back on; be back; i return; return on; my return; i get back; in my absence; while i am away; while i'm away; in the meantime; meanwhile; \
            for urgent; if urgent; is urgent; anything urgent; cannot wait; can't wait; please contact; please email; please ring; please call; please speak; \
            contact my; covers for me; cover for me; covering for me; my cover; not be read; not be seen; passed on; not be monitored; on those days; my colleague; my deputy; instead; respond when; respond to your; reply when; reply to your; answer your; get back to you; \
            thank you for your; thanks for your; thanks for getting; thank you for getting; your email; your message; will be deleted; deal with"
    );
    if words.text.contains('?')
        || asks_for_help(words)
        || words.text.split(' ').count() > MOST_WORDS
    {
        return false;
    }
    if is_foreign_absence(both, words) {
        return true;
    }
    if !(any(words, AWAY) && any(words, AROUND)) {
        return false;
    }
    // Who names the reader, looks ahead or hands over is writing to somebody.
    if greets_by_name(own_words) {
        return false;
    }
    if any(
        words,
        list!(
            "from tomorrow; as of tomorrow; next week; copied; in copy; cc'd; i am cc; i'm cc; we spoke; our call; our meeting; attached"
        ),
    ) || words.holds_word(&["review", "design", "sec"])
    {
        return false;
    }
    let sentences =
        || words.text.split(['.', '!', ';']).filter(|text| text.split_whitespace().count() >= 4);
    let is_about = |text: &&str| phrases::any(text, AWAY) || phrases::any(text, AROUND);
    let about = sentences().filter(is_about).count();
    sentences().count() > 0 && about * 5 >= sentences().count() * 4
}

fn is_foreign_absence(both: &Searched<'_>, words: &Searched<'_>) -> bool {
    let is_away = |text| count(text, FOREIGN_AWAY) >= 2 || count(text, WELSH_AWAY) >= 3;
    if !is_away(both) {
        return false;
    }
    // No sentence begins in the subject and goes on in the words.
    let subject = both.text.strip_suffix(words.text).unwrap_or(both.text).trim_end();
    is_away(&Searched::new(&format!("{subject}. {}", words.text)))
}

static FOREIGN_AWAY: List = list!(
    "je suis absent; je serai absent; suis actuellement absent; absent du bureau; absence du bureau; absence :; de retour le; jusqu'au; en cas d'urgence; mon absence; en congé; mon retour; questions urgentes; \
        nicht im büro; nicht im haus; im urlaub; abwesend; abwesenheit; in dringenden fällen; bin ich wieder; nicht weitergeleitet; meine vertretung; vertretung; meiner rückkehr; dringenden fragen; \
        estoy fuera; fuera de la oficina; de vacaciones; en caso de urgencia; mi ausencia; mi regreso; asuntos urgentes; regresaré; no tendré acceso; \
        estou de férias; estarei ausente; fora do escritório; assunto urgente; de férias; minha ausência; regresso; contacte; \
        sono assente; sarò assente; fuori ufficio; in ferie; caso di urgenza; per urgenze; questioni urgenti; mio rientro; rientrerò; \
        ben afwezig; niet aanwezig; op vakantie; met vakantie; dringende gevallen; tot en met; weer terug; afwezigheid; \
        på semester; på ferie; bortreist; tilbake på; tillbaka på; tilbage på; hastesaker; brådskande; hasteærinder; ikke på kontoret; inte på kontoret; tillbaka den; tilbake den; tilbage den; \
        jestem na urlopie; na urlopie; poza biurem; nieobecn; w pilnych sprawach; wracam"
);
static WELSH_AWAY: List = list!(
    "nid wyf yn y swyddfa; allan o'r swyddfa; ar wyliau; fy ngwyliau; ar absenoldeb; ni fyddaf; nid wyf yn; tan ddydd; hyd at; mater brys; yn fater brys; \
        cysylltwch â; byddaf yn ôl; dychwelyd; diolch am eich neges; diolch am eich e-bost"
);

/// "Hello Cyber Consultancy,": a machine greets us as its address book calls us.
fn greets_as(own_words: &str, to: &str) -> bool {
    let first = plain(own_words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default());
    let greeted = first.split_once(' ').map_or("", |(_, name)| name);
    let greeted = greeted.trim_matches(|c: char| !c.is_alphanumeric());
    !greeted.is_empty() && plain(to).contains(greeted)
}
