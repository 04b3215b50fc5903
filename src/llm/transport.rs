//! The wire under the adapters: one call of [`Transport::send`] is one HTTP attempt.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use http::{HeaderMap, Method, StatusCode};

/// Sends one HTTP request to a provider.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends `request` and returns as soon as the head of the answer is there.
    ///
    /// # Errors
    /// [`TransportError`] when no answer came. An answer of any status is not an error here.
    async fn send(&self, request: Outgoing) -> Result<Incoming, TransportError>;
}

/// One attempt at a request.
#[derive(Clone)]
pub struct Outgoing {
    /// The method, nearly always POST.
    pub method: Method,
    /// The whole address.
    pub url: reqwest::Url,
    /// All headers but `content-length`; secret ones are marked sensitive.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// Which attempt this is: 0 for the first.
    pub resend_count: u32,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Neither headers (keys) nor body (prompts): this may end up in a log.
        write!(f, "{} {} ({} bytes)", self.method, self.url.host_str().unwrap_or("?"), self.body.len())
    }
}

/// The head of an answer, and its body as it comes.
pub struct Incoming {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body; an item that is an error ends it.
    pub body: BoxStream<'static, Result<Bytes, TransportError>>,
}

/// Why no answer, or no rest of the answer, came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TransportError {
    /// Where it failed.
    pub fault: TransportFault,
    /// One sentence without secrets.
    pub message: String,
}

/// Where a transport failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportFault {
    /// No connection: name, address, TLS or proxy.
    Connect,
    /// Too slow.
    Timeout,
    /// The connection broke after it was made.
    Broken,
}

/// How the real transport connects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransportConfig {
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
}
