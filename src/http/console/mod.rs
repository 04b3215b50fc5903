//! The console over HTTP: what the trace store knows, as JSON, as it happens, and as pages that read both.
//!
//! Nothing here is observed: telemetry of those who look at telemetry would never end. Whoever merges these routes does it
//! outside of the layer that makes spans. A query is read in `asked`; `live` is the only answer that does not end by itself;
//! `assets` are the pages. All else asks the store one question.

mod asked;
mod assets;
mod calls;
mod charts;
mod conversations;
mod live;
mod logs;
mod metrics;
mod runs;
mod status;
mod trace;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::routing::{any, get};
use tokio::sync::{Mutex, Semaphore};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::clock::Clock;
use crate::traces::Traces;

use super::body::Bounds;
use super::edge;
use super::error::Problem;

pub(super) use assets::shell;

/// How many may watch what happens at once.
const WATCHERS: usize = 256;
/// A change is a few words.
const BOUNDS: Bounds = Bounds { limit: 16 << 10, timeout: Duration::from_secs(10) };

/// What the console works with.
#[derive(Clone)]
pub struct Console {
    /// What it shows; none when telemetry is not kept.
    pub traces: Option<Arc<Traces>>,
    /// The program's version.
    pub version: String,
    /// What is served beside it, by name: `campaign`, `model`.
    pub tables: BTreeMap<String, String>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Streams end when this is cancelled, so that nobody waits for them when the program ends.
    pub closing: CancellationToken,
}

/// What every handler gets.
pub(super) struct Desk {
    console: Console,
    /// The places of those who watch, and whose turn it is to read.
    watchers: Arc<Semaphore>,
    turns: Arc<Mutex<()>>,
}

/// The console's routes: `/api/…`, `/console/…` and `/assets/…`. They have no fallback and are not to be observed: merge
/// them with the game's router after that got its layer of observation.
pub fn console(console: Console) -> Router {
    let desk = Desk { console, watchers: Arc::new(Semaphore::new(WATCHERS)), turns: Arc::default() };
    let (routes, _) = routes().split_for_parts();
    routes
        .route("/console/", get(assets::page))
        .route("/console/{*path}", get(assets::page))
        .route("/assets/{*file}", get(assets::asset))
        .route("/api/{*path}", any(|| async { Problem::not_found() }))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(Arc::new(desk))
        .layer(DefaultBodyLimit::max(BOUNDS.limit))
        .layer(axum::middleware::from_fn(edge::same_origin))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(axum::middleware::from_fn(edge::finish))
}

/// What the OpenAPI document says of them.
pub(super) fn description() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

fn routes() -> OpenApiRouter<Arc<Desk>> {
    OpenApiRouter::new()
        .routes(routes!(status::status))
        .routes(routes!(calls::calls))
        .routes(routes!(conversations::conversations))
        .routes(routes!(conversations::conversation))
        .routes(routes!(trace::trace))
        .routes(routes!(trace::span))
        .routes(routes!(charts::series))
        .routes(routes!(charts::facets))
        .routes(routes!(charts::errors))
        .routes(routes!(logs::logs))
        .routes(routes!(logs::log))
        .routes(routes!(metrics::metrics))
        .routes(routes!(metrics::metric))
        .routes(routes!(runs::runs))
        .routes(routes!(runs::change, runs::delete))
        .routes(routes!(live::live))
        .routes(routes!(assets::page))
}

/// The trace store.
pub(super) struct Store(Arc<Traces>);

impl FromRequestParts<Arc<Desk>> for Store {
    type Rejection = Problem;

    async fn from_request_parts(_parts: &mut Parts, desk: &Arc<Desk>) -> Result<Self, Problem> {
        desk.console.traces.clone().map(Self).ok_or_else(Problem::traces_off)
    }
}

impl FromRef<Arc<Desk>> for Bounds {
    fn from_ref(_desk: &Arc<Desk>) -> Self {
        BOUNDS
    }
}
