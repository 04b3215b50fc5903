//! How often wrong tokens are told so on the page, to all browsers together: who tries more is asked to slow down. Whoever has
//! the token is let in all the same, for strangers who guess would else shut the operator out; a token of 16 characters is not
//! guessed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many may be tried at once.
const MOST: u32 = 10;
/// How long it takes until there is another.
const EACH: Duration = Duration::from_secs(3);

/// Tries that are left.
#[derive(Default)]
pub(super) struct Attempts(Mutex<Option<Used>>);

#[derive(Clone, Copy)]
struct Used {
    count: u32,
    since: Instant,
}

impl Attempts {
    /// Counts a try that was wrong.
    ///
    /// # Errors
    /// How many seconds to wait, when none was left.
    pub(super) fn fail(&self) -> Result<(), u64> {
        let now = Instant::now();
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut used = slot.unwrap_or(Used { count: 0, since: now });
        let back =
            u32::try_from(now.duration_since(used.since).as_secs() / EACH.as_secs()).unwrap_or(MOST).min(used.count);
        used =
            Used { count: used.count - back, since: if back == used.count { now } else { used.since + EACH * back } };
        if used.count >= MOST {
            let wait = (used.since + EACH).duration_since(now).as_secs() + 1;
            *slot = Some(used);
            return Err(wait);
        }
        *slot = Some(Used { count: used.count + 1, ..used });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn tries_run_out_and_come_back_one_by_one() {
        let attempts = Attempts::default();
        for _ in 0..MOST {
            assert_eq!(attempts.fail(), Ok(()));
        }
        assert_eq!(attempts.fail(), Err(4));
        tokio::time::advance(EACH).await;
        assert_eq!(attempts.fail(), Ok(()));
        assert!(attempts.fail().is_err());
        tokio::time::advance(EACH * 1000).await;
        for _ in 0..MOST {
            assert_eq!(attempts.fail(), Ok(()));
        }
        assert!(attempts.fail().is_err());
    }
}
