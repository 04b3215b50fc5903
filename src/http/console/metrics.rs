//! Metrics as they came.

use axum::Json;
use serde::Serialize;

use crate::traces::{MetricName, MetricSeries};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// Which metrics came
#[utoipa::path(
    get,
    path = "/api/metrics",
    tag = "telemetry",
    responses(
        (status = 200, description = "All metrics by name; temporality is 0 unspecified, 1 delta, 2 cumulative", body = Object,
            example = json!({"metrics": [{"name": "zeroth.turns", "description": "Turns that were played", "unit": "{turn}",
                "kind": "sum", "temporality": 2, "monotonic": true, "series": 1}]})),
        ListProblems
    )
)]
pub(super) async fn metrics(Store(traces): Store, asked: Asked) -> Result<Json<MetricsAnswer>, Problem> {
    asked.nothing()?;
    Ok(Json(MetricsAnswer { metrics: traces.metrics().await? }))
}

/// One metric
#[utoipa::path(
    get,
    path = "/api/metric",
    tag = "telemetry",
    params(
        ("name" = String, Query, description = "The metric", example = "zeroth.turns"),
        ("from" = Option<i64>, Query, description = "Points from then on: microseconds since 1970, UTC"),
        ("until" = Option<i64>, Query, description = "Points before"),
    ),
    responses(
        (status = 200, description = "Its series with their latest points, in order", body = Object,
            example = json!({"series": [{"run": 1, "attributes": {"zeroth.component": "dialogue"},
                "points": [{"at": 1_795_262_400_000_000_i64, "value": 3.0, "count": null, "distribution": null}]}]})),
        OneProblems
    )
)]
pub(super) async fn metric(Store(traces): Store, asked: Asked) -> Result<Json<SeriesAnswer>, Problem> {
    let (name, from, until) =
        asked.read(|asked| (asked.required("name", "zeroth.turns"), asked.time("from"), asked.time("until")))?;
    Ok(Json(SeriesAnswer { series: traces.metric(&name, from, until).await? }))
}

/// Metrics.
#[derive(Debug, Serialize)]
pub(super) struct MetricsAnswer {
    metrics: Vec<MetricName>,
}

/// Series of a metric.
#[derive(Debug, Serialize)]
pub(super) struct SeriesAnswer {
    series: Vec<MetricSeries>,
}

problems!(ListProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
problems!(OneProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
