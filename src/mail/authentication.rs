//! `Authentication-Results` (RFC 8601): whether a server that we trust vouches for the sender.
//!
//! Anybody can write such a header. The trusted server takes out those that carry its own name and
//! puts its own on top, so only the topmost with that name counts.

use super::EmailAddress;

/// More words than any honest header has; the rest is not looked at.
const MOST_WORDS: usize = 500;

/// The check that the trusted server passed for the domain of `from`, if any: `dmarc` or `dkim`.
///
/// `results` are the values of all such headers, topmost first, unfolded.
pub fn vouched_by(
    results: &[String],
    trusted_server: &str,
    from: &EmailAddress,
) -> Option<&'static str> {
    let checks = results
        .iter()
        .map(|value| checks(value))
        .find(|(server, _)| server.eq_ignore_ascii_case(trusted_server))?
        .1;
    if checks.iter().any(|check| check.method == "dmarc" && check.result == "fail") {
        // The owner of the domain asks for more than the signature that passed.
        return None;
    }
    let passed = |method: &'static str| {
        checks.iter().any(|check| check.is_passed(method) && check.is_about(from.domain()))
    };
    ["dmarc", "dkim"].into_iter().find(|method| passed(method))
}

/// One result, such as `dkim=pass header.d=example.org`.
struct Check {
    method: String,
    result: String,
    properties: Vec<(String, String)>,
}

impl Check {
    fn is_passed(&self, method: &str) -> bool {
        self.method == method && self.result == "pass"
    }

    /// DMARC names the domain of `From`. A DKIM signature counts when it is of that domain or of one
    /// above it.
    fn is_about(&self, domain: &str) -> bool {
        if self.method == "dmarc" {
            return self.property("header.from") == Some(domain);
        }
        let signer = self.property("header.d").or_else(|| {
            let identity = self.property("header.i")?;
            Some(identity.rsplit_once('@').map_or(identity, |(_, domain)| domain))
        });
        signer.is_some_and(|signer| {
            signer == domain
                || signer.contains('.')
                    && domain.strip_suffix(signer).is_some_and(|rest| rest.ends_with('.'))
        })
    }

    fn property(&self, name: &str) -> Option<&str> {
        let mut values = self.properties.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            // Said twice is said by two: nobody knows which is the server's.
            _ => None,
        }
    }
}

/// The name of the server, and its checks.
fn checks(value: &str) -> (String, Vec<Check>) {
    let statements = statements(value);
    let mut statements = statements.iter();
    let server = statements.next().and_then(|words| words.first()).cloned().unwrap_or_default();
    (server, statements.filter_map(|words| check(words)).collect())
}

fn check(words: &[String]) -> Option<Check> {
    let mut pairs = pairs(words).into_iter();
    let (method, result) = pairs.next()?;
    let method = method.split('/').next().unwrap_or_default().to_owned();
    Some(Check { method, result, properties: pairs.collect() })
}

/// `key=value`, also with white space around the sign. In lower case: names of domains and of
/// methods know no capitals.
fn pairs(words: &[String]) -> Vec<(String, String)> {
    let mut joined: Vec<String> = Vec::new();
    let mut is_open = false;
    for word in words {
        match joined.last_mut() {
            Some(last) if is_open || word.starts_with('=') && !last.contains('=') => {
                last.push_str(word);
            }
            _ => joined.push(word.clone()),
        }
        is_open = joined.last().is_some_and(|last| {
            last.ends_with('=') && last.chars().filter(|c| *c == '=').count() == 1
        });
    }
    joined
        .iter()
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_lowercase(), value.trim_end_matches('.').to_lowercase()))
        .collect()
}

/// The words between semicolons, without comments. What stands in quotes can part nothing.
fn statements(value: &str) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut word = String::new();
    let mut depth = 0_usize;
    let mut in_quotes = false;
    let mut words = 0;
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        let escaped = if c == '\\' && (in_quotes || depth > 0) { letters.next() } else { None };
        let is_comment = depth > 0;
        match (escaped, c) {
            (Some(escaped), _) if !is_comment => word.push(harmless(escaped)),
            (Some(_), _) => {}
            (None, '"') if !is_comment => in_quotes = !in_quotes,
            (None, c) if in_quotes => word.push(harmless(c)),
            (None, '(') => depth += 1,
            (None, ')') => depth = depth.saturating_sub(1),
            (None, _) if is_comment => {}
            (None, c) if c.is_whitespace() || c == ';' => {
                if let (Some(last), false) = (statements.last_mut(), word.is_empty()) {
                    last.push(std::mem::take(&mut word));
                    words += 1;
                }
                if c == ';' {
                    statements.push(Vec::new());
                }
                if words > MOST_WORDS {
                    return statements;
                }
            }
            (None, c) => word.push(c),
        }
    }
    // An open quote or comment: the header was cut or forged, so its end says nothing.
    if let (Some(last), false, 0) = (statements.last_mut(), in_quotes, depth)
        && !word.is_empty()
    {
        last.push(word);
    }
    statements
}

