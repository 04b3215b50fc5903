//! Charts, from sums by minute and hour: a day of them is kilobytes, whatever was called in it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use serde::{Deserialize, Serialize};

use crate::llm::PriceList;

use super::super::error::ReadError;
use super::super::histogram::Histogram;
use super::super::store::Traces;
use super::super::write::{HOUR, MINUTE, WELL};
use super::filter::{Conditions, Filter};
use super::savings::Savings;

/// Points of a line, and lines of a chart.
const BUCKETS: i64 = 1500;
const LINES: usize = 12;
const MICROS: i64 = 1_000_000;

/// What a chart shows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SeriesQuery {
    /// Of which calls; agent, conversation, user, durations, cost and words are not known of sums and are refused.
    #[serde(flatten)]
    pub filter: Filter,
    /// A line for each value of it; without it, one line.
    pub by: Option<Dimension>,
    /// Seconds that a point stands for, a multiple of 60; chosen by the stretch when it is 0. Where the stretch begins before the
    /// oldest minute that is left, whole hours are told, and it is made as long as they are.
    pub step: i64,
}

impl SeriesQuery {
    /// The whole minutes that its sums are of, from the one in which the stretch begins to the one in which it ends:
    /// microseconds since 1970.
    pub fn whole_minutes(&self) -> (Option<i64>, Option<i64>) {
        const WIDTH: i64 = MICROS * MINUTE;
        let begin = |micros: i64| micros.div_euclid(WIDTH).saturating_mul(WIDTH);
        (self.filter.from.map(begin), self.filter.until.map(|until| begin(until.saturating_add(WIDTH - 1))))
    }
}

/// By what lines are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Dimension {
    Run,
    Service,
    Operation,
    Provider,
    Model,
    Component,
    Team,
    Error,
}

/// A line of a chart.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// The value of the dimension; none where calls have none, `(rest)` for those beyond the first 11.
    pub name: Option<String>,
    /// Seconds that each bucket stands for: more than was asked for where only sums by the hour are left.
    pub step: i64,
    /// All of it.
    pub total: Bucket,
    /// Those in which something happened, in order.
    pub buckets: Vec<Bucket>,
}

/// What calls of some time came to. Quantiles are within 2.5 %.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Bucket {
    /// When it begins.
    pub at: i64,
    /// Calls.
    pub calls: i64,
    /// Those that failed, by kind.
    pub errors: BTreeMap<String, i64>,
    /// Tokens.
    pub input: i64,
    /// Tokens.
    pub output: i64,
    /// Tokens, part of the input.
    pub cache_read: i64,
    /// Tokens, part of the input.
    pub cache_write: i64,
    /// Tokens, part of the output.
    pub reasoning: i64,
    /// US dollars.
    pub cost: f64,
    /// US dollars that caches saved, less what writing to them cost, by our prices.
    pub saved: f64,
    /// Seconds: p50, p95 and p99 of the time that calls took.
    pub duration: Option<[f64; 3]>,
    /// Seconds: p50, p95 and p99 of the time to the first token.
    pub ttft: Option<[f64; 3]>,
}

impl Traces {
    /// Lines of a chart, the largest first.
    ///
    /// # Errors
    /// [`ReadError::Query`] when the filter asks for what sums do not know.
    pub async fn series(&self, query: SeriesQuery) -> Result<Vec<Line>, ReadError> {
        let prices = Arc::clone(self.prices());
        self.ask(move |connection| lines(connection, &query, &prices)).await
    }
}

#[derive(Default)]
struct Sum {
    bucket: Bucket,
    duration: Histogram,
    ttft: Histogram,
}

impl Sum {
    fn merge(&mut self, other: &Self) {
        let (mine, theirs) = (&mut self.bucket, &other.bucket);
        mine.calls += theirs.calls;
        mine.input += theirs.input;
        mine.output += theirs.output;
        mine.cache_read += theirs.cache_read;
        mine.cache_write += theirs.cache_write;
        mine.reasoning += theirs.reasoning;
        mine.cost += theirs.cost;
        mine.saved += theirs.saved;
        for (kind, count) in &theirs.errors {
            *mine.errors.entry(kind.clone()).or_default() += count;
        }
        self.duration.merge(&other.duration);
        self.ttft.merge(&other.ttft);
    }

