//! Time as a parameter: nobody else in the crate asks the operating system what time it is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// The longest that anybody may be asked to wait. What is longer was meant otherwise, and added to a reading of the clock
/// might not be a time any more.
pub const LONGEST_WAIT: Duration = Duration::from_secs(365 * 24 * 3600);

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The wall clock: when something happened, for people and for span timestamps.
    fn now(&self) -> SystemTime;

    /// A monotonic reading since an arbitrary start: how long something took.
    fn ticks(&self) -> Duration;
}

/// The operating system's clock.
pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    /// A clock whose monotonic reading starts at zero now.
    #[expect(clippy::disallowed_methods, reason = "this is the module that owns them")]
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the module that owns them")]
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn ticks(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A clock for tests: every reading, of either kind, moves it on by the same step.
pub struct SteppingClock {
    start: SystemTime,
    step: Duration,
    readings: AtomicU64,
}

impl SteppingClock {
    /// Starts at `start` and moves by `step` with each reading.
    pub fn new(start: SystemTime, step: Duration) -> Self {
        Self { start, step, readings: AtomicU64::new(0) }
    }

    fn advance(&self) -> Duration {
        let reading = self.readings.fetch_add(1, Ordering::Relaxed) + 1;
        self.step.saturating_mul(u32::try_from(reading).unwrap_or(u32::MAX))
    }
}

impl Clock for SteppingClock {
    fn now(&self) -> SystemTime {
        self.start + self.advance()
    }

    fn ticks(&self) -> Duration {
        self.advance()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stepping_clock_moves_with_each_reading_whichever_kind_it_is() {
        let clock = SteppingClock::new(SystemTime::UNIX_EPOCH, Duration::from_millis(2));
        assert_eq!(clock.ticks(), Duration::from_millis(2));
        assert_eq!(clock.now(), SystemTime::UNIX_EPOCH + Duration::from_millis(4));
        assert_eq!(clock.ticks(), Duration::from_millis(6));
    }
}
