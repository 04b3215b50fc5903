//! The telemetry of others, read: for each dialect spans and records as its public conventions describe them
//! (`tests/traces/dialects/`), and what becomes of them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod merged;
mod vectors;
mod wild;