    fn told(mut self, at: i64) -> Bucket {
        let quantiles = |histogram: &Histogram| {
            let at = |share| histogram.quantile(share).map(|nanos| nanos / 1e9);
            Some([at(0.5)?, at(0.95)?, at(0.99)?])
        };
        self.bucket.duration = quantiles(&self.duration);
        self.bucket.ttft = quantiles(&self.ttft);
        Bucket { at, ..self.bucket }
    }
}

fn lines(connection: &Connection, query: &SeriesQuery, prices: &PriceList) -> Result<Vec<Line>, ReadError> {
    let (step, width) = step(connection, query)?;
    let savings = Savings::new(connection, prices);
    let sums = sums(connection, query, (step, width), savings)?;
    let mut texts = HashMap::new();
    let mut lines: Vec<(i64, Sum, BTreeMap<i64, Sum>)> = Vec::new();
    for (key, buckets) in sums {
        let mut total = Sum::default();
        buckets.values().for_each(|bucket| total.merge(bucket));
        lines.push((key, total, buckets));
    }
    lines.sort_by(|left, right| (right.1.bucket.calls, left.0).cmp(&(left.1.bucket.calls, right.0)));
    let mut told = Vec::new();
    let rest = if lines.len() > LINES { lines.split_off(LINES - 1) } else { Vec::new() };
    for (key, total, buckets) in lines {
        let name = match query.by {
            None => Some("all".to_owned()),
            Some(Dimension::Run) => Some(key.to_string()),
            Some(_) if key == WELL => None,
            Some(_) => Some(text(connection, &mut texts, key)?),
        };
        told.push(line(name, step, total, buckets));
    }
    if !rest.is_empty() {
        let (mut total, mut buckets) = (Sum::default(), BTreeMap::<i64, Sum>::new());
        for (_, sum, parts) in &rest {
            total.merge(sum);
            parts.iter().for_each(|(at, part)| buckets.entry(*at).or_default().merge(part));
        }
        told.push(line(Some("(rest)".to_owned()), step, total, buckets));
    }
    Ok(told)
}

fn line(name: Option<String>, step: i64, total: Sum, buckets: BTreeMap<i64, Sum>) -> Line {
    let first = buckets.keys().next().copied().unwrap_or_default();
    let buckets = buckets.into_iter().map(|(at, sum)| sum.told(at * MICROS)).collect();
    Line { name, step, total: total.told(first * MICROS), buckets }
}

/// Seconds that a point stands for, and the width of the sums that it is made of.
fn step(connection: &Connection, query: &SeriesQuery) -> Result<(i64, i64), ReadError> {
    let edge = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<i64>>(0));
    let from = match query.filter.from {
        Some(from) => from / MICROS,
        None => edge("SELECT min(start) FROM rollups WHERE width = 3600")?.unwrap_or_default(),
    };
    let until = match query.filter.until {
        Some(until) => until / MICROS,
        None => edge("SELECT max(start) FROM rollups WHERE width = 3600")?.unwrap_or_default() + HOUR,
    };
    let length = until.saturating_sub(from).max(MINUTE);
    let nice = [60, 120, 300, 600, 1800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, 24 * HOUR];
    let chosen = nice.into_iter().find(|step| length / step <= 120).unwrap_or(24 * HOUR);
    let step = if query.step == 0 { chosen } else { query.step };
    if step < MINUTE || step % MINUTE != 0 {
        return Err(ReadError::Query("step must be a multiple of 60 seconds"));
    }
    // Whole hours only where the stretch is made of them, else the edges would be off; and where nothing else is left.
    let whole = |edge: Option<i64>| edge.is_none_or(|micros| micros % (HOUR * MICROS) == 0);
    let gone = minutes_are_gone(connection, from)?;
    let hours = gone || step % HOUR == 0 && whole(query.filter.from) && whole(query.filter.until);
    let width = if hours { HOUR } else { MINUTE };
    let step = step.saturating_add(width - 1) / width * width;
    if length / step > BUCKETS {
        return Err(ReadError::Query("that would be more than 1500 points: choose a longer step or a shorter stretch"));
    }
    Ok((step, width))
}

