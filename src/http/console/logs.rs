//! Log records.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;

use crate::traces::{LogPage, LogQuery, ReadError};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// Log records
///
/// The latest first.
#[utoipa::path(
    get,
    path = "/api/logs",
    tag = "telemetry",
    params(
        ("from" = Option<i64>, Query, description = "Those from then on: microseconds since 1970, UTC",
            example = 1_795_262_400_000_000_i64),
        ("until" = Option<i64>, Query, description = "Those before"),
        ("run" = Option<i64>, Query, description = "Those of a run: its number"),
        ("event" = Option<String>, Query, description = "Those of an event's name", example = "turn_complete"),
        ("severity" = Option<i64>, Query, description = "Those at least as severe, by OTLP's numbers: 9 info, 13 warning, \
            17 error", example = 13),
        ("text" = Option<String>, Query, description = "Those with this in the beginning of the body"),
        ("limit" = Option<usize>, Query, description = "How many at most: 1 to 500, usually 50", example = 50),
        ("after" = Option<String>, Query, description = "Where the last page ended: its `next`"),
    ),
    responses(
        (status = 200, description = "A page of log records", body = Object, example = json!({
            "logs": [{"id": 5, "at": 1_795_262_401_500_000_i64, "run": 1, "service": "zeroth", "severity": 9,
                "event": "turn_complete", "text": "turn 1 took 1.8 s", "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
                "span": "00f067aa0ba902b7"}],
            "next": null})),
        ListProblems
    )
)]
pub(super) async fn logs(Store(traces): Store, asked: Asked) -> Result<Json<LogPage>, Problem> {
    let query = asked.read(|asked| LogQuery {
        from: asked.time("from"),
        until: asked.time("until"),
        run: asked.count("run"),
        event: asked.text("event"),
        severity: asked.count("severity"),
        text: asked.text("text"),
        limit: asked.limit(),
        after: asked.text("after"),
    })?;
    Ok(Json(traces.logs(query).await?))
}

/// One log record, whole
#[utoipa::path(
    get,
    path = "/api/logs/{id}",
    tag = "telemetry",
    params(("id" = i64, Path, description = "Its number", example = 5)),
    responses(
        (status = 200, description = "The record with body and attributes", body = Object, example = json!({
            "log": {"id": 5, "at": 1_795_262_401_500_000_i64, "run": 1, "service": "zeroth", "severity": 9,
                "event": "turn_complete", "text": "turn 1 took 1.8 s", "trace": null, "span": null},
            "body": "turn 1 took 1.8 s", "attributes": {"turn": 1}, "severity": "INFO"})),
        OneProblems
    )
)]
pub(super) async fn log(
    Store(traces): Store,
    id: Result<Path<i64>, PathRejection>,
    asked: Asked,
) -> Result<Json<serde_json::Value>, Problem> {
    asked.nothing()?;
    let Ok(Path(id)) = id else { return Err(ReadError::Unknown("log record").into()) };
    Ok(Json(traces.log(id).await?))
}

problems!(ListProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
problems!(OneProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
