//! The index of words, in blocks of ids: each is a table of its own, so that the words of what is let go go with their table.

use rusqlite::{Connection, OptionalExtension as _};

use super::error::ReadError;

/// A block has as many ids as fit into so many bits.
const BITS: u32 = 16;

/// The block that an id is in.
pub(super) fn of(id: i64) -> i64 {
    id >> BITS
}

/// The last id of the block that an id is in.
pub(super) fn last(id: i64) -> i64 {
    ((of(id) + 1) << BITS) - 1
}

/// Puts words under their ids, which are all of one block and in order.
pub(super) fn insert(connection: &Connection, words: &[(i64, String)]) -> rusqlite::Result<()> {
    let Some((first, _)) = words.first() else { return Ok(()) };
    let block = of(*first);
    if !is_there(connection, block)? {
        create(connection, block)?;
    }
    let mut statement =
        connection.prepare_cached(&format!("INSERT INTO words_{block} (rowid, text) VALUES (?1, ?2)"))?;
    for (id, words) in words {
        statement.execute(rusqlite::params![id, words])?;
    }
    Ok(())
}

/// Takes the words of these ids out.
pub(super) fn remove(connection: &Connection, ids: &[i64]) -> rusqlite::Result<()> {
    for same in ids.chunk_by(|left, right| of(*left) == of(*right)) {
        let block = of(same[0]);
        if !is_there(connection, block)? {
            continue;
        }
        let mut statement = connection.prepare_cached(&format!("DELETE FROM words_{block} WHERE rowid = ?1"))?;
        for id in same {
            statement.execute([id])?;
        }
    }
    Ok(())
}

/// The ids from the first to the last one under which all words of a query of FTS5 are, at most so many, the highest first.
pub(super) fn find(
    connection: &Connection,
    query: &str,
    (first, last): (i64, i64),
    most: usize,
) -> Result<Vec<i64>, ReadError> {
    let sql = "SELECT block FROM word_blocks WHERE leaving = 0 AND block BETWEEN ?1 AND ?2 ORDER BY block DESC";
    let mut statement = connection.prepare_cached(sql)?;
    let blocks = statement.query_map([of(first), of(last)], |row| row.get(0))?;
    let blocks = blocks.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut found = Vec::new();
    for block in blocks {
        let mut statement = connection.prepare_cached(&format!(
            "SELECT rowid FROM words_{block} WHERE words_{block} MATCH ?1 AND rowid BETWEEN ?3 AND ?4 ORDER BY rowid DESC LIMIT ?2"
        ))?;
        let values = rusqlite::params![query, most - found.len(), first, last];
        let ids = statement.query_map(values, |row| row.get(0))?;
        for id in ids {
            found.push(id?);
        }
        if found.len() >= most {
            break;
        }
    }
    Ok(found)
}

/// Lets go of blocks that end before the id `lowest`, little of them at once: about as much as `size` calls are. Whether there was one.
pub(super) fn release(connection: &Connection, lowest: i64, size: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached("SELECT block, leaving FROM word_blocks WHERE block < ?1 LIMIT 1")?;
    let found = statement.query_row([of(lowest)], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let Some((block, leaving)): Option<(i64, bool)> = found else { return Ok(false) };
    if !leaving {
        // From now on nobody looks into it.
        connection.execute("UPDATE word_blocks SET leaving = 1 WHERE block = ?1", [block])?;
        return Ok(true);
    }
    // To drop all of it at once would take as long as it is large. A row of data is half a page.
    for (part, size) in [("data", size / 4 + 1), ("docsize", size * 2)] {
        let sql = format!(
            "DELETE FROM words_{block}_{part} WHERE id IN (SELECT id FROM words_{block}_{part} ORDER BY id DESC LIMIT ?1)"
        );
        if connection.execute(&sql, [size])? > 0 {
            return Ok(true);
        }
    }
    connection.execute_batch(&format!("DROP TABLE words_{block}"))?;
    connection.execute("DELETE FROM word_blocks WHERE block = ?1", [block])?;
    Ok(true)
}

fn is_there(connection: &Connection, block: i64) -> rusqlite::Result<bool> {
    connection.prepare_cached("SELECT 1 FROM word_blocks WHERE block = ?1 AND leaving = 0")?.exists([block])
}

/// Only words are in it, neither their places nor the texts. What is taken out of it is marked; to merge the marks away would
/// take as long as the block is large.
fn create(connection: &Connection, block: i64) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE VIRTUAL TABLE words_{block} USING fts5 (text, content = '', contentless_delete = 1, detail = none); \
         INSERT INTO words_{block} (words_{block}, rank) VALUES ('deletemerge', 0); \
         INSERT INTO word_blocks (block) VALUES ({block});"
    ))
}