/// Whether of some hour from `from` (seconds) on only the sum of the hour is left.
fn minutes_are_gone(connection: &Connection, from: i64) -> Result<bool, ReadError> {
    let mut statement = connection.prepare_cached("SELECT min(start) FROM rollups WHERE width = ?1 AND start >= ?2")?;
    let mut first = |width, from| statement.query_row([width, from], |row| row.get::<_, Option<i64>>(0));
    let hour = first(HOUR, from.div_euclid(HOUR) * HOUR)?;
    let minute = first(MINUTE, i64::MIN)?;
    Ok(hour.is_some_and(|hour| minute.is_none_or(|minute| hour < minute.div_euclid(HOUR) * HOUR)))
}

fn conditions(connection: &Connection, query: &SeriesQuery, width: i64) -> Result<Conditions, ReadError> {
    let filter = &query.filter;
    if !filter.is_known_to_sums() {
        let why = "charts cannot be filtered by agent, user, conversation, duration, cost or words";
        return Err(ReadError::Query(why));
    }
    let mut conditions = filter.conditions_on_sums(connection)?;
    conditions.add("width = ?", width);
    let whole = |micros: i64| micros.div_euclid(MICROS * width) * width;
    if let Some(from) = filter.from {
        conditions.add("start >= ?", whole(from));
    }
    if let Some(until) = filter.until {
        // The minute or hour in which it ends belongs to it.
        conditions.add("start < ?", whole(until.saturating_add(MICROS * width - 1)));
    }
    Ok(conditions)
}

/// By line and begin.
fn sums(
    connection: &Connection,
    query: &SeriesQuery,
    (step, width): (i64, i64),
    mut savings: Savings<'_>,
) -> Result<HashMap<i64, BTreeMap<i64, Sum>>, ReadError> {
    let conditions = conditions(connection, query, width)?;
    let by = match query.by {
        None => "0",
        Some(Dimension::Run) => "run",
        Some(Dimension::Service) => "service",
        Some(Dimension::Operation) => "operation",
        Some(Dimension::Provider) => "provider",
        Some(Dimension::Model) => "model",
        Some(Dimension::Component) => "component",
        Some(Dimension::Team) => "team",
        Some(Dimension::Error) => "error",
    };
    let sql = format!(
        "SELECT {by}, start, error, count, input, output, cache_read, cache_write, reasoning, cost, duration, ttft, \
         provider, model FROM rollups WHERE {}",
        conditions.sql()
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter::<&Vec<Value>>(&conditions.values))?;
    let mut sums: HashMap<i64, BTreeMap<i64, Sum>> = HashMap::new();
    let mut texts = HashMap::new();
    while let Some(row) = rows.next()? {
        let start: i64 = row.get(1)?;
        let sum = sums.entry(row.get(0)?).or_default().entry(start - start.rem_euclid(step)).or_default();
        let (error, count): (i64, i64) = (row.get(2)?, row.get(3)?);
        let bucket = &mut sum.bucket;
        if error != WELL {
            *bucket.errors.entry(text(connection, &mut texts, error)?).or_default() += count;
        }
        bucket.calls += count;
        bucket.input += row.get::<_, i64>(4)?;
        bucket.output += row.get::<_, i64>(5)?;
        bucket.cache_read += row.get::<_, i64>(6)?;
        bucket.cache_write += row.get::<_, i64>(7)?;
        bucket.reasoning += row.get::<_, i64>(8)?;
        bucket.cost += row.get::<_, f64>(9)?;
        bucket.saved += savings.of(row.get(12)?, row.get(13)?, row.get(6)?, row.get(7)?)?;
        sum.duration.merge_bytes(row.get_ref(10)?.as_blob().unwrap_or_default());
        sum.ttft.merge_bytes(row.get_ref(11)?.as_blob().unwrap_or_default());
    }
    Ok(sums)
}

fn text(connection: &Connection, known: &mut HashMap<i64, String>, id: i64) -> rusqlite::Result<String> {
    if let Some(text) = known.get(&id) {
        return Ok(text.clone());
    }
    let mut statement = connection.prepare_cached("SELECT text FROM texts WHERE id = ?1")?;
    let text: String = statement.query_row([id], |row| row.get(0)).optional()?.unwrap_or_default();
    known.insert(id, text.clone());
    Ok(text)
}
