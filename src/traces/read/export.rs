//! What is kept, taken out again as OTLP: in the order in which it came, piece by piece, beside whoever writes.

mod points;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message;
use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::super::batch::Batch;
use super::super::error::{OpenError, ReadError};
use super::super::open;
use super::unhex;
use points::Points;

/// The most rows of a piece.
const ROWS: usize = 500;
/// About how large it may become, in bytes.
const BYTES: usize = 4 << 20;
/// Resources and scopes that are remembered.
const REMEMBERED: usize = 1000;

/// What is taken out; what is not said is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// What began then or later: microseconds since 1970.
    pub from: Option<i64>,
    /// What began before.
    pub until: Option<i64>,
    /// What this run told.
    pub run: Option<i64>,
    /// The traces of the conversations of this name. Metrics belong to none.
    pub conversation: Option<String>,
    /// This trace, by its id in hex.
    pub trace: Option<String>,
}

/// What a store holds, on its way out. What is written meanwhile may be in it, what is let go may be missing.
pub struct Export {
    connection: Connection,
    chosen: Selection,
    ids: Ids,
    places: Places,
    points: Option<Points>,
}

/// Which spans and log records are still to come.
enum Ids {
    /// Those after this one that fit.
    After(i64),
    /// These, of which so many are done.
    Listed(Vec<i64>, usize),
}

impl Export {
    /// Opens the file of a store to read it; whoever writes to it is not disturbed.
    ///
    /// # Errors
    /// [`OpenError`] when there is none, or it is of another version.
    pub fn open(file: &Path, chosen: Selection) -> Result<Self, OpenError> {
        if !file.exists() {
            let message =
                format!("{}: there is no trace store; ZEROTH_DATA_DIR names the folder of another", file.display());
            return Err(OpenError::new(message));
        }
        open::up_to_date(file)?;
        let connection = open::reader(file)?;
        let begun = |error: ReadError| OpenError::new(format!("{}: {error}", file.display()));
        let ids = listed(&connection, &chosen).map_err(begun)?;
        let whole = matches!(ids, Ids::After(_));
        let points = whole.then(|| Points::new(&chosen));
        Ok(Self { connection, chosen, ids, places: Places::default(), points })
    }

    /// The next piece; none when there is no more.
    ///
    /// # Errors
    /// [`ReadError`] when the file cannot be read; asked again, it answers with the same piece.
    pub fn piece(&mut self) -> Result<Option<Batch>, ReadError> {
        let look = self.connection.unchecked_transaction()?;
        let ids = match &self.ids {
            Ids::After(last) => following(&look, *last, &self.chosen)?,
            Ids::Listed(ids, done) => ids[*done..].iter().take(ROWS).copied().collect(),
        };
        if ids.is_empty() {
            let Some(points) = &mut self.points else { return Ok(None) };
            let mut further = points.clone();
            let metrics = further.next(&look)?;
            *points = further;
            return Ok((!metrics.is_empty()).then(|| Batch { metrics, ..Batch::default() }));
        }
        let mut piece = Piece::default();
        let mut rows = 0;
        while rows < ids.len() && piece.bytes < BYTES {
            piece.add(&look, ids[rows])?;
            rows += 1;
        }
        let batch = piece.batch(&look, &mut self.places)?;
        match &mut self.ids {
            Ids::After(last) => *last = ids[rows - 1],
            Ids::Listed(_, done) => *done += rows,
        }
        Ok(Some(batch))
    }
}

/// Those of a conversation or a trace are listed at once: they are few.
fn listed(connection: &Connection, chosen: &Selection) -> Result<Ids, ReadError> {
    let exists = |sql: &str, value: &dyn rusqlite::ToSql, what| {
        let found: Option<i64> = connection.query_row(sql, [value], |row| row.get(0)).optional()?;
        found.ok_or(ReadError::Unknown(what))
    };
    if let Some(run) = chosen.run {
        exists("SELECT id FROM runs WHERE id = ?1 AND state < 2", &run, "run")?;
    }
    let (traces, value): (_, Box<dyn rusqlite::ToSql>) = match (&chosen.trace, &chosen.conversation) {
        (Some(trace), _) => {
            let id = unhex::<16>(trace).ok_or(ReadError::Unknown("trace"))?;
            (":value", Box::new(id.to_vec()))
        }
        (None, Some(name)) => {
            exists("SELECT id FROM conversations WHERE name = ?1", name, "conversation")?;
            (
                "SELECT trace FROM calls CROSS JOIN spans ON spans.id = calls.id WHERE conversation IN \
                 (SELECT id FROM conversations WHERE name = :value)",
                Box::new(name.clone()),
            )
        }
        (None, None) => return Ok(Ids::After(0)),
    };
    // A call that only a log record tells may belong to no trace.
    let alone = if chosen.trace.is_some() {
        ""
    } else {
        "UNION SELECT id FROM calls WHERE conversation IN (SELECT id FROM conversations WHERE name = :value)"
    };
    let sql = format!(
        "SELECT id FROM spans WHERE trace IN ({traces}) AND {} UNION SELECT id FROM logs WHERE trace IN ({traces}) AND {} \
         {alone} ORDER BY id",
        fits("start"),
        fits("time"),
    );
    let mut statement = connection.prepare(&sql)?;
    let ids = statement.query_map(
        named_params! {":value": value, ":run": chosen.run, ":from": nanos(chosen.from), ":until": nanos(chosen.until)},
        |row| row.get(0),
    )?;
    let ids: Vec<i64> = ids.collect::<Result<_, _>>()?;
    if ids.is_empty() && chosen.trace.is_some() { Err(ReadError::Unknown("trace")) } else { Ok(Ids::Listed(ids, 0)) }
}

