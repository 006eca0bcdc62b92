//! Small mails, each with one difficulty: which of their lines are the sender's own.

use crate::mail::{Origin, read};

/// Reads a plain mail of Ada Lovelace and shows each line that is not blank with a letter for its
/// origin: o(wn), q(uoted), h(eader of a quotation), s(ignature), b(oilerplate), f(orwarded).
fn marked(subject: &str, body: &str) -> String {
    let mail = format!("From: Ada Lovelace <ada@example.org>\r\nSubject: {subject}\r\n\r\n{body}");
    show(&mail)
}

fn show(mail: &str) -> String {
    let mail = read(mail.as_bytes());
    let letters = mail.lines.iter().filter(|line| !line.text.trim().is_empty()).map(|line| {
        match line.origin {
            Origin::Own => 'o',
            Origin::Quoted(_) => 'q',
            Origin::QuoteHeader => 'h',
            Origin::Signature => 's',
            Origin::Boilerplate => 'b',
            Origin::Forwarded => 'f',
        }
    });
    letters.collect()
}

fn html(body: &str) -> String {
    show(&format!(
        "From: Ada Lovelace <ada@example.org>\r\nSubject: RE: x\r\nContent-Type: text/html; \
         charset=utf-8\r\n\r\n<html><body>{body}</body></html>"
    ))
}

fn check(cases: &[(&str, &str, &str)]) {
    for (body, expected, reason) in cases {
        assert_eq!(marked("Re: x", body), *expected, "{reason}: {body}");
    }
}

#[test]
fn quotations_are_told_from_answers() {
    check(&[
        (
            "Yes.\n\nOn 3 March 2027 at 10:11, Bob <b@c.example> wrote:\n> Is it?\n",
            "ohq",
            "top posted",
        ),
        (
            "On Tue, 3 Mar 2027, 10:11 Bob,\n<b@c.example> wrote:\n\n> Is it?\nYes.",
            "hhqo",
            "wrapped",
        ),
        (
            "On 3 Mar 2027, Bob wrote:\n> Who?\nUs.\n> When?\nIn May.\n",
            "hqoqo",
            "answers in between",
        ),
        ("Ar 3 Mawrth 2027, ysgrifennodd Bob:\n> Pwy?\nNi.", "hqo", "Welsh"),
        ("Am 03.03.27 um 10:11 schrieb Bob:\n> Wer?\nWir.", "hqo", "German"),
        ("Le 3 mars 2027 à 10:11, Bob a écrit :\n> Qui ?\nNous.", "hqo", "French"),
        ("Bob <b@c.example> 3/3/2027 10:11:\n> Who?\nUs.", "hqo", "no words at all"),
        ("Bob wrote:\n> Who?\nUs.", "hqo", "a name and a verb"),
        (
            "Ok.\nOn 3 March 2027 at 10:11, Bob <b@c.example> wrote:\nIs it?\nIt is not.",
            "ohqq",
            "no marks",
        ),
        ("On Monday Bob wrote:\nit is broken\nand he was right", "ooo", "a story, not a quotation"),
        ("|> Who?\nUs.", "qo", "quoted with a bar and an arrow"),
        (
            "Ok.\n-----Original Message-----\nFrom: Bob\nSent: Monday\nTo: Ada\nSubject: x\n\nHello",
            "ohhhhhq",
            "Outlook",
        ),
        (
            "Ok.\n________________________________\nFrom: Bob <b@c.example>\nSent: 3 March 2027\nTo: Ada\nSubject: x\nHello",
            "ohhhhhq",
            "Outlook on the web",
        ),
        (
            "Ok.\n*From:* Bob\n*Date:* Monday\n*To:* Ada\n*Subject:* x\n\nHello",
            "ohhhhq",
            "stars around the names",
        ),
        (
            "Iawn.\nOddi wrth: Bob\nAnfonwyd: Dydd Llun\nAt: Ada\nPwnc: x\n\nHelo",
            "ohhhhq",
            "Welsh Outlook",
        ),
        (
            "Ok.\nVon: Bob\nGesendet: Montag\nAn: Ada\nBetreff: x\n\nHallo",
            "ohhhhq",
            "German Outlook",
        ),
        ("From: HMP Ashmoor\nTo: the cloud\nWe move data.", "ooo", "labels, not a header"),
        ("Who: us\nDate: May\nTo do: a review", "ooo", "labels"),
    ]);
}

