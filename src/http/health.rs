//! For whoever runs the program: is it alive, is it ready, what does it count.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::server::Api;

/// Something that has to work before players are let in.
pub trait Probe: Send + Sync {
    /// Its name in the answer of `/readyz`.
    fn name(&self) -> &str;

    /// How it stands now, from what is known already: nobody waits for it.
    fn report(&self) -> ProbeReport;
}

/// How something stands.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProbeReport {
    /// Whether it works.
    pub ready: bool,
    /// What there is to know about it.
    #[schema(value_type = Object, example = json!({"queued": 0, "exported": 12, "dropped": 0, "failed": 0}))]
    pub detail: serde_json::Value,
}

/// Is the program alive?
#[utoipa::path(
    get,
    path = "/healthz",
    tag = "operations",
    responses((status = 200, description = "It answers, so it is", body = LiveAnswer))
)]
pub(super) async fn healthz(State(api): State<Arc<Api>>) -> Json<LiveAnswer> {
    Json(LiveAnswer { status: "live", version: api.services.version.clone() })
}

/// Is the program ready for players?
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operations",
    responses(
        (status = 200, description = "Everything works", body = ReadyAnswer),
        (status = 503, description = "Something does not work, or the program is shutting down", body = ReadyAnswer)
    )
)]
pub(super) async fn readyz(State(api): State<Arc<Api>>) -> (StatusCode, Json<ReadyAnswer>) {
    let shutting_down = api.services.tasks.closing().is_cancelled();
    let probes: BTreeMap<String, ProbeReport> =
        api.services.probes.iter().map(|probe| (probe.name().to_owned(), probe.report())).collect();
    let ready = !shutting_down && probes.values().all(|report| report.ready);
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(ReadyAnswer { ready, shutting_down, probes }))
}

/// What the program counts
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operations",
    responses((status = 200, description = "Metrics as Prometheus text", body = String, content_type = "text/plain",
        example = json!("# TYPE zeroth_turns_total counter\nzeroth_turns_total 3\n")))
)]
pub(super) async fn metrics(State(api): State<Arc<Api>>) -> Response {
    ([(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], (api.services.metrics)()).into_response()
}

/// A sign of life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LiveAnswer {
    /// Always "live".
    #[schema(example = "live")]
    status: &'static str,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: String,
}

/// Whether the program is ready, and why not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReadyAnswer {
    /// Whether players are let in.
    ready: bool,
    /// Whether the program is about to end.
    #[schema(example = false)]
    shutting_down: bool,
    /// How each part stands.
    probes: BTreeMap<String, ProbeReport>,
}
