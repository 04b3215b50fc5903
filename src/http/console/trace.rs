//! One trace, and one span of it.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use serde::Serialize;

use crate::insight::{Subtree, Tree};
use crate::traces::{LogItem, ReadError, SpanDetail, TraceDetail, TraceSpan};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// One trace
///
/// Its spans in the order in which they began, its log records, its critical path (the chain of spans without which it would
/// have ended sooner), and what the model calls of each span and of all below it come to.
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
) -> Result<Json<TraceAnswer>, Problem> {
    asked.nothing()?;
    let Ok(Path(id)) = id else { return Err(ReadError::Unknown("trace").into()) };
    Ok(Json(TraceAnswer::of(traces.trace(&id).await?)))
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

/// A trace, and what it comes to.
#[derive(Debug, Serialize)]
pub(super) struct TraceAnswer {
    trace: String,
    spans: Vec<SpanAnswer>,
    more_spans: bool,
    /// The spans of the critical path, in the order in which they began.
    critical: Vec<String>,
    logs: Vec<LogItem>,
}

/// A span, and what it comes to.
#[derive(Debug, Serialize)]
pub(super) struct SpanAnswer {
    #[serde(flatten)]
    span: TraceSpan,
    subtree: Subtree,
    /// Seconds of the critical path that are its own.
    critical: Option<f64>,
}

impl TraceAnswer {
    fn of(detail: TraceDetail) -> Self {
        let tree = Tree::of(&detail.spans);
        let (path, subtrees) = (tree.critical_path(), tree.subtrees());
        let critical = path.iter().map(|step| detail.spans[step.place].span.clone()).collect();
        let mut own = vec![None; subtrees.len()];
        for step in path {
            own[step.place] = Some(step.seconds);
        }
        let spans = detail.spans.into_iter().zip(subtrees).zip(own);
        let spans = spans.map(|((span, subtree), critical)| SpanAnswer { span, subtree, critical });
        Self { trace: detail.trace, spans: spans.collect(), more_spans: detail.more_spans, critical, logs: detail.logs }
    }
}

problems!(TraceProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
