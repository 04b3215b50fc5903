//! The points of metrics, taken out again. A series knows its run and its attributes; which of the run's resources told it is
//! not kept, so it gets the first.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde_json::Value;

use super::super::super::error::ReadError;
use super::{ROWS, Selection, nanos};

/// Where the way through all series has come to.
#[derive(Clone)]
pub(super) struct Points {
    from: i64,
    until: i64,
    run: Option<i64>,
    /// The series, and the time of its last point that was taken out.
    series: i64,
    time: Option<i64>,
}

/// A series, and what its metric is.
struct Series {
    id: i64,
    run: i64,
    attributes: Vec<KeyValue>,
    metric: Metric,
    kind: String,
    temporality: i32,
    monotonic: bool,
}

impl Points {
    pub(super) fn new(chosen: &Selection) -> Self {
        let (from, until) = (nanos(chosen.from).unwrap_or(i64::MIN), nanos(chosen.until).unwrap_or(i64::MAX));
        Self { from, until, run: chosen.run, series: 0, time: None }
    }

    /// The next points; nothing when there are no more.
    pub(super) fn next(&mut self, connection: &Connection) -> Result<Vec<ResourceMetrics>, ReadError> {
        let mut room = ROWS;
        let mut found: BTreeMap<i64, Vec<Metric>> = BTreeMap::new();
        while room > 0 {
            let Some(series) = self.series(connection)? else { break };
            self.series = series.id;
            let (data, count) = self.points(connection, &series, room)?;
            if count > 0 {
                let metric = Metric { data, ..series.metric };
                found.entry(series.run).or_default().push(metric);
            }
            if count < room {
                (self.series, self.time) = (series.id + 1, None);
            }
            room -= count;
        }
        let told = found.into_iter().map(|(run, metrics)| {
            let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
            Ok(ResourceMetrics { resource: resource(connection, run)?, scope_metrics, ..ResourceMetrics::default() })
        });
        told.collect()
    }

    /// The one that is under way, or the next.
    fn series(&self, connection: &Connection) -> Result<Option<Series>, ReadError> {
        let mut statement = connection.prepare_cached(
            "SELECT s.id, s.run, s.attributes, name, description, unit, kind, temporality, monotonic FROM metric_series AS s \
             JOIN metrics ON metrics.id = s.metric JOIN runs ON runs.id = s.run AND runs.state < 2 \
             WHERE s.id >= ?1 AND (?2 IS NULL OR s.run = ?2) ORDER BY s.id LIMIT 1",
        )?;
        let series = statement.query_row(params![self.series, self.run], |row| {
            let attributes: Value = serde_json::from_str(row.get_ref(2)?.as_str()?).unwrap_or_default();
            Ok(Series {
                id: row.get(0)?,
                run: row.get(1)?,
                attributes: pairs(&attributes),
                metric: Metric { name: row.get(3)?, description: row.get(4)?, unit: row.get(5)?, ..Metric::default() },
                kind: row.get(6)?,
                temporality: row.get(7)?,
                monotonic: row.get(8)?,
            })
        });
        Ok(series.optional()?)
    }

    /// At most `room` points of a series, and how many there are.
    fn points(
        &mut self,
        connection: &Connection,
        series: &Series,
        room: usize,
    ) -> Result<(Option<Data>, usize), ReadError> {
        let mut statement = connection.prepare_cached(
            "SELECT time, value, body FROM points WHERE series = ?1 AND time >= ?2 AND time < ?3 ORDER BY time LIMIT ?4",
        )?;
        let from = self.time.map_or(self.from, |time| time.saturating_add(1));
        let mut rows = statement.query(params![series.id, from, self.until, room])?;
        let mut count = 0;
        let mut drawn = Drawn::default();
        while let Some(row) = rows.next()? {
            count += 1;
            self.time = Some(row.get(0)?);
            drawn.add(row, series)?;
        }
        Ok((drawn.data(series), count))
    }
}

/// Points of one series; of its kind only.
#[derive(Default)]
struct Drawn {
    numbers: Vec<NumberDataPoint>,
    histograms: Vec<HistogramDataPoint>,
    exponentials: Vec<ExponentialHistogramDataPoint>,
    summaries: Vec<SummaryDataPoint>,
}

impl Drawn {
    fn add(&mut self, row: &Row<'_>, series: &Series) -> Result<(), ReadError> {
        let attributes = series.attributes.clone();
        let body = row.get_ref(2)?.as_blob_or_null()?.unwrap_or_default();
        match series.kind.as_str() {
            "histogram" => self.histograms.push(HistogramDataPoint { attributes, ..read(body) }),
            "exponential_histogram" => {
                self.exponentials.push(ExponentialHistogramDataPoint { attributes, ..read(body) });
            }
            "summary" => self.summaries.push(SummaryDataPoint { attributes, ..read(body) }),
            _ => self.numbers.push(NumberDataPoint {
                attributes,
                time_unix_nano: row.get::<_, i64>(0)?.try_into().unwrap_or_default(),
                value: row.get::<_, Option<f64>>(1)?.map(Number::AsDouble),
                ..NumberDataPoint::default()
            }),
        }
        Ok(())
    }

    fn data(self, series: &Series) -> Option<Data> {
        let aggregation_temporality = series.temporality;
        Some(match series.kind.as_str() {
            "gauge" => Data::Gauge(Gauge { data_points: self.numbers }),
            "sum" => {
                Data::Sum(Sum { data_points: self.numbers, aggregation_temporality, is_monotonic: series.monotonic })
            }
            "histogram" => Data::Histogram(Histogram { data_points: self.histograms, aggregation_temporality }),
            "exponential_histogram" => Data::ExponentialHistogram(ExponentialHistogram {
                data_points: self.exponentials,
                aggregation_temporality,
            }),
            "summary" => Data::Summary(Summary { data_points: self.summaries }),
            _ => return None,
        })
    }
}

fn read<T: Message + Default>(body: &[u8]) -> T {
    T::decode(body).unwrap_or_default()
}

fn resource(connection: &Connection, run: i64) -> Result<Option<Resource>, ReadError> {
    let mut statement = connection.prepare_cached("SELECT body FROM resources WHERE run = ?1 ORDER BY id LIMIT 1")?;
    let body: Option<Vec<u8>> = statement.query_row([run], |row| row.get(0)).optional()?;
    Ok(body.and_then(|body| Resource::decode(body.as_slice()).ok()))
}

/// Attributes as they are kept, as OTLP has them.
fn pairs(attributes: &Value) -> Vec<KeyValue> {
    let pairs = attributes.as_object().into_iter().flatten();
    pairs.map(|(key, told)| KeyValue { key: key.clone(), value: Some(value(told)), ..KeyValue::default() }).collect()
}

fn value(told: &Value) -> AnyValue {
    let value = match told {
        Value::Null => None,
        Value::Bool(truth) => Some(Any::BoolValue(*truth)),
        Value::Number(number) => number.as_i64().map(Any::IntValue).or_else(|| number.as_f64().map(Any::DoubleValue)),
        Value::String(text) => Some(Any::StringValue(text.clone())),
        Value::Array(list) => Some(Any::ArrayValue(ArrayValue { values: list.iter().map(self::value).collect() })),
        Value::Object(_) => Some(Any::KvlistValue(KeyValueList { values: pairs(told) })),
    };
    AnyValue { value }
}
