//! What keeps SQLite from working, as an outage of the store.

use crate::sqlite::Fault;

use super::super::error::{Outage, StoreError};

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(match Fault::of(&error) {
            Fault::Busy => Outage::Busy,
            Fault::DiskFull => Outage::DiskFull,
            Fault::ReadOnly => Outage::ReadOnly,
            Fault::Unreachable => Outage::Unreachable,
            Fault::Damaged => Outage::Damaged,
            Fault::Other => Outage::Refused,
        })
    }
}