fn following(connection: &Connection, after: i64, chosen: &Selection) -> Result<Vec<i64>, ReadError> {
    let sql = format!(
        "SELECT id FROM spans WHERE id > :after AND {} UNION ALL SELECT id FROM logs WHERE id > :after AND {} \
         ORDER BY id LIMIT {ROWS}",
        fits("start"),
        fits("time"),
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let ids = statement.query_map(
        named_params! {":after": after, ":run": chosen.run, ":from": nanos(chosen.from), ":until": nanos(chosen.until)},
        |row| row.get(0),
    )?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// Of the run and of the time, where they are asked for.
fn fits(time: &str) -> String {
    format!(
        "(:run IS NULL OR run = :run) AND (:from IS NULL OR {time} >= :from) AND (:until IS NULL OR {time} < :until) \
         AND run IN (SELECT id FROM runs WHERE state < 2)"
    )
}

fn nanos(micros: Option<i64>) -> Option<i64> {
    micros.map(|micros| micros.saturating_mul(1000))
}

/// Numbers of a resource and a scope.
type Home = (i64, i64);

/// Rows by where they come from.
#[derive(Default)]
struct Piece {
    spans: BTreeMap<Home, Vec<Span>>,
    logs: BTreeMap<Home, Vec<LogRecord>>,
    bytes: usize,
}

impl Piece {
    /// Adds a span or a log record; it may have been let go meanwhile.
    fn add(&mut self, connection: &Connection, id: i64) -> Result<(), ReadError> {
        if let Some((home, span)) = self.row(connection, "spans", id)? {
            self.spans.entry(home).or_default().push(span);
        } else if let Some((home, record)) = self.row(connection, "logs", id)? {
            self.logs.entry(home).or_default().push(record);
        }
        Ok(())
    }

    fn row<T: Message + Default>(
        &mut self,
        connection: &Connection,
        table: &str,
        id: i64,
    ) -> Result<Option<(Home, T)>, ReadError> {
        let sql = format!("SELECT resource, scope, body FROM {table} AS t JOIN raws ON raws.id = t.id WHERE t.id = ?1");
        let mut statement = connection.prepare_cached(&sql)?;
        let row = statement.query_row([id], |row| {
            let body = row.get_ref(2)?.as_blob()?;
            self.bytes += body.len();
            Ok(((row.get(0)?, row.get(1)?), T::decode(body).unwrap_or_default()))
        });
        Ok(row.optional()?)
    }

    fn batch(self, connection: &Connection, places: &mut Places) -> Result<Batch, ReadError> {
        let mut batch = Batch { bytes: self.bytes, ..Batch::default() };
        for ((resource, scope), spans) in self.spans {
            let scope_spans =
                vec![ScopeSpans { scope: places.scope(connection, scope)?, spans, ..ScopeSpans::default() }];
            let resource = places.resource(connection, resource)?;
            batch.spans.push(ResourceSpans { resource, scope_spans, ..ResourceSpans::default() });
        }
        for ((resource, scope), log_records) in self.logs {
            let scope = places.scope(connection, scope)?;
            let scope_logs = vec![ScopeLogs { scope, log_records, ..ScopeLogs::default() }];
            let resource = places.resource(connection, resource)?;
            batch.logs.push(ResourceLogs { resource, scope_logs, ..ResourceLogs::default() });
        }
        Ok(batch)
    }
}

/// Resources and scopes, of which there are few.
#[derive(Default)]
struct Places {
    resources: HashMap<i64, Option<Resource>>,
    scopes: HashMap<i64, Option<InstrumentationScope>>,
}

impl Places {
    fn resource(&mut self, connection: &Connection, id: i64) -> Result<Option<Resource>, ReadError> {
        place(connection, "resources", id, &mut self.resources)
    }

    fn scope(&mut self, connection: &Connection, id: i64) -> Result<Option<InstrumentationScope>, ReadError> {
        place(connection, "scopes", id, &mut self.scopes)
    }
}

fn place<T: Message + Default + Clone>(
    connection: &Connection,
    table: &str,
    id: i64,
    known: &mut HashMap<i64, Option<T>>,
) -> Result<Option<T>, ReadError> {
    if let Some(place) = known.get(&id) {
        return Ok(place.clone());
    }
    let mut statement = connection.prepare_cached(&format!("SELECT body FROM {table} WHERE id = ?1"))?;
    let body: Option<Vec<u8>> = statement.query_row([id], |row| row.get(0)).optional()?;
    // One that says nothing was not there.
    let place = body.filter(|body| !body.is_empty()).and_then(|body| T::decode(body.as_slice()).ok());
    if known.len() >= REMEMBERED {
        known.clear();
    }
    known.insert(id, place.clone());
    Ok(place)
}
