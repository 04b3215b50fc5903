//! Words of calls into the index, behind a watermark: what was written waits for no index.

use std::time::Duration;

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use rusqlite::{Connection, Row, params};

use super::super::blocks;
use super::super::content::Content;
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
    let ((), held) = wait_for(core.writer.timed(move |connection, _| write(connection, found)))?;
    Ok(Step { more, held })
}

fn find(connection: &Connection, size: usize) -> Result<Option<Found>, ReadError> {
    let (indexed, last, lowest): (i64, i64, i64) = connection.query_row(
        "SELECT indexed, next - 1, ifnull((SELECT min(id) FROM raws), next) FROM progress",
        [],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    if indexed >= last {
        return Ok(None);
    }
    // What is gone need not be passed through.
    let from = indexed.max(lowest - 1);
    let reach = from.saturating_add(i64::try_from(size).unwrap_or(i64::MAX)).min(last).min(blocks::last(from + 1));
    let mut words = read(connection, "spans", "is_call", (from, reach), span)?;
    words.extend(read(connection, "logs", "1", (from, reach), record)?);
    words.sort_unstable_by_key(|(id, _)| *id);
    Ok(Some(Found { words, reach, more: reach < last }))
}

type Read = fn(&[u8], &Resource, &InstrumentationScope) -> Option<Content>;

/// What spans or log records of a stretch of ids say.
fn read(
    connection: &Connection,
    table: &str,
    which: &str,
    (from, reach): (i64, i64),
    read: Read,
) -> Result<Vec<(i64, String)>, ReadError> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT t.id, raws.body, resources.body, scopes.body FROM {table} AS t JOIN raws ON raws.id = t.id \
         LEFT JOIN resources ON resources.id = resource LEFT JOIN scopes ON scopes.id = scope \
         WHERE t.id > ?1 AND t.id <= ?2 AND {which} ORDER BY t.id",
    ))?;
    let mut rows = statement.query(params![from, reach])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let blob = |place| blob(row, place);
        let resource = Resource::decode(blob(2)?).unwrap_or_default();
        let scope = InstrumentationScope::decode(blob(3)?).unwrap_or_default();
        let words = read(blob(1)?, &resource, &scope).map(|content| words(&content)).unwrap_or_default();
        if !words.is_empty() {
            found.push((row.get(0)?, words));
        }
    }
    Ok(found)
}

fn blob<'a>(row: &'a Row<'_>, place: usize) -> Result<&'a [u8], ReadError> {
    Ok(row.get_ref(place)?.as_blob_or_null()?.unwrap_or_default())
}

fn span(raw: &[u8], resource: &Resource, scope: &InstrumentationScope) -> Option<Content> {
    let span = Span::decode(raw).unwrap_or_default();
    dialect::read_span(&span, &resource.attributes, &scope.name).map(|call| call.content)
}

fn record(raw: &[u8], resource: &Resource, scope: &InstrumentationScope) -> Option<Content> {
    let record = LogRecord::decode(raw).unwrap_or_default();
    dialect::read_log(&record, &resource.attributes, &scope.name).map(|told| told.call.content)
}

fn write(connection: &Connection, mut found: Found) -> Result<(), ReadError> {
    // It may have been deleted since it was read.
    let mut statement = connection.prepare_cached("SELECT 1 FROM raws WHERE id = ?1")?;
    let mut gone = Vec::new();
    for (id, _) in &found.words {
        if !statement.exists([id])? {
            gone.push(*id);
        }
    }
    found.words.retain(|(id, _)| !gone.contains(id));
    blocks::insert(connection, &found.words)?;
    connection.prepare_cached("UPDATE progress SET indexed = max(indexed, ?1)")?.execute([found.reach])?;
    Ok(())
}
