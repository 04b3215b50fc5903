//! One answer of a provider, written by hand.

use axum::body::{Body, Bytes};
use axum::http::{Response, StatusCode};
use futures::{StreamExt as _, stream};

/// One answer.
#[derive(Clone)]
pub(crate) struct Cassette {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
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
    pub(crate) fn new(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Self {
        Self { status, headers, body, ending: Ending::Clean, piece: usize::MAX }
    }

    pub(crate) fn json(status: u16, body: impl ToString) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self::new(status, headers, body.to_string().into_bytes())
    }

    pub(crate) fn events(body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "text/event-stream".to_owned())];
        Self::new(200, headers, body.as_bytes().to_vec())
    }

    /// The same with another header, which replaces one of the same name.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with a connection that breaks where the body ends.
    pub(crate) fn reset(self) -> Self {
        Self { ending: Ending::Reset, ..self }
    }

    /// The same, a few bytes at a time.
    pub(crate) fn in_pieces_of(self, piece: usize) -> Self {
        Self { piece, ..self }
    }

    pub(crate) fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap()
    }

    pub(crate) fn response(&self) -> Response<Body> {
        let pieces: Vec<_> = self.body.chunks(self.piece).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let reset = self.ending == Ending::Reset;
        let ending = stream::once(async move {
            // Gives the server the time to send what it has.
            tokio::task::yield_now().await;
            reset.then(|| Err(std::io::Error::other("on purpose")))
        });
        let body = stream::iter(pieces).chain(ending.filter_map(std::future::ready));
        let mut response = Response::new(Body::from_stream(body));
        *response.status_mut() = self.status();
        for (name, value) in &self.headers {
            let name: axum::http::HeaderName = name.parse().unwrap();
            response.headers_mut().insert(name, value.parse().unwrap());
        }
        response
    }
}
