//! The trace store on a real SQLite, through its public seams.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod arrivals;
mod charts;
mod crash;
mod files;
mod grpc;
mod intake;
mod lists;
mod logs;
mod metrics;
mod prune;
mod ranks;
mod recordings;
mod runs;
mod search;
mod stage;
mod talks;
mod twice;
mod wild;
