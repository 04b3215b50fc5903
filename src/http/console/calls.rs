//! Calls, in pages.

use axum::Json;

use crate::traces::{CallPage, CallQuery, Sort};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::{Asked, FilterParams};

/// Calls to models, and what stands around them
///
/// Without `operation`, those that asked a model. The total is that of all calls that are chosen, not of one page.
#[utoipa::path(
    get,
    path = "/api/calls",
    tag = "telemetry",
    params(
        FilterParams,
        ("sort" = Option<String>, Query, description = "What comes first: time (the newest), duration (the slowest) or \
            cost (the dearest, without those whose cost nobody knows)", example = "cost"),
        ("limit" = Option<usize>, Query, description = "How many at most: 1 to 500, usually 50", example = 50),
        ("after" = Option<String>, Query, description = "Where the last page ended: its `next`"),
    ),
    responses(
        (status = 200, description = "A page of calls", body = Object, example = json!({
            "calls": [{"id": 4, "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "span": "00f067aa0ba902b7",
                "name": "chat sim-1", "at": 1_795_262_401_500_000_i64, "duration": 0.8, "ttft": 0.2, "run": 1,
                "service": "zeroth", "operation": "chat", "provider": "zeroth", "model": "sim-1", "agent": null,
                "component": "dialogue", "conversation": "0190163d-8694-739b-aea5-966c26f8ad91", "team": "default",
                "user": null, "error": null, "finish": "stop", "tokens": {"input": 412, "output": 96,
                    "cache_read": 256, "cache_write": null, "reasoning": null}, "cost": 0.0015,
                "cost_source": "simulated"}],
            "total": {"calls": 1, "errors": 0, "input": 412, "output": 96, "cost": 0.0015, "at_least": false},
            "next": null, "unsearched": null})),
        CallProblems
    )
)]
pub(super) async fn calls(Store(traces): Store, asked: Asked) -> Result<Json<CallPage>, Problem> {
    let query = asked.read(|asked| CallQuery {
        filter: asked.filter(),
        sort: asked
            .choice("sort", &[("time", Sort::Time), ("duration", Sort::Duration), ("cost", Sort::Cost)])
            .unwrap_or_default(),
        limit: asked.limit(),
        after: asked.text("after"),
    })?;
    Ok(Json(traces.calls(query).await?))
}

problems!(CallProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
