//! What kind of mail a person wrote: a request, more words in a thread, or a dispute.

use crate::mail::{IncomingMail, MessageId, Origin, SenderKind};

use super::found::{Found, Talk};
use super::phrases::{Heard, Weighted};
use super::sentences;
use super::{Kind, Question};

pub(super) fn of(mail: &IncomingMail, found: &Found, own_words: &str, heard: &Heard) -> Kind {
    match mail.sender_kind {
        SenderKind::AutoReply { .. } => return Kind::AutoReply,
        SenderKind::Bounce(_) => return Kind::Bounce,
        SenderKind::Bulk { .. } => return Kind::Bulk,
        SenderKind::Spam { .. } => return Kind::Spam,
        SenderKind::Person => {}
    }
    let disagreement = disagreement(own_words, heard);
    let in_thread = is_in_thread(mail, found);
    let is_about_ours = || has_reference(&mail.subject) || answers_us(own_words);
    if disagreement >= 4 && (in_thread || is_about_ours()) || (in_thread && disagreement >= 2) {
        return Kind::Dispute;
    }
    if in_thread && begins_anew(heard, found) {
        return Kind::Request;
    }
    if in_thread || goes_on(heard, found) { Kind::FollowUp } else { Kind::Request }
}

/// The mail answers some mail, or names a request of ours.
pub(super) fn talk(mail: &IncomingMail) -> Talk {
    let answers =
        !mail.in_reply_to.is_empty() || !mail.references.is_empty() || has_reference(&mail.subject);
    if answers { Talk::Answers } else { Talk::Opens }
}

/// The mail answers one of ours, as far as it tells itself: our own ids are known to the store.
fn is_in_thread(mail: &IncomingMail, found: &Found) -> bool {
    let to = || mail.to.iter().chain(&mail.cc).map(|person| person.address.domain());
    // Who answers a colleague and puts us in copy answers nothing of ours.
    let own = mail.from.as_ref().map_or("", |person| person.address.domain());
    let is_all_own = to().all(|domain| domain == own);
    let ours: Vec<&str> = to().filter(|domain| is_all_own || *domain != own).collect();
    let is_ours = |id: &MessageId| {
        let domain = id.as_str().rsplit('@').next().unwrap_or_default().trim_end_matches('>');
        ours.iter().any(|ours| ours.eq_ignore_ascii_case(domain))
    };
    if mail.in_reply_to.iter().chain(&mail.references).any(is_ours) {
        return true;
    }
    let subject = mail.subject.to_lowercase();
    let is_reply = ANSWERS.iter().any(|start| subject.trim_start().starts_with(start));
    if is_reply && has_reference(&mail.subject) {
        return true;
    }
    let quotes_us =
        mail.lines.iter().filter(|line| line.origin == Origin::QuoteHeader).any(|line| {
            ours.iter()
                .any(|ours| line.text.to_lowercase().contains(&format!("@{}", ours.to_lowercase())))
        });
    is_reply
        && quotes_us
        && found.len() < 4
        && !(mail.in_reply_to.is_empty() && mail.references.is_empty())
}

/// What mail programs put before the subject of an answer, to a mail or to an invitation.
const ANSWERS: [&str; 12] = [
    "re:",
    "re :",
    "aw:",
    "antw:",
    "sv:",
    "vs:",
    "atb:",
    "odp:",
    "accepted:",
    "declined:",
    "tentative:",
    "new time proposed:",
];

/// `[SEC-2026-0042]`: letters, a year, a number.
fn has_reference(subject: &str) -> bool {
    subject.split(['[', ']', '(', ')', ' ']).any(|word| {
        let mut parts = word.split('-');
        let is_reference = |prefix: &str, year: &str, number: &str| {
            prefix.len() >= 2
                && prefix.chars().all(|letter| letter.is_ascii_uppercase())
                && year.len() == 4
                && year.chars().chain(number.chars()).all(|letter| letter.is_ascii_digit())
                && number.len() >= 2
        };
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(prefix), Some(year), Some(number), None) => is_reference(prefix, year, number),
            _ => false,
        }
    })
}

