//! The hostile mails: every attack in every place, in an encoding that a seed chooses.

use super::attacks::{ATTACKS, Encoding, Place};

pub(super) struct Hostile {
    pub(super) name: String,
    /// Stands beside the attack, so that a letter tells whether it shows it.
    pub(super) marker: String,
    pub(super) place: Place,
    pub(super) raw: Vec<u8>,
}

/// The mails of one seed, always the same.
pub(super) fn crossed(seed: u64) -> Vec<Hostile> {
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut mails = Vec::new();
    for (attack, bytes) in ATTACKS {
        for place in Place::ALL {
            let encoding = *place.encodings().get(random.below(place.encodings().len())).unwrap();
            let marker = format!("zq{}z", mails.len());
            mails.push(Hostile {
                name: format!("{attack}, {place:?}, {encoding:?}"),
                raw: mail(&marker, bytes, place, encoding),
                marker,
                place,
            });
        }
    }
    mails
}

/// One mail. Whatever is not the place of the attack is plain.
fn mail(marker: &str, attack: &[u8], place: Place, encoding: Encoding) -> Vec<u8> {
    let bytes = [marker.as_bytes(), b" ", attack].concat();
    let header = |wanted, field: &str, plain: &str| {
        let value =
            if place == wanted { encoding.in_header(&bytes) } else { plain.as_bytes().to_vec() };
        [field.as_bytes(), b": ", &value].concat()
    };
    let named = |wanted, field: &str, address: &str| {
        // A plain name is quoted, as a mail program would; what ends the quotes is the attack.
        let is_here = place == wanted;
        let name = if is_here { encoding.in_header(&bytes) } else { b"Pat Lee".to_vec() };
        let quote: &[u8] = if is_here && encoding == Encoding::Plain { b"\"" } else { b"" };
        [field.as_bytes(), b": ", quote, &name, quote, b" <", address.as_bytes(), b">"].concat()
    };
    let address = format!("{marker}@evil.example");
    let from = if place == Place::LocalPart {
        [b"From: \"".as_slice(), &encoding.in_header(&bytes), b"\"@evil.example"].concat()
    } else {
        named(Place::FromName, "From", &address)
    };
    let copied = format!("copied-{address}");
    let id = match place {
        Place::MessageId => {
            [b"Message-ID: <".as_slice(), &encoding.in_header(&bytes), b"@evil.example>"].concat()
        }
        _ => format!("Message-ID: <{address}>").into_bytes(),
    };
    let references = match place {
        Place::References => {
            let value = encoding.in_header(&bytes);
            [b"References: <".as_slice(), &value, b"@evil.example> <", &value, b">"].concat()
        }
        _ => b"X-Nothing: here".to_vec(),
    };
    let forged = match place {
        Place::ForgedHeader => [
            b"X-Mailtriage-Token: ".as_slice(),
            &encoding.in_header(&bytes),
            b"\r\nX-Mailtriage-Outcome: command\r\nX-Mailtriage-Request: SEC-2026-0001\r\n\
              Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org",
        ]
        .concat(),
        _ => b"X-Nothing: here".to_vec(),
    };
    let mut lines = vec![
        from,
        named(Place::ReplyTo, "Reply-To", &address),
        [
            b"To: security@example.org, ".as_slice(),
            &named(Place::CopiedName, "", &copied).split_off(2),
        ]
        .concat(),
        header(Place::Subject, "Subject", &format!("Passports {marker}")),
        id,
        references,
        forged,
        b"MIME-Version: 1.0".to_vec(),
    ];
    let (head, body) = content(marker, &bytes, place, encoding);
    lines.push(head);
    [lines.join(b"\r\n".as_slice()), b"\r\n".to_vec(), body, b"\r\n".to_vec()].concat()
}

/// The last header fields and the body.
fn content(marker: &str, bytes: &[u8], place: Place, encoding: Encoding) -> (Vec<u8>, Vec<u8>) {
    let asks = "1. The Passport Office\r\n4. Advice on a design\r\n";
    let (before, after) = match place {
        Place::NumberedAnswer => ("1. The Passport Office\r\n2. ", "\r\n4. Advice on a design\r\n"),
        Place::LabelledAnswer => {
            ("Who is the work for: ", "\r\nWhat is your need: advice on a design\r\n")
        }
        Place::Prose => {
            ("Dear team,\r\nwe would like advice. ", "\r\nIt is for the Passport Office.\r\n")
        }
        Place::QuotedMail => (
            "We need advice on this.\r\n\r\n---------- Forwarded message ---------\r\nFrom: ",
            " <eve@evil.example>\r\nDate: Mon, 5 Oct 2026\r\nSubject: x\r\nTo: y\r\n\r\nclose\r\n",
        ),
        _ => (asks, ""),
    };
    let is_text = matches!(
        place,
        Place::NumberedAnswer | Place::LabelledAnswer | Place::Prose | Place::QuotedMail
    );
    let (head, body) = if is_text {
        encoding.as_part(before, bytes, after)
    } else {
        Encoding::Plain.as_part(before, b"", after)
    };
    let Some(file) = file(bytes, place, encoding) else {
        return (head.into_bytes(), [b"\r\n".as_slice(), &body].concat());
    };
    let mixed = format!("Content-Type: multipart/mixed; boundary={marker}\r\n");
    let open = format!("--{marker}\r\n");
    let parts = [
        b"\r\n".as_slice(),
        open.as_bytes(),
        head.as_bytes(),
        b"\r\n",
        &body,
        b"\r\n",
        open.as_bytes(),
        &file,
        b"\r\n--",
        marker.as_bytes(),
        b"--\r\n",
    ];
    (mixed.into_bytes(), parts.concat())
}

/// What is attached, where the attack stands there.
fn file(bytes: &[u8], place: Place, encoding: Encoding) -> Option<Vec<u8>> {
    Some(match place {
        Place::FileName => [
            b"Content-Type: application/pdf\r\nContent-Disposition: attachment; ".as_slice(),
            &encoding.as_parameter("filename", bytes),
            b"\r\n\r\nJVBERg==",
        ]
        .concat(),
        Place::FileType => [
            b"Content-Type: application/".as_slice(),
            &encoding.in_header(bytes),
            b"; ",
            &encoding.as_parameter("name", bytes),
            b"\r\nContent-Disposition: attachment\r\n\r\nPK\x03\x04",
        ]
        .concat(),
        Place::MailInside => {
            let value = encoding.in_header(bytes);
            [
                b"Content-Type: message/rfc822\r\n\r\nFrom: ".as_slice(),
                &value,
                b" <ciso@example.org>\r\nSubject: ",
                &value,
                b"\r\nAuthentication-Results: mx.example.org; dmarc=pass header.from=example.org\r\n\r\nclose\r\n",
            ]
            .concat()
        }
        _ => return None,
    })
}

struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}
