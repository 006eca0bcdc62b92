//! Mails put together from what mails are made of, so that random bytes reach deep: each byte
//! chooses the next fragment or is a letter of its own.

const HEADERS: [&str; 22] = [
    "From: Ada Lovelace <ada@requests.example>\r\n",
    "To: security@desk.example\r\n",
    "Subject: Re: [SEC-2026-0042] assign me\r\n",
    "Subject: =?utf-8?B?U2nDom4=?= =?utf-8?Q?_x?=\r\n",
    "Date: Mon, 5 Oct 2026 10:00:00 +0100\r\n",
    "In-Reply-To: <a@desk.example>\r\n",
    "Auto-Submitted: auto-replied\r\n",
    "Return-Path: <>\r\n",
    "List-Id: <talk.example>\r\n",
    "Precedence: bulk\r\n",
    "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n",
    "Content-Type: text/plain; charset=iso-8859-1\r\n",
    "Content-Type: text/html; charset=utf-8\r\n",
    "Content-Type: multipart/alternative; boundary=b\r\n",
    "Content-Type: multipart/mixed; boundary=\"c\"\r\n",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    "Content-Type: message/delivery-status\r\n",
    "Content-Type: message/rfc822\r\n",
    "Content-Type: application/pkcs7-mime\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Final-Recipient: rfc822; bob@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n",
];

pub const WORDS: [&str; 90] = [
    "\r\n",
    "\r\n\r\n",
    "\n",
    "> ",
    ">> ",
    "- ",
    "* ",
    "• ",
    "1. ",
    "2) ",
    "3: ",
    "(iv) ",
    "Q5 ",
    "6. ",
    "a) ",
    "1 & 2: ",
    "\t",
    ", ",
    ". ",
    "? ",
    ": ",
    " - ",
    "; ",
    "(",
    ")",
    "/",
    "=\r\n",
    "=20",
    "Who is the work for? ",
    "Why is it important?\r\n",
    "What happens if the work is not done? ",
    "What is your need ",
    "What skills or experience does the work need",
    "When is the next project\r\n",
    "> milestone that needs cyber consultancy input or involvement?\r\n",
    "Team: ",
    "By when - ",
    "Skills/experience: ",
    "Importance\r\n",
    "Need\r\n",
    "We need a review of our design. ",
    "our laptop was stolen this morning",
    "14 December 2026",
    "end of March",
    "w/c 3 May",
    "Q3 26/27",
    "next Thursday",
    "2 - 4 weeks",
    "13/02/2027 - 15/02/2027",
    "Easter",
    "the week before Christmas",
    "On Mon, 5 Oct 2026 at 10:00, Bob <bob@desk.example> wrote:\r\n",
    "From: Bob\r\nSent: Monday\r\nTo: Ada\r\nSubject: x\r\n",
    "-----Original Message-----\r\n",
    "---------- Forwarded message ---------\r\n",
    "-- \r\n",
    "Kind regards,\r\nAda\r\n",
    "Thanks\r\n",
    "________________________________\r\n",
    "This email is confidential and intended solely for ",
    "Sent from my iPhone\r\n",
    "CAUTION: external sender. Do not click links.\r\n",
    "<p>",
    "</p>",
    "<br>",
    "<ul>",
    "<ol start=3>",
    "<li>",
    "</ol>",
    "<table>",
    "<tr>",
    "<td>",
    "<td rowspan=9 colspan=9>",
    "</table>",
    "<blockquote type=cite>",
    "<blockquote>",
    "</blockquote>",
    "<div style=\"display:none\">",
    "<span style=\"color:red\">",
    "</span>",
    "</div>",
    "&nbsp;",
    "&#8203;",
    "\u{200b}",
    "’",
    "é",
    "İ",
    "\u{301}",
    "--b\r\n",
    "--b--\r\n",
];

/// A mail of at most six header fields and any text.
pub fn mail(bytes: &[u8]) -> Vec<u8> {
    let (headers, body) = bytes.split_at(bytes.len().min(6));
    let headers: String = headers.iter().map(|byte| any_of(&HEADERS, *byte)).collect();
    format!("{headers}\r\n{}", text(body)).into_bytes()
}

/// Low bytes are fragments, higher ones header fields, the highest letters; 255 says the last
/// fragment again.
pub fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    let mut last = "";
    for byte in bytes {
        match byte {
            0..100 => last = any_of(&WORDS, *byte),
            100..122 => last = any_of(&HEADERS, *byte),
            122..=254 => {
                text.push(char::from(byte - 90));
                continue;
            }
            255 => {}
        }
        text.push_str(last);
    }
    text
}

fn any_of(fragments: &[&'static str], byte: u8) -> &'static str {
    fragments.iter().cycle().nth(usize::from(byte)).copied().unwrap_or_default()
}