/// Words that go on from an earlier talk, where no header tells.
const GOES_ON: Weighted = &[
    (
        2,
        "hi again|hello again|it's me again|me again|we talked about|we spoke about|what you told|from the call|from our call|from our meeting|\
        after our call|after our meeting|since we last|good to talk|great to talk|nice to talk|good to speak|great to speak|nice to speak|good to meet you|nice to meet you|\
        good talking|good speaking|when we spoke|when we talked|when we met|i wrote to you|i emailed you|i e mailed you|\
        i mailed you|we wrote to you|we emailed you|sent you an email|have not heard|haven't heard|not heard anything|\
        heard nothing|heard back|had no reply|no reply yet|not had a reply|things stand|how are you getting on|\
        where we are with|where you are with|status of my|status of our|\
        further to our|further to my|further to your|as promised|thanks for coming back|\
        thank you for coming back|thanks for getting back|thanks for your reply|\
        thank you for your reply|any movement|the form i filled|the form i sent|form we sent|form we filled|my form|our form|nobody has been in touch|\
        no one has been in touch|been in touch since|anybody has picked|anyone has picked|picked it up yet|looked at my|any sign of|any word on|any word yet|i sent in|we sent in|sent you our|\
        sent you my|i submitted|we submitted|filled in your form last|you suggested|you also wanted|any news|any update|any progress|\
        my last email|my last e mail|my earlier",
    ),
    (
        1,
        "you asked about|as i said|as we said|i have added|i've added|\
        following our|following on from|as discussed|as agreed on|you asked me|chasing|\
        our conversation|our chat",
    ),
];

/// Words by which somebody who answers an old mail says that it is about something else.
const ANEW: &str = "separate piece of work|separate project|separate request|separate matter|separate question|\
    new piece of work|new request|new project|another project|another request|different project|different matter|\
    different piece of work|something different|something else entirely|something new|unrelated to|not related to|\
    nothing to do with the|nothing to do with this thread|nothing to do with what|old thread|old email|old mail|old chain|hijack this|hijacking this|\
    piggyback|piggybacking|only because it has your|had your address|has your address|your address to hand|changing the subject|\
    change of subject|on another matter|on another subject|on a different";

fn begins_anew(heard: &Heard, found: &Found) -> bool {
    let asks = [Question::Need, Question::WorkFor, Question::Milestone]
        .into_iter()
        .filter(|question| found.answers.contains_key(question));
    heard.first_of(ANEW).is_some()
        && found.answers.contains_key(&Question::Need)
        && asks.count() >= 2
}

fn goes_on(heard: &Heard, found: &Found) -> bool {
    let points = heard.weight(GOES_ON);
    let is_whole_request = found.len() >= 4 || found.answers.contains_key(&Question::WorkFor);
    points >= if is_whole_request { 5 } else { 3 }
}

