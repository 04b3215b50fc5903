//! Metrics of every kind, and a bound on their series.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, Sum,
};
use zeroth::traces::{Batch, Config, Place, ReadError};

use crate::stage::{self, NOON, at, text};

fn batch(metrics: Vec<(&str, Data)>) -> Batch {
    let named = metrics.into_iter().map(|(name, data)| Metric {
        name: name.to_owned(),
        unit: "{token}".to_owned(),
        data: Some(data),
        ..Metric::default()
    });
    let scope_metrics = vec![ScopeMetrics { metrics: named.collect(), ..ScopeMetrics::default() }];
    let metrics =
        vec![ResourceMetrics { resource: Some(stage::resource("game")), scope_metrics, ..ResourceMetrics::default() }];
    Batch { metrics, bytes: 100, ..Batch::default() }
}

fn point(second: u64, model: &str, value: Value) -> NumberDataPoint {
    NumberDataPoint {
        time_unix_nano: (NOON + second) * 1_000_000_000,
        attributes: vec![text("model", model), text("b", "a")],
        value: Some(value),
        ..NumberDataPoint::default()
    }
}

fn sum(points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points: points, aggregation_temporality: 2, is_monotonic: true })
}

/// So many series of a gauge, each with a point so many seconds after noon.
pub(crate) fn doors(second: u64, series: u64) -> Batch {
    let points = (0..series).map(|door| point(second, &format!("a door with the long number {door}"), Value::AsInt(1)));
    batch(vec![("doors", Data::Gauge(Gauge { data_points: points.collect() }))])
}

#[tokio::test]
async fn every_kind_of_metric_is_kept() {
    let traces = stage::in_memory();
    let time = NOON * 1_000_000_000;
    let histogram = HistogramDataPoint {
        time_unix_nano: time,
        count: 3,
        sum: Some(6.0),
        bucket_counts: vec![1, 2],
        explicit_bounds: vec![1.5],
        ..HistogramDataPoint::default()
    };
    let exponential = ExponentialHistogramDataPoint {
        time_unix_nano: time,
        count: 2,
        sum: Some(5.0),
        scale: 3,
        positive: Some(Buckets { offset: 4, bucket_counts: vec![1, 1] }),
        ..ExponentialHistogramDataPoint::default()
    };
    let sent = || {
        let mut swapped = point(60, "m", Value::AsDouble(2.5));
        swapped.attributes.reverse();
        batch(vec![
            ("tokens", sum(vec![point(0, "m", Value::AsInt(1)), swapped, point(0, "n", Value::AsInt(7))])),
            ("queue", Data::Gauge(Gauge { data_points: vec![point(0, "m", Value::AsInt(4))] })),
            ("plain", Data::Histogram(Histogram { data_points: vec![histogram.clone()], aggregation_temporality: 1 })),
            (
                "fine",
                Data::ExponentialHistogram(ExponentialHistogram {
                    data_points: vec![exponential.clone()],
                    aggregation_temporality: 1,
                }),
            ),
        ])
    };
    traces.accept(sent()).await.unwrap();
    let again = traces.accept(sent()).await.unwrap();
    assert_eq!((again.accepted, traces.health().await.unwrap().duplicates), (6, 6));
    let names = traces.metrics().await.unwrap();
    let told: Vec<_> =
        names.iter().map(|one| (one.name.as_str(), one.kind.as_str(), one.temporality, one.series)).collect();
    assert_eq!(
        told,
        [
            ("fine", "exponential_histogram", 1, 1),
            ("plain", "histogram", 1, 1),
            ("queue", "gauge", 0, 1),
            ("tokens", "sum", 2, 2)
        ]
    );
    let series = traces.metric("tokens", None, None).await.unwrap();
    let of_m = series.iter().find(|one| one.attributes["model"] == "m").unwrap();
    let points: Vec<_> = of_m.points.iter().map(|point| (point.at, point.value)).collect();
    assert_eq!(points, [(at(0), Some(1.0)), (at(60_000), Some(2.5))], "the order of attributes does not matter");
    let plain = &traces.metric("plain", None, None).await.unwrap()[0].points[0];
    assert_eq!(plain.distribution.as_ref().unwrap()["counts"], serde_json::json!([1, 2]));
    let fine = &traces.metric("fine", None, None).await.unwrap()[0].points[0];
    assert_eq!(fine.distribution.as_ref().unwrap()["positive"], serde_json::json!({"offset": 4, "counts": [1, 1]}));
    assert_eq!(traces.metric("none", None, None).await.unwrap_err(), ReadError::Unknown("metric"));
}

#[tokio::test]
async fn series_beyond_the_bound_are_dropped_and_counted() {
    let config = Config { max_series: 3, ..stage::config(Place::Memory) };
    let traces = stage::open(config, stage::hand());
    let points = (0..10).map(|model| point(0, &format!("model {model}"), Value::AsInt(1))).collect();
    let receipt = traces.accept(batch(vec![("tokens", sum(points))])).await.unwrap();
    assert_eq!((receipt.accepted, receipt.rejected), (3, 7));
    assert_eq!(traces.health().await.unwrap().dropped, 7);
    let known = vec![point(60, "model 0", Value::AsInt(2))];
    assert_eq!(traces.accept(batch(vec![("tokens", sum(known))])).await.unwrap().accepted, 1);
}
