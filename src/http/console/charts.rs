//! Charts, what to filter them by, and errors in groups.

use axum::Json;
use serde::Serialize;

use crate::traces::{Dimension, ErrorGroup, Facets, Line, SeriesQuery};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::{Asked, FilterParams};

const DIMENSIONS: [(&str, Dimension); 8] = [
    ("run", Dimension::Run),
    ("service", Dimension::Service),
    ("operation", Dimension::Operation),
    ("provider", Dimension::Provider),
    ("model", Dimension::Model),
    ("component", Dimension::Component),
    ("team", Dimension::Team),
    ("error", Dimension::Error),
];

/// Lines of a chart
///
/// From sums by the minute: a stretch is widened to whole minutes, which the answer names. Agent, user, conversation, duration, cost and words are
/// not known of sums; a filter by them is refused.
#[utoipa::path(
    get,
    path = "/api/series",
    tag = "telemetry",
    params(
        FilterParams,
        ("by" = Option<String>, Query, description = "A line for each run, service, operation, provider, model, component, \
            team or error; without it, one line", example = "model"),
        ("step" = Option<i64>, Query, description = "Seconds that a point stands for, a multiple of 60; without it, what \
            suits the stretch", example = 60),
    ),
    responses(
        (status = 200, description = "Lines, the largest first; the twelfth sums up the rest", body = Object,
            example = json!({"from": 1_795_262_400_000_000_i64, "until": 1_795_266_000_000_000_i64, "lines": [{"name": "sim-1", "step": 60,
                "total": {"at": 1_795_262_400_000_000_i64, "calls": 1, "errors": {}, "input": 412, "output": 96,
                    "cache_read": 256, "cache_write": 0, "reasoning": 0, "cost": 0.0015, "saved": 0.0007,
                    "duration": [0.8, 0.8, 0.8], "ttft": [0.2, 0.2, 0.2]},
                "buckets": []}]})),
        ChartProblems
    )
)]
pub(super) async fn series(Store(traces): Store, asked: Asked) -> Result<Json<LinesAnswer>, Problem> {
    let query = asked.read(|asked| SeriesQuery {
        filter: asked.filter(),
        by: asked.choice("by", &DIMENSIONS),
        step: asked.count("step").unwrap_or_default(),
    })?;
    let (from, until) = query.whole_minutes();
    Ok(Json(LinesAnswer { from, until, lines: traces.series(query).await? }))
}

/// What one can filter by
#[utoipa::path(
    get,
    path = "/api/facets",
    tag = "telemetry",
    params(
        ("from" = Option<i64>, Query, description = "Calls of the hours from then on: microseconds since 1970, UTC"),
        ("until" = Option<i64>, Query, description = "Calls of the hours before"),
    ),
    responses(
        (status = 200, description = "The values that calls have, the most frequent first", body = Object,
            example = json!({"services": [{"value": "zeroth", "calls": 4}], "operations": [{"value": "chat", "calls": 4}],
                "providers": [], "models": [{"value": "sim-1", "calls": 4}], "components": [], "teams": [], "errors": []})),
        ChartProblems
    )
)]
pub(super) async fn facets(Store(traces): Store, asked: Asked) -> Result<Json<Facets>, Problem> {
    let (from, until) = asked.read(|asked| (asked.time("from"), asked.time("until")))?;
    Ok(Json(traces.facets(from, until).await?))
}

/// Errors, those of a kind together
#[utoipa::path(
    get,
    path = "/api/errors",
    tag = "telemetry",
    params(FilterParams),
    responses(
        (status = 200, description = "The most frequent first", body = Object, example = json!({"groups": [
            {"error": "rate_limited", "service": "zeroth", "model": "sim-1", "component": "dialogue", "count": 3,
                "first": 1_795_262_400_000_000_i64, "last": 1_795_262_401_500_000_i64,
                "example": ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"]}]})),
        ChartProblems
    )
)]
pub(super) async fn errors(Store(traces): Store, asked: Asked) -> Result<Json<GroupsAnswer>, Problem> {
    let filter = asked.read(Asked::filter)?;
    Ok(Json(GroupsAnswer { groups: traces.errors(filter).await? }))
}

/// Lines of a chart.
#[derive(Debug, Serialize)]
pub(super) struct LinesAnswer {
    /// The whole minutes that the sums are of.
    from: Option<i64>,
    until: Option<i64>,
    lines: Vec<Line>,
}

/// Errors in groups.
#[derive(Debug, Serialize)]
pub(super) struct GroupsAnswer {
    groups: Vec<ErrorGroup>,
}

problems!(ChartProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
