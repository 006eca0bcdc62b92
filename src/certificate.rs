//! When a server's certificate ends (RFC 5280), read from its bytes: whoever runs the desk should know
//! before mail stops.

use chrono::{DateTime, Utc};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The end of the validity of a certificate in DER. `None` when it makes no sense; nothing else of it
/// is judged here.
pub fn ends_at(certificate: &[u8]) -> Option<DateTime<Utc>> {
    let (signed, _) = within(certificate, SEQUENCE)?;
    let (mut fields, _) = within(signed, SEQUENCE)?;
    if let Some((_, rest)) = within(fields, VERSION) {
        fields = rest;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        (_, _, fields) = element(fields)?;
    }
    let (validity, _) = within(fields, SEQUENCE)?;
    let (_, _, after_begin) = element(validity)?;
    let (kind, end, _) = element(after_begin)?;
    let end = std::str::from_utf8(end).ok()?.strip_suffix('Z')?;
    let end = match (kind, end.get(..2)) {
        (UTC_TIME, Some(year)) if year < "50" => format!("20{end}"),
        (UTC_TIME, Some(_)) => format!("19{end}"),
        (GENERALIZED_TIME, _) => end.to_owned(),
        _ => return None,
    };
    let end = DateTime::parse_from_str(&format!("{end}+0000"), "%Y%m%d%H%M%S%z").ok()?;
    Some(end.with_timezone(&Utc))
}

/// The content of the first element when it is of this kind, and what follows it.
fn within(bytes: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    let (kind, content, rest) = element(bytes)?;
    (kind == wanted).then_some((content, rest))
}

/// Kind and content of the first element, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, bytes) = bytes.split_first()?;
    let (length, bytes) = bytes.split_first()?;
    let (length, bytes) = match length {
        0..=0x7f => (usize::from(*length), bytes),
        0x81..=0x84 => {
            let (digits, bytes) = bytes.split_at_checked(usize::from(length - 0x80))?;
            let length = digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit));
            (length, bytes)
        }
        _ => return None,
    };
    let (content, rest) = bytes.split_at_checked(length)?;
    Some((*kind, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    fn certificate(end_year: i32) -> Vec<u8> {
        let mut wanted = CertificateParams::new(vec!["mail.example.org".to_owned()]).unwrap();
        wanted.not_after = date_time_ymd(end_year, 3, 28);
        wanted.self_signed(&KeyPair::generate().unwrap()).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_is_found_in_either_way_to_write_it() {
        // From 2050 on, years have four digits.
        for year in [2027, 2049, 2050, 2090] {
            let end = ends_at(&certificate(year)).unwrap();
            assert_eq!(end.to_rfc3339(), format!("{year}-03-28T00:00:00+00:00"));
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        let whole = certificate(2027);
        for length in 0..whole.len().min(80) {
            assert_eq!(ends_at(&whole[..length]), None);
        }
    }

    proptest! {
        #[test]
        fn strange_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            ends_at(&bytes);
        }
    }
}
