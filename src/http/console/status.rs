//! What the console is looking at.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::clock::Clock;
use crate::traces::{Health, Place};

use super::super::error::Problem;
use super::super::problem::{ANY, problems};
use super::Desk;
use super::asked::Asked;

/// What the console is looking at
///
/// Whether telemetry is kept, how the store is doing, and what is served beside it. It answers also while telemetry is not
/// kept.
#[utoipa::path(
    get,
    path = "/api/status",
    tag = "telemetry",
    responses(
        (status = 200, description = "How things stand; health is null where nothing is kept or it cannot be read",
            body = Object, example = json!({"version": "0.1.0", "now": 1_795_262_400_000_000_i64, "traces": "file",
                "health": {"accepted": 4, "duplicates": 0, "rejected": 0, "dropped": 0, "pruned": 0, "queued": 0,
                    "file": 4096, "used": 4096, "max_bytes": 4_294_967_296_i64, "unsearched": 0, "longest_prune": 0.0},
                "number": 4, "tables": {"campaign": "enterprise", "model": "sim-1"}})),
        StatusProblems
    )
)]
pub(super) async fn status(State(desk): State<Arc<Desk>>, asked: Asked) -> Result<Json<StatusAnswer>, Problem> {
    asked.nothing()?;
    let console = &desk.console;
    let mut answer = StatusAnswer {
        version: console.version.clone(),
        now: micros(&*console.clock),
        traces: "off",
        health: None,
        number: 0,
        tables: console.tables.clone(),
    };
    if let Some(traces) = &console.traces {
        answer.traces = match traces.place() {
            Place::Memory => "memory",
            Place::File(_) => "file",
        };
        answer.number = traces.number();
        // Whoever asks how things stand wants to know the rest, too.
        answer.health = traces.health().await.ok();
    }
    Ok(Json(answer))
}

fn micros(clock: &dyn Clock) -> i64 {
    let since = clock.now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// How things stand.
#[derive(Debug, Serialize)]
pub(super) struct StatusAnswer {
    version: String,
    now: i64,
    traces: &'static str,
    health: Option<Health>,
    number: i64,
    tables: BTreeMap<String, String>,
}

problems!(StatusProblems: &[super::super::error::Kind::INVALID_QUERY], ANY);
