//! A served model, and a client for it.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use serde_json::Value;
use tower::ServiceExt as _;
use zeroth::clock::SteppingClock;
use zeroth::id::{CountingIds, Ids};
use zeroth::llm::Model;
use zeroth::llm::sim::{Sim, SimConfig, SimEmbedder, Speed};
use zeroth::task::Tasks;
use zeroth::wire::{Config, Services, router};

pub(crate) const SEED: u64 = 4;

pub(crate) fn sim() -> Sim {
    Sim::new(SimConfig { seed: SEED, speed: Speed::Instant })
}

/// The face in process.
pub(crate) struct Face(Router);

impl Face {
    pub(crate) fn new(model: impl Model + 'static) -> Self {
        Self::with(Config::default(), model)
    }

    pub(crate) fn with(config: Config, model: impl Model + 'static) -> Self {
        Self::named_by(config, model, CountingIds::default())
    }

    pub(crate) fn named_by(config: Config, model: impl Model + 'static, ids: impl Ids + 'static) -> Self {
        let clock = Arc::new(SteppingClock::new(UNIX_EPOCH, Duration::from_millis(10)));
        let (model, embedder) = (Arc::new(model), Arc::new(SimEmbedder::new()));
        Self(router(config, Services { model, embedder, clock, ids: Arc::new(ids) }))
    }

    /// On a free port; it ends with the test's runtime.
    pub(crate) async fn serve(self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        drop(Tasks::default().spawn(async move { axum::serve(listener, self.0).await }));
        url
    }

    pub(crate) async fn post(&self, path: &str, body: impl ToString) -> Answer {
        self.post_with(path, &[], body).await
    }

    /// Posts with these headers, and with the version that one of the vendors asks for.
    pub(crate) async fn post_with(&self, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Answer {
        self.send(request(path, headers, body)).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a request; the answer's body has not been read.
    pub(crate) async fn open(&self, path: &str, body: impl ToString) -> Response {
        self.open_with(path, &[], body).await
    }

    pub(crate) async fn open_with(&self, path: &str, headers: &[(&str, &str)], body: impl ToString) -> Response {
        self.0.clone().oneshot(request(path, headers, body)).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.0.clone().oneshot(request).await.unwrap().into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer { status: parts.status, headers: parts.headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

fn request(path: &str, headers: &[(&str, &str)], body: impl ToString) -> Request<Body> {
    let mut request = Request::post(path);
    if path.contains("/v1/messages") && !headers.iter().any(|(name, _)| *name == "anthropic-version") {
        request = request.header("anthropic-version", "2023-06-01");
    }
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    request.body(Body::from(body.to_string())).unwrap()
}

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }
}
