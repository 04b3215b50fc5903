//! The router and what it is made of.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use secrecy::SecretString;
use tower::ServiceExt as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::clock::Clock;
use crate::id::Ids;
use crate::llm::fault::Rule;
use crate::llm::{Embedder, Model};

use super::cache::Cache;
use super::faults::Faults;
use super::journal::Journal;
use super::limits::Limits;
use super::metrics::Metrics;
use super::refusal::{Reason, Refusal};
use super::vendor::Vendor;
use super::{admin, anthropic, edge, embeddings, gate, models, openai, responses};

/// Where the simulator is served, and how it behaves.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// The key that is wanted; any or none without it.
    pub key: Option<SecretString>,
    /// What goes wrong from the start.
    pub faults: Vec<Rule>,
    /// The seed of those faults that are likely, not certain.
    pub fault_seed: u64,
    /// How many requests are let in per minute, for each key and model.
    pub requests_per_minute: Option<u32>,
    /// How many tokens are let in per minute.
    pub tokens_per_minute: Option<u32>,
    /// How many requests the journal keeps.
    pub journal: usize,
    /// Whether it keeps their words.
    pub journal_content: Content,
}

/// Whether the words of requests are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Content {
    /// They are not.
    #[default]
    Omitted,
    /// They are.
    Kept,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 5051,
            key: None,
            faults: Vec::new(),
            fault_seed: 1,
            requests_per_minute: None,
            tokens_per_minute: None,
            journal: 1000,
            journal_content: Content::default(),
        }
    }
}

/// What the handlers work with.
#[derive(Clone)]
pub struct Services {
    /// Who answers, whatever model a request names.
    pub model: Arc<dyn Model>,
    /// Who makes vectors of texts.
    pub embedder: Arc<dyn Embedder>,
    /// The time, for limits, the cache, and the answers that tell it.
    pub clock: Arc<dyn Clock>,
    /// Names for requests.
    pub ids: Arc<dyn Ids>,
}

/// What every handler gets.
pub(super) struct Simulator {
    pub(super) config: Config,
    pub(super) services: Services,
    pub(super) faults: Faults,
    pub(super) limits: Limits,
    pub(super) cache: Cache,
    pub(super) journal: Journal,
    pub(super) metrics: Arc<Metrics>,
}

impl Simulator {
    fn new(config: Config, services: Services) -> Self {
        let metrics = Arc::new(Metrics::new());
        Self {
            faults: Faults::new(config.faults.clone(), config.fault_seed),
            limits: Limits::new(config.requests_per_minute, config.tokens_per_minute),
            cache: Cache::default(),
            journal: Journal::new(config.journal, Arc::clone(&services.clock), Arc::clone(&metrics)),
            metrics,
            config,
            services,
        }
    }
}

/// All routes of both vendors, also behind a prefix such as `/openai`, and those for whoever runs it.
pub fn router(config: Config, services: Services) -> Router {
    let simulator = Arc::new(Simulator::new(config, services));
    let vendors = Router::new()
        .route("/v1/chat/completions", post(openai::complete))
        .route("/v1/embeddings", post(embeddings::embed))
        .route("/v1/messages", post(anthropic::answer))
        .route("/v1/messages/count_tokens", post(anthropic::count_tokens))
        .route("/v1/responses", post(responses::respond))
        .route("/v1/models", get(models::list))
        // Names of models may hold slashes.
        .route("/v1/models/{*id}", get(models::one))
        .route_layer(from_fn_with_state(Arc::clone(&simulator), gate::admit));
    let routes = Router::new()
        .merge(vendors)
        .route("/admin/faults", get(admin::faults).put(admin::set_faults).delete(admin::clear_faults))
        .route("/admin/journal", get(admin::journal).delete(admin::clear_journal))
        .route("/admin/reset", post(admin::reset))
        .route("/metrics", get(admin::metrics))
        .route("/healthz", get(admin::health))
        .fallback(unknown)
        .method_not_allowed_fallback(misused)
        .with_state(Arc::clone(&simulator))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(simulator, edge::finish));
    // Routes are found by the path, so that it has to be changed outside.
    let whole = Router::new().fallback_service(routes.map_request(edge::unprefixed));
    whole.layer(CatchPanicLayer::custom(panicked_outside))
}

async fn unknown(method: Method, uri: Uri) -> Refusal {
    Refusal::new(Reason::NotFound, format!("Invalid URL ({method} {})", uri.path()))
}

async fn misused(method: Method, uri: Uri) -> Refusal {
    Refusal::new(Reason::Method, format!("{} takes another method than {method}", uri.path()))
}

/// A handler that panicked is our mistake, and what it said is for the log.
fn panicked(_payload: Box<dyn Any + Send>) -> Response {
    Refusal::new(Reason::Internal, "the simulator failed").into_response()
}

/// Out here nobody knows the vendor any more; both of their clients can read this.
fn panicked_outside(_payload: Box<dyn Any + Send>) -> Response {
    let refusal = Refusal::new(Reason::Internal, "the simulator failed");
    Vendor::OpenAi.word(&refusal, "", StatusCode::INTERNAL_SERVER_ERROR.into_response())
}
