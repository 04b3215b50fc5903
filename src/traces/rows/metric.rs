//! The points of metrics.

use std::collections::BTreeMap;

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use prost::Message;

use super::super::json;
use super::call::short;
use super::{Making, Rows};

/// The longest attributes of a series, as JSON, in bytes.
const LONGEST: usize = 4096;

/// A point of a metric, in columns.
#[derive(Debug)]
pub(in super::super) struct PointRow {
    pub(in super::super) resource: usize,
    /// What all points of the metric share.
    pub(in super::super) metric: std::sync::Arc<MetricRow>,
    /// As JSON, in the order of the names.
    pub(in super::super) attributes: String,
    pub(in super::super) time: i64,
    pub(in super::super) value: Option<f64>,
    pub(in super::super) count: Option<i64>,
    pub(in super::super) body: Option<Vec<u8>>,
}

/// A metric, in columns.
#[derive(Debug)]
pub(in super::super) struct MetricRow {
    pub(in super::super) name: String,
    pub(in super::super) description: String,
    pub(in super::super) unit: String,
    pub(in super::super) kind: &'static str,
    pub(in super::super) temporality: i32,
    pub(in super::super) monotonic: bool,
}

pub(super) fn points(metric: &Metric, resource: usize, making: &Making<'_>, rows: &mut Rows) {
    let (kind, temporality, monotonic) = match &metric.data {
        Some(Data::Gauge(_)) => ("gauge", 0, false),
        Some(Data::Sum(sum)) => ("sum", sum.aggregation_temporality, sum.is_monotonic),
        Some(Data::Histogram(histogram)) => ("histogram", histogram.aggregation_temporality, false),
        Some(Data::ExponentialHistogram(histogram)) => {
            ("exponential_histogram", histogram.aggregation_temporality, false)
        }
        Some(Data::Summary(_)) => ("summary", 0, false),
        None => return rows.rejected.add("a metric has no points of a known kind"),
    };
    let shared = std::sync::Arc::new(MetricRow {
        name: short(metric.name.clone()),
        description: short(metric.description.clone()),
        unit: short(metric.unit.clone()),
        kind,
        temporality,
        monotonic,
    });
    let mut keep = |attributes: &[KeyValue], time: u64, value: Option<f64>, more: Option<(u64, Vec<u8>)>| {
        let attributes = named(attributes);
        match making.time(time) {
            Err(why) => rows.rejected.add(why),
            Ok(_) if attributes.len() > LONGEST => rows.rejected.add("the attributes of a point are too long"),
            Ok(time) => rows.points.push(PointRow {
                resource,
                metric: shared.clone(),
                attributes,
                time,
                value: value.filter(|value| value.is_finite()),
                count: more.as_ref().map(|(count, _)| i64::try_from(*count).unwrap_or(i64::MAX)),
                body: more.map(|(_, body)| body),
            }),
        }
    };
    // Exemplars and attributes are not part of what is kept of a distribution.
    match &metric.data {
        Some(Data::Gauge(gauge)) => gauge
            .data_points
            .iter()
            .for_each(|point| keep(&point.attributes, point.time_unix_nano, number(point), None)),
        Some(Data::Sum(sum)) => {
            sum.data_points.iter().for_each(|point| keep(&point.attributes, point.time_unix_nano, number(point), None))
        }
        Some(Data::Histogram(histogram)) => histogram.data_points.iter().for_each(|point| {
            let bare = bare(point, |bare| (bare.attributes, bare.exemplars) = Default::default());
            keep(&point.attributes, point.time_unix_nano, point.sum, Some((point.count, bare)));
        }),
        Some(Data::ExponentialHistogram(histogram)) => histogram.data_points.iter().for_each(|point| {
            let bare = bare(point, |bare| (bare.attributes, bare.exemplars) = Default::default());
            keep(&point.attributes, point.time_unix_nano, point.sum, Some((point.count, bare)));
        }),
        Some(Data::Summary(summary)) => summary.data_points.iter().for_each(|point| {
            let bare = bare(point, |bare| bare.attributes = Vec::new());
            keep(&point.attributes, point.time_unix_nano, Some(point.sum), Some((point.count, bare)));
        }),
        None => {}
    }
}

fn bare<T: Message + Clone>(point: &T, strip: impl FnOnce(&mut T)) -> Vec<u8> {
    let mut bare = point.clone();
    strip(&mut bare);
    bare.encode_to_vec()
}

fn number(point: &NumberDataPoint) -> Option<f64> {
    match point.value? {
        Number::AsDouble(value) => Some(value),
        Number::AsInt(value) => Some(value as f64),
    }
}

/// The same for the same attributes in any order.
fn named(attributes: &[KeyValue]) -> String {
    let sorted: BTreeMap<&str, serde_json::Value> = attributes
        .iter()
        .map(|pair| (pair.key.as_str(), pair.value.as_ref().map_or(serde_json::Value::Null, json::value)))
        .collect();
    serde_json::to_string(&sorted).unwrap_or_default()
}
