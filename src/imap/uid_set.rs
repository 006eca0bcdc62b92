//! Many mail numbers as one short argument of a command.

/// `1:3,7` for 1, 2, 3 and 7, which must be in order.
pub(super) fn uid_set(uids: &[u32]) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*uid) => *last = *uid,
            _ => runs.push((*uid, *uid)),
        }
    }
    let written: Vec<String> = runs
        .into_iter()
        .map(
            |(first, last)| {
                if first == last { first.to_string() } else { format!("{first}:{last}") }
            },
        )
        .collect();
    written.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_runs() {
        for (uids, expected) in [
            (&[5][..], "5"),
            (&[1, 2, 3], "1:3"),
            (&[1, 3, 4, 9], "1,3:4,9"),
            (&[u32::MAX - 1, u32::MAX], "4294967294:4294967295"),
        ] {
            assert_eq!(uid_set(uids), expected);
        }
    }
}
