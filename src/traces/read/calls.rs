//! Lists of calls.

use rusqlite::{Connection, Row};
use serde::{Deserialize, Serialize};

use super::super::error::ReadError;
use super::super::store::Traces;
use super::filter::Filter;
use super::ranks::{self, Place};
use super::totals::total;
use super::{MOST, hex, micros, seconds};

/// Which calls, in which order, and how many.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CallQuery {
    /// Which.
    #[serde(flatten)]
    pub filter: Filter,
    /// In which order.
    pub sort: Sort,
    /// How many, at most 500; 50 when it is 0.
    pub limit: usize,
    /// Those after: `next` of the page before.
    pub after: Option<String>,
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The newest.
    #[default]
    Time,
    /// The slowest.
    Duration,
    /// The dearest.
    Cost,
}

/// Calls.
#[derive(Debug, Clone, Serialize)]
pub struct CallPage {
    /// The calls.
    pub calls: Vec<CallItem>,
    /// What all calls of the query come to, not only those of this page.
    pub total: Total,
    /// Where the next page begins.
    pub next: Option<String>,
    /// With words: how many spans and log records are not searched yet.
    pub unsearched: Option<i64>,
}

/// What calls come to.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Total {
    /// How many.
    pub calls: i64,
    /// How many of them failed.
    pub errors: i64,
    /// Their input in tokens.
    pub input: i64,
    /// Their output in tokens.
    pub output: i64,
    /// US dollars, as far as it is known.
    pub cost: f64,
    /// Whether there are more than were counted.
    pub at_least: bool,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the columns of migrations/traces")]
pub struct CallItem {
    pub id: i64,
    /// Empty where a log record told it.
    pub trace: String,
    /// Empty where a log record told it.
    pub span: String,
    pub name: String,
    pub at: i64,
    pub duration: f64,
    pub ttft: Option<f64>,
    pub run: i64,
    pub service: String,
    pub operation: String,
    pub provider: Option<String>,
    pub model: Option<String>,
    pub agent: Option<String>,
    pub component: Option<String>,
    pub conversation: Option<String>,
    pub team: Option<String>,
    pub user: Option<String>,
    pub error: Option<String>,
    pub finish: Option<String>,
    pub tokens: TokenCounts,
    pub cost: Option<f64>,
    pub cost_source: Option<&'static str>,
}

/// Tokens; the totals include their parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct TokenCounts {
    pub input: Option<i64>,
    pub output: Option<i64>,
    pub cache_read: Option<i64>,
    pub cache_write: Option<i64>,
    pub reasoning: Option<i64>,
}

impl Traces {
    /// Calls.
    ///
    /// # Errors
    /// [`ReadError`] when it takes too long, the cursor is none of ours, or the store cannot be read.
    pub async fn calls(&self, query: CallQuery) -> Result<CallPage, ReadError> {
        self.ask(move |connection| page(connection, &query)).await
    }
}

fn page(connection: &Connection, query: &CallQuery) -> Result<CallPage, ReadError> {
    let conditions = query.filter.conditions(connection)?;
    let total = total(connection, &query.filter, &conditions)?;
    let limit = if query.limit == 0 { 50 } else { query.limit.min(MOST) };
    // First which, then what is known of them: sorting moves numbers, not texts.
    let places = ranks::first(connection, query, &conditions, &total, limit)?;
    let next = places.last().filter(|_| places.len() == limit).map(Place::cursor);
    let mut calls = Vec::with_capacity(places.len());
    for place in places {
        calls.extend(item(connection, place.start, place.id)?);
    }
    let unsearched = match query.filter.words() {
        Some(_) => Some(connection.query_row("SELECT next - 1 - indexed FROM progress", [], |row| row.get(0))?),
        None => None,
    };
    Ok(CallPage { next, calls, total, unsearched })
}

/// All that is known of a call without its words.
pub(super) fn item(connection: &Connection, start: i64, id: i64) -> rusqlite::Result<Option<CallItem>> {
    let mut statement = connection.prepare_cached(
        "SELECT c.id, s.trace, s.span, (SELECT text FROM texts WHERE id = ifnull(s.name, l.event)), c.start, c.duration, c.ttft, c.run, \
         (SELECT text FROM texts WHERE id = c.service), (SELECT text FROM texts WHERE id = c.operation), \
         (SELECT text FROM texts WHERE id = c.provider), (SELECT text FROM texts WHERE id = c.model), \
         (SELECT text FROM texts WHERE id = c.agent), (SELECT text FROM texts WHERE id = c.component), \
         (SELECT name FROM conversations WHERE id = c.conversation), (SELECT text FROM texts WHERE id = c.team), \
         (SELECT text FROM texts WHERE id = c.user), (SELECT text FROM texts WHERE id = c.error), \
         (SELECT text FROM texts WHERE id = c.finish), c.input, c.output, c.cache_read, c.cache_write, c.reasoning, \
         c.cost, c.cost_source FROM calls AS c LEFT JOIN spans AS s ON s.id = c.id \
         LEFT JOIN logs AS l ON l.id = c.id WHERE c.start = ?1 AND c.id = ?2",
    )?;
    let mut rows = statement.query([start, id])?;
    rows.next()?.map(read).transpose()
}

fn read(row: &Row<'_>) -> rusqlite::Result<CallItem> {
    Ok(CallItem {
        id: row.get(0)?,
        trace: row.get_ref(1)?.as_blob_or_null()?.map(hex).unwrap_or_default(),
        span: row.get_ref(2)?.as_blob_or_null()?.map(hex).unwrap_or_default(),
        name: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        at: micros(row.get(4)?),
        duration: seconds(row.get(5)?),
        ttft: row.get::<_, Option<i64>>(6)?.map(seconds),
        run: row.get(7)?,
        service: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        operation: row.get::<_, Option<String>>(9)?.unwrap_or_default(),
        provider: row.get(10)?,
        model: row.get(11)?,
        agent: row.get(12)?,
        component: row.get(13)?,
        conversation: row.get(14)?,
        team: row.get(15)?,
        user: row.get(16)?,
        error: row.get(17)?,
        finish: row.get(18)?,
        tokens: TokenCounts {
            input: row.get(19)?,
            output: row.get(20)?,
            cache_read: row.get(21)?,
            cache_write: row.get(22)?,
            reasoning: row.get(23)?,
        },
        cost: row.get(24)?,
        cost_source: row.get::<_, Option<i64>>(25)?.map(|source| match source {
            0 => "reported",
            1 => "simulated",
            _ => "computed",
        }),
    })
}
