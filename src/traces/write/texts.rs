//! Words that come again and again, as numbers.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};

/// The text that stands for those that found no room.
const OTHER: i64 = 0;
/// How many are remembered; more are looked up.
const REMEMBERED: usize = 20_000;

/// The numbers of words.
pub(in super::super) struct Texts {
    known: HashMap<String, i64>,
    count: usize,
    most: usize,
}

impl Texts {
    pub(super) fn read(connection: &Connection, most: usize) -> rusqlite::Result<Self> {
        let count = connection.query_row("SELECT count(*) FROM texts", [], |row| row.get(0))?;
        Ok(Self { known: HashMap::new(), count, most })
    }

    /// The number of `text`, which it gets if it has none and there is room.
    pub(super) fn id(&mut self, connection: &Connection, text: &str) -> rusqlite::Result<i64> {
        self.among(connection, text, self.most)
    }

    /// The same for names of spans, of events and of users, of which there may be as many as there are requests: new ones
    /// leave half of the room to models, services and what else is looked for.
    pub(super) fn loose(&mut self, connection: &Connection, text: &str) -> rusqlite::Result<i64> {
        self.among(connection, text, self.most / 2)
    }

    fn among(&mut self, connection: &Connection, text: &str, most: usize) -> rusqlite::Result<i64> {
        if let Some(id) = self.known.get(text) {
            return Ok(*id);
        }
        let found = find(connection, text)?;
        let id = match found {
            Some(id) => id,
            None if self.count >= most => return Ok(OTHER),
            None => {
                connection.prepare_cached("INSERT INTO texts (text) VALUES (?1)")?.execute([text])?;
                self.count += 1;
                connection.last_insert_rowid()
            }
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(text.to_owned(), id);
        Ok(id)
    }
}

fn find(connection: &Connection, text: &str) -> rusqlite::Result<Option<i64>> {
    let mut statement = connection.prepare_cached("SELECT id FROM texts WHERE text = ?1")?;
    statement.query_row([text], |row| row.get(0)).optional()
}
