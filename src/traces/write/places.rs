//! Resources and scopes: who tells it. The same few come with every batch.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

/// How many of each are remembered.
const REMEMBERED: usize = 1000;

/// The numbers of resources and scopes.
pub(super) struct Places {
    resources: HashMap<(i64, Vec<u8>), i64>,
    scopes: HashMap<Vec<u8>, i64>,
    scope_count: usize,
    most: usize,
}

impl Places {
    pub(super) fn read(connection: &Connection, most: usize) -> rusqlite::Result<Self> {
        let scope_count = connection.query_row("SELECT count(*) FROM scopes", [], |row| row.get(0))?;
        Ok(Self { resources: HashMap::new(), scopes: HashMap::new(), scope_count, most })
    }

    /// Forgets the resources, because some are gone.
    pub(super) fn forget(&mut self) {
        self.resources.clear();
    }

    pub(super) fn resource(&mut self, connection: &Connection, run: i64, body: &[u8]) -> rusqlite::Result<i64> {
        let key = (run, body.to_vec());
        if let Some(id) = self.resources.get(&key) {
            return Ok(*id);
        }
        let mut statement = connection.prepare_cached("SELECT id FROM resources WHERE run = ?1 AND body = ?2")?;
        let found = statement.query_row(params![run, body], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let mut statement = connection.prepare_cached("INSERT INTO resources (run, body) VALUES (?1, ?2)")?;
                statement.execute(params![run, body])?;
                connection.last_insert_rowid()
            }
        };
        if self.resources.len() >= REMEMBERED {
            self.resources.clear();
        }
        self.resources.insert(key, id);
        Ok(id)
    }

    pub(super) fn scope(&mut self, connection: &Connection, body: &[u8]) -> rusqlite::Result<i64> {
        if let Some(id) = self.scopes.get(body) {
            return Ok(*id);
        }
        let mut statement = connection.prepare_cached("SELECT id FROM scopes WHERE body = ?1")?;
        let found = statement.query_row([body], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None if self.scope_count >= self.most => return Ok(0),
            None => {
                connection.prepare_cached("INSERT INTO scopes (body) VALUES (?1)")?.execute([body])?;
                self.scope_count += 1;
                connection.last_insert_rowid()
            }
        };
        if self.scopes.len() >= REMEMBERED {
            self.scopes.clear();
        }
        self.scopes.insert(body.to_vec(), id);
        Ok(id)
    }
}
