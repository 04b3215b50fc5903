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

fn nowhere() -> OpenError {
    let remedy = "name one with ZEROTH_DATA_DIR, or let games end with the program: ZEROTH_STORE=memory";
    OpenError(format!("there is no folder for the games: {remedy}"))
}

/// What `zeroth doctor` says of it; makes and changes nothing.
pub(super) async fn examine(config: &Config) -> Result<String, OpenError> {
    match &config.place {
        Place::Memory => Ok("kept in memory, until the program ends".to_owned()),
        Place::Sqlite { file: None, .. } => Err(nowhere()),
        Place::Sqlite { file: Some(file), .. } if file.exists() => {
            let (examined, shown) = (file.clone(), file.display().to_string());
            // It reads the whole file.
            let verdict = tokio::task::spawn_blocking(move || SqliteStore::examine(&examined)).await;
            verdict.unwrap_or_else(|_| Err(OpenError(format!("{shown}: cannot be looked through"))))?;
            Ok(format!("kept in {shown}"))
        }
        Place::Sqlite { file: Some(file), .. } => Ok(format!("will be kept in {}", file.display())),
        Place::Postgres(url) => Ok(format!("kept in {}", PostgresStore::new(url, config.limits)?.examine().await?)),
    }
}
