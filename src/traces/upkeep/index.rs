//! Words of calls into the index, behind a watermark: what was written waits for no index.

use std::time::Duration;

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rusqlite::{Connection, params};

use super::super::dialect;
use super::super::error::ReadError;
use super::super::store::Core;
use super::words::words;
use super::{Step, wait_for};

/// What was read to be indexed.
struct Found {
    /// Ids and words.
    words: Vec<(i64, String)>,
    /// Up to which id this reaches.
    reach: i64,
    more: bool,
}

pub(super) fn step(core: &Core, size: usize) -> Result<Step, ReadError> {
    let found = wait_for(core.ask(move |connection| find(connection, size))?)?;
    let Some(found) = found else { return Ok(Step { more: false, held: Duration::ZERO }) };
    let more = found.more;
    let clock = core.clock.clone();
    let held = wait_for(core.writer.step(move |connection, _| {
        let begun = clock.ticks();
        write(connection, &found)?;
        Ok(clock.ticks().saturating_sub(begun))
    }))?;
    Ok(Step { more, held })
}

fn find(connection: &Connection, size: usize) -> Result<Option<Found>, ReadError> {
    let (indexed, last): (i64, i64) =
        connection.query_row("SELECT indexed, next - 1 FROM progress", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if indexed >= last {
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT spans.id, is_call, raws.body, resources.body, scopes.body FROM spans \
         LEFT JOIN raws ON is_call AND raws.id = spans.id LEFT JOIN resources ON is_call AND resources.id = resource \
         LEFT JOIN scopes ON is_call AND scopes.id = scope WHERE spans.id > ?1 ORDER BY spans.id LIMIT ?2",
    )?;
    let mut rows = statement.query(params![indexed, size])?;
    let mut found = Found { words: Vec::new(), reach: indexed, more: false };
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        found.reach = row.get(0)?;
        if row.get(1)? {
            let blob = |place| row.get_ref(place).and_then(|value| Ok(value.as_blob_or_null()?.unwrap_or_default()));
            let words = read(blob(2)?, blob(3)?, blob(4)?);
            if !words.is_empty() {
                found.words.push((found.reach, words));
            }
        }
    }
    found.more = count == size;
    if !found.more {
        found.reach = last;
    }
    Ok(Some(found))
}

fn read(span: &[u8], resource: &[u8], scope: &[u8]) -> String {
    let span = Span::decode(span).unwrap_or_default();
    let resource = Resource::decode(resource).unwrap_or_default();
    let scope = InstrumentationScope::decode(scope).unwrap_or_default();
    dialect::read_span(&span, &resource.attributes, &scope.name).map(|call| words(&call.content)).unwrap_or_default()
}

fn write(connection: &Connection, found: &Found) -> Result<(), ReadError> {
    // It may have been deleted since it was read.
    let mut statement = connection.prepare_cached(
        "INSERT INTO words (rowid, text) SELECT ?1, ?2 WHERE EXISTS (SELECT 1 FROM spans WHERE id = ?1)",
    )?;
    for (id, words) in &found.words {
        statement.execute(params![id, words])?;
    }
    connection.prepare_cached("UPDATE progress SET indexed = ?1")?.execute([found.reach])?;
    Ok(())
}
