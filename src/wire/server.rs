//! The router and what it is made of.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;

use crate::clock::Clock;
use crate::id::Ids;
use crate::llm::Model;

use super::refusal::{Reason, Refusal};
use super::{anthropic, edge, models, openai};

/// Where the simulator is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
}

impl Default for Config {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 5051 }
    }
}

/// What the handlers work with.
#[derive(Clone)]
pub struct Services {
    /// Who answers, whatever model a request names.
    pub model: Arc<dyn Model>,
    /// The time, for the answers that tell it.
    pub clock: Arc<dyn Clock>,
    /// Names for requests and answers.
    pub ids: Arc<dyn Ids>,
}

/// All routes of both vendors.
pub fn router(services: Services) -> Router {
    let services = Arc::new(services);
    Router::new()
        .route("/v1/chat/completions", post(openai::complete))
        .route("/v1/messages", post(anthropic::answer))
        .route("/v1/messages/count_tokens", post(anthropic::count_tokens))
        .route("/v1/models", get(models::list))
        // Names of models may hold slashes.
        .route("/v1/models/{*id}", get(models::one))
        .fallback(unknown)
        .method_not_allowed_fallback(misused)
        .with_state(Arc::clone(&services))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(services, edge::finish))
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
