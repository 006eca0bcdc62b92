//! References such as `SEC-2026-0042` in what people write.

/// Every reference with this prefix in `text`, in capitals, first one first. A longer word or number
/// that only contains one does not count.
pub fn references_in(text: &str, prefix: &str) -> Vec<String> {
    let prefix = prefix.to_uppercase();
    text.to_uppercase()
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.trim_matches('-'))
        .filter(|word| is_reference(word, &prefix))
        .map(str::to_owned)
        .collect()
}

fn is_reference(word: &str, prefix: &str) -> bool {
    let Some(rest) = word.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('-')) else {
        return false;
    };
    let Some((year, number)) = rest.split_once('-') else {
        return false;
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    year.len() == 4 && (4..=12).contains(&number.len()) && all_digits(year) && all_digits(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_in_subjects() {
        let cases: [(&str, &[&str]); 6] = [
            ("Re: [SEC-2026-0042] Kestrel", &["SEC-2026-0042"]),
            ("re: sec-2026-0042", &["SEC-2026-0042"]),
            ("SEC-2026-0042, SEC-2026-10001", &["SEC-2026-0042", "SEC-2026-10001"]),
            ("INFOSEC-2026-0042", &[]),
            ("SEC-2026-0042b and SEC-26-0042", &[]),
            ("Terms of reference", &[]),
        ];
        for (subject, expected) in cases {
            assert_eq!(references_in(subject, "SEC"), expected, "{subject}");
        }
    }
}
