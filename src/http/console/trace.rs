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
    responses(
        (status = 200, description = "The trace. kind and status are OTLP's numbers; a span's critical is how many seconds of \
            the path are its own, and null where it is not on it", body = Object, example = json!({
            "trace": "4bf92f3577b34da6a3ce929d0e0e4736",
            "spans": [{"id": 3, "span": "00f067aa0ba902b7", "parent": null, "name": "POST /play", "kind": 2, "status": 0,
                "service": "zeroth", "at": 1_795_262_400_000_000_i64, "duration": 1.2, "call": null,
                "subtree": {"calls": 1, "errors": 0, "input": 412, "output": 96, "cost": 0.0015}, "critical": 1.2}],
            "more_spans": false, "critical": ["00f067aa0ba902b7"], "logs": []})),
        TraceProblems
    )
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
    responses(
        (status = 200, description = "The span as it came. call is what lists show of it; content is the same with all words, \
            parameters and judgements, whichever dialect told them; both are null where it is no call", body = Object,
            example = json!({"id": 4, "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "span": "53995c3f42cd8ad8",
                "parent": "00f067aa0ba902b7", "name": "chat sim-1", "kind": 3, "at": 1_795_262_400_000_000_i64,
                "end": 1_795_262_400_800_000_i64, "status": {"code": 0, "message": ""},
                "attributes": {"gen_ai.operation.name": "chat"}, "events": [], "links": [],
                "resource": {"service.name": "zeroth"}, "scope": {"name": "zeroth", "version": "", "attributes": {}},
                "call": null, "content": {"operation": "chat", "dialect": "genai", "model": "sim-1",
                    "parameters": {"max_tokens": 400}, "tokens": {"input": 412, "output": 96}, "finish": ["stop"],
                    "content": {"system": [{"type": "text", "text": "You are the Dungeon Master."}],
                        "input": [{"role": "user", "parts": [{"type": "text", "text": "Where am I?"}]}],
                        "output": [{"role": "assistant", "parts": [{"type": "text", "text": "On the bridge."}]}]},
                    "evaluations": [{"name": "in_character", "label": "pass"}]}})),
        TraceProblems
    )
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
