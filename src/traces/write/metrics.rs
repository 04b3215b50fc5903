//! Series of metrics, of which there may be only so many.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::config::Config;
use super::super::rows::PointRow;

/// How many are remembered.
const REMEMBERED: usize = 20_000;

/// The numbers of series.
pub(super) struct Series {
    metrics: HashMap<String, i64>,
    known: HashMap<(i64, i64, String), i64>,
    /// How many series each metric has in each run.
    counts: HashMap<(i64, i64), usize>,
    count: usize,
    most: usize,
    most_of_all: usize,
}

/// What became of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    New,
    Again,
    /// There is no room for its series.
    Dropped,
}

impl Series {
    pub(super) fn read(connection: &Connection, config: &Config) -> rusqlite::Result<Self> {
        let mut series = Self {
            metrics: HashMap::new(),
            known: HashMap::new(),
            count: 0,
            counts: HashMap::new(),
            most: config.max_series,
            most_of_all: config.max_all_series,
        };
        series.forget(connection)?;
        Ok(series)
    }

    /// Forgets the series, because some are gone, and counts those that are there.
    pub(super) fn forget(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.known.clear();
        let mut statement =
            connection.prepare_cached("SELECT metric, run, count(*) FROM metric_series GROUP BY 1, 2")?;
        let counts = statement.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        self.counts = counts.collect::<Result<_, _>>()?;
        self.count = self.counts.values().sum();
        Ok(())
    }

    /// Whether there are nearly as many as there may be.
    pub(super) fn is_crowded(&self) -> bool {
        self.count > self.most_of_all / 8 * 7
    }

    pub(super) fn write(&mut self, connection: &Connection, run: i64, point: &PointRow) -> rusqlite::Result<Written> {
        let Some(metric) = self.metric(connection, point)? else { return Ok(Written::Dropped) };
        let Some(series) = self.series(connection, metric, run, point)? else { return Ok(Written::Dropped) };
        let mut statement =
            connection.prepare_cached("INSERT INTO points VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?;
        let inserted = statement.execute(params![series, point.time, point.value, point.count, point.body])?;
        Ok(if inserted == 0 { Written::Again } else { Written::New })
    }

    fn metric(&mut self, connection: &Connection, point: &PointRow) -> rusqlite::Result<Option<i64>> {
        let metric = &point.metric;
        if let Some(id) = self.metrics.get(&metric.name) {
            return Ok(Some(*id));
        }
        let mut statement = connection.prepare_cached("SELECT id FROM metrics WHERE name = ?1")?;
        let found = statement.query_row([&metric.name], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None if self.count >= self.most_of_all => return Ok(None),
            None => {
                connection.execute(
                    "INSERT INTO metrics (name, description, unit, kind, temporality, monotonic) \
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    params![
                        metric.name,
                        metric.description,
                        metric.unit,
                        metric.kind,
                        metric.temporality,
                        metric.monotonic
                    ],
                )?;
                connection.last_insert_rowid()
            }
        };
        if self.metrics.len() >= REMEMBERED {
            self.metrics.clear();
        }
        self.metrics.insert(metric.name.clone(), id);
        Ok(Some(id))
    }

    fn series(
        &mut self,
        connection: &Connection,
        metric: i64,
        run: i64,
        point: &PointRow,
    ) -> rusqlite::Result<Option<i64>> {
        let key = (metric, run, point.attributes.clone());
        if let Some(id) = self.known.get(&key) {
            return Ok(Some(*id));
        }
        let mut statement = connection
            .prepare_cached("SELECT id FROM metric_series WHERE metric = ?1 AND run = ?2 AND attributes = ?3")?;
        let found = statement.query_row(params![metric, run, key.2], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let siblings = self.counts.entry((metric, run)).or_default();
                if *siblings >= self.most || self.count >= self.most_of_all {
                    return Ok(None);
                }
                *siblings += 1;
                self.count += 1;
                connection.execute(
                    "INSERT INTO metric_series (metric, run, attributes) VALUES (?1, ?2, ?3)",
                    params![metric, run, key.2],
                )?;
                connection.last_insert_rowid()
            }
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(key, id);
        Ok(Some(id))
    }
}
