//! A provider that knows its answers by heart and remembers what it was asked.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use axum::serve::Listener;
use futures::{StreamExt as _, TryStreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use zeroth::llm::{Incoming, Outgoing, Read, Transport, TransportError};
use zeroth::task::Tasks;

use super::cassette::Cassette;

/// A request as it arrived.
pub(crate) struct Heard {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

/// A running provider; it ends with the test's runtime.
pub(crate) struct Server {
    pub(crate) base_url: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

impl Server {
    /// Gives the same answer to everything.
    pub(crate) async fn start(cassette: Cassette) -> Self {
        Self::answering(plain().await, move |_| cassette.clone()).await
    }

    /// Gives the same answer to everything that comes in at `listener`.
    pub(crate) async fn listening_on<L>(listener: L, cassette: Cassette) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        Self::answering(listener, move |_| cassette.clone()).await
    }

    /// Gives these paths these answers, and knows no others.
    pub(crate) async fn with_paths(paths: Vec<(&'static str, Cassette)>) -> Self {
        let nothing = Cassette::json(404, json!({"detail": "Not Found"}));
        Self::answering(plain().await, move |asked| {
            paths.iter().find(|(path, _)| *path == asked).map_or(nothing.clone(), |(_, cassette)| cassette.clone())
        })
        .await
    }

    async fn answering<L>(listener: L, answer: impl Fn(&str) -> Cassette + Clone + Send + Sync + 'static) -> Self
    where
        L: Listener<Addr = SocketAddr>,
    {
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = heard.clone();
        let app = axum::Router::new().fallback(async move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let body = serde_json::from_slice(&body).unwrap_or_default();
            let path = head.uri.to_string();
            let response = answer(&path).response();
            log.lock().unwrap().push(Heard { method: head.method, path, headers: head.headers, body });
            response
        });
        drop(Tasks::default().spawn(async move { axum::serve(listener, app).await }));
        Self { base_url, heard }
    }

    /// Everything that was asked so far.
    pub(crate) fn requests(&self) -> Vec<Heard> {
        std::mem::take(&mut self.heard.lock().unwrap())
    }

    /// The only request that came.
    pub(crate) fn request(&self) -> Heard {
        let mut heard = self.requests();
        assert_eq!(heard.len(), 1, "requests");
        heard.remove(0)
    }
}

async fn plain() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

/// A wire that ends at a cassette whatever the host: for what depends on a vendor's own address.
pub(crate) struct Anywhere {
    cassette: Cassette,
    resends: Mutex<Vec<u32>>,
}

impl Anywhere {
    pub(crate) fn new(cassette: Cassette) -> Arc<Self> {
        Arc::new(Self { cassette, resends: Mutex::default() })
    }

    /// What the attempts said of those before them.
    pub(crate) fn resends(&self) -> Vec<u32> {
        self.resends.lock().unwrap().clone()
    }
}

#[async_trait]
impl Transport for Anywhere {
    async fn send(&self, request: Outgoing) -> Result<Incoming, TransportError> {
        self.resends.lock().unwrap().push(request.resend_count);
        let (head, body) = self.cassette.response().into_parts();
        let body = body.into_data_stream().map_err(|_| unreachable!("this wire does not break")).boxed();
        Ok(Incoming { status: head.status, headers: head.headers, body, read: Read::default() })
    }
}