/// Turns of phrase by which people disagree with what they were told.
const DISAGREES: Weighted = &[
    (
        4,
        "challenge the decision|appeal against|contest the decision|contest this|contest your|query the decision|\
        question the decision|question your decision|lodge an objection|challenge your|appeal your|appeal the|\
        object to the decision|object to your|dispute the decision|dispute your",
    ),
    (
        3,
        "do not agree|don't agree|can't say i agree|cannot say i agree|couldn't disagree more|wrong call|wrong decision|\
        hold water|holds water|afresh|hear no more|to and fro|back and forth between|batted|shuttlecock|\
        bump it up|bumped up|higher up the list|up the list|bottom of the pile|bottom of the list|back of the queue|\
        deserves better|deserves more|short shrift|washed your hands|wash your hands|take it further|take this further|\
        take the matter further|does not agree|cannot agree|can't agree|\
        reconsider|think again|look at this again|not accept|don't accept|doesn't accept|\
        disagree|we disagree|dispute|challenge this|challenge that|appeal|complain|complaint|\
        escalate|escalating|escalation|somebody more senior|someone more senior|overturn|\
        overturned|dissatisfied|absolute joke|unacceptable|not acceptable|isn't help|\
        is not help|fobbed off|sent us away|send us away|turned us away|turned away|\
        not a cyber matter|not a security matter|who made that call|who decided this|\
        reserve our rights|reserves its rights|did not read|not read|you've misread|\
        you have misread|can't have read|i object|we object|push back on|pushing back on|\
        looked at again|considered afresh|reviewed again|fresh pair of eyes|passed it on in error|passed on in error|\
        sent there in error|redirected in error|straight back to you|right back to you|was premature|is premature|\
        closed too soon|closed too early|closed without|contest that|take issue|strongly feel|not the outcome|\
        by someone else|by somebody else|someone independent|somebody independent|who is your manager|\
        speak to your manager|who do i complain|not what we asked|not what i asked|never what we asked|never asked about",
    ),
    (
        2,
        "re think|rethink|think it over again|revisit that|another of your colleagues|another colleague|a different consultant|\
        someone else to look|somebody else to look|see it differently|see things differently|mistaken|miss the point|\
        misses the point|missed the point|overlooked|not what we were hoping|not what i was hoping|hoped for better|\
        not the answer|no answer at all|let down|unfair|consider it again|consider this again|considered again|\
        look at the ranking|lower than it should|too low a|chief information security officer|\
        look again|more senior|your manager|the ciso's|your decision|that decision|\
        this decision|not happy|unhappy|not satisfied|disappointed|disappointing|a joke|\
        ridiculous|nonsense|not good enough|passed us|passed me|passed around|sent away|\
        turned down|refuse to|closed my|closed our|\
        closed the request|reopen|reopened|open it again|open this again|opened again|open that again|\
        surprised that|makes no sense|makes little sense|be put right|think about it some more|think about it again|given more thought|\
        another thought|nothing has been settled|nothing is settled|far from settled|nothing has been resolved|nothing is resolved|\
        hardly fair|hardly right|hardly seems|can't be right|cannot be right|can this be right|whoever weighs|whoever decides|whoever decided|\
        with you after all|yours after all|belongs with you|belong with you|\
        see this differently|see that differently|see it another way|take a different view|takes a different view|\
        unbelievable|so that's a no|not taken into account|took no account|\
        not sit well|hard to accept|difficult to accept|struggle to see|struggling to see|\
        struggle to understand|struggling to understand|no matter for them|nothing to do with them|not their|isn't theirs|is not theirs|\
        queue behind|too late for us|look at it again|take another look|take it back|\
        have it back|sent it back|bounced us|bounced me|bounced it|bounced this|bounced our|bounced my|been bounced|bounced around|bounced between|bounced back to|bounced from|wrong people|wrong department|wrong place|\
        not the right team|not the right people|don't understand why|do not understand why|\
        change your mind|not having it|sort it out between|round in circles|in circles|pillar to post|\
        misreading|remain of the opinion|remain of the view|put before somebody|put before someone|\
        somebody with authority|someone with authority|beg to differ|go back on|back to square one|not sorted|isn't sorted|not resolved|brushed off|pushed back to us|second opinion on your|re open|wrong team|misunderstood|second look",
    ),
    (
        1,
        "with respect|with all due respect|respectfully|i'm afraid that|referring me elsewhere|when resources allow|the ranking|\
        whoever ranked|not sure you|refused|declined|rejected|ciso|out of scope|decline to|decision to|it's yours|is yours|was never|at a loss|i'm surprised|i am surprised|we're surprised|we are surprised|surprised to|astonished|baffled|\
        bewildered|puzzled|dismayed|frustrated|frustrating|taken aback|find it hard|not been answered|not address|didn't address|\
        doesn't address|came back to you|come back to you with it|don't feel that|do not feel that|takes in what|took in what|take in what|\
        no help|closed it",
    ),
];

