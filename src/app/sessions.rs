//! Opens the store that the settings ask for.

use std::sync::Arc;

use crate::store::{Config, MemoryStore, OpenError, Place, PostgresStore, SqliteStore, Store};

use super::AppError;

/// The store; a server is not asked yet.
pub(super) fn open(config: &Config) -> Result<Arc<dyn Store>, AppError> {
    let limits = config.limits;
    let store: Arc<dyn Store> = match &config.place {
        Place::Memory => Arc::new(MemoryStore::new(limits)),
        Place::Sqlite { file: None, .. } => return Err(nowhere().into()),
        Place::Sqlite { file: Some(file), max_bytes } => Arc::new(SqliteStore::open(file, *max_bytes, limits)?),
        Place::Postgres(url) => Arc::new(PostgresStore::new(url, limits)?),
    };
    Ok(store)
}

pub(super) fn nowhere() -> OpenError {
    let remedy = "name one with ZEROTH_DATA_DIR, or let games end with the program: ZEROTH_STORE=memory";
    OpenError(format!("there is no folder for the games: {remedy}"))
}