/// A sign that parts words does not do so inside quotes.
fn harmless(c: char) -> char {
    if c == '=' || c == ';' || c.is_whitespace() { '\u{fffd}' } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRUSTED: &str = "mx.example.org";

    fn check(results: &[&str], from: &str) -> Option<&'static str> {
        let results: Vec<String> = results.iter().map(|value| (*value).to_owned()).collect();
        vouched_by(&results, TRUSTED, &EmailAddress::parse(from).unwrap())
    }

    #[test]
    fn what_the_trusted_server_says_counts() {
        let cases = [
            ("mx.example.org; dmarc=pass header.from=example.org", Some("dmarc")),
            (
                "MX.Example.org 1; DMARC=Pass (p=NONE sp=NONE) header.from=Example.ORG",
                Some("dmarc"),
            ),
            ("mx.example.org; dmarc = pass header.from = example.org", Some("dmarc")),
            (
                "mx.example.org (a (nested) comment); dmarc/1=pass header.from=example.org",
                Some("dmarc"),
            ),
            ("\"mx.example.org\"; dmarc=pass header.from=\"example.org\"", Some("dmarc")),
            ("mx.example.org; spf=pass; dkim=pass header.d=example.org header.s=a", Some("dkim")),
            ("mx.example.org; dkim=pass header.i=@example.org header.b=abc=", Some("dkim")),
            (
                "mx.example.org; dkim=fail header.d=example.org; dkim=pass header.d=example.org",
                Some("dkim"),
            ),
            ("mx.example.org; dmarc=fail header.from=example.org", None),
            (
                "mx.example.org; dkim=pass header.d=example.org; dmarc=fail header.from=example.org",
                None,
            ),
            ("mx.example.org; dmarc=bestguesspass header.from=example.org", None),
            ("mx.example.org; dmarc=pass header.from=evil.example", None),
            ("mx.example.org; dmarc=pass", None),
            ("mx.example.org; dkim=pass header.d=evil.example", None),
            ("mx.example.org; dkim=pass header.d=org", None),
            ("mx.example.org; dkim=pass header.d=le.org", None),
            ("mx.example.org; dkim=pass header.d=notexample.org", None),
            ("mx.example.org; spf=pass smtp.mailfrom=example.org", None),
            ("mx.example.org; none", None),
            ("mx.example.org", None),
            ("", None),
            ("dmarc=pass header.from=example.org", None),
            ("mx.example.org.evil.example; dmarc=pass header.from=example.org", None),
            ("evil.example; mx.example.org; dmarc=pass header.from=example.org", None),
        ];
        for (value, expected) in cases {
            assert_eq!(check(&[value], "grace@example.org"), expected, "{value}");
        }
    }

    #[test]
    fn a_stranger_cannot_speak_through_quotes_and_comments() {
        let cases = [
            "mx.example.org; spf=pass smtp.mailfrom=\"x; dmarc=pass header.from=example.org\"",
            "mx.example.org; spf=pass (x; dmarc=pass header.from=example.org) smtp.mailfrom=x",
            "mx.example.org; spf=pass (x \\) ; dmarc=pass header.from=example.org",
            "mx.example.org; spf=pass smtp.mailfrom=\"x ; dmarc=pass header.from=example.org",
            "mx.example.org; \"dmarc=pass\" header.from=example.org",
            "mx.example.org; dmarc=pass header.from=evil.example header.from=example.org",
        ];
        for value in cases {
            assert_eq!(check(&[value], "grace@example.org"), None, "{value}");
        }
    }

    #[test]
    fn a_signature_of_a_domain_above_counts_and_one_below_does_not() {
        let above = "mx.example.org; dkim=pass header.d=example.org";
        assert_eq!(check(&[above], "grace@digital.example.org"), Some("dkim"));
        let below = "mx.example.org; dkim=pass header.d=digital.example.org";
        assert_eq!(check(&[below], "grace@example.org"), None);
    }

    #[test]
    fn only_the_topmost_header_of_the_trusted_server_counts() {
        let good = "mx.example.org; dmarc=pass header.from=example.org";
        let bad = "mx.example.org; dmarc=fail header.from=example.org";
        let other = "mx.elsewhere.example; dmarc=pass header.from=example.org";
        assert_eq!(check(&[other, good, bad], "grace@example.org"), Some("dmarc"));
        assert_eq!(check(&[bad, good], "grace@example.org"), None);
        assert_eq!(check(&[other], "grace@example.org"), None);
    }

    #[test]
    fn hostile_headers_are_read_in_linear_time() {
        for value in
            ["(".repeat(60_000), "a;".repeat(30_000), "\\\"".repeat(30_000), "=".repeat(60_000)]
        {
            let value = format!("mx.example.org; {value}");
            assert_eq!(check(&[&value], "grace@example.org"), None);
        }
    }
}
