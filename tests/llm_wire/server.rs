//! A provider that knows one answer by heart and remembers what it was asked.

use std::sync::{Arc, Mutex};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, Response, StatusCode};
use futures::{StreamExt as _, stream};
use serde_json::Value;
use zeroth::task::Tasks;

/// One answer.
#[derive(Clone)]
pub(crate) struct Cassette {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
    ending: Ending,
    /// How many bytes go out at a time.
    piece: usize,
}

/// How the body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    Clean,
    Reset,
}

impl Cassette {
    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        let headers = vec![("content-type", "application/json")];
        Self { status, headers, body: body.to_string(), ending: Ending::Clean, piece: usize::MAX }
    }

    pub(crate) fn events(body: impl Into<String>) -> Self {
        let headers = vec![("content-type", "text/event-stream; charset=utf-8")];
        Self { status: 200, headers, body: body.into(), ending: Ending::Clean, piece: usize::MAX }
    }

    /// The same with another header, which replaces one of the same name.
    pub(crate) fn header(mut self, name: &'static str, value: &'static str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value));
        self
    }

    /// The same with a connection that breaks where the body ends.
    pub(crate) fn reset(self) -> Self {
        Self { ending: Ending::Reset, ..self }
    }

    /// The same, byte by byte.
    pub(crate) fn byte_by_byte(self) -> Self {
        Self { piece: 1, ..self }
    }

    fn response(&self) -> Response<Body> {
        let pieces: Vec<_> =
            self.body.as_bytes().chunks(self.piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let reset = self.ending == Ending::Reset;
        let ending = stream::once(async move {
            // Gives the server the time to send what it has.
            tokio::task::yield_now().await;
            reset.then(|| Err(std::io::Error::other("on purpose")))
        });
        let body = stream::iter(pieces).chain(ending.filter_map(std::future::ready));
        let mut response = Response::new(Body::from_stream(body));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        for (name, value) in &self.headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        response
    }
}

/// A request as it arrived.
pub(crate) struct Heard {
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
    pub(crate) async fn start(cassette: Cassette) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = heard.clone();
        let app = axum::Router::new().fallback(async move |request: Request<Body>| {
            let (head, body) = request.into_parts();
            let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let body = serde_json::from_slice(&body).unwrap_or_default();
            log.lock().unwrap().push(Heard { path: head.uri.to_string(), headers: head.headers, body });
            cassette.response()
        });
        drop(Tasks::default().spawn(async move { axum::serve(listener, app).await }));
        Self { base_url, heard }
    }

    /// The only request that came.
    pub(crate) fn request(&self) -> Heard {
        let mut heard = self.heard.lock().unwrap();
        assert_eq!(heard.len(), 1, "requests");
        heard.remove(0)
    }
}
