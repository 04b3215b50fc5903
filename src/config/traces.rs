//! Where telemetry is kept to be looked at, and how much of it.

use std::time::Duration;

use crate::traces::{Config, Intake, Place};

use super::sessions::{MEGABYTE, data_dir};
use super::source::Reader;

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    File,
    Memory,
    Off,
}

/// The trace store, or nothing when it is switched off.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Config> {
    let names = [("file", Choice::File), ("memory", Choice::Memory), ("off", Choice::Off)];
    let file = data_dir(reader).map(|folder| folder.join("traces.db"));
    let choice = reader.choice("ZEROTH_TRACES", Choice::File, &names);
    let place = match (choice, file) {
        (Choice::File, Some(file)) => Place::File(file),
        _ => Place::Memory,
    };
    let usual = Config::at(place);
    let max_bytes = reader.number("ZEROTH_TRACES_MAX_MB", 4000, 10, 10_000_000) * MEGABYTE;
    let max_age = reader.duration("ZEROTH_TRACES_MAX_AGE", usual.max_age);
    let hours_age: Duration = reader.duration("ZEROTH_TRACES_SUMS_MAX_AGE", usual.hours_age);
    let queue = reader.number("ZEROTH_TRACES_QUEUE_MB", 32, 1, 10_000);
    let message = reader.number("ZEROTH_TRACES_MESSAGE_MB", 16, 1, 1000);
    let config = Config {
        max_bytes,
        max_age,
        minutes_age: usual.minutes_age.min(hours_age),
        hours_age,
        queue_bytes: queue << 20,
        intake: Intake { max_bytes: message << 20, ..usual.intake },
        ..usual
    };
    (choice != Choice::Off).then_some(config)
}
