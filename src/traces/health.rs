//! How the store is doing.

use rusqlite::Connection;
use serde::Serialize;

use super::config::Place;
use super::error::ReadError;
use super::store::Traces;

/// How the store is doing. Counts are since the file was made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Health {
    /// Spans, log records and points that were kept.
    pub accepted: u64,
    /// Those that came again.
    pub duplicates: u64,
    /// Those that made no sense.
    pub rejected: u64,
    /// Those of paused runs, and of series beyond the bound.
    pub dropped: u64,
    /// Spans and log records that were let go.
    pub pruned: u64,
    /// Bytes that wait to be written.
    pub queued: usize,
    /// Bytes of the file with its log; 0 in memory.
    pub file: u64,
    /// Bytes of it that are used.
    pub used: u64,
    /// How large it may become.
    pub max_bytes: u64,
    /// Spans and log records whose words are not indexed yet.
    pub unsearched: i64,
    /// Seconds: the longest that pruning held the writer since the start.
    pub longest_prune: f64,
}

impl Traces {
    /// Where telemetry is kept.
    pub fn place(&self) -> &Place {
        &self.core().config.place
    }

    /// Whether it keeps nothing any more, because its writer broke down.
    pub fn has_stopped(&self) -> bool {
        self.core().writer.is_gone()
    }

    /// How the store is doing.
    ///
    /// # Errors
    /// [`ReadError`] when it cannot be read.
    pub async fn health(&self) -> Result<Health, ReadError> {
        let mut health = self.ask(look).await?;
        let config = &self.core().config;
        health.max_bytes = config.max_bytes;
        health.queued = self.core().writer.waiting();
        health.longest_prune = self.longest_prune().as_secs_f64();
        if let Place::File(file) = &config.place {
            let mut log = file.clone().into_os_string();
            log.push("-wal");
            let size = |path: &std::path::Path| std::fs::metadata(path).map_or(0, |found| found.len());
            health.file = size(file) + size(log.as_ref());
        }
        Ok(health)
    }
}

fn look(connection: &Connection) -> Result<Health, ReadError> {
    let number = |sql: &str| connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, u64>(0));
    let used = number("PRAGMA page_count")?.saturating_sub(number("PRAGMA freelist_count")?);
    let used = used * number("PRAGMA page_size")?;
    let sql = "SELECT accepted, duplicates, rejected, dropped, pruned, next - 1 - indexed FROM progress";
    let health = connection.prepare_cached(sql)?.query_row([], |row| {
        Ok(Health {
            accepted: row.get(0)?,
            duplicates: row.get(1)?,
            rejected: row.get(2)?,
            dropped: row.get(3)?,
            pruned: row.get(4)?,
            queued: 0,
            file: 0,
            used,
            max_bytes: 0,
            unsearched: row.get(5)?,
            longest_prune: 0.0,
        })
    })?;
    Ok(health)
}
