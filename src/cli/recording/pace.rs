//! A recording told again at its own pace: each span and log record comes when it came then, or so many times faster.

use std::collections::HashMap;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::Instant;

use crate::traces::{Batch, Shift};

/// How finely time is divided: what comes within one step comes together.
const STEP: Duration = Duration::from_millis(200);
/// Traces whose place in time is remembered.
const REMEMBERED: usize = 100_000;

/// When everything is due.
pub(super) struct Pace {
    speed: f64,
    /// When the recording began, and when it began to be told again.
    first: u64,
    began: Instant,
    clock: SystemTime,
    seed: u64,
    /// By how much each trace is moved, so that its spans stay together however fast it is told.
    traces: HashMap<Vec<u8>, i64>,
}

impl Pace {
    /// A recording that began at `first` begins again `now`.
    pub(super) fn new(speed: f64, first: u64, now: SystemTime, seed: u64) -> Self {
        Self { speed, first, began: Instant::now(), clock: now, seed, traces: HashMap::new() }
    }

    /// The parts of a batch in the order in which they are due, each moved to where it is told.
    pub(super) fn steps(&mut self, batch: Batch) -> Vec<(Instant, Batch)> {
        let mut items = batch.into_items();
        items.sort_by_key(|item| item.end);
        let mut steps: Vec<(Instant, Batch)> = Vec::new();
        for item in items {
            let since = Duration::from_nanos(item.end.saturating_sub(self.first)).div_f64(self.speed);
            let due = self.began + since;
            let told = (self.clock + since).duration_since(UNIX_EPOCH).unwrap_or_default();
            let usual = i64::try_from(told.as_nanos()).unwrap_or(i64::MAX).saturating_sub_unsigned(item.end);
            if self.traces.len() >= REMEMBERED {
                self.traces.clear();
            }
            let nanos = match item.trace {
                Some(trace) => *self.traces.entry(trace).or_insert(usual),
                None => usual,
            };
            let mut part = item.batch;
            Shift { nanos, seed: self.seed, until: None }.apply(&mut part);
            match steps.last_mut().filter(|(begun, _)| due.duration_since(*begun) < STEP) {
                Some((_, together)) => together.merge(part),
                None => steps.push((due, part)),
            }
        }
        steps
    }
}
