//! What may go on the wire: a last look at a letter before it leaves.

use lettre::Address;

use crate::smtp::{OutgoingLetter, SendError};

/// RFC 5321, section 4.5.3.1.6, without the line end.
const LONGEST_LINE: usize = 998;

/// A letter whose every byte may be sent.
pub(crate) struct Checked<'a> {
    pub(crate) to: Address,
    /// `None` is the null return path.
    pub(crate) from: Option<Address>,
    /// Without the last line end, which ends the content together with the final dot.
    pub(crate) content: &'a [u8],
    pub(crate) needs_utf8_addresses: bool,
    pub(crate) needs_eight_bits: bool,
}

pub(crate) fn checked<'a>(letter: &OutgoingLetter<'a>) -> Result<Checked<'a>, SendError> {
    let address =
        |text: &str, problem| text.parse::<Address>().map_err(|_| SendError::Unsendable(problem));
    let to = address(letter.to, "the recipient's address is not usable")?;
    let from = address(letter.from, "the sender's address is not usable")?;
    let from = (!letter.null_return_path).then_some(from);
    if let Some(problem) = fault(letter.raw) {
        return Err(SendError::Unsendable(problem));
    }
    let is_ascii = |address: &Address| AsRef::<str>::as_ref(address).is_ascii();
    Ok(Checked {
        needs_utf8_addresses: !is_ascii(&to) || from.as_ref().is_some_and(|from| !is_ascii(from)),
        needs_eight_bits: !letter.raw.is_ascii(),
        content: letter.raw.strip_suffix(b"\r\n").unwrap_or(letter.raw),
        to,
        from,
    })
}

/// A lone CR or LF can end the content early on some servers, and the rest would be taken as
/// commands.
fn fault(raw: &[u8]) -> Option<&'static str> {
    if raw.is_empty() {
        return Some("the letter is empty");
    }
    let mut column = 0;
    let mut after_cr = false;
    for byte in raw {
        match (after_cr, byte) {
            (true, b'\n') => {
                column = 0;
                after_cr = false;
            }
            (true, _) | (false, b'\n') => return Some("a line does not end in CRLF"),
            (false, 0) => return Some("the letter holds a NUL"),
            (false, b'\r') => after_cr = true,
            (false, _) => column += 1,
        }
        if column > LONGEST_LINE {
            return Some("a line is longer than mail allows");
        }
    }
    after_cr.then_some("a line does not end in CRLF")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_lines_go_out() {
        let long = [b"a".repeat(999), b"\r\n".to_vec()].concat();
        let cases: [(&[u8], bool); 8] = [
            (b"A: b\r\n\r\ntext\r\n", true),
            (b"A: b\r\n\r\ntext", true),
            (b"", false),
            (b"A: b\n\ntext", false),
            (b"text\r", false),
            (b"text\rQUIT\r\n", false),
            (b"te\0xt", false),
            (&long, false),
        ];
        for (raw, may_go) in cases {
            assert_eq!(fault(raw).is_none(), may_go, "{}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn an_address_cannot_hold_a_command() {
        for to in ["ada@example.org>\r\nRCPT TO:<eve@example.org", "", "ada"] {
            let letter = OutgoingLetter {
                to,
                from: "desk@example.org",
                null_return_path: true,
                raw: b"A: b\r\n",
            };
            assert!(matches!(checked(&letter), Err(SendError::Unsendable(_))), "{to}");
        }
    }
}
