//! What marketers, event organisers and circulars write. Several signs have to agree.
//!
//! `words` are the sender's own words as [`plain`](super::super::text::phrases::plain) gives them.

use super::super::text::phrases::{List, any, count, list};
use super::wording::{asks_for_help, holds_word, is_our_topic, speaks_of_self};

/// A stranger with an offer: an opening, a pitch, a hook and a way out; three of the four.
pub(super) fn is_marketing(words: &str) -> bool {
    static OPENING: List = list!(
        "i noticed that your; i came across; i found your; we came across; impressed by; i noticed your; reaching out; reach out; came across your; i \
            saw that your; following up on my last; hope this finds you well; i wanted to \
            introduce; i wanted to share; floating this; top of your inbox; bumping this; circling back; \
            just checking in; touching base; quick question; i know how busy; great to see you at; great to see so many; great meeting you at; our stand; our booth; as promised, here's; did you get a chance to see my"
    );
    static PITCH: List = list!(
        "sponsored; seats are going; hear how; win a; last chance; public sector leaders; read more: ; helps teams; we help cyber; we help security; we help consult; we help agenc; we help firms; we help business; we help teams; qualified lead; qualified meeting; book more meetings; your pipeline; helps public; helps organisations; helps companies; helps leaders; we \
            help organisations; we help companies; our platform; our solution; leading provider; \
            trusted by; award-winning; return on investment; leaders cut; % off; special offer; \
            exclusive offer; we've helped; we have helped; halve the time; halve the cost; love to show you; \
            available immediately; immediately available; become available; available now; great fit for your; buyer's guide; free assessment; posture assessment; free health check; free posture; \
            day rate; case study; case studies; roi; proven track record; outstanding; our clients"
    );
    static HOOK: List = list!(
        "webinar; breakfast; save my seat; signed up; weekly; interview with; sign up today; reserve your; live session; saved you a seat; book a demo; quick demo; free demo; free \
            trial; quick call; 15 minutes; 15-minute; register now; limited places; limited \
            seats; download our; white paper; whitepaper; save the date; book your place; early \
            bird; minute demo; minute chat; minute call; a demo; are you hiring; their cvs; their cv; hiring at the \
            moment; work better for you; work better?; worth a chat; worth a call; open to a chat; miss out; grab one; grab yours; a few slots; slots for; pick a time; my calendar link; book a slot"
    );
    static EXIT: List = list!(
        "unsubscribe; manage your preferences; update your preferences; view in browser; view in your browser; not for you?; rather not hear; rather i didn't; no thanks; reply stop; reply \"stop\"; don't want to hear; prefer i didn't; opt out; close your file; not the right person; stop \
            receiving; stop getting; no longer wish to; remove you from; won't bother you; \
            will not bother you; stop bothering you; i'll stop emailing; take you off my list; isn't for you; not for you just"
    );
    let groups = [any(words, OPENING), any(words, PITCH), any(words, HOOK), any(words, EXIT)];
    let [.., is_left] = groups;
    // Whoever asks for what the team does, and offers no way out, sells nothing.
    let is_customer = !is_left && asks_for_help(words) && is_our_topic(words);
    groups.into_iter().filter(|found| *found).count() >= 3 && !is_customer || is_periodical(words)
}

/// An invitation to everybody: what and where, and a place to be booked.
pub(super) fn is_event(words: &str) -> bool {
    static BOOKING: List = list!(
        "register now; register here; register today; register your; to register; register at; register by; save your seat; \
            reserve your; book your; rsvp; places are limited; spaces are limited; seats are limited; \
            limited places; limited spaces; sign up here; sign up now; get your ticket; get tickets"
    );
    static SIGNS: List = list!(
        "you're invited; you are invited; join us; join senior; join leaders; keynote; speakers; \
            panel discussion; webinar; breakfast; networking; free to attend; when: ; where: ; refreshments; \
            coffee; look forward to welcoming; look forward to seeing; hear from; agenda; cpd; conference; \
            summit; masterclass; lunch and learn"
    );
    any(words, BOOKING) && count(words, SIGNS) >= 3 && !asks_for_help(words)
}

/// Mail with something to press, that speaks of nobody's own affairs and asks nothing of us: how the
/// press is worded does not matter.
pub(super) fn is_call_to_act(words: &str) -> bool {
    static PRESS: List = list!(
        "sign up; register by; register now; register here; download the; download our; download your; with one click; claim your; order now; shop now; learn more; \
            find out more; read more; get started; donate; vote now; please vote; join now; get a free; for free; message us; prefer not to hear; \
            unsubscribe; opt out; subscribe; early access; exclusive; limited time"
    );
    static GENERIC: List = list!(
        "dear member; dear customer; dear friend; dear supporter; dear subscriber; dear reader; dear sir; dear user; dear partner; \
            people like you; leaders like you; teams like yours; you and others; thousand people; thousands of; million; last year you; \
            closes on; opens on; by 30; ends on; this offer; in solidarity; be among the first; our analysts; our experts; our members"
    );
    let is_ours = speaks_of_self(words)
        || holds_word(words, &["we", "our", "we're", "we've"])
        || asks_for_help(words)
        || is_our_topic(words)
        || words.contains('?');
    !is_ours && any(words, PRESS) && any(words, GENERIC)
}

/// A notice to all staff or all users. `is_for_all`: it was sent to such an address.
pub(super) fn is_circular(words: &str, is_for_all: bool) -> bool {
    static SIGNS: List = list!(
        "dear all; dear colleague; hello everyone; hi everyone; to all staff; to all users; all users of; all colleagues; all service owners; \
            has been sent to all; you have been sent this because; have your say; take part; survey; \
            planned maintenance; scheduled maintenance; planned outage; essential maintenance; will be unavailable; save your work; \
            what do i need to do; who is affected; what is happening; what is changing; look out for; don't miss; sign up; \
            key dates; thank you to everyone; every voice; no action is needed; no action is required; \
            the team will be; read more; find out more; on the intranet; fire drill; nominations; come along; book a place; our next; time for questions; \
            learning portal; bring a; all welcome; everyone is welcome; save the date"
    );
    static ALERTS: List = list!(
        "match your saved; match your profile; match your search; saved search; these alerts; this alert; alert settings; email alerts; daily alert; weekly alert; \
            in your settings; notification settings; manage alerts; how often you get; new opportunities; log in to see; see them all; email preferences; stop these emails"
    );
    let asks = asks_for_help(&words.replace("do i need", ""));
    let enough = if is_for_all { 2 } else { 4 };
    !asks && (count(words, SIGNS) >= enough || count(words, ALERTS) >= 2)
}

/// A copy of a list's mail without the list's headers: its footer, and the list as the recipient.
pub(super) fn is_list_mail(text: &str, to: &str) -> bool {
    static FOOTERS: List = list!(
        "mailing list; listinfo; subscribed to the; to unsubscribe from this; you received this message because; \
            to leave this list; list archives; manage your subscription; digest footer"
    );
    let text = text.to_lowercase();
    let addresses = to.split([' ', '<', '>', ',', ';', '"']).filter(|word| word.contains('@'));
    any(&text, FOOTERS) && addresses.into_iter().any(|address| text.contains(address))
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
