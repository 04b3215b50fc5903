//! Points in time as databases keep them: microseconds since 1970, UTC.

use std::time::{Duration, SystemTime};

pub(super) fn micros(at: SystemTime) -> i64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

pub(super) fn moment(micros: i64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_micros(u64::try_from(micros).unwrap_or_default())
}

/// When somebody must have played last to have been idle for `idle` at `now`; nothing when there was no such time.
pub(super) fn before(now: SystemTime, idle: Duration) -> Option<i64> {
    let at = now.checked_sub(idle)?;
    (at >= SystemTime::UNIX_EPOCH).then(|| micros(at))
}