/// Words that hold what was decided against us. Others refuse things too.
fn answers_us(own_words: &str) -> bool {
    const DECIDED: &str = "your decision|your answer|your reply|your response|your team|your colleague|your colleagues|\
        your consultant|your people|your email|your mail|your letter|your verdict|you said|you say|you told|you turned|\
        you sent|you closed|you refused|you declined|you rejected|you passed|you redirected|you replied|you decided|\
        you have decided|you've decided|this decision|that decision|my request|our request|\
        reconsider|our case|my case|my ticket|our ticket|you lot|you people";
    Heard::new(own_words).first_of(DECIDED).is_some()
}

/// "I do not think that Estates are the right people."
const DOUBTS: &str = "don't think|do not think|don't believe|do not believe|not convinced|not persuaded|\
    not sure that|can't see how|cannot see how|don't see how|do not see how|not of the view";
const DOUBTED: &str = "right people|right team|right place|right call|right decision|right answer|correct|fair|\
    theirs|reasonable|belongs|justified|good enough|the right|answers my|answers our";

fn disagreement(own_words: &str, heard: &Heard) -> i32 {
    let in_one =
        |heard: &Heard| heard.first_of(DOUBTS).is_some() && heard.first_of(DOUBTED).is_some();
    let doubts = in_one(heard)
        && sentences::split(own_words).iter().any(|sentence| in_one(&Heard::new(sentence)));
    let among_others = 3 * i32::from(heard.first_of(AMONG_OTHERS).is_some())
        + 6 * i32::from(heard.first_of(NOT_WITH_US).is_some());
    let is_content = heard.first_of(CONTENT).is_some() && heard.first_of(TURNS).is_none();
    let content = if is_content { 3 } else { 0 };
    let told = Heard::without(own_words, &DENIED);
    told.weight(DISAGREES) + if doubts { 2 } else { 0 } - among_others - content
}

/// Who says so does not disagree.
const DENIED: [&str; 8] = [
    "no complaint",
    "no complaints",
    "not complaining",
    "not a complaint",
    "don't disagree",
    "do not disagree",
    "not surprised that",
    "can't complain",
];

/// Who disagrees with somebody else.
const AMONG_OTHERS: &str = "lodged a complaint with|complained to our|complained to my|disagreed with each other|i still disagree|and i disagree|and we disagree|they disagree|agree to disagree|disagree about|disagree among|\
    disagree over|disagree on|supplier disagrees|colleague disagrees|colleagues disagree|architect disagree|architect disagrees|\
    architects disagree|developers disagree|users complain|people complain|complaint from|complaints from|complained to us|complaining about our|\
    their complaint|appeal service|appeals service";

/// "Fair enough, but": what comes after it counts.
const TURNS: &str = "but|however|nevertheless|nonetheless|all the same|even so";

const NOT_WITH_US: &str = "no concern of yours|not your concern|not your problem|isn't your problem|not your fault|no fault of yours|\
    nothing to do with you|no reflection on you|we are content|i am content|we're content|i'm content";

/// Who is content with us does not fight us.
const CONTENT: &str = "exactly what we needed|exactly what i needed|just what we needed|just what i needed|no objections|no objection|\
    happy with that|happy with the|happy with your|happy to accept|makes sense|fair enough|follow your advice|taken your advice|\
    very helpful|really helpful|most helpful|so helpful|thank you for the advice|thanks for the advice|thanks for your advice|\
    great advice|excellent advice|pleasantly|delighted|all sorted|that's fine|that is fine|couldn't agree more|fully agree|\
    agree with you|agree with your|we accept your|we accept the|all clear|spot on";
