//! How long to wait before the next try.

use std::time::Duration;

/// Waits that double from `first` to `longest`. Half of each is left to chance, so that many
/// clients of one server do not come back all at once.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    pub first: Duration,
    pub longest: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { first: Duration::from_secs(2), longest: Duration::from_mins(5) }
    }
}

impl Backoff {
    /// `attempt` counts the failures in a row, from 1. `chance` is any random number.
    pub fn pause(&self, attempt: u32, chance: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        let whole = self.first.saturating_mul(1 << doublings).min(self.longest);
        let half = whole / 2;
        half + half.mul_f64(f64::from(chance) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn waits_double_until_the_longest() {
        let backoff = Backoff::default();
        let seconds = |attempt| backoff.pause(attempt, u32::MAX).as_secs();
        let waits: Vec<_> = [0, 1, 2, 3, 4, 8, 9, 1_000].into_iter().map(seconds).collect();
        assert_eq!(waits, [2, 2, 4, 8, 16, 256, 300, 300]);
    }

    #[test]
    fn chance_takes_off_up_to_half() {
        let backoff = Backoff::default();
        assert_eq!(backoff.pause(3, 0), Duration::from_secs(4));
        assert_eq!(backoff.pause(3, u32::MAX), Duration::from_secs(8));
    }

    proptest! {
        #[test]
        fn no_wait_is_too_short_or_too_long(attempt: u32, chance: u32) {
            let pause = Backoff::default().pause(attempt, chance);
            prop_assert!(pause >= Duration::from_secs(1) && pause <= Duration::from_mins(5));
        }
    }
}
