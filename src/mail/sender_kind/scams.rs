//! What swindlers write: lures to sign in, false bills, errands, offers. Several signs have to agree.
//!
//! `words` are the sender's own words as [`plain`] gives them.

use super::super::text::phrases::{List, any, count, list, plain};
use super::wording::{asks_for_help, holds_word, speaks_of_self};

static MONEY: List = list!(
    "late husband; late wife; late father; fund of; chosen you; my lawyer; in confidence; reply with your; dear beloved; million; your bank; next of kin; deceased client; deceased customer; late client; sum of gbp; sum of \
        usd; sum of eur; sum of us$; the sum of; inheritance; unclaimed; beneficiary; \
        untimely demise; million pounds; million dollars; million united; consignment; \
        transfer of the fund; your full name; lottery; same surname; utmost confiden"
);

static RANKING: List = list!(
    "google top; first page of google; top of google; page 1 of google; web design; \
        website design; your website; price list; mobile app; backlink; guest post; website \
        traffic; search engine; business owner; your phone number; affordable"
);

static SEXTORTION: List = list!(
    "bitcoin; recorded you; your webcam; your contacts; malware on; wallet; 48 hours; \
        intimate"
);

static PAYMENT: List = list!(
    "parcel; your package; unpaid fee; unpaid; final notice; overdue; click here; secure link; within \
        24 hours; within 48 hours; confirm your; payment details; legal action; our records show; failure to pay; bank details have changed; suspension of; \
        pay immediately; overdue balance; amount due; will be \
        returned; redelivery; customs; your invoice; pay now; suspended; verify your"
);

static CREDENTIALS: List = list!(
    "sign in with; sign in to; log in with; log in to; verify your; confirm your; update your; validate your; \
        email password; keep the same password; your password; expires in; will expire; will be suspended; \
        will be deactivated; will be closed; click here; click below; listen to; new voice message; voicemail; \
        missed call; mailbox is; quota; storage limit; messages are being held; held messages; pending messages; review document; view document; \
        shared a file; shared a document; payroll; action required; unusual sign-in; scan the qr; qr code; expires today; and password; work email; review and sign; document waiting; \
        do not share this email; sent you a document; link expires"
);

static PASSWORD: List = list!(
    "email and password; e-mail and password; email password; e-mail password; your password; sign in with; log in with; \
        login with; username and password; your credentials; your log-in; your login"
);

static TENDER: List = list!(
    "shortlisted; invited to quote; invited to bid; invitation to tender; invitation to bid; tender notice; request for quotation; \
        rfq; bid pack; bid document; tender document; tender pack; register your interest; dear supplier; dear vendor; \
        dear contractor; procurement d; award notice; contract award; purchase order"
);

static LINK: List = list!("http:; https:; click here; click below; attached html; scan the");

static GIFT: List =
    list!("gift card; itunes card; steam card; amazon card; voucher; google play card");

static ERRAND: List = list!(
    "i need you to; i want you to; please buy; can you buy; please get; purchase; pick up; send me the"
);

static SECRET: List = list!(
    "scratch; the codes; reimburse; discreet; can't talk; cannot talk; can't take calls; a favour; a favor; surprise; \
        in a meeting; keep this between; confidential; at your desk"
);

static NEW_ACCOUNT: List = list!(
    "bank has changed; bank details have changed; banking details have; change of bank details; new bank details; updated bank details; new account; account below; sort code; \
        remittance; immediate effect; must be paid; future payments; outstanding invoices; kindly confirm; kindly update; overdue; dear customer"
);

static PENALTY: List = list!(
    "outstanding; penalty; fine; charge; toll; settle; pay now; pay before; before 5 pm; today or; will rise; will be increased; \
        act before; act now; avoid further; your vehicle; your account; refund; final reminder; legal action"
);

static RECOVERY: List = list!(
    "recover your; lost funds; lost coins; scammers; no recovery; certified hackers; whatsapp; telegram; wallet address; \
        no fee; crypto; bitcoin; guaranteed"
);

static LOAN: List = list!(
    "pre-approved; pre approved; no credit check; funding of up to; loan; bank details; low interest; \
        guaranteed approval; act now; facility of; approved facility; bad credit; no security needed; funds within; \
        copy of your passport; bank statements; business owner; underwriter; your application has been approved; unsecured; \
        lend you; lender; your turnover; company name, turnover; investment opportunity; guaranteed return; \
        double your; crypto; trading account; this offer"
);

const TELLS: [&str; 11] = [
    "we", "we've", "they", "says", "received", "asked", "asks", "genuine", "fake", "supplier",
    "staff",
];

const VICTIM: [&str; 7] = ["bought", "asked", "told", "tricked", "scam", "police", "we"];

/// Frauds and offers that nobody in the team has use for.
pub(super) fn scam(subject: &str, words: &str) -> Option<&'static str> {
    let text = plain(subject) + " " + words;
    demand(&text, words).or_else(|| offer(&text))
}

/// Who tells of such a mail speaks of themselves.
fn tells_of_it(text: &str) -> bool {
    speaks_of_self(text) || holds_word(text, &["we", "we've", "we're", "our", "us"])
}

/// Something must be done at once: sign in, pay, buy.
fn demand(text: &str, words: &str) -> Option<&'static str> {
    let is_told = tells_of_it(text);
    if !is_told && any(text, LINK) && count(text, CREDENTIALS) >= 3 {
        return Some("a lure to sign in");
    }
    // They write as the buyer, so that "we" tells nothing; no buyer asks for a password.
    if !speaks_of_self(text) && count(text, TENDER) >= 2 && any(text, PASSWORD) {
        return Some("a false tender");
    }
    if !is_told && any(text, LINK) && count(text, PENALTY) >= 3 {
        return Some("a false fine");
    }
    if !is_told && count(text, PAYMENT) >= 4 && !asks_for_help(words) {
        return Some("a false bill");
    }
    // Fraudsters speak of "our bank".
    let is_passed_on = speaks_of_self(text) || holds_word(text, &TELLS);
    if !is_passed_on && count(text, NEW_ACCOUNT) >= 3 && !asks_for_help(words) {
        return Some("a false change of bank details");
    }
    let is_errand = any(text, GIFT) && any(text, ERRAND) && any(text, SECRET);
    (is_errand && !holds_word(text, &VICTIM)).then_some("a gift card fraud")
}

/// Something is to be had: money, customers, silence.
fn offer(text: &str) -> Option<&'static str> {
    let is_rescue = any(text, list!("recover your; no recovery; message us; contact us now"));
    if is_rescue && count(text, RECOVERY) >= 3 && !speaks_of_self(text) {
        return Some("an offer to fetch money back");
    }
    let loan = count(text, LOAN);
    if loan >= 3 && !tells_of_it(text) || loan >= 5 && !speaks_of_self(text) {
        return Some("an offer of money");
    }
    let ranking = count(text, RANKING) + usize::from(holds_word(text, &["seo"]));
    match (count(text, MONEY), ranking, count(text, SEXTORTION)) {
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
