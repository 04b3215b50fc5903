//! One trace, and one span of it.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;

use crate::traces::{ReadError, SpanDetail, TraceDetail};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// One trace
#[utoipa::path(
    get,
    path = "/api/traces/{trace}",
    tag = "telemetry",
    params(("trace" = String, Path, description = "Its id, 32 digits", example = "4bf92f3577b34da6a3ce929d0e0e4736")),
    responses((status = 200, description = "The trace", body = Object), TraceProblems)
)]
pub(super) async fn trace(
    Store(traces): Store,
    id: Result<Path<String>, PathRejection>,
    asked: Asked,
) -> Result<Json<TraceDetail>, Problem> {
    asked.nothing()?;
    let Ok(Path(id)) = id else { return Err(ReadError::Unknown("trace").into()) };
    Ok(Json(traces.trace(&id).await?))
}

/// One span, whole
#[utoipa::path(
    get,
    path = "/api/traces/{trace}/spans/{span}",
    tag = "telemetry",
    params(
        ("trace" = String, Path, description = "The trace's id, 32 digits", example = "4bf92f3577b34da6a3ce929d0e0e4736"),
        ("span" = String, Path, description = "The span's id, 16 digits", example = "00f067aa0ba902b7"),
    ),
    responses((status = 200, description = "The span", body = Object), TraceProblems)
)]
pub(super) async fn span(
    Store(traces): Store,
    ids: Result<Path<(String, String)>, PathRejection>,
    asked: Asked,
) -> Result<Json<SpanDetail>, Problem> {
    asked.nothing()?;
    let Ok(Path((trace, span))) = ids else { return Err(ReadError::Unknown("span").into()) };
    Ok(Json(traces.span(&trace, &span).await?))
}

problems!(TraceProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
