//! For whoever runs the simulator: faults to switch on and off, the journal, what is counted.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use serde::Serialize;
use serde_json::{Value, json};

use crate::llm::fault::{Fault, Rule};

use super::auth;
use super::body::Fields;
use super::journal::Entry;
use super::refusal::Refusal;
use super::server::Simulator;
use super::vendor::Vendor;

/// Whoever brings the key, if one is wanted.
pub(super) struct Operator;

impl FromRequestParts<Arc<Simulator>> for Operator {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, simulator: &Arc<Simulator>) -> Result<Self, Refusal> {
        auth::caller(Vendor::OpenAi, &parts.headers, simulator.config.key.as_ref()).map(|_| Self)
    }
}

/// `GET /admin/faults`: the rules in force, and every fault that there is.
pub(super) async fn faults(_: Operator, State(simulator): State<Arc<Simulator>>) -> Json<Value> {
    let board = simulator.faults.board();
    let catalogue: Vec<Value> = Fault::all()
        .map(|fault| json!({ "name": fault.name(), "usual": fault.to_string(), "help": fault.help() }))
        .collect();
    Json(json!({ "rules": board.rules(), "seed": board.seed, "catalogue": catalogue }))
}

/// `PUT /admin/faults` with `{"rules": "503*2,stall@0.1", "seed": 1}`: these rules and no others.
pub(super) async fn set_faults(
    _: Operator,
    State(simulator): State<Arc<Simulator>>,
    body: Body,
) -> Result<Json<Value>, Refusal> {
    let (fields, _) = Fields::read(body).await?;
    let rules = match fields.required("rules")? {
        Value::String(rules) => rules.clone(),
        _ => return Err(Refusal::field("rules", "Input should be a valid string")),
    };
    let rules = Rule::list(&rules).map_err(|error| Refusal::field("rules", &format!("`{rules}` {error}")))?;
    let seed = fields.seed()?.unwrap_or_else(|| simulator.faults.board().seed);
    simulator.faults.set(rules, seed);
    let board = simulator.faults.board();
    Ok(Json(json!({ "rules": board.rules(), "seed": seed })))
}

/// `DELETE /admin/faults`: nothing goes wrong any more.
pub(super) async fn clear_faults(_: Operator, State(simulator): State<Arc<Simulator>>) -> StatusCode {
    let seed = simulator.faults.board().seed;
    simulator.faults.set(Vec::new(), seed);
    StatusCode::NO_CONTENT
}

/// `GET /admin/journal`: the last requests, oldest first.
pub(super) async fn journal(_: Operator, State(simulator): State<Arc<Simulator>>) -> impl IntoResponse {
    Json(Listing { requests: simulator.journal.entries() })
}

/// Written as it is read: all words at once, as values, would need many times their room.
#[derive(Serialize)]
struct Listing {
    requests: Vec<Entry>,
}

/// `DELETE /admin/journal`.
pub(super) async fn clear_journal(_: Operator, State(simulator): State<Arc<Simulator>>) -> StatusCode {
    simulator.journal.clear();
    StatusCode::NO_CONTENT
}

/// `POST /admin/reset`: as it was in the beginning, but for what is counted.
pub(super) async fn reset(_: Operator, State(simulator): State<Arc<Simulator>>) -> StatusCode {
    simulator.faults.reset();
    simulator.limits.reset();
    simulator.cache.reset();
    simulator.journal.clear();
    StatusCode::NO_CONTENT
}

/// `GET /metrics`.
pub(super) async fn metrics(State(simulator): State<Arc<Simulator>>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], simulator.metrics.text())
}

/// `GET /healthz`.
pub(super) async fn health() -> Json<Value> {
    Json(json!({ "status": "ok" }))
}
