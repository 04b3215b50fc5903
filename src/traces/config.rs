//! Where telemetry is kept, and how much of it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where telemetry is kept, and how much of it.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where.
    pub place: Place,
    /// The largest that the file may become, in bytes; the oldest make room.
    pub max_bytes: u64,
    /// How long spans, log records and metric points are kept after they came.
    pub max_age: Duration,
    /// How long sums by the minute are kept, counted from the minute.
    pub minutes_age: Duration,
    /// How long sums by the hour are kept, counted from the hour.
    pub hours_age: Duration,
    /// Bytes that may wait to be written; whoever brings more is sent away.
    pub queue_bytes: usize,
    /// Different words kept apart; further ones are shown as `(other)`. Names of spans, events and users take up to half.
    pub max_texts: usize,
    /// Series of one metric in one run; points of further ones are dropped and counted.
    pub max_series: usize,
    /// Series of all metrics together. When they become many, those that fell silent make room.
    pub max_all_series: usize,
    /// The longest that a query may take.
    pub read_timeout: Duration,
    /// How often words are indexed and old rows let go, in the background.
    pub upkeep: Duration,
    /// What one message from outside may hold.
    pub intake: Intake,
}

/// Where telemetry is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory: it ends with the program. Queries wait for the writer.
    Memory,
    /// In this file.
    File(PathBuf),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Memory => f.write_str("in memory, until the program ends"),
            Self::File(file) => write!(f, "in {}", file.display()),
        }
    }
}

/// What one message from outside may hold.
#[derive(Debug, Clone, Copy)]
pub struct Intake {
    /// Bytes, before and after they are unpacked.
    pub max_bytes: usize,
    /// Fields and objects, which take more room than their bytes.
    pub max_parts: usize,
}

impl Default for Intake {
    fn default() -> Self {
        Self { max_bytes: 16 << 20, max_parts: 500_000 }
    }
}

impl Config {
    /// What suits one developer's machine, kept at `place`.
    pub fn at(place: Place) -> Self {
        const DAY: u64 = 24 * 3600;
        Self {
            place,
            max_bytes: 4 << 30,
            max_age: Duration::from_secs(7 * DAY),
            minutes_age: Duration::from_secs(14 * DAY),
            hours_age: Duration::from_secs(365 * DAY),
            queue_bytes: 32 << 20,
            max_texts: 100_000,
            max_series: 2_000,
            max_all_series: 20_000,
            read_timeout: Duration::from_secs(3),
            upkeep: Duration::from_millis(500),
            intake: Intake::default(),
        }
    }
}