#[test]
fn answers_in_an_unmarked_quotation_are_found() {
    let quoted = "From: Bob\nSent: Monday\nTo: Ada\nSubject: x\n\n";
    let with = |top: &str, rest: &str| format!("{top}\n\n{quoted}{rest}");
    let cases = [
        (
            with("Answers below.", "Who is it for?\nThe courts\n\nWhen?\nMay\n\nThanks\nBob"),
            "ohhhhqoqoqq",
            "announced",
        ),
        (with("Any news?", "Who is it for?\nThe courts\n\nWhen?\nMay"), "ohhhhqqqq", "a chaser"),
        (
            with(
                "Hello Bob, I hope you are well.",
                "Who is it for?\n[AL] The courts\nWhen?\n[AL] May\n\nBob",
            ),
            "ohhhhqoqoq",
            "initials",
        ),
        (
            with(
                "Hello Bob, I hope you are well.",
                "Who is it for?\nAda: The courts\nWhen?\nAda: May",
            ),
            "ohhhhqoqo",
            "the name",
        ),
        (
            with(
                "Hello Bob, I hope you are well.",
                "Who is it for?\n>>> The courts\nWhen?\n>>> May",
            ),
            "ohhhhqqqq",
            "marks are depth",
        ),
    ];
    for (body, expected, reason) in cases {
        assert_eq!(marked("Re: x", &body), expected, "{reason}: {body}");
    }
    let labels = with("Answered below.", "Who is it for: the courts\nWhen: May\nBob");
    assert_eq!(marked("Re: x", &labels), "ohhhhooq", "behind labels");
    let farewell = with("My answers:", "Who is it for?\nThe courts\nWhen?\nMay\nThanks,\nBob");
    assert_eq!(marked("Re: x", &farewell), "ohhhhqoqoqq", "the farewell of the other");
    let typed = with("Hi Bob", "Who is it for?\nThe courts\nWhen?\nMay\n\nBob");
    assert_eq!(marked("Re: x", &typed), "ohhhhqoqoq", "nothing said above");
}

#[test]
fn answers_in_another_colour_are_found() {
    let red = |text: &str| format!("<p><span style='color:#C00000'>{text}</span></p>");
    let outlook = "<div id='divRplyFwdMsg'><b>From:</b> Bob<br><b>Sent:</b> Mon<br><b>To:</b> Ada<br>\
                   <b>Subject:</b> x</div>";
    let body =
        format!("<p>Hi</p>{outlook}<p>Who?</p>{}<p>When?</p>{}<p>Bob</p>", red("Us"), red("May"));
    assert_eq!(html(&body), "ohhhhqoqoq", "red under questions");
    let cited = format!(
        "Hi<blockquote type='cite'><p>Who?</p>{}<p>When?</p>{}</blockquote>",
        red("Us"),
        red("May")
    );
    assert_eq!(html(&cited), "oqoqo", "red inside a marked quotation");
    let table = "<blockquote type='cite'><table><tr><td>Who?</td><td>Us</td></tr><tr><td>When?</td>\
                 <td>May</td></tr></table></blockquote>";
    assert_eq!(html(&format!("My answers are in the table{table}")), "ooo", "in a quoted table");
    assert_eq!(html(&format!("Any news?{table}")), "oqq", "a quoted table");
    let red_table = table.replace("<td>Us", "<td style='color:red'>Us");
    let red_table = red_table.replace("<td>May", "<td style='color:red'>May");
    assert_eq!(html(&format!("Hello{red_table}")), "oqoqo", "in red in a quoted table");
    let blue = |text: &str| format!("<span style='color:#0070C0'>{text}</span>");
    let body = format!("<p>Hi</p>{outlook}<p>Who? {}</p><p>When? {}</p>", blue("Us"), blue("May"));
    assert_eq!(html(&body), "ohhhhqoqo", "blue behind the question");
    let body = format!("<p>Hi</p>{outlook}<p>{}</p><p>Fine.</p>", red("Warning"));
    assert_eq!(html(&body), "ohhhhqq", "a red line in what was quoted");
}

#[test]
fn html_says_what_is_quoted() {
    let cases = [
        (
            "<div>Yes</div><div class='gmail_quote'><div class='gmail_attr'>On Mon, 1 Mar 2027 at 10:00, \
          Bob &lt;b@c.example&gt; wrote:<br></div><blockquote class='gmail_quote' style='border-left:1px \
          solid'>Is it?</blockquote></div>",
            "ohq",
            "Gmail",
        ),
        (
            "Yes<blockquote type='cite'>Is it?</blockquote>No",
            "oqo",
            "Apple Mail, answers around it",
        ),
        (
            "<p>Who?</p><blockquote style='margin:0 0 0 40px;border:none'>Us</blockquote>",
            "oo",
            "an indent",
        ),
        (
            "Yes<div class='moz-cite-prefix'>On 1/3/27 10:00, Bob wrote:</div><blockquote type='cite' \
          cite='mid:x'>Is it?</blockquote>",
            "ohq",
            "Thunderbird",
        ),
        (
            "Yes<div id='x_appendonsend'></div><hr><div id='x_divRplyFwdMsg'>Od: Bob<br>Data: pon<br>Do: \
          Ada<br>Temat: x</div><p>Is it?</p>",
            "ohhhhq",
            "Outlook in a language we do not know",
        ),
        (
            "<p>Yes</p><div id='Signature'><p>Ada</p><p>Analyst</p></div>",
            "oss",
            "a marked signature",
        ),
        (
            "<div class='gmail_signature'>1. The courts<br>2. In May</div>",
            "oo",
            "typed in the wrong place",
        ),
    ];
    for (body, expected, reason) in cases {
        assert_eq!(html(body), expected, "{reason}: {body}");
    }
}

