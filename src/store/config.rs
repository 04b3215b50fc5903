//! Which store it is, and how much it keeps.

use std::path::PathBuf;

use secrecy::SecretString;

use super::Limits;

/// Where sessions are kept, and how many.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where.
    pub place: Place,
    /// How many, and for how long.
    pub limits: Limits,
}

/// Where sessions are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// In memory: they end with the program.
    Memory,
    /// In a file.
    Sqlite {
        /// Which; none when there is no folder for it.
        file: Option<PathBuf>,
        /// How large it may become.
        max_bytes: Option<u64>,
    },
    /// On a PostgreSQL server, at this address.
    Postgres(SecretString),
}

/// Whether the text is the address of a PostgreSQL database.
pub fn is_postgres_url(text: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}
