//! What PostgreSQL and the way to it complain about, in our words.

use std::error::Error as _;

use deadpool_postgres::PoolError;
use tokio_postgres::error::SqlState;

use super::super::error::{Outage, StoreError};

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Unavailable(of(&error))
    }
}

pub(super) fn outage(error: &PoolError) -> Outage {
    match error {
        PoolError::Backend(error) => of(error),
        PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => Outage::Busy,
        _ => Outage::Unreachable,
    }
}

fn of(error: &tokio_postgres::Error) -> Outage {
    let Some(state) = error.code() else {
        let broken = error.is_closed() || source_is_io(error);
        return if broken { Outage::Unreachable } else { Outage::Refused };
    };
    // The first two characters are the class.
    match state.code().get(..2).unwrap_or_default() {
        _ if *state == SqlState::DISK_FULL => Outage::DiskFull,
        _ if *state == SqlState::READ_ONLY_SQL_TRANSACTION => Outage::ReadOnly,
        _ if [SqlState::QUERY_CANCELED, SqlState::LOCK_NOT_AVAILABLE].contains(state) => Outage::Busy,
        // Out of memory or connections; a deadlock, or two that cannot both come true.
        "53" | "40" => Outage::Busy,
        // Connections; an administrator who ends the server; a server that starts.
        "08" | "57" | "28" | "3D" => Outage::Unreachable,
        // An inconsistency that the server found in itself.
        "XX" => Outage::Damaged,
        _ => Outage::Refused,
    }
}

fn source_is_io(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}

/// Whether another statement was first to keep what may be kept once.
pub(super) fn is_taken(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::UNIQUE_VIOLATION)
}

/// For whoever starts the program: what is wrong, and what to do. The server's own words hold no password.
pub(super) fn explain(error: &PoolError) -> String {
    let PoolError::Backend(error) = error else {
        return "does not answer in time: check host, port and network".to_owned();
    };
    let Some(answer) = error.as_db_error() else {
        let text = chain(error);
        return match text.contains("certificate") || text.contains("TLS") || text.contains("tls") {
            true => format!("TLS fails ({text}): check sslmode, and SSL_CERT_FILE for a certificate of your own"),
            false => format!("cannot be reached ({text}): check host, port, network, and that it runs"),
        };
    };
    let said = answer.message();
    match answer.code().code() {
        "28P01" | "28000" => format!("rejects the credentials ({said}): check user and password in DATABASE_URL"),
        "3D000" => format!("has no such database ({said}): create it"),
        "42501" => format!("lacks a permission ({said}): the user must be able to create tables"),
        "42P07" => format!("has tables of another program ({said}): give Zeroth a database of its own"),
        "25006" => "is read-only: name the primary server".to_owned(),
        code => format!("refuses ({said}, {code})"),
    }
}

fn chain(error: &tokio_postgres::Error) -> String {
    let causes = std::iter::successors(Some(error as &dyn std::error::Error), |&error| error.source());
    let texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.join(": ")
}