#[test]
fn what_is_passed_on_is_forwarded() {
    let cases = [
        (
            "Fwd: x",
            "Please help Bob.\n\n---------- Forwarded message ---------\nFrom: Bob <b@c.example>\nDate: Mon, 1 Mar 2027\nSubject: x\nTo: Ada\n\nWe need a review.",
            "ohhhhhf",
            "Gmail",
        ),
        (
            "FW: x",
            "See below.\n\nFrom: Bob\nSent: Monday\nTo: Ada\nSubject: x\n\nWe need a review.",
            "ohhhhf",
            "Outlook",
        ),
        (
            "Fwd: x",
            "Begin forwarded message:\n\nFrom: Bob\nSubject: x\nDate: 1 March 2027\nTo: Ada\n\nWe need a review.",
            "hhhhhf",
            "Apple",
        ),
    ];
    for (subject, body, expected, reason) in cases {
        assert_eq!(marked(subject, body), expected, "{reason}: {body}");
    }
}

#[test]
fn a_mail_is_never_silenced() {
    let memo = "From: Ada\nTo: Security\nDate: 1 May\nSubject: x\n\nWe need a review.";
    assert_eq!(marked("Memo", memo), "ooooo", "a memorandum with a head of its own");
    assert_eq!(marked("Re: x", memo), "hhhhq", "a mail sent back without a word");
    assert_eq!(marked("x", "> We need a review.\n> Soon."), "oo", "typed behind quote marks");
}

#[test]
fn a_farewell_is_no_answer() {
    check(&[
        (
            "We need a review.\n\nKind regards,\nAda Lovelace\nAnalyst\nT: 020 7946 0000",
            "ossss",
            "usual",
        ),
        ("We need a review.\n-- \nAda\nAnalyst", "osss", "separator"),
        (
            "We need a review.\n\nMany thanks,\n\nAda\n\nAda Lovelace | Analyst | HM Engines\nwww.example.org",
            "ossss",
            "blocks",
        ),
        ("We need a review. Thanks\n\nAda", "os", "a name alone"),
        ("We need a review.\n\nA.", "os", "an initial"),
        ("We need a review.\n\nDiolch yn fawr,\nAda", "oss", "Welsh"),
        ("We need a review.\n\nBest,\nAda\n\nPS it is for May.", "osso", "a postscript"),
        ("Thanks for coming back so fast.\nWe need a review by May.", "oo", "thanks in the text"),
        ("Thanks\n\nWho is it for? The courts\nWhen? May\n", "ooo", "thanks before the answers"),
        (
            "Please see below. Regards, Ada\n\nWho: the courts of England\nWhy: they are at risk now\nNeed: a review of the design",
            "oooo",
            "labels under a farewell",
        ),
        (
            "Thanks.\n\nWe need help.\n\nKind regards\nAda",
            "ooss",
            "two farewells, one of them none",
        ),
        ("A review.\n\nThanks\nAda\n\nKind regards\nAda Lovelace", "ossss", "two farewells"),
        ("A review.\n\nBest wishes from all of us here,\nAda", "oss", "a long one"),
        ("Kind regards\nAda", "oo", "nothing but a farewell"),
        ("Hello\n--\n1. us\n2. risk\n3. chaos\n", "ooooo", "answers behind a line of dashes"),
        ("Yes please.\n\nSent from my iPhone", "ob", "an advert"),
        (
            "On 1/3/27 10:00, Bob wrote:\n> Who?\nUs\n\nRegards\nAda\n> When?\nMay\n",
            "hqossqo",
            "a farewell in between",
        ),
    ]);
}

#[test]
fn notices_are_boilerplate() {
    let legal = "This e-mail is confidential and intended solely for the addressee. If you have\nreceived this in error please delete it.";
    check(&[
        (&format!("We need a review.\n\nAda\n\n{legal}"), "osbb", "legal"),
        (
            "CAUTION: This email originated from outside the organisation. Do not click\nlinks or open attachments unless you recognise the sender.\n\nWe need a review.",
            "bbo",
            "a banner",
        ),
        ("[EXTERNAL EMAIL]\n\nWe need a review.", "bo", "a short banner"),
        (
            "You don't often get email from ada@example.org. Learn why this is important\n\nHello",
            "bo",
            "Outlook's banner",
        ),
        ("Warning lights came on in the server room.", "o", "a person's warning"),
        (
            "The data is confidential and privileged. We need a review.",
            "o",
            "words that lawyers use too",
        ),
        (
            "We need a review.\n\nAda\n\nThis message, and all that hangs on it, is for the addressee alone.",
            "osb",
            "a notice in words of its own",
        ),
        (
            "The recipient of this message must sign for it.\n\nIs that wise?",
            "oo",
            "a message and its recipient in a request",
        ),
        (legal, "oo", "a mail is never only a notice"),
    ]);
}
