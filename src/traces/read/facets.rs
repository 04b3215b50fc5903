//! What one can filter by.

use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::super::error::ReadError;
use super::super::store::Traces;
use super::super::write::{HOUR, WELL};
use super::filter::{Conditions, present};

/// Values of each dimension that are told.
const VALUES: usize = 200;

/// A value, and how many calls to models have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// How many calls, in the hours that the stretch touches.
    pub calls: i64,
}

/// The values that calls have, the most frequent first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Facets {
    pub services: Vec<Facet>,
    pub operations: Vec<Facet>,
    pub providers: Vec<Facet>,
    pub models: Vec<Facet>,
    pub components: Vec<Facet>,
    pub teams: Vec<Facet>,
    pub errors: Vec<Facet>,
}

impl Traces {
    /// The values that calls between two times have, as sums by the hour know them.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be read.
    pub async fn facets(&self, from: Option<i64>, until: Option<i64>) -> Result<Facets, ReadError> {
        self.ask(move |connection| facets(connection, from, until)).await
    }
}

fn facets(connection: &Connection, from: Option<i64>, until: Option<i64>) -> Result<Facets, ReadError> {
    const MICROS: i64 = 1_000_000;
    let hour = |micros: i64| micros.div_euclid(HOUR * MICROS) * HOUR;
    // An hour that begins when it ends is none of it.
    let up = |micros: i64| micros.saturating_add(MICROS - 1).div_euclid(MICROS);
    let mut conditions = Conditions::default();
    conditions.add("width = ?", HOUR);
    conditions.add("start >= ?", from.map_or(i64::MIN, hour));
    conditions.add("start < ?", until.map_or(i64::MAX, up));
    present(connection, &mut conditions, "")?;
    let of = |column: &str| -> Result<Vec<Facet>, ReadError> {
        let sql = format!(
            "SELECT (SELECT text FROM texts WHERE id = {column}), sum(count) AS n FROM rollups WHERE {} AND {column} <> {WELL} \
             GROUP BY {column} ORDER BY n DESC LIMIT {VALUES}",
            conditions.sql()
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let facets = statement.query_map(params_from_iter(&conditions.values), |row| {
            Ok(Facet { value: row.get::<_, Option<String>>(0)?.unwrap_or_default(), calls: row.get(1)? })
        })?;
        Ok(facets.collect::<Result<_, _>>()?)
    };
    Ok(Facets {
        services: of("service")?,
        operations: of("operation")?,
        providers: of("provider")?,
        models: of("model")?,
        components: of("component")?,
        teams: of("team")?,
        errors: of("error")?,
    })
}
