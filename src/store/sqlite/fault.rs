//! What SQLite complains about, in our words.

use rusqlite::ErrorCode;

use super::super::error::{Outage, StoreError};

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Unavailable(outage(&error))
    }
}

pub(super) fn outage(error: &rusqlite::Error) -> Outage {
    match error {
        rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Outage::Busy,
            ErrorCode::DiskFull => Outage::DiskFull,
            ErrorCode::ReadOnly => Outage::ReadOnly,
            ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::SystemIoFailure => Outage::Unreachable,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Outage::Damaged,
            _ => Outage::Refused,
        },
        rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => Outage::Damaged,
        _ => Outage::Refused,
    }
}
