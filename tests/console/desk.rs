//! The console around a store in memory, and a client for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use serde_json::Value;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use zeroth::http::{Console, console};
use zeroth::traces::Traces;

use crate::stage;

/// The console, with hands on what is behind it.
pub(crate) struct Desk {
    pub(crate) traces: Arc<Traces>,
    pub(crate) closing: CancellationToken,
    router: Router,
}

impl Desk {
    /// Around an empty store.
    pub(crate) fn new() -> Self {
        Self::around(stage::in_memory())
    }

    pub(crate) fn around(traces: Traces) -> Self {
        let (traces, closing) = (Arc::new(traces), CancellationToken::new());
        let router = routes(Some(Arc::clone(&traces)), closing.clone());
        Self { traces, closing, router }
    }

    pub(crate) async fn open(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::read(self.open(request).await).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// The JSON that a path answers with, which must be a success.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }
}

/// The console's routes at noon.
pub(crate) fn routes(traces: Option<Arc<Traces>>, closing: CancellationToken) -> Router {
    console(Console {
        traces,
        version: "1.2.3".to_owned(),
        tables: BTreeMap::from([("campaign".to_owned(), "enterprise".to_owned())]),
        clock: stage::hand(),
        closing,
    })
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Self { status: parts.status, headers: parts.headers, body: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The status and the detail of a problem.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.body);
        let told = self.json();
        assert_eq!(told["status"], self.status.as_u16());
        let kind = told["type"].as_str().unwrap().trim_start_matches("/docs#problem-").to_owned();
        format!("{} {kind}: {}", self.status.as_u16(), told["detail"].as_str().unwrap())
    }
}
