//! Metrics as they came: names, and the points of their series.

use opentelemetry_proto::tonic::metrics::v1::{ExponentialHistogramDataPoint, HistogramDataPoint, SummaryDataPoint};
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::error::ReadError;
use super::super::store::Traces;
use super::micros;

/// Metrics, series and points that are told.
const METRICS: usize = 2_000;
const SERIES: usize = 100;
const POINTS: usize = 2_000;

/// A metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names are those of OTLP")]
pub struct MetricName {
    pub name: String,
    pub description: String,
    pub unit: String,
    /// `gauge`, `sum`, `histogram`, `exponential_histogram`, `summary`
    pub kind: String,
    /// 0 unspecified, 1 delta, 2 cumulative
    pub temporality: i64,
    pub monotonic: bool,
    /// How many series it has.
    pub series: i64,
}

/// A series of a metric.
#[derive(Debug, Clone, Serialize)]
pub struct MetricSeries {
    /// The run.
    pub run: i64,
    /// What tells it apart.
    pub attributes: Value,
    /// Its latest points in the stretch, in order.
    pub points: Vec<MetricPoint>,
}

/// A point.
#[derive(Debug, Clone, Serialize)]
pub struct MetricPoint {
    /// When.
    pub at: i64,
    /// The value, or the sum of the distribution.
    pub value: Option<f64>,
    /// How many values the distribution has.
    pub count: Option<i64>,
    /// The distribution: `bounds` and `counts`, or `scale`, `zero`, `positive` and `negative`, or `quantiles`.
    pub distribution: Option<Value>,
}

impl Traces {
    /// All metrics, by name.
    ///
    /// # Errors
    /// [`ReadError`] when the store cannot be read.
    pub async fn metrics(&self) -> Result<Vec<MetricName>, ReadError> {
        self.ask(names).await
    }

    /// The series of a metric with their points between two times, at most 2,000 in all: the latest of each.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is no such metric.
    pub async fn metric(
        &self,
        name: &str,
        from: Option<i64>,
        until: Option<i64>,
    ) -> Result<Vec<MetricSeries>, ReadError> {
        let name = name.to_owned();
        self.ask(move |connection| series(connection, &name, from, until)).await
    }
}

fn names(connection: &Connection) -> Result<Vec<MetricName>, ReadError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, description, unit, kind, temporality, monotonic, (SELECT count(*) FROM metric_series WHERE \
         metric = metrics.id) FROM metrics ORDER BY name LIMIT ?1",
    )?;
    let names = statement.query_map([METRICS], |row| {
        Ok(MetricName {
            name: row.get(0)?,
            description: row.get(1)?,
            unit: row.get(2)?,
            kind: row.get(3)?,
            temporality: row.get(4)?,
            monotonic: row.get(5)?,
            series: row.get(6)?,
        })
    })?;
    Ok(names.collect::<Result<_, _>>()?)
}

fn series(
    connection: &Connection,
    name: &str,
    from: Option<i64>,
    until: Option<i64>,
) -> Result<Vec<MetricSeries>, ReadError> {
    let mut statement = connection.prepare_cached("SELECT id, kind FROM metrics WHERE name = ?1")?;
    let found = statement.query_row([name], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (metric, kind): (i64, String) = found.ok_or(ReadError::Unknown("metric"))?;
    let mut statement = connection
        .prepare_cached("SELECT id, run, attributes FROM metric_series WHERE metric = ?1 ORDER BY id DESC LIMIT ?2")?;
    let all = statement.query_map(params![metric, SERIES], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, String>(2)?))
    })?;
    let all = all.collect::<rusqlite::Result<Vec<_>>>()?;
    let each = (POINTS / all.len().max(1)).max(2);
    let nanos = |micros: i64| micros.saturating_mul(1000);
    let (from, until) = (from.map_or(i64::MIN, nanos), until.map_or(i64::MAX, nanos));
    let mut told = Vec::new();
    for (id, run, attributes) in all {
        let mut statement = connection.prepare_cached(
            "SELECT time, value, count, body FROM points WHERE series = ?1 AND time >= ?2 AND time < ?3 \
             ORDER BY time DESC LIMIT ?4",
        )?;
        let points = statement.query_map(params![id, from, until, each], |row| {
            let body = row.get_ref(3)?.as_blob_or_null()?;
            Ok(MetricPoint {
                at: micros(row.get(0)?),
                value: row.get(1)?,
                count: row.get(2)?,
                distribution: body.and_then(|body| distribution(&kind, body)),
            })
        })?;
        let mut points = points.collect::<rusqlite::Result<Vec<_>>>()?;
        points.reverse();
        if !points.is_empty() {
            told.push(MetricSeries { run, attributes: serde_json::from_str(&attributes).unwrap_or_default(), points });
        }
    }
    Ok(told)
}

fn distribution(kind: &str, body: &[u8]) -> Option<Value> {
    match kind {
        "histogram" => {
            let point = HistogramDataPoint::decode(body).ok()?;
            Some(
                json!({"bounds": point.explicit_bounds, "counts": point.bucket_counts, "min": point.min, "max": point.max}),
            )
        }
        "exponential_histogram" => {
            let point = ExponentialHistogramDataPoint::decode(body).ok()?;
            let buckets = |buckets: Option<
                opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets,
            >| {
                buckets.map(|buckets| json!({"offset": buckets.offset, "counts": buckets.bucket_counts}))
            };
            Some(json!({"scale": point.scale, "zero": point.zero_count, "positive": buckets(point.positive),
                "negative": buckets(point.negative), "min": point.min, "max": point.max}))
        }
        "summary" => {
            let point = SummaryDataPoint::decode(body).ok()?;
            let quantiles = point.quantile_values.iter().map(|value| json!([value.quantile, value.value]));
            Some(json!({"quantiles": quantiles.collect::<Vec<_>>()}))
        }
        _ => None,
    }
}
